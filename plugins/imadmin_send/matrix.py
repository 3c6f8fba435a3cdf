"""The results of many pairs as a matrix: who wrote to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imadmin import Finding

__all__ = ["matrix_of"]


def matrix_of(findings: Sequence[Finding]) -> Matrix:
    """Senders down, recipients across; in a cell the seconds until it arrived, or why it did not."""
    cells = {
        (str(one.evidence["sender"]), str(one.evidence["recipient"])): str(one.evidence["result"])
        for one in findings
        if "result" in one.evidence
    }
    rows = tuple(dict.fromkeys(sender for sender, _ in cells))
    columns = tuple(dict.fromkeys(recipient for _, recipient in cells))
    return Matrix("from \\ to", rows, columns, cells)
