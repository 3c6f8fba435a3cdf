"""The client's Configuration Information window (Ctrl, right click on the icon), copied as text.

Its layout is not documented and its labels are in the client's language. What is found by any of them: the
abbreviations EWS and MAPI, addresses of Exchange Web Services, and the English words for their states.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imadmin import Finding, ImadminError, Status, check, fact
from imadmin.errors import SourceNotDescribedError
from imadmin.model.requirements import OFFLINE_IM

from .settings import SETTINGS, settings_of
from .texts import text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from imadmin.facts import Inputs

__all__ = ["Configuration", "configuration_information", "configurations", "read_configuration"]

_LARGEST: Final = 4 * 1024 * 1024
_MOST_LINES: Final = 5000
_NAME: Final = re.compile(r"(?<![A-Za-z0-9])(EWS|MAPI)(?![A-Za-z0-9])", re.IGNORECASE)
_GOOD: Final = re.compile(r"(?<![a-z0-9])ok(?![a-z0-9])")
_URL: Final = re.compile(r"https?://[^\s\"'<>|;,]{1,500}", re.IGNORECASE)
_PERSON: Final = re.compile(r"\bsips?:([^@\s<>;\"]{1,64}@[^\s<>;\"?]{1,255})", re.IGNORECASE)
_BAD: Final = (
    "not deployed",
    "not fully initialized",
    "not initialized",
    "not been initiali",
    "not ok",
    "unavailable",
    "not available",
    "fail",
    "error",
)
_REMEDY: Final = {
    "EWS": "See what the stage ews says of the person; from that computer, open the address in a browser.",
    "MAPI": "See that Outlook is installed, opens the same mailbox, and that the profile is not another's.",
}
_MEANS: Final = {
    "EWS": "without Exchange Web Services no offline message is sent",
    "MAPI": "offline messages go by EWS, so this alone does not stop them",
}


@dataclass(frozen=True, slots=True)
class Configuration:
    """What such a text says.

    Attributes:
        source: where it was read from.
        person: whose client it is; empty where the text does not show it.
        states: of EWS and MAPI, the words that stand there.
        addresses: of Exchange Web Services.
        trouble: why it could not be read; empty where it could.
        remedy: what to do about that.
    """

    source: str
    person: str = ""
    states: tuple[tuple[str, str], ...] = ()
    addresses: tuple[str, ...] = ()
    trouble: str = ""
    remedy: str = ""


@fact(SETTINGS)
def configurations(inputs: Inputs) -> Sequence[Configuration]:
    """The texts that the deployment names."""
    settings = settings_of(inputs)
    if not settings.configuration and not settings.pasted:
        raise SourceNotDescribedError("names no texts of Configuration Information", where="troubleshoot")
    pasted = [read_configuration(text, "what was pasted") for text in settings.pasted]
    return [*map(_of_file, settings.configuration), *pasted]


def _of_file(path: Path) -> Configuration:
    try:
        return read_configuration(text_of(path, _LARGEST), str(path))
    except ImadminError as error:
        return Configuration(str(path), trouble=error.what, remedy=error.remedy)


def read_configuration(text: str, source: str) -> Configuration:
    """Read a text, whatever its layout and language."""
    states: dict[tuple[str, str], None] = {}
    addresses: dict[str, None] = {}
    person = _PERSON.search(text)
    for line in text.splitlines()[:_MOST_LINES]:
        urls = [url for url in _URL.findall(line[:2000]) if "/ews/" in url.lower()]
        addresses.update(dict.fromkeys(urls))
        for name, part in () if _URL.search(line) else _parts(line[:2000]):
            if value := _value(part, name):
                states[name, value] = None
    return Configuration(source, person[1].lower() if person else "", _told(states), tuple(addresses))


def _parts(line: str) -> Iterator[tuple[str, str]]:
    """The names in a line, each with what stands there until another one begins."""
    names = [(match[1].upper(), match.start()) for match in _NAME.finditer(line)]
    firsts = [one for i, one in enumerate(names) if not i or names[i - 1][0] != one[0]]
    ends = [start for _, start in firsts[1:]] + [len(line)]
    for i, (name, start) in enumerate(firsts):
        yield name, line[start if i else 0 : ends[i]]


def _told(states: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The states; what says nothing is a label, where a state of the same name says something."""
    known = {name for name, value in states if _says(value)}
    return tuple((name, value) for name, value in states if name not in known or _says(value))


def _says(value: str) -> bool:
    low = value.lower()
    return _GOOD.search(low) is not None or any(bad in low for bad in _BAD)


def _value(line: str, name: str) -> str:
    """What stands in the row behind its label; the whole line where no column can be told."""
    cells = [cell.strip() for cell in re.split(r"\t|;|\|| {2,}", line)]
    if len(cells) == 1 and ":" in line:
        cells = [cell.strip() for cell in line.split(":", 1)]
    rest = [cell for cell in cells[1:] if cell.strip("-\u2013 ")] if len(cells) > 1 else []
    if rest:
        return rest[0][:200]
    return line.strip()[:200] if len(cells) == 1 and line.strip().upper() != name else ""


@check(
    id="spool.configuration-information",
    stage="spool",
    severity="high",
    title="The client says that it reaches Exchange",
    reference=OFFLINE_IM,
)
def configuration_information(configurations: Sequence[Configuration]) -> Iterator[Finding]:
    """What each text says of EWS and MAPI."""
    for one in configurations:
        yield from _judged(one)


def _judged(one: Configuration) -> Iterator[Finding]:
    subject = one.person or one.source
    people = (one.person,) if one.person else ()
    evidence: dict[str, object] = {"source": one.source, "ews_addresses": list(one.addresses)}
    if one.trouble:
        yield Finding(one.source, Status.ERROR, f"It {one.trouble}.", remedy=one.remedy)
        return
    for name, value in one.states:
        status, what = _state(name, value)
        remedy = "" if status is Status.PASS else _REMEDY[name]
        yield Finding(
            subject, status, what, people, len(people), {**evidence, name: value}, remedy, OFFLINE_IM
        )
    if not any(name == "EWS" for name, _ in one.states):
        yield Finding(subject, Status.ERROR, _silent(one), people, len(people), evidence, _COPY, OFFLINE_IM)


_COPY: Final = "Ctrl and right click on the client's icon, Configuration Information, Copy: give all of it."


def _silent(one: Configuration) -> str:
    known = f", though it names {one.addresses[0]}" if one.addresses else ""
    return f"The text shows no state of EWS{known}: whether the client reaches Exchange is not known."


def _state(name: str, value: str) -> tuple[Status, str]:
    low = value.lower()
    told = f"The client says of {name}: {value!r}"
    if any(bad in low for bad in _BAD):
        status = Status.FAIL if name == "EWS" else Status.WARN
        return status, f"{told}; {_MEANS[name]}."
    if _GOOD.search(low):
        return Status.PASS, f"{told}."
    return (
        Status.ERROR if name == "EWS" else Status.WARN,
        f"{told}, which is none of the states that are known.",
    )
