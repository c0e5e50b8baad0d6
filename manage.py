#!/usr/bin/env python
"""Django's command line, with the embedded servers running for as long as a command needs them."""

import os
import sys

from amdp.servers import ServersError, ensure, settings_data_dir

NO_SUCH_TABLE = "42P01"
WITHOUT_SERVERS = {"", "help", "version", "collectstatic", "check", "spectacular"}
AS_OWNER = {
    "migrate",
    "makemigrations",
    "sqlmigrate",
    "showmigrations",
    "flush",
    "sqlflush",
    "optimizemigration",
    "seed_load",
}


def main() -> None:
    """Run one management command; commands that shape tables use the owner's login."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amdp.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command in AS_OWNER:
        os.environ["DATABASE_LOGIN"] = "owner"
    if command not in WITHOUT_SERVERS and not command.startswith("-") and "--help" not in sys.argv:
        try:
            ensure(settings_data_dir())
        except ServersError as error:
            sys.exit(str(error))

    from django.core.management import execute_from_command_line
    from django.db import ProgrammingError

    try:
        execute_from_command_line(sys.argv)
    except ProgrammingError as error:
        if getattr(error.__cause__, "pgcode", None) != NO_SUCH_TABLE:
            raise
        sys.exit(f"The tables are not made yet. Make them first: {sys.executable} manage.py migrate")


if __name__ == "__main__":
    main()
