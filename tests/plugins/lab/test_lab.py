"""The lab as a whole: one organisation behind all its protocols, driven by unmodified clients."""

from __future__ import annotations

import gc
import socket
import ssl
import threading
import warnings
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import exchangelib  # type: ignore[import-untyped]
import pytest
import requests
from exchangelib.errors import (  # type: ignore[import-untyped]
    ErrorFolderNotFound,
    ErrorImpersonateUserDenied,
    UnauthorizedError,
)
from pypsrp.exceptions import WSManFaultError
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan
from requests_ntlm import HttpNtlmAuth

from imadmin.deployment import from_folder, read_deployment
from imadmin.errors import ConfigError
from imadmin_lab.directory import EwsAccess
from imadmin_lab.lab import Lab, scenarios
from imadmin_lab.mail import ManualClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
OC = "OC/16.0.20228.20190 (Skype for Business)"
FEDERATED = "probe@fabrikam.com"
MISSED = "IPM.Note.Microsoft.Missed"


@pytest.fixture(autouse=True)
def _sockets_of_the_clients(request: pytest.FixtureRequest) -> Iterator[None]:
    """Pypsrp leaves sockets to the garbage collector: collect them here, and not in a later test."""
    request.applymarker(pytest.mark.filterwarnings("ignore:unclosed <s:ResourceWarning"))
    yield
    exchangelib.close_connections()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Lab]]:
    """Starts labs, and stops them at the end."""
    labs: list[Lab] = []

    def started(scenario: str | Path = "healthy", **options: Any) -> Lab:
        lab = Lab(scenario, **{"folder": tmp_path / f"lab{len(labs)}"} | options)
        labs.append(lab)
        lab.start()
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(lab.ca_file))  # as an exchangelib user would
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        return lab

    yield started
    for lab in labs:
        lab.stop()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lab-")]


def password(lab: Lab) -> str:
    return lab.environment["IMADMIN_LAB_PASSWORD"]


@contextmanager
def shell(lab: Lab, path: str = "OcsPowershell", *, user: str = "svc-imadmin") -> Iterator[RunspacePool]:
    options: dict[str, Any] = {"auth": "negotiate", "no_proxy": True, "cert_validation": str(lab.ca_file)}
    port, name = urlsplit(lab.url()).port, f"CONTOSO\\{user}"
    ws = WSMan("127.0.0.1", port=port, path=path, username=name, password=password(lab), **options)
    configuration = "Microsoft.Exchange" if path == "powershell" else "Microsoft.PowerShell"
    with ws, RunspacePool(ws, configuration_name=configuration) as pool:
        yield pool


def run(pool: RunspacePool, cmdlet: str, **parameters: Any) -> list[Any]:
    with PowerShell(pool) as ps:
        found = ps.add_cmdlet(cmdlet).add_parameters(parameters).invoke()
        assert not ps.had_errors, ps.streams.error
        return list(found)


def account(lab: Lab, address: str, *, login: str = "", **options: Any) -> Any:
    """A mailbox as its owner opens it, or with `login` as the service account impersonates him."""
    domain, name = address.partition("@")[2].partition(".")[0].upper(), address.partition("@")[0]
    access = exchangelib.IMPERSONATION if login else exchangelib.DELEGATE
    configuration = exchangelib.Configuration(
        service_endpoint=lab.url("/EWS/Exchange.asmx"),
        credentials=exchangelib.Credentials(login or f"{domain}\\{name}", password(lab)),
        auth_type=options.pop("auth", exchangelib.NTLM),
        retry_policy=exchangelib.FailFast(),
    )
    return exchangelib.Account(
        address, config=configuration, access_type=access, default_timezone=exchangelib.UTC
    )


def status(lab: Lab, address: str, user_agent: str = OC) -> int:
    """The HTTP status that a client with this user agent gets for a mailbox, asked by its owner."""
    body = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"'
        ' xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Header>'
        '<t:RequestServerVersion Version="Exchange2016"/></s:Header><s:Body><m:GetFolder><m:FolderShape>'
        "<t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>"
        '<t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder></s:Body></s:Envelope>'
    )
    with requests.Session() as session:
        session.trust_env = False
        response = session.post(
            lab.url("/EWS/Exchange.asmx"),
            data=body.encode(),
            headers={"Content-Type": "text/xml; charset=utf-8", "User-Agent": user_agent},
            auth=HttpNtlmAuth(f"CONTOSO\\{address.partition('@')[0]}", password(lab)),
            verify=str(lab.ca_file),
            timeout=30,
        )
    return response.status_code


@pytest.mark.parametrize("scenario", scenarios())
def test_a_scenario_starts_and_its_deployment_reads(scenario: str, start: Callable[..., Lab]) -> None:
    lab = start(scenario)
    deployment = read_deployment(lab.deployment)
    assert {name: shell.shell for name, shell in deployment.shells.items() if name != "exchange_online"} == {
        "skype": "psrp",
        "exchange": "psrp",
    }
    assert deployment.shells["skype"].uri == lab.url("/OcsPowershell")
    onprem, partner = deployment.ews
    assert (onprem.name, onprem.auth, onprem.access) == ("onprem", "ntlm", "impersonation")
    assert (partner.name, partner.access, list(partner.mailboxes)) == ("fabrikam.com", "owner", [FEDERATED])
    assert lab.url("/").startswith("https://127.0.0.1:")
    assert deployment.ca_file == lab.ca_file.resolve()
    assert all(lists.csv.is_file() for lists in deployment.clients)
    assert deployment.test_send.mailboxes == ("probe-a@contoso.com", "probe-b@contoso.com")
    assert deployment.test_send.federated == (FEDERATED,)
    assert password(lab) not in lab.deployment.read_text(encoding="utf-8")


def test_the_exports_are_a_folder_of_saved_output(start: Callable[..., Lab]) -> None:
    lab = start("contoso")
    deployment = read_deployment(lab.deployment)
    exports = from_folder(lab.deployment.parent / "exports", {})
    assert exports.shells["exchange_online"].folder == deployment.shells["exchange_online"].folder
    assert [lists.csv.name for lists in exports.clients] == ["connections.csv", "registrations.csv"]


def test_the_certificate_is_for_every_name_of_the_organisation(start: Callable[..., Lab]) -> None:
    lab = start("contoso")
    context = ssl.create_default_context(cafile=str(lab.ca_file))
    for name in ("127.0.0.1", "localhost", "mail.contoso.com", "pool02.contoso.com", "fe01.contoso.com"):
        with (
            socket.create_connection(("127.0.0.1", urlsplit(lab.url()).port or 0)) as raw,
            context.wrap_socket(raw, server_hostname=name) as connection,
        ):
            assert connection.version() in {"TLSv1.2", "TLSv1.3"}


def test_people_and_probes_log_in_as_themselves(start: Callable[..., Lab]) -> None:
    lab = start("contoso")
    owners = ("siobhan.o'brien@contoso.com", "probe-a@contoso.com", FEDERATED)
    for address, auth in zip(owners, (exchangelib.NTLM, exchangelib.BASIC, exchangelib.NTLM), strict=True):
        assert account(lab, address, auth=auth).inbox.name == "Inbox"
    assert account(lab, "renate.vogel@contoso.com").inbox.name == "Posteingang"


def test_the_service_account_impersonates_everybody_here_and_nobody_elsewhere(
    start: Callable[..., Lab],
) -> None:
    lab = start()
    service = r"CONTOSO\svc-imadmin"
    assert account(lab, "anna.lind@contoso.com", login=service).inbox.total_count == 0
    with pytest.raises(ErrorImpersonateUserDenied):
        _ = account(lab, FEDERATED, login=service).inbox


def test_people_have_no_administrative_rights(start: Callable[..., Lab]) -> None:
    lab = start("contoso")
    with pytest.raises(WSManFaultError, match="Access is denied"), shell(lab, user="carlos.diaz"):
        pass


def test_two_labs_at_once_do_not_meet(start: Callable[..., Lab]) -> None:
    one, two = start("healthy"), start("offline-im-off-globally")
    assert password(one) != password(two)
    assert one.url() != two.url()
    with shell(one) as here, shell(two) as there:
        run(here, "Set-CsImConfiguration", EnableOfflineIm=True)
        (found,) = run(there, "Get-CsImConfiguration")
        assert found.adapted_properties["EnableOfflineIm"] is False
    with requests.Session() as session:
        session.trust_env = False
        with pytest.raises(requests.exceptions.SSLError):
            session.get(one.url(), verify=str(two.ca_file), timeout=30)


def test_a_lab_is_new_each_time_also_in_the_same_folder(start: Callable[..., Lab], tmp_path: Path) -> None:
    first = start(folder=tmp_path / "same")
    account(first, "anna.lind@contoso.com").root.refresh()
    with shell(first) as pool:
        run(pool, "Set-CsImConfiguration", EnableOfflineIm=False)
    first.stop()
    second = start(folder=tmp_path / "same")
    with shell(second) as pool:
        (found,) = run(pool, "Get-CsImConfiguration")
    assert found.adapted_properties["EnableOfflineIm"] is True


def test_a_port_that_is_taken_is_told(start: Callable[..., Lab], tmp_path: Path) -> None:
    taken = urlsplit(start().url()).port
    with pytest.raises(OSError, match=r"in use|10048|10013"):
        Lab("healthy", folder=tmp_path / "other", port=taken or 0).start()


def test_a_fault_or_a_cmdlet_that_there_is_not_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    for content, said in (
        ("faults: [{name: busyy}]", "faults[0]: there is no fault 'busyy' in the lab\nDid you mean busy?"),
        ("faults: [{name: busy, cmdlet: x}]", "faults[0]: the fault busy takes no cmdlet"),
        ("hidden_cmdlets: [Get-CsUsr]", "hidden_cmdlets: the lab has no cmdlet Get-CsUsr"),
    ):
        path.write_text(f"title: A test\nbase: healthy\n{content}\n", encoding="utf-8")
        with pytest.raises(ConfigError) as raised:
            Lab(path, folder=tmp_path / "mine").start()
        assert said in str(raised.value)
        assert "mine.yaml" in raised.value.where


def test_what_cmdlets_change_governs_ews_at_once(start: Callable[..., Lab]) -> None:
    lab = start()
    anna, ben = "anna.lind@contoso.com", "ben.carver@contoso.com"
    with shell(lab, "powershell") as pool:
        run(pool, "Set-CASMailbox", Identity=anna, EwsEnabled=False)
        assert (status(lab, anna), status(lab, ben)) == (403, 200)
        run(pool, "Set-CASMailbox", Identity=anna, EwsEnabled=True)
        assert status(lab, anna) == 200
        run(pool, "Set-OrganizationConfig", EwsEnabled=False)
        assert (status(lab, anna), status(lab, ben)) == (403, 403)
        run(pool, "Set-OrganizationConfig", EwsEnabled=None)
        assert (status(lab, anna), status(lab, ben)) == (200, 200)


def test_access_policies_look_at_the_user_agent(start: Callable[..., Lab]) -> None:
    lab = start()
    anna, ben, other = "anna.lind@contoso.com", "ben.carver@contoso.com", "MacOutlook/16.80"
    with shell(lab, "powershell") as pool:
        blocked = {"EwsApplicationAccessPolicy": "EnforceBlockList", "EwsBlockList": ["OC/*"]}
        run(pool, "Set-CASMailbox", Identity=anna, **blocked)
        assert [status(lab, who, agent) for who in (anna, ben) for agent in (OC, other)] == [
            403,
            200,
            200,
            200,
        ]
        allowed = {"EwsApplicationAccessPolicy": "EnforceAllowList", "EwsAllowList": ["MacOutlook/*"]}
        run(pool, "Set-OrganizationConfig", **allowed)
        assert [status(lab, ben, agent) for agent in (OC, other, other.lower())] == [403, 200, 403]
        run(pool, "Set-OrganizationConfig", EwsAllowList=None)
        assert status(lab, ben, other) == 403


@pytest.mark.parametrize(
    ("scenario", "statuses"),
    [
        ("healthy", {OC: 200, "MacOutlook/16.80": 200}),
        ("ews-disabled-organisation", {OC: 403, "MacOutlook/16.80": 403}),
        ("ews-block-list", {OC: 403, "MacOutlook/16.80": 200, "oc/16.0": 200}),
        ("ews-allow-list", {OC: 403, "MacOutlook/16.80": 200}),
        ("ews-down", {OC: 503, "MacOutlook/16.80": 503}),
    ],
)
def test_a_scenario_s_ews_lets_in_whom_it_should(
    scenario: str, statuses: dict[str, int], start: Callable[..., Lab]
) -> None:
    lab = start(scenario)
    assert {agent: status(lab, "daniel.okafor@contoso.com", agent) for agent in statuses} == statuses


def test_ews_is_off_for_one_mailbox(start: Callable[..., Lab]) -> None:
    lab = start("ews-disabled-mailbox")
    assert status(lab, "daniel.okafor@contoso.com") == 403
    assert status(lab, "anna.lind@contoso.com") == 200


def test_who_is_not_in_the_directory_is_allowed_by_the_organisation(start: Callable[..., Lab]) -> None:
    access = EwsAccess(start("ews-block-list").directory)
    assert access.allows(FEDERATED, "MacOutlook/16.80")
    assert not access.allows(FEDERATED, OC)


class Missed(exchangelib.Message):  # type: ignore[misc]  # exchangelib has no types
    """A message whose class is sent, which exchangelib's own never does."""

    FIELDS = exchangelib.properties.Fields(
        *(
            exchangelib.fields.CharField(name=one.name, field_uri=one.field_uri)
            if one.name == "item_class"
            else one
            for one in exchangelib.Message.FIELDS
        )
    )


def deliver(lab: Lab, recipient: str, clock: ManualClock | None = None) -> list[str]:
    """The classes of what arrives of a message from one probe to a recipient."""
    sender = account(lab, "probe-a@contoso.com")
    message = Missed(account=sender, subject="x", body="y", item_class=MISSED, to_recipients=[recipient])
    message.send(save_copy=False)
    inbox = account(lab, recipient).inbox
    if clock is not None:
        assert not list(inbox.all())
        clock.advance(timedelta(seconds=120))
        assert not list(inbox.all())
        clock.advance(timedelta(seconds=180))
    return [item.item_class for item in inbox.all()]


def test_mail_arrives_with_its_class_here_and_without_it_elsewhere(start: Callable[..., Lab]) -> None:
    lab = start()
    assert deliver(lab, "probe-b@contoso.com") == [MISSED]
    assert deliver(lab, FEDERATED) == ["IPM.Note"]


def test_mail_loses_its_class(start: Callable[..., Lab]) -> None:
    assert deliver(start("class-lost"), "probe-b@contoso.com") == ["IPM.Note"]


def test_mail_is_late_by_the_lab_s_own_clock(start: Callable[..., Lab]) -> None:
    clock = ManualClock(NOW)
    assert deliver(start("mail-delayed", clock=clock), "probe-b@contoso.com", clock) == [MISSED]


def test_the_folder_for_conversations_is_absent(start: Callable[..., Lab]) -> None:
    lab = start("conversation-history-absent")
    assert account(lab, "ben.carver@contoso.com").conversation_history.total_count == 0
    with pytest.raises(ErrorFolderNotFound):
        _ = account(lab, "anna.lind@contoso.com").conversation_history


def test_a_hidden_cmdlet_is_not_there_for_the_administrator(start: Callable[..., Lab]) -> None:
    lab = start("cmdlet-hidden")
    with shell(lab) as pool, PowerShell(pool) as ps:
        ps.add_cmdlet("Get-CsClientPolicy").invoke()
        assert ps.had_errors
    with shell(lab) as pool:
        assert len(run(pool, "Get-CsUser")) == 8
        roles = {str(role): role.adapted_properties["Cmdlets"] for role in run(pool, "Get-CsAdminRole")}
    holders = [name for name, held in roles.items() if "Get-CsClientPolicy" in map(name_of, held)]
    assert "CsAdministrator" in holders
    assert "imadmin" not in holders
    with shell(lab, "powershell") as pool:
        assert len(run(pool, "Get-Mailbox")) == 10


def name_of(entry: Any) -> str:
    return str(entry.adapted_properties["Name"])


def test_the_certificate_has_expired(start: Callable[..., Lab]) -> None:
    lab = start("certificate-expired")
    with pytest.raises(requests.exceptions.SSLError, match="expired"):
        status(lab, "anna.lind@contoso.com")
    lab.faults.switch_off("certificate-expired")
    assert status(lab, "anna.lind@contoso.com") == 200


def test_a_replica_shows_changes_later(start: Callable[..., Lab], tmp_path: Path) -> None:
    path, clock = tmp_path / "lag.yaml", ManualClock(NOW)
    path.write_text("title: A test\nbase: healthy\nreplication_lag: 60\n", encoding="utf-8")
    lab = start(path, clock=clock)

    def seen(pool: RunspacePool) -> object:
        (found,) = run(pool, "Get-CsImConfiguration", LocalStore=True)
        return found.adapted_properties["EnableOfflineIm"]

    with shell(lab) as pool:
        run(pool, "Set-CsImConfiguration", EnableOfflineIm=False)
        assert seen(pool) is True
        clock.advance(timedelta(seconds=61))
        assert seen(pool) is False


def test_extended_protection_of_ews_is_what_the_directory_says(
    start: Callable[..., Lab], tmp_path: Path
) -> None:
    path = tmp_path / "required.yaml"
    protection = "exchange: {onprem: {extended_protection: Require}}"
    path.write_text(f"title: A test\nbase: healthy\n{protection}\n", encoding="utf-8")
    lab = start(path)
    assert account(lab, "anna.lind@contoso.com").inbox.name == "Inbox"
    auth = HttpNtlmAuth(r"CONTOSO\anna.lind", password(lab), send_cbt=False)
    with requests.Session() as session:
        session.trust_env = False
        response = session.get(lab.url("/EWS/Exchange.asmx"), auth=auth, verify=str(lab.ca_file), timeout=30)
    assert response.status_code == 401


def test_a_wrong_password_is_wrong(start: Callable[..., Lab]) -> None:
    lab = start()
    configuration = exchangelib.Configuration(
        service_endpoint=lab.url("/EWS/Exchange.asmx"),
        credentials=exchangelib.Credentials(r"CONTOSO\anna.lind", "wrong"),
        auth_type=exchangelib.NTLM,
    )
    with pytest.raises(UnauthorizedError):
        _ = exchangelib.Account("anna.lind@contoso.com", config=configuration).inbox
    assert lab.accounts.failures(r"CONTOSO\anna.lind") >= 1


def test_autodiscover_knows_who_is_here_and_who_is_online(start: Callable[..., Lab]) -> None:
    lab = start("contoso")

    def asked(address: str) -> str:
        body = (
            '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006">'
            f"<Request><EMailAddress>{address}</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/"
            "exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>"
        )
        with requests.Session() as session:
            session.trust_env = False
            response = session.post(
                lab.url("/autodiscover/autodiscover.xml"),
                data=body.encode(),
                headers={"Content-Type": "text/xml"},
                auth=HttpNtlmAuth(r"CONTOSO\svc-imadmin", password(lab)),
                verify=str(lab.ca_file),
                timeout=30,
            )
        return response.text

    assert lab.url("/EWS/Exchange.asmx") in asked("alice.morgan@contoso.com")
    assert "carlos.diaz@contoso.mail.onmicrosoft.com" in asked("carlos.diaz@contoso.com")
