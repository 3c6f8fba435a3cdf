"""The probes of the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.doctor.credentials import CREDENTIALS
from imadmin.doctor.described import CLIENTS, DEPLOYMENT
from imadmin.doctor.installation import INSTALLATION
from imadmin.doctor.kernel import KERNEL
from imadmin.doctor.loaded import plugins_probe
from imadmin.doctor.needs import Needs
from imadmin.doctor.private import PRIVATE_FOLDER
from imadmin.doctor.saved import saved_probe
from imadmin.doctor.shells import shell_probe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.access import Access
    from imadmin.plugins import Catalog
    from imadmin.records import Probe

__all__ = ["builtin"]


def builtin(catalog: Catalog, access: Access) -> list[Probe]:
    """What is to be tried: imadmin itself, then the deployment and each of its connections."""
    own = [INSTALLATION, PRIVATE_FOLDER, plugins_probe(catalog), KERNEL]
    return [*own, DEPLOYMENT, *_described(catalog, access)]


def _described(catalog: Catalog, access: Access) -> Iterator[Probe]:
    deployment = access.deployment
    needs = Needs(catalog)
    if deployment.credentials:
        yield CREDENTIALS
    for name, config in deployment.shells.items():
        if config.shell == "export":
            yield saved_probe(name, config, needs)
        else:
            yield shell_probe(name, config, needs)
    if deployment.ews:
        from imadmin.doctor.endpoints import endpoint_probe

        yield from map(endpoint_probe, access.endpoints())
    if deployment.clients:
        yield CLIENTS
