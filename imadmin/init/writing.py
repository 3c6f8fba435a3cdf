"""Putting the file into place: never over another one unasked, and never one that does not read back."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import yaml

from imadmin.deployment import read_deployment
from imadmin.errors import ConfigError, UsageError
from imadmin.home import write_private
from imadmin.init.template import template

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imadmin.init.answers import Answers

__all__ = ["check_free", "write_deployment"]


def check_free(path: Path, *, force: bool) -> None:
    """See that a file can be put there.

    Raises:
        UsageError: there is something already.
    """
    if path.is_dir():
        raise UsageError(
            "is a folder", where=str(path), remedy="Give the name of a file, such as imadmin.yaml."
        )
    if path.exists() and not force:
        remedy = "Say --force to write over it, or give another name."
        raise UsageError("is there already, and is left as it is", where=str(path), remedy=remedy)


def write_deployment(answers: Answers, path: Path, *, force: bool = False) -> None:
    """Write a commented deployment file, for its owner alone; whole, or not at all.

    Raises:
        UsageError: the answers do not fit each other, or there is a file already.
        ConfigError: an answer cannot stand in a deployment file, or the file cannot be written.
    """
    check_free(path, force=force)
    sections = answers.sections()
    text = template(sections)
    # Beside the place where it belongs: paths in it are relative to its folder.
    trial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        write_private(trial, text)
        _check(trial, text, sections)
    finally:
        trial.unlink(missing_ok=True)
    write_private(path, text)


def _check(trial: Path, text: str, sections: Mapping[str, object]) -> None:
    try:
        read_deployment(trial, strict=True)
    except ConfigError as error:
        remedy = f"{error.remedy}\nNothing was written. Give another answer.".strip()
        raise ConfigError(
            f"an answer cannot stand in a deployment file: {error.what}", remedy=remedy
        ) from error
    if yaml.safe_load(text) != sections:
        raise ConfigError("an answer does not read back as it was given", remedy="Nothing was written.")
