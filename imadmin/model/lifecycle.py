"""Until when Microsoft supports a version of the server: a dated table."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

__all__ = ["EXTENDED_UPDATES", "LIFECYCLES", "SUBSCRIPTION", "Lifecycle"]

_POLICY = "https://learn.microsoft.com/lifecycle/products/skype-for-business-server-"

SUBSCRIPTION = "Skype for Business Server Subscription Edition"
"""Under the Modern Lifecycle: supported while it is kept up to date. By which build it is told from 2019 is
documented nowhere."""


class Lifecycle(NamedTuple):
    """The end of support of one version.

    Attributes:
        product: its name.
        ends: the first day without support.
        source: where that is documented.
    """

    product: str
    ends: date
    source: str


LIFECYCLES = {
    year: Lifecycle(f"Skype for Business Server {year}", date(2025, 10, 14), f"{_POLICY}{year}")
    for year in ("2015", "2019")
}
"""By the year that the product bears in its name; supported until the evening of the day before."""

EXTENDED_UPDATES = ((date(2025, 10, 14), date(2026, 4, 14)), (date(2026, 5, 1), date(2026, 10, 31)))
"""The first and last days of the two periods in which security updates of 2015 and 2019 could be bought.

Known from the press, which quotes Microsoft (ESU); no document of Microsoft's was found."""
