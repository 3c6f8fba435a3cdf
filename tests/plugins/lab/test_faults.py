"""Every fault by its name, as the command line switches it on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from imadmin.errors import UsageError
from imadmin_lab.ews.faults import Faults as EwsFaults
from imadmin_lab.faults import LabFaults, catalogue
from imadmin_lab.mail import (
    Address,
    Content,
    MailStore,
    ManualClock,
    Rule,
    delivery,
    directory,
    folders,
    items,
    rules,
)
from imadmin_lab.powershell import CmdletFaults
from imadmin_lab.switches import Registry
from imadmin_lab.web import Fault, Faults

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 20, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Iterator[MailStore]:
    with MailStore(tmp_path / "mail.db", clock=clock) as found:
        with found.writing() as session:
            directory.add_organisation(session, "Contoso", ["contoso.com"])
            for name in ("anna", "bert"):
                directory.add_mailbox(session, f"{name}@contoso.com", name=name)
        yield found


@pytest.fixture
def faults(store: MailStore) -> LabFaults:
    return LabFaults(Faults(), CmdletFaults(), EwsFaults(), store)


def send(
    store: MailStore, to: str = "bert@contoso.com", item_class: str = "IPM.Note.Microsoft.Missed"
) -> None:
    with store.writing() as session:
        anna = directory.by_address(session, "anna@contoso.com")
        assert anna is not None
        content = Content(subject="s", item_class=item_class, to_recipients=(Address("", to),))
        delivery.send(session, anna, content)


def arrived(store: MailStore, folder: str = "inbox") -> list[str]:
    with store.reading() as session:
        bert = directory.by_address(session, "bert@contoso.com")
        assert bert is not None
        found = folders.distinguished(session, bert.id, folder)
        assert found is not None
        rows = session.rows("select id from item where folder = ?", found.id)
        kept = [items.get(session, row["id"]) for row in rows]
        return [item.content.item_class for item in kept if item is not None]


@pytest.mark.parametrize("name", catalogue())
def test_each_is_switched_on_and_off(faults: LabFaults, name: str) -> None:
    kind = catalogue()[name]
    assert kind.says
    faults.switch_on(name)
    (active,) = faults.active()
    assert active.kind is kind
    assert str(active).startswith(name)
    faults.switch_off(name)
    assert faults.active() == []


@pytest.mark.parametrize("name", catalogue())
def test_each_takes_what_it_says(faults: LabFaults, name: str) -> None:
    values: dict[str, Any] = {"mailbox": "bert@contoso.com", "operation": "FindItem", "cmdlet": "Get-Cs*"}
    values |= {"path": "/EWS", "times": 2, "seconds": 3.0, "lasting": 60.0}
    kind = catalogue()[name]
    faults.switch_on(name, **{option: values[option] for option in kind.options})
    (active,) = faults.active()
    assert active.options.keys() == set(kind.options)
    for option in values.keys() - set(kind.options):
        with pytest.raises(UsageError, match=f"{name} takes no {option}"):
            faults.switch_on(name, **{option: values[option]})
    faults.switch_off()
    assert faults.active() == []


def test_what_cannot_be(faults: LabFaults) -> None:
    with pytest.raises(UsageError, match=r"no fault 'bussy'[\s\S]*Did you mean busy\?"):
        faults.switch_on("bussy")
    with pytest.raises(UsageError, match="no fault 'x'"):
        faults.switch_off("x")
    with pytest.raises(UsageError, match="times of the fault busy must be more than 0; it is 0"):
        faults.switch_on("busy", times=0)
    with pytest.raises(UsageError, match="must be more than 0; it is 'soon'"):
        faults.switch_on("busy", lasting="soon")  # type: ignore[arg-type]


def test_a_fault_ends_by_itself() -> None:
    now = 0.0
    registry = Registry[Fault](lambda: now)
    fault = registry.switch_on(Fault("reset", lasting=5, times=2))
    assert registry.take(lambda _: True) is fault
    now = 4.9
    assert registry.active() == [fault]
    now = 5.0
    assert registry.active() == []
    assert registry.take_all(lambda _: True) == []
    registry.switch_off(fault)
    assert not fault.ended.is_set()


def test_switching_off_tells_who_waits() -> None:
    registry = Faults()
    first, second = registry.switch_on(Fault("reset")), registry.switch_on(Fault("reset"))
    registry.switch_off(first)
    assert (first.ended.is_set(), second.ended.is_set()) == (True, False)
    assert registry.active() == [second]


def test_lost_mail(store: MailStore, faults: LabFaults) -> None:
    faults.switch_on("delivery-lost", mailbox="bert@contoso.com", times=1)
    send(store)
    assert arrived(store) == []
    assert faults.active() == []
    send(store)
    assert len(arrived(store)) == 1


def test_faults_of_delivery_add_up(store: MailStore, faults: LabFaults, clock: ManualClock) -> None:
    faults.switch_on("delivery-delayed", seconds=30)
    faults.switch_on("delivery-twice", mailbox="@contoso.com")
    faults.switch_on("class-rewritten", mailbox="BERT@contoso.com")
    faults.switch_on("delivery-junk", mailbox="anna@contoso.com")
    send(store)
    assert arrived(store) == []
    clock.advance(timedelta(seconds=31))
    assert arrived(store) == ["IPM.Note"] * 2
    faults.switch_off()
    send(store)
    assert arrived(store) == ["IPM.Note"] * 2 + ["IPM.Note.Microsoft.Missed"]


def test_a_rule_of_its_own_is_kept(store: MailStore, faults: LabFaults, clock: ManualClock) -> None:
    with store.writing() as session:
        rules.set_rule(session, "bert@contoso.com", Rule(folder="junkemail"))
    faults.switch_on("delivery-twice", lasting=60)
    send(store)
    assert len(arrived(store, "junkemail")) == 2
    clock.advance(timedelta(seconds=61))
    assert faults.active() == []
    send(store)
    assert len(arrived(store, "junkemail")) == 3
