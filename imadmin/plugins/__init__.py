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
    return Catalog(load(found, blocked | blocked_by_environment()), required)
