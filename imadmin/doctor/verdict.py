"""What all findings together mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin.doctor.examinable import Examinable
from imadmin.records import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imadmin.deployment import Deployment
    from imadmin.doctor.running import Told
    from imadmin.plugins import Catalog

__all__ = ["Verdict", "verdict"]

_ATTENTION = (Status.WARN, Status.FAIL, Status.ERROR)


class Verdict(NamedTuple):
    """The end of the matter.

    Attributes:
        tried: how many things were.
        attention: how many of them need attention.
        examined: the stages that a run could examine now.
        unexamined: the others, with the reason.
    """

    tried: int
    attention: int
    examined: tuple[str, ...]
    unexamined: Mapping[str, str]

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        parts = [self._counted(), f"readiness can examine: {', '.join(self.examined) or 'nothing'}"]
        if self.unexamined:
            parts.append(f"not: {', '.join(f'{stage} ({why})' for stage, why in self.unexamined.items())}")
        return f"{'; '.join(parts)}."

    def _counted(self) -> str:
        if not self.attention:
            return f"All {self.tried} things that were tried are in order"
        need = "needs" if self.attention == 1 else "need"
        return f"{self.attention} of {self.tried} things {need} attention"


def verdict(told: Sequence[Told], catalog: Catalog, deployment: Deployment) -> Verdict:
    """Count, and see what a run could examine now."""
    statuses = [finding.status for _, finding in told]
    stages = Examinable(told, catalog, deployment).stages()
    return Verdict(
        tried=sum(status != Status.SKIP for status in statuses),
        attention=sum(status in _ATTENTION for status in statuses),
        examined=tuple(str(stage) for stage, why in stages.items() if not why),
        unexamined={str(stage): why for stage, why in stages.items() if why},
    )
