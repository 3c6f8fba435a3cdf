"""What the lab's servers know: the objects of the management cmdlets, in one SQLite file."""

from __future__ import annotations

from .access import EwsAccess
from .nouns import Noun, noun, nouns
from .store import Directory, Entry
from .values import Enumerated, Nested, Value

__all__ = ["Directory", "Entry", "Enumerated", "EwsAccess", "Nested", "Noun", "Value", "noun", "nouns"]
