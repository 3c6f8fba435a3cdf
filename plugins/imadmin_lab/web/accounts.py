"""Who may log in, and how often somebody tried with the wrong password."""

from __future__ import annotations

import hmac
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Account:
    r"""Somebody who may log in.

    Attributes:
        name: The account in its domain, `CONTOSO\svc`.
        password: Compared as it is.
        upn: The same account as an address, `svc@contoso.com`.
        roles: Names of management roles; empty for somebody without administrative rights.
    """

    name: str
    password: str
    upn: str = ""
    roles: tuple[str, ...] = ()

    def answers_to(self, name: str) -> bool:
        r"""Whether a client means this account by `DOMAIN\name`, `DNS.DOMAIN\name`, an address or `name`."""
        domain, _, user = self.name.rpartition("\\")
        _, _, dns_domain = self.upn.partition("@")
        spellings = {self.name, user, self.upn, f"{dns_domain}\\{user}", f"{domain}\\{self.upn}"}
        return name.casefold() in {spelling.casefold() for spelling in spellings if spelling}


class Accounts:
    """The accounts of one lab; safe to use from several threads.

    Args:
        accounts: Names should differ in more than case.
        lock_after: After so many wrong passwords in a row even the right one is refused; None: never.
    """

    def __init__(self, accounts: Iterable[Account], *, lock_after: int | None = None) -> None:
        self._accounts: Final = list(accounts)
        self._lock_after: Final = lock_after
        self._failures: Final[dict[str, int]] = {}
        self._in_a_row: Final[dict[str, int]] = {}
        self._lock: Final = threading.Lock()

    def find(self, name: str) -> Account | None:
        """The account that a client means by this name."""
        return next((account for account in self._accounts if account.answers_to(name)), None)

    def check(self, name: str, password: str) -> Account | None:
        """The account, if the password is right; a wrong one is counted."""
        account = self.find(name)
        expected = account.password if account else ""
        right = hmac.compare_digest(expected.encode(), password.encode())
        return self.record(name, right=right and account is not None)

    def record(self, name: str, *, right: bool) -> Account | None:
        """Count an attempt, and give the account where it succeeds: right, and not locked."""
        account = self.find(name)
        key = (account.name if account else name).casefold()
        with self._lock:
            locked = self._lock_after is not None and self._in_a_row.get(key, 0) >= self._lock_after
            if right and not locked:
                self._in_a_row.pop(key, None)
                return account
            self._failures[key] = self._failures.get(key, 0) + 1
            self._in_a_row[key] = self._in_a_row.get(key, 0) + 1
        return None

    def failures(self, name: str) -> int:
        """How many log-ins under this name failed so far."""
        account = self.find(name)
        with self._lock:
            return self._failures.get((account.name if account else name).casefold(), 0)

    def unlock(self, name: str) -> None:
        """Let a locked account log in again."""
        account = self.find(name)
        with self._lock:
            self._in_a_row.pop((account.name if account else name).casefold(), None)
