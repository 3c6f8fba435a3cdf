"""What each kind of failure is called, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin.ews.faults import Kind
from imadmin.model.requirements import EWS_ONLINE_END, EWS_ONLINE_PHASE

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["WORDS"]

_CHECK_ADDRESS: Final = "Check the endpoint in the deployment file, and DNS, proxy and firewall on the way."
_CERTIFICATE: Final = "Have the certificate of the Exchange site renewed or replaced."
_LATER: Final = "Try again later."
_EWS_ALLOWED: Final = (
    "Look at EwsEnabled and EwsApplicationAccessPolicy of the organisation (Get-OrganizationConfig) and of"
    " the mailbox (Get-CASMailbox). Exchange Online turns EWS off since"
    f" {EWS_ONLINE_PHASE.value:%Y-%m-%d}, unless EwsEnabled is true and EwsAllowedAppIDs names the"
    f" application, and for good on {EWS_ONLINE_END.value:%Y-%m-%d}."
)

WORDS: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.DNS: ("the server's name cannot be resolved", "Check the host name in the endpoint, and DNS."),
    Kind.REFUSED: ("no connection could be made to the server", _CHECK_ADDRESS),
    Kind.TIMEOUT: (
        "the server did not answer in time",
        "Try again; if it stays so, look at the server's load and at the firewalls on the way.",
    ),
    Kind.DROPPED: (
        "the connection was closed before the answer was complete",
        "Try again; if it stays so, look at the load balancer and the firewalls on the way.",
    ),
    Kind.TLS_EXPIRED: ("the server's certificate has expired", _CERTIFICATE),
    Kind.TLS_NOT_YET_VALID: (
        "the server's certificate is not valid yet",
        "Compare the clocks of this computer and the server; else have the certificate replaced.",
    ),
    Kind.TLS_WRONG_NAME: (
        "the server's certificate is for another name",
        "Use a name that is in the certificate as endpoint, or have the certificate replaced.",
    ),
    Kind.TLS_UNTRUSTED: (
        "the server's certificate is from an authority that is not trusted here",
        "Name the authority's certificate in the deployment file: tls: {ca_file: …}.",
    ),
    Kind.TLS: (
        "no TLS connection could be made",
        "See whether the port speaks TLS 1.2 or later, and what stands between here and the server.",
    ),
    Kind.REDIRECTED: (
        "the server sends elsewhere, and credentials are not carried there",
        "Give the address it names as endpoint, if it is yours; a sign-in page is not an EWS endpoint.",
    ),
    Kind.UNAUTHORIZED: (
        "the server refused the log-in; it was tried once and is not tried again, lest the account be locked",
        "Check user name and password, whether the account is locked, and the endpoint's `auth`.",
    ),
    Kind.LOGIN: (
        "the log-in could not be prepared on this computer",
        (
            "With a password, compare it and the user's name (for Kerberos: svc@CONTOSO.COM); without one,"
            " have a Kerberos ticket (klist). See whether an application's certificate or secret has expired."
        ),
    ),
    Kind.NOT_TRIED: (
        "nobody was asked: the same log-in was refused elsewhere",
        "Correct the credential first, and look whether the account is locked already.",
    ),
    Kind.FORBIDDEN: (
        "the server forbids EWS to this client or mailbox",
        _EWS_ALLOWED,
    ),
    Kind.NOT_FOUND: (
        "there is nothing at this address",
        "The endpoint usually ends in /EWS/Exchange.asmx; compare Get-WebServicesVirtualDirectory.",
    ),
    Kind.UNAVAILABLE: ("the service is not available at the moment", _LATER),
    Kind.THROTTLED: (
        "the server is throttling these requests",
        "Try again later, with fewer `connections`; see Get-ThrottlingPolicy.",
    ),
    Kind.SERVER_ERROR: (
        "the server failed to answer",
        "Look at the event log and the EWS log of the Exchange server.",
    ),
    Kind.NOT_EWS: (
        "what answers here is not Exchange Web Services",
        "See whether a sign-in page or a gateway stands before the endpoint: EWS must pass it without one.",
    ),
    Kind.MALFORMED: (
        "the answer is not what EWS answers to this question",
        "See what stands between here and the server; otherwise look at the server's EWS log.",
    ),
    Kind.TOO_LARGE: (
        "the answer is larger than any that is expected",
        "See what answers at this address: it is hardly Exchange.",
    ),
    Kind.NO_MAILBOX: (
        "there is no mailbox with this address",
        "Use the primary SMTP address; see whether the mailbox is on this side of a hybrid organisation.",
    ),
    Kind.MAILBOX_MOVING: ("the mailbox is being moved", "Try again when its move request has completed."),
    Kind.MAILBOX_UNAVAILABLE: (
        "the mailbox's database is not available",
        "See whether it is mounted: Get-MailboxDatabase -Status.",
    ),
    Kind.ACCESS_DENIED: (
        "the credential may not open this mailbox or folder",
        (
            "Give it full access, or the role ApplicationImpersonation with access: impersonation. If it has"
            f" that, EWS may be turned off. {_EWS_ALLOWED}"
        ),
    ),
    Kind.IMPERSONATION_DENIED: (
        "the credential may not impersonate this mailbox",
        "Give it the role ApplicationImpersonation: New-ManagementRoleAssignment.",
    ),
    Kind.NO_FOLDER: ("the mailbox has no such folder", "Sign in to the mailbox once, so that it is made."),
    Kind.OLD_SERVER: (
        "the server is older than Exchange 2013",
        "Ask a newer server; Exchange 2010 does not keep Conversation History for Skype for Business.",
    ),
    Kind.OTHER: (
        "the server answered with an error",
        "Look the code up in Microsoft's list of ResponseCodes.",
    ),
}
