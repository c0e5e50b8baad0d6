"""Gunicorn's log of requests without secrets; apart from ``logs`` so that nothing else loads gunicorn."""

from typing import Any

from gunicorn.glogging import Logger

from amdp.web.logs import without_secrets


class AccessLog(Logger):
    """The address stands in the request line and in the referrer."""

    def atoms(self, *request: Any) -> dict[str, Any]:
        found = super().atoms(*request)
        return {
            name: without_secrets(value) if isinstance(value, str) else value for name, value in found.items()
        }
