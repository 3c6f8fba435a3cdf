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
    "no-oc": "UCCAPI/16.0.7967.5277",
}
_ON, _OFF = True, False
_GOOD = ("five-digits", "first-on-premises")
_PATTERNS = ("OC/*", "oc/*", "*", "Lync*", "*Skype*", "MacOutlook/*", "OC/16.0.12527.*", "OC/16.0.69*")
_CMDLETS = (
    "Get-CsImConfiguration",
    "Get-CsClientPolicy",
    "Get-CsPool",
    "Get-CASMailbox",
    "Get-OrganizationConfig",
)


def mostly(usual: Any, others: list[Any]) -> st.SearchStrategy[Any]:
    """The usual in about three of four cases."""
    return st.sampled_from([usual] * 3 * len(others) + others)


def _optional(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keys)


_lists = st.lists(st.sampled_from(_PATTERNS), max_size=2)
_access_policy = mostly(None, ["EnforceAllowList", "EnforceBlockList"])
_ews = _optional(
    EwsEnabled=mostly(_ON, [_OFF, None]),
    EwsApplicationAccessPolicy=_access_policy,
    EwsAllowList=_lists,
    EwsBlockList=_lists,
)
_clients = st.one_of(
    st.lists(st.sampled_from(_GOOD), min_size=1, max_size=2, unique=True),
    st.lists(st.sampled_from(sorted(AGENTS)), max_size=2, unique=True),
)
_here = _optional(
    pool=st.sampled_from(["pool01.contoso.com", "pool02.contoso.com"]),
    policy=mostly(None, ["Sales", "sales", "Legal", "Unset", "Gone"]),
    registrations=_clients,
    connections=st.lists(st.sampled_from(sorted(AGENTS)), max_size=1),
    registrar=st.sampled_from(["text", "object"]),
    mailbox=mostly("onprem", ["online", "none"]),
    enabled=mostly(_ON, [_OFF]),
    ews=_ews,
)
_elsewhere = st.just(
    {"home": "online", "pool": None, "registrations": [], "connections": [], "mailbox": "none"}
)
_person = st.one_of(_here, _here, _here, _here, _elsewhere)
_archiving = mostly(_ON, [_OFF, None])


@st.composite
def organisations(draw: st.DrawFn) -> dict[str, Any]:
    """What lies over `healthy`."""
    people = [{"sip": person.account, **draw(_person)} for person in read("healthy").people]
    aliases = [{"mail": f"mail{number}"} if draw(st.booleans()) else {} for number in range(len(people))]
    return {
        "title": "Many things at once",
        "base": "healthy",
        "agents": AGENTS,
        "im_configurations": draw(_scopes(mostly(_ON, [_OFF]))),
        "client_policies": _policies(draw(_scopes(_archiving))),
        "exchange": draw(_exchange),
        "people": [person | alias for person, alias in zip(people, aliases, strict=True)],
        "hidden_cmdlets": draw(
            st.one_of(st.just([]), st.just([]), st.sampled_from(_CMDLETS).map(lambda one: [one]))
        ),
        "faults": draw(mostly([], [[{"name": "unavailable"}]])),
    }


def _scopes(value: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"Global": value}, optional={"Site:Munich": value, "Site:Redmond": value})


def _policies(by_scope: dict[str, Any]) -> dict[str, Any]:
    tags = {"Tag:Legal": False, "Tag:Unset": None}
    return {name: {"EnableIMAutoArchiving": value} for name, value in (by_scope | tags).items()}


_ONLINE = {"server": "AM0PR03MB4321.eurprd03.prod.outlook.com", "version": "Version 15.20 (Build 8137.0)"}
_settings = st.one_of(st.just({}), _ews)
_exchange = st.fixed_dictionaries(
    {
        "onprem": st.fixed_dictionaries({"organization": _settings}),
        "online": st.fixed_dictionaries(
            {"organization": _settings, "database": st.just("EURPR03DG321-db045")}
            | {name: st.just(value) for name, value in _ONLINE.items()}
        ),
    }
)
