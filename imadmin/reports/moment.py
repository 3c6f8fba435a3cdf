"""Moments as people read them."""

from __future__ import annotations

import re

__all__ = ["moment"]

_ISO = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d)?Z\Z")


def moment(text: str) -> str:
    """A UTC moment such as `2026-11-20T11:34:14Z`, to the minute; anything else as it is."""
    found = _ISO.match(text)
    return f"{found[1]} {found[2]} UTC" if found else text
