"""Who logs in: one after the other, and never again with a password that was refused."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from imadmin.errors import ImadminError
from imadmin.probing.trials import NotTriedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.deployment import Deployment

__all__ = ["Accounts"]

_TURN_SECONDS = 15.0


class Accounts:
    """The accounts of a deployment: the same user with a password from the same place is one of them.

    Connections are tried side by side. Each might be refused, and three refusals may lock an account, so
    that log-ins of one account take turns.
    """

    def __init__(self, deployment: Deployment) -> None:
        self._credentials = deployment.credentials
        self._turns: dict[str, threading.Lock] = {}
        self._refused: dict[str, str] = {}
        self._lock = threading.Lock()

    def user(self, credential: str) -> str:
        """What messages call the user of a credential."""
        config = self._credentials.get(credential)
        return (config.username if config else "") or "the current user"

    @contextmanager
    def turn(self, credential: str, where: str) -> Iterator[None]:
        """Log in inside, once: a refusal (`refused` says which errors are one) bars whoever comes later.

        Raises:
            NotTriedError: the same log-in was refused elsewhere.
        """
        account = self._account(credential)
        if not account:  # integrated: there is no password to be wrong
            yield
            return
        with self._lock:
            turn = self._turns.setdefault(account, threading.Lock())
        with _held(turn):
            self._check(account, credential)
            try:
                yield
            except ImadminError as error:
                if _is_refusal(error):
                    self._refused[account] = where
                raise

    def _account(self, credential: str) -> str:
        config = self._credentials.get(credential)
        if config is None or config.integrated:
            return ""
        return f"{config.username.casefold()} {dict(config.password)}"

    def _check(self, account: str, credential: str) -> None:
        where = self._refused.get(account)
        if where is not None:
            what = f"not tried: {where} has refused the log-in of {self.user(credential)}"
            raise NotTriedError(f"{what}, and another attempt might lock the account")


@contextmanager
def _held(turn: threading.Lock) -> Iterator[None]:
    """Wait for a turn, but not for ever: a server that hangs with a log-in has not refused it."""
    mine = turn.acquire(timeout=_TURN_SECONDS)
    try:
        yield
    finally:
        if mine:
            turn.release()


def _is_refusal(error: ImadminError) -> bool:
    """Whether a server has said no to a password, as far as an error tells."""
    from imadmin.ews import EwsError, Kind

    if isinstance(error, EwsError):
        return error.kind is Kind.UNAUTHORIZED
    return error.what.startswith("the log-in of ")
