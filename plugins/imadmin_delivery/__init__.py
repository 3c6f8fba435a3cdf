"""Between Exchange and the recipient's folders: what can lose a message, as far as settings show it.

Everything here informs: that a message arrives is shown by a test send alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import hookimpl

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin import Check, Fact


@hookimpl
def imadmin_facts() -> Iterable[Fact]:
    """`accepted_domains`, `retention_tags`, `transport_rules`."""
    from .facts import accepted_domains, retention_tags, transport_rules

    return [accepted_domains, retention_tags, transport_rules]


@hookimpl
def imadmin_checks() -> Iterable[Check]:
    """Whether mail is taken, whether a rule takes it away, whether it is deleted before anybody reads it."""
    from .domains import delivery_accepted_domains
    from .retention import delivery_retention
    from .rules import delivery_transport_rules

    return [delivery_accepted_domains, delivery_retention, delivery_transport_rules]
