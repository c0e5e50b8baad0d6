"""Where the embedded servers of a data directory keep their files, and the addresses that follow.

Everything is computed from the path alone, so that settings can be imported without any work.

PostgreSQL refuses to run as root. Started by root, the servers run as ``nobody``, who often cannot
reach the data directory (``/root`` is 0700). We never loosen somebody's folder: in that case the
files live in ``/var/lib/amdp/<digest of the path>`` instead. Socket paths may have about 100 bytes;
under a longer data directory the sockets live in ``/tmp/amdp-<digest>``.
"""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

PROJECT = Path(__file__).resolve().parent.parent.parent
SYSTEM_ROOT = Path("/var/lib/amdp")
SHORT_ROOT = Path("/tmp")  # noqa: S108  sockets need a short, fixed path; the folder itself is 0700
LONGEST_SOCKET_PATH = 100
DEFAULT_ADDRESS = "http://127.0.0.1:8000"


class ServersError(RuntimeError):
    """The servers cannot be had; the message is for people."""


@dataclass(frozen=True)
class ServiceUrls:
    """Addresses of the database (application and owner login), of Redis and of Celery's broker."""

    database: str
    migrate_database: str
    redis: str
    broker: str


@dataclass(frozen=True)
class Place:
    """The folders, sockets and locks of one data directory's servers."""

    root: Path
    sockets: Path

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def redis(self) -> Path:
        return self.root / "redis"

    @property
    def postgres_socket(self) -> Path:
        return self.sockets / ".s.PGSQL.5432"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis.sock"

    @property
    def users_lock(self) -> Path:
        """Held shared by every process that uses the servers, exclusively while they stop."""
        return self.root / "users.lock"

    @property
    def supervisor_lock(self) -> Path:
        """Held by the one supervisor."""
        return self.root / "supervisor.lock"

    @property
    def ready_lock(self) -> Path:
        """Held by the supervisor while both servers answer."""
        return self.root / "ready.lock"

    def log(self, name: str) -> Path:
        return self.root / f"{name}.log"


def settings_data_dir() -> Path:
    """The data directory that the settings use: ``DATA`` or ``.data`` beside manage.py."""
    return Path(os.environ.get("DATA") or PROJECT / ".data").resolve()


def remember_address(data_dir: Path, address: str) -> None:
    """Keep where the demo of a data directory is open, for the links that commands beside it print and mail."""
    (data_dir / "address").write_text(address, encoding="utf-8")


def remembered_address(data_dir: Path) -> str:
    """Where the demo of a data directory was opened last, else where it is opened without ``PORT``."""
    try:
        return (data_dir / "address").read_text(encoding="utf-8").strip() or DEFAULT_ADDRESS
    except OSError:
        return DEFAULT_ADDRESS


def place_of(data_dir: Path) -> Place:
    """Return where the servers of ``data_dir`` live; the same answer for every process."""
    data_dir = data_dir.resolve()
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    root = data_dir / "servers"
    if os.geteuid() == 0 and not (root / "postgres").exists() and not reachable_by_others(data_dir):
        root = SYSTEM_ROOT / digest
    sockets = root / "run"
    if len(os.fsencode(sockets / ".s.PGSQL.5432.lock")) >= LONGEST_SOCKET_PATH:
        sockets = SHORT_ROOT / f"amdp-{digest}"
    return Place(root, sockets)


def reachable_by_others(path: Path) -> bool:
    """Whether a user without rights of its own may enter every existing folder down to ``path``."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in [path, *path.parents] if folder.exists())


def external() -> bool:
    """Whether the environment names servers of its own, so that nothing embedded starts."""
    named = [name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)]
    if len(named) == 1 or (not named and os.environ.get("AMDP_MODE") == "production"):
        raise ServersError("Set both DATABASE_URL and REDIS_URL (and MIGRATE_DATABASE_URL for migrations).")
    return bool(named)


def service_urls(data_dir: Path) -> ServiceUrls:
    """The addresses from the environment, else those of the embedded servers of ``data_dir``.

    ``REDIS_DATABASE`` picks one of the embedded Redis' numbered databases; parallel tests use it.
    """
    if external():
        database, redis = os.environ["DATABASE_URL"], os.environ["REDIS_URL"]
        owner = os.environ.get("MIGRATE_DATABASE_URL") or database
        return ServiceUrls(database, owner, redis, broker_url(redis))
    place = place_of(data_dir)
    sockets, number = quote(str(place.sockets)), os.environ.get("REDIS_DATABASE", "0")
    redis = f"unix://{quote(str(place.redis_socket))}?db={number}"
    return ServiceUrls(
        database=f"postgres://amdp_app@/{sockets}/amdp",
        migrate_database=f"postgres://amdp_owner@/{sockets}/amdp",
        redis=redis,
        broker=broker_url(redis),
    )


def broker_url(redis: str) -> str:
    """The same Redis as Celery spells it: sockets have a scheme of their own there."""
    return redis.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)
