"""SOAP Autodiscover: where the EWS of a mailbox is, asked of an address that is given."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

import imadmin
from imadmin.ews.client import checked_address, headers_for
from imadmin.ews.faults import EwsError, Kind
from imadmin.ews.grammar import get_user_settings
from imadmin.ews.soap import body_of
from imadmin.ews.transport import Transport, secure_address

if TYPE_CHECKING:
    from pathlib import Path

    from lxml import etree

    from imadmin.secrets import Credential

__all__ = ["autodiscover"]

_SPACE: Final = "{http://schemas.microsoft.com/exchange/2010/Autodiscover}"
_PREFERRED: Final = ("ExternalEwsUrl", "InternalEwsUrl")


def autodiscover(
    address: str,
    url: str,
    credential: Credential,
    ca_file: Path | None = None,
    *,
    auth: str = "ntlm",
    deadline: float = 30.0,
) -> str:
    """Ask the Autodiscover service at *url* where the EWS of a mailbox is.

    No address is guessed: whoever runs the web site of a mail domain would be asked first, and could ask for
    the password. Nothing is cached.

    Args:
        address: of the mailbox.
        url: such as `https://mail.contoso.com/autodiscover/autodiscover.svc`.
        credential: who logs in.
        ca_file: the certificate authorities to believe; None for those of the platform.
        auth: how to log in; see `EwsClient`.
        deadline: seconds in all.

    Raises:
        EwsError: it did not answer, or named no address that can be asked safely.
        ConfigError: *url*, the CA file or the credential is not usable.
        ValueError: *address* is none.
    """
    request = get_user_settings(checked_address(address), url)
    agent = f"imadmin/{imadmin.__version__}"
    with closing(Transport(url, auth, credential, ca_file=ca_file, deadline=deadline)) as transport:
        _envelope, body = body_of(transport.ask(request, headers_for(address, agent)), url)
    return _secure(_named(body, address, url), url)


def _named(body: etree._Element, address: str, where: str) -> str:
    """The address in an answer."""
    response = body.find(f"{_SPACE}GetUserSettingsResponseMessage/{_SPACE}Response")
    if response is None:
        raise EwsError.of(Kind.MALFORMED, where, "no GetUserSettingsResponseMessage")
    for code in response.iter(f"{_SPACE}ErrorCode"):
        _refuse(code, address, where)
    found = {
        one.findtext(f"{_SPACE}Name"): one.findtext(f"{_SPACE}Value") or ""
        for one in response.iter(f"{_SPACE}UserSetting")
    }
    named = next((found[name] for name in _PREFERRED if found.get(name)), "")
    if not named:
        raise EwsError.of(Kind.NO_MAILBOX, where, f"Autodiscover names no EWS address for {address}")
    return named


def _refuse(code: etree._Element, address: str, where: str) -> None:
    """Raise the error that a code stands for, if it is one that ends the search."""
    text, parent = code.text or "", code.getparent()
    if text == "NoError" or (parent is not None and parent.tag == f"{_SPACE}UserSettingError"):
        return
    kinds = {
        "InvalidUser": Kind.NO_MAILBOX,
        "RedirectAddress": Kind.REDIRECTED,
        "RedirectUrl": Kind.REDIRECTED,
    }
    kinds |= {"ServerBusy": Kind.THROTTLED, "InternalServerError": Kind.SERVER_ERROR}
    raise EwsError.of(kinds.get(text, Kind.OTHER), where, f"Autodiscover says {text} of {address}")


def _secure(named: str, where: str) -> str:
    """An address, refused where credentials would go over the wire without TLS."""
    if secure_address(named) is None:
        detail = f"Autodiscover names {named}, which is not https"
        raise EwsError.of(Kind.REDIRECTED, where, detail)
    return named
