"""Objects that cmdlets manage, `Get-…` reads and `Set-…` writes: what operations on them have in common.

The subject of such a change is the object's identity, `before` and `after` are values of its properties. What
may be read and written is fixed by the operation, and not by the change, which may come from a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin.errors import ImadminError, SourceError
from imadmin.model.values import ABSENT, lowered, members, text_of
from imadmin.model.values import read as value_of
from imadmin.proof import same, shown
from imadmin.records import Cmdlet, Finding, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from imadmin.access import Access
    from imadmin.effects import Effects
    from imadmin.operations import Change

__all__ = ["Managed"]

_FLAGS = {"true": True, "false": False}
_LAG = "Wait for it: Get-CsManagementStoreReplicationStatus"


class Managed(NamedTuple):
    """The objects of one noun.

    Attributes:
        shell: `skype`, `exchange` or `exchange_online`.
        noun: `CsImConfiguration`.
        properties: those that are flags or text, or null.
        lists: those that are collections.
        key: the property by which one is told from the others; empty where there is only one.
    """

    shell: str
    noun: str
    properties: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    key: str = "Identity"

    def values(self, access: Access, identity: str = "") -> dict[str, object]:
        """What the properties of one object are.

        Raises:
            SourceError: it cannot be asked, there is no such object, or a value is not readable.
        """
        [record] = self._records(access, identity, ())
        return {name: self._value(record, name) for name in (*self.properties, *self.lists)}

    def read(self, change: Change, access: Access) -> Mapping[str, object]:
        """What is there now: the `read` of an operation."""
        return self.values(access, change.subject)

    def write(self, change: Change, effects: Effects) -> Finding:
        """Make it, by `Set-…`; its answer is not the proof. The `apply` of an operation.

        Raises:
            SourceError: it was refused, or is of other properties than these.
            InDoubtError: whether it was done is not known.
        """
        cmdlet = self.set(change.subject, self._differing(change))
        told = dict(cmdlet.parameters)
        with effects.intend(
            cmdlet.name, undone=(SourceError,), shell=cmdlet.shell, parameters=told
        ) as outcome:
            result = effects.access.shell(cmdlet.shell).change(cmdlet)
            outcome["warnings"] = result.warnings
        warned = f" It warned: {' '.join(result.warnings)}" if result.warnings else ""
        message = f"{cmdlet.name} was accepted.{warned}"
        return Finding(change.subject, Status.PASS, message, evidence=dict(change.after))

    def seen_by_replica(self, change: Change, access: Access) -> Iterator[Finding]:
        """Whether the replica on the server that answers has it already: the `verify` of an operation.

        Its lag is no fault. Only Skype for Business has one.
        """
        try:
            now = self.local_values(access, change.subject)
        except ImadminError as error:
            what = f"Whether the replica has it is not known: {error.line}."
            yield Finding(change.subject, Status.ERROR, what, remedy=_LAG)
            return
        if same(now, change.after):
            yield Finding(change.subject, Status.PASS, "The replica of the server that answers has it too.")
        else:
            what = f"The replica of the server that answers still has {shown(now)}: replication takes time."
            yield Finding(change.subject, Status.WARN, what, remedy=_LAG)

    def local_values(self, access: Access, identity: str) -> dict[str, object]:
        """The same as the replica on the server that answers shows them (`-LocalStore`)."""
        [record] = self._records(access, identity, (("LocalStore", True),))
        return {name: self._value(record, name) for name in (*self.properties, *self.lists)}

    def set(self, identity: str, values: Mapping[str, object]) -> Cmdlet:
        """The cmdlet that makes an object's properties these; an empty collection is null to it."""
        named = (("Identity", identity),) if self.key else ()
        given = tuple((name, value if value != [] else None) for name, value in values.items())
        return Cmdlet(self.shell, f"Set-{self.noun}", (), parameters=(*named, *given))

    def _records(
        self, access: Access, identity: str, parameters: tuple[tuple[str, object], ...]
    ) -> list[Mapping[str, object]]:
        named = (("Identity", identity),) if self.key else ()
        wanted = tuple(filter(None, (self.key, *self.properties, *self.lists)))
        cmdlet = Cmdlet(self.shell, f"Get-{self.noun}", wanted, parameters=(*named, *parameters))
        result = access.shell(self.shell).run(cmdlet)
        found = [record for record in result.records if self._is(record, identity)]
        if result.errors:
            raise SourceError(f"{cmdlet.name} reported: {result.errors[0]}", where=str(cmdlet))
        if len(found) != 1:
            what = f"gave {len(found)} objects for {identity or 'the organisation'}, and there should be one"
            raise SourceError(what, where=str(cmdlet))
        return found

    def _differing(self, change: Change) -> dict[str, object]:
        """What has to be written: what is to be left as it is is not."""
        strange = change.after.keys() - {*self.properties, *self.lists}
        if strange:
            what = f"cannot set {', '.join(sorted(strange))}: only {', '.join(self.properties + self.lists)}"
            raise SourceError(what, where=f"Set-{self.noun}")
        before = change.before
        return {name: value for name, value in change.after.items() if before.get(name, ABSENT) != value}

    def _is(self, record: Mapping[str, object], identity: str) -> bool:
        """Saved output is whole, whichever object is asked for."""
        return not self.key or lowered(text_of(value_of(record, self.key))) == lowered(identity)

    def _value(self, record: Mapping[str, object], name: str) -> object:
        value = members(record, name) if name in self.lists else value_of(record, name)
        if value is ABSENT or (value is None and name in self.lists):
            raise SourceError(f"{name} is not in the output, or not readable", where=f"Get-{self.noun}")
        if name in self.lists:
            return value
        text = text_of(value)
        return _FLAGS.get(text.lower(), text or None)
