"""The fact `spools`: what lies in spool folders, wherever the deployment says to look."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from imadmin import ImadminError, fact
from imadmin.errors import SourceNotDescribedError
from imadmin_troubleshoot.settings import SETTINGS, settings_of

from .counting import count
from .finding import find
from .inventory import read_inventory
from .records import Place, Spool, Spools

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from imadmin.facts import Inputs
    from imadmin_troubleshoot.settings import Troubleshoot

    from .finding import Found

__all__ = ["spools"]

_THREADS: Final = 16
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9])?")
_RIGHTS: Final = (
    "Look as somebody who may read the profiles: an administrator of that computer, or the file server."
)
_ANEW: Final = (
    "Take it anew, as an administrator, with the script that this prints: imadmin troubleshoot --script"
)
_NO_SHARES: Final = (
    "Run imadmin on Windows for this, or take an inventory there: imadmin troubleshoot --script"
)


@fact(SETTINGS)
def spools(inputs: Inputs) -> Spools:
    """Every spool folder, and every place that was looked through."""
    settings = settings_of(inputs)
    work = _work(settings)
    if not work:
        raise SourceNotDescribedError(
            "names no profiles, hosts or inventories to look for spool folders in", where="troubleshoot"
        )
    with ThreadPoolExecutor(min(_THREADS, len(work)), thread_name_prefix="spool") as pool:
        looks = list(pool.map(lambda job: job(), work))
    return Spools(tuple(s for found, _ in looks for s in found), tuple(place for _, place in looks))


def _work(settings: Troubleshoot) -> list[Callable[[], tuple[list[Spool], Place]]]:
    return [
        *(partial(_look, path) for path in settings.profiles),
        *(partial(_look_at_host, host) for host in settings.hosts),
        *(partial(_read, path) for path in settings.inventories),
    ]


def _look_at_host(host: str) -> tuple[list[Spool], Place]:
    share = rf"\\{host}\c$\Users"
    if not _HOST.fullmatch(host):
        return [], Place(share, trouble=f"{host!r} is no computer's name", remedy="Correct hosts:.")
    if os.name != "nt":
        return [], Place(share, trouble="admin shares are reached from Windows only", remedy=_NO_SHARES)
    return _look(Path(share))


def _look(root: Path) -> tuple[list[Spool], Place]:
    found = list(find(root))
    seen = [_counted(one) for one in found if one.person or not one.trouble]
    return seen, _place(str(root), seen, [one for one in found if one.trouble and not one.person])


def _counted(found: Found) -> Spool:
    known = Spool(found.person, found.path, found.office, trouble=found.trouble)
    if found.trouble or found.empty:
        return known
    counted = count(found.path)
    return Spool(found.person, found.path, found.office, **counted._asdict())


def _read(path: Path) -> tuple[list[Spool], Place]:
    try:
        rows = list(read_inventory(path))
    except ImadminError as error:
        return [], Place(str(path), trouble=error.what, remedy=error.remedy)
    seen = [row for row in rows if row.person or row.files]
    lost = [row for row in rows if row.trouble and not row.person]
    return seen, _place(str(path), seen, lost, _ANEW)


def _place(path: str, seen: Sequence[Spool], lost: Sequence[Found | Spool], remedy: str = _RIGHTS) -> Place:
    more = f" (and {len(lost) - 1} more)" if len(lost) > 1 else ""
    trouble = f"{lost[0].path}: {lost[0].trouble}{more}" if lost else ""
    return Place(path, len(seen), trouble, remedy if lost else "")
