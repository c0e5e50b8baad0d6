"""Joining the embedded servers, and starting them when nobody has."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from .locks import acquire, is_held
from .place import PROJECT, Place, ServersError, external, place_of
from .supervisor import make_passable

PATIENCE = 120.0


@dataclass
class Lease:
    """A promise that the servers run. It ends with ``release``, a ``with`` block or the process."""

    place: Place | None
    descriptor: int | None
    supervisor: "subprocess.Popen[bytes] | None" = None

    def release(self, *, wait: bool = False) -> None:
        """Give the lease back; with ``wait`` return only when the servers stopped, if it was the last."""
        if self.place is None or self.descriptor is None:
            return
        os.close(self.descriptor)
        self.descriptor = None
        _leases.pop(self.place, None)
        while wait and is_held(self.place.supervisor_lock) and not used_by_others(self.place):
            time.sleep(0.03)

    def __enter__(self) -> "Lease":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


_leases: dict[Place, Lease] = {}


def ensure(data_dir: Path, *, test: bool = False) -> Lease:
    """Join the servers of ``data_dir``, starting them if needed, and return once both answer.

    The lease lasts until it is released or this process ends, by whatever means; asking again in the
    same process returns the same one. Safe to call from many processes at once. ``test`` starts
    PostgreSQL without fsync. With servers named in the environment nothing starts.
    """
    if external():
        return Lease(None, None)
    place = place_of(data_dir)
    if place in _leases:
        return _leases[place]
    try:
        make_passable(place.root)
        if place.root.parent != data_dir.resolve():
            data_dir.mkdir(parents=True, exist_ok=True)
            (data_dir / "servers-live-in.txt").write_text(f"{place.root}\n")
    except OSError as error:
        raise ServersError(f"The data directory {data_dir} cannot be used: {error}") from error
    lease = Lease(place, acquire(place.users_lock, shared=True))
    try:
        lease.supervisor = start_if_needed(data_dir, place, test=test)
    except BaseException:
        lease.release()
        raise
    _leases[place] = lease
    return lease


def ensure_for_tests() -> Lease:
    """Servers for pytest: call it in ``pytest_configure``; controller and xdist workers join one set.

    ``tests.settings`` has already set ``DATA`` to ``.data/test`` (``TEST_DATA`` moves it) and given
    each xdist worker a Redis database of its own.
    """
    return ensure(Path(os.environ["DATA"]), test=True)


def start_if_needed(data_dir: Path, place: Place, *, test: bool) -> "subprocess.Popen[bytes] | None":
    """Wait for a supervisor that says ready; start one whenever there is none, and return that."""
    deadline = time.monotonic() + PATIENCE
    child: subprocess.Popen[bytes] | None = None
    while not (is_held(place.ready_lock) and listening(place)):
        if child is not None and child.poll():
            raise ServersError(f"The embedded servers do not start: {last_line(place)}")
        if (child is None or child.poll() is not None) and not is_held(place.supervisor_lock):
            child = start_supervisor(data_dir, place, test=test)
        if time.monotonic() > deadline:
            raise ServersError(
                f"The embedded servers are not ready after {PATIENCE:.0f} s: {last_line(place)}"
            )
        time.sleep(0.02)
    return child


def start_supervisor(data_dir: Path, place: Place, *, test: bool) -> "subprocess.Popen[bytes]":
    """Start the supervisor in a session of its own, out of reach of the terminal's Ctrl-C."""
    arguments = [sys.executable, "-m", "amdp.servers", "supervise", str(data_dir)]
    with place.log("supervisor").open("wb") as log:
        return subprocess.Popen(  # noqa: S603
            [*arguments, "--test"] if test else arguments,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=PROJECT,
            start_new_session=True,
        )


def listening(place: Place) -> bool:
    """Whether both sockets accept: a dying supervisor holds its locks longer than its children live."""
    for path in (place.postgres_socket, place.redis_socket):
        with socket.socket(socket.AF_UNIX) as client:
            if client.connect_ex(str(path)):
                return False
    return True


def used_by_others(place: Place) -> bool:
    """Whether somebody holds a lease at this moment."""
    descriptor = acquire(place.users_lock, wait=False)
    if descriptor is not None:
        os.close(descriptor)
        return False
    return not is_held(place.users_lock)  # held exclusively: the supervisor is stopping


def last_line(place: Place) -> str:
    """The last thing the supervisor said."""
    try:
        lines = place.log("supervisor").read_text(errors="replace").strip().splitlines()
    except OSError:
        lines = []
    return lines[-1] if lines else f"see the logs in {place.root}"
