"""Folders as clients leave them."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Spool = Callable[..., Path]

LYNC = "AppData/Local/Microsoft/Office/16.0/Lync"


@pytest.fixture
def spool() -> Spool:
    """Make a spool folder below a profile, with a file for each age in seconds."""

    def make(profile: Path, person: str = "sip_anna.lind@contoso.com", *ages: float, **given: Any) -> Path:
        folder: Path = profile / given.get("lync", LYNC) / person / given.get("name", "History Spooler")
        folder.mkdir(parents=True, exist_ok=True)
        now = time.time()
        for number, age in enumerate(ages):
            file = folder / f"{number}.hist"
            file.write_bytes(b"private")
            os.utime(file, (now - age, now - age))
        return folder

    return make
