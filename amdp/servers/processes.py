"""Children that do not outlive their parent, and what a process number stands for."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
REQUESTS = {signal.SIGTERM, signal.SIGINT}


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """A ``preexec_fn`` that has Linux send ``number`` to the child when its parent dies."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0) and None


def start_attached(
    arguments: Sequence[str | Path], number: signal.Signals, **options: Any
) -> "subprocess.Popen[bytes]":
    """Start a child that gets ``number`` when we die; being asked to end meanwhile waits until it runs.

    Python runs code of its own around a fork and drops what a signal handler raises in there, so a
    request that came at that moment would be lost.
    """
    attach = die_with_parent(number)
    former = signal.pthread_sigmask(signal.SIG_BLOCK, REQUESTS)

    def begin() -> None:
        if attach:
            attach()
        signal.pthread_sigmask(signal.SIG_SETMASK, former)

    try:
        return subprocess.Popen(arguments, preexec_fn=begin, **options)  # noqa: S603
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


def command_of(pid: int) -> str:
    """The command line of a running process, or an empty string."""
    if sys.platform == "linux":
        try:
            return (
                Path(f"/proc/{pid}/cmdline")
                .read_bytes()
                .replace(b"\0", b" ")
                .decode(errors="replace")
                .strip()
            )
        except OSError:
            return ""
    found = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return found.stdout.strip()


def exists(pid: int) -> bool:
    """Whether the number is taken, be it by a zombie that nobody has buried yet."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end(pid: int, numbers: list[signal.Signals], *, patience: float = 15) -> None:
    """Ask a process that is not our child to end, ever less politely, and wait until it is gone."""
    for number in numbers:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not command_of(pid):
                return
            time.sleep(0.05)


def unprivileged(owned: Path) -> dict[str, object]:
    """Arguments for ``subprocess`` that drop root: to the owner of ``owned``, else to nobody."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("nobody")
    user, group = entry.pw_uid, entry.pw_gid
    if owned.exists() and owned.stat().st_uid != 0:
        user, group = owned.stat().st_uid, owned.stat().st_gid
    return {"user": user, "group": group, "extra_groups": []}
