"""The cmdlets for what Skype for Business keeps by scope: policies and configurations."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from imadmin_lab.powershell.cmdlet import Cmdlet, CmdletError, Parameter
from imadmin_lab.powershell.objects import Record, as_text

from .common import FORCE, LOCAL_STORE, SWITCH, TENANT, applied, changes_of, record_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from imadmin_lab.directory import Entry, Noun, Value
    from imadmin_lab.powershell.cmdlet import Call

MODULE: Final = "SkypeForBusiness"
_CMDLETS: Final = "Microsoft.Rtc.Management.Cmdlets"
_EXCEPTION: Final = "Microsoft.Rtc.Management.Xds.XdsException"
_PREFIXES: Final = {"site": "Site", "tag": "Tag", "service": "Service"}
_SCOPES: Final = {"Global": "global", "Site": "site", "Tag": "user"}


class Settings:
    """The Get, Set, New and Remove cmdlets of one noun.

    Args:
        noun: What they are about.
    """

    def __init__(self, noun: Noun) -> None:
        self._noun: Final = noun

    def get(self, call: Call) -> Iterator[object]:
        """Give all, those that a filter on the identity fits, or one."""
        local = call.on("LocalStore")
        entries = call.directory.entries("skype", self._noun.name, local=local)
        pattern = call.text("Filter")
        if pattern is not None:
            entries = [e for e in entries if fnmatchcase(e.identity.casefold(), pattern.casefold())]
        if call.given("Identity"):
            identity = self.identity(call)
            entries = [entry for entry in entries if entry.identity.casefold() == identity.casefold()]
            if not entries:
                call.error(self._missing(identity))
        for entry in entries:
            yield record_of(self._noun, entry)

    def set(self, call: Call) -> Iterator[object]:
        """Change one; Global where none is named."""
        identity = self.identity(call)
        if call.directory.find("skype", self._noun.name, identity) is None:
            call.error(self._missing(identity))
            return
        if call.may(call.cmdlet.name, identity):
            self._change(call, identity, changes_of(call, self._noun))
        yield from ()

    def _change(self, call: Call, identity: str, changes: Mapping[str, Value]) -> None:
        entry = call.directory.find("skype", self._noun.name, identity)
        before: Mapping[str, Value] = entry.properties if entry else {}
        new = {name: applied(before.get(name), change) for name, change in changes.items()}
        call.directory.change("skype", self._noun.name, identity, new)

    def new(self, call: Call) -> Iterator[object]:
        """Make one for a site or, where the noun has them, a per-user one."""
        identity = self.identity(call)
        if call.directory.find("skype", self._noun.name, identity) is not None:
            call.error(
                self._failed(f'"{identity}" already exists.', "ResourceExists", "ItemExists", identity)
            )
            return
        changes = {name: applied([], value) for name, value in changes_of(call, self._noun).items()}
        properties = self._noun.make(identity, changes)
        if call.on("InMemory"):
            yield Record(self._noun.type_names, properties, identity)
        elif call.may(call.cmdlet.name, identity):
            call.directory.put("skype", self._noun.name, identity, properties)
            entry = call.directory.find("skype", self._noun.name, identity)
            yield from [record_of(self._noun, entry)] if entry else []

    def remove(self, call: Call) -> Iterator[object]:
        """Remove one; Global is set back to what it was installed with."""
        identity = self.identity(call)
        if call.directory.find("skype", self._noun.name, identity) is None:
            call.error(self._missing(identity))
        elif not call.may(call.cmdlet.name, identity):
            pass
        elif identity == "Global":
            call.warning(
                f'Global configuration for "{self._noun.short}" cannot be removed. Instead of removing it,'
                f' the Global configuration for "{self._noun.short}" has been reset to the default value.'
            )
            call.directory.put("skype", self._noun.name, "Global", self._noun.make("Global", {}))
        else:
            call.directory.remove("skype", self._noun.name, identity)
        yield from ()

    def identity(self, call: Call) -> str:
        """The identity that a call means, as it is kept: `Global`, `Site:Redmond`, `Tag:Sales`.

        Raises:
            CmdletError: There is no such scope for this noun, or no such site.
        """
        instance = call.arguments.get("Instance")
        given = as_text(instance.get("Identity")) if isinstance(instance, Record) else call.text("Identity")
        scope, colon, name = (given or "Global").partition(":")
        if not colon and scope.casefold() == "global":
            return "Global"
        prefix, name = (_PREFIXES.get(scope.casefold(), scope), name) if colon else ("Tag", scope)
        if _SCOPES.get(prefix) not in self._noun.scopes or not name:
            raise self._failed(
                "Cannot bind parameter 'Identity' to the target. Exception setting \"Identity\":"
                f' "{given}" is not a'
                f" valid identity for {self._noun.short}.",
                "InvalidArgument",
                "ParameterBindingFailed",
                given or "",
            )
        return f"{prefix}:{self._site(call, name) if prefix == 'Site' else name}"

    def _site(self, call: Call, name: str) -> str:
        """The site's name as the topology has it; unchecked where the lab has no sites."""
        sites = {e.identity.removeprefix("Site:") for e in call.directory.entries("skype", "CsSite")}
        found = [site for site in sites if site.casefold() == name.casefold()]
        if sites and not found:
            raise self._failed(
                f'Cannot find site "{name}" in the topology.', "ObjectNotFound", "SiteNotFound", name
            )
        return found[0] if found else name

    def _missing(self, identity: str) -> CmdletError:
        text = f'Cannot find {self._noun.short} "{identity}" because it does not exist.'
        return self._failed(text, "ObjectNotFound", "ItemNotFound", identity)

    def _failed(self, text: str, category: str, error_id: str, target: str) -> CmdletError:
        return CmdletError(text, category, error_id, _EXCEPTION, target)

    def cmdlets(self, *verbs: str) -> Iterator[Cmdlet]:
        """The cmdlets of these verbs."""
        for verb in verbs:
            run = {"Get": self.get, "Set": self.set, "New": self.new, "Remove": self.remove}[verb]
            name = f"{verb}-{self._noun.name}"
            type_name = f"{_CMDLETS}.{verb}{self._noun.name}Cmdlet"
            yield Cmdlet(name, run, self._parameters(verb), type_name, MODULE, confirms=verb != "Get")

    def _parameters(self, verb: str) -> tuple[Parameter, ...]:
        if verb == "Get":
            identity = Parameter("Identity", position=0, by_property=True, sets=("Identity",))
            return (identity, Parameter("Filter", sets=("Filter",)), LOCAL_STORE, TENANT)
        if verb == "Remove":
            identity = Parameter("Identity", position=0, mandatory=True, by_property=True)
            return (identity, FORCE, TENANT)
        settable = tuple(Parameter(name, kind) for name, kind in self._noun.kinds.items())
        if verb == "New":
            identity = Parameter("Identity", position=0, mandatory=True, by_property=True)
            return (identity, *settable, Parameter("InMemory", SWITCH), FORCE, TENANT)
        return (
            Parameter("Identity", position=0, sets=("Identity",)),
            Parameter("Instance", "PSObject", by_value=True, sets=("Instance",)),
            *(Parameter(p.name, p.kind, sets=("Identity",)) for p in settable),
            FORCE,
            TENANT,
        )


def find_policy(call: Call, noun: Noun, name: str) -> Entry | None:
    """A per-user policy by its name, with or without `Tag:`."""
    return call.directory.find("skype", noun.name, f"Tag:{name.removeprefix('Tag:').removeprefix('tag:')}")
