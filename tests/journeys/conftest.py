"""A live server, a real worker, a mail server and a browser."""

import pytest

from tests.journeys.story import Story
from tests.smtp import smtp
from tests.web.browser import chromium
from tests.worker import Worker, forget_tasks

__all__ = ["smtp"]


@pytest.fixture
def story(transactional_db, live_server, smtp, settings, tmp_path):
    """The stage on which the way through is played."""
    settings.SITE_URL = live_server.url
    forget_tasks()
    worker = Worker(EMAIL_URL=smtp.url).start()
    with chromium() as browser:
        yield Story(browser=browser, url=live_server.url, smtp=smtp, folder=tmp_path)
    worker.stop()
    forget_tasks()
