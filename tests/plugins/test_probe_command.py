"""`imadmin probe`: the tree on the terminal, and the same as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from imadmin.cli import main
from imadmin.probing import Step
from imadmin.records import Status
from imadmin_ews.command.tree import lines_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from imadmin_lab.lab import Lab

PROBES = ("probe-a@contoso.com", "probe-b@contoso.com")
WAY = ["name", "connection", "TLS", "certificate", "clock", "authentication", "log-in", "Autodiscover"]


@pytest.fixture
def probe(lab: Lab, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Gives exit status and standard output, after a look that no password is in it."""

    def run(*arguments: str) -> tuple[int, str]:
        status = main(["probe", *arguments, "--deployment", str(lab.deployment)])
        out, error = capsys.readouterr()
        assert not any(password in out + error for password in lab.environment.values())
        return status, out or error

    return run


@pytest.fixture
def found(probe: Callable[..., tuple[int, str]]) -> Callable[..., dict[str, Any]]:
    """What JSON tells of the only endpoint, and that the exit status is the one it names."""

    def run(*arguments: str) -> dict[str, Any]:
        status, out = probe(*arguments, "--report", "json")
        document = json.loads(out)
        assert document["exit_status"] == status
        [endpoint] = document["endpoints"]
        return {"status": status, **endpoint}

    return run


def test_all_is_well(probe: Callable[..., tuple[int, str]], found: Callable[..., dict[str, Any]]) -> None:
    status, out = probe()
    assert (status, "FAILED" in out, "UNKNOWN" in out) == (0, False, False)
    assert out.index("certificate") < out.index("log-in") < out.index(PROBES[0]) < out.index(PROBES[1])
    assert "That its owner's own log-in would pass is not proven" in out
    told = found(*PROBES)
    assert [step["name"] for step in told["steps"]] == [*WAY, "user agent"]
    assert [one["mailbox"] for one in told["mailboxes"]] == list(PROBES)
    assert {step["status"] for one in told["mailboxes"] for step in one["steps"]} == {"pass"}
    assert (told["broken"], told["status"]) == ("", 0)


def test_a_mailbox_that_is_not_there(found: Callable[..., dict[str, Any]]) -> None:
    told = found(PROBES[0], "nobody@contoso.com")
    assert [one["broken"] for one in told["mailboxes"]] == ["", "mailbox"]
    assert (told["broken"], told["status"]) == ("", 1)


@pytest.mark.lab("certificate-expired")
def test_a_way_that_breaks(
    probe: Callable[..., tuple[int, str]], found: Callable[..., dict[str, Any]]
) -> None:
    told = found(*PROBES)
    assert (told["broken"], told["mailboxes"], told["status"]) == ("certificate", [], 1)
    _, out = probe(*PROBES)
    assert f"not asked for: {', '.join(PROBES)}" in out
    assert "Renew it on the server." in out
    assert "proven" not in out


@pytest.mark.lab("ews-allow-list")
def test_whom_an_allow_list_lets_in(found: Callable[..., dict[str, Any]]) -> None:
    """Neither imadmin nor the client; with a user agent that is on it the mailbox answers."""
    assert found(PROBES[0], "--user-agent", "OC/16.0")["broken"] == "log-in"
    told = found(PROBES[0], "--user-agent", "Microsoft Office/16.0")
    assert (told["broken"], told["status"]) == ("", 0)
    agent = told["steps"][-1]
    assert "forbids EWS to imadmin's own user agent" in agent["message"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--endpoint", "nowhere"], "There are: onprem"),
        (["carl"], "'carl' is not an address"),
        (["a@contoso.com", "b@contoso.com\r\nX: y"], "is not an address"),
        (["--user-agent", "OC/16\r\nX: y"], "cannot be sent as a user agent"),
    ],
)
def test_what_cannot_be_asked(probe: Callable[..., tuple[int, str]], arguments: list[str], said: str) -> None:
    status, out = probe(*arguments)
    assert (status, said in out) == (2, True)


def test_deviations_stand_below_their_step() -> None:
    step = Step("mailbox", Status.PASS, "answers", evidence={"deviations": ("no type", "no version")})
    assert [line.strip() for line in lines_of(step, "")][1:] == [
        "not as Exchange does it: no type",
        "not as Exchange does it: no version",
    ]
