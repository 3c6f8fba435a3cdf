"""Objects of sites that no output shows: a site under another name, or one that is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Missing, Status
from imadmin.model import Setting
from imadmin.model.topology import SiteNames

from .rulings import GLOBAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.model import Pool, Site

    from .rulings import Ruling

__all__ = ["telling_of_strays"]

_STRAY = (
    " {names} applies to nobody here: neither Get-CsPool nor Get-CsSite shows such a site. If it is another"
    " name of one of theirs, it overrides Global there."
)
_REMEDY = "Compare the identities of Get-CsSite, Get-CsPool (Site), and this cmdlet."


def telling_of_strays(
    rulings: Sequence[Ruling], pools: Sequence[Pool] | Missing, sites: Sequence[Site] | Missing
) -> list[Ruling]:
    """The rulings; that of Global tells of objects that say otherwise, and whose site is not to be found.

    Args:
        rulings: one for each object.
        pools: the fact. Where it is missing, nobody's site is known anyway.
        sites: likewise; not every organisation's output has it.
    """
    if isinstance(pools, Missing):
        return list(rulings)
    strays = list(_strays(rulings, pools, () if isinstance(sites, Missing) else sites))
    return [_beside(ruling, strays) if ruling.key == GLOBAL else ruling for ruling in rulings]


def _strays(rulings: Sequence[Ruling], pools: Sequence[Pool], sites: Sequence[Site]) -> Iterator[Ruling]:
    names = SiteNames(sites)
    known = {names.key(place) for place in (*(pool.site for pool in pools), *(site.name for site in sites))}
    for ruling in rulings:
        kind, _, name = ruling.key.partition(":")
        if kind == "site" and names.key(name) not in known:
            yield ruling


def _beside(ruling: Ruling, strays: Sequence[Ruling]) -> Ruling:
    others = [
        f"{stray.object} ({Setting(stray.value).shown})" for stray in strays if stray.value != ruling.value
    ]
    if not others:
        return ruling
    status = Status.WARN if ruling.status is Status.PASS else ruling.status
    reason = ruling.reason + _STRAY.format(names=", ".join(others))
    return ruling._replace(status=status, reason=reason, remedy=ruling.remedy or _REMEDY)
