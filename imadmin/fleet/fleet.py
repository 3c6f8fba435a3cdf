"""The scheduler: one thread decides, the others ask."""

from __future__ import annotations

import queue
import time
from collections import deque
from concurrent import futures
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Final, Generic, TypeAlias, TypeVar

from imadmin.fleet.batches import carry_out
from imadmin.fleet.keys import Key
from imadmin.fleet.meter import Meter
from imadmin.fleet.records import Busy, Down, Refused, Result, Silent
from imadmin.fleet.track import Track

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import TracebackType
    from typing import Self

    from imadmin.fleet.batches import Asked, Batch, Landed
    from imadmin.fleet.records import Lane, Progress

__all__ = ["Fleet"]

S = TypeVar("S")
T = TypeVar("T")
_LOOK_SECONDS: Final = 0.2
"""So long an interruption may have to wait: where Ctrl-C does not wake a thread that waits, as on Windows."""
_GRACE_SECONDS: Final = 1.0
_MOST_THREADS: Final = 128
_MOST_AT_ONCE: Final = 256


class Fleet(Generic[S, T]):
    """Asks about the subjects of some lanes, and gives a result for each, in the order of the answers.

    As much is under way as the limits allow; it waits where the results are not read. Results, subjects and
    what is under way do not gather, however many there are. Used as a context: leaving it ends what is under
    way within a second.

    Args:
        lanes: with names of their own.
        tell: hears twice a second how far it has come, in the thread that reads the results.
        seconds: for everything; what has not been begun by then is not asked about. None: no limit.
        again: seconds after which a server that had answered, and then was down, is tried once more.

    Raises:
        ImportError: there is no such module as a lane's function is said to be in.
        AttributeError: there is no such function in it.
    """

    def __init__(
        self,
        lanes: Sequence[Lane[S]],
        *,
        tell: Callable[[Progress], object] | None = None,
        seconds: float | None = None,
        again: float = 10.0,
    ) -> None:
        for lane in lanes:
            resolve_name(lane.function)  # here, where somebody hears of it
        self._tracks: Final = deque(_tracks(lanes, again))
        self._seconds: Final = seconds
        self._end: Final = None if seconds is None else time.monotonic() + seconds
        counts = [lane.count for lane in lanes]
        self._meter: Final = Meter(None if None in counts else sum(filter(None, counts)), tell)
        self._arrivals: Final[queue.SimpleQueue[_Arrival[S, T]]] = queue.SimpleQueue()
        self._pool: Final = futures.ThreadPoolExecutor(_threads(lanes), thread_name_prefix="fleet")
        self._under_way: Final[set[futures.Future[None]]] = set()
        self._cancelled = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cancel()

    def __iter__(self) -> Iterator[Result[S, T]]:
        """Ask, and give the results."""
        while not self._ended:
            for result in self._step(time.monotonic()):
                self._meter.done += 1
                yield result
            self._meter.look(time.monotonic(), self._waiting)
        self._meter.look(time.monotonic(), self._waiting, always=True)

    def cancel(self) -> None:
        """End what is under way; a thread that the operating system holds is waited for a second."""
        self._cancelled = True
        for track in self._tracks:
            track.halted = True
            if track.flying and track.lane.cancel is not None:
                track.lane.cancel()
        self._pool.shutdown(wait=False, cancel_futures=True)
        _, held = futures.wait(self._under_way, _GRACE_SECONDS)
        self._pool.shutdown(wait=not held)

    def _step(self, now: float) -> Iterator[Result[S, T]]:
        self._stop_at_the_end(now)
        yield from self._given_up()
        self._launch(now)
        if not self._ended:
            yield from self._arrived()

    @property
    def _ended(self) -> bool:
        return self._cancelled or all(track.ended for track in self._tracks)

    def _launch(self, now: float) -> None:
        """Begin as much as the limits allow, a batch of each lane in turn."""
        idle = 0
        while idle < len(self._tracks):
            track = self._tracks[0]
            self._tracks.rotate(-1)
            batch = track.begin() if track.may_begin(now) and not track.broken else None
            if batch is None:
                idle += 1
                continue
            idle = 0
            future = self._pool.submit(self._carry_out, track, batch)
            self._under_way.add(future)
            future.add_done_callback(self._under_way.discard)

    def _carry_out(self, track: Track[S], batch: Batch[S]) -> None:
        landed: Landed[S, T] = carry_out(batch, track.lane.context, lambda: track.halted)
        track.halted = track.halted or any(one.answer and one.answer.trouble for one in landed.asked)
        self._arrivals.put((track, landed))

    def _arrived(self) -> Iterator[Result[S, T]]:
        try:
            track, landed = self._arrivals.get(timeout=self._patience())
        except queue.Empty:
            return
        track.landed(landed.left)
        for asked in landed.asked:
            yield from self._settled(track, asked)

    def _patience(self) -> float:
        """For how long an arrival may be waited for: something else may have to be done by then."""
        now = time.monotonic()
        return min(_LOOK_SECONDS, *(track.wakes_in(now) for track in self._tracks))

    def _settled(self, track: Track[S], asked: Asked[S, T]) -> Iterator[Result[S, T]]:
        """The result, unless the subject is to be asked about again."""
        now, answer = time.monotonic(), asked.answer
        since = track.since(asked.subject, asked.began)
        value = answer.value if answer else None
        result = Result(track.lane.name, asked.subject, value, asked.broke, asked.seconds)
        match answer.trouble if answer else None:
            case None:
                track.answered(asked.began, now, proves=answer is not None and answer.proves)
            case Busy() as trouble:
                if _waits(track, asked.began, trouble, since, now):
                    track.again(result, since)
                    return
            case Down(why, key):
                track.key(key).is_down(why, asked.began, now)
            case Silent(why, key):
                track.key(key).is_silent(why, asked.began, now)
            case Refused(why, key):
                track.key(key).broken = why
        yield result

    def _given_up(self) -> Iterator[Result[S, T]]:
        """Some of the subjects that are not asked about any more."""
        for track in self._tracks:
            if why := track.broken:
                for subject in track.take(_MOST_AT_ONCE):
                    yield track.given_up(subject, why)

    def _stop_at_the_end(self, now: float) -> None:
        if self._end is not None and now >= self._end:
            for track in self._tracks:
                track.key("").broken = f"the time for all of them is over ({self._seconds:g} seconds)"
                track.halted = True

    def _waiting(self) -> list[str]:
        now = time.monotonic()
        return list(filter(None, (track.waits_for(now) for track in self._tracks if not track.ended)))


_Arrival: TypeAlias = tuple[Track[S], "Landed[S, T]"]


def _waits(track: Track[S], began: float, trouble: Busy, since: float, now: float) -> bool:
    """Have the lane wait; whether the subject is to be asked about again afterwards."""
    wait = track.pause(trouble.why, trouble.seconds, began, now)
    deadline = track.lane.deadline
    if now + wait < since + deadline:
        return True
    if not track.has_answered_since(since):
        track.key("").broken = f"{trouble.why} (nothing else came for {deadline:g} seconds)"
    return False


def _tracks(lanes: Sequence[Lane[S]], again: float) -> list[Track[S]]:
    limits: dict[str, int] = {}
    for lane in lanes:
        for name, limit in lane.limits.items():
            limits[name] = min(limit, limits.get(name, limit))
    shared = {name: Key(limit, again) for name, limit in limits.items()}
    return [Track(lane, {lane.name: Key(_breadth(lane), again), **_named(shared, lane)}) for lane in lanes]


def _named(shared: dict[str, Key], lane: Lane[S]) -> dict[str, Key]:
    return {name: shared[name] for name in lane.limits}


def _breadth(lane: Lane[S]) -> int:
    return min(lane.limits.values(), default=1)


def _threads(lanes: Sequence[Lane[S]]) -> int:
    return min(sum(map(_breadth, lanes)), _MOST_THREADS) or 1
