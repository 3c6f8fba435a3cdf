"""Load plugins, each alone: a broken one costs itself and nothing else."""

from __future__ import annotations

from enum import StrEnum
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

import pluggy

from imadmin import hookspecs
from imadmin.errors import ImadminError, PluginError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin.plugins.find import Found

__all__ = ["Loaded", "Plugin", "State", "load"]

PREFIX = "imadmin_"
MARK = "imadmin_impl"  # what @hookimpl leaves on a function


class State(StrEnum):
    """What became of a plugin that was found."""

    LOADED = "loaded"
    BLOCKED = "blocked"
    DUPLICATE = "duplicate"
    FAILED = "failed"


class Plugin(NamedTuple):
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


class Loaded(NamedTuple):
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
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return Plugin(found, State.FAILED, reason=describe(error))
    return Plugin(found, State.LOADED, hooks)


def _register(manager: pluggy.PluginManager, found: Found) -> tuple[str, ...]:
    module = found.load()
    if not isinstance(module, ModuleType):
        raise PluginError(f"{found.value} is of type {type(module).__name__}, not a module")
    if manager.is_registered(module):
        raise PluginError(f"{found.value} is already loaded, as plugin {manager.get_name(module)}")
    manager.register(module, found.name)  # leaves nothing behind where it raises
    try:
        return _validated_hooks(manager, module)
    except BaseException:
        manager.unregister(module)
        raise


def _validated_hooks(manager: pluggy.PluginManager, module: ModuleType) -> tuple[str, ...]:
    callers = manager.get_hookcallers(module) or []
    known = [caller.name for caller in manager.hook.__dict__.values() if caller.has_spec()]
    for caller in callers:
        if not caller.has_spec() and not _optional(caller, module):
            import difflib

            close = difflib.get_close_matches(caller.name, known, 1)
            hint = f"did you mean {close[0]}?" if close else f"the hooks are {', '.join(sorted(known))}"
            raise PluginError(f"unknown hook {caller.name}; {hint}")
    hooks = tuple(sorted(caller.name for caller in callers if caller.has_spec()))
    if not hooks:
        raise PluginError(_no_hooks(module))
    return hooks


def _optional(caller: pluggy.HookCaller, module: ModuleType) -> bool:
    """Whether the plugin itself says that not every version of imadmin has this hook."""
    return all(impl.optionalhook for impl in caller.get_hookimpls() if impl.plugin is module)


def _no_hooks(module: ModuleType) -> str:
    unmarked = sorted(
        name
        for name, value in vars(module).items()
        if name.startswith(PREFIX) and callable(value) and not hasattr(value, MARK)
    )
    if unmarked:
        return f"{', '.join(unmarked)} is not marked with @hookimpl, so the plugin does nothing"
    return "it implements no hook, so it does nothing"


def describe(error: BaseException) -> str:
    """An error from a plugin in one line."""
    if isinstance(error, ImadminError):
        return error.line
    try:
        text = " ".join(str(error).split())
    except Exception:
        text = ""
    if isinstance(error, SystemExit):
        return f"it called sys.exit({text})"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
