"""The folder of a collection: taken only where it is free, and changed only when everything is there."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import PurePosixPath, PureWindowsPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from imadmin.collect.outputs import unwritable
from imadmin.deployment.manifest import MANIFEST, read_manifest
from imadmin.deployment.records import SHELLS
from imadmin.errors import ConfigError, UsageError
from imadmin.home import private_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["SUBFOLDERS", "install", "staging", "take"]

SUBFOLDERS = (*SHELLS, "clients", "licenses")
_UNFINISHED = ".collecting-"


def take(folder: Path, *, replace: bool) -> Path:
    """Make the folder, for its owner alone; gives its absolute path.

    Args:
        folder: it need not be there.
        replace: whether it may hold an earlier collection.

    Raises:
        UsageError: it holds something.
        ConfigError: it cannot be written to.
    """
    try:
        if folder.exists():
            _check(folder, replace=replace)
        return private_folder(folder)
    except OSError as error:
        raise unwritable(folder, error) from error
    except ConfigError as error:  # whose remedy is about another folder
        raise ConfigError(error.what, where=error.where, remedy="Give a folder of your own.") from error


def _check(folder: Path, *, replace: bool) -> None:
    if not folder.is_dir():
        raise UsageError("is not a folder", where=str(folder))
    held = sorted(path.name for path in folder.iterdir())
    if not held:
        return
    _check_unfinished(folder, held)
    manifest = read_manifest(folder)
    if manifest is None or not manifest.files:
        what = f"holds {held[0]}, and no collection of imadmin"
        raise UsageError(what, where=str(folder), remedy="Give a new folder, or an empty one.")
    if not replace:
        what = "holds a collection"
        raise UsageError(what, where=str(folder), remedy="Say --replace to put a new one in its place.")


def _check_unfinished(folder: Path, held: list[str]) -> None:
    unfinished = [name for name in held if name.startswith(_UNFINISHED)]
    if unfinished:
        what = f"holds {unfinished[0]}: what there is of a collection that still runs, or was killed"
        raise UsageError(what, where=str(folder), remedy="Remove it, if no imadmin collects there any more.")


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """A folder inside *folder* for what is not complete yet; it goes when the context ends."""
    # What still writes into it after Ctrl-C must not make the end of it fail.
    with TemporaryDirectory(prefix=_UNFINISHED, dir=folder, ignore_cleanup_errors=True) as name:
        staged = folder / name
        for subfolder in SUBFOLDERS:
            (staged / subfolder).mkdir(mode=0o700)
        yield staged


def install(staged: Path, folder: Path, names: Iterable[str], manifest: str) -> None:
    """Put files into place, instead of those of an earlier collection; the manifest comes last.

    Args:
        staged: where they are.
        folder: where they belong.
        names: relative to both; those that are lacking still get their folder.
        manifest: its text.

    Raises:
        ConfigError: one cannot be written.
    """
    try:
        _remove_earlier(folder)
        for name in names:
            private_folder((folder / name).parent)
            if (staged / name).exists():
                (staged / name).replace(folder / name)
    except OSError as error:
        raise unwritable(folder, error) from error
    write_private(folder / MANIFEST, manifest)


def _remove_earlier(folder: Path) -> None:
    """What the earlier manifest names, and nothing that anybody else has put there."""
    earlier = read_manifest(folder)
    if earlier is None:
        return
    (folder / MANIFEST).unlink()
    for name in filter(_is_ours, earlier.files):
        (folder / name).unlink(missing_ok=True)


def _is_ours(name: str) -> bool:
    """Whether it can be the name of a file of a collection: a manifest may come from anywhere."""
    subfolder, _, file = name.partition("/")
    plain = PurePosixPath(file).name == file == PureWindowsPath(file).name
    return plain and subfolder in SUBFOLDERS and file not in {"", ".", ".."}
