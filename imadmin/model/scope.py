"""The scope of a policy or configuration object, read from its identity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from imadmin.errors import SourceError
from imadmin.model.values import lowered, read, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        head, colon, rest = (part.strip() for part in identity.strip().partition(":"))
        kind = head.lower()
        if not colon:
            return cls("global") if kind == "global" else cls("tag", head)
        if kind == "site":
            return cls("site", rest)
        if kind == "service":
            return cls("service", rest)
        return cls("tag", rest if kind == "tag" else identity.strip())

    @classmethod
    def read(cls, record: Mapping[str, object], cmdlet: str) -> Scope:
        """Where an object of *cmdlet* applies; one of which that is not known could apply to anybody.

        Raises:
            SourceError: it has no readable `Identity`.
        """
        value = read(record, "Identity")
        # An identity that shows by its parts has a name, and not the kind of the scope.
        identity = text_of(value) if isinstance(value, str) or getattr(value, "to_string", None) else ""
        if not identity:
            what = f"the output of {cmdlet} has an object whose Identity is missing or not readable"
            raise SourceError(what, remedy=f"Save it whole: {cmdlet} | Export-Clixml -Depth 4 {cmdlet}.xml")
        return cls.parse(identity)

    @property
    def key(self) -> str:
        """The same for two spellings of one scope; identities do not regard case."""
        return lowered(str(self))

    def __str__(self) -> str:
        return "Global" if self.kind == "global" else f"{self.kind.capitalize()}:{self.name}"
