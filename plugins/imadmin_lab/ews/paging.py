"""Pages of what was found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from . import xml
from .errors import EwsError

if TYPE_CHECKING:
    from .xml import Element

LARGEST: Final = 1000


@dataclass(frozen=True)
class Page:
    """A stretch of what was found: from `start`, at most `limit`, of `total`."""

    start: int
    limit: int
    total: int
    denominator: int = 0

    @property
    def end(self) -> int:
        """Where the next page starts."""
        return min(self.start + self.limit, self.total)

    def attributes(self, *, backwards: bool = False) -> dict[str, str]:
        """Give the attributes of the RootFolder in the answer."""
        last = self.start == 0 if backwards else self.end >= self.total
        found = {"TotalItemsInView": str(self.total), "IncludesLastItemInRange": xml.boolean(last)}
        if self.denominator:
            return {"NumeratorOffset": str(self.end), "AbsoluteDenominator": str(self.total)} | found
        return {"IndexedPagingOffset": str(self.total - self.start if backwards else self.end)} | found


def read_page(view: Element | None, total: int) -> tuple[Page, dict[str, str]]:
    """Give the page that a view asks for, and the attributes that tell of it."""
    if view is None:
        page = Page(0, LARGEST, total)
        return page, {key: value for key, value in page.attributes().items() if key != "IndexedPagingOffset"}
    limit = min(int(xml.attribute(view, "MaxEntriesReturned", str(LARGEST))), LARGEST)
    if limit <= 0:
        raise EwsError("ErrorInvalidPagingMaxRows")
    if xml.local(view).startswith("Fractional"):
        return _fraction(view, limit, total)
    return _indexed(view, limit, total)


def _indexed(view: Element, limit: int, total: int) -> tuple[Page, dict[str, str]]:
    offset = int(xml.attribute(view, "Offset"))
    if offset < 0:
        raise EwsError("ErrorInvalidIndexedPagingParameters", "The offset must not be negative.")
    if xml.attribute(view, "BasePoint") == "Beginning":
        page = Page(min(offset, total), limit, total)
        return page, page.attributes()
    end = max(total - offset, 0)
    start = max(end - limit, 0)
    page = Page(start, end - start, total)
    return page, page.attributes(backwards=True)


def _fraction(view: Element, limit: int, total: int) -> tuple[Page, dict[str, str]]:
    numerator, denominator = int(xml.attribute(view, "Numerator")), int(xml.attribute(view, "Denominator"))
    if denominator <= 0 or not 0 <= numerator <= denominator:
        raise EwsError("ErrorInvalidFractionalPagingParameters", "The fraction is not between 0 and 1.")
    page = Page(total * numerator // denominator, limit, total, denominator)
    return page, page.attributes()
