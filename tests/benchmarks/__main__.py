"""``python -m tests.benchmarks [name …]``: all of them, or those whose name starts so."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
DATA = PROJECT / ".data" / "bench"
SIZES = [
    "--people",
    "100000",
    "--cohorts",
    "200",
    "--organizations",
    "200",
    "--participants",
    "5000",
    "--seed",
    "1",
]


def main() -> int:
    """Servers and data of their own, then one benchmark after the other."""
    for name in ("DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    os.environ |= {
        "DATA": os.environ.get("BENCH_DATA") or str(DATA),
        "AMDP_MODE": "demo",
        "DJANGO_SETTINGS_MODULE": "amdp.settings",
    }
    from amdp.servers import ensure, settings_data_dir
    from amdp.servers.demo import collect_static

    with ensure(settings_data_dir()) as lease:
        try:
            subprocess.run([sys.executable, "scripts/assets.py"], cwd=PROJECT, check=True)
            manage("migrate", "--verbosity", "0")
            manage("seed_load", *SIZES)
            collect_static()
            return run(sys.argv[1:])
        finally:
            lease.release(wait=True)


def run(wanted: list[str]) -> int:
    """Measure what was asked for; print the table and keep it. A missed aim is told, it does not fail."""
    import django

    django.setup()
    from tests.benchmarks import (
        assignment,
        eligibility,
        exports,
        imports,
        matching,
        pages,
        sensitivity,
        slate,
        ticks,
    )
    from tests.benchmarks.results import Result, save, told

    results: list[Result] = []
    for name, measure in (
        ("import_people", imports.measure),
        ("page:", pages.measure),
        ("eligibility_100k", eligibility.measure),
        ("match_1000x300", matching.measure),
        ("sensitivity_2000", sensitivity.measure),
        ("slate_2000", slate.measure),
        ("assignment_200", assignment.measure),
        ("pulse_tick", ticks.measure),
        ("export_csv_100k", exports.measure),
    ):
        if not wanted or any(name.startswith(start) or start.startswith(name) for start in wanted):
            print(f"Measuring {name.rstrip(':')} …", flush=True)
            results += measure()
    print(told(results))
    save(results, PROJECT / ".data" / "bench.json")
    return 0


def manage(*arguments: str) -> None:
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=PROJECT, check=True)


if __name__ == "__main__":
    sys.exit(main())
