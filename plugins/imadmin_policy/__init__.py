"""Server configuration and client policy: are people allowed to leave offline messages?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin import Check, Fact, Operation


@hookimpl
def imadmin_facts() -> Iterable[Fact]:
    """What is configured for Offline IM, centrally and in a replica; what is installed; what informs."""
    from . import facts

    return [
        facts.im_configurations,
        facts.client_policies,
        facts.local_store,
        facts.server_updates,
        facts.archiving_configurations,
        facts.archiving_policies,
        facts.external_access_policies,
        facts.access_edge,
        facts.allowed_domains,
        facts.blocked_domains,
        facts.partners,
    ]


@hookimpl
def imadmin_checks() -> Iterable[Check]:
    """What is configured and installed, who is allowed by site and by policy; what to know besides."""
    from .archiving import archiving
    from .auto_archiving import auto_archiving
    from .federation import federation
    from .modern_authentication import modern_authentication
    from .offline_im import im_configuration_readable, offline_im_enabled
    from .patch_version import patch_version
    from .replica import replica
    from .saving_im import saving_im
    from .support import server_support

    return [
        im_configuration_readable,
        patch_version,
        server_support,
        replica,
        offline_im_enabled,
        auto_archiving,
        modern_authentication,
        saving_im,
        archiving,
        federation,
    ]


@hookimpl
def imadmin_operations() -> Iterable[Operation]:
    """`enable-offline-im`, `disable-offline-im`, `allow-auto-archiving`."""
    from .saving import ALLOW_AUTO_ARCHIVING
    from .switching import DISABLE, ENABLE

    return [ENABLE, DISABLE, ALLOW_AUTO_ARCHIVING]
