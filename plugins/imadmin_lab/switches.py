"""Faults that are switched on and off while a server runs: how long they last, and how often they happen."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection


@dataclass(eq=False)
class Switchable:
    """A fault that can be switched on; subclasses say what it does, and to whom.

    Attributes:
        name: Which; one of `KNOWN`.
        times: How often it happens; None: until it is switched off.
        lasting: How many seconds it stays on; None: until it is switched off.
        ended: Set when it is switched off, for who waits on its behalf.

    Raises:
        ValueError: There is no fault of this name.
    """

    KNOWN: ClassVar[Collection[str]] = ()

    name: str
    times: int | None = field(default=None, kw_only=True)
    lasting: float | None = field(default=None, kw_only=True)
    ended: threading.Event = field(default_factory=threading.Event, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.name not in self.KNOWN:
            raise ValueError(f"unknown fault {self.name!r}; known: {', '.join(self.KNOWN)}")


F = TypeVar("F", bound=Switchable)


class Registry(Generic[F]):
    """The faults of one kind that are on now; safe to use from several threads.

    Args:
        clock: Seconds that only grow, by which faults end.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock: Final = clock
        self._on: Final[dict[F, float]] = {}
        self._lock: Final = threading.Lock()
        self._watchers: Final[list[Callable[[], None]]] = []

    def watch(self, watcher: Callable[[], None]) -> Callable[[], None]:
        """Call *watcher* after each switching; what is given back ends that."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def switch_on(self, fault: F) -> F:
        """Let it happen, and give it back to be switched off again."""
        forever = float("inf")
        with self._lock:
            self._on[fault] = forever if fault.lasting is None else self._clock() + fault.lasting
        self._tell()
        return fault

    def switch_off(self, which: F | str = "") -> None:
        """End one fault, all of a name, or all; one that is off already is left so."""
        with self._lock:
            ended = [fault for fault in self._on if which in ("", fault, fault.name)]
            for fault in ended:
                del self._on[fault]
        for fault in ended:
            fault.ended.set()
        self._tell()

    def active(self) -> list[F]:
        """The faults that are on, in the order in which they were switched on."""
        with self._lock:
            return self._now_on()

    def take(self, meets: Callable[[F], bool]) -> F | None:
        """The first fault that *meets* what happens; counted as happened."""
        with self._lock:
            found = next(filter(meets, self._now_on()), None)
            if found is not None:
                self._count(found)
            return found

    def take_all(self, meets: Callable[[F], bool]) -> list[F]:
        """Every fault that *meets* what happens; counted as happened."""
        with self._lock:
            found = list(filter(meets, self._now_on()))
            for fault in found:
                self._count(fault)
            return found

    def _tell(self) -> None:
        for watcher in list(self._watchers):
            watcher()

    def _now_on(self) -> list[F]:
        now = self._clock()
        for fault in [one for one, until in self._on.items() if until <= now]:
            del self._on[fault]
        return list(self._on)

    def _count(self, fault: F) -> None:
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                del self._on[fault]
