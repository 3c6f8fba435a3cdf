"""The transport rules of a scenario, as the mail store carries them out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from imadmin_lab.directory import Enumerated
from imadmin_lab.directory.exchange import TRANSPORT_RULE
from imadmin_lab.mail.transport_rules import CONDITIONS, TransportRule

from .settings import typed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .records import Exchange

_REJECTIONS: Final = ("RejectMessageReasonText", "RejectMessageEnhancedStatusCode")
_ACTIONS: Final = ("DeleteMessage", "RedirectMessageTo", "Quarantine", "ModerateMessageByUser", *_REJECTIONS)


def transport_rules(exchange: Exchange) -> Iterator[TransportRule]:
    """Those that are enabled and enforced, and take messages away.

    Raises:
        ValueError: A pattern is none.
    """
    for name, settings in exchange.transport_rules.items():
        values = typed(TRANSPORT_RULE, settings)
        if _is_in_force(values) and any(values.get(action) for action in _ACTIONS):
            rejects = next((str(values[one]) for one in _REJECTIONS if values.get(one)), "")
            yield TransportRule(name, tuple(_conditions(values)), rejects)


def _is_in_force(values: Mapping[str, object]) -> bool:
    return (
        _word(values.get("State", "Enabled")) == "enabled"
        and _word(values.get("Mode", "Enforce")) == "enforce"
    )


def _word(value: object) -> str:
    return str(value.name if isinstance(value, Enumerated) else value).lower()


def _conditions(values: Mapping[str, object]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in CONDITIONS:
        value = values.get(name)
        if value:
            texts = tuple(map(str, value if isinstance(value, list) else [value]))
            if "Pattern" in name:
                _check_patterns(name, texts)
            yield name, texts


def _check_patterns(name: str, patterns: tuple[str, ...]) -> None:
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{name}: {pattern!r} is no pattern: {error}") from None
