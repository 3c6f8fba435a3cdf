"""How far a message from one person to another gets: the verdict's own rows, for one sender, as a tree."""

from imadmin.explain.gathering import explain
from imadmin.explain.records import CheckNode, Explanation, Recipient, StageNode, Step

__all__ = ["CheckNode", "Explanation", "Recipient", "StageNode", "Step", "explain"]
