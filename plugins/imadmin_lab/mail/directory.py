"""Organisations, their domains and mailboxes, and who may open what."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from . import folders
from .records import Account, Mailbox

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from .session import Session

_NAMESPACE = uuid.UUID("6b2d3bd2-7f5a-4b0e-9a0c-3f6f0c7f6d11")
_SELECT = (
    "select mailbox.id, guid, address, mailbox.name, organisation.name as organisation, culture"
    " from mailbox join organisation on organisation.id = organisation"
)


def add_organisation(session: Session, name: str, domains: Iterable[str]) -> None:
    """Make an organisation that owns *domains*."""
    organisation = session.execute("insert into organisation (name) values (?)", name)
    for domain in domains:
        session.execute("insert into domain values (?, ?)", domain, organisation)


def add_mailbox(
    session: Session,
    address: str,
    *,
    name: str = "",
    aliases: Iterable[str] = (),
    culture: str = "en-US",
    conversation_history: str | None = "",
) -> Mailbox:
    """Make a mailbox with its default folders.

    Args:
        session: A transaction that writes.
        address: The primary address; its domain tells the organisation.
        name: The display name; the local part of the address where it is empty.
        aliases: Further addresses.
        culture: The language of the folders' names.
        conversation_history: A name for Conversation History, None for a mailbox without it.
    """
    organisation = _organisation_of(session, address)
    if organisation is None:
        raise ValueError(
            f"{address}: no organisation of the lab owns this domain; add the organisation first"
        )
    guid = str(uuid.uuid5(_NAMESPACE, address.lower()))
    made = session.execute(
        "insert into mailbox (guid, address, name, organisation, culture) values (?, ?, ?, ?, ?)",
        *(guid, address, name or address.partition("@")[0], organisation, culture),
    )
    for one in dict.fromkeys([address.lower(), *(alias.lower() for alias in aliases)]):
        session.execute("insert into address values (?, ?)", one, made)
    folders.add_defaults(session, made, culture, conversation_history)
    return mailbox(session, made)


def add_account(session: Session, account: Account) -> None:
    """Let somebody log in."""
    organisation = session.value("select id from organisation where name = ?", account.organisation)
    session.execute(
        "insert or replace into account values (?, ?, ?, ?, ?)",
        account.login,
        account.mailbox and account.mailbox.id,
        account.impersonation,
        account.full_access,
        organisation,
    )


def add_delegate(session: Session, owner: Mailbox, login: str) -> None:
    """Let *login* open the mailbox of *owner*."""
    session.execute("insert or ignore into delegate values (?, ?)", owner.id, login)


def mailbox(session: Session, number: int) -> Mailbox:
    """Give the mailbox with this number."""
    row = session.row(f"{_SELECT} where mailbox.id = ?", number)
    if row is None:
        raise KeyError(number)
    return _mailbox(row)


def by_address(session: Session, address: str) -> Mailbox | None:
    """Give the mailbox that has this address, primary or alias."""
    row = session.row(
        f"{_SELECT} where mailbox.id = (select mailbox from address where address = ?)", address.strip()
    )
    return None if row is None else _mailbox(row)


def by_guid(session: Session, guid: str) -> Mailbox | None:
    """Give the mailbox whose items carry this guid."""
    row = session.row(f"{_SELECT} where guid = ?", guid.lower())
    return None if row is None else _mailbox(row)


def mailboxes(session: Session, organisation: str | None = None) -> Iterator[Mailbox]:
    """All mailboxes, or those of one organisation, by address."""
    where = "" if organisation is None else " where organisation.name = ?"
    values = () if organisation is None else (organisation,)
    return map(_mailbox, session.rows(f"{_SELECT}{where} order by address", *values))


def owns_domain(session: Session, address: str) -> bool:
    """Tell whether some organisation of the lab owns the address's domain."""
    return _organisation_of(session, address) is not None


def account(session: Session, login: str) -> Account | None:
    """Give who logs in so; an address that is a mailbox's is its owner's login without being added."""
    row = session.row(
        "select login, mailbox, impersonation, full_access, organisation.name as organisation"
        " from account left join organisation on organisation.id = organisation where login = ?",
        login,
    )
    if row is None:
        own = by_address(session, login)
        return None if own is None else Account(login, own)
    own = None if row["mailbox"] is None else mailbox(session, row["mailbox"])
    rights = bool(row["impersonation"]), bool(row["full_access"])
    return Account(row["login"], own, *rights, row["organisation"])


def may_open(session: Session, who: Account, target: Mailbox) -> bool:
    """Tell whether *who* may open *target* in his own name."""
    if who.mailbox is not None and who.mailbox.id == target.id:
        return True
    if who.full_access and who.organisation in (None, target.organisation):
        return True
    statement = "select 1 from delegate where mailbox = ? and login = ?"
    return session.row(statement, target.id, who.login) is not None


def may_impersonate(who: Account, target: Mailbox) -> bool:
    """Tell whether *who* may act as the owner of *target*."""
    return who.impersonation and who.organisation in (None, target.organisation)


def _organisation_of(session: Session, address: str) -> int | None:
    found = session.value("select organisation from domain where name = ?", address.rpartition("@")[2])
    return None if found is None else int(found)


def _mailbox(row: sqlite3.Row) -> Mailbox:
    return Mailbox(*row)
