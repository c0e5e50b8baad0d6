import re

import pytest
from django.core.cache import cache

from amdp.celery import app


@pytest.fixture(autouse=True)
def _fresh_limits():
    """Rate limits live in Redis, which no test transaction rolls back."""
    cache.clear()


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """``with commit(): …`` runs what was left for after the commit, tasks at once."""
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield lambda: django_capture_on_commit_callbacks(execute=True)
    app.conf.update(task_always_eager=False, task_eager_propagates=False)


@pytest.fixture
def link_in():
    """The first address in a mail, as a path."""

    def first(mail):
        found = re.search(r"^https?://[^/\s]+(/\S+)$", mail.body, re.MULTILINE)
        assert found, mail.body
        return found.group(1)

    return first
