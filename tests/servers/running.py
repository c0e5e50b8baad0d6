"""Commands run as processes of their own, watched from outside."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from amdp.servers.place import PROJECT
from amdp.servers.processes import command_of

HIDDEN = ("DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL", "REDIS_DATABASE", "AMDP_MODE", "DATA", "PORT",
          "DJANGO_SETTINGS_MODULE", "SITE_URL", "EMAIL_URL", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")  # fmt: skip


def environment(**extra: str) -> dict[str, str]:
    """This process's environment without anything that points the product somewhere."""
    path = f"{PROJECT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {n: v for n, v in os.environ.items() if n not in HIDDEN} | {"PATH": path} | extra


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(arguments, log: Path, **extra: str):
    """A command in a session of its own; whatever is left of it is killed at the end."""
    with log.open("wb") as out:
        child = subprocess.Popen(
            arguments, env=environment(**extra), cwd=PROJECT, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield child
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(child.pid, number)
                child.wait(15)
                break
            except (ProcessLookupError, subprocess.TimeoutExpired):
                continue
        child.wait(5)


def health(port: int) -> tuple[int, dict[str, str]]:
    """What /healthz answers; status 0 when nobody does."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)
    except OSError:
        return 0, {}


def wait_until(condition, *, patience: float = 20, log: Path | None = None) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        told = log.read_text()[-3000:] if log else ""
        assert time.monotonic() < deadline, f"it did not come true\n{told}"
        time.sleep(0.05)


def processes_with(name: str, value: str) -> dict[int, str]:
    """Processes whose environment or command line holds the value: what a run has left behind."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        command = command_of(int(entry.name))
        try:
            variables = (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            variables = []
        if command and (value in command or f"{name}={value}".encode() in variables):
            found[int(entry.name)] = command
    return found
