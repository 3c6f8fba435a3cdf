"""The scope of a policy or configuration object, read from its identity."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from imadmin.model.values import lowered

__all__ = ["Kind", "Scope"]

Kind: TypeAlias = Literal["global", "site", "service", "tag"]


class Scope(NamedTuple):
    """Where an object applies: `Global`, `Site:Redmond`, `Tag:Legal` (a policy granted to users).

    Attributes:
        kind: the nearest wins: tag over site over global.
        name: of the site or policy; empty for global.
    """

    kind: Kind
    name: str = ""

    @classmethod
    def parse(cls, identity: str) -> Scope:
        """The scope of an identity as a cmdlet shows it; a bare name is that of a granted policy."""
        head, colon, rest = identity.strip().partition(":")
        kind = head.lower()
        if not colon:
            return cls("global") if kind == "global" else cls("tag", head)
        if kind == "site":
            return cls("site", rest)
        if kind == "service":
            return cls("service", rest)
        return cls("tag", rest if kind == "tag" else identity.strip())

    @property
    def key(self) -> str:
        """The same for two spellings of one scope; identities do not regard case."""
        return lowered(str(self))

    def __str__(self) -> str:
        return "Global" if self.kind == "global" else f"{self.kind.capitalize()}:{self.name}"
