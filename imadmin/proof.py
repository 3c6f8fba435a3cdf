"""Reading again: before a change whether the world is still as planned on, after it whether it is made."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from imadmin.errors import ImadminError
from imadmin.plugins.guard import guarded
from imadmin.records import Finding, Status, worst

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imadmin.access import Access
    from imadmin.operations import Change, Operation

__all__ = ["Proof", "same", "shown"]

_AGAIN = "Read it there by hand, then: imadmin apply --resume RUN, or imadmin undo RUN"


class Proof:
    """What reading again tells of one change.

    Attributes:
        settled: whether it is known what came of the change; one that is not has no end in the journal.
    """

    def __init__(self, operation: Operation, access: Access, change: Change) -> None:
        self._operation = operation
        self._access = access
        self._change = change
        self.settled = True

    def before(self, *, begun: bool, back: bool) -> Finding | None:
        """Why the change is not to be made; None where it is.

        Args:
            begun: whether an earlier process began it, and may have made it.
            back: whether it takes another back.

        Raises:
            ImadminError: that cannot be found out.
        """
        if self._operation.read is None:
            return self._blind(begun=begun, back=back)
        self.settled = not begun  # until it was read
        now = self._read()
        self.settled = True
        if same(now, self._change.after):
            return self._already(begun=begun, back=back)
        if same(now, self._change.before):
            return None
        return self._moved_on(now, back=back)

    def after(self, said: Finding, *, in_doubt: bool) -> Finding:
        """What came of the change, whatever the operation *said* of it.

        Args:
            said: by the operation.
            in_doubt: whether some effect may have happened, or may still.
        """
        if self._operation.read is None:
            return said
        said = replace(said, message=_sentence(said.message))
        try:
            now = self._read()
        except ImadminError as error:
            self.settled = False
            what = (
                f"{said.message} It could not be read again, so whether it is made is not known: {error.line}"
            )
            return replace(said, status=Status.ERROR, message=what, remedy=_AGAIN)
        if same(now, self._change.after):
            return self._by_other_ways(self._made(said))
        return self._not_made(said, now, in_doubt=in_doubt)

    def _read(self) -> Mapping[str, object]:
        assert self._operation.read is not None  # noqa: S101 - for the type checker
        with guarded("could not read what is there", self._operation.name):
            return self._operation.read(self._change, self._access)

    def _blind(self, *, begun: bool, back: bool) -> Finding | None:
        """The same for an operation that cannot read what is there."""
        if back:
            return self._finding(Status.ERROR, "This operation knows no way to take it back.", {})
        if not begun:
            return None
        self.settled = False
        what = "It was begun and has no end, and what came of it cannot be seen: it is not begun again."
        return self._finding(Status.ERROR, what, {}, "Look at it by hand.")

    def _already(self, *, begun: bool, back: bool) -> Finding:
        if back:
            what = "It is as it was before: nothing had to be taken back."
        elif begun:
            what = "It was made before the interruption: read again now."
        else:
            what = "It is so already: nothing had to be changed."
        return self._finding(Status.PASS, f"{shown(self._change.after)}. {what}", self._change.after)

    def _moved_on(self, now: Mapping[str, object], *, back: bool) -> Finding:
        expected = shown(self._change.before)
        then = f"that run left {expected}" if back else f"it was {expected} when this was planned"
        what = f"Somebody has changed it since: it is {shown(now)}, and {then}. Nothing was changed."
        remedy = "Ask who did; it is not taken back." if back else "Ask who did, and plan it anew."
        return self._finding(Status.FAIL, what, now, remedy)

    def _made(self, said: Finding) -> Finding:
        was, is_ = shown(self._change.before), shown(self._change.after)
        if said.status is Status.ERROR:
            what = f"Was {was}, is {is_}: read again after this: {said.message}"
            return self._finding(Status.PASS, what, self._change.after)
        return replace(said, message=f"{said.message} Was {was}; read again: {is_}.")

    def _not_made(self, said: Finding, now: Mapping[str, object], *, in_doubt: bool) -> Finding:
        if not same(now, self._change.before):
            what = f"{said.message} Read again, it is {shown(now)}, and neither as before nor as planned."
            return self._finding(Status.FAIL, what, now, "Ask who else is changing it.")
        if said.status in {Status.ERROR, Status.FAIL}:
            status = Status.ERROR if in_doubt else Status.FAIL
            what = f"{said.message} Read again: it is still {shown(now)}."
            return replace(said, status=status, message=what)
        what = f"{said.message} Read again, it is still {shown(now)}; servers tell each other with a delay."
        return self._finding(Status.ERROR, what, now, "Wait some minutes, and plan it anew.")

    def _by_other_ways(self, finding: Finding) -> Finding:
        """The finding with what `verify` saw besides."""
        if self._operation.verify is None:
            return finding
        try:
            with guarded("could not verify it", self._operation.name):
                seen = list(self._operation.verify(self._change, self._access))
        except ImadminError as error:
            seen = [Finding(self._change.subject, Status.ERROR, error.line, remedy=error.remedy)]
        message = " ".join([finding.message, *(one.message for one in seen)])
        remedy = next((one.remedy for one in seen if one.remedy), finding.remedy)
        status = worst([finding.status, *(one.status for one in seen)])
        return replace(finding, status=status, message=message, remedy=remedy)

    def _finding(self, status: Status, message: str, now: Mapping[str, object], remedy: str = "") -> Finding:
        return Finding(self._change.subject, status, message, evidence=dict(now), remedy=remedy)


def same(one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether both say the same, one of them perhaps after a journey through JSON."""
    return _plain(one) == _plain(other)


def _plain(values: Mapping[str, object]) -> object:
    return json.loads(json.dumps(dict(values), default=str))


def shown(values: Mapping[str, object]) -> str:
    """Settings as an administrator reads them: `EnableOfflineIm False`."""
    return ", ".join(f"{name} {_value(value)}" for name, value in values.items()) or "nothing"


def _value(value: object) -> str:
    if value is None:
        return "not set"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "empty"
    return str(value)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
