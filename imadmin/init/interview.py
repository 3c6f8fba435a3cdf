"""Asking on a terminal what a deployment file needs to know."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from imadmin.errors import UsageError
from imadmin.init.answers import EXCHANGE_PATH, SKYPE_PATH, Answers, address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["interview"]

_NOTHING = "-"
_INTRODUCTION = f"""\
A few questions about your organisation. Enter takes what stands in brackets, or leaves it out where
there is nothing; {_NOTHING} leaves it out. Nothing is asked of any server, and no password asked for.
"""
_PASSWORDS = "prompt, env NAME, keyring SERVICE, integrated"
_SOURCE = re.compile(r"(prompt|integrated)|(env|keyring)\s+(\S.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Question:
    """A question.

    Attributes:
        text: what is asked.
        take: makes fields of `Answers` of what was typed; raises UsageError where that is not possible.
        default: what to suggest, given the answers so far.
        applies: whether to ask it at all.
    """

    text: str
    take: Callable[[str], dict[str, Any]]
    default: Callable[[Answers], str] = lambda _: ""
    applies: Callable[[Answers], bool] = lambda _: True


def interview(ask: Callable[[str], str], say: Callable[[str], None]) -> Answers:
    """Ask everything that applies; what cannot be understood is asked again.

    Args:
        ask: given a prompt, returns what was typed; raises EOFError where nobody is there any longer.
        say: shows a line.

    Raises:
        UsageError: the answers ended before the questions did.
    """
    answers = Answers()
    say(_INTRODUCTION)
    try:
        for question in _questions():
            if question.applies(answers):
                answers = _asked(question, answers, ask, say)
    except EOFError:
        raise UsageError("the answers ended too early", remedy="Nothing was written.") from None
    return answers


def _asked(
    question: _Question, answers: Answers, ask: Callable[[str], str], say: Callable[[str], None]
) -> Answers:
    default = question.default(answers)
    prompt = f"{question.text} [{default}]: " if default else f"{question.text}: "
    while True:
        typed = ask(prompt).strip() or default
        if not typed or typed == _NOTHING:
            return answers
        try:
            return replace(answers, **question.take(typed))
        except UsageError as error:
            say(f"  {error}")


def _questions() -> Iterator[_Question]:
    yield _Question("SIP domains, such as contoso.com", _several("sip_domains"))
    yield _Question("Name of the organisation", _text("name"), _first_label)
    yield _Question("Skype for Business pool, or its PowerShell address", _address("skype_uri", SKYPE_PATH))
    yield _Question("Exchange server, or its PowerShell address", _address("exchange_uri", EXCHANGE_PATH))
    yield _Question("Folder with saved output of Exchange Online", _text("online_folder"))
    yield _Question("EWS address, such as https://mail.contoso.com/EWS/Exchange.asmx", _endpoint)
    yield _Question("List of registered clients (a CSV file)", _one("clients"))
    yield _Question("Two mailboxes for test sends", _mailboxes, applies=_has_ews)
    yield _Question(r"User to log in as, such as CONTOSO\svc-imadmin", _text("username"), applies=_logs_in)
    yield _Question(f"Password from ({_PASSWORDS})", _source, lambda _: "prompt", applies=_has_user)
    yield _Question(
        "File of the certificate authority, if it is your own", _text("ca_file"), applies=_logs_in
    )


def _text(name: str) -> Callable[[str], dict[str, Any]]:
    return lambda typed: {name: typed}


def _one(name: str) -> Callable[[str], dict[str, Any]]:
    return lambda typed: {name: (typed,)}


def _several(name: str) -> Callable[[str], dict[str, Any]]:
    return lambda typed: {name: _words(typed)}


def _address(name: str, path: str) -> Callable[[str], dict[str, Any]]:
    return lambda typed: {name: address(typed, path)}


def _endpoint(typed: str) -> dict[str, Any]:
    if not typed.lower().startswith("https://"):
        raise UsageError("it should begin with https://")
    return {"ews_endpoint": typed}


def _mailboxes(typed: str) -> dict[str, Any]:
    words = _words(typed)
    if len(words) < 2 or not all("@" in word for word in words):  # noqa: PLR2004 - a sender and a recipient
        raise UsageError("two addresses are needed, such as probe-a@contoso.com, probe-b@contoso.com")
    return {"probe_mailboxes": words}


def _source(typed: str) -> dict[str, Any]:
    found = _SOURCE.fullmatch(typed)
    if found is None:
        raise UsageError(f"it should be one of: {_PASSWORDS}")
    word = (found[1] or found[2]).lower()
    return {"integrated": True} if word == "integrated" else {"password": {word: found[3] or True}}


def _words(typed: str) -> tuple[str, ...]:
    return tuple(re.split(r"[\s,;]+", typed.strip(" ,;")))


def _first_label(answers: Answers) -> str:
    return answers.sip_domains[0].partition(".")[0] if answers.sip_domains else ""


def _logs_in(answers: Answers) -> bool:
    return answers.logs_in


def _has_ews(answers: Answers) -> bool:
    return bool(answers.ews_endpoint)


def _has_user(answers: Answers) -> bool:
    return bool(answers.username)
