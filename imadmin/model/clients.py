"""Client builds and the user agents that carry them.

A user agent looks like `UCCAPI/16.0.6965.5308 OC/16.0.6965.2117 (Skype for Business)`. The two numbers can
differ; the one behind `OC/` is the client's. Builds are compared as four integers, never as text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["ENDPOINTS", "FIRST_CLICK_TO_RUN", "ClientBuild", "agent_build_sql", "build_text_sql"]

ENDPOINTS = {
    "person": "VARCHAR",
    "agent": "VARCHAR",
    "edition": "VARCHAR",
    "build": "BIGINT",
}
"""The columns of the fact `client_builds`, one row for each client that a person was seen with.

person: the SIP address without `sip:`, in small letters; or what else an inventory knows a user by.
agent: what the client calls itself.
edition: `MSI` or `Click-to-Run`, where an inventory says so; else null.
build: of the desktop client, as `ClientBuild.number`; null where the agent carries no `OC/` number.
"""

_PART = 0xFFFF
_MAJOR = 0x7FFF  # so that the number stays positive
_BLANK = r"[ \t\r\n\f\v]"  # \s and \d take more characters in Python than in SQL
_FOUR = r"\.".join(["([0-9]{1,5})"] * 4)
_OC = rf"(?:^|{_BLANK})OC/{_FOUR}(?:[^0-9.]|$)"
_BARE = rf"^{_BLANK}*{_FOUR}{_BLANK}*$"
_OFFICE_2016 = 16
_OFFICE_2013 = 15


class ClientBuild(NamedTuple):
    """A build of the desktop client, such as 16.0.6701.1000; compares as four integers."""

    major: int
    minor: int
    build: int
    revision: int

    @classmethod
    def parse(cls, text: str) -> ClientBuild | None:
        """The build in a user agent's `OC/` part, or a bare build; None where there is neither."""
        match = re.search(_OC, text) or re.match(_BARE, text)
        if match is None:
            return None
        parts = [int(part) for part in match.groups()]
        return cls(*parts) if max(parts) <= _PART and parts[0] <= _MAJOR else None

    @classmethod
    def from_number(cls, number: int) -> ClientBuild:
        """The build that sorts as *number*."""
        return cls(number >> 48, number >> 32 & _PART, number >> 16 & _PART, number & _PART)

    @property
    def number(self) -> int:
        """The build as one 64-bit integer that sorts as the build does."""
        return self.major << 48 | self.minor << 32 | self.build << 16 | self.revision

    @property
    def product(self) -> str:
        """What carries such a build, as an administrator would say it."""
        if self.major == _OFFICE_2016:
            kind = "Click-to-Run" if self >= FIRST_CLICK_TO_RUN else "MSI"
            return f"Skype for Business 2016 or later ({kind})"
        if self.major == _OFFICE_2013:
            return "Lync 2013 or Skype for Business 2015"
        return "Lync 2010 or older" if self.major < _OFFICE_2013 else "a later client"

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.build}.{self.revision}"


FIRST_CLICK_TO_RUN = ClientBuild(16, 0, 6001, 0)
"""From which build on the client of 2016 came by Click-to-Run; 16.0.4… is MSI, or the first release."""


def agent_build_sql(column: str) -> str:
    """SQL for `ClientBuild.parse(column).number`; null where the agent carries no build."""
    groups = "['a', 'b', 'c', 'd']"
    oc = f"regexp_extract({column}, '{_OC}', {groups})"
    bare = f"regexp_extract({column}, '{_BARE}', {groups})"
    found = f"case when regexp_matches({column}, '{_OC}') then {oc} else {bare} end"
    parts = [f"try_cast(found.{name} as bigint)" for name in "abcd"]
    number = f"({parts[0]} << 48) | ({parts[1]} << 32) | ({parts[2]} << 16) | {parts[3]}"
    return (
        f"(select case when greatest({', '.join(parts)}) <= {_PART} and found.a <> ''"
        f" and found.a::bigint <= {_MAJOR} then {number} end from (select {found} as found))"
    )


def build_text_sql(column: str) -> str:
    """SQL for `str(ClientBuild.from_number(column))`."""
    parts = [f"(({column} >> {shift}) & {_PART})" for shift in (48, 32, 16, 0)]
    return f"concat_ws('.', {', '.join(parts)})"
