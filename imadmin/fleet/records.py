"""What goes into a fleet, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["Answer", "Busy", "Down", "Lane", "Progress", "Refused", "Result", "Silent", "Trouble"]

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Busy:
    """The server asks to be left alone for a while: the whole lane waits, then the subject is asked again.

    Attributes:
        why: in an administrator's words.
        seconds: how long; None where the server does not say.
    """

    why: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Down:
    """No connection can be made: nothing else that needs *key* is asked.

    Where it had answered before, one more subject is tried after a while: it may have been restarted.

    Attributes:
        why: in an administrator's words.
        key: one of the lane's `limits`; empty for the lane alone.
    """

    why: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Silent:
    """No answer came in time, maybe for the subject's sake: as `Down`, but from the third in a row."""

    why: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The log-in was refused: nothing else that needs *key* is asked, lest the account be locked."""

    why: str
    key: str = ""


Trouble: TypeAlias = Busy | Down | Silent | Refused


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What came of asking about one subject.

    Attributes:
        value: for the result, whatever it is, failures included.
        trouble: what it means for the others; None where the server answered.
        proves: False where an answer does not yet show that more may be asked at once, since nobody knows
            whether the log-in was looked at.
    """

    value: T
    trouble: Trouble | None = None
    proves: bool = True


@dataclass(frozen=True, slots=True)
class Lane(Generic[S]):
    """Subjects that are asked about in one way: at one server, with one credential.

    Attributes:
        name: for messages; of all lanes only this one has it.
        function: `package.module:name` of what asks, `function(context, subject) -> Answer`; called from
            many threads. By its name, and with subjects that can be pickled, another process could do it.
        context: what the function needs besides, such as a client; made anew where the function runs.
        subjects: hashable; taken as they are needed, in the thread that reads the results.
        limits: how many may be asked about at once for each key, such as a server or a credential; lanes
            that name the same key share it. Without any, one at a time.
        count: how many subjects there are; None where that is not known.
        deadline: seconds within which a subject is asked again where the server was busy.
        batch: how many subjects a thread may take at once; more than 1 only for what is quick.
        cancel: ends, from another thread, what is waiting for the server.
    """

    name: str
    function: str
    context: object
    subjects: Iterable[S]
    limits: Mapping[str, int] = field(default_factory=dict)
    count: int | None = None
    deadline: float = 30.0
    batch: int = 1
    cancel: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class Result(Generic[S, T]):
    """What is known of one subject.

    Attributes:
        lane: its name.
        value: of the answer; None where there is none.
        why_not: why it was not asked about, or what broke; empty where there is a value.
        seconds: that the last asking took.
    """

    lane: str
    subject: S
    value: T | None
    why_not: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a fleet has come.

    Attributes:
        done: results so far.
        total: of all lanes; None where one does not know.
        seconds: since the beginning.
        rate: results a second, of late.
        left: seconds until the end at this rate; None where that cannot be told.
        waiting: what is waited for, such as a server that throttles; a line each.
    """

    done: int
    total: int | None
    seconds: float
    rate: float
    left: float | None
    waiting: tuple[str, ...] = ()
