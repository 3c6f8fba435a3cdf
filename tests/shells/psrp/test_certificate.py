"""`auth: certificate`: a client certificate over TLS, which the lab maps to an account by its address."""

from __future__ import annotations

import pickle
import re
from typing import TYPE_CHECKING

import pytest

from imadmin.deployment.records import CertificateConfig, CredentialConfig, ShellConfig
from imadmin.errors import SourceError
from imadmin.records import Cmdlet
from imadmin.secrets import Secrets
from imadmin.shells.psrp import PsrpShell
from imadmin_lab.web import Authority, LoginRules

from .conftest import ADMIN, VARIABLE

if TYPE_CHECKING:
    from pathlib import Path

    from imadmin_lab.web import Certificate

    from .conftest import Lab

SITES = Cmdlet("skype", "Get-CsSite", ("Identity",))
PASSPHRASE = "c4n4ry pässphrase"  # noqa: S105 - of a key that this test makes


@pytest.fixture
def rules() -> LoginRules:
    return LoginRules(certificates=True)


def with_key(certificate: Certificate, *, source: dict[str, object] | None = None) -> CredentialConfig:
    files = CertificateConfig(certificate.chain, certificate.key)
    return CredentialConfig(certificate=files, password=source or {})


def refused(shell: PsrpShell) -> SourceError:
    with pytest.raises(SourceError) as first:
        shell.run(SITES)
    with pytest.raises(SourceError) as second:
        shell.run(SITES)
    assert str(first.value) == str(second.value)
    assert PASSPHRASE not in f"{first.value!r} {pickle.dumps(first.value)!r} {vars(shell)!r}"
    return first.value


def test_a_certificate_logs_in(lab: Lab) -> None:
    credential = with_key(lab.authority.issue_to("admin@contoso.com"))
    shell = lab.shell(auth="certificate", credential=credential)
    assert len(list(shell.run(SITES).records)) == 2
    assert len(list(shell.run(SITES).records)) == 2


def test_certificate_and_key_in_one_file(lab: Lab, tmp_path: Path) -> None:
    issued = lab.authority.issue_to("admin@contoso.com")
    both = tmp_path / "both.pem"
    both.write_bytes(issued.chain.read_bytes() + issued.key.read_bytes())
    credential = CredentialConfig(certificate=CertificateConfig(both, both))
    assert len(list(lab.shell(auth="certificate", credential=credential).run(SITES).records)) == 2


def test_the_passphrase_of_the_key(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    issued = lab.authority.issue_to("admin@contoso.com", PASSPHRASE)
    monkeypatch.setenv(VARIABLE, PASSPHRASE)
    credential = with_key(issued, source={"env": VARIABLE})
    shell = lab.shell(auth="certificate", credential=credential)
    assert len(list(shell.run(SITES).records)) == 2
    assert PASSPHRASE not in repr(vars(shell))


@pytest.mark.parametrize("source", [None, {"env": VARIABLE}])
def test_a_passphrase_that_is_missing_or_wrong(lab: Lab, source: dict[str, object] | None) -> None:
    """And nobody is asked for it on the terminal, as OpenSSL would."""
    credential = with_key(lab.authority.issue_to("admin@contoso.com", PASSPHRASE), source=source)
    found = refused(lab.shell(auth="certificate", credential=credential))
    assert "passphrase of the key is wrong or missing" in found.what
    assert found.where.endswith("admin@contoso.com.pem")


def test_a_certificate_of_nobody(lab: Lab) -> None:
    credential = with_key(lab.authority.issue_to("stranger@contoso.com"))
    found = refused(lab.shell(auth="certificate", credential=credential))
    assert found.what == "the log-in of the certificate stranger@contoso.com.pem was refused"


def test_a_certificate_from_elsewhere(lab: Lab, tmp_path: Path) -> None:
    """The server's alert may be lost where its connection is reset behind it."""
    credential = with_key(Authority(tmp_path / "ca").issue_to("admin@contoso.com"))
    found = refused(lab.shell(auth="certificate", credential=credential))
    assert re.search(
        "does not accept the certificate admin@contoso.com.pem|dropped the connection", found.what
    )


def test_a_server_that_does_not_ask_for_one(lab: Lab) -> None:
    credential = with_key(lab.authority.issue_to("admin@contoso.com"))
    shell = lab.shell(auth="certificate", credential=credential)
    object.__setattr__(lab.https.site.login, "certificates", False)
    assert "was refused" in refused(shell).what


@pytest.mark.parametrize("broken", ["file", "key_file"])
@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN CERTIFICATE-----\n"])
def test_files_that_are_none(lab: Lab, tmp_path: Path, broken: str, content: bytes | None) -> None:
    issued = lab.authority.issue_to("admin@contoso.com")
    files = {"file": issued.chain, "key_file": issued.key}
    files[broken] = tmp_path / "broken.pem"
    if content is not None:
        files[broken].write_bytes(content)
    credential = CredentialConfig(certificate=CertificateConfig(files["file"], files["key_file"]))
    found = refused(lab.shell(auth="certificate", credential=credential))
    assert re.search("cannot be read: No such file|cannot be used", found.what)
    assert found.where == str(files[broken] if content is None else files["file"])


@pytest.mark.parametrize("auth", ["negotiate", "ntlm", "kerberos", "basic"])
def test_a_certificate_is_no_password(lab: Lab, auth: str) -> None:
    credential = with_key(lab.authority.issue_to("admin@contoso.com"))
    found = refused(lab.shell(auth=auth, credential=credential))
    assert found.what == f"auth: {auth} needs a credential with a password"
    assert found.remedy == "Name one, or say auth: certificate."


def test_a_password_is_no_certificate(lab: Lab) -> None:
    found = refused(lab.shell(auth="certificate"))
    assert found.what == "auth: certificate needs a credential with a certificate"


def test_a_passphrase_that_is_asked_for_is_handed_to_a_process_without_terminal(lab: Lab) -> None:
    issued = lab.authority.issue_to("admin@contoso.com", PASSPHRASE)
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return PASSPHRASE

    secrets = Secrets({"svc": with_key(issued, source={"prompt": True})}, ask)
    (handed,) = secrets.prompted().values()
    assert handed == PASSPHRASE
    config = ShellConfig("psrp", uri=lab.https.url("/OcsPowershell"), auth="certificate", credential="svc")
    shell = lab.keep(PsrpShell("skype", config, secrets, lab.authority.ca_file))
    assert len(list(shell.run(SITES).records)) == 2
    assert asked == ["Password of admin@contoso.com.pem (svc): "]


def test_other_log_ins_stay_possible_where_certificates_are_asked_for(lab: Lab) -> None:
    assert len(list(lab.shell(auth="ntlm", user=ADMIN).run(SITES).records)) == 2
