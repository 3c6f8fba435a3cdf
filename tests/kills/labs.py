"""A lab in a process of its own: a fresh one for each trial, asked over a pipe."""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imadmin_lab.lab import Lab
from imadmin_lab.mail import Address, Content, delivery, directory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

__all__ = ["Remote", "State", "serve"]

_QUIET_SECONDS = 30.0
_PAUSE_SECONDS = 0.002
_RECORD_ARRIVALS = (
    "create table arrival (subject text not null)",
    (
        "create trigger arrives after insert on event when new.kind = 'NewMailEvent'"
        " begin insert into arrival select subject from item where id = new.object; end"
    ),
)


@dataclass(frozen=True)
class State:
    """What a lab's systems hold, as far as operations change it.

    Attributes:
        objects: of the cmdlets.
        messages: the subjects of all items in all folders of all mailboxes.
        arrivals: the subjects of all that ever arrived, one for each time.
    """

    objects: tuple[tuple[str, ...], ...]
    messages: tuple[str, ...]
    arrivals: tuple[str, ...]

    def __str__(self) -> str:
        return f"messages {self.messages}, arrivals {self.arrivals}, {len(self.objects)} objects"


class Remote:
    """The end of the pipe that asks."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def fresh(self, scenario: str, mail: Sequence[tuple[str, str, str]]) -> tuple[str, dict[str, str]]:
        """Start a lab in place of the last one; gives its deployment, and what the environment must hold.

        Args:
            scenario: its name.
            mail: sender, recipient and subject of messages that have arrived.
        """
        deployment, environment = self._ask("fresh", scenario, list(mail))
        return str(deployment), dict(environment)

    def state(self) -> State:
        """What is there, when every request has been dealt with whose client was killed."""
        state = self._ask("state")
        assert isinstance(state, State)
        return state

    def stop(self) -> None:
        """End it."""
        self._ask("stop")

    def _ask(self, *request: Any) -> Any:
        self._pipe.send(request)
        answer = self._pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


def serve(pipe: Connection) -> None:
    """Answer until told to stop."""
    host = _Host()
    while True:
        name, *arguments = pipe.recv()
        try:
            pipe.send(getattr(host, name)(*arguments))
        except Exception as error:  # noqa: BLE001 - raised at the other end
            pipe.send(error)
        if name == "stop":
            return


class _Host:
    def __init__(self) -> None:
        self._lab: Lab | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="imadmin-kills-"))

    def fresh(self, scenario: str, mail: list[tuple[str, str, str]]) -> tuple[str, dict[str, str]]:
        if self._lab is not None:
            self._lab.stop()
        lab = self._lab = Lab(scenario, folder=self._folder).start()
        with lab.store.writing() as session:
            for statement in _RECORD_ARRIVALS:
                session.execute(statement)
            for sender, recipient, subject in mail:
                box = directory.by_address(session, sender)
                assert box is not None
                content = Content(subject=subject, to_recipients=(Address(recipient, recipient),))
                delivery.send(session, box, content)
        return str(lab.deployment), dict(lab.environment)

    def state(self) -> State:
        lab = self._lab
        assert lab is not None
        self._wait_until_quiet(lab)
        with lab.store.reading() as session:
            messages = session.rows("select subject from item where folder is not null order by subject")
            arrivals = session.rows("select subject from arrival order by subject")
            found = [tuple(str(row[0]) for row in rows) for rows in (list(messages), list(arrivals))]
        return State(self._objects(lab), *found)

    def stop(self) -> None:
        if self._lab is not None:
            self._lab.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _objects(self, lab: Lab) -> tuple[tuple[str, ...], ...]:
        sql = "select shell, noun, identity, properties from object order by shell, noun, identity"
        with lab.directory._lock:
            return tuple(tuple(map(str, row)) for row in lab.directory._connection.execute(sql))

    def _wait_until_quiet(self, lab: Lab) -> None:
        """Until no connection is left, so that nobody is at the request of a killed client any more."""
        deadline = time.monotonic() + _QUIET_SECONDS
        while lab._server._listener._workers:
            if time.monotonic() > deadline:
                raise TimeoutError("the lab still serves somebody")
            time.sleep(_PAUSE_SECONDS)
