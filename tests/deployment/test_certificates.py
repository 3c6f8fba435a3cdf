"""Client certificates in a deployment file, and the other keys of remote and local shells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imadmin.deployment import read_deployment
from imadmin.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

SHELL = "skype: {shell: psrp, uri: https://pool01.contoso.com/x, auth: certificate, credential: svc}\n"
EWS = "ews: [{name: onprem, endpoint: https://mail.contoso.com/EWS/Exchange.asmx, credential: svc}]\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "imadmin.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_certificate_with_its_key(tmp_path: Path) -> None:
    certificate = "{file: svc.pem, key_file: keys/svc.key}"
    text = f"{SHELL}credentials: {{svc: {{certificate: {certificate}, password: {{prompt: true}}}}}}"
    found = read_deployment(written(tmp_path, text)).credentials["svc"]
    assert found.certificate is not None
    assert found.certificate.file == tmp_path / "svc.pem"
    assert found.certificate.key_file == tmp_path / "keys" / "svc.key"
    assert found.password == {"prompt": True}


def test_one_file_for_both(tmp_path: Path) -> None:
    found = read_deployment(written(tmp_path, SHELL + "credentials: {svc: {certificate: {file: svc.pem}}}"))
    certificate = found.credentials["svc"].certificate
    assert certificate is not None
    assert certificate.file == certificate.key_file == tmp_path / "svc.pem"


@pytest.mark.parametrize(
    ("certificate", "message"),
    [
        ("{key_file: a.key}", "lacks the key file"),
        ("{file: a.pem, passphrase: x}", "passphrase"),
        ("a.pem", "certificate"),
    ],
)
def test_a_certificate_that_is_described_badly(tmp_path: Path, certificate: str, message: str) -> None:
    text = f"{SHELL}credentials: {{svc: {{certificate: {certificate}}}}}"
    with pytest.raises(ConfigError, match=message) as caught:
        read_deployment(written(tmp_path, text))
    assert "imadmin.yaml" in str(caught.value)


def test_ews_is_not_asked_with_a_certificate(tmp_path: Path) -> None:
    """Without password EWS would be asked as the current user."""
    text = EWS + "credentials: {svc: {certificate: {file: svc.pem}}}"
    with pytest.raises(ConfigError, match="is a certificate") as caught:
        read_deployment(written(tmp_path, text))
    assert "auth: certificate" in caught.value.remedy


@pytest.mark.parametrize(
    ("credential", "message"),
    [
        ("{oauth: {tenant: t, secret: {env: X}}}", "lacks the key client_id"),
        ("{oauth: {client_id: c, secret: {env: X}}}", "lacks the key tenant"),
        ("{oauth: {tenant: t, client_id: c}}", "lacks a secret"),
        ("{oauth: {tenant: t, client_id: c, secret: hunter2}}", "must not stand in the file"),
        (
            "{oauth: {tenant: t, client_id: c, secret: {env: X}}, certificate: {file: a.pem}}",
            "beside a certificate",
        ),
        ('{oauth: {client_id: c, token_endpoint: "http://x/", secret: {env: X}}}', "https://"),
        ("{username: u, password: {env: X}}", "is no application"),
    ],
)
def test_an_application_that_is_described_badly(tmp_path: Path, credential: str, message: str) -> None:
    text = EWS.replace("{name: ", "{auth: oauth, name: ") + f"credentials: {{svc: {credential}}}"
    with pytest.raises(ConfigError, match=message) as caught:
        read_deployment(written(tmp_path, text))
    assert "hunter2" not in str(caught.value)


def test_an_application(tmp_path: Path) -> None:
    oauth = "{tenant: contoso.onmicrosoft.com, client_id: c, secret: {keyring: imadmin}}"
    text = EWS.replace("{name: ", "{auth: oauth, name: ") + f"credentials: {{svc: {{oauth: {oauth}}}}}"
    found = read_deployment(written(tmp_path, text)).credentials["svc"]
    assert found.oauth is not None
    where = "https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token"
    assert found.oauth.token_endpoint == where
    assert found.password == {"keyring": "imadmin"}


def test_an_application_is_for_ews(tmp_path: Path) -> None:
    oauth = "{oauth: {tenant: t, client_id: c, secret: {env: X}}}"
    with pytest.raises(ConfigError, match="is an application"):
        read_deployment(written(tmp_path, f"{SHELL}credentials: {{svc: {oauth}}}"))


def test_the_service_and_the_program(tmp_path: Path) -> None:
    text = """
skype: {shell: psrp, uri: "https://pool01.contoso.com/OcsPowershell", auth: kerberos, spn_service: WSMAN}
exchange_online: {shell: local, program: pwsh}
"""
    found = read_deployment(written(tmp_path, text)).shells
    assert found["skype"].spn_service == "WSMAN"
    assert found["exchange_online"].program == "pwsh"
