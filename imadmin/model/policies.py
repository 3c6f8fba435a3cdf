"""Server-side configuration and client policy, as far as they decide on Offline IM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from imadmin.model.scope import Scope
from imadmin.model.settings import Setting
from imadmin.model.values import ABSENT, read, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "CLIENT_POLICY_PROPERTIES",
    "IM_CONFIGURATION_PROPERTIES",
    "ClientPolicy",
    "ImConfiguration",
    "LocalStore",
]

IM_CONFIGURATION_PROPERTIES = ("Identity", "EnableOfflineIm")
CLIENT_POLICY_PROPERTIES = ("Identity", "EnableIMAutoArchiving", "DisableSavingIM", "PolicyEntry")
_MODERN_AUTHENTICATION = "AllowAdalForNonLyncIndependentOfLync"
_SWITCHED = {"true": Setting.TRUE, "1": Setting.TRUE, "false": Setting.FALSE, "0": Setting.FALSE}


class ImConfiguration(NamedTuple):
    """An object of `Get-CsImConfiguration`: does this scope let people leave offline messages?

    Attributes:
        enable_offline_im: `EnableOfflineIm`; the deployment guide spells it `EnableOfflineIM`.
    """

    scope: Scope
    enable_offline_im: Setting

    @classmethod
    def read(cls, record: Mapping[str, object]) -> ImConfiguration:
        """From a decoded object.

        Raises:
            SourceError: it has no readable `Identity`.
        """
        return cls(Scope.read(record, "Get-CsImConfiguration"), Setting.read(record, "EnableOfflineIm"))


class ClientPolicy(NamedTuple):
    """An object of `Get-CsClientPolicy`: does it let the client save conversations?

    Attributes:
        enable_im_auto_archiving: `EnableIMAutoArchiving`, three-state; only `False` stops offline messages.
        disable_saving_im: `DisableSavingIM`; `True` takes saving by hand out of the menu, and no more.
        modern_authentication: the entry AllowAdalForNonLyncIndependentOfLync of `PolicyEntry`; null where
            there is no such entry.
    """

    scope: Scope
    enable_im_auto_archiving: Setting
    disable_saving_im: Setting = Setting.UNKNOWN
    modern_authentication: Setting = Setting.UNKNOWN

    @classmethod
    def read(cls, record: Mapping[str, object]) -> ClientPolicy:
        """From a decoded object.

        Raises:
            SourceError: it has no readable `Identity`.
        """
        return cls(
            Scope.read(record, "Get-CsClientPolicy"),
            Setting.read(record, "EnableIMAutoArchiving"),
            Setting.read(record, "DisableSavingIM"),
            _entry(record, _MODERN_AUTHENTICATION),
        )


def _entry(record: Mapping[str, object], name: str) -> Setting:
    """The value of an entry of `PolicyEntry`, a list of names with values; its text is `NAME=VALUE`."""
    value = read(record, "PolicyEntry")
    if value is ABSENT:
        return Setting.UNKNOWN
    entries = [] if value is None or value == "" else value if isinstance(value, list) else [value]
    found = [_parted(entry) for entry in entries]
    known = {given.lower(): text for given, text in found}
    if name.lower() in known:
        return _SWITCHED.get(known[name.lower()].lower(), Setting.UNKNOWN)
    return Setting.NULL if all(given for given, _ in found) else Setting.UNKNOWN


def _parted(entry: object) -> tuple[str, str]:
    """Name and value of an entry; empty texts where they do not show."""
    if isinstance(entry, Mapping) and "Name" in entry:
        return text_of(entry["Name"]), text_of(entry.get("Value"))
    name, equals, value = text_of(entry).partition("=")
    return (name.strip(), value.strip()) if equals else ("", "")


class LocalStore(NamedTuple):
    """What a server's replica of the central store has: `-LocalStore`.

    Attributes:
        configurations: of Get-CsImConfiguration; None where that was not had.
        policies: of Get-CsClientPolicy; likewise.
    """

    configurations: Sequence[ImConfiguration] | None
    policies: Sequence[ClientPolicy] | None
