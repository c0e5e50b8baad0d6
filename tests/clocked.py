"""Celery with its clock set: ``python -m tests.clocked SECONDS worker …`` lives that many seconds from now.

The real worker and the real beat, in processes of their own; only what they read off the wall is moved, so that
a test need not wait for Monday, 09:00. Beat asks its entries as often as ``TICK`` seconds say.
"""

import os
import sys
import time

import time_machine

ASKED_EVERY = float(os.environ.get("TICK", "60"))


def main() -> None:
    seconds, *arguments = sys.argv[1:]
    time_machine.travel(time.time() + float(seconds), tick=True).start()
    from celery.bin.celery import main as celery

    from amdp.celery import app

    app.conf.beat_schedule = {
        name: {**entry, "schedule": min(ASKED_EVERY, entry["schedule"])}
        for name, entry in app.conf.beat_schedule.items()
    }
    sys.argv = ["celery", "--quiet", "--app", "amdp", *arguments]
    sys.exit(celery())


if __name__ == "__main__":
    main()
