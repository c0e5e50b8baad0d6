"""The process that owns the embedded servers for as long as somebody uses them."""

import os
import signal
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path
from types import FrameType

from .locks import acquire
from .place import SHORT_ROOT, Place, place_of
from .postgres import Postgres
from .processes import unprivileged
from .redis_server import RedisServer

LOOK_EVERY = 0.15


def supervise(data_dir: Path, *, test: bool = False) -> int:
    """Run the servers of ``data_dir`` until nobody holds a lease; 0 at once if another one does."""
    place = place_of(data_dir)
    make_passable(place.root)
    if acquire(place.supervisor_lock, wait=False) is None:
        return 0
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, leave)
    servers: list[Postgres | RedisServer] = []
    try:
        make_sockets(place)
        servers = [Postgres(place, test=test), RedisServer(place, test=test)]
        for server in servers:
            server.place.log(server.name).write_bytes(b"")
            server.prepare()
        keep_running(place, servers)
    except Exception as error:  # noqa: BLE001  whatever it is, the starter reads it from the log
        traceback.print_exc()
        print(f"{error}", file=sys.stderr, flush=True)  # noqa: T201
        return 1
    finally:
        for server in reversed(servers):
            server.stop()
        if place.sockets.parent == SHORT_ROOT:
            with suppress(OSError):
                place.sockets.rmdir()
    return 0


def keep_running(place: Place, servers: list[Postgres | RedisServer]) -> None:
    """Start what does not run; return, holding off newcomers, when the last user has gone."""
    ready: int | None = None
    while acquire(place.users_lock, wait=False) is None:
        fallen = [server for server in servers if not server.running()]
        if fallen and ready is not None:
            os.close(ready)
        for server in fallen:
            server.start()
        for server in fallen:
            server.wait_until_ready()
        if fallen:
            ready = acquire(place.ready_lock)
        time.sleep(LOOK_EVERY)


def leave(number: int, frame: FrameType | None) -> None:
    """End through the clean-up."""
    raise SystemExit(0)


def make_sockets(place: Place) -> None:
    """Make the folder of the sockets and give it to the servers' user; for the one supervisor alone.

    A supervisor that was killed in between leaves one that is still ours.
    """
    place.sockets.mkdir(mode=0o700, exist_ok=True)
    servers = unprivileged(place.postgres)
    wanted = servers.get("user", os.geteuid())
    owner = place.sockets.lstat().st_uid
    if owner == os.geteuid() != wanted:
        os.chown(place.sockets, servers["user"], servers["group"], follow_symlinks=False)  # type: ignore[arg-type]
    elif owner != wanted:
        raise PermissionError(f"{place.sockets} belongs to another user; remove it or choose another DATA.")


def make_passable(folder: Path) -> None:
    """Make a folder with its missing parents; root lets its unprivileged servers pass through them."""
    if folder.exists():
        return
    make_passable(folder.parent)
    folder.mkdir(exist_ok=True)
    if os.geteuid() == 0:
        folder.chmod(0o755)
