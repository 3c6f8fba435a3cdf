"""Why somebody could not log in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.accounts import denies
from imadmin.shells.psrp.attempts import Cause, excerpt

if TYPE_CHECKING:
    from imadmin.shells.psrp.attempts import Attempt

__all__ = ["failed", "incapable", "nobody", "refused"]

_ONCE = "Correct the credential. It is not tried again in this run, so that the account is not locked."

_ASCII = "If name or password goes beyond ASCII, say auth: negotiate: servers read it differently in Basic."
_PRINCIPAL = "Kerberos wants the user as svc@CONTOSO.COM, with the realm in capital letters."


def refused(error: Exception, attempt: Attempt) -> Cause:
    """The server has said no."""
    unheard = attempt.endpoint.auth == "basic" and attempt.offered and "basic" not in attempt.offered.lower()
    if unheard or "following authentication methods" in str(error):
        what = f"the server does not offer auth: {attempt.endpoint.auth}"
        return Cause(what, "Say another auth, or enable this one on the server.")
    remedy = f"{_ONCE} {_ASCII}" if attempt.endpoint.auth == "basic" else _ONCE
    return Cause(f"the log-in of {attempt.user} was refused", remedy, login=True, denied=True)


def failed(error: Exception, attempt: Attempt) -> Cause:
    """NTLM or Kerberos came to no end, here or there."""
    if attempt.integrated:
        return nobody(error, attempt)
    remedy = f"{_ONCE} {_PRINCIPAL}" if attempt.endpoint.auth == "kerberos" else _ONCE
    what = f"the log-in of {attempt.user} failed: {excerpt(error)}"
    return Cause(what, remedy, login=True, denied=denies(error))


def nobody(error: Exception, attempt: Attempt) -> Cause:
    """There is neither password nor ticket."""
    what = f"{attempt.user} has nothing to log in with by auth: {attempt.endpoint.auth}: {excerpt(error)}"
    return Cause(what, "Get a ticket (kinit), or name a credential with a password.", login=True)


def incapable(error: Exception, attempt: Attempt) -> Cause:
    """A library is missing."""
    what = f"auth: {attempt.endpoint.auth} needs a library that is not installed here: {excerpt(error)}"
    return Cause(what, 'Install it (pip install "pypsrp[kerberos]"), or use auth: ntlm and a password.')
