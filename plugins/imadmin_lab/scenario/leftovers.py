r"""What clients leave on their computers: spool folders, logs, a copied Configuration Information window.

The folder `profiles` of the lab stands for a share with the users' profiles.
"""

from __future__ import annotations

import csv
import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from .records import Person, Scenario

_LYNC: Final = ("AppData", "Local", "Microsoft", "Office", "16.0", "Lync")
_TIMER: Final = 120
_COLUMNS: Final = (
    "Computer",
    "Path",
    "Owner",
    "Files",
    "Stuck",
    "OldestUtc",
    "NewestUtc",
    "CollectedUtc",
    "Trouble",
)
"""As the script of `imadmin troubleshoot` writes them."""
_LOG: Final = """\
REGISTER sip:{domain} SIP/2.0
From: <sip:{sip}>;tag=1f0c2a
To: <sip:{sip}>
CSeq: 1 REGISTER
User-Agent: {agent}

SIP/2.0 200 OK
From: <sip:{sip}>;tag=1f0c2a
To: <sip:{sip}>;tag=77ab
CSeq: 1 REGISTER

<provisionGroup name="endpointConfiguration" ><propertyEntryList >
{properties}
</propertyEntryList></provisionGroup>
{lines}
"""


def write_leftovers(folder: Path, scenario: Scenario, now: datetime) -> dict[str, object]:
    """Write the profiles of everybody who has a client; gives the deployment's section that names it all.

    Args:
        folder: The lab's.
        scenario: The organisation.
        now: The moment in which the lab lives.
    """
    people = [person for person in scenario.people if person.registrations or person.spooled]
    for person in people:
        _write_profile(folder / "profiles" / person.account, person, scenario, now)
    named: dict[str, object] = {"profiles": ["profiles"]} if people else {}
    logging = [person for person in people if person.client_log is not None]
    if logging:
        named["logs"] = [_below(_tracing(folder, person), folder) for person in logging]
    copied = [person for person in scenario.people if person.configuration]
    if copied:
        named["configuration"] = [_below(_write_configuration(folder, one), folder) for one in copied]
    return named


def save_leftovers(scenario: Scenario, folder: Path) -> None:
    """Write the same as somebody has collected it: an inventory of the spool folders, logs, and texts.

    Where nobody has left anything, nothing is written.
    """
    people = scenario.people
    if any(person.spooled for person in people):
        _write_inventory(folder / "inventories", scenario)
    for person in people:
        if person.client_log is not None:
            _write_log(folder / "logs" / person.account, person, scenario)
        if person.configuration:
            _write_configuration(folder, person)


def _write_inventory(folder: Path, scenario: Scenario) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    collected = datetime.fromisoformat(scenario.collected["when"])
    with (folder / "spooler.csv").open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        rows.writerow(_COLUMNS)
        rows.writerows(_measured(one, collected) for one in scenario.people if one.registrations)


def _measured(person: Person, collected: datetime) -> tuple[object, ...]:
    lync = "\\".join(_LYNC)
    path = rf"C:\Users\{person.account}\{lync}\sip_{person.sip}\History Spooler"
    times = sorted((collected - timedelta(seconds=age)).isoformat() for age in person.spooled)
    stuck = sum(age >= _TIMER for age in person.spooled)
    ends = (times[0], times[-1]) if times else ("", "")
    return f"PC-{person.account}", path, person.sip, len(times), stuck, *ends, collected.isoformat(), ""


def _write_profile(profile: Path, person: Person, scenario: Scenario, now: datetime) -> None:
    spooler = profile.joinpath(*_LYNC, f"sip_{person.sip}", "History Spooler")
    spooler.mkdir(parents=True, exist_ok=True)
    for old in spooler.iterdir():
        old.unlink()
    for number, age in enumerate(person.spooled):
        file = spooler / f"{number:08x}"
        file.write_bytes(b"What somebody wrote to somebody else.")
        moment = (now - timedelta(seconds=age)).timestamp()
        os.utime(file, (moment, moment))
    if person.client_log is not None:
        _write_log(_tracing(profile.parents[1], person), person, scenario)


def _write_log(folder: Path, person: Person, scenario: Scenario) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kept = person.client_log
    received = {**_served(person, scenario), **(kept.received if kept else {})}
    rows = [f'<property name="{name}" >{value}</property>' for name, value in received.items()]
    agents = [scenario.agents[name] for name in person.registrations]
    text = _LOG.format(
        domain=scenario.domain,
        sip=person.sip,
        agent=agents[0] if agents else "",
        properties="\n".join(rows),
        lines="\n".join(kept.lines if kept else ()),
    )
    (folder / "Lync-UccApi-0.UccApilog").write_text(text, encoding="utf-8", newline="\r\n")


def _served(person: Person, scenario: Scenario) -> dict[str, str]:
    """What the server sends to this person's client: of the nearest policy; null is not sent."""
    site = scenario.pools[person.pool].site if person.pool else ""
    scopes = (f"Tag:{person.policy}", f"Site:{site}", "Global")
    policy = next((scenario.client_policies[s] for s in scopes if s in scenario.client_policies), {})
    value = policy.get("EnableIMAutoArchiving")
    return {} if value is None else {"EnableIMAutoArchiving": str(value).lower()}


def _write_configuration(folder: Path, person: Person) -> Path:
    file = folder / "configuration" / f"{person.account}.txt"
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = {"User": f"sip:{person.sip}", **person.configuration}
    file.write_text("".join(f"{label};{value};--;\n" for label, value in rows.items()), encoding="utf-8")
    return file


def _tracing(folder: Path, person: Person) -> Path:
    return (folder / "profiles" / person.account).joinpath(*_LYNC, "Tracing")


def _below(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
