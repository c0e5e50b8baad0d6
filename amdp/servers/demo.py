"""``make demo``: servers, tables, demo organizations, then web, worker and beat until Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import Any

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.process import Popen, Process

from .client import ensure
from .locks import acquire
from .place import PROJECT, ServersError, remember_address, settings_data_dir
from .processes import die_with_parent, start_attached

BIN = Path(sys.executable).parent
STATIC_SOURCES = ("static", "requirements/demo.txt", "amdp/settings.py")


class AttachedPopen(Popen):
    """A process group that is asked to end when the process that started it is killed."""

    def __init__(self, command: str, **options: Any) -> None:
        super().__init__(command, preexec_fn=die_with_parent(signal.SIGTERM), **options)


class AttachedProcess(Process):
    """Honcho's process, which does not outlive us either."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._child_ctor = AttachedPopen

    def run(self, *arguments: Any, **options: Any) -> None:
        if attach := die_with_parent(signal.SIGKILL):
            attach()
        super().run(*arguments, **options)


def main() -> int:
    """Run the demo; the sentence when it cannot."""
    port = int(os.environ.get("PORT") or 8000)
    data = settings_data_dir()
    os.environ |= demo_environment(port, data)
    for number in (
        signal.SIGTERM,
        signal.SIGINT,
    ):  # a shell starts what runs in its background deaf to SIGINT
        signal.signal(number, leave)
    if taken(port):
        return complain(
            f"Port {port} is taken. Stop what runs there, or choose another: make demo PORT={port + 1}"
        )
    try:
        with ensure(data) as lease:
            remember_address(data, os.environ["SITE_URL"])
            try:
                return run(port)
            finally:
                lease.release(wait=True)
    except ServersError as error:
        return complain(str(error))
    except subprocess.CalledProcessError as error:
        return complain(f"The demo stopped: {' '.join(map(str, error.cmd[1:]))} failed, see above.")
    except KeyboardInterrupt:
        return 130


def run(port: int) -> int:
    """Prepare the tables and the people, then run the three processes until they are stopped."""
    say("Preparing the database …")
    manage("migrate", "--verbosity", "0")
    collect_static()
    say("Preparing the demo organizations …")
    manage("seed_demo")
    manager = Manager()
    manager._process_ctor = AttachedProcess
    for name, command in parse_procfile((PROJECT / "Procfile").read_text()).processes.items():
        manager.add_process(name, command, env=os.environ.copy(), cwd=str(PROJECT))
    threading.Thread(target=announce, args=(port,), daemon=True).start()
    manager.loop()
    return 0 if manager.returncode in (130, 143) else int(manager.returncode or 0)


def demo_environment(port: int, data: Path) -> dict[str, str]:
    """What the processes of the demo find in their environment."""
    return {
        "AMDP_MODE": "demo",
        "DATA": str(data),
        "PORT": str(port),
        "SITE_URL": os.environ.get("SITE_URL") or f"http://127.0.0.1:{port}",
        "BEAT_SCHEDULE": str(data / "beat-schedule"),
        "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore::UserWarning:celery.platforms",  # that it runs as root
    }


def announce(port: int) -> None:
    """Print the address and the logins once ``/healthz`` is green."""
    address = f"http://127.0.0.1:{port}"
    while not healthy(f"{address}/healthz"):
        time.sleep(0.2)
    logins = subprocess.run(
        [sys.executable, "manage.py", "demo_logins"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    say(f"\n{logins.stdout or logins.stderr}\nOpen {address} — Ctrl-C stops everything, the data stays.\n")


def healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def taken(port: int) -> bool:
    """Whether somebody listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def collect_static() -> None:
    """Collect the static files when a source changed; two demos of one checkout take turns."""
    (PROJECT / "staticfiles").mkdir(exist_ok=True)
    turn = acquire(PROJECT / "staticfiles" / ".lock")
    if static_is_stale():
        say("Collecting static files …")
        manage("collectstatic", "--no-input", "--verbosity", "0")
    if turn is not None:
        os.close(turn)


def static_is_stale() -> bool:
    """Whether a source of the collected static files is newer than the last collection."""
    manifest = PROJECT / "staticfiles" / "staticfiles.json"
    if not manifest.exists():
        return True
    collected = manifest.stat().st_mtime
    sources = [PROJECT / name for name in STATIC_SOURCES]
    files = [*sources, *(file for source in sources if source.is_dir() for file in source.rglob("*"))]
    return any(file.stat().st_mtime > collected for file in files)


def manage(*arguments: str) -> None:
    """Run a command that ends with us, also when we are interrupted while it is being started."""
    command = [sys.executable, "manage.py", *arguments]
    with start_attached(command, signal.SIGTERM, cwd=PROJECT) as child:
        try:
            code = child.wait()
        except BaseException:
            child.kill()
            raise
    if code:
        raise subprocess.CalledProcessError(code, command)


def leave(number: int, frame: FrameType | None) -> None:
    """Both ways of asking end like Ctrl-C while preparing."""
    raise KeyboardInterrupt


def say(words: str) -> None:
    print(words, flush=True)  # noqa: T201


def complain(words: str) -> int:
    print(words, file=sys.stderr, flush=True)  # noqa: T201
    return 1


if __name__ == "__main__":
    sys.exit(main())
