"""The page in a real browser: it renders, and nothing in it is refused or complained of."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from imadmin.reports.html import render

if TYPE_CHECKING:
    from pathlib import Path

    from imadmin.run import Run

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-logging=stderr",
)
REFUSED = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'\"><script>1</script>"


@pytest.fixture(scope="module")
def browser() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    reason = f"no browser: none of {', '.join(NAMES)} is on the PATH"
    if os.environ.get("IMADMIN_CI") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def _open(browser: str, page: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    profile = f"--user-data-dir={folder / 'profile'}"
    command = [browser, *OPTIONS, profile, *options, file.as_uri()]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", errors="replace", check=True, timeout=90
    )


def _complaints(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def test_a_refused_script_would_be_seen(browser: str, tmp_path: Path) -> None:
    """What the other test relies on: the browser writes to stderr what it complains of."""
    (complaint,) = _complaints(_open(browser, REFUSED, tmp_path, "--dump-dom"))
    assert "Content Security Policy" in complaint


def test_the_page_renders_without_complaint(browser: str, tmp_path: Path, mixed: Run) -> None:
    done = _open(browser, render(mixed), tmp_path, "--dump-dom")
    assert _complaints(done) == []
    assert 'id="cause-1"' in done.stdout
    assert "Tag:Legal forbids saving conversations." in done.stdout
    assert "<script" not in done.stdout


def test_the_page_is_painted(browser: str, tmp_path: Path, mixed: Run) -> None:
    """A picture of it has far more in it than one of an empty page."""
    sizes = []
    for name, page in (("empty", "<!doctype html>"), ("report", render(mixed))):
        folder = tmp_path / name
        folder.mkdir()
        picture = folder / "page.png"
        _open(browser, page, folder, f"--screenshot={picture}", "--window-size=900,1400")
        assert picture.read_bytes().startswith(b"\x89PNG")
        sizes.append(picture.stat().st_size)
    assert sizes[1] > 5 * sizes[0]
