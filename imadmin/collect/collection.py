"""Collecting from a deployment: shells side by side, in each one cmdlet after the other."""

from __future__ import annotations

import platform
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import TYPE_CHECKING

import yaml

from imadmin import __version__
from imadmin.collect.lists import copy_lists
from imadmin.collect.outputs import save_output, variants
from imadmin.collect.place import install, staging, take
from imadmin.collect.wanted import wanted
from imadmin.errors import UsageError
from imadmin.session import now

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from imadmin.collect.outputs import Saved
    from imadmin.deployment import Deployment
    from imadmin.records import Cmdlet
    from imadmin.session import Session

__all__ = ["Collection", "collect"]

_GRACE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Collection:
    """A folder of saved output, and what is in it.

    Attributes:
        files: those that are there, and those that could not be had.
    """

    folder: Path
    files: tuple[Saved, ...]

    @property
    def lacking(self) -> tuple[Saved, ...]:
        """What could not be collected."""
        return tuple(saved for saved in self.files if saved.error)


def collect(
    session: Session,
    folder: Path,
    *,
    replace: bool = False,
    tell: Callable[[Saved], None] = lambda _: None,
) -> Collection:
    """Save what the facts need of the session's deployment in *folder*.

    What cannot be had costs its own file only. Before everything is gathered nothing in the folder changes.

    Args:
        session: its deployment is asked, as its plugins' facts want it.
        folder: a new or empty one.
        replace: whether it may hold an earlier collection, which goes.
        tell: hears of each file as it is done with, from several threads, one after the other.

    Raises:
        UsageError: there is nothing to collect, or the folder holds something.
        ConfigError: the folder cannot be written to.
        PluginError: two facts ask for the same output in different ways.
    """
    deployment = session.deployment
    cmdlets = [cmdlet for cmdlet in wanted(session.catalog) if cmdlet.shell in deployment.shells]
    _check(deployment, cmdlets, folder)
    place = take(folder, replace=replace)
    when = deployment.collected or now()
    with staging(place) as staged:
        files = _gathered(session, cmdlets, staged, tell)
        names = [saved.file for saved in files]
        install(staged, place, names, _manifest(deployment, when, files))
    return Collection(place, tuple(files))


def _check(deployment: Deployment, cmdlets: Sequence[Cmdlet], folder: Path) -> None:
    where = str(deployment.source)
    if not cmdlets and not deployment.clients and not deployment.licenses:
        what = "describes no shell and no list of clients: there is nothing to collect"
        raise UsageError(what, where=where, remedy="Describe skype: or exchange: first, or try: imadmin init")
    if folder.resolve() == deployment.source:
        raise UsageError("cannot be collected into itself", where=where, remedy="Give another folder.")


def _gathered(
    session: Session, cmdlets: Sequence[Cmdlet], staged: Path, tell: Callable[[Saved], None]
) -> list[Saved]:
    def run(group: list[Cmdlet]) -> list[Saved]:
        asked = (one for cmdlet in group for one in variants(cmdlet, session.access))
        wanted_still = takewhile(lambda _: not ended.is_set(), asked)
        saved = (save_output(cmdlet, session.access, staged) for cmdlet in wanted_still)
        return [told(one) for one in saved if one is not None]

    def told(saved: Saved) -> Saved:
        with lock:
            if not ended.is_set():  # what fails after Ctrl-C fails because of it
                tell(saved)
        return saved

    lock, ended = threading.Lock(), threading.Event()
    groups = [list(group) for _, group in groupby(cmdlets, lambda cmdlet: cmdlet.shell)]
    # A with-block would wait for all threads even after Ctrl-C, however long they take.
    pool = ThreadPoolExecutor(max(1, len(groups)), thread_name_prefix="collect")
    asked = [pool.submit(run, group) for group in groups]
    try:
        lists = [told(saved) for saved in _lists(session.deployment, staged)]
        return [*(saved for future in asked for saved in future.result()), *lists]
    finally:
        ended.set()
        pool.shutdown(wait=False, cancel_futures=True)
        wait(asked, _GRACE_SECONDS)  # so that what they still write is there to be removed


def _lists(deployment: Deployment, staged: Path) -> Iterator[Saved]:
    yield from copy_lists(deployment.clients, staged, "clients")
    yield from copy_lists(deployment.licenses, staged, "licenses")


def _manifest(deployment: Deployment, when: str, files: Sequence[Saved]) -> str:
    entries = {
        "deployment": deployment.name,
        "when": when,
        "copied": now() if deployment.collected else "",
        "where": platform.node(),
        "version": f"imadmin {__version__}",
        "sip_domains": list(deployment.sip_domains),
        "files": [_entry(saved) for saved in files],
    }
    stated = {key: value for key, value in entries.items() if value}
    return yaml.safe_dump(stated, sort_keys=False, allow_unicode=True, width=110)


def _entry(saved: Saved) -> dict[str, object]:
    told = {"error": saved.error, "warnings": list(saved.warnings)}
    asked = {} if saved.objects is None else {"objects": saved.objects, "seconds": round(saved.seconds, 1)}
    return {
        "file": saved.file,
        "from": saved.source,
        **asked,
        **{key: value for key, value in told.items() if value},
    }
