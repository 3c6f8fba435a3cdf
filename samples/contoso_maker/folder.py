"""The folder of saved output: which cmdlet's objects go into which file, in which encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from imadmin.shells.clixml import write
from samples.contoso_maker import clients, exchange, skype
from samples.contoso_maker.users import users

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from samples.contoso_maker.description import Organisation

# Windows PowerShell 5.1 writes UTF-16, PowerShell 7 UTF-8: a real folder is a mixture.
_UTF16 = {"skype/Get-CsUser", "skype/Get-CsClientPolicy", "exchange/Get-Mailbox"}


def make(organisation: Organisation, folder: Path) -> None:
    """Write the whole folder."""
    for name, values in _outputs(organisation):
        path = folder / f"{name}.xml"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write(file, values, encoding="utf-16" if name in _UTF16 else "utf-8")
    _write_clients(organisation, folder / "clients")
    _write_manifest(organisation, folder / "manifest.yaml")


def _outputs(organisation: Organisation) -> Iterator[tuple[str, Iterable[object]]]:
    yield "skype/Get-CsImConfiguration", skype.im_configurations(organisation)
    yield "skype/Get-CsClientPolicy", skype.client_policies(organisation)
    yield "skype/Get-CsSite", skype.sites(organisation)
    yield "skype/Get-CsPool", skype.pools(organisation)
    yield "skype/Get-CsUser", users(organisation)
    for pool in organisation.pools:
        for computer in pool.computers:
            yield f"skype/Get-CsServerPatchVersion@{computer}", skype.patch_versions(pool)
    yield "exchange/Get-Mailbox", exchange.mailboxes(organisation, "onprem")
    yield "exchange/Get-CASMailbox", exchange.cas_mailboxes(organisation)
    yield "exchange/Get-OrganizationConfig", [exchange.organization_config(organisation, "onprem")]
    yield "exchange/Get-WebServicesVirtualDirectory", [exchange.web_services(organisation)]
    yield "exchange_online/Get-Mailbox", exchange.mailboxes(organisation, "online")
    yield "exchange_online/Get-OrganizationConfig", [exchange.organization_config(organisation, "online")]


def _write_clients(organisation: Organisation, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    # Export-Csv -Encoding UTF8 of Windows PowerShell 5.1 puts a byte order mark first, PowerShell 7 none.
    (folder / "registrations.csv").write_bytes(clients.registrations(organisation).encode("utf-8-sig"))
    (folder / "connections.csv").write_bytes(clients.connections(organisation).encode("utf-8"))


def _write_manifest(organisation: Organisation, path: Path) -> None:
    manifest = {"deployment": organisation.name, **organisation.collected}
    path.write_bytes(yaml.safe_dump(manifest, sort_keys=False).encode())
