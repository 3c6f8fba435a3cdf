"""Whose rights count in a call, and which mailboxes it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin_lab.mail import Account, directory

from . import xml
from .errors import FaultError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin_lab.mail import Mailbox, Session

    from .envelope import Incoming


def caller_of(session: Session, account: Account, incoming: Incoming) -> Account:
    """Give who logged in, or whom he impersonates."""
    if incoming.impersonated is None:
        return account
    target = _impersonated(session, incoming)
    if target is None:
        raise FaultError("ErrorNonExistentMailbox")
    if not directory.may_impersonate(account, target):
        raise FaultError("ErrorImpersonateUserDenied")
    return Account(target.address, target)


def concerned(session: Session, login: str, incoming: Incoming) -> Iterator[str]:
    """Give the addresses of the mailboxes that a call is made in the name of, or names."""
    account = directory.account(session, login)
    target = _impersonated(session, incoming)
    for mailbox in (account and account.mailbox, target):
        if mailbox:
            yield mailbox.address
    for element in incoming.operation.iter(f"{{{xml.TYPES}}}DistinguishedFolderId"):
        named = xml.child(element, "Mailbox")
        if named is not None:
            yield (xml.text(named, "EmailAddress") or "").strip()


def _impersonated(session: Session, incoming: Incoming) -> Mailbox | None:
    kind, name = incoming.impersonated or ("", "")
    if kind in ("PrimarySmtpAddress", "SmtpAddress"):
        return directory.by_address(session, name)
    account = directory.account(session, name) if kind == "PrincipalName" else None
    return None if account is None else account.mailbox
