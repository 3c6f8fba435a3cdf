"""What is looked for in a text log, and what is taken from it.

The log holds what went over the wire: SIP (RFC 3261) and documents of in-band provisioning, whose form
[MS-SIPREGE] shows (`<property name="EnableTracing" >true</property>`). How the client words its own remarks
is not documented, so nothing is read into them: of Exchange Web Services the addresses are taken, and on
their lines the response codes that EWS documents, and the codes of HTTP.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from .records import TextLog

__all__ = ["AROUND", "LANDMARKS", "PATTERNS", "WANTED", "Landmark", "Seen"]

AROUND: Final = 4096
"""Characters before and after a landmark that are looked at; a longer line is looked at no further."""

WANTED: Final = {
    name.lower(): name
    for name in (
        "EnableIMAutoArchiving",
        "EnableOfflineIm",
        "DisableSavingIM",
        "EnableServerConversationHistory",
        "DisableEmailComparisonCheck",
        "AllowAdalForNonLyncIndependentOfLync",
        "EnableTracing",
        "TracingLevel",
    )
}
"""The settings that are kept of those that the client received: names in small letters to their spelling."""

_PROPERTY: Final = re.compile(
    r"(?i)<property\s+name\s*=\s*[\"']([^\"'<>]{1,100})[\"']\s*>([^<]{0,200})</property>"
)
_URL: Final = re.compile(r"(?i)https?://[^\s\"'<>|;,]{1,300}/ews/exchange\.asmx")
_EWS_CODE: Final = re.compile(r"\bError[A-Z][A-Za-z]{2,60}\b")
_HTTP_CODE: Final = re.compile(
    r"(?i)\bHTTP(?:/\d(?:\.\d)?)?(?:[ _-]?status)?(?:[ _-]?code)?\s{0,3}[:=]?\s{0,3}([45]\d\d)\b"
)
_AGENT: Final = re.compile(r"(?i)User-Agent:[ \t]*([^\r\n]{1,200})")
_REGISTER: Final = re.compile(r"(?i)CSeq:[ \t]*\d{1,10}[ \t]+REGISTER\b")
_ANSWER: Final = re.compile(r"SIP/2\.0 (\d{3})\b|\bREGISTER sips?:")
_PERSON: Final = re.compile(
    r"(?im)^(?:From|To|f|t)[ \t]*:[^\r\n]*?sips?:([^@\s<>;\"]{1,64}@[^\s<>;\"?]{1,255})"
)
PATTERNS: Final = (_PROPERTY, _URL, _AGENT, _REGISTER)
"""What is matched at the landmarks; a slower reader would match it against every line."""


class Seen(NamedTuple):
    """A landmark in its surroundings.

    Attributes:
        text: what stands before and after it.
        at: its place in that text.
    """

    text: str
    at: int

    @property
    def line(self) -> str:
        """The line that it stands on, as far as it was looked at."""
        begin = self.text.rfind("\n", 0, self.at) + 1
        end = self.text.find("\n", self.at)
        return self.text[begin : end if end >= 0 else len(self.text)]

    def before(self) -> str:
        """What stands before its line's end, back to the beginning of the message, if that is near."""
        end = self.text.find("\n", self.at)
        return self.text[: end if end >= 0 else len(self.text)]


def _property(seen: Seen, log: TextLog) -> None:
    match = _PROPERTY.match(seen.text, seen.at)
    name = WANTED.get(match[1].lower()) if match else None
    if match and name:
        from .records import Tally

        log.received.setdefault(name, Tally()).add(match[2].strip())


def _ews(seen: Seen, log: TextLog) -> None:
    line = seen.line
    place = seen.at - (seen.text.rfind("\n", 0, seen.at) + 1)
    urls = list(_URL.finditer(line))
    mine = next((url for url in urls if url.start() <= place < url.end()), None)
    if mine is None:
        return
    log.ews_addresses.add(mine[0])
    if mine is urls[0]:
        for code in _EWS_CODE.findall(line):
            log.ews_errors.add(code)
        for code in _HTTP_CODE.findall(line):
            log.ews_errors.add(f"HTTP {code}")


def _agent(seen: Seen, log: TextLog) -> None:
    match = _AGENT.match(seen.text, seen.at)
    if match and match[1].strip():
        log.agents.add(match[1].strip())


def _register(seen: Seen, log: TextLog) -> None:
    """The answer to a sign-in: a message whose CSeq is of REGISTER, and that begins with a status."""
    if not _REGISTER.search(seen.line):
        return
    before = seen.before()
    first = None
    for first in _ANSWER.finditer(before):  # noqa: B007 - the last one is wanted
        pass
    if first is None:
        return
    for name in _PERSON.findall(before[first.start() :])[:1]:
        log.people.add(name.lower())
    if first[1]:
        log.answers.add(first[1])


class Landmark(NamedTuple):
    """A text, in small letters, that marks a place worth looking at, and what is done there."""

    text: str
    take: Callable[[Seen, TextLog], None]


LANDMARKS: Final = (
    Landmark("<property ", _property),
    Landmark("/exchange.asmx", _ews),
    Landmark("user-agent:", _agent),
    Landmark(" register", _register),
)
