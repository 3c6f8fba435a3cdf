"""What goes wrong on the way: one error each, in an administrator's words, found out once."""

from __future__ import annotations

import logging
import pickle
import re
import socket
import ssl
import threading
from typing import TYPE_CHECKING, Any

import pytest

from imadmin.deployment.records import CredentialConfig, ShellConfig
from imadmin.errors import SourceError
from imadmin.records import Cmdlet
from imadmin.secrets import Secrets
from imadmin.shells import open_shell
from imadmin.shells.psrp import PsrpShell
from imadmin.shells.psrp.address import Endpoint
from imadmin.shells.psrp.attempts import Attempt
from imadmin.shells.psrp.network import network
from imadmin.shells.psrp.shell import DEADLINE
from imadmin_lab.powershell import CmdletFault
from imadmin_lab.web import Fault

from .conftest import ADMIN, PASSWORD, VARIABLE

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Lab

SITES = Cmdlet("skype", "Get-CsSite", ("Identity",))


def refused(shell: PsrpShell, cmdlet: Cmdlet = SITES) -> SourceError:
    with pytest.raises(SourceError) as caught:
        shell.run(cmdlet)
    assert caught.value.__cause__ is None
    assert PASSWORD not in f"{caught.value!r} {pickle.dumps(caught.value)!r}"
    return caught.value


def counted(lab: Lab) -> list[str]:
    """Requests from now on, by path."""
    seen: list[str] = []

    def see(request: Any) -> bool:
        seen.append(request.path)
        return False

    lab.web.switch_on(Fault("garbage", when=see, before_login=True))
    return seen


def wait_for_pipelines() -> None:
    """Wait until the server runs none; one that was not stopped would run for ever."""
    for thread in threading.enumerate():
        if thread.name == "lab-pipeline":
            thread.join(60)
            assert not thread.is_alive()


@pytest.mark.parametrize("auth", ["ntlm", "negotiate", "basic"])
def test_a_wrong_password_is_tried_once(
    lab: Lab, auth: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = "wröng c4n4ry"
    monkeypatch.setenv(VARIABLE, wrong)
    caplog.set_level(logging.DEBUG)
    shell = lab.shell(auth=auth)
    first, second = refused(shell), refused(shell)
    assert str(first) == str(second)
    assert first.what == f"the log-in of {ADMIN} was refused"
    assert "not tried again" in first.remedy
    assert lab.accounts.failures(ADMIN) == 1
    for said in (str(first), repr(first), repr(shell), caplog.text):
        assert wrong not in said


def test_a_wrong_password_without_tls_is_tried_once(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "wrong")
    shell = lab.shell(scheme="http")
    assert str(refused(shell)) == str(refused(shell))
    assert lab.accounts.failures(ADMIN) == 1


@pytest.mark.parametrize("auth", ["ntlm", "basic"])
def test_the_password_is_in_no_log_not_even_of_the_libraries(
    lab: Lab, auth: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shell = lab.shell(auth=auth)
    list(shell.run(SITES).records)
    assert PASSWORD not in caplog.text
    assert PASSWORD not in repr(vars(shell))
    with pytest.raises(TypeError):
        pickle.dumps(shell)


def test_a_password_beyond_latin_1_is_not_in_the_error(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "пароль")
    assert "was refused" in refused(lab.shell(auth="basic")).what
    assert lab.accounts.failures(ADMIN) == 1


def test_basic_that_is_not_offered_is_no_refusal(lab: Lab) -> None:
    headers = [("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "NTLM")]
    lab.web.switch_on(Fault("status", status=401, headers=headers, before_login=True))
    shell = lab.shell(auth="basic")
    assert refused(shell).what == "the server does not offer auth: basic"
    account = shell._login().account
    with account.turn("elsewhere", "exchange"):
        pass


def test_an_account_without_a_role(lab: Lab) -> None:
    found = refused(lab.shell(user="CONTOSO\\nobody"))
    assert "has no administrative role there" in found.what


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("certificate-expired", "has expired"),
        ("certificate-not-yet-valid", "not valid yet"),
        ("certificate-wrong-name", "for another name than localhost"),
        ("certificate-self-signed", "authority that is not trusted here"),
        ("certificate-foreign", "authority that is not trusted here"),
        ("handshake-refused", "dropped|TLS could not"),
        ("handshake-old", "TLS could not be agreed"),
        ("handshake-plain", "TLS could not be agreed"),
    ],
)
def test_tls_that_fails(lab: Lab, name: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/else.pem")
    lab.web.switch_on(Fault(name, times=1))
    shell = lab.shell()
    first = refused(shell)
    assert re.search(message, first.what)
    assert first.where == f"skype at https://localhost:{lab.https.port}/OcsPowershell"
    assert str(refused(shell)) == str(first)  # although the server would be well now


def test_the_ca_file_is_what_counts(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(lab.authority.ca_file))
    config = ShellConfig("psrp", uri=f"https://localhost:{lab.https.port}/OcsPowershell", credential="svc")
    secrets = Secrets({"svc": CredentialConfig(ADMIN, password={"env": VARIABLE})})
    assert "not trusted here" in refused(lab.keep(PsrpShell("skype", config, secrets))).what


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault("reset"), "the server dropped the connection"),
        (Fault("close"), "the server dropped the connection"),
        (Fault("reset-in-body"), "the server dropped the connection"),
        (Fault("half-body"), "the server dropped the connection"),
        (
            Fault("redirect", location="https://elsewhere.invalid/x?token=y"),
            "to https://elsewhere.invalid/x,",
        ),
        (Fault("garbage"), "does not speak PowerShell remoting"),
        (Fault("garbage", body=b"<html><br>"), "does not speak PowerShell remoting"),
        (Fault("garbage", body=b""), "does not speak PowerShell remoting"),
        (Fault("status", status=500), "the server failed, and did not say why"),
        (Fault("status", status=500, body=b"<br>"), "HTTP 500"),
        (Fault("status", status=503, body=b""), "HTTP 503"),
        (Fault("status", status=403, body=b"<br>"), "refuses access to /OcsPowershell"),
    ],
)
@pytest.mark.parametrize("before_login", [True, False])
def test_answers_that_are_none(lab: Lab, fault: Fault, message: str, *, before_login: bool) -> None:
    fault.before_login = before_login
    lab.web.switch_on(fault)
    shell = lab.shell()
    first = refused(shell)
    assert re.search(re.escape(message), first.what)
    assert "sign in" not in str(first)
    lab.web.switch_off()
    seen = counted(lab)
    assert str(refused(shell)) == str(first)
    assert seen == []


@pytest.mark.parametrize("name", ["reset", "garbage", "half-body", "status"])
def test_a_session_that_is_lost_is_opened_anew(lab: Lab, name: str) -> None:
    shell = lab.shell()
    list(shell.run(SITES).records)
    lab.web.switch_on(Fault(name, times=1))
    assert refused(shell).what.startswith("Get-CsSite: ")
    assert len(list(shell.run(SITES).records)) == 2


@pytest.mark.parametrize(
    "fault", [Fault("stall"), Fault("drip", seconds=0.2, piece=1), Fault("handshake-stalled")]
)
def test_a_server_that_keeps_one_waiting(lab: Lab, fault: Fault) -> None:
    fault.before_login = True
    lab.web.switch_on(fault)
    shell = lab.shell()
    shell.deadline = 0.5
    found = refused(shell)
    assert found.what in {
        "the server did not answer within 0.5 seconds",
        "no connection could be made in time",
    }
    seen = counted(lab)
    assert str(refused(shell)) == str(found)
    assert seen == []


def test_addresses_that_lead_nowhere(lab: Lab) -> None:
    with socket.create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    places = {
        f"https://localhost:{port}/OcsPowershell": f"the connection to port {port} was refused",
        "https://no-such-host.invalid/OcsPowershell": "the name no-such-host.invalid is not known",
        f"https://localhost:{lab.https.port}/Nowhere": "has nothing at /Nowhere (HTTP 404)",
    }
    for uri, message in places.items():
        config = ShellConfig("psrp", uri=uri, credential="svc", auth="ntlm")
        secrets = Secrets({"svc": CredentialConfig(ADMIN, password={"env": VARIABLE})})
        shell = lab.keep(PsrpShell("skype", config, secrets, lab.authority.ca_file))
        assert message in refused(shell).what


@pytest.mark.parametrize(
    "error", [ssl.SSLEOFError(8, "EOF occurred"), ssl.SSLZeroReturnError(6, "closed"), ConnectionResetError()]
)
@pytest.mark.parametrize("auth", ["ntlm", "certificate"])
def test_a_connection_that_ends_in_the_midst_of_tls(error: OSError, auth: str) -> None:
    """Which of these a client meets is a matter of microseconds."""
    endpoint = Endpoint.of("skype", ShellConfig("psrp", uri="https://pool.invalid/OcsPowershell", auth=auth))
    cause = network(
        error, Attempt(endpoint, "the certificate a.pem", integrated=False, seconds=1, late=False)
    )
    assert cause is not None
    assert cause.what == "the server dropped the connection"
    assert ("may not accept the certificate a.pem" in cause.remedy) == (auth == "certificate")


def test_a_wrong_configuration_name(lab: Lab) -> None:
    found = refused(lab.shell(configuration="Contoso.Restricted"))
    assert found.what == "the server has no session configuration Contoso.Restricted"
    assert "Microsoft.Exchange" in found.remedy


def test_a_ca_file_that_is_none(lab: Lab, tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_bytes(b"")
    for path, message in ((tmp_path / "none.pem", "No such file"), (empty, "no certificate")):
        shell = lab.shell()
        shell._ca_file = path
        found = refused(shell)
        assert found.what.startswith(f"{path} cannot be used: ")
        assert re.search(message, found.what, re.IGNORECASE)


def test_a_cmdlet_that_hangs_is_stopped_and_the_session_goes_on(lab: Lab) -> None:
    lab.cmdlets.switch_on(CmdletFault("cmdlet-hang", cmdlet="Get-CsUser"))
    shell = lab.shell()
    list(shell.run(SITES).records)
    shell.deadline = 1.0
    found = refused(shell, Cmdlet("skype", "Get-CsUser", ("SipAddress",)))
    assert found.what == "Get-CsUser had not ended after 1 seconds, and was stopped"
    assert "localhost" in found.where
    wait_for_pipelines()
    shell.deadline = DEADLINE
    assert len(list(shell.run(SITES).records)) == 2


def test_output_does_not_put_the_deadline_off(lab: Lab) -> None:
    lab.add_users(1000)
    lab.cmdlets.switch_on(CmdletFault("cmdlet-slow", cmdlet="Get-CsUser", seconds=0.1))
    shell = lab.shell()
    list(shell.run(SITES).records)
    shell.deadline = 1.0
    assert "had not ended after" in refused(shell, Cmdlet("skype", "Get-CsUser", ("SipAddress",))).what


def test_closing_stops_what_runs_in_another_thread(lab: Lab) -> None:
    lab.cmdlets.switch_on(CmdletFault("cmdlet-hang", cmdlet="Get-CsUser"))
    shell = lab.shell()
    list(shell.run(SITES).records)
    seen = counted(lab)
    said: list[str] = []

    def run() -> None:
        said.append(refused(shell, Cmdlet("skype", "Get-CsUser", ())).what)

    running = threading.Thread(target=run)
    running.start()
    while len(seen) < 2:  # the command, and the first time that its output is asked for
        running.join(0.01)
    shell.close()
    running.join(60)
    assert said == ["Get-CsUser was stopped: the shell was closed"]
    assert refused(shell).what == "the shell was closed"


def test_an_interrupt_stops_the_cmdlet(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    from imadmin.shells.psrp.upstream import Pipeline

    def interrupt(_self: Pipeline, _seconds: int) -> list[str]:
        raise KeyboardInterrupt

    lab.cmdlets.switch_on(CmdletFault("cmdlet-hang", cmdlet="Get-CsUser"))
    shell = lab.shell()
    with monkeypatch.context() as patch:
        patch.setattr(Pipeline, "receive", interrupt)
        with pytest.raises(KeyboardInterrupt):
            shell.run(Cmdlet("skype", "Get-CsUser", ()))
    wait_for_pipelines()
    assert len(list(shell.run(SITES).records)) == 2


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (ShellConfig("psrp", uri="http://a/x", auth="certificate"), "auth: certificate needs TLS"),
        (ShellConfig("psrp", uri="http://a/x", auth="basic"), "would send the password in clear"),
        (ShellConfig("psrp", uri="https://[::1/x"), "is not the address"),
        (ShellConfig("psrp", uri="https://a:port/x"), "is not the address"),
        (ShellConfig("psrp"), "is not the address"),
    ],
)
def test_a_shell_that_cannot_be_opened(config: ShellConfig, message: str) -> None:
    with pytest.raises(SourceError, match=re.escape(message)) as caught:
        open_shell("skype", config, Secrets({}))
    assert caught.value.where == "skype"


@pytest.mark.parametrize(
    ("uri", "where"),
    [
        ("https://a.example/OcsPowershell", "skype at https://a.example/OcsPowershell"),
        ("HTTP://a.example:80/x?y=z#f", "skype at http://a.example/x?y=z"),
        ("https://[::1]:8443/", "skype at https://[::1]:8443/"),
    ],
)
def test_addresses(uri: str, where: str) -> None:
    from imadmin.shells.psrp.address import Endpoint

    assert Endpoint.of("skype", ShellConfig("psrp", uri=uri)).where == where


def test_basic_needs_a_password(lab: Lab) -> None:
    config = ShellConfig("psrp", uri="https://localhost/OcsPowershell", auth="basic")
    assert "needs a credential" in refused(lab.keep(PsrpShell("skype", config, Secrets({})))).what


@pytest.mark.parametrize("auth", ["negotiate", "ntlm", "kerberos"])
def test_a_user_whom_nothing_vouches_for(lab: Lab, auth: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The current user without a ticket, or without the library that could show one."""
    monkeypatch.setenv("KRB5CCNAME", "FILE:/nowhere/else")
    config = ShellConfig("psrp", uri=f"https://localhost:{lab.https.port}/OcsPowershell", auth=auth)
    found = refused(lab.keep(PsrpShell("skype", config, Secrets({}), lab.authority.ca_file)))
    assert re.search("current user has nothing to log in with|library that is not installed", found.what)
    assert re.search("kinit|pip install", found.remedy)


def test_a_server_that_falls_silent_in_the_middle(lab: Lab) -> None:
    shell = lab.shell()
    list(shell.run(SITES).records)
    shell.deadline = 0.5
    lab.web.switch_on(Fault("stall"))
    assert refused(shell).what == "Get-CsSite: the server did not answer within 0.5 seconds"
    lab.web.switch_off()
    shell.deadline = DEADLINE
    assert len(list(shell.run(SITES).records)) == 2
