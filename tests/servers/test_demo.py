"""``make demo`` from the outside."""

import os
import signal
import socket
import subprocess
from contextlib import suppress

import pytest

from amdp.servers.place import PROJECT
from tests.servers.running import (
    environment,
    free_port,
    health,
    processes_with,
    running,
    wait_until,
)

PYTHON = PROJECT / ".venv" / "bin" / "python"


def interrupt(child: subprocess.Popen) -> None:
    """What Ctrl-C does: the whole foreground group gets it."""
    os.killpg(child.pid, signal.SIGINT)


def create_organization(data) -> str:
    """The first line of what :func:`told` says: whether the organization was there."""
    return told(data)[0]


def told(data) -> list[str]:
    """What ``manage.py`` says in a second terminal that was not told the port."""
    answer = subprocess.run(
        [PYTHON, "manage.py", "create_organization", "kept", "--name", "Kept", "--owner", "o@kept.example"],
        env=environment(DATA=str(data)), cwd=PROJECT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return answer.stdout.splitlines()


def test_demo_starts_stops_and_starts_again_after_everything_was_killed(tmp_path):
    port, data, log = free_port(), tmp_path / "data", tmp_path / "log"
    command = ["make", "demo", f"PORT={port}", f"DATA={data}"]

    with running(command, log) as demo:
        wait_until(lambda: health(port)[0] == 200, patience=240, log=log)
        wait_until(lambda: f"Open http://127.0.0.1:{port}" in log.read_text(), log=log)
        assert create_organization(data) == "Created Kept at /o/kept/."
        assert told(data)[-1].startswith(f"http://127.0.0.1:{port}/invitations/kept/")
        interrupt(demo)
        demo.wait(30)
        assert processes_with("DATA", str(data)) == {}

    with running(command, log):
        wait_until(lambda: health(port)[0] == 200, patience=60, log=log)
        for pid in processes_with("DATA", str(data)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not processes_with("DATA", str(data)))

    assert create_organization(data) == "Kept exists at /o/kept/."  # alone, it starts the servers itself
    wait_until(lambda: not processes_with("DATA", str(data)))

    with running(command, log) as demo:
        wait_until(lambda: health(port)[0] == 200, patience=60, log=log)
        assert create_organization(data) == "Kept exists at /o/kept/."
        interrupt(demo)
        demo.wait(30)
        assert processes_with("DATA", str(data)) == {}

    with running([PYTHON, "-m", "amdp.servers.demo"], log, PORT=str(port), DATA=str(data)) as demo:
        wait_until(lambda: health(port)[0] == 200, patience=60, log=log)
        demo.kill()  # and nothing is left behind by what it had started
        wait_until(lambda: processes_with("DATA", str(data)) == {}, patience=30)


DEAF = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh"]  # as a shell without job control starts it with &


@pytest.mark.parametrize(
    ("number", "before"), [(signal.SIGTERM, []), (signal.SIGINT, []), (signal.SIGINT, DEAF)]
)
def test_stopping_the_demo_while_it_prepares_leaves_nothing_behind(tmp_path, number, before):
    data, log = tmp_path / "data", tmp_path / "log"
    command = [*before, PYTHON, "-m", "amdp.servers.demo"]
    with running(command, log, PORT=str(free_port()), DATA=str(data)) as demo:
        wait_until(lambda: "database" in log.read_text(), patience=60, log=log)
        demo.send_signal(number)
        assert demo.wait(30) == 130
        wait_until(lambda: processes_with("DATA", str(data)) == {}, patience=10)


def test_a_taken_port_is_told_in_a_sentence(tmp_path):
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        port = somebody.getsockname()[1]
        demo = subprocess.run(
            [PYTHON, "-m", "amdp.servers.demo"],
            env=environment(PORT=str(port), DATA=str(tmp_path / "data")), cwd=PROJECT, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
    assert demo.returncode == 1
    assert demo.stderr == (
        f"Port {port} is taken. Stop what runs there, or choose another: make demo PORT={port + 1}\n"
    )
    assert not (tmp_path / "data").exists()


ASKED_AT_THE_FORK = """
import os, signal, sys
from amdp.servers import demo
signal.signal(signal.SIGTERM, demo.leave)
os.register_at_fork(after_in_parent=lambda: os.kill(os.getpid(), signal.SIGTERM))
try:
    demo.manage("check")
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_being_asked_to_end_while_a_child_is_being_made_is_not_forgotten(tmp_path):
    demo = subprocess.run(
        [PYTHON, "-c", ASKED_AT_THE_FORK],
        env=environment(DATA=str(tmp_path / "data")), cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (demo.returncode, demo.stderr) == (130, "")
