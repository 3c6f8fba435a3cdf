"""The cmdlets of both shells."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imadmin_lab.powershell.cmdlet import Cmdlet


@cache
def cmdlets_of(shell: str) -> tuple[Cmdlet, ...]:
    """Every cmdlet that a shell has, roles aside.

    Args:
        shell: `skype` or `exchange`.
    """
    from . import builtin, exchange, skype

    return (*builtin.CMDLETS, *(skype.CMDLETS if shell == "skype" else exchange.CMDLETS))
