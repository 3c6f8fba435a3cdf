"""The oracle, and organisations written as folders of saved output."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from imadmin.session import Target, open_session
from imadmin.testing import save_output

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from imadmin_lab.lab import Lab


@pytest.fixture(scope="session")
def oracle() -> ModuleType:
    spec = importlib.util.spec_from_file_location("oracle", Path(__file__).with_name("oracle.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["oracle"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def deploy(lab: Lab) -> Callable[..., Path]:
    """Write a deployment of the lab's first endpoint and `test_send:` alone, and the sections given."""

    def write(name: str = "ours", **sections: Any) -> Path:
        described = yaml.safe_load(lab.deployment.read_text(encoding="utf-8"))
        kept = {key: described[key] for key in ("deployment", "ews", "test_send", "credentials", "tls")}
        kept["ews"] = kept["ews"][:1]
        changed = {key: value for key, value in {**kept, **sections}.items() if value is not None}
        file = lab.deployment.with_name(f"{name}.yaml")
        file.write_text(yaml.safe_dump(changed), encoding="utf-8")
        return file

    return write


class Judged:
    """The statuses and verdicts that imadmin gives for a folder."""

    def __init__(self, folder: Path) -> None:
        with open_session(Target.of(folder)) as session:
            session.check()
            self.run = session.run()
            self.statuses: dict[str, dict[str, str]] = {}
            for outcome in session.outcomes():
                if outcome.rows:
                    rows = session.database.cursor().execute(f"select person, status from {outcome.rows}")
                    for person, status in rows.fetchall():
                        self._worst(person, outcome.result.check, status)
        verdicts = {person.person: person.verdict for person in self.run.people}
        self.verdicts = {person: verdicts.get(person, "uncounted") for person in self.statuses}

    def _worst(self, person: str, check: str, status: str) -> None:
        order = ["skip", "pass", "warn", "error", "fail"]
        known = self.statuses.setdefault(person, {})
        known[check] = max(known.get(check, "skip"), status, key=order.index)


@pytest.fixture
def judged() -> type[Judged]:
    return Judged


@pytest.fixture(scope="session")
def saved() -> Any:
    return save_organisation


def save_organisation(folder: Path, organisation: Any) -> Path:
    """Write what the servers of this organisation would give."""
    absent = "absent"

    def objects(settings: dict[str, object], name: str) -> list[dict[str, object]]:
        return [{"Identity": i} | ({} if value == absent else {name: value}) for i, value in settings.items()]

    save_output(folder, "skype/Get-CsImConfiguration", objects(organisation.offline_im, "EnableOfflineIM"))
    save_output(folder, "skype/Get-CsClientPolicy", objects(organisation.policies, "EnableIMAutoArchiving"))
    for cmdlet, local, name in (
        ("Get-CsImConfiguration", organisation.local_offline_im, "EnableOfflineIm"),
        ("Get-CsClientPolicy", organisation.local_policies, "EnableIMAutoArchiving"),
    ):
        if local is not None:
            save_output(folder, f"skype/{cmdlet}@local-store", objects(local, name))
    numbered = enumerate(organisation.sites, 1)
    sites = [{"Identity": f"Site:{name}", "DisplayName": name, "SiteId": n} for n, name in numbered]
    save_output(folder, "skype/Get-CsSite", sites)
    pools = [
        {"Identity": name, "Site": f"Site:{site}" if site else None}
        for name, site in organisation.pools.items()
    ]
    save_output(folder, "skype/Get-CsPool", pools)
    save_output(folder, "skype/Get-CsUser", [user_object(user) for user in organisation.users])
    for place in organisation.listed:
        boxes = [
            {"PrimarySmtpAddress": f"{u.name}@contoso.com"} for u in organisation.users if u.mailbox == place
        ]
        boxes.append({"PrimarySmtpAddress": f"nobody-{place}@contoso.com"})
        save_output(folder, f"{place}/Get-Mailbox", boxes)
        save_output(folder, f"{place}/Get-OrganizationConfig", [ews_settings(organisation.ews.get(place))])
        settings = [
            {"PrimarySmtpAddress": f"{u.name}@contoso.com", **ews_settings(u.ews)}
            for u in organisation.users
            if u.mailbox == place and u.ews is not None
        ]
        save_output(folder, f"{place}/Get-CASMailbox", settings)
    rows = [f'{user.name}@contoso.com,"{agent}"' for user in organisation.users for agent in user.agents]
    (folder / "clients").mkdir(exist_ok=True)
    (folder / "clients" / "list.csv").write_text(
        "\n".join(["UserName,ClientVersion", *rows, ""]), encoding="utf-8"
    )
    return folder


def ews_settings(ews: Any) -> dict[str, object]:
    """The EWS properties of an organisation or a mailbox; of one that nobody has touched where it is None."""
    if ews is None:
        return {"EwsEnabled": None, "EwsApplicationAccessPolicy": None}
    lists = {"EnforceAllowList": "EwsAllowList", "EnforceBlockList": "EwsBlockList"}
    given = {"EwsEnabled": ews.enabled, "EwsApplicationAccessPolicy": ews.policy}
    given[lists.get(ews.policy, "EwsAllowList")] = ews.patterns
    return {name: value for name, value in given.items() if value != "absent"}


def user_object(user: Any) -> dict[str, object]:
    found = {
        "SipAddress": f"sip:{user.name}@contoso.com",
        "RegistrarPool": user.pool,
        "Enabled": user.enabled,
        "HostingProvider": user.provider,
    }
    return found if user.policy == "absent" else {**found, "ClientPolicy": user.policy}
