"""Server configuration and client policy: are people allowed to leave offline messages?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin import Check, Fact, Operation


@hookimpl
def imadmin_facts() -> Iterable[Fact]:
    """`im_configurations`, `client_policies`, `server_updates`."""
    from .facts import client_policies, im_configurations, server_updates

    return [im_configurations, client_policies, server_updates]


@hookimpl
def imadmin_checks() -> Iterable[Check]:
    """What is configured and installed, who is allowed by site, who by client policy."""
    from .auto_archiving import auto_archiving
    from .offline_im import im_configuration_readable, offline_im_enabled
    from .patch_version import patch_version

    return [im_configuration_readable, patch_version, offline_im_enabled, auto_archiving]


@hookimpl
def imadmin_operations() -> Iterable[Operation]:
    """`enable-offline-im`, `disable-offline-im`, `allow-auto-archiving`."""
    from .saving import ALLOW_AUTO_ARCHIVING
    from .switching import DISABLE, ENABLE

    return [ENABLE, DISABLE, ALLOW_AUTO_ARCHIVING]
