"""``python -m amdp.servers run -- COMMAND`` runs a command with the servers up; ``urls`` prints addresses."""

import argparse
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from .client import ensure
from .place import ServersError, service_urls, settings_data_dir
from .supervisor import supervise


def main() -> int:
    """Read the arguments and do the one thing."""
    parser = argparse.ArgumentParser(prog="python -m amdp.servers", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    supervising = verbs.add_parser("supervise", help="own the servers (started by the others)")
    supervising.add_argument("data_dir", type=Path)
    supervising.add_argument("--test", action="store_true")
    running = verbs.add_parser("run", help="run a command with the servers up")
    running.add_argument("--test", action="store_true")
    running.add_argument("command", nargs=argparse.REMAINDER)
    verbs.add_parser("urls", help="print the addresses")
    arguments = parser.parse_args()
    if arguments.verb == "supervise":
        return supervise(arguments.data_dir, test=arguments.test)
    if arguments.verb == "urls":
        for name, url in asdict(service_urls(settings_data_dir())).items():
            print(f"{name}: {url}")  # noqa: T201
        return 0
    command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    try:
        with ensure(settings_data_dir(), test=arguments.test):
            return subprocess.run(command, check=False).returncode  # noqa: S603
    except ServersError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1


if __name__ == "__main__":
    sys.exit(main())
