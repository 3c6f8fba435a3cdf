"""What an operation reaches the outside world through: every effect is journaled before and after."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from imadmin.errors import InDoubtError
from imadmin.plugins.load import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imadmin.access import Access
    from imadmin.journal import ChangeLog, PastChange
    from imadmin.past import EffectStatus
    from imadmin.records import Finding

__all__ = ["Effects"]


class Effects:
    """What `apply` and `undo` of one change have; for one thread."""

    def __init__(
        self, access: Access, log: ChangeLog, number: int, tell: Callable[[str], object] | None = None
    ) -> None:
        self.access = access
        self._log = log
        self._number = number
        self._tell = tell
        self.in_doubt = False
        """Whether something may have been changed of which that is not known."""

    def tell(self, message: str) -> None:
        """Say what is going on, in a line that the next one replaces."""
        if self._tell is not None:
            self._tell(message)

    def unfinished(self, operation: str, subject: str) -> list[PastChange]:
        """Earlier changes of *subject* in this deployment that have no end."""
        every = self._log.latest(operation, str(self.access.deployment.source))
        return [
            past
            for past in every
            if past.subject == subject and past.finding is None and past.number != self._number
        ]

    def settle(self, past: PastChange, finding: Finding) -> None:
        """Journal what came of an earlier change that has no end."""
        self._log.end(past.number, finding)

    @contextmanager
    def intend(
        self, action: str, *, undone: tuple[type[Exception], ...] = (), **detail: object
    ) -> Iterator[dict[str, object]]:
        """Journal what is about to be done, and how it went.

        Args:
            action: such as `send`.
            undone: what the block raises where nothing was changed; after any other exception, and after an
                `InDoubtError` always, the effect is in doubt.
            detail: what a later run needs to find it again; never a secret.

        Yields:
            A dictionary to put the outcome into.
        """
        ordinal = self._log.intend(self._number, action, detail)
        outcome: dict[str, object] = {}
        try:
            yield outcome
        except BaseException as error:
            surely = isinstance(error, undone) and not isinstance(error, InDoubtError)
            status: EffectStatus = "failed" if surely else "in doubt"
            self.in_doubt = self.in_doubt or not surely
            self._log.happened(self._number, ordinal, status, {**outcome, "error": describe(error)})
            raise
        self._log.happened(self._number, ordinal, "done", outcome)
