"""The questions that imadmin asks of mailboxes: each is one request."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NoReturn, Self

import imadmin
from imadmin.ews import grammar
from imadmin.ews.faults import EwsError, Kind
from imadmin.ews.reading import items_in, letters_in, name_of, rules_in
from imadmin.ews.records import Folder, Mailbox
from imadmin.ews.soap import read_answer, read_single
from imadmin.ews.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from imadmin.deployment import EwsConfig
    from imadmin.ews.records import InboxRule, Item, Letter
    from imadmin.ews.soap import Answer, Part
    from imadmin.secrets import Credential

__all__ = ["EwsClient", "checked_address", "headers_for"]

_ABSENT: Final = ("ErrorFolderNotFound", "ErrorItemNotFound")
_GONE: Final = ("ErrorItemNotFound",)
_ADDRESS: Final = re.compile(r"[^@\s\x00-\x1f\x7f]{1,64}@[^@\s\x00-\x1f\x7f]{1,255}")
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class EwsClient:
    """An EWS endpoint with one credential; safe to use from several threads, and closed at the end.

    Every method asks one request of the server (log-in aside), raises `EwsError` where it is not answered
    within the deadline, and never tries again: after a time-out of `send` the message may have gone.
    Once the server has refused the log-in, it is not asked again. Addresses that are none are a ValueError.

    Args:
        config: the endpoint; kept as the attribute `config`.
        credential: who logs in.
        ca_file: the certificate authorities to believe; None for those of the platform.
        deadline: seconds for one question in all: waiting for a connection, connecting, log-in, answer.
            The name service alone keeps its own time.
        user_agent: told to the server, which may allow EWS by it; `imadmin/<version>` where it is None.

    Raises:
        ConfigError: the endpoint, the CA file or the credential is not usable.
        SourceError: this version or this computer cannot log in so.
        ValueError: the user agent cannot be sent.
    """

    def __init__(
        self,
        config: EwsConfig,
        credential: Credential,
        ca_file: Path | None = None,
        *,
        deadline: float = 30.0,
        user_agent: str | None = None,
    ) -> None:
        self.config: Final = config
        self._agent: Final = _agent(user_agent, f"imadmin/{imadmin.__version__}")
        self._transport: Final = Transport(
            config.endpoint,
            config.auth,
            credential,
            ca_file=ca_file,
            connections=config.connections,
            deadline=deadline,
        )

    def look(self, mailbox: str, *, user_agent: str | None = None) -> Mailbox:
        """Find out whether a mailbox answers, and which of its folders there are.

        Args:
            mailbox: its address.
            user_agent: told to the server this once: what it allows may depend on it.
        """
        folders = list(Folder)
        request = grammar.get_folders(self._caller(mailbox), folders)
        answer = self._ask("GetFolder", mailbox, request, len(folders), _agent(user_agent, self._agent))
        named = dict(zip(folders, answer.parts, strict=True))
        found = {folder: name_of(part) for folder, part in named.items() if not part.code}
        unclear = {folder: part for folder, part in named.items() if part.code not in ("", *_ABSENT)}
        if not found:
            self._refuse(unclear.values())
            raise self._lacks_all_folders(mailbox)
        return Mailbox(mailbox, found, {one: part.code for one, part in unclear.items()}, answer.server)

    def newest(self, mailbox: str, folders: Iterable[Folder], limit: int = 20) -> list[Item]:
        """The newest items of some folders, newest first.

        Args:
            mailbox: its address.
            folders: those that do not exist hold nothing; it is an error if none exists.
            limit: how many of each folder.
        """
        wanted = list(dict.fromkeys(folders))
        if not wanted or limit < 1:
            return []
        request = grammar.find_items(self._caller(mailbox), wanted, limit)
        answer = self._ask("FindItem", mailbox, request, len(wanted))
        self._refuse(part for part in answer.parts if part.code not in _ABSENT)
        if all(part.code for part in answer.parts):
            raise self._lacks_all_folders(mailbox)
        named = zip(wanted, answer.parts, strict=True)
        items = [item for folder, part in named for item in items_in(part, folder)]
        return sorted(items, key=lambda item: item.received or item.created or _LONG_AGO, reverse=True)

    def find(self, mailbox: str, folders: Iterable[Folder], token: str, limit: int = 20) -> list[Item]:
        """Those of the newest items whose subject holds *token*.

        They are matched here: for every new text that is searched on the server, Exchange makes a search
        folder, which is slow at first and is kept for days.
        """
        return [item for item in self.newest(mailbox, folders, limit) if token in item.subject]

    def letters(
        self, mailbox: str, folders: Iterable[Folder], limit: int, offset: int = 0
    ) -> dict[Folder, list[Letter]]:
        """The messages of those of the folders that there are, newest first, after the newest *offset*.

        Args:
            mailbox: its address.
            folders: those that do not exist, and those that it may not open, are not in the result.
            limit: how many of each folder; fewer are all that are left.
            offset: how many of each folder have been seen.
        """
        wanted = list(dict.fromkeys(folders))
        request = grammar.find_letters(self._caller(mailbox), wanted, limit, offset)
        parts = self._ask("FindItem", mailbox, request, len(wanted)).parts
        if all(part.code for part in parts):
            self._refuse(part for part in parts if part.code not in _ABSENT)
            raise self._lacks_all_folders(mailbox)
        named = zip(wanted, parts, strict=True)
        return {folder: list(letters_in(part, folder)) for folder, part in named if not part.code}

    def inbox_rules(self, mailbox: str) -> list[InboxRule]:
        """The rules of a mailbox, in their order."""
        request = grammar.get_inbox_rules(self._caller(mailbox))
        reply = self._transport.ask(request, headers_for(mailbox, self._agent))
        return list(rules_in(read_single(reply, "GetInboxRules", self._transport.url)))

    def send(self, mailbox: str, recipients: Sequence[str], subject: str, body: str, item_class: str) -> None:
        """Send a message from *mailbox*, of the class *item_class*, without keeping a copy."""
        for recipient in recipients:
            checked_address(recipient)
        caller, author = self._caller(mailbox), mailbox if self.config.access == "delegate" else ""
        request = grammar.create_item(caller, recipients, subject, body, item_class, author=author)
        self._refuse(self._ask("CreateItem", mailbox, request, 1).parts)

    def delete(self, mailbox: str, items: Iterable[Item]) -> None:
        """Delete items for good; one that is gone already is fine."""
        doomed = list(items)
        if not doomed:
            return
        request = grammar.delete_items(self._caller(mailbox), doomed)
        answer = self._ask("DeleteItem", mailbox, request, len(doomed))
        self._refuse(part for part in answer.parts if part.code not in _GONE)

    def close(self) -> None:
        """Close all connections; the client cannot be used any more."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("an EWS client holds a credential and cannot be pickled; make one where it is needed")

    def _caller(self, mailbox: str) -> grammar.Caller:
        return grammar.Caller(checked_address(mailbox), impersonates=self.config.access == "impersonation")

    def _ask(self, operation: str, mailbox: str, request: bytes, expected: int, agent: str = "") -> Answer:
        reply = self._transport.ask(request, headers_for(mailbox, agent or self._agent))
        return read_answer(reply, operation, expected, self._transport.url)

    def _refuse(self, parts: Iterable[Part]) -> None:
        """Raise the error of the first part that has one."""
        wrong = next((part for part in parts if part.code), None)
        if wrong is not None:
            raise wrong.error(self._transport.url)

    def _lacks_all_folders(self, mailbox: str) -> EwsError:
        return EwsError.of(
            Kind.NO_FOLDER, self._transport.url, f"{mailbox}: none of those that were asked for"
        )


def headers_for(mailbox: str, agent: str) -> dict[str, str | bytes]:
    """The fields of a request; the anchor lets Exchange route it to the mailbox's server at once."""
    return {
        "User-Agent": agent,
        "Content-Type": "text/xml; charset=utf-8",
        "Accept": "text/xml",
        "Accept-Encoding": "gzip",
        "X-AnchorMailbox": mailbox.encode(),
    }


def checked_address(address: str) -> str:
    """The address, if it is one.

    Raises:
        ValueError: it is none.
    """
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f"{address!r} is not an address")
    return address


def _agent(user_agent: str | None, otherwise: str) -> str:
    agent = otherwise if user_agent is None else user_agent
    if not (agent.isascii() and agent.isprintable() and agent.strip()):
        raise ValueError(f"{agent!r} cannot be sent as a user agent")
    return agent
