"""Calling a plugin's function: whatever it raises is an error of ours that names it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from imadmin.errors import ImadminError, PluginError
from imadmin.plugins.load import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["guarded"]


@contextmanager
def guarded(what: str, where: str = "") -> Iterator[None]:
    """Blame the plugin for what is raised inside, unless it is an error that it meant to raise.

    Args:
        what: went wrong, as the message begins: `could not be planned`.
        where: the name of its record.

    Raises:
        PluginError: its function broke.
    """
    try:
        yield
    except (ImadminError, KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:
        raise PluginError(f"{what}: {describe(error)}", where=where) from error
