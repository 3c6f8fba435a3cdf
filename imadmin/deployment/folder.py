"""A deployment made of nothing but a folder of saved output (`--from FOLDER`)."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

from imadmin.deployment.manifest import Manifest, read_manifest
from imadmin.deployment.records import SHELLS, ClientsConfig, Deployment, ShellConfig
from imadmin.deployment.sections import of_folder
from imadmin.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["from_folder"]

_SUFFIXES = (".xml", ".clixml", ".json", ".csv", ".txt")


def from_folder(
    folder: Path, cmdlets: Mapping[str, frozenset[str]], types: Mapping[str, type] = MappingProxyType({})
) -> Deployment:
    """Describe the deployment whose saved output *folder* holds.

    Args:
        folder: with subfolders `skype`, `exchange`, `exchange_online` and `clients`, or flat; and with
            subfolders of plugins.
        cmdlets: which shells each cmdlet is asked of, by its name in small letters; tells where
            the files of a flat folder belong.
        types: of the plugins' settings, by the plugin's name.

    Raises:
        ConfigError: there is no such folder, it holds no saved output, or a name is ambiguous.
    """
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise ConfigError(what, where=str(folder), remedy="Give the folder of saved cmdlet output.")
    try:
        return _described(folder.resolve(), cmdlets, types)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(folder)) from error


def _described(folder: Path, cmdlets: Mapping[str, frozenset[str]], types: Mapping[str, type]) -> Deployment:
    manifest = read_manifest(folder) or Manifest()
    shells = {name: config for name in SHELLS if (config := _subfolder(folder, name)) is not None}
    shells |= _flat(folder, cmdlets, frozenset(shells))
    clients, licenses = _lists(folder, "clients"), _lists(folder, "licenses")
    settings = of_folder(folder, types)
    if not shells and not clients and not settings:
        raise ConfigError(
            "holds no saved cmdlet output",
            where=str(folder),
            remedy="Expected files such as skype/Get-CsUser.xml or clients/registrations.csv.",
        )
    lists = (*clients, *licenses)
    return Deployment(
        name=manifest.deployment or folder.name,
        source=folder,
        sip_domains=manifest.sip_domains,
        shells={**_asked(folder, manifest), **shells},
        clients=(*clients, *_lost_lists(folder, manifest, "clients")),
        licenses=(*licenses, *_lost_lists(folder, manifest, "licenses")),
        collected=manifest.when or _newest(chain(_files_of(shells), (one.csv for one in lists))),
        dated_by="manifest" if manifest.when else "files",
        settings=settings,
    )


def _asked(folder: Path, manifest: Manifest) -> dict[str, ShellConfig]:
    """Shells that were asked, and perhaps gave nothing: that is not the same as not being described."""
    named = {name.partition("/")[0] for name in manifest.files}
    return {name: ShellConfig("export", folder / name) for name in SHELLS if name in named}


def _lost_lists(folder: Path, manifest: Manifest, kind: str) -> Iterable[ClientsConfig]:
    """Lists that could not be collected: who needs them is to hear of it."""
    for name in manifest.files:
        where, _, file = name.rpartition("/")
        if where == kind and not (folder / name).exists():
            yield ClientsConfig(folder / where / file)


def _files_of(shells: Mapping[str, ShellConfig]) -> Iterable[Path]:
    for config in shells.values():
        if config.folder is not None:
            names = config.files
            yield from (path for path in _saved(config.folder) if names is None or path.name in names)


def _newest(paths: Iterable[Path]) -> str:
    newest = max((path.stat().st_mtime for path in paths), default=time.time())
    return datetime.fromtimestamp(newest, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _subfolder(folder: Path, name: str) -> ShellConfig | None:
    for path in sorted(folder.iterdir()):
        if path.name.lower() == name and path.is_dir() and any(_saved(path)):
            return ShellConfig("export", path)
    return None


def _saved(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in _SUFFIXES and "-" in path.stem and path.is_file()
    ]


def _flat(
    folder: Path, cmdlets: Mapping[str, frozenset[str]], present: frozenset[str]
) -> dict[str, ShellConfig]:
    owned: dict[str, list[str]] = {}
    for path in _saved(folder):
        asked = cmdlets.get(path.stem.partition("@")[0].lower(), frozenset())
        if len(asked) > 1:
            places = " or ".join(f"{name}/" for name in sorted(asked))
            raise ConfigError(
                "could come from more than one shell", where=str(path), remedy=f"Move it into {places}."
            )
        for shell in asked - present:
            owned.setdefault(shell, []).append(path.name)
    return {shell: ShellConfig("export", folder, tuple(names)) for shell, names in owned.items()}


def _lists(folder: Path, kind: str) -> tuple[ClientsConfig, ...]:
    for path in sorted(folder.iterdir()):
        if path.name.lower() == kind and path.is_dir():
            return tuple(
                ClientsConfig(file) for file in sorted(path.iterdir()) if file.suffix.lower() == ".csv"
            )
    return ()
