"""http:// instead of https://: every message is encrypted by the log-in, or nothing is said at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from imadmin.errors import SourceError
from imadmin.records import Cmdlet
from imadmin_lab.web import Fault

if TYPE_CHECKING:
    from imadmin_lab.http import Request

    from .conftest import Lab

USERS = Cmdlet("skype", "Get-CsUser", ("SipAddress", "DisplayName"))
NAMED = USERS._replace(parameters=(("Identity", "c4n4ry@contoso.com"),))


@pytest.fixture
def sent(lab: Lab) -> list[Request]:
    """What clients send, as it is on the wire."""
    seen: list[Request] = []

    def see(request: Any) -> bool:
        seen.append(request)
        return False

    lab.web.switch_on(Fault("garbage", when=see, before_login=True))
    return seen


@pytest.mark.parametrize("auth", ["ntlm", "negotiate"])
def test_nothing_but_log_ins_and_sealed_messages_is_sent(lab: Lab, sent: list[Request], auth: str) -> None:
    list(lab.shell(auth=auth, scheme="http").run(NAMED).records)
    bodies = [request for request in sent if request.body]
    assert len(bodies) > 3
    for request in bodies:
        assert request.headers["Content-Type"].startswith("multipart/encrypted;")
        assert not re.search(rb"Envelope|Get-CsUser|c4n4ry", request.body)


@pytest.mark.parametrize("auth", ["ntlm", "negotiate"])
def test_many_objects(lab: Lab, auth: str) -> None:
    lab.add_users(1500)
    records = list(lab.shell(auth=auth, scheme="http").run(USERS).records)
    assert len(records) == 1500
    assert records[7]["DisplayName"] == "Ünïcode user00007 😀"


def test_a_long_parameter(lab: Lab) -> None:
    """Over several messages."""
    shell = lab.shell(scheme="http")
    long = USERS._replace(parameters=(("Identity", "x" * 700_000), ("ErrorAction", "SilentlyContinue")))
    assert list(shell.run(long).records) == []


def test_basic_is_not_even_tried(lab: Lab, sent: list[Request]) -> None:
    with pytest.raises(SourceError, match="would send the password in clear") as caught:
        lab.shell(auth="basic", scheme="http")
    assert "auth: negotiate" in caught.value.remedy
    assert sent == []


def test_a_server_that_offers_basic_only_gets_neither_password_nor_message(
    lab: Lab, sent: list[Request]
) -> None:
    object.__setattr__(lab.http.site.login, "schemes", ("Basic",))
    object.__setattr__(lab.http.site.login, "basic_over_http", True)
    with pytest.raises(SourceError, match="does not offer auth: negotiate"):
        lab.shell(auth="negotiate", scheme="http").run(USERS)
    assert all(not request.body and "Authorization" not in request.headers for request in sent)
