"""Servers and what is installed on them: Get-CsServerPatchVersion.

`Get-CsServerVersion` would not do: it "returns only the base version number", whatever was installed since.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from imadmin.model.values import read, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["PATCH_PROPERTIES", "Release", "Server", "release_text"]

PATCH_PROPERTIES = ("ComponentName", "Version")
_YEAR = re.compile(r"\b20[0-9]{2}\b")
_FOUR = re.compile(r"\.".join([r"(\d{1,9})"] * 4), re.ASCII)

Release: TypeAlias = tuple[int, int, int, int]
"""A version of a server's component, such as 6.0.9319.259; compares as four integers."""


class Server(NamedTuple):
    """What one server says is installed on it.

    Attributes:
        name: its FQDN in small letters, or that of its pool where only the pool was addressed, or whatever it
            was addressed by; empty where nobody knows.
        components: by name, the version of each; those whose version is not readable are left out.
    """

    name: str
    components: Mapping[str, Release]

    @classmethod
    def read(cls, name: str, records: Iterable[Mapping[str, object]]) -> Server:
        """From the decoded objects of Get-CsServerPatchVersion."""
        found = {text_of(read(one, "ComponentName")): _release(read(one, "Version")) for one in records}
        return cls(name.lower(), {name: release for name, release in found.items() if release})

    @property
    def year(self) -> str:
        """The year that its components bear in their names; empty where they bear none, or several."""
        years = {found for name in self.components for found in _YEAR.findall(name)}
        return years.pop() if len(years) == 1 else ""

    @property
    def newest(self) -> Release | None:
        """The version of the newest component: an update renews only those that it changes."""
        return max(self.components.values(), default=None)


def release_text(release: Release) -> str:
    """A version as it is written."""
    return ".".join(map(str, release))


def _release(value: object) -> Release | None:
    found = _FOUR.fullmatch(text_of(value))
    return (int(found[1]), int(found[2]), int(found[3]), int(found[4])) if found else None
