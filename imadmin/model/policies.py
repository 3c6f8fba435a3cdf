"""Server-side configuration and client policy, as far as they decide on Offline IM."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin.errors import SourceError
from imadmin.model.scope import Scope
from imadmin.model.settings import Setting
from imadmin.model.values import read, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CLIENT_POLICY_PROPERTIES", "IM_CONFIGURATION_PROPERTIES", "ClientPolicy", "ImConfiguration"]

IM_CONFIGURATION_PROPERTIES = ("Identity", "EnableOfflineIm")
CLIENT_POLICY_PROPERTIES = ("Identity", "EnableIMAutoArchiving")


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
        return cls(_scope(record, "Get-CsImConfiguration"), Setting.read(record, "EnableOfflineIm"))


class ClientPolicy(NamedTuple):
    """An object of `Get-CsClientPolicy`: does it let the client save conversations?

    Attributes:
        enable_im_auto_archiving: `EnableIMAutoArchiving`, three-state; only `False` stops offline messages.
    """

    scope: Scope
    enable_im_auto_archiving: Setting

    @classmethod
    def read(cls, record: Mapping[str, object]) -> ClientPolicy:
        """From a decoded object.

        Raises:
            SourceError: it has no readable `Identity`.
        """
        return cls(_scope(record, "Get-CsClientPolicy"), Setting.read(record, "EnableIMAutoArchiving"))


def _scope(record: Mapping[str, object], cmdlet: str) -> Scope:
    """Where the object applies; one of which that is not known could apply to anybody."""
    value = read(record, "Identity")
    # An identity that shows by its parts has a name, and not the kind of the scope.
    identity = text_of(value) if isinstance(value, str) or getattr(value, "to_string", None) else ""
    if not identity:
        what = f"the output of {cmdlet} has an object whose Identity is missing or not readable"
        raise SourceError(what, remedy=f"Save it whole: {cmdlet} | Export-Clixml -Depth 4 {cmdlet}.xml")
    return Scope.parse(identity)
