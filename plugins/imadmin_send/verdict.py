"""What became of a test message, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin import Finding, Status
from imadmin.ews import Folder
from imadmin.model.requirements import OFFLINE_IM, PROCESSING_TIMER

from .evidence import evidence_of, grown
from .letters import same_class

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .letters import Letter

__all__ = ["judged"]

_TIMER = PROCESSING_TIMER.value
_UNSEEN_IN = {Folder.JUNK, Folder.DELETED, Folder.RECOVERABLE}
_DEFECT = "as old clients did with Exchange on-premises (fixed in all channels as of 2016-06-14)"


class _Said(NamedTuple):
    """*short* is for a cell of a table."""

    status: Status
    short: str
    message: str
    remedy: str = ""


def judged(letter: Letter) -> Finding:
    """The finding on a pair of mailboxes."""
    status, short, message, remedy = _said(letter)
    for added in _besides(letter):
        status = max(status, Status.WARN, key=lambda one: one.rank)
        message = f"{message} {added}"
    evidence = {"result": short, **evidence_of(letter)}
    return Finding(
        letter.change.subject, status, message, evidence=evidence, remedy=remedy, reference=OFFLINE_IM
    )


def _besides(letter: Letter) -> Iterator[str]:
    drafts = grown(letter, Folder.DRAFTS)
    if drafts:
        yield f"The sender's Drafts grew by {drafts} of that class, {_DEFECT}."
    if letter.doubt is not None and letter.arrived:
        yield f"The server's answer to the sending was lost: {letter.doubt.line}."
    if letter.left:
        yield f"What is left of it ({letter.token}): {'; '.join(letter.left)}."


def _said(letter: Letter) -> _Said:
    if letter.refused is not None:
        what = f"The message was not sent: {letter.refused.line}."
        return _Said(Status.ERROR, "not sent", what, letter.refused.remedy)
    if letter.report is not None:
        what = f"The message was returned: {letter.reason or 'its report says nothing'}."
        return _Said(Status.FAIL, "returned", what, "Ask the mail administrators what that means here.")
    if letter.arrived:
        return _arrived(letter)
    if letter.trouble is not None or letter.flooded or letter.doubt is not None:
        return _unknown(letter)
    if letter.stayed:
        where = _listed(item.folder for item in letter.stayed)
        what = f"The message stayed in the sender's {where}: it was written and not sent, {_DEFECT}."
        remedy = "Look at transport (Get-Queue), at the sender's mailbox, and at the clients' builds."
        return _Said(Status.FAIL, f"stayed in {where}", what, remedy)
    return _missing(letter)


def _unknown(letter: Letter) -> _Said:
    if letter.trouble is not None or letter.flooded:
        why = letter.trouble.line if letter.trouble else "too much other mail came meanwhile"
        what = f"The message was sent, and could not be followed to its end: {why}."
    else:
        why = letter.doubt.line if letter.doubt else "unknown"
        what = f"Whether the message was sent is not known: {why}; {_within(letter)}."
    return _Said(Status.ERROR, "unknown", what, f"Try again. {_may_come(letter)}")


def _missing(letter: Letter) -> _Said:
    if letter.unseen is not None:
        what = (
            f"The message was not returned within {letter.patience:g} seconds; whether it arrived is unseen"
        )
        remedy = f"It stays there: ask the recipient for a subject with '{letter.token}'."
        return _Said(Status.WARN, "unseen", f"{what}: {letter.unseen.line}.", remedy)
    what = f"The message {_within(letter)} (the client's timer: {_TIMER} seconds)."
    remedy = f"Trace it: Get-MessageTrackingLog -MessageSubject '{letter.token}', or Get-Queue."
    return _Said(Status.FAIL, "did not arrive", what, f"{remedy} {_may_come(letter)}")


def _within(letter: Letter) -> str:
    return f"did not arrive within {letter.patience:g} seconds"


def _may_come(letter: Letter) -> str:
    return f"If it comes later, imadmin apply cleanup removes it ('{letter.token}')."


def _arrived(letter: Letter) -> _Said:
    folders = {item.folder for item in letter.arrived}
    where = f"The message arrived after {_after(letter)} in {_listed(folders)}"
    classes = {item.item_class for item in letter.arrived}
    if "" in classes:
        remedy = "Look at it in Outlook, or at the EWS log of the server."
        return _Said(Status.ERROR, "class unknown", f"{where}, and the server does not tell as what.", remedy)
    told = f"{where} as {_listed(classes)}"
    return _out_of_sight(letter, folders, told) or _as_sent(letter, folders, classes, told)


def _out_of_sight(letter: Letter, folders: set[Folder], told: str) -> _Said | None:
    if letter.missing_at >= _TIMER:
        remedy = "Look at Get-Queue, and at the message's headers for where it waited."
        return _Said(Status.FAIL, "late", f"{told}: later than the timer of {_TIMER} seconds.", remedy)
    if folders <= _UNSEEN_IN:
        remedy = "Look at the recipient's rules and at the spam filter."
        return _Said(Status.FAIL, f"in {_listed(folders)}", f"{told}: nobody sees it there.", remedy)
    return None


def _as_sent(letter: Letter, folders: set[Folder], classes: set[str], told: str) -> _Said:
    kept = [same_class(name, letter.item_class) for name in classes]
    if letter.federated:
        usual = "For another organisation that is all there is to expect"
        odd = "Another organisation is documented to take the class away; this one kept it"
        return _Said(Status.PASS, _after(letter), f"{told}. {odd if any(kept) else usual}.")
    if not all(kept):
        remedy = "Look for a transport rule or a gateway that rewrites messages."
        what = f"{told}, but it was sent as {letter.item_class}: the class was lost."
        return _Said(Status.FAIL, "class lost", what, remedy)
    if len(letter.arrived) > len(folders):
        remedy = "Look for a rule that copies mail."
        return _Said(Status.WARN, "twice", f"{told}, {len(letter.arrived)} times.", remedy)
    return _Said(Status.PASS, _after(letter), f"{told}.")


def _after(letter: Letter) -> str:
    return f"{letter.seconds or 0.0:.1f} s"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted({str(word) for word in words}))
