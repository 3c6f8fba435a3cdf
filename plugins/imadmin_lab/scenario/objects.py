"""The organisation's objects in the directory that the cmdlets work on."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from imadmin_lab.directory import Directory

from . import exchange, skype

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin_lab.directory import Noun

    from .records import Scenario
    from .skype import Objects


def fill_directory(directory: Directory, scenario: Scenario) -> None:
    """Put in what Skype for Business and Exchange on-premises know."""
    _load(directory, [*skype.objects(scenario), *exchange.objects(scenario, "onprem")])
    for noun, identity, given in skype.behind(scenario):
        shown = None if given is None else noun.make(identity, given)
        directory.leave_behind(noun.shell, noun.name, identity, shown)


def online_directory(scenario: Scenario) -> Directory:
    """What Exchange Online knows: a directory of its own, as its cmdlets have the same names."""
    directory = Directory(None)
    _load(directory, exchange.objects(scenario, "online"))
    return directory


def _load(directory: Directory, objects: Iterable[Objects]) -> None:
    def noun_of(one: Objects) -> tuple[str, str]:
        noun: Noun = one[0]
        return noun.shell, noun.name

    for (shell, name), found in groupby(sorted(objects, key=noun_of), key=noun_of):
        directory.load(
            shell, name, [(identity, noun.make(identity, given)) for noun, identity, given in found]
        )
