"""Docker Compose without Docker: each service's very command, on the embedded servers."""

import os
import re
import shlex
import subprocess
import sys

import environ
import psycopg2
import pytest
import yaml

from amdp.servers import ensure, place_of, postgres, service_urls
from amdp.servers.place import PROJECT
from tests.servers.running import environment, free_port, health, running, wait_until

GIVEN = {
    "SECRET_KEY": "only-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz",
    "PRIVATE_NOTES_KEY": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "POSTGRES_PASSWORD": "p",
    "AMDP_OWNER_PASSWORD": "o'o",
    "AMDP_APP_PASSWORD": "a",
}


def compose(**given: str) -> dict:
    """The file with its variables filled in as Compose does; a required one that is missing is an error."""

    def fill(found: re.Match) -> str:
        name, operator, rest = found.group(1), found.group(2), found.group(3)
        assert name in given or operator == ":-", f"{name} is required: {rest}"
        return given.get(name, rest)

    text = (PROJECT / "docker-compose.yml").read_text()
    return yaml.safe_load(re.sub(r"\$\{(\w+)(:-|:\?)?([^}]*)\}", fill, text))


@pytest.fixture
def machine(tmp_path):
    """Embedded servers with nothing in them yet, and where the services' logs go."""
    with ensure(tmp_path / "data", test=True) as lease:
        yield tmp_path
        lease.release(wait=True)


def services_on(data, port: int) -> dict[str, dict]:
    """The services that are ours, their addresses turned to the embedded servers."""
    urls = service_urls(data)
    services = {}
    for name, service in compose(PORT=str(port), **GIVEN)["services"].items():
        if "build" in service:
            variables = dict(service["environment"]) | {"DATA": str(data), "DATABASE_URL": urls.database}
            variables["REDIS_URL"] = urls.redis
            if "MIGRATE_DATABASE_URL" in variables:
                variables["MIGRATE_DATABASE_URL"] = urls.migrate_database
            services[name] = {"command": shlex.split(service["command"]), "environment": variables}
    return services


def test_every_service_gets_up_with_its_very_command(machine):
    port = free_port()
    services = services_on(machine / "data", port)
    assert set(services) == {"migrate", "web", "worker", "beat"}

    migrate = services.pop("migrate")
    subprocess.run(migrate["command"], env=environment(**migrate["environment"]), cwd=PROJECT, check=True)

    def start(name):
        log = machine / f"{name}.log"
        return running(services[name]["command"], log, **services[name]["environment"]), log

    web, log = start("web")
    with web:
        wait_until(lambda: health(port)[0] == 503, patience=60, log=log)
        assert health(port)[1] == {"database": "ok", "redis": "ok", "worker": "away", "beat": "away"}
        worker, log = start("worker")
        with worker:
            wait_until(lambda: health(port)[1]["worker"] == "ok", patience=60, log=log)
            assert health(port)[1]["beat"] == "away"
            beat, log = start("beat")
            with beat:
                wait_until(lambda: health(port)[0] == 200, patience=60, log=log)
        check = compose(PORT=str(port), **GIVEN)["services"]["web"]["healthcheck"]["test"]
        assert check[0] == "CMD"
        assert subprocess.run(check[1:], env=environment(), check=False).returncode == 0


def test_only_migrations_get_the_owners_password():
    services = compose(**GIVEN)["services"]
    knowing = {name for name, service in services.items() if GIVEN["AMDP_OWNER_PASSWORD"] in str(service)}
    assert knowing == {"postgres", "migrate"}
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_a_new_cluster_gets_two_logins_with_passwords(tmp_path, monkeypatch):
    (tmp_path / "empty.sql").write_text("")
    monkeypatch.setattr(postgres, "ROLES", tmp_path / "empty.sql")
    mounts = compose(**GIVEN)["services"]["postgres"]["volumes"]
    roles, script = (mount.split(":")[0] for mount in mounts[1:])
    with bare_cluster(tmp_path / "data") as (at, server):
        subprocess.run(
            [PROJECT / script],
            env=environment(
                POSTGRES_USER="postgres", PGHOST=str(at.sockets), ROLES_FILE=str(PROJECT / roles),
                PATH=f"{server.programs}:/usr/bin:/bin", AMDP_OWNER_PASSWORD="o'o", AMDP_APP_PASSWORD="a",
            ), check=True, capture_output=True,
        )  # fmt: skip
        for role in ("amdp_owner", "amdp_app"):
            psycopg2.connect(host=str(at.sockets), user=role, dbname="amdp").close()
        with psycopg2.connect(host=str(at.sockets), user="postgres", dbname="amdp") as connection:
            cursor = connection.cursor()
            cursor.execute("select rolname, rolbypassrls, rolpassword like 'SCRAM-SHA-256$%' from pg_authid "
                           "where rolname like 'amdp%' order by 1")  # fmt: skip
            assert cursor.fetchall() == [("amdp_app", False, True), ("amdp_owner", True, True)]
        connection.close()


class bare_cluster:
    """A PostgreSQL without our roles, run by this process."""

    def __init__(self, data):
        self.place = place_of(data)

    def __enter__(self):
        from amdp.servers.supervisor import make_passable, make_sockets

        make_passable(self.place.root)
        make_sockets(self.place)
        self.server = postgres.Postgres(self.place, test=True)
        self.server.prepare()
        self.server.start()
        self.server.wait_until_ready()
        return self.place, self.server

    def __exit__(self, *error):
        self.server.stop()


def test_the_image_builds_from_files_that_exist():
    """Docker is not here to try: what the Dockerfile copies is there, and its Python runs our pins."""
    lines = (PROJECT / "Dockerfile").read_text().splitlines()
    copied = [line.split()[1:-1] for line in lines if line.startswith("COPY") and "--from" not in line]
    for sources in copied:
        for source in sources:
            assert (PROJECT / source).exists()
    steps = [line for line in lines if line.startswith("RUN")]
    assert steps[0] == "RUN python scripts/assets.py --production"
    assert any("--require-hashes -r requirements/production.txt" in step for step in steps)
    address = environ.Env.db_url_config(compose(**GIVEN)["services"]["web"]["environment"]["DATABASE_URL"])
    assert (address["USER"], address["PASSWORD"], address["HOST"]) == ("amdp_app", "a", "postgres")


def test_the_health_check_may_ask_whatever_the_public_address_is(client, settings, db):
    web = compose(ALLOWED_HOSTS="amdp.example", **GIVEN)["services"]["web"]
    asked = re.search(r"http://([^/']+)", web["healthcheck"]["test"][-1]).group(1)
    settings.ALLOWED_HOSTS = web["environment"]["ALLOWED_HOSTS"].split(",")
    assert client.get("/healthz", headers={"host": asked}).status_code in (200, 503)
    assert client.get("/healthz", headers={"host": "elsewhere.example"}).status_code == 400


@pytest.mark.parametrize(("behind", "address"), [("true", "203.0.113.9"), ("false", "10.0.0.1")])
def test_login_attempts_are_counted_by_the_address_the_proxy_names(behind, address):
    """Counted by the proxy's own, ten wrong passwords of anybody would lock everybody out."""
    code = (
        "import django; django.setup()\n"
        "from allauth.account.adapter import get_adapter\n"
        "from django.test import RequestFactory\n"
        "named = {'HTTP_X_FORWARDED_FOR': '198.51.100.4, 203.0.113.9', 'REMOTE_ADDR': '10.0.0.1'}\n"
        "print(get_adapter().get_client_ip(RequestFactory().get('/', **named)))"
    )
    variables = os.environ | {"DJANGO_SETTINGS_MODULE": "amdp.settings", "BEHIND_PROXY": behind}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=variables, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == address
