"""Is a missed message deleted before its recipient is back?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Finding, Status, check
from imadmin.model.delivery import MESSAGE_CLASS
from imadmin.model.requirements import RETENTION_TAGS
from imadmin.model.values import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.model.mailflow import RetentionTag

_SOON = 30
"""Days. A limit of ours, and no document's: so long somebody can be away."""

_SAVE = "Get-RetentionPolicyTag | Export-Clixml -Depth 4 Get-RetentionPolicyTag.xml"
_WHOSE = "which mailboxes have a policy with this tag was not looked at"


@check(
    id="delivery.retention",
    stage="delivery",
    severity="medium",
    title="Missed messages are kept until somebody reads them",
    reference=RETENTION_TAGS,
)
def delivery_retention(retention_tags: Sequence[RetentionTag]) -> Iterator[Finding]:
    """Each tag for the class of missed messages, or for every class, in a folder where they lie."""
    concerned = [tag for tag in retention_tags if tag.concerns or not tag.message_class]
    for tag in concerned:
        yield _judged(tag)
    if not concerned:
        what = f"None of {len(retention_tags):,} retention tags is about messages of class {MESSAGE_CLASS}."
        yield Finding("retention tags", Status.PASS, what)


def _judged(tag: RetentionTag) -> Finding:
    evidence = {
        "MessageClass": tag.message_class,
        "RetentionAction": tag.action,
        "AgeLimitForRetention": tag.days,
        "Type": tag.kind,
    }
    status, what, remedy = _said(tag)
    return Finding(tag.name, status, what, evidence=evidence, remedy=remedy)


def _said(tag: RetentionTag) -> tuple[Status, str, str]:
    name = f"The tag {tag.name} of {tag.place.organisation}"
    if not _may_delete_soon(tag):
        return Status.PASS, f"{name} deletes no missed message within {_SOON} days.", ""
    if tag.days is None or not tag.message_class or not tag.deletes:
        what = f"Whether {name[0].lower()}{name[1:]} deletes missed messages soon is not in the output."
        return Status.SKIP, what, _SAVE
    of = f"of class {tag.message_class}" if tag.by_name else "of every class, missed ones too,"
    after = f"{tag.days:g} day{'s' * (tag.days != 1)}"
    what = (
        f"{name} deletes messages {of} after {after} ({tag.action}): whoever is away longer does"
        f" not see them (an inference; {_WHOSE})."
    )
    remedy = f"Set-RetentionPolicyTag {quoted(tag.name)} -AgeLimitForRetention {_SOON}   (or longer)"
    return Status.WARN, what, remedy


def _may_delete_soon(tag: RetentionTag) -> bool:
    """Whether it could, as far as the output shows; an action that is a number, or empty, is not known."""
    unreadable = not tag.action or tag.action.isdigit()
    return (tag.deletes or (tag.enabled != "false" and unreadable)) and (tag.days is None or tag.days < _SOON)
