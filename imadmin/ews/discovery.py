"""SOAP Autodiscover: where the EWS of a mailbox is, asked of an address that is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from imadmin.ews.faults import EwsError, Kind, shortened
from imadmin.ews.grammar import get_user_settings
from imadmin.ews.requests import checked_address, headers_for
from imadmin.ews.soap import body_of
from imadmin.ews.wire import secure_address

if TYPE_CHECKING:
    from lxml import etree

    from imadmin.ews.transport import Transport

__all__ = ["Discovered", "autodiscover", "named_in"]

_PREFERRED: Final = ("ExternalEwsUrl", "InternalEwsUrl")


class Discovered(NamedTuple):
    """What Autodiscover says of a mailbox.

    Attributes:
        url: of the EWS that a client from outside would ask.
        all_urls: every address of EWS that it names; the external one first.
    """

    url: str
    all_urls: tuple[str, ...]


def autodiscover(transport: Transport, address: str, agent: str) -> Discovered:
    """Ask an Autodiscover service where the EWS of a mailbox is.

    No address is guessed: whoever runs the web site of a mail domain would be asked first, and could ask for
    the password. Nothing is cached.

    Args:
        transport: to a service such as `https://mail.contoso.com/autodiscover/autodiscover.svc`.
        address: of the mailbox.
        agent: told to the server.

    Raises:
        EwsError: it did not answer, or named no address that can be asked safely.
        ValueError: *address* is none.
    """
    url = transport.url
    request = get_user_settings(checked_address(address), url)
    _envelope, body = body_of(transport.ask(request, headers_for(address, agent)), url)
    return named_in(body, address, url)


def named_in(body: etree._Element, address: str, where: str) -> Discovered:
    """The addresses in the body of an answer from *where* about *address*.

    Raises:
        EwsError: it names none, or one without TLS, or sends elsewhere.
    """
    response = body.find("{*}GetUserSettingsResponseMessage/{*}Response")
    if response is None:
        raise EwsError.of(Kind.MALFORMED, where, "no GetUserSettingsResponseMessage")
    for code in response.iter("{*}ErrorCode"):
        _refuse(code, address, where)
    found = {
        one.findtext("{*}Name"): one.findtext("{*}Value") or "" for one in response.iter("{*}UserSetting")
    }
    named = tuple(found[name].strip() for name in _PREFERRED if found.get(name))
    if not named:
        raise EwsError.of(Kind.NO_MAILBOX, where, f"Autodiscover names no EWS address for {address}")
    return Discovered(_secure(named[0], where), tuple(map(shortened, named)))


def _refuse(code: etree._Element, address: str, where: str) -> None:
    """Raise the error that a code stands for, if it is one that ends the search."""
    text, parent = (code.text or "").strip(), code.getparent()
    if text == "NoError" or (parent is not None and str(parent.tag).endswith("}UserSettingError")):
        return
    kinds = {
        "InvalidUser": Kind.NO_MAILBOX,
        "RedirectAddress": Kind.REDIRECTED,
        "RedirectUrl": Kind.REDIRECTED,
    }
    kinds |= {"ServerBusy": Kind.THROTTLED, "InternalServerError": Kind.SERVER_ERROR}
    target = "" if parent is None else (parent.findtext("{*}RedirectTarget") or "").strip()
    says = f"Autodiscover says {text}{f' to {target}' if target else ''} of {address}"
    raise EwsError.of(kinds.get(text, Kind.OTHER), where, says)


def _secure(named: str, where: str) -> str:
    """An address, refused where credentials would go over the wire without TLS."""
    if secure_address(named) is None:
        detail = f"Autodiscover names {named}, which is not https"
        raise EwsError.of(Kind.REDIRECTED, where, detail)
    return named
