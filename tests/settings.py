"""Settings under pytest: a data directory of their own, and a Redis database per xdist worker."""

import os
import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

os.environ["AMDP_MODE"] = "test"
os.environ["DATA"] = os.environ.get("TEST_DATA") or str(PROJECT / ".data" / "test")
worker = re.search(r"\d+$", os.environ.get("PYTEST_XDIST_WORKER", ""))
os.environ["REDIS_DATABASE"] = str(int(worker.group()) + 1) if worker else "0"

from amdp.settings import *  # noqa: E402, F403

# The test database is made and migrated by the owner; tests/conftest.py then assumes the application's role.
DATABASES["default"] |= env.db_url_config(MIGRATE_DATABASE_URL)  # noqa: F405
