"""Facts: gathered from their sources when something needs them, in parallel, at most once a run."""

from __future__ import annotations

from imadmin.facts.gathering import Facts, asked_cmdlets
from imadmin.facts.inputs import Inputs

__all__ = ["Facts", "Inputs", "asked_cmdlets"]
