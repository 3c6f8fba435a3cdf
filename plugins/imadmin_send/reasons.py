"""Why a message was returned, as its non-delivery report says it."""

from __future__ import annotations

import re

from imadmin.ews import shortened

__all__ = ["reason_in"]

_STATUS = re.compile(r"(?:\b[245]\d\d[ -])?#?(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]\d)[^\r\n'\"<>]*")
"""An enhanced status code (RFC 3463) with what stands before and behind it on its line."""


def reason_in(report: str) -> str:
    """The diagnosis in the text of a report, on one line, cut if it is long; else how it begins."""
    found = _STATUS.search(report)
    return shortened(found.group().strip(" #") if found else report)
