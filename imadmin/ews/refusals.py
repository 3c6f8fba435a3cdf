"""What a 401 means: by what the server offers, and by how somebody tried to log in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from imadmin.ews.faults import EwsError, Kind, shortened
from imadmin.ews.negotiation import SCHEMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imadmin.ews.wire import Reply

__all__ = ["offered", "refused", "ways_in"]

_BY_SCHEME: Final = {"bearer": "oauth", "negotiate": "negotiate", "ntlm": "ntlm", "basic": "basic"}
_WANTED: Final = {**SCHEMES, "basic": ("Basic",), "oauth": ("Bearer",)}
_PARAMETER: Final = re.compile(r'([\w-]+)\s*=\s*("[^"]*"|[^\s,"]+)')
_MOST_SCHEMES: Final = 20
_QUOTED: Final = re.compile(r'"[^"]*"')
_PROXY: Final = (
    " Where they are right: Extended Protection (on by default since Exchange 2019 CU14) refuses log-ins"
    " through a proxy or load balancer that ends TLS with another certificate than Exchange's."
)
_MAPPING: Final = "See whether IIS asks for client certificates there, and maps this one to an account."
_PERMISSION: Final = (
    "See whether the application has the permission full_access_as_app with an administrator's consent, and"
    " whether the server trusts the token endpoint."
)


def offered(challenges: Sequence[str]) -> tuple[str, ...]:
    """The schemes that a refusal names, as `Basic realm="x"` and `Negotiate, NTLM` do."""
    bare = [_QUOTED.sub("", field) for field in challenges]
    words = [part.split() for field in bare for part in field.split(",")]
    named = dict.fromkeys(shortened(one[0]) for one in words if one and "=" not in one[0])
    return tuple(named)[:_MOST_SCHEMES]


def ways_in(schemes: Sequence[str], auth: str) -> bool | None:
    """Whether the schemes that a server offers allow a way to log in; None where that cannot be told."""
    wanted = _WANTED.get(auth)
    if wanted is None:
        return None
    return not {scheme.lower() for scheme in wanted}.isdisjoint(scheme.lower() for scheme in schemes)


def refused(reply: Reply, auth: str, where: str) -> EwsError:
    """The error that a 401 stands for.

    Args:
        reply: the last answer to the log-in.
        auth: how it was tried, in the deployment's word.
        where: the endpoint.
    """
    schemes = offered(reply.challenges)
    said = f"it offers {', '.join(schemes)}" if schemes else "it offers no way to log in"
    reason = _reason(reply)
    detail = f"{said}; it says: {reason}" if reason else said
    return EwsError.of(Kind.UNAUTHORIZED, where, detail, remedy=_remedy(schemes, auth))


def _remedy(schemes: Sequence[str], auth: str) -> str:
    if ways_in(schemes, auth) is False and schemes:
        return other_way(schemes, auth)
    if auth == "certificate":
        return _MAPPING
    if auth == "oauth":
        return _PERMISSION
    known = "Check user name and password, whether the account is locked, and the endpoint's `auth`."
    return known + (_PROXY if auth in SCHEMES else "")


def other_way(schemes: Sequence[str], auth: str) -> str:
    """What to do where the server does not offer the way to log in that the deployment names."""
    known = [_BY_SCHEME[scheme.lower()] for scheme in schemes if scheme.lower() in _BY_SCHEME]
    if not known:
        return "None of what it offers can be spoken here: see what stands before the endpoint."
    return f"It does not offer auth: {auth}. In the deployment file say auth: {' or '.join(known)}."


def _reason(reply: Reply) -> str:
    """What Exchange says of a token that it refuses."""
    found = [match for field in reply.challenges for match in _PARAMETER.findall(field)]
    parameters = {name.lower(): value.strip('"') for name, value in found}
    told = parameters.get("error_description") or parameters.get("error", "")
    return reply.headers.get("x-ms-diagnostics", "") or told
