"""What an endpoint says instead of what it should say."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from imadmin.shells.psrp.attempts import Cause, excerpt

if TYPE_CHECKING:
    from pypsrp.exceptions import WinRMTransportError, WSManFaultError

    from imadmin.shells.psrp.attempts import Attempt
    from imadmin.shells.psrp.wire import RedirectedError

__all__ = ["fault", "redirect", "senseless", "status"]

_ACCESS_DENIED = 5
_NO_SUCH_RESOURCE = 2150858811
_REFUSALS = {403: "refuses access to", 404: "has nothing at", 405: "has no PowerShell at"}
_SAME_ADDRESS = "Compare the address with that of the endpoint; it is usually /OcsPowershell or /powershell."


def fault(error: WSManFaultError, attempt: Attempt) -> Cause:
    """A fault of WS-Management."""
    said = excerpt(error.provider_fault or error.reason or "")
    if error.code == _ACCESS_DENIED:
        what = f"{attempt.user} has no administrative role there: access is denied"
        return Cause(
            what, "Give it one, such as CsViewOnlyAdministrator or View-Only Organization Management."
        )
    if error.code == _NO_SUCH_RESOURCE or "session configuration" in said:
        what = f"the server has no session configuration {attempt.endpoint.configuration}"
        return Cause(what, "Say configuration: Microsoft.PowerShell, or Microsoft.Exchange for Exchange.")
    if not said and not error.code:
        return Cause("the server failed, and did not say why", _SAME_ADDRESS)
    return Cause(f"the server reports fault {error.code}: {said}")


def status(error: WinRMTransportError, attempt: Attempt) -> Cause:
    """A status of HTTP; its page is for browsers and not quoted."""
    if error.code in _REFUSALS:
        what = f"the server {_REFUSALS[error.code]} /{attempt.endpoint.path} (HTTP {error.code})"
        return Cause(what, _SAME_ADDRESS)
    return Cause(f"the server answered with HTTP {error.code}")


def redirect(error: RedirectedError, _attempt: Attempt) -> Cause:
    """An answer that sends the client elsewhere."""
    place = excerpt(urlsplit(str(error))._replace(query="", fragment="").geturl())
    what = f"the server redirects to {place}, which is not followed: it would take the log-in elsewhere"
    return Cause(what, "Write that address in the deployment file if it is the right one.")


def senseless(_error: Exception, _attempt: Attempt) -> Cause:
    """An answer that is none, such as the page of a portal."""
    return Cause("what answers there does not speak PowerShell remoting, or not to its end", _SAME_ADDRESS)
