"""The day as of which is judged: today, unless somebody asks what will be, or what was."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

from imadmin.errors import ConfigError

__all__ = ["VARIABLE", "as_of"]

VARIABLE = "IMADMIN_AS_OF"
"""The environment variable: a day as 2027-04-01. Only what has a date in it is judged by it (support that
ends, services that are retired); what servers say is of the moment when they said it."""


def as_of() -> date:
    """The day that the environment names, else today in UTC.

    Raises:
        ConfigError: it names none.
    """
    given = os.environ.get(VARIABLE, "")
    try:
        return date.fromisoformat(given) if given else datetime.now(UTC).date()
    except ValueError:
        raise ConfigError(
            f"{given!r} is not a day", where=VARIABLE, remedy="Write it as 2027-04-01."
        ) from None
