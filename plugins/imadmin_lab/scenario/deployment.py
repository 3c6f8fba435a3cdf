"""The deployment file of a lab, as an administrator would have written it for such an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import yaml

from .mail import login_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from .records import Scenario

PASSWORD: Final = "IMADMIN_LAB_PASSWORD"  # noqa: S105 - the name of a variable
_CREDENTIALS: Final = ("skype-admin", "exchange-admin", "ews-probe")
_ADMIN: Final = {"shell": "psrp", "auth": "negotiate"}


def write_deployment(
    file: Path,
    scenario: Scenario,
    *,
    url: Callable[[str], str],
    username: str,
    ca_file: Path,
    sections: Mapping[str, object],
) -> None:
    """Write `imadmin.yaml`.

    Args:
        file: Where to.
        scenario: The organisation.
        url: Gives the address of a path of the lab.
        username: The administrative account.
        ca_file: The certificate authority to trust.
        sections: Of files in the same folder: the lists of clients, and what clients have left behind.
    """
    skype = {**_ADMIN, "uri": url("/OcsPowershell"), "credential": "skype-admin"}
    exchange = {**_ADMIN, "uri": url("/powershell"), "configuration": "Microsoft.Exchange"}
    content: dict[str, object] = {
        "deployment": scenario.organisation,
        "sip_domains": [scenario.domain],
        "skype": skype,
        "exchange": {**exchange, "credential": "exchange-admin"},
        **_online(scenario),
        "ews": [_ews(url), *(_partner(url, address) for address in scenario.test_send.federated)],
        **sections,
        **_test_send(scenario),
        "credentials": {
            **{name: _credential(username) for name in _CREDENTIALS},
            **{address: _credential(_login(address)) for address in scenario.test_send.federated},
        },
        "tls": {"ca_file": _below(ca_file, file)},
    }
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)
    file.write_text(text, encoding="utf-8")


def _credential(username: str) -> dict[str, object]:
    return {"username": username, "password": {"env": PASSWORD}}


def _online(scenario: Scenario) -> dict[str, object]:
    saved = {"shell": "export", "folder": "exports/exchange_online"}
    return {} if scenario.exchange.online is None else {"exchange_online": saved}


def _ews(url: Callable[[str], str]) -> dict[str, object]:
    return {
        "name": "onprem",
        "endpoint": url("/EWS/Exchange.asmx"),
        "auth": "ntlm",
        "access": "impersonation",
        "credential": "ews-probe",
    }


def _partner(url: Callable[[str], str], address: str) -> dict[str, object]:
    """A mailbox that a partner has lent, to be opened with its own log-in."""
    return {
        "name": address.partition("@")[2],
        "endpoint": url("/EWS/Exchange.asmx"),
        "auth": "ntlm",
        "access": "owner",
        "credential": address,
        "mailboxes": {address: address},
    }


def _login(address: str) -> str:
    name, _, domain = address.partition("@")
    return login_at(domain, name)


def _test_send(scenario: Scenario) -> dict[str, object]:
    named = {"mailboxes": scenario.test_send.mailboxes, "federated": scenario.test_send.federated}
    given = {name: list(addresses) for name, addresses in named.items() if addresses}
    return {"test_send": given} if given else {}


def _below(path: Path, file: Path) -> str:
    return path.relative_to(file.parent).as_posix()
