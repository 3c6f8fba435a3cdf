"""The questions that imadmin asks of mailboxes: each is one request."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NoReturn, Self
from urllib.parse import urljoin

import imadmin
from imadmin.ews import grammar
from imadmin.ews.dialling import guarded
from imadmin.ews.discovery import autodiscover
from imadmin.ews.faults import EwsError, Kind
from imadmin.ews.folders import ABSENT, told_of
from imadmin.ews.logins import login_for
from imadmin.ews.offers import offer_in
from imadmin.ews.reading import body_in, items_in, letters_in, rules_in
from imadmin.ews.records import Folder, Mailbox
from imadmin.ews.release import check_release
from imadmin.ews.requests import checked_address, checked_agent, headers_for
from imadmin.ews.soap import read_answer, read_single
from imadmin.ews.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from imadmin.deployment import EwsConfig
    from imadmin.ews.discovery import Discovered
    from imadmin.ews.offers import Offer
    from imadmin.ews.records import InboxRule, Item, Letter
    from imadmin.ews.soap import Answer, Part
    from imadmin.secrets import Credential

__all__ = ["EwsClient"]

_AUTODISCOVER: Final = "/autodiscover/autodiscover.svc"
_NOT_UNDERSTOOD: Final = ("ErrorSchemaValidation", "ErrorInvalidRequest", "ErrorInvalidIdMalformed")
_GONE: Final = ("ErrorItemNotFound",)
_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class EwsClient:
    """An EWS endpoint with one credential; safe to use from several threads, and closed at the end.

    Every method asks one request of the server (log-in aside), raises `EwsError` where it is not answered
    within the deadline, and never tries again: after a time-out of `send` the message may have gone.
    Once the server has refused the log-in, it is not asked again. Addresses that are none are a ValueError.

    Args:
        config: the endpoint; kept as the attribute `config`.
        credential: who logs in; what messages call them is kept as the attribute `user`, and as
            `certificate` what TLS shows of them, if anything.
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
        check_release()
        self.config: Final = config
        self.user: Final = credential.who
        self._agent: Final = checked_agent(user_agent, f"imadmin/{imadmin.__version__}")
        self.certificate: Final = credential.certificate if config.auth == "certificate" else None
        self._transport: Final = Transport(
            config.endpoint,
            login_for(config.auth, credential, config.endpoint, ca_file),
            guarded(ca_file, self.certificate),
            connections=config.connections,
            deadline=deadline,
        )

    def look(
        self, mailbox: str, folders: Iterable[Folder] = tuple(Folder), *, user_agent: str | None = None
    ) -> Mailbox:
        """Find out whether a mailbox answers, and which of some folders there are.

        A server that does not understand the question is asked once more, for the inbox alone: not every one
        knows all distinguished ids.

        Args:
            mailbox: its address.
            folders: at least one.
            user_agent: told to the server this once: what it allows may depend on it.
        """
        wanted, agent = list(folders), checked_agent(user_agent, self._agent)
        try:
            return self._looked_at(mailbox, wanted, agent)
        except EwsError as error:
            if error.code not in _NOT_UNDERSTOOD or len(wanted) == 1 or Folder.INBOX not in wanted:
                raise
            code = error.code
        found = self._looked_at(mailbox, [Folder.INBOX], agent)
        unreadable = dict.fromkeys(wanted, code)
        del unreadable[Folder.INBOX]
        deviations = (*found.deviations, f"it does not take all of these folders in one question: {code}")
        return replace(found, unreadable=unreadable, deviations=deviations)

    def _looked_at(self, mailbox: str, wanted: list[Folder], agent: str) -> Mailbox:
        request = grammar.get_folders(self._caller(mailbox), wanted)
        answer = self._ask("GetFolder", mailbox, request, len(wanted), agent, least=1)
        if all(part.code for part in answer.parts):
            self._refuse(part for part in answer.parts if part.code not in ABSENT)
            raise self._lacks_all_folders(mailbox)
        found, unclear, deviations = told_of(wanted, answer.parts)
        return Mailbox(mailbox, found, unclear, answer.server, (*answer.deviations, *deviations))

    def offer(self, mailbox: str) -> Offer:
        """What the server answers to somebody who does not log in: how it wants that done.

        Args:
            mailbox: that would be asked for.
        """
        request = grammar.get_folders(self._caller(mailbox), [Folder.INBOX])
        return offer_in(self._transport.ask_as_nobody(request, headers_for(mailbox, self._agent)))

    def autodiscover(self, mailbox: str) -> Discovered:
        """Ask the Autodiscover service, with the same log-in, where the EWS of a mailbox is.

        It is the one that the deployment names, else the one on the endpoint's own host: the credential goes
        to no other.
        """
        with closing(self._transport.beside(self.autodiscover_url)) as transport:
            return autodiscover(transport, mailbox, self._agent)

    @property
    def autodiscover_url(self) -> str:
        """The address of the Autodiscover service that is asked."""
        return self.config.autodiscover or urljoin(self.config.endpoint, _AUTODISCOVER)

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
        self._refuse(part for part in answer.parts if part.code not in ABSENT)
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
            self._refuse(part for part in parts if part.code not in ABSENT)
            raise self._lacks_all_folders(mailbox)
        named = zip(wanted, parts, strict=True)
        return {folder: list(letters_in(part, folder)) for folder, part in named if not part.code}

    def inbox_rules(self, mailbox: str) -> list[InboxRule]:
        """The rules of a mailbox, in their order."""
        request = grammar.get_inbox_rules(self._caller(mailbox))
        reply = self._transport.ask(request, headers_for(mailbox, self._agent))
        return list(rules_in(read_single(reply, "GetInboxRules", self._transport.url)))

    def body(self, mailbox: str, item: Item) -> str:
        """What an item says, as text; empty where the server gives none."""
        request = grammar.get_bodies(self._caller(mailbox), [item])
        answer = self._ask("GetItem", mailbox, request, 1)
        self._refuse(answer.parts)
        return body_in(answer.parts[0])

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

    @property
    def accepted(self) -> bool:
        """Whether the server has accepted the log-in; until then one question is asked at a time."""
        return self._transport.accepted

    def close(self) -> None:
        """Close all connections: what is being asked ends with a ValueError, and so does what comes later."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError("an EWS client holds a credential and cannot be pickled; make one where it is needed")

    def _caller(self, mailbox: str) -> grammar.Caller:
        return grammar.Caller(checked_address(mailbox), impersonates=self.config.access == "impersonation")

    def _ask(
        self,
        operation: str,
        mailbox: str,
        request: bytes,
        expected: int,
        agent: str = "",
        *,
        least: int | None = None,
    ) -> Answer:
        reply = self._transport.ask(request, headers_for(mailbox, agent or self._agent))
        return read_answer(reply, operation, expected, self._transport.url, least=least)

    def _refuse(self, parts: Iterable[Part]) -> None:
        """Raise the error of the first part that has one."""
        wrong = next((part for part in parts if part.code), None)
        if wrong is not None:
            raise wrong.error(self._transport.url)

    def _lacks_all_folders(self, mailbox: str) -> EwsError:
        return EwsError.of(
            Kind.NO_FOLDER, self._transport.url, f"{mailbox}: none of those that were asked for"
        )
