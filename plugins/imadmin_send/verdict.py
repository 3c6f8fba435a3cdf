"""What became of a test message, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Finding, Status
from imadmin.ews import Folder
from imadmin.model.requirements import OFFLINE_IM, PROCESSING_TIMER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .trial import Trace

__all__ = ["judged"]

_TIMER = PROCESSING_TIMER.value


def judged(subject: str, trace: Trace, *, sent_as: str, federated: bool) -> Finding:
    """The finding on a pair of mailboxes."""
    status, message, remedy = _said(trace, sent_as, federated=federated)
    for added in _besides(trace):
        status = max(status, Status.WARN, key=lambda one: one.rank)
        message = f"{message} {added}"
    return Finding(subject, status, message, evidence=_evidence(trace), remedy=remedy, reference=OFFLINE_IM)


def _besides(trace: Trace) -> Iterator[str]:
    before, after = trace.drafts
    if before is not None and after is not None and after > before:
        yield f"The sender's Drafts grew by {after - before} of that class: a known defect of old clients."
    if trace.doubt is not None and trace.arrived:
        yield f"The server's answer to the sending was lost: {trace.doubt.line}."
    if trace.left:
        yield f"What is left of it ({trace.token}): {'; '.join(trace.left)}."


def _said(trace: Trace, sent_as: str, *, federated: bool) -> tuple[Status, str, str]:
    if trace.report is not None:
        what = f"The message was returned: {trace.report.subject.replace(trace.token, '…')}"
        return Status.FAIL, what, "Ask the mail administrators why; the report says more."
    if trace.arrived:
        return _arrived(trace, sent_as, federated=federated)
    if trace.trouble is not None or trace.flooded or trace.doubt is not None:
        return _unknown(trace)
    if trace.stayed:
        where = _listed(item.folder for item in trace.stayed)
        what = f"The message stayed in the sender's {where}: it was written and not sent."
        return Status.FAIL, what, "Look at transport (Get-Queue) and at the sender's mailbox."
    return _missing(trace)


def _unknown(trace: Trace) -> tuple[Status, str, str]:
    if trace.trouble is not None or trace.flooded:
        why = trace.trouble.line if trace.trouble else "too much other mail came meanwhile"
        what = f"The message was sent, and could not be followed to its end: {why}."
    else:
        why = trace.doubt.line if trace.doubt else "unknown"
        what = f"Whether the message was sent is not known: {why}; {_within(trace)}."
    return Status.ERROR, what, f"Try again. {_may_come(trace)}"


def _missing(trace: Trace) -> tuple[Status, str, str]:
    if trace.unseen is not None:
        what = f"The message was not returned within {trace.waited:g} seconds; whether it arrived is unseen"
        remedy = f"It stays there: ask the recipient for the subject '{trace.token}'."
        return Status.WARN, f"{what}: {trace.unseen.line}.", remedy
    what = f"The message {_within(trace)} (the client's timer: {_TIMER} seconds)."
    remedy = f"Trace it: Get-MessageTrackingLog -MessageSubject '{trace.token}', or Get-Queue."
    return Status.FAIL, what, f"{remedy} {_may_come(trace)}"


def _within(trace: Trace) -> str:
    return f"did not arrive within {trace.waited:g} seconds"


def _may_come(trace: Trace) -> str:
    return f"If it comes later, it stays: delete what has the subject '{trace.token}'."


def _arrived(trace: Trace, sent_as: str, *, federated: bool) -> tuple[Status, str, str]:
    folders = {item.folder for item in trace.arrived}
    classes = {item.item_class for item in trace.arrived}
    seconds = trace.seconds or 0.0
    told = f"The message arrived after {seconds:.1f} seconds in {_listed(folders)} as {_listed(classes)}"
    if seconds > _TIMER:
        return Status.FAIL, f"{told}: later than the timer of {_TIMER} seconds.", "Look at Get-Queue."
    if folders <= {Folder.JUNK, Folder.DELETED}:
        remedy = "Look at the recipient's rules and at the spam filter."
        return Status.FAIL, f"{told}: nobody sees it there.", remedy
    if federated:
        return Status.PASS, f"{told}. For another organisation that is all there is to expect.", ""
    if not all(_same_class(name, sent_as) for name in classes):
        remedy = "Look for a transport rule or a gateway that rewrites messages."
        return Status.FAIL, f"{told}, but it was sent as {sent_as}: the class was lost.", remedy
    if len(trace.arrived) > len(folders):
        return Status.WARN, f"{told}, {len(trace.arrived)} times.", "Look for a rule that copies mail."
    return Status.PASS, f"{told}.", ""


def _listed(words: Iterable[str]) -> str:
    return ", ".join(sorted({str(word) for word in words}))


def _same_class(found: str, sent: str) -> bool:
    """Whether an item still is what was sent; Exchange may refine a class, never shorten it."""
    return found.lower() == sent.lower() or found.lower().startswith(f"{sent.lower()}.")


def _evidence(trace: Trace) -> dict[str, object]:
    history = {True: "there", False: "absent", None: "unknown"}[trace.history]
    return {
        "token": trace.token,
        "seconds": None if trace.seconds is None else round(trace.seconds, 2),
        "classes": sorted({item.item_class for item in trace.arrived}),
        "folders": sorted({str(item.folder) for item in trace.arrived}),
        "conversation_history": history,
        "drafts_before": trace.drafts[0],
        "drafts_after": trace.drafts[1],
    }
