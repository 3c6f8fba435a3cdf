"""Load plugins, each alone: a broken one costs itself and nothing else."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import pluggy

from imadmin import hookspecs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from imadmin.plugins.find import Found

__all__ = ["Loaded", "Plugin", "State", "load"]

PREFIX = "imadmin_"


class State(StrEnum):
    """What became of a plugin that was found."""

    LOADED = "loaded"
    BLOCKED = "blocked"
    DUPLICATE = "duplicate"
    FAILED = "failed"


@dataclass(frozen=True)
class Plugin:
    """A plugin and what became of it.

    Attributes:
        hooks: the hooks it implements, where it was loaded.
        reason: why it was not.
    """

    found: Found
    state: State
    hooks: tuple[str, ...] = ()
    reason: str = ""

    @property
    def name(self) -> str:
        """The name it is known by."""
        return self.found.name


@dataclass(frozen=True)
class Loaded:
    """The outcome of loading: all plugins, and the manager that holds the good ones."""

    manager: pluggy.PluginManager
    plugins: tuple[Plugin, ...]


def load(found: Iterable[Found], blocked: frozenset[str] = frozenset()) -> Loaded:
    """Import and register each of *found*; what cannot be used is recorded with the reason."""
    manager = pluggy.PluginManager("imadmin")
    manager.add_hookspecs(hookspecs)
    taken: dict[str, Found] = {}
    plugins = [_load_one(manager, one, blocked, taken) for one in found]
    return Loaded(manager, tuple(plugins))


def _load_one(
    manager: pluggy.PluginManager, found: Found, blocked: frozenset[str], taken: dict[str, Found]
) -> Plugin:
    if found.name in blocked:
        return Plugin(found, State.BLOCKED, reason="blocked by --no-plugin or IMADMIN_NO_PLUGINS")
    if found.refused:
        return Plugin(found, State.FAILED, reason=found.refused)
    if found.name in taken:
        other = taken[found.name]
        reason = f"the name is taken by {other.origin} ({other.value}); give this one another name"
        return Plugin(found, State.DUPLICATE, reason=reason)
    taken[found.name] = found
    try:
        hooks = _register(manager, found)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin may do anything while it is imported
        return Plugin(found, State.FAILED, reason=describe(error))
    return Plugin(found, State.LOADED, hooks)


def _register(manager: pluggy.PluginManager, found: Found) -> tuple[str, ...]:
    module = found.load()
    try:
        manager.register(module, found.name)
        return _validated_hooks(manager, module)
    except BaseException:
        if manager.is_registered(module):
            manager.unregister(module)
        raise


def _validated_hooks(manager: pluggy.PluginManager, module: ModuleType) -> tuple[str, ...]:
    callers = manager.get_hookcallers(module) or []
    known = [caller.name for caller in manager.hook.__dict__.values() if caller.has_spec()]
    for caller in callers:
        if not caller.has_spec():
            close = difflib.get_close_matches(caller.name, known, 1)
            hint = f"did you mean {close[0]}?" if close else f"the hooks are {', '.join(sorted(known))}"
            raise LookupError(f"unknown hook {caller.name}; {hint}")
    if not callers:
        raise LookupError(_no_hooks(module))
    return tuple(sorted(caller.name for caller in callers))


def _no_hooks(module: ModuleType) -> str:
    unmarked = sorted(name for name in vars(module) if name.startswith(PREFIX) and callable(getattr(module, name)))
    if unmarked:
        return f"{', '.join(unmarked)} is not marked with @hookimpl, so the plugin does nothing"
    return "it implements no hook, so it does nothing"


def describe(error: BaseException) -> str:
    """An error from a plugin in one line."""
    text = " ".join(str(error).split())
    if isinstance(error, SystemExit):
        return f"it called sys.exit({text})"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
