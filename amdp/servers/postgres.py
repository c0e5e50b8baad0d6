"""One PostgreSQL cluster: made once, started, asked, stopped."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg2

from .binaries import postgres_bin
from .place import Place
from .processes import command_of, end, exists, start_attached, unprivileged

ROLES = Path(__file__).with_name("roles.sql")
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_min_messages": "warning",
}
UNSAFE_AND_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """The PostgreSQL server of one place. ``test`` trades safety against power loss for speed."""

    name = "postgres"
    retry_for = 8.0

    def __init__(self, place: Place, *, test: bool = False) -> None:
        self.place = place
        self.settings = SETTINGS | (UNSAFE_AND_FAST if test else {})
        self.programs = postgres_bin()
        self.folder = place.postgres
        self.child: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Make the cluster with its two logins if there is none yet; half a cluster is made anew."""
        if self.place.postgres.exists():
            return
        draft = self.place.root / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if drop := unprivileged(draft):
            os.chown(draft, drop["user"], drop["group"])  # type: ignore[arg-type]
        self._run(
            "initdb", "--pgdata", draft, "--username=postgres", "--auth=trust", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
        )  # fmt: skip
        self.start(draft)
        self.wait_until_ready()
        connection = psycopg2.connect(host=str(self.place.sockets), user="postgres", dbname="template1")
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements(ROLES.read_text()):
                cursor.execute(statement)
        connection.close()
        self.stop()
        draft.rename(self.place.postgres)

    def start(self, folder: Path | None = None) -> None:
        """Start the server as a child that stops cleanly when this process dies."""
        self.folder = folder = folder or self.place.postgres
        self._clear_the_way(folder)
        options = [f"--{name}={value}" for name, value in self.settings.items()]
        with self.place.log(self.name).open("ab") as log:
            self.child = start_attached(
                [self.programs / "postgres", "-D", folder, "-k", self.place.sockets, *options],
                signal.SIGINT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=environment(),
                start_new_session=True,
                **unprivileged(folder),
            )

    def wait_until_ready(self, *, patience: float = 60) -> None:
        """Return once ``pg_isready`` says so.

        After a hard kill the backends of the former server need a moment to notice, and PostgreSQL
        refuses to start beside them: a start that ends early is tried again for a few seconds.
        """
        begun = time.monotonic()
        address = ["-h", str(self.place.sockets), "-U", "postgres", "-d", "template1"]
        question = [str(self.programs / "pg_isready"), "-q", *address]
        while subprocess.run(question, env=environment(), check=False, cwd="/").returncode:  # noqa: S603
            waited = time.monotonic() - begun
            if waited > patience or (waited > self.retry_for and not self.running()):
                raise TimeoutError(f"PostgreSQL does not start: see {self.place.log(self.name)}")
            if not self.running():
                time.sleep(0.2)
                self.start(self.folder)
            time.sleep(0.03)

    def running(self) -> bool:
        """Whether the child lives."""
        return self.child is not None and self.child.poll() is None

    def stop(self) -> None:
        """Stop with a checkpoint; whoever is connected is cut off."""
        if self.child is None:
            return
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            self.child.send_signal(number)
            try:
                self.child.wait(20)
                break
            except subprocess.TimeoutExpired:
                continue
        self.child = None

    def _clear_the_way(self, folder: Path) -> None:
        """End a postmaster whose supervisor died; drop lock files whose process is somebody else's."""
        for lock in (folder / "postmaster.pid", self.place.sockets / ".s.PGSQL.5432.lock"):
            try:
                pid = int(lock.read_text().split()[0])
            except (FileNotFoundError, IndexError, ValueError):
                lock.unlink(missing_ok=True)
                continue
            command = command_of(pid)
            if "postgres" in command and str(folder) in command:
                end(pid, [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL])
            if exists(
                pid
            ):  # the file of one that is gone is left to PostgreSQL: it also checks shared memory
                lock.unlink(missing_ok=True)

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = subprocess.run(  # noqa: S603
            [self.programs / program, *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            env=environment(),
            **unprivileged(self.place.root / "postgres.new"),  # type: ignore[call-overload]
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.strip() or done.returncode}")


def environment() -> dict[str, str]:
    """A fixed locale, and none of the caller's ``PG*`` variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


def statements(sql: str) -> list[str]:
    """The single statements of a plain script without quoted semicolons."""
    lines = [line for line in sql.splitlines() if not line.startswith("--")]
    return [statement.strip() for statement in "\n".join(lines).split(";") if statement.strip()]
