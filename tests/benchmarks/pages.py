"""Pages on the large organization: one gunicorn, one warm client, a hundred requests each."""

import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from amdp.demo.load import MAIN, address
from amdp.identity.models import User
from amdp.tenancy.context import organization_context
from amdp.tenancy.models import Organization
from cohorts.models import Cohort, Participant
from mentoring.models import MatchRun
from tests.benchmarks.results import Result

REQUESTS = 100
PATIENCE = 30_000  # milliseconds for one page, where a page is much too slow
P50, QUERIES = 60, 15
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CONTROL = re.compile(r"^(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)", re.I)
PROJECT = Path(__file__).resolve().parent.parent.parent


def measure() -> list[Result]:
    results = []
    with gunicorn() as port:
        for name, role, url in targets():
            client = Visitor(port, role)
            print(f"  {name}", flush=True)
            queries = count_queries(role, url)
            times = client.times(url)
            p50, p95 = statistics.median(times), sorted(times)[int(len(times) * 0.95) - 1]
            results.append(
                Result(
                    f"page:{name}",
                    p50,
                    "ms",
                    P50,
                    p50 / P50,
                    aim=f"p50 ≤ {P50} ms, ≤ {QUERIES} queries",
                    met=p50 <= P50 and queries <= QUERIES,
                    extra={
                        "p50_ms": round(p50, 1),
                        "p95_ms": round(p95, 1),
                        "queries": queries,
                        "role": role,
                    },
                )
            )
    return results


def targets() -> Iterator[tuple[str, str, str]]:
    """The pages of the issue, each as the role that looks at it."""
    for role in ("ld_admin", "leader", "participant", "mentor"):
        yield f"home:home:{role}", role, reverse("home:home", args=[MAIN])
    yield "directory:person_list", "ld_admin", reverse("directory:person_list", args=[MAIN])
    with organization_context(Organization.objects.get(slug=MAIN)):
        of = {
            state: Cohort.objects.filter(state=state).order_by("pk").first()
            for state in ("assessing", "selecting")
        }
        run = MatchRun.objects.order_by("-pk")[0]
        pupil = Participant.objects.get(
            person__membership__user__email=address("participant"), state="active"
        )
    yield (
        "selection:candidate_list",
        "ld_admin",
        reverse("selection:candidate_list", args=[MAIN, of["assessing"].pk]),
    )
    yield (
        "selection:slate_detail",
        "ld_admin",
        reverse("selection:slate_detail", args=[MAIN, of["selecting"].pk]),
    )
    yield (
        "curriculum:journey_detail",
        "participant",
        reverse("curriculum:journey_detail", args=[MAIN, pupil.pk]),
    )
    yield "mentoring:match_run_detail", "ld_admin", reverse("mentoring:match_run_detail", args=[MAIN, run.pk])
    yield "mentoring:mentoring_home", "mentor", reverse("mentoring:mentoring_home", args=[MAIN])
    yield "metrics:outcomes", "hr_analyst", reverse("metrics:outcomes", args=[MAIN])


def session_of(role: str) -> str:
    """A session as the sign-in page makes it; signing in itself is not what is measured."""
    user = User.objects.get(email=address(role))
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


class Visitor:
    """One client on one kept connection."""

    def __init__(self, port: int, role: str) -> None:
        self.port, self.cookie = port, urlencode({"sessionid": session_of(role)})

    def times(self, url: str) -> list[float]:
        """Milliseconds of a hundred requests, after three that warm up; fewer when a page takes too long."""
        for _ in range(3):
            self.get(url)
        times: list[float] = []
        while len(times) < REQUESTS and sum(times) < PATIENCE:
            times.append(self.get(url))
        return times

    def get(self, url: str) -> float:
        started = time.perf_counter()
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        wire.request("GET", url, headers={"Cookie": self.cookie, "Host": "127.0.0.1"})
        answer = wire.getresponse()
        body = answer.read()
        wire.close()
        assert answer.status == 200, f"{url}: {answer.status} {body[:300]!r}"
        return (time.perf_counter() - started) * 1000


def count_queries(role: str, url: str) -> int:
    """Statements of a warm request, without those that begin and end transactions."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(email=address(role)), backend=BACKEND)
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    statements = [one["sql"] for one in captured if not CONTROL.match(one["sql"])]
    if os.environ.get("BENCH_SHOW"):
        print(
            url,
            *(f"\n  {one['time']} {one['sql'][:400]}" for one in captured if not CONTROL.match(one["sql"])),
        )
    return len(statements)


@contextmanager
def gunicorn() -> Iterator[int]:
    """One worker on a free port, as the demo runs it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "amdp.wsgi",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "1",
        "--log-level",
        "warning",
    ]
    server = subprocess.Popen(command, cwd=PROJECT)
    try:
        wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("gunicorn did not start")
