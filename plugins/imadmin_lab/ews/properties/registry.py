"""What a property is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .kinds import Kind


@dataclass(frozen=True)
class Property:
    """One property of items or folders.

    Attributes:
        uri: Its FieldURI.
        kind: How it is written, read and compared.
        get: Its value from what is shown; None is left out.
        field: The field of the content that it sets; empty where clients cannot set it.
        column: The SQL expression that it is searched and sorted by; empty where it cannot be.
        default: Part of the shape Default.
        found: FindItem returns it, not only GetItem.
        in_all: Part of the shape AllProperties.
    """

    uri: str
    kind: Kind
    get: Callable[[Any], Any]
    field: str = ""
    column: str = ""
    default: bool = False
    found: bool = True
    in_all: bool = True

    @property
    def element(self) -> str:
        """The name of its element."""
        return self.uri.partition(":")[2]


class Registry:
    """The properties of one type, in the order in which the schema wants their elements.

    Args:
        sequence: The names of all elements that the schema allows, those that nobody supports among them.
        properties: The supported ones.
    """

    def __init__(self, sequence: Iterable[str], properties: Iterable[Property]) -> None:
        self.sequence: Final = tuple(sequence)
        self.by_uri: Final = {one.uri: one for one in properties}
        self.by_element: Final = {one.element: one for one in self.by_uri.values()}
        places = {name: place for place, name in enumerate(self.sequence)}
        self.ordered: Final = sorted(self.by_uri.values(), key=lambda one: places[one.element])
