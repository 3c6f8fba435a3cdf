from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from imadmin.deployment import ShellConfig
from imadmin.errors import SourceError
from imadmin.records import Cmdlet
from imadmin.secrets import Secrets
from imadmin.shells import open_shell

if TYPE_CHECKING:
    from pathlib import Path

CMDLET = Cmdlet("skype", "Get-CsThing", ("Identity", "Flag", "Names"))


class Read(Protocol):
    """The records of a saved file with this content."""

    def __call__(self, suffix: str, content: str | bytes, encoding: str = "") -> list[dict[str, object]]: ...


class Refused(Protocol):
    """The error for a saved file with this content; where it is, is left out of its `where`."""

    def __call__(self, suffix: str, content: str | bytes, encoding: str = "") -> SourceError: ...


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def reading(suffix: str, content: str | bytes, encoding: str = "") -> list[dict[str, object]]:
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / f"Get-CsThing{suffix}").write_bytes(data)
        shell = open_shell("skype", ShellConfig("export", tmp_path, encoding=encoding), Secrets({}))
        return [dict(record) for record in shell.run(CMDLET).records]

    return reading


@pytest.fixture
def refused(read: Read) -> Refused:
    def refusing(suffix: str, content: str | bytes, encoding: str = "") -> SourceError:
        with pytest.raises(SourceError) as caught:
            read(suffix, content, encoding)
        assert "Get-CsThing" in caught.value.where
        assert caught.value.remedy
        return caught.value

    return refusing
