"""What a step that broke before anybody asked for a mailbox would have meant for the question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin.ews.faults import EwsError, Kind
from imadmin.ews.network import BY_VERIFY_CODE
from imadmin.probing.certificate import RejectedError
from imadmin.probing.trials import CannotTellError

if TYPE_CHECKING:
    from imadmin.errors import ImadminError

__all__ = ["of_the_way"]

_KINDS: Final = {"name": Kind.DNS, "connection": Kind.REFUSED, "TLS": Kind.TLS, "certificate": Kind.TLS}


def of_the_way(step: str, error: ImadminError, where: str) -> ImadminError:
    """The error of a step, as asking for a mailbox would have told it.

    Args:
        step: its name.
        error: that ended it.
        where: the endpoint.
    """
    if isinstance(error, EwsError | CannotTellError) or step not in _KINDS:
        return error
    kind = _KINDS[step]
    if isinstance(error, RejectedError):
        kind = BY_VERIFY_CODE.get(error.code, kind)
    return EwsError(error.what, where=where, remedy=error.remedy, kind=kind, unreached=True)
