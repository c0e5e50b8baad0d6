"""A real Celery worker, in a process of its own, on the test database and the test's Redis database."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest
import redis
from django.conf import settings

from amdp.servers.place import PROJECT
from amdp.settings import URLS


class Worker:
    """Starts, dies by ``kill -9``, and starts again. It logs in as the application, as in production."""

    def __init__(self, **environment):
        self.environment = environment
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self.command()],
            cwd=PROJECT,
            env=os.environ | environment() | self.environment,
            start_new_session=True,
        )
        return self

    def command(self):
        return [
            "celery", "--quiet", "--app", "amdp", "worker", "--pool", "solo",
            "--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat",
        ]  # fmt: skip

    def kill(self):
        """As a power cut would."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        self.kill()


class Clocked(Worker):
    """A worker, or beat, whose clock stands at a moment when it starts; see ``tests/clocked.py``."""

    def __init__(self, moment, *arguments, **environment):
        super().__init__(**environment)
        self.moment, self.arguments = moment, arguments

    def command(self):
        return ["tests.clocked", str(self.moment.timestamp() - time.time()), *self.arguments]


def environment():
    """What lets another process work on this test's database and Redis."""
    server, _, query = URLS.database.partition("?")
    database = f"{server.rsplit('/', 1)[0]}/{settings.DATABASES['default']['NAME']}"
    return {
        "DJANGO_SETTINGS_MODULE": "amdp.settings",
        "AMDP_MODE": "test",
        "DATABASE_URL": f"{database}?{query}" if query else database,
        "MIGRATE_DATABASE_URL": URLS.migrate_database,
        "REDIS_URL": URLS.redis,
        "SITE_URL": settings.SITE_URL,
        "CELERY_SKIP_CHECKS": "1",
    }


def forget_tasks():
    """Empty the queue: tests that commit leave tasks behind which nobody ran."""
    with redis.Redis.from_url(URLS.redis) as client:
        client.delete("celery", "unacked", "unacked_index", "unacked_mutex")


def wait_until(found, what, seconds=30):
    """Wait for something another process does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if result := found():
            return result
        time.sleep(0.05)
    raise AssertionError(f"Waited {seconds} s for {what}.")


@pytest.fixture
def worker(transactional_db, smtp):
    """A worker whose mail goes to the test's mail server. It starts with an empty queue."""
    forget_tasks()
    running = Worker(EMAIL_URL=smtp.url).start()
    yield running
    running.stop()
    forget_tasks()
