"""What is opened of a deployment: each thing once, and a broken one costs no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from imadmin.access import Access
from imadmin.deployment import Deployment, EwsConfig, ShellConfig
from imadmin.deployment.records import CredentialConfig
from imadmin.errors import SourceError, SourceNotDescribedError

URL = "https://mail.contoso.com/EWS/Exchange.asmx"


def deployment(*endpoints: EwsConfig, **credentials: CredentialConfig) -> Deployment:
    shells = {"skype": ShellConfig("export", Path())}
    return Deployment("contoso", Path("imadmin.yaml"), shells=shells, ews=endpoints, credentials=credentials)


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_PASSWORD", "secret")


HAD = CredentialConfig("CONTOSO\\svc", password={"env": "A_PASSWORD"})
NOT_HAD = CredentialConfig("CONTOSO\\svc", password={"env": "A_PASSWORD_THAT_IS_NOT_SET"})


def test_a_shell_is_opened_once() -> None:
    with Access(deployment()) as access:
        assert access.shell("skype") is access.shell("skype")


def test_a_shell_that_is_not_described() -> None:
    with (
        Access(deployment()) as access,
        pytest.raises(SourceNotDescribedError, match=r"imadmin\.yaml: does not"),
    ):
        access.shell("exchange")


def test_an_endpoint_that_cannot_be_asked_costs_no_other() -> None:
    good = EwsConfig("good", URL, credential="had")
    bad = EwsConfig("bad", URL, credential="not_had")
    later = EwsConfig("later", URL, auth="oauth", credential="had")
    with Access(deployment(bad, good, later, had=HAD, not_had=NOT_HAD)) as access:
        assert [endpoint.config.name for endpoint in access.endpoints()] == ["bad", "good", "later"]
        assert [endpoint.client is None for endpoint in access.endpoints()] == [True, False, True]
        assert "A_PASSWORD_THAT_IS_NOT_SET" in str(access.endpoints()[0].error)
        assert [client.config.name for client in access.ews()] == ["good"]
        assert access.endpoints() is access.endpoints()


def test_where_none_can_be_asked_it_says_why() -> None:
    bad = EwsConfig("bad", URL, credential="not_had")
    with Access(deployment(bad, not_had=NOT_HAD)) as access, pytest.raises(SourceError, match="NOT_SET"):
        access.ews()
    with Access(deployment()) as access:
        assert access.ews() == ()


def test_a_mailbox_with_a_credential_of_its_own_has_a_client_of_its_own() -> None:
    boxes = {"a@contoso.com": "", "b@contoso.com": "lent", "c@contoso.com": ""}
    one = EwsConfig("one", URL, credential="had", mailboxes=boxes)
    with Access(deployment(one, had=HAD, lent=HAD)) as access:
        found = [(e.config.credential, sorted(e.config.mailboxes)) for e in access.endpoints()]
    assert found == [("had", ["a@contoso.com", "c@contoso.com"]), ("lent", ["b@contoso.com"])]


def test_a_ca_file_that_is_none_is_told_at_the_endpoint(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("not a certificate", "utf-8")
    made = deployment(EwsConfig("one", URL, credential="had"), had=HAD)
    with Access(
        Deployment(
            made.name, made.source, ews=made.ews, credentials=made.credentials, ca_file=tmp_path / "ca.pem"
        )
    ) as access:
        assert isinstance(access.endpoints()[0].error, SourceError)
