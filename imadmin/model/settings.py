"""A Boolean setting as a server stores it: three states, and a fourth for what we do not know."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from imadmin.model.values import read, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Setting"]


class Setting(StrEnum):
    """The state of a Boolean setting.

    `NULL` is a value: the server leaves the client's default in place (Set-CsClientPolicy: "When setting
    is null/none just means that server in band provisioning does not override default client value").
    `UNKNOWN` is none: the property is missing from the output, was lost in it, or is not readable. So is an
    empty text: CSV and Format-List write null and empty alike.
    """

    TRUE = "true"
    FALSE = "false"
    NULL = "null"
    UNKNOWN = "unknown"

    @classmethod
    def read(cls, record: Mapping[str, object], name: str) -> Setting:
        """The setting *name* of a decoded object."""
        value = read(record, name)
        if value is None:
            return cls.NULL
        return _BY_TEXT.get(text_of(value).lower(), cls.UNKNOWN)

    @property
    def shown(self) -> str:
        """As PowerShell shows it."""
        return self.value.capitalize() if self in {Setting.TRUE, Setting.FALSE} else self.value


_BY_TEXT = {"true": Setting.TRUE, "false": Setting.FALSE}
