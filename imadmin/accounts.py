"""Accounts: what servers have said to a user with a password, known to all connections of a run.

Each wrong password counts towards the lock-out of its account, whichever server it is shown to. So one
connection logs in first and the others wait for what comes of it; where it is refused, they do not try.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple

from imadmin.errors import NotTriedError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Account", "denies"]

PATIENCE: Final = 15.0
"""Seconds to wait for somebody else's log-in: a server that hangs with one has not refused it."""

_DENIALS: Final = frozenset(
    {
        -1765328383,  # KRB5KDC_ERR_NAME_EXP
        -1765328378,  # KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN
        -1765328366,  # KRB5KDC_ERR_CLIENT_REVOKED
        -1765328361,  # KRB5KDC_ERR_KEY_EXP
        -1765328360,  # KRB5KDC_ERR_PREAUTH_FAILED
        -1765328353,  # KRB5KRB_AP_ERR_BAD_INTEGRITY
        -2146893044,  # SEC_E_LOGON_DENIED
    }
)


class _Turn(NamedTuple):
    """Somebody who logs in.

    Attributes:
        since: by the monotonic clock.
    """

    key: object
    since: float


class Account:
    """One user with one password; safe to use from several threads.

    Once a server has accepted it, another one's refusal is that server's own affair.
    """

    def __init__(self, user: str = "") -> None:
        """*user* as messages say it; empty where there is no password that could be wrong."""
        self._user = user
        self._turns: dict[str, _Turn] = {}
        self._accepting: set[str] = set()
        self._refusing: dict[str, str] = {}
        self._changed = threading.Condition()

    @contextmanager
    def turn(self, host: str, where: str) -> Iterator[None]:
        """Log in to *host* inside, while nobody else does whose outcome would matter.

        Args:
            host: the server's name.
            where: the connection, for messages.

        Raises:
            NotTriedError: the log-in was refused before.
        """
        key = object()
        name = self._begin(key, host, where)
        try:
            yield
        finally:
            with self._changed:
                if self._holder(name) is key:
                    del self._turns[name]
                self._changed.notify_all()

    def accepted(self, host: str) -> None:
        """*host* has let the account in."""
        if host not in self._accepting:
            with self._changed:
                self._accepting.add(host)
                self._refusing.pop(host, None)
                self._changed.notify_all()

    def refused(self, host: str, where: str) -> None:
        """*host* has said no to user or password, when asked by *where*."""
        with self._changed:
            self._accepting.discard(host)
            if self._user:
                self._refusing.setdefault(host, where)

    def _begin(self, key: object, host: str, where: str) -> str:
        """Wait for whoever logs in now; which turn it is that was taken, empty where none is needed."""
        with self._changed:
            while True:
                self._check(host, where)
                if not self._user or host in self._accepting:
                    return ""
                name = host if self._accepting else "*"
                left = self._turns[name].since + PATIENCE - time.monotonic() if name in self._turns else 0.0
                if left <= 0:
                    self._turns[name] = _Turn(key, time.monotonic())
                    return name
                self._changed.wait(left)

    def _holder(self, name: str) -> object:
        turn = self._turns.get(name)
        return turn.key if turn else None

    def _check(self, host: str, where: str) -> None:
        first = self._refusing.get(host)
        if first is None and not self._accepting:
            first = next(iter(self._refusing.values()), None)
        if first is not None:
            what = f"not tried: {first} has refused the log-in of {self._user}"
            raise NotTriedError(
                f"{what}, and another attempt might lock the account",
                where=where,
                remedy="Correct the credential first, and look whether the account is locked already.",
            )


def denies(error: BaseException | None) -> bool:
    """Whether an error of Kerberos or SSPI says that it is user or password that was not accepted."""
    while error is not None:
        codes = (getattr(error, name, None) for name in ("err_code", "min_code", "winerror"))
        if any(isinstance(code, int) and _signed(code) in _DENIALS for code in codes):
            return True
        error = error.__cause__ or error.__context__
    return False


def _signed(code: int) -> int:
    """As C's headers have it; Python's libraries give some codes without sign."""
    return code - 2**32 if code >= 2**31 else code
