"""A lane under way: what it has still to ask about, how broad it is, and until when it waits."""

from __future__ import annotations

from collections import deque
from itertools import islice
from math import inf
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from imadmin.fleet.batches import Batch
from imadmin.fleet.records import Result

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from imadmin.fleet.keys import Key
    from imadmin.fleet.records import Lane

__all__ = ["Track"]

S = TypeVar("S")
_LONGEST_PAUSE: Final = 60.0


class Track(Generic[S]):
    """The state of one lane; only `halted` is read by other threads.

    Args:
        lane: it is about.
        keys: by name; its own has its name.

    Attributes:
        flying: batches that are under way.
        halted: whether batches under way should stop at their next subject.
        opens: until when it waits.
    """

    def __init__(self, lane: Lane[S], keys: Mapping[str, Key]) -> None:
        self.lane: Final = lane
        self.keys: Final = keys
        self.flying = 0
        self.halted = False
        self._busy_because = ""
        self.opens = 0.0
        self._subjects: Final[Iterator[S]] = iter(lane.subjects)
        self._ahead: Final[deque[S]] = deque()
        self._exhausted = False
        self._busy: Final[dict[S, tuple[float, Result[S, Any]]]] = {}
        self._broadest: Final = min(key.limit for key in keys.values())
        self._width = self._broadest
        self._calm = 0
        self._pauses = 0
        self._answered = 0.0

    @property
    def ended(self) -> bool:
        """Whether nothing is under way and nothing is left."""
        return self._exhausted and not self._ahead and not self.flying

    @property
    def broken(self) -> str:
        """Why nothing more is asked; empty where it is."""
        return next((key.broken for key in self.keys.values() if key.broken), "")

    def key(self, name: str) -> Key:
        """The key of this name; the lane's own where the lane does not have it."""
        return self.keys.get(name) or self.keys[self.lane.name]

    def may_begin(self, now: float) -> bool:
        """Whether one more batch may be begun."""
        return (
            now >= self.opens
            and self.flying < self._width
            and all(key.has_room(now) for key in self.keys.values())
        )

    def waits_for(self, now: float) -> str:
        """What it waits for; empty where it does not."""
        if self.opens > now:
            return f"{self.lane.name}: {self._busy_because}"
        shut = [name for name, key in self.keys.items() if key.opens > now and not key.broken]
        return f"{self.lane.name}: no answer from {shut[0]}, which is tried once more" if shut else ""

    def wakes_in(self, now: float) -> float:
        """Seconds until there is something to do, though no batch comes back before."""
        if self.broken and (self._ahead or not self._exhausted):
            return 0.0
        moments = [self.opens, *(key.opens for key in self.keys.values())]
        return min((moment - now for moment in moments if moment > now), default=inf)

    def begin(self) -> Batch[S] | None:
        """The next batch; None where nothing is left."""
        proven = all(key.proven for key in self.keys.values())
        subjects = tuple(self.take(self.lane.batch if proven else 1))
        if not subjects:
            return None
        self.flying, self.halted = self.flying + 1, False
        for key in self.keys.values():
            key.flying += 1
        return Batch(self.lane.function, subjects)

    def take(self, most: int) -> list[S]:
        """So many subjects, those that are to be asked about again first."""
        self._look_ahead(most + 1)  # to know at once whether these are the last
        return [self._ahead.popleft() for _ in range(min(most, len(self._ahead)))]

    def _look_ahead(self, count: int) -> None:
        lacking = count - len(self._ahead)
        if not self._exhausted and lacking > 0:
            found = list(islice(self._subjects, lacking))
            self._exhausted = len(found) < lacking
            self._ahead.extend(found)

    def landed(self, left: tuple[S, ...]) -> None:
        """A batch has come back, with what is *left* of it."""
        self.flying -= 1
        for key in self.keys.values():
            key.flying -= 1
        self._ahead.extendleft(reversed(left))

    def since(self, subject: S, began: float) -> float:
        """When *subject*, now asked about at *began*, was first asked about."""
        return self._busy.pop(subject)[0] if subject in self._busy else began

    def given_up(self, subject: S, why: str) -> Result[S, Any]:
        """The result of a subject that is not asked about any more: what it was when it last was."""
        found = self._busy.pop(subject, None)
        return found[1] if found else Result(self.lane.name, subject, None, why)

    def again(self, result: Result[S, Any], since: float) -> None:
        """Ask about a subject once more, first asked about at *since*, but after another one.

        Whether that one gets an answer tells whether the server is busy, or only with this subject.
        """
        self._look_ahead(1)
        self._ahead.insert(1, result.subject)
        self._busy[result.subject] = since, result

    def answered(self, began: float, now: float, *, proves: bool = True) -> None:
        """The server answered: it may be asked by one more at once, if it does so for all of these."""
        self._answered, self._pauses, self._calm = now, 0, self._calm + 1
        if self._calm >= self._width < self._broadest:
            self._width, self._calm = self._width + 1, 0
        for key in self.keys.values():
            key.answered(began, proves=proves)

    def has_answered_since(self, moment: float) -> bool:
        """Whether anybody got an answer since then."""
        return self._answered >= moment

    def pause(self, why: str, seconds: float | None, began: float, now: float) -> float:
        """Wait, with half as many at once afterwards; gives the seconds that it should take.

        They are more each time, until somebody gets an answer: a server may name none, or too few. The
        lane itself waits no longer than its deadline.
        """
        if began >= self.opens:  # else it was asked before it was known, and is the same pause
            self._pauses += 1
            self._width, self._calm = max(1, self._width // 2), 0
        least = 0.0 if seconds and self._pauses == 1 else min(2.0 ** (self._pauses - 1), _LONGEST_PAUSE)
        wait = max(seconds or 0.0, least)
        self.opens = max(self.opens, now + min(wait, self.lane.deadline))
        self._busy_because = why
        return wait
