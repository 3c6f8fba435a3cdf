"""What CLIXML values become in Python, where no built-in type says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["SECRET", "EnumValue", "PSObject", "Secret"]


class PSObject(dict[str, object]):
    """A .NET object as PowerShell saw it: its properties by name.

    Adapted and extended properties are merged; where both exist the extended one wins.

    Attributes:
        type_names: the .NET type and its ancestors, most derived first.
        to_string: what the object's ``ToString()`` gave, None where that was not recorded.
    """

    __slots__ = ("to_string", "type_names")

    def __init__(
        self,
        properties: Mapping[str, object] | Iterable[tuple[str, object]] = (),
        *,
        type_names: tuple[str, ...] = (),
        to_string: str | None = None,
    ) -> None:
        super().__init__(properties)
        self.type_names = type_names
        self.to_string = to_string

    def __repr__(self) -> str:
        kind = self.type_names[0] if self.type_names else "object"
        return f"<PSObject {kind} with {len(self)} properties>"


@dataclass(frozen=True, slots=True)
class EnumValue:
    """A member of a .NET enumeration: its *number*, its *name* and the enumeration's type."""

    number: int
    name: str
    type_name: str = "System.Enum"

    def __str__(self) -> str:
        return self.name


@final
class Secret:
    """The type of `SECRET`: stands where a secure string was, which is never decoded."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "***"

    def __reduce__(self) -> str:
        """Pickle and copy by name, so that there is only ever one."""
        return "SECRET"


SECRET: Final = Secret()
