"""The extra that the servers need."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from imadmin import ImadminError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LabNotInstalledError", "needing_the_extra"]

_LIBRARIES = ("cryptography", "lxml", "psrpcore", "spnego")


class LabNotInstalledError(ImadminError):
    """The libraries of the lab's servers are not installed."""

    exit_status = 2


@contextmanager
def needing_the_extra() -> Iterator[None]:
    """Say what to install where one of the libraries is not there.

    Raises:
        LabNotInstalledError: so it is.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _LIBRARIES:
            raise
        raise LabNotInstalledError(
            f"the lab needs the library {missing}, which is not installed",
            remedy="pip install 'imadmin[lab]', or pip install \".[lab]\" in a checkout",
        ) from error
