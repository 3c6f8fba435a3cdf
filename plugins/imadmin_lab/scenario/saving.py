"""Saving what the cmdlets give, as an administrator does by `Get-CsUser | Export-Clixml Get-CsUser.xml`."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.etree import ElementTree as ET

import yaml

from imadmin_lab.directory import Directory
from imadmin_lab.powershell.clixml import to_clixml
from imadmin_lab.powershell.cmdlet import Call, Streams
from imadmin_lab.powershell.cmdlets import cmdlets_of
from imadmin_lab.powershell.objects import Record
from imadmin_lab.powershell.session import Session

from .clients import save_clients
from .leftovers import save_leftovers
from .licenses import save_licenses
from .objects import fill_directory, online_directory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imadmin_lab.powershell.cmdlet import Cmdlet, CmdletError

    from .records import Scenario

_HEAD: Final = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
# Windows PowerShell 5.1 writes UTF-16, PowerShell 7 UTF-8: a real folder is a mixture.
_UTF16: Final = {"skype/Get-CsUser", "skype/Get-CsClientPolicy", "exchange/Get-Mailbox"}
_SKYPE: Final = (
    "Get-CsImConfiguration",
    "Get-CsClientPolicy",
    "Get-CsSite",
    "Get-CsPool",
    "Get-CsUser",
    "Get-CsArchivingConfiguration",
    "Get-CsArchivingPolicy",
    "Get-CsExternalAccessPolicy",
    "Get-CsAccessEdgeConfiguration",
    "Get-CsAllowedDomain",
    "Get-CsBlockedDomain",
)
_REPLICATED: Final = ("Get-CsImConfiguration", "Get-CsClientPolicy")
_EXCHANGE: Final = (
    "Get-Mailbox",
    "Get-CASMailbox",
    "Get-OrganizationConfig",
    "Get-AcceptedDomain",
    "Get-RetentionPolicyTag",
    "Get-TransportRule",
)
_ONPREM: Final = (*_EXCHANGE, "Get-WebServicesVirtualDirectory")


class Output(NamedTuple):
    """A file of saved output: its name without `.xml`, and the cmdlet, shell and server it is from.

    Attributes:
        local: Whether it was run with `-LocalStore`.
    """

    name: str
    cmdlet: str
    shell: str
    server: str
    local: bool = False


def save(scenario: Scenario, folder: Path) -> None:
    """Write a folder of saved output: every cmdlet that imadmin reads, lists, the manifest."""
    with Directory(None) as directory:
        fill_directory(directory, scenario)
        for output in outputs(scenario):
            _save(output, directory, folder)
    save_online(scenario, folder)
    save_clients(scenario, folder / "clients")
    save_licenses(scenario, folder / "licenses")
    save_leftovers(scenario, folder / "troubleshoot")
    manifest = {"deployment": scenario.organisation, **scenario.collected}
    (folder / "manifest.yaml").write_bytes(yaml.safe_dump(manifest, sort_keys=False).encode())


def save_online(scenario: Scenario, folder: Path) -> None:
    """Write what Exchange Online says, where the scenario has it, into `exchange_online`."""
    if scenario.exchange.online is None:
        return
    with online_directory(scenario) as directory:
        for cmdlet in _EXCHANGE:
            output = Output(f"exchange_online/{cmdlet}", cmdlet, "exchange", scenario.exchange.online.server)
            _save(output, directory, folder)


def outputs(scenario: Scenario) -> Iterator[Output]:
    """The files that Skype for Business and Exchange on-premises give."""
    computers = [computer for pool in scenario.pools.values() for computer in pool.computers]
    for cmdlet in _SKYPE:
        yield Output(f"skype/{cmdlet}", cmdlet, "skype", computers[0])
    for cmdlet in _REPLICATED:
        yield Output(f"skype/{cmdlet}@local-store", cmdlet, "skype", computers[0], local=True)
    for computer in computers:
        patch = "Get-CsServerPatchVersion"
        yield Output(f"skype/{patch}@{computer}", patch, "skype", computer)
    for cmdlet in _ONPREM:
        yield Output(f"exchange/{cmdlet}", cmdlet, "exchange", scenario.exchange.onprem.server)


def _save(output: Output, directory: Directory, folder: Path) -> None:
    cmdlets = {cmdlet.name.casefold(): cmdlet for cmdlet in cmdlets_of(output.shell)}
    session = Session("", output.shell, directory, cmdlets, server=output.server)
    objects = list(_run(cmdlets[output.cmdlet.casefold()], session, local=output.local))
    path = folder / f"{output.name}.xml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = _document(objects)
    if output.name in _UTF16:
        path.write_bytes(codecs.BOM_UTF16_LE + text.encode("utf-16-le"))
    else:
        path.write_bytes(text.encode())


def _run(cmdlet: Cmdlet, session: Session, *, local: bool) -> Iterator[object]:
    streams = Streams(error=_fail, warning=_ignore, say=_ignore, flush=lambda: None)
    arguments: dict[str, object] = {"ResultSize": None, **({"LocalStore": True} if local else {})}
    return cmdlet.run(Call(cmdlet, arguments, session, streams))


def _fail(_: Call, error: CmdletError) -> None:
    raise error


def _ignore(_: str) -> None:
    pass


def _document(objects: list[object]) -> str:
    """Objects one after another, numbered through.

    A message holds one object: it is written as one that has them as its properties, and is then taken away.
    """
    held = Record(("Saved",), {str(number): found for number, found in enumerate(objects)})
    message = ET.fromstring(to_clixml(held))  # noqa: S314 - of our own writing
    root = ET.Element("Objs")
    root.extend(message.findall("Props/*"))
    for element in root:
        del element.attrib["N"]
    ET.indent(root)
    lines = ET.tostring(root, encoding="unicode").splitlines()
    return "\r\n".join([_HEAD, *lines[1:]]) if objects else f"{_HEAD}\r\n</Objs>"
