"""Archiving on the server: it sees what passes through the server, and an offline message does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin.model.scope import Scope
from imadmin.model.settings import Setting
from imadmin.model.values import read, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ARCHIVING_CONFIGURATION_PROPERTIES",
    "ARCHIVING_POLICY_PROPERTIES",
    "ArchivingConfiguration",
    "ArchivingPolicy",
]

ARCHIVING_CONFIGURATION_PROPERTIES = ("Identity", "EnableArchiving", "EnableExchangeArchiving")
ARCHIVING_POLICY_PROPERTIES = ("Identity", "ArchiveInternal", "ArchiveExternal")
_ENABLED = {
    "none": Setting.FALSE,
    "imonly": Setting.TRUE,
    "imandwebconf": Setting.TRUE,
    "0": Setting.FALSE,  # numbers as ConvertTo-Json of Windows PowerShell writes them
    "1": Setting.TRUE,
    "2": Setting.TRUE,
}


class ArchivingConfiguration(NamedTuple):
    """An object of `Get-CsArchivingConfiguration`.

    Attributes:
        archives: whether `EnableArchiving` is other than `None`, which is the default.
        to_exchange: `EnableExchangeArchiving`: Exchange's own policies then say whose messages are kept.
    """

    scope: Scope
    archives: Setting
    to_exchange: Setting

    @classmethod
    def read(cls, record: Mapping[str, object]) -> ArchivingConfiguration:
        """From a decoded object.

        Raises:
            SourceError: it has no readable `Identity`.
        """
        kind = text_of(read(record, "EnableArchiving")).lower()
        return cls(
            Scope.read(record, "Get-CsArchivingConfiguration"),
            _ENABLED.get(kind, Setting.UNKNOWN),
            Setting.read(record, "EnableExchangeArchiving"),
        )


class ArchivingPolicy(NamedTuple):
    """An object of `Get-CsArchivingPolicy`.

    Attributes:
        internal: `ArchiveInternal`: whether messages within the organisation are archived.
        external: `ArchiveExternal`: likewise those with other organisations.
    """

    scope: Scope
    internal: Setting
    external: Setting

    @classmethod
    def read(cls, record: Mapping[str, object]) -> ArchivingPolicy:
        """From a decoded object.

        Raises:
            SourceError: it has no readable `Identity`.
        """
        return cls(
            Scope.read(record, "Get-CsArchivingPolicy"),
            Setting.read(record, "ArchiveInternal"),
            Setting.read(record, "ArchiveExternal"),
        )
