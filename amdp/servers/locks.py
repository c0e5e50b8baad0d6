"""File locks: they end with the process that holds them, however it ends."""

import fcntl
import os
from pathlib import Path


def acquire(path: Path, *, shared: bool = False, wait: bool = True) -> int | None:
    """Lock the file and return the descriptor that holds the lock, or None when it would wait."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(descriptor, kind if wait else kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def is_held(path: Path) -> bool:
    """Whether some process holds this lock exclusively."""
    descriptor = acquire(path, shared=True, wait=False)
    if descriptor is None:
        return True
    os.close(descriptor)
    return False
