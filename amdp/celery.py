"""The Celery application: settings named ``CELERY_*`` and every installed app's ``tasks`` module."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amdp.settings")

app = Celery("amdp")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["amdp"], related_name="health")
