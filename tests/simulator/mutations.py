"""The scenario `healthy` with many things changed at once, as the content of a scenario file."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from .scenario import read

AGENTS = {
    "first": "UCCAPI/16.0.6701.1000 OC/16.0.6701.1000 (Skype for Business)",
    "before-first": "OC/16.0.6701.999 (Skype for Business)",
    "first-on-premises": "UCCAPI/16.0.6965.5308 OC/16.0.6920.1000",
    "before-on-premises": "UCCAPI/16.0.6965.5308 OC/16.0.6919.65535 (Skype for Business)",
    "five-digits": "UCCAPI/16.0.12527.20122 OC/16.0.12527.20194 (Skype for Business)",
    "msi": "UCCAPI/16.0.4678.1000 OC/16.0.4678.1000 (Skype for Business)",
    "lync-2013": "UCCAPI/15.0.4420.1017 OC/15.0.4420.1017 (Microsoft Lync)",
    "iphone": "iPhoneLync/6.19.0.1",
    "two-at-once": (
        "UCCAPI/16.0.4678.1000 OC/16.0.4678.1000 (Skype for Business);"
        " UCCAPI/16.0.20228.20190 OC/16.0.20228.20190 (Skype for Business)"
    ),
    "no-oc": "UCCAPI/16.0.7967.5277",
}
_ON, _OFF = True, False
_GOOD = ("five-digits", "first-on-premises")
_PATTERNS = ("OC/*", "oc/*", "OC/15*", "OC/16.0.69*", "*", "Lync*", "MacOutlook/*", "UCCAPI/*", "")
_CMDLETS = (
    "Get-CsImConfiguration",
    "Get-CsClientPolicy",
    "Get-CsPool",
    "Get-CASMailbox",
    "Get-OrganizationConfig",
)


_BEHIND: list[Any] = [
    {"im_configurations": {"Site:Munich": False}},
    {"im_configurations": {"Global": True, "Site:Redmond": None}},
    {"client_policies": {"Global": {"EnableIMAutoArchiving": False}}},
    {"client_policies": {"Tag:Legal": {"EnableIMAutoArchiving": True}}},
]


def mostly(usual: Any, others: list[Any]) -> st.SearchStrategy[Any]:
    """The usual in about three of four cases."""
    return st.sampled_from([usual] * 3 * len(others) + others)


_lists = st.lists(st.sampled_from(_PATTERNS), max_size=2)
_allowing = {
    "EwsApplicationAccessPolicy": st.just("EnforceAllowList"),
    "EwsAllowList": _lists,
}
_blocking = {"EwsApplicationAccessPolicy": st.just("EnforceBlockList"), "EwsBlockList": _lists}
_switch = {"EwsEnabled": mostly(_ON, [_OFF, None])}
_ews = st.one_of(
    *[st.fixed_dictionaries({}, optional=_switch)] * 3,
    st.fixed_dictionaries(_allowing, optional=_switch),
    st.fixed_dictionaries(_blocking, optional=_switch),
)
_clients = st.one_of(
    st.lists(st.sampled_from(_GOOD), min_size=1, max_size=2, unique=True),
    st.lists(st.sampled_from(sorted(AGENTS)), max_size=2, unique=True),
)
_here = st.fixed_dictionaries(
    {},
    optional={
        "pool": st.sampled_from(["pool01.contoso.com", "pool02.contoso.com"]),
        "policy": mostly(None, ["Sales", "sales", "Legal", "Unset", "Gone"]),
        "registrations": _clients,
        "connections": st.lists(st.sampled_from(sorted(AGENTS)), max_size=1),
        "registrar": st.sampled_from(["text", "object"]),
        "mailbox": mostly("onprem", ["online", "none"]),
        "enabled": mostly(_ON, [_OFF]),
        "ews": _ews,
        "license": mostly("", ["Microsoft 365 E3", "Microsoft 365 F3", "Microsoft 365 F3 + Office 365 E1"]),
    },
)
_elsewhere: st.SearchStrategy[dict[str, Any]] = st.just(
    {"home": "online", "pool": None, "registrations": [], "connections": [], "mailbox": "none"}
)
_person = st.one_of(*[_here] * 8, _elsewhere)
_archiving = mostly(_ON, [_OFF, None])


@st.composite
def organisations(draw: st.DrawFn) -> dict[str, Any]:
    """What lies over `healthy`."""
    people = [{"sip": person.account, **draw(_person)} for person in read("healthy").people]
    online = any(person.get("mailbox") == "online" for person in people)
    return {
        "agents": AGENTS,
        "pools": draw(mostly({}, [_patched("6.0.9319.259"), _patched("6.0.9319.102")])),
        "im_configurations": draw(_scopes(mostly(_ON, [_OFF]))),
        "client_policies": _policies(draw(_scopes(_archiving))),
        "replica": draw(mostly({}, _BEHIND)),
        "exchange": {place: draw(found) for place, found in _exchange(online=online).items()},
        "people": [_alias(person) if draw(st.booleans()) else person for person in people],
        "hidden_cmdlets": draw(mostly([], [[name] for name in _CMDLETS])),
        "faults": draw(mostly([], [[{"name": "unavailable"}]])),
    }


def _patched(build: str) -> dict[str, Any]:
    return {pool: {"patch": build} for pool in ("pool01.contoso.com", "pool02.contoso.com")}


def _alias(person: dict[str, Any]) -> dict[str, Any]:
    """Gives an e-mail address that is not the SIP address."""
    return person | {"mail": f"mail.{person['sip']}"}


def _scopes(value: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"Global": value}, optional={"Site:Munich": value, "Site:Redmond": value})


def _policies(by_scope: dict[str, Any]) -> dict[str, Any]:
    tags = {"Tag:Legal": False, "Tag:Unset": None}
    return {name: {"EnableIMAutoArchiving": value} for name, value in (by_scope | tags).items()}


_ONLINE = {
    "server": "AM0PR03MB4321.eurprd03.prod.outlook.com",
    "version": "Version 15.20 (Build 8137.0)",
    "database": "EURPR03DG321-db045",
}


def _exchange(*, online: bool) -> dict[str, st.SearchStrategy[Any]]:
    settings = st.fixed_dictionaries({"organization": _ews})
    there = {"online": settings.map(lambda found: _ONLINE | found)} if online else {}
    return {"onprem": settings} | there
