"""Account management development programs: the composition root and the platform below the apps."""

from amdp.celery import app as celery_app

__all__ = ["celery_app"]
