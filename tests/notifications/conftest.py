from tests.smtp import smtp
from tests.worker import worker

__all__ = ["smtp", "worker"]
