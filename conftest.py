"""Embedded PostgreSQL and Redis run while the tests do."""

from amdp.servers import ensure_for_tests


def pytest_configure() -> None:
    """Start the servers in the controller; xdist workers join them."""
    ensure_for_tests()
