"""Is everything there? ``/healthz`` asks the database and Redis, and looks for two signs of life.

The worker leaves its sign every two seconds by itself. Beat's sign is a task which the worker runs,
so it shows the whole chain: beat wrote to the broker, the worker read it.
"""

from typing import Any

import redis
from celery import shared_task
from celery.signals import beat_init, heartbeat_sent
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

KEY = "amdp:alive:{}"
WORKER_SECONDS = 15
BEAT_SECONDS = 60
PATIENCE = 1.0  # seconds for Redis to answer


@never_cache
@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> JsonResponse:
    """Say what works; 200 when everything does, else 503. Needs no login and no database."""
    found = {"database": database_answers(), **signs_of_life()}
    words = {name: "ok" if works else "away" for name, works in found.items()}
    response = JsonResponse(words, status=200 if all(found.values()) else 503)
    response._has_been_logged = True  # type: ignore[attr-defined]  # whoever asks reads it; not an error of ours
    return response


def database_answers() -> bool:
    """Whether the database takes a query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
            return bool(cursor.fetchone())
    except DatabaseError:
        connection.close()
        return False


def signs_of_life() -> dict[str, bool]:
    """Whether Redis answers, and which of worker and beat left their sign lately."""
    try:
        with redis_client() as client:
            worker, beat = client.mget(KEY.format("worker"), KEY.format("beat"))
    except redis.RedisError:
        return {"redis": False, "worker": False, "beat": False}
    return {"redis": True, "worker": worker is not None, "beat": beat is not None}


@shared_task(expires=BEAT_SECONDS / 2)
def beat_heartbeat() -> None:
    """Leave beat's sign."""
    leave_sign("beat", BEAT_SECONDS)


@heartbeat_sent.connect
def worker_heartbeat(**kwargs: Any) -> None:
    """Leave the worker's sign."""
    leave_sign("worker", WORKER_SECONDS)


@beat_init.connect
def first_heartbeat(**kwargs: Any) -> None:
    """Do not wait for the first turn of the schedule."""
    beat_heartbeat.delay()


def leave_sign(name: str, seconds: int) -> None:
    with redis_client() as client:
        client.set(KEY.format(name), 1, ex=seconds)


def redis_client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
