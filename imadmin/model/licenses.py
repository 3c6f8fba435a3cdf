"""Licenses of Exchange Online, by whether they give a right to Exchange Web Services.

Known from copies of Microsoft's message MC1191578 and from the service descriptions that it names: Exchange
Online Kiosk and the F1 and F3 plans never had that right, and from a day in 2026 on that is enforced.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["LICENSES", "EwsRight", "right_of"]

LICENSES = {"address": "VARCHAR", "license": "VARCHAR"}
"""The columns of the fact `licenses`, one row for each license that somebody has.

address: by which the list calls the person, in small letters.
license: as the list has it; null where the list shows that the person has none.
"""


class EwsRight(StrEnum):
    """What a license says of Exchange Web Services.

    `OTHER` is a license without Exchange Online, which says nothing; `UNKNOWN` is one that is not known here.
    """

    GIVEN = "given"
    DENIED = "denied"
    OTHER = "other"
    UNKNOWN = "unknown"


_DENIED = (
    "Exchange Online Kiosk",
    "EXCHANGEDESKLESS",
    "EXCHANGE_S_DESKLESS",
    "Office 365 F1",
    "Office 365 F3",
    "Office 365 K1",
    "DESKLESSPACK",
    "DESKLESSPACK_GOV",
    "Microsoft 365 F1",
    "Microsoft 365 F3",
    "M365_F1",
    "M365_F1_COMM",
    "M365_F1_GOV",
    "M365_F3_GOV",
    "SPE_F1",
)
_GIVEN = (
    "Exchange Online (Plan 1)",
    "Exchange Online (Plan 2)",
    "EXCHANGESTANDARD",
    "EXCHANGEENTERPRISE",
    "EXCHANGE_S_STANDARD",
    "EXCHANGE_S_ENTERPRISE",
    *(f"{product} 365 E{number}" for product in ("Office", "Microsoft") for number in (1, 3, 4, 5)),
    "STANDARDPACK",
    "ENTERPRISEPACK",
    "ENTERPRISEWITHSCAL",
    "ENTERPRISEPREMIUM",
    "ENTERPRISEPREMIUM_NOPSTNCONF",
    "SPE_E3",
    "SPE_E5",
    "Microsoft 365 Business Basic",
    "Microsoft 365 Business Standard",
    "Microsoft 365 Business Premium",
    "O365_BUSINESS_ESSENTIALS",
    "O365_BUSINESS_PREMIUM",
    "SPB",
)
_WITHOUT_EXCHANGE = (
    "power",
    "flow",
    "teams",
    "microsoftteams",
    "microsoftpower",
    "microsoftintune",
    "microsoftentra",
    "microsoftdefender",
    "microsoftcopilot",
    "microsoftstream",
    "microsoftfabric",
    "enterprisemobility",
    "azure",
    "aad",
    "ems",
    "intune",
    "visio",
    "project",
    "planner",
    "windows",
    "win10",
    "stream",
    "rightsmanagement",
    "mco",
    "phonesystem",
    "dynamics",
    "dyn365",
    "cpc",
    "skypeforbusiness",
)
"""How the names of licenses without Exchange Online begin, as they are compared."""


def _compared(name: str) -> str:
    """*name* without blanks and punctuation, in small letters, and without the tenant before it."""
    return "".join(c for c in name.rpartition(":")[2].lower() if c.isascii() and c.isalnum())


def _all(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(_compared, names))


_NAMED = {EwsRight.DENIED: _all(_DENIED), EwsRight.GIVEN: _all(_GIVEN)}


def right_of(name: str) -> EwsRight:
    """What the license *name* says: as the admin center shows it, or its part number."""
    compared = _compared(name)
    for right, names in _NAMED.items():
        if compared in names:
            return right
    return EwsRight.OTHER if compared.startswith(_WITHOUT_EXCHANGE) else EwsRight.UNKNOWN
