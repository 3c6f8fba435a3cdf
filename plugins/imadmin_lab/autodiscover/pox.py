"""Plain old XML: what Outlook and older clients ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from imadmin_lab.ews.xml import child, local, serialise, text

if TYPE_CHECKING:
    from imadmin_lab.ews.xml import Element
    from imadmin_lab.mail import Mailbox

    from .settings import Directory

_REQUEST: Final = "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"
_OUTER: Final = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"
_INNER: Final = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
# the stubs do not know of default namespaces
_OUTER_MAP: Final[Any] = {None: _OUTER}
_INNER_MAP: Final[Any] = {None: _INNER}
_INVALID_REQUEST: Final = ("600", "Invalid Request")
_UNKNOWN: Final = ("500", "The e-mail address cannot be found.")
_NO_PROVIDER: Final = ("601", "Provider is not available.")


def answer(root: Element, known: Directory) -> bytes:
    """Answer a POX request."""
    return serialise(_answer(root, known))


def _answer(root: Element, known: Directory) -> Element:
    request = child(root, "Request") if local(root) == "Autodiscover" else None
    address = None if request is None else text(request, "EMailAddress")
    if request is None or not address or root.tag != f"{{{_REQUEST}}}Autodiscover":
        return _error(*_INVALID_REQUEST)
    if text(request, "AcceptableResponseSchema") != _INNER:
        return _error(*_NO_PROVIDER)
    redirect = known.redirected(address)
    if redirect is not None:
        return _outer(
            _i("Response", _i("Account", _i("Action", "redirectAddr"), _i("RedirectAddr", redirect)))
        )
    mailbox = known.find(address)
    return _error(*_UNKNOWN) if mailbox is None else _outer(_response(mailbox, known))


def _response(mailbox: Mailbox, known: Directory) -> Element:
    settings = known.settings(mailbox)
    user = _i(
        "User",
        _i("DisplayName", mailbox.name),
        _i("LegacyDN", settings["UserDN"]),
        _i("AutoDiscoverSMTPAddress", mailbox.address),
        _i("DeploymentId", mailbox.guid),
    )
    protocols = (_protocol(kind, known.url) for kind in ("EXCH", "EXPR"))
    account = _i("Account", _i("AccountType", "email"), _i("Action", "settings"), *protocols)
    return _i("Response", user, account)


def _protocol(kind: str, url: str) -> Element:
    names = ("ASUrl", "EwsUrl")
    return _i("Protocol", _i("Type", kind), *(_i(name, url) for name in names))


def _error(code: str, message: str) -> Element:
    error = etree.Element(f"{{{_OUTER}}}Error", {"Time": "00:00:00.0000000", "Id": "0"}, nsmap=_OUTER_MAP)
    for name, value in (("ErrorCode", code), ("Message", message), ("DebugData", None)):
        etree.SubElement(error, f"{{{_OUTER}}}{name}").text = value
    response = etree.Element(f"{{{_OUTER}}}Response", nsmap=_OUTER_MAP)
    response.append(error)
    return _outer(response)


def _outer(content: Element) -> Element:
    root = etree.Element(f"{{{_OUTER}}}Autodiscover", nsmap=_OUTER_MAP)
    root.append(content)
    return root


def _i(name: str, *content: Element | str) -> Element:
    element = etree.Element(f"{{{_INNER}}}{name}", nsmap=_INNER_MAP)
    for part in content:
        if isinstance(part, str):
            element.text = part
        else:
            element.append(part)
    return element
