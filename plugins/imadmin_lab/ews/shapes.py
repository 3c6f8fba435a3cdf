"""Which properties an answer shows, and items and folders shown so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from . import native, xml
from .paths import ExtendedPath, read_path
from .properties.folder import FOLDER, FolderView, element_name
from .properties.item import ITEM, ItemView
from .properties.kinds import TEXT
from .properties.registry import Property
from .properties.sequences import ITEM as ITEM_ELEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin_lab.mail import Folder, Item

    from .properties.registry import Registry
    from .xml import Element

_FOUND_CHARACTERS = 255
_CLASSES: Final = (
    ("IPM.Post", "PostItem"),
    ("IPM.Appointment", "CalendarItem"),
    ("IPM.Contact", "Contact"),
    ("IPM.DistList", "DistributionList"),
    ("IPM.Task", "Task"),
)


@dataclass(frozen=True)
class Shape:
    """What is wanted of each item or folder.

    Attributes:
        properties: In the order of the schema.
        extended: Extended properties, in the order asked for.
        body: The wanted type of bodies: `Best`, `HTML` or `Text`.
        finding: FindItem asks: long texts are cut, some properties are left out.
    """

    properties: tuple[Property, ...]
    extended: tuple[ExtendedPath, ...]
    body: str = "Best"
    finding: bool = False


def read_shape(element: Element, registry: Registry, *, finding: bool = False) -> Shape:
    """Read an ItemShape or FolderShape."""
    base = xml.text(element, "BaseShape")
    additional = xml.child(element, "AdditionalProperties")
    paths = [] if additional is None else [read_path(one, registry) for one in additional]
    wanted = {one for one in paths if isinstance(one, Property)} | set(_of_base(base, registry))
    if xml.is_true(xml.text(element, "IncludeMimeContent")):
        wanted.add(registry.by_uri["item:MimeContent"])
    return Shape(
        tuple(one for one in registry.ordered if one in wanted and (one.found or not finding)),
        tuple(dict.fromkeys(one for one in paths if isinstance(one, ExtendedPath))),
        xml.text(element, "BodyType") or "Best",
        finding,
    )


def item_element(shape: Shape, item: Item, guid: str) -> Element:
    """Show an item."""
    view = ItemView(item, guid, shape.body)
    name = item_element_name(item.content.item_class)
    allowed = None if name == "Message" else ITEM_ELEMENTS
    extended = ((path, native.item_value(path, view, ITEM)) for path in shape.extended)
    return xml.t(name, *_parts(shape, view, extended, allowed))


def folder_element(shape: Shape, folder: Folder, guid: str, history: int | None) -> Element:
    """Show a folder."""
    view = FolderView(folder, guid, history)
    extended = ((path, native.folder_value(path, view, FOLDER)) for path in shape.extended)
    return xml.t(element_name(folder), *_parts(shape, view, extended, None))


def item_element_name(item_class: str) -> str:
    """Give the element for a class: Exchange shows what it does not know as a Message."""
    folded = item_class.lower() + "."
    return next((name for prefix, name in _CLASSES if folded.startswith(prefix.lower() + ".")), "Message")


def extended_element(path: ExtendedPath, values: tuple[str, ...]) -> Element:
    """Show an extended property."""
    if path.type.endswith("Array"):
        shown = xml.t("Values", *(xml.t("Value", value) for value in values))
    else:
        shown = xml.t("Value", values[0])
    return xml.t("ExtendedProperty", path.element(), shown)


def _of_base(base: str | None, registry: Registry) -> Iterator[Property]:
    for one in registry.ordered:
        is_id = one is registry.ordered[0] or one.uri == "item:ItemId"
        if (is_id and one.in_all) or _in_base(base, one):
            yield one


def _in_base(base: str | None, one: Property) -> bool:
    return (base == "Default" and one.default) or (base == "AllProperties" and one.in_all)


def _parts(
    shape: Shape,
    view: Any,
    extended: Iterator[tuple[ExtendedPath, tuple[str, ...] | None]],
    allowed: tuple[str, ...] | None,
) -> Iterator[Element]:
    before, after = _split(shape.properties)
    yield from _shown(shape, view, before, allowed)
    for path, values in extended:
        if values is not None:
            yield extended_element(path, values)
    yield from _shown(shape, view, after, allowed)


def _shown(
    shape: Shape, view: Any, properties: tuple[Property, ...], allowed: tuple[str, ...] | None
) -> Iterator[Element]:
    for one in properties:
        value = one.get(view) if allowed is None or one.element in allowed else None
        if value is not None:
            cut = shape.finding and one.kind is TEXT
            yield one.kind.write(one.element, value[:_FOUND_CHARACTERS] if cut else value)


def _split(properties: tuple[Property, ...]) -> tuple[tuple[Property, ...], tuple[Property, ...]]:
    """Give what stands before the extended properties, and what after."""
    after = _AFTER_EXTENDED
    return tuple(p for p in properties if p.uri not in after), tuple(p for p in properties if p.uri in after)


def _after(registry: Registry) -> set[str]:
    place = registry.sequence.index("ExtendedProperty")
    return {one.uri for one in registry.ordered if registry.sequence.index(one.element) > place}


_AFTER_EXTENDED: Final = _after(ITEM) | _after(FOLDER)
