"""The release of exchangelib whose requests were looked at, one by one."""

from __future__ import annotations

from importlib.metadata import version
from typing import Final

from imadmin.errors import SourceError

__all__ = ["KNOWN", "check_release"]

KNOWN: Final = "5.6."
"""Another release may write a request otherwise, and say so nowhere; see `grammar` and its tests."""


def check_release(found: str = "") -> None:
    """Refuse a release that nobody has looked at.

    Args:
        found: the release; the one that is installed where it is empty.

    Raises:
        SourceError: it is another.
    """
    found = found or version("exchangelib")
    if not found.startswith(KNOWN):
        raise SourceError(
            f"exchangelib {found} is installed, and imadmin was written for {KNOWN}*",
            where="ews",
            remedy="Install the release that imadmin names: pip install 'exchangelib>=5.6,<5.7'",
        )
