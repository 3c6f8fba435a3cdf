"""The kinds of objects: their .NET types, their properties, and what those are where nobody set them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .values import Value

Scope = Literal["global", "site", "user"]


@dataclass(frozen=True)
class Noun:
    """A kind of object.

    Attributes:
        shell: `skype` or `exchange`.
        name: As in cmdlet names, `CsClientPolicy`.
        type_names: The .NET types, the object's own first.
        defaults: Every property, in the order of the output, with its value where nobody has set it.
        kinds: What may be set to what: the .NET name of each property's type; null is allowed where it ends
            in `?`.
        scopes: Where such an object may be, for policies and configurations.
        keys: Properties that an object is found by, besides its identity.
    """

    shell: str
    name: str
    type_names: tuple[str, ...]
    defaults: Mapping[str, Value]
    kinds: Mapping[str, str] = field(default_factory=dict)
    scopes: tuple[Scope, ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The name as error messages have it: without `Cs`."""
        return self.name.removeprefix("Cs")

    def make(self, identity: str, properties: Mapping[str, Value]) -> dict[str, Value]:
        """All properties of an object of which some are given.

        Raises:
            ValueError: One that it does not have is given.
        """
        known = {name.casefold(): name for name in self.defaults}
        unknown = sorted(name for name in properties if name.casefold() not in known)
        if unknown:
            raise ValueError(f"{self.name} has no property {', '.join(unknown)}")
        given = {known[name.casefold()]: value for name, value in properties.items()}
        return {**self.defaults, "Identity": identity, **given}


@cache
def nouns() -> Mapping[tuple[str, str], Noun]:
    """All kinds of objects by shell and name."""
    from . import exchange, skype

    return {(found.shell, found.name.casefold()): found for found in (*skype.NOUNS, *exchange.NOUNS)}


def noun(shell: str, name: str) -> Noun:
    """The kind of this name.

    Raises:
        KeyError: There is none.
    """
    return nouns()[shell, name.casefold()]


def words(text: str) -> tuple[str, ...]:
    """Names written one after another."""
    return tuple(text.split())
