"""Keeping the tokens of a log-in out of logs."""

from __future__ import annotations

import logging
import re
from typing import Final

__all__ = ["hush"]

_SPEAKERS: Final = ("_credssp", "_gss", "_negotiate", "_ntlm", "_sspi")
_TOKEN: Final = re.compile(r"((?:step|TSRequest) (?:in|out)put): .+", re.DOTALL)


def hush() -> None:
    """Have pyspnego say at DEBUG that it takes a step, but not with which token.

    From an NTLM token the password can be guessed, and a Kerberos ticket is a password for its life time.
    """
    for name in _SPEAKERS:
        logging.getLogger(f"spnego.{name}").addFilter(_without_token)


def _without_token(record: logging.LogRecord) -> bool:
    record.msg, record.args = _TOKEN.sub(r"\1: ***", record.getMessage()), None
    return True
