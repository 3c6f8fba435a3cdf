"""Server-side configuration and client policy, as far as they decide on Offline IM."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin.model.scope import Scope
from imadmin.model.settings import Setting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "CLIENT_POLICY_PROPERTIES",
    "IM_CONFIGURATION_PROPERTIES",
    "ClientPolicy",
    "ImConfiguration",
    "LocalStore",
]

IM_CONFIGURATION_PROPERTIES = ("Identity", "EnableOfflineIm")
CLIENT_POLICY_PROPERTIES = ("Identity", "EnableIMAutoArchiving", "DisableSavingIM")


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
    """

    scope: Scope
    enable_im_auto_archiving: Setting
    disable_saving_im: Setting = Setting.UNKNOWN

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
        )


class LocalStore(NamedTuple):
    """What a server's replica of the central store has: `-LocalStore`.

    Attributes:
        configurations: of Get-CsImConfiguration; None where that was not had.
        policies: of Get-CsClientPolicy; likewise.
    """

    configurations: Sequence[ImConfiguration] | None
    policies: Sequence[ClientPolicy] | None
