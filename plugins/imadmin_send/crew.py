"""Mailboxes asked side by side: a fleet with a lane for each endpoint and credential."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from imadmin.errors import ImadminError
from imadmin.ews import EwsError, Kind, limits_of, trouble_of
from imadmin.fleet import Answer, Fleet, Lane

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from imadmin.ews import EwsClient
__all__ = ["answer_of", "asked"]

_NO_CONNECTION = frozenset(
    {Kind.DNS, Kind.REFUSED, Kind.TLS_EXPIRED, Kind.TLS_UNTRUSTED, Kind.TLS_WRONG_NAME}
)
T = TypeVar("T")


class Task(Protocol):
    """What a fleet can carry out: it knows by which client."""

    @property
    def client(self) -> EwsClient:
        """Of the mailbox that it is about."""


S = TypeVar("S", bound=Task)


def asked(
    function: str, work: Callable[[None, S], Answer[T | ImadminError]], tasks: Sequence[S]
) -> Iterator[tuple[S, T | EwsError]]:
    """Carry out the tasks, and give what came of each, in the order of the answers.

    Args:
        function: `package.module:name` of *work*.
        work: does one task.
        tasks: none twice.

    Raises:
        ImadminError: something other than a mailbox went wrong, such as the journal.
    """
    if not tasks:
        return
    if len(tasks) == 1:  # in this thread, where Ctrl-C ends it at once
        yield tasks[0], _value(work(None, tasks[0]).value)
        return
    with Fleet[S, T | ImadminError](list(_lanes(function, tasks))) as fleet:
        for result in fleet:
            if result.why_not:
                yield result.subject, EwsError.of(Kind.OTHER, result.lane, result.why_not)
            else:
                yield result.subject, _value(cast("T | ImadminError", result.value))


def answer_of(client: EwsClient, ask: Callable[[], T]) -> Answer[T | ImadminError]:
    """The answer, or the error, with what it means for other mailboxes of the same server."""
    try:
        return Answer(ask())
    except EwsError as error:
        return Answer(error, trouble_of(error, client))
    except ImadminError as error:
        return Answer(error)


def _value(value: T | ImadminError) -> T | EwsError:
    if isinstance(value, ImadminError) and not isinstance(value, EwsError):
        raise value
    return value


def _lanes(function: str, tasks: Sequence[S]) -> Iterator[Lane[S]]:
    clients = {id(task.client): task.client for task in tasks}
    for number, client in clients.items():
        mine = [task for task in tasks if task.client is client]
        name = f"{client.config.name} ({number:x})"
        yield Lane(name, function, None, mine, limits_of(client), len(mine))
