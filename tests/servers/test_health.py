"""/healthz tells what is away, without a login, an organization or a database."""

import time

import pytest
import redis
from django.conf import settings
from django.db import connection

from amdp import health


@pytest.fixture
def signs():
    """Redis without the signs that another run may have left."""
    client = redis.Redis.from_url(settings.REDIS_URL)
    keys = [health.KEY.format(name) for name in ("worker", "beat")]
    client.delete(*keys)
    yield client
    client.delete(*keys)
    client.close()


def test_everything_there_is_green(client, db, signs):
    health.beat_heartbeat()
    health.worker_heartbeat()
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "redis": "ok", "worker": "ok", "beat": "ok"}
    assert "no-store" in answer["Cache-Control"]


def test_signs_of_life_fade(client, db, signs):
    health.beat_heartbeat()
    assert 0 < signs.ttl(health.KEY.format("beat")) <= health.BEAT_SECONDS
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "redis": "ok", "worker": "away", "beat": "ok"}


@pytest.mark.django_db(transaction=True)
def test_a_database_away_is_told_not_raised(client, signs, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "away", "redis": "ok", "worker": "away", "beat": "away"}


def test_redis_away_is_told_not_raised(client, db, settings):
    settings.REDIS_URL = "unix:///nowhere/redis.sock"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "redis": "away", "worker": "away", "beat": "away"}


def test_it_answers_within_100_milliseconds(client, db, signs):
    client.get("/healthz")
    begun = time.perf_counter()
    client.get("/healthz")
    assert time.perf_counter() - begun < 0.1
