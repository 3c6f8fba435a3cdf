"""GetUserSettings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lxml import etree

from imadmin_lab.ews.xml import SOAP, child, local, serialise, text

from .settings import NOT_AVAILABLE

if TYPE_CHECKING:
    from imadmin_lab.ews.xml import Element

    from .settings import Directory

_NS: Final = "http://schemas.microsoft.com/exchange/2010/Autodiscover"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_ADDRESSING: Final = "http://www.w3.org/2005/08/addressing"
_MAP: Final = {"s": SOAP, "a": _ADDRESSING}
_PLAIN: Final[Any] = {None: _NS, "i": _XSI}  # the stubs do not know of default namespaces
_MOST_USERS: Final = 90


def answer(root: Element, known: Directory) -> bytes | None:
    """Answer a SOAP request; None where it is none."""
    body = child(root, "Body") if root.tag == f"{{{SOAP}}}Envelope" else None
    if body is None or len(body) != 1:
        return None
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap=_MAP)
    envelope.append(_header(known))
    holder = etree.SubElement(envelope, f"{{{SOAP}}}Body")
    holder.append(
        _message(body[0], known) if local(body[0]) == "GetUserSettingsRequestMessage" else _fault(body[0])
    )
    return serialise(envelope)


def _header(known: Directory) -> Element:
    header = etree.Element(f"{{{SOAP}}}Header", nsmap=_MAP)
    action = etree.SubElement(header, f"{{{_ADDRESSING}}}Action")
    action.text = f"{_NS}/Autodiscover/GetUserSettingsResponse"
    version, info = known.version, etree.SubElement(header, f"{{{_NS}}}ServerVersionInfo", nsmap={"h": _NS})
    for name, value in (
        ("MajorVersion", version.major),
        ("MinorVersion", version.minor),
        ("MajorBuildNumber", version.build),
        ("MinorBuildNumber", version.revision),
    ):
        info.append(_a(name, str(value)))
    info.append(_a("Version", "Exchange2015"))
    return header


def _message(request: Element, known: Directory) -> Element:
    inner = child(request, "Request")
    users = None if inner is None else child(inner, "Users")
    wanted = None if inner is None else child(inner, "RequestedSettings")
    if users is None or not len(users) or wanted is None or not len(wanted):
        return _response("InvalidRequest", "The request has no user or no setting.")
    if len(users) > _MOST_USERS:
        return _response("InvalidRequest", f"More than {_MOST_USERS} users in one request.")
    names = [one.text or "" for one in wanted]
    answers = (_user(text(one, "Mailbox") or "", names, known) for one in users)
    return _response("NoError", "", _a("UserResponses", *answers))


def _user(address: str, names: list[str], known: Directory) -> Element:
    redirect = known.redirected(address)
    if redirect is not None:
        return _answered("RedirectAddress", f"Redirection address '{redirect}'.", redirect)
    mailbox = known.find(address)
    if mailbox is None:
        return _answered("InvalidUser", f"Invalid user: '{address}'")
    settings = known.settings(mailbox)
    found = [_setting(name, settings[name]) for name in names if name in settings]
    errors = [_setting_error(name) for name in names if name not in settings]
    return _answered("NoError", "No error.", None, errors, found)


def _answered(
    code: str,
    message: str,
    redirect: str | None = None,
    errors: list[Element] | None = None,
    settings: list[Element] | None = None,
) -> Element:
    target = _a("RedirectTarget", redirect)
    if redirect is None:
        target.set(f"{{{_XSI}}}nil", "true")
    return _a(
        "UserResponse",
        _a("ErrorCode", code),
        _a("ErrorMessage", message),
        target,
        _a("UserSettingErrors", *(errors or [])),
        _a("UserSettings", *(settings or [])),
    )


def _setting(name: str, value: str) -> Element:
    setting = _a("UserSetting", _a("Name", name), _a("Value", value))
    setting.set(f"{{{_XSI}}}type", "StringSetting")
    return setting


def _setting_error(name: str) -> Element:
    code = "SettingIsNotAvailable" if name in NOT_AVAILABLE else "InvalidSetting"
    message = f"Setting '{name}' is not available." if name in NOT_AVAILABLE else f"Invalid setting: '{name}'"
    parts = (_a("ErrorCode", code), _a("ErrorMessage", message), _a("SettingName", name))
    return _a("UserSettingError", *parts)


def _response(code: str, message: str, users: Element | None = None) -> Element:
    users = _a("UserResponses") if users is None else users
    response = _a("Response", _a("ErrorCode", code), _a("ErrorMessage", message), users)
    return _a("GetUserSettingsResponseMessage", response)


def _fault(request: Element) -> Element:
    fault = etree.Element(f"{{{SOAP}}}Fault", nsmap=_MAP)
    for name, value in (("faultcode", "s:Client"), ("faultstring", f"{local(request)} is not supported.")):
        etree.SubElement(fault, name).text = value
    return fault


def _a(name: str, *content: Element | str | None) -> Element:
    element = etree.Element(f"{{{_NS}}}{name}", nsmap=_PLAIN)
    for part in content:
        if isinstance(part, str):
            element.text = part
        elif part is not None:
            element.append(part)
    return element
