"""One account for all connections: who logs in first, who waits, and what a refusal means for the rest."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from imadmin import accounts
from imadmin.access import Access
from imadmin.accounts import Account, denies
from imadmin.deployment import read_deployment
from imadmin.deployment.records import CredentialConfig
from imadmin.errors import ImadminError, NotTriedError
from imadmin.records import Cmdlet
from imadmin.secrets import Secrets

if TYPE_CHECKING:
    from collections.abc import Callable

    from imadmin_lab.lab import Lab

USER = "CONTOSO\\svc-imadmin"
CANARY = "Canary-77aa"
SITES = Cmdlet("skype", "Get-CsSite", ("Identity",))
ORGANIZATION = Cmdlet("exchange", "Get-OrganizationConfig", ("Name",))


def connections(access: Access) -> list[Callable[[], object]]:
    """Everything in the lab's deployment that logs in as one user."""
    client = access.ews()[0]
    return [
        lambda: access.shell("skype").run(SITES),
        lambda: access.shell("exchange").run(ORGANIZATION),
        lambda: client.look("probe-a@contoso.com"),
    ]


@pytest.mark.lab("healthy")
@pytest.mark.parametrize("first", [0, 2])
def test_a_password_that_was_refused_is_shown_to_nobody_else(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    monkeypatch.setenv("IMADMIN_LAB_PASSWORD", CANARY)
    with Access(read_deployment(lab.deployment)) as access:
        order = connections(access)
        order.insert(0, order.pop(first))
        with pytest.raises(ImadminError) as refused:
            order[0]()
        for connect in order[1:]:
            with pytest.raises(
                ImadminError, match=r"not tried: .* has refused the log-in of CONTOSO"
            ) as told:
                connect()
            assert refused.value.where in told.value.what
            assert told.value.where != refused.value.where
            assert CANARY not in f"{told.value!r}"
    assert lab.accounts.failures(USER) == 1


@pytest.mark.lab("healthy")
def test_first_log_ins_at_once_are_one_attempt(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMADMIN_LAB_PASSWORD", CANARY)
    with Access(read_deployment(lab.deployment)) as access:

        def attempt(connect: Callable[[], object]) -> None:
            with suppress(ImadminError):
                connect()

        threads = [threading.Thread(target=attempt, args=(one,)) for one in connections(access) * 3]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert lab.accounts.failures(USER) == 1


@pytest.mark.lab("healthy")
@pytest.mark.parametrize("fault", ["close", "status", "redirect", "garbage"])
def test_other_failures_condemn_nobody(lab: Lab, fault: str) -> None:
    with Access(read_deployment(lab.deployment)) as access:
        skype, exchange, look = connections(access)
        lab.faults.switch_on(fault, path="/OcsPowershell")
        with pytest.raises(ImadminError):
            skype()
        exchange()
        look()
    assert lab.accounts.failures(USER) == 0


def refused(account: Account, host: str, where: str) -> None:
    with account.turn(host, where):
        account.refused(host, where)


def test_one_that_was_accepted_elsewhere_is_not_condemned() -> None:
    account = Account(USER)
    with account.turn("a", "skype at a"):
        account.accepted("a")
    refused(account, "b", "ews at b")
    with account.turn("a", "exchange at a"), account.turn("c", "exchange at c"):
        pass
    with (
        pytest.raises(NotTriedError, match="not tried: ews at b has refused"),
        account.turn("b", "skype at b"),
    ):
        pass


def test_a_password_that_holds_no_longer_is_condemned() -> None:
    account = Account(USER)
    account.accepted("a")
    refused(account, "a", "skype at a")
    with pytest.raises(NotTriedError), account.turn("c", "exchange at c"):
        pass


def test_where_nothing_can_be_wrong_nobody_waits() -> None:
    account = Account()
    with account.turn("a", "skype at a"), account.turn("b", "ews at b"):
        account.refused("a", "skype at a")
    with account.turn("b", "ews at b"):
        pass


def test_a_server_that_hangs_with_a_log_in_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others still take turns: the second of them hears of the refusal that the first one meets."""
    account = Account(USER)
    with account.turn("slow", "skype at slow"):
        monkeypatch.setattr(accounts, "PATIENCE", 0.0)
        refused(account, "b", "ews at b")
        with pytest.raises(NotTriedError), account.turn("c", "exchange at c"):
            pass


def test_credentials_that_are_the_same_but_for_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONE", "same")
    monkeypatch.setenv("TWO", "same")
    monkeypatch.setenv("THREE", "other")
    users = {"a": (USER, "ONE"), "b": (USER.upper(), "TWO"), "c": (USER, "THREE"), "d": ("CONTOSO\\x", "ONE")}
    configs = {name: CredentialConfig(user, password={"env": env}) for name, (user, env) in users.items()}
    secrets = Secrets(configs)
    a, b, c, d = (secrets.credential(name, "").account for name in configs)
    assert a is b
    assert len({id(account) for account in (a, c, d)}) == 3
    assert "same" not in repr(vars(secrets))


@pytest.mark.parametrize(("code", "denied"), [(-1765328360, True), (2529638936, True), (-1765328228, False)])
def test_what_kerberos_says(code: int, denied: bool) -> None:  # noqa: FBT001 - a parameter
    class Krb5Error(Exception):
        err_code = code

    outer = ValueError()
    outer.__cause__ = Krb5Error()
    assert denies(outer) is denied
