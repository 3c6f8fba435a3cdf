"""What stands between imadmin and exchangelib: it writes requests, and does nothing else."""

from __future__ import annotations

import ssl
import tempfile
from typing import TYPE_CHECKING, NoReturn

import pytest

from imadmin.errors import SourceError
from imadmin.ews import Folder
from imadmin.ews.release import KNOWN, check_release

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Lab

ANNA = "anna@contoso.com"


def test_the_release_that_is_installed_was_looked_at() -> None:
    check_release()


@pytest.mark.parametrize("found", ["5.7.0", "6.0", "5.5.1", "5.60.0"])
def test_another_release_is_refused(lab: Lab, monkeypatch: pytest.MonkeyPatch, found: str) -> None:
    monkeypatch.setattr("imadmin.ews.release.version", lambda _: found)
    with pytest.raises(SourceError, match=rf"exchangelib {found} is installed.*{KNOWN}") as caught:
        lab.client()
    assert "pip install" in caught.value.remedy


def test_exchangelib_opens_nothing_and_keeps_nothing(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import requests
    from exchangelib import protocol  # type: ignore[import-untyped]

    def refused(*_: object, **__: object) -> NoReturn:
        raise AssertionError("exchangelib opens a connection")

    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(requests.Session, "__init__", refused)
    monkeypatch.setattr(protocol.BaseProtocol, "__init__", refused)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    client = lab.client()
    client.send(ANNA, [ANNA], "token", "body", "IPM.Note")
    client.delete(ANNA, client.find(ANNA, [Folder.INBOX], "token"))
    assert client.autodiscover(ANNA).url
    assert not list(folder.iterdir())
    assert not protocol.CachingProtocol._protocol_cache


def test_authorities_are_loaded_once(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is what takes the time of a connection, and the memory."""
    loaded, load = [], ssl.create_default_context

    def counted(*arguments: object, **options: object) -> ssl.SSLContext:
        loaded.append(options)
        return load(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ssl, "create_default_context", counted)
    client = lab.client()
    for _ in range(3):
        lab.spoil("close", times=1)
        with pytest.raises(SourceError):
            client.look(ANNA)
        assert client.look(ANNA).folders
    assert client.autodiscover(ANNA).url
    assert len(loaded) == 1
