"""Cmdlets that change something: done once, and what nobody knows is said to be in doubt."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest

from imadmin.errors import InDoubtError, SourceError
from imadmin.records import Cmdlet
from imadmin_lab.powershell import CmdletError, CmdletFault
from imadmin_lab.web import Fault

from .conftest import VIEWER

if TYPE_CHECKING:
    from imadmin.shells.psrp import PsrpShell

    from .conftest import Lab

IM = Cmdlet("skype", "Get-CsImConfiguration", ("EnableOfflineIm",))
OFF = Cmdlet("skype", "Set-CsImConfiguration", (), "", (("Identity", "Global"), ("EnableOfflineIm", False)))
COMMAND, OUTPUT = b"shell/Command<", b"shell/Receive<"


def enabled(shell: PsrpShell) -> object:
    (record,) = shell.run(IM).records
    return record["EnableOfflineIm"]


def doubted(shell: PsrpShell, cmdlet: Cmdlet = OFF) -> InDoubtError:
    with pytest.raises(InDoubtError) as caught:
        shell.change(cmdlet)
    error = caught.value
    assert "whether it was done is not known" in error.what
    assert "Read it again" in error.remedy
    assert error.where.startswith("skype at https://localhost")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own
    return error


def refused(shell: PsrpShell, cmdlet: Cmdlet = OFF) -> SourceError:
    with pytest.raises(SourceError) as caught:
        shell.change(cmdlet)
    assert not isinstance(caught.value, InDoubtError)
    return caught.value


def test_a_change_is_made_without_a_question(lab: Lab) -> None:
    shell = lab.shell()
    assert list(shell.change(OFF).records) == []
    assert enabled(shell) is False


def test_who_wants_to_be_asked_says_so(lab: Lab) -> None:
    asking = OFF._replace(parameters=(*OFF.parameters, ("confirm", True)))
    assert "user interaction" in refused(lab.shell(), asking).what


def test_what_the_server_refuses_was_not_done(lab: Lab) -> None:
    error = CmdletError("The server is in maintenance.", "ResourceUnavailable", "Maintenance")
    lab.cmdlets.switch_on(CmdletFault("cmdlet-fail", cmdlet="Set-*", error=error, times=1))
    shell = lab.shell()
    assert "Set-CsImConfiguration failed: The server is in maintenance." in refused(shell).what
    assert "is not offered" in refused(lab.shell(user=VIEWER)).what
    assert enabled(shell) is True


@pytest.mark.parametrize("name", ["cmdlet-drop-after", "cmdlet-hang-after"])
def test_a_change_whose_end_is_not_heard_of(lab: Lab, name: str) -> None:
    shell = lab.shell()
    assert enabled(shell) is True
    lab.cmdlets.switch_on(CmdletFault(name, cmdlet="Set-*", times=1))
    shell.deadline = 30.0 if name == "cmdlet-drop-after" else 1.0
    doubted(shell)
    shell.deadline = 30.0
    assert enabled(shell) is False  # it was done, and the shell is there to find that out


def test_an_error_on_the_way_leaves_a_doubt(lab: Lab) -> None:
    shell = lab.shell()
    nobody = OFF._replace(parameters=(("Identity", "Site:Redmond"), ("EnableOfflineIm", False)))
    assert "because it does not exist" in doubted(shell, nobody).what
    error = CmdletError("The server is overloaded.", "ResourceBusy", "Overloaded")
    lab.cmdlets.switch_on(CmdletFault("cmdlet-fail-after", cmdlet="Set-*", error=error))
    assert "reported: The server is overloaded." in doubted(shell).what
    assert enabled(shell) is False


@pytest.mark.parametrize(
    ("fault", "action", "doubt"),
    [
        (Fault("reset"), COMMAND, True),
        (Fault("status", status=500), COMMAND, True),
        (Fault("status", status=502), COMMAND, True),
        (Fault("status", status=403, body=b"<br>"), COMMAND, False),
        (Fault("redirect", location="https://elsewhere.invalid/"), COMMAND, False),
        (Fault("status", status=403, body=b"<br>"), OUTPUT, True),
        (Fault("garbage"), OUTPUT, True),
    ],
)
def test_answers_that_are_none(lab: Lab, fault: Fault, action: bytes, *, doubt: bool) -> None:
    shell = lab.shell()
    enabled(shell)
    fault.when = lambda request: action in request.body
    fault.times = 1
    lab.web.switch_on(fault)
    asked = doubted if doubt else refused
    asked(shell)
    assert enabled(shell) is (action is COMMAND)


def test_nothing_is_in_doubt_before_the_log_in(lab: Lab) -> None:
    lab.web.switch_on(Fault("reset", before_login=True))
    assert "dropped the connection" in refused(lab.shell()).what
