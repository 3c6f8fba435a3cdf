"""The plugin host: find, load, and one typed method per hook."""

from imadmin.plugins.catalog import Catalog, Owned
from imadmin.plugins.find import Found, find
from imadmin.plugins.load import Plugin, State, load

__all__ = ["Catalog", "Found", "Owned", "Plugin", "State", "find", "load", "open_catalog"]


def open_catalog(
    *,
    blocked: frozenset[str] = frozenset(),
    required: frozenset[str] = frozenset(),
    folder: str | None = None,
) -> Catalog:
    """Find and load every plugin that is installed or lies in *folder*.

    Args:
        blocked: names that are not to be imported.
        required: names without which a run must not end in 0.
        folder: a folder of loose `.py` plugins; by default `imadmin_plugins` in the working folder, but on
            Windows none: there is no cheap way to see there who may write to it.
    """
    from imadmin.plugins.find import blocked_by_environment, default_folder, find_loose

    loose = folder or default_folder()
    found = find() + (find_loose(loose) if loose else [])
    blocked |= blocked_by_environment()
    _check_names(blocked, [plugin.name for plugin in found])
    return Catalog(load(found, blocked), required)


def _check_names(blocked: frozenset[str], known: list[str]) -> None:
    """Whoever blocks a plugin must not believe so of one that is imported all the same."""
    from imadmin.firstparty import FIRST_PARTY

    for name in sorted(blocked.difference(known, FIRST_PARTY)):
        import difflib

        from imadmin.errors import UsageError

        close = difflib.get_close_matches(name, known, 1)
        remedy = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(known)}."
        raise UsageError(f"there is no plugin {name!r} to block", remedy=remedy)
