"""The embedded servers: started, joined, shared, killed, moved."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg2
import pytest
import redis

from amdp.servers import ServersError, ensure, locks
from amdp.servers.place import PROJECT, place_of, service_urls
from amdp.servers.postgres import statements
from amdp.servers.processes import command_of
from amdp.servers.supervisor import make_passable, make_sockets

QUESTION = """
import environ, sys, psycopg2, redis
from amdp.servers import service_urls, settings_data_dir
urls = service_urls(settings_data_dir())
at = environ.Env.db_url_config(urls.database)
cursor = psycopg2.connect(host=at["HOST"], user=at["USER"], dbname=at["NAME"]).cursor()
cursor.execute("select current_user || ' ' || pg_postmaster_start_time()")
print(cursor.fetchone()[0], redis.from_url(urls.redis).ping())
"""


def database(data: Path, role: str = "amdp_owner"):
    connection = psycopg2.connect(host=str(place_of(data).sockets), user=role, dbname="amdp")
    connection.autocommit = True
    return connection


def ask(data: Path) -> subprocess.Popen:
    """A process of its own that runs with the servers and says as whom and since when."""
    return subprocess.Popen(
        [sys.executable, "-m", "amdp.servers", "run", "--test", "--", sys.executable, "-c", QUESTION],
        env=environment(data), cwd=PROJECT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def environment(data: Path, **extra: str) -> dict[str, str]:
    hidden = ("DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL", "REDIS_DATABASE")
    return {n: v for n, v in os.environ.items() if n not in hidden} | {"DATA": str(data)} | extra


def processes_of(data: Path) -> dict[str, int]:
    """The main processes that run for a data directory, by the program's name."""
    sockets, found = str(place_of(data).sockets), {}
    for entry in Path("/proc").iterdir():
        command = command_of(int(entry.name)) if entry.name.isdigit() else ""
        if "amdp.servers supervise" in command and command.split()[4] == str(data):
            found["supervisor"] = int(entry.name)
        elif "redis-server" in command and sockets in command:
            found["redis"] = int(entry.name)
        elif "/postgres -D" in command and sockets in command and command_of(parent_of(entry)) != command:
            found["postgres"] = int(entry.name)  # its newborn backends still bear its name
    return found


def parent_of(entry: Path) -> int:
    """The parent of a process of /proc; 0 when it is gone."""
    with suppress(OSError):
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    return 0


def wait_until(condition, *, patience: float = 20) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.05)


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A data directory whose servers are gone after the test, whatever happens in it."""
    for name in ("DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL", "REDIS_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    for folder in [tmp_path, *tmp_path.parents]:
        if folder.name.startswith(("pytest-", "popen-", tmp_path.name)):
            folder.chmod(0o755)  # pytest's own folders are private; these tests are about ours
    data = tmp_path / "data"
    yield data
    for pid in processes_of(data).values():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_servers_start_and_stop_with_the_last_lease(data):
    lease = ensure(data, test=True)
    assert set(processes_of(data)) == {"supervisor", "postgres", "redis"}
    lease.release(wait=True)
    assert processes_of(data) == {}


def test_asking_again_in_the_same_process_returns_the_same_lease(data):
    with ensure(data, test=True) as lease:
        assert ensure(data, test=True) is lease


def test_a_second_process_joins_and_outlives_the_first(data):
    lease = ensure(data, test=True)
    before = processes_of(data)
    assert ask(data).communicate(timeout=30)[0].endswith("True\n")
    assert processes_of(data) == before
    lease.release(wait=True)


def test_five_processes_at_once_share_one_cluster(data):
    racers = [ask(data) for _ in range(5)]
    answers = {racer.communicate(timeout=60)[0] for racer in racers}
    assert all(answer.startswith("amdp_app ") and answer.endswith(" True\n") for answer in answers)
    wait_until(lambda: processes_of(data) == {})


def test_a_supervisor_killed_before_it_gave_its_sockets_away_is_followed_by_another(data):
    at = place_of(data)
    make_passable(at.root)
    at.sockets.mkdir(mode=0o700)
    ensure(data, test=True).release(wait=True)


def test_sockets_of_somebody_else_are_left_alone(data, monkeypatch):
    at = place_of(data)
    make_passable(at.root)
    make_sockets(at)
    monkeypatch.setattr("amdp.servers.supervisor.unprivileged", lambda owned: {"user": 12345, "group": 12345})
    monkeypatch.setattr("os.geteuid", lambda: 12346)
    with pytest.raises(PermissionError, match="belongs to another user"):
        make_sockets(at)


def test_data_survives_killing_everything(data):
    lease = ensure(data)
    with database(data).cursor() as cursor:
        cursor.execute("create table kept (word text); insert into kept values ('here')")
    redis.from_url(service_urls(data).redis).set("kept", "here")
    time.sleep(1.2)  # Redis writes its file to disk every second
    for pid in processes_of(data).values():
        os.kill(pid, signal.SIGKILL)
    lease.release()
    wait_until(lambda: processes_of(data) == {})

    with ensure(data) as lease:
        with database(data, "amdp_app").cursor() as cursor:
            cursor.execute("select word from kept")
            assert cursor.fetchall() == [("here",)]
        assert redis.from_url(service_urls(data).redis).get("kept") == b"here"
        lease.release(wait=True)


def test_servers_die_with_their_supervisor(data):
    lease = ensure(data, test=True)
    os.kill(processes_of(data)["supervisor"], signal.SIGKILL)
    wait_until(lambda: set(processes_of(data)) <= {"supervisor"})
    lease.release()


def test_a_killed_server_comes_back(data):
    with ensure(data, test=True) as lease:
        before = processes_of(data)
        os.kill(before["postgres"], signal.SIGKILL)
        wait_until(lambda: processes_of(data).get("postgres", before["postgres"]) != before["postgres"])
        assert ask(data).communicate(timeout=30)[0].endswith("True\n")
        lease.release(wait=True)


def test_a_pid_file_that_names_somebody_else_is_removed(data):
    ensure(data, test=True).release(wait=True)
    at = place_of(data)
    (at.postgres / "postmaster.pid").write_text(f"{os.getpid()}\n{at.postgres}\n")
    make_sockets(at)  # a folder of sockets outside the data directory goes with the servers
    (at.sockets / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    (at.redis / "redis.pid").write_text(str(os.getpid()))
    ensure(data, test=True).release(wait=True)


def test_half_a_cluster_is_made_anew(data):
    (data / "servers" / "postgres.new").mkdir(parents=True)
    (data / "servers" / "postgres.new" / "PG_VERSION").write_text("18")
    ensure(data, test=True).release(wait=True)


def test_a_long_path_has_short_sockets(data):
    data = data / ("long" * 20)
    with ensure(data, test=True) as lease:
        assert len(str(place_of(data).redis_socket)) < 100
        assert ask(data).communicate(timeout=30)[0].endswith("True\n")
        lease.release(wait=True)
    assert not place_of(data).sockets.exists()


def test_a_path_with_spaces_and_capitals_works(data):
    data = data / "Åsa's Data %41"
    with ensure(data, test=True) as lease:
        assert ask(data).communicate(timeout=30)[0].endswith("True\n")
        lease.release(wait=True)


def test_new_databases_let_the_application_read_what_the_owner_makes(data):
    with ensure(data, test=True) as lease:
        database(data).cursor().execute("create database another")
        owner = psycopg2.connect(host=str(place_of(data).sockets), user="amdp_owner", dbname="another")
        with owner, owner.cursor() as cursor:
            cursor.execute("create table t (id bigserial)")
        app = psycopg2.connect(host=str(place_of(data).sockets), user="amdp_app", dbname="another")
        with app, app.cursor() as cursor:
            cursor.execute("insert into t default values returning id")
            assert cursor.fetchall() == [(1,)]
            cursor.execute("select rolname from pg_roles r where (rolsuper or rolbypassrls) "
                           "and pg_has_role(session_user, r.oid, 'SET')")  # fmt: skip
            assert cursor.fetchall() == []
            cursor.execute(
                "select datcollate, datlocprovider, datlocale from pg_database where datname = 'amdp'"
            )
            assert cursor.fetchall() == [("C", "b", "C.UTF-8")]
        owner.close()
        app.close()
        lease.release(wait=True)


def test_nothing_starts_when_the_environment_names_servers(data, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://app@db/amdp")
    monkeypatch.setenv("MIGRATE_DATABASE_URL", "postgres://owner@db/amdp")
    monkeypatch.setenv("REDIS_URL", "redis://cache/0")
    ensure(data)
    assert not data.exists()
    urls = service_urls(data)
    assert (urls.database, urls.migrate_database) == ("postgres://app@db/amdp", "postgres://owner@db/amdp")
    assert (urls.redis, urls.broker) == ("redis://cache/0", "redis://cache/0")


def test_half_an_environment_is_refused(data, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://app@db/amdp")
    with pytest.raises(ServersError, match="REDIS_URL"):
        ensure(data)
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("AMDP_MODE", "production")
    with pytest.raises(ServersError, match="DATABASE_URL"):
        service_urls(data)


@pytest.mark.parametrize("private", [False, True])
def test_root_drops_to_nobody_and_leaves_folders_alone(data, private):
    data.mkdir(mode=0o700 if private else 0o755)
    data = data / "inside"
    with ensure(data, test=True) as lease:
        owner = Path(f"/proc/{processes_of(data)['postgres']}").stat().st_uid
        lease.release(wait=True)
    if os.geteuid() == 0:
        assert owner != 0
        assert (place_of(data).root == data / "servers") is not private
    assert data.parent.stat().st_mode & 0o777 == (0o700 if private else 0o755)
    shutil.rmtree(place_of(data).root)


def test_a_lock_ends_with_its_process(tmp_path):
    lock = tmp_path / "lock"
    code = (
        "import sys, time; from pathlib import Path; from amdp.servers.locks import acquire; "
        "acquire(Path(sys.argv[1])); print(1, flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", code, lock], cwd=PROJECT, stdout=subprocess.PIPE)
    child.stdout.readline()
    assert locks.is_held(lock)
    child.kill()
    child.communicate()
    assert not locks.is_held(lock)


def test_statements_are_split_at_semicolons():
    assert statements("-- a; b\nselect 1;\nselect 2;\n") == ["select 1", "select 2"]


def test_a_command_without_tables_says_how_to_make_them(tmp_path):
    command = [
        sys.executable,
        "manage.py",
        "create_organization",
        "acme",
        "--name",
        "A",
        "--owner",
        "a@b.example",
    ]
    variables = environment(tmp_path / "data")
    done = subprocess.run(command, cwd=PROJECT, env=variables, capture_output=True, text=True, check=False)
    assert (done.returncode, "manage.py migrate" in done.stderr, "Traceback" in done.stderr) == (
        1,
        True,
        False,
    )
