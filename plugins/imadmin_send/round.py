"""Test messages that are on their way together: one look into a mailbox serves all that concern it."""

from __future__ import annotations

import time
from itertools import chain, repeat
from typing import TYPE_CHECKING

from imadmin.ews import EwsError
from imadmin.model.requirements import PROCESSING_TIMER

from .crew import asked
from .opening import Opener
from .reasons import reason_in
from .removing import REMOVE, Removal, remove
from .sending import SEND, Sending, send
from .viewing import VIEW, Viewing, view

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from imadmin.access import Access

    from .letters import Letter
    from .mailboxes import Look, ProbeMailbox

__all__ = ["Round"]

_PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0)
_LAST_PAUSE = 5.0
_TICK = 1.0
_GLANCE = 0.02
_LONGEST_SENDING = 40.0


class Round:
    """Sends letters, follows them to their end, and removes them, whatever happens in between.

    Args:
        letters: not sent yet.
        access: to the deployment's endpoints.
    """

    def __init__(self, letters: Sequence[Letter], access: Access) -> None:
        self._letters = list(letters)
        self._opener = Opener(access)
        self._mailboxes: dict[str, ProbeMailbox] = {}
        self._closed: dict[str, EwsError] = {}

    def run(self) -> Iterator[Letter]:
        """Do it; gives each letter when its fate is known and its traces are removed."""
        for address in dict.fromkeys(one for letter in self._letters for one in _ends(letter)):
            self._open(address)
        yield from self._without_sender()
        try:
            self._examine_senders()
            self._send()
            yield from self._follow()
        finally:
            self._wait_for_senders()
            self._remove(self._letters)

    def _wait_for_senders(self) -> None:
        """After Ctrl-C threads may still be sending: what they send can be removed only afterwards."""
        end = time.monotonic() + _LONGEST_SENDING
        while any(letter.being_sent for letter in self._letters) and time.monotonic() < end:
            time.sleep(_GLANCE)

    def _open(self, address: str) -> None:
        try:
            self._mailboxes[address] = self._opener.open(address)
        except EwsError as error:
            self._closed[address] = error

    def _without_sender(self) -> Iterator[Letter]:
        for letter in self._letters[:]:
            letter.refused = self._closed.get(letter.sender)
            letter.unseen = self._closed.get(letter.recipient)
            recipient = self._mailboxes.get(letter.recipient)
            letter.has_history = None if recipient is None else recipient.has_history
            if letter.refused is not None:
                self._letters.remove(letter)
                yield letter

    def _examine_senders(self) -> None:
        looks = self._look({letter.sender for letter in self._letters})
        for letter in self._letters:
            look = looks[letter.sender]
            letter.before = None if isinstance(look, EwsError) else letter.examined(look)

    def _send(self) -> None:
        sendings = [Sending(letter, self._mailboxes[letter.sender]) for letter in self._letters]
        for sending, failure in asked(SEND, send, sendings):
            if isinstance(failure, EwsError) and sending.letter.sent_at is None:
                sending.letter.refused = failure  # it was not even tried: the server is down

    def _follow(self) -> Iterator[Letter]:
        """Look for them at growing intervals, until the fate of each is known or its time is over."""
        for pause in chain(_PAUSES, repeat(_LAST_PAUSE)):
            now = time.monotonic()
            waits = self._look_for(self._letters)
            yield from self._finished([one for one in self._letters if _is_over(one, now)])
            if not self._letters:
                return
            self._sleep(max(pause, waits))

    def _look_for(self, letters: Iterable[Letter]) -> float:
        """Look once into each mailbox that a letter may be in; gives what a server asks to wait."""
        looks = self._look({address for letter in letters for address in _ends(letter)})
        for letter in letters:
            letter.trouble = None
            letter.see_sender(looks[letter.sender])
            if letter.recipient in looks:
                letter.see_recipient(looks[letter.recipient])
        back_offs = [look.back_off or 0.0 for look in looks.values() if isinstance(look, EwsError)]
        return max(back_offs, default=0.0)

    def _look(self, addresses: Iterable[str]) -> dict[str, Look | EwsError]:
        there = [self._mailboxes[address] for address in addresses if address in self._mailboxes]
        viewings = [Viewing(mailbox, self._expected(mailbox.address)) for mailbox in there]
        return {one.mailbox.address: look for one, look in asked(VIEW, view, viewings)}

    def _expected(self, address: str) -> int:
        return sum(address in _ends(letter) for letter in self._letters)

    def _sleep(self, pause: float) -> None:
        """Wait for the next look, telling how long there is still to wait; none misses the client's timer."""
        now = time.monotonic()
        ages = [letter.age(now) for letter in self._letters]
        ends = [letter.patience - letter.age(now) for letter in self._letters]
        timers = [PROCESSING_TIMER.value - age for age in ages if age < PROCESSING_TIMER.value]
        until = now + max(min(pause, *ends, *timers), 0.0)
        while (left := until - time.monotonic()) > 0:
            self._tell()
            time.sleep(min(left, _TICK))

    def _tell(self) -> None:
        age = max(letter.age(time.monotonic()) for letter in self._letters)
        timer = max(PROCESSING_TIMER.value - age, 0.0)
        for letter in self._letters[:1]:
            count = len(self._letters)
            messages = f"{count} messages" if count > 1 else f"the message from {letter.change.subject}"
            letter.effects.tell(f"waiting for {messages}: {timer:.0f} seconds are left of the client's timer")

    def _finished(self, letters: list[Letter]) -> Iterator[Letter]:
        for letter in letters:
            self._read_report(letter)
        self._remove(letters)
        for letter in letters:
            self._letters.remove(letter)
            yield letter

    def _read_report(self, letter: Letter) -> None:
        if letter.report is not None:
            try:
                letter.reason = reason_in(self._mailboxes[letter.sender].body(letter.report))
            except EwsError as error:
                letter.reason = f"the report cannot be read: {error.line}"

    def _remove(self, letters: Iterable[Letter]) -> None:
        sent = [letter for letter in letters if letter.sent_at is not None]
        removals = [
            Removal(mailbox, {one.token: one.effects for one in sent if address in _ends(one)})
            for address, mailbox in self._mailboxes.items()
            if any(address in _ends(letter) for letter in sent)
        ]
        for removal, outcome in asked(REMOVE, remove, removals):
            left = outcome.line if isinstance(outcome, EwsError) else outcome.left
            for letter in sent:
                if left and letter.token in removal.tokens:
                    letter.left.append(left)


def _ends(letter: Letter) -> tuple[str, str]:
    return letter.sender, letter.recipient


def _is_over(letter: Letter, now: float) -> bool:
    return letter.settled or letter.age(now) >= letter.patience
