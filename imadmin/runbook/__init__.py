"""What a runbook imports.

    from imadmin.runbook import open_run

    run = open_run(source)
    run.check("policy")
    run.answer()

The same notebook runs below `imadmin run`, which says what is to be judged, and in Jupyter, where *source*
says it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imadmin.runbook.live import LiveRun, open_run

__all__ = ["LiveRun", "open_run"]


def __getattr__(name: str) -> object:
    """Import on use: `python -m imadmin.runbook.kernel` must not pay for it."""
    if name in __all__:
        from imadmin.runbook import live

        return getattr(live, name)
    raise AttributeError(f"module 'imadmin.runbook' has no attribute {name!r}")
