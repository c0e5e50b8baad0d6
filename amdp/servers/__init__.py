"""Embedded PostgreSQL and Redis for development, tests and the demo.

``ensure(data_dir)`` joins the servers of a data directory or starts them. They belong to a small
supervisor process which stops them once nobody holds a lease on them any more, so a command that
ends, crashes or is killed leaves nothing behind, and two commands never fight over one cluster.
With ``DATABASE_URL`` and ``REDIS_URL`` set nothing is started. Importing starts nothing.
"""

from .client import Lease, ensure, ensure_for_tests
from .place import (
    ServersError,
    ServiceUrls,
    external,
    place_of,
    remembered_address,
    service_urls,
    settings_data_dir,
)

__all__ = [
    "Lease",
    "ServersError",
    "ServiceUrls",
    "ensure",
    "ensure_for_tests",
    "external",
    "place_of",
    "remembered_address",
    "service_urls",
    "settings_data_dir",
]
