"""One Redis server with an append-only file: started, asked, stopped."""

import os
import signal
import subprocess
import time

import redis

from .binaries import redis_server
from .place import Place
from .processes import command_of, end, start_attached, unprivileged


class RedisServer:
    """The Redis server of one place. ``test`` leaves flushing to the operating system."""

    name = "redis"

    def __init__(self, place: Place, *, test: bool = False) -> None:
        self.place = place
        self.flush = "no" if test else "everysec"
        self.program = redis_server()
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def pid_file(self) -> str:
        return str(self.place.redis / "redis.pid")

    def prepare(self) -> None:
        """Make the folder of the append-only file."""
        if not self.place.redis.exists():
            self.place.redis.mkdir(mode=0o700)
            if drop := unprivileged(self.place.redis):
                os.chown(self.place.redis, drop["user"], drop["group"])  # type: ignore[arg-type]

    def start(self) -> None:
        """Start the server as a child that saves and ends when this process dies."""
        self._clear_the_way()
        with self.place.log(self.name).open("ab") as log:
            self.child = start_attached(
                [
                    self.program, "--port", "0", "--unixsocket", self.place.redis_socket,
                    "--unixsocketperm", "700", "--dir", self.place.redis, "--pidfile", self.pid_file,
                    "--appendonly", "yes", "--appendfsync", self.flush, "--save", "",
                    "--databases", "64", "--loglevel", "warning",
                ],
                signal.SIGTERM,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                **unprivileged(self.place.redis),
            )  # fmt: skip

    def wait_until_ready(self, *, patience: float = 60) -> None:
        """Return once it answers, its file read."""
        deadline = time.monotonic() + patience
        client = redis.Redis(unix_socket_path=str(self.place.redis_socket))
        while not answers(client):
            if time.monotonic() > deadline or not self.running():
                raise TimeoutError(f"Redis does not start: see {self.place.log(self.name)}")
            time.sleep(0.03)
        client.close()

    def running(self) -> bool:
        """Whether the child lives."""
        return self.child is not None and self.child.poll() is None

    def stop(self) -> None:
        """Stop after writing what is left."""
        if self.child is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            self.child.send_signal(number)
            try:
                self.child.wait(20)
                break
            except subprocess.TimeoutExpired:
                continue
        self.child = None

    def _clear_the_way(self) -> None:
        """End a server whose supervisor died: two must never write one file."""
        try:
            pid = int((self.place.redis / "redis.pid").read_text())
        except (FileNotFoundError, ValueError):
            return
        command = command_of(pid)
        if "redis-server" in command and str(self.place.redis_socket) in command:
            end(pid, [signal.SIGTERM, signal.SIGKILL])


def answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except (redis.ConnectionError, redis.BusyLoadingError):
        return False
