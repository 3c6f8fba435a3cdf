"""Python, imadmin, and the libraries that it is made of."""

from __future__ import annotations

import platform
import re
import sys
from importlib import metadata
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from imadmin import __version__
from imadmin.records import Finding, Probe, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.access import Access

__all__ = ["EXTRAS", "INSTALLATION"]

EXTRAS: Final = {"lab": ("psrpcore",), "kerberos": ("gssapi", "krb5")}
"""The extras that users install, and the modules by which one sees that they are there."""

_SYSTEM_DOES_IT: Final = {"kerberos": "win32"}
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def _run(_access: Access) -> Iterator[Finding]:
    yield Finding("python", Status.PASS, f"{platform.python_version()} on {platform.platform()}")
    yield _libraries()
    yield from (_extra(name, modules) for name, modules in EXTRAS.items())


def _libraries() -> Finding:
    try:
        required = metadata.requires("imadmin") or []
    except metadata.PackageNotFoundError:
        what = f"{__version__}, not installed: only a copy of its files"
        return Finding("imadmin", Status.WARN, what, remedy="pip install imadmin")
    missing = [name for name in map(_name, required) if name and not _installed(name)]
    if missing:
        what = f"{__version__}, but these libraries are missing: {', '.join(missing)}"
        return Finding("imadmin", Status.FAIL, what, remedy="pip install --force-reinstall imadmin")
    return Finding("imadmin", Status.PASS, f"{__version__}, with all libraries that it needs")


def _name(requirement: str) -> str:
    """The distribution that is required; empty where only an extra requires it."""
    found = _NAME.match(requirement)
    return found.group() if found and "extra ==" not in requirement else ""


def _installed(distribution: str) -> bool:
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


def _extra(name: str, modules: tuple[str, ...]) -> Finding:
    subject = f"extra {name}"
    if _SYSTEM_DOES_IT.get(name) == sys.platform:
        return Finding(subject, Status.PASS, "not needed: Windows does it")
    missing = [module for module in modules if find_spec(module) is None]
    if not missing:
        return Finding(subject, Status.PASS, "installed")
    what = f"not installed ({', '.join(missing)}): pip install 'imadmin[{name}]'"
    return Finding(subject, Status.SKIP, what)


INSTALLATION: Final = Probe("installation", "Python and imadmin", _run)
"""Tries what is installed."""
