"""The command line, in a process of its own and in this one, and small organisations to ask it about."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from imadmin.cli import main
from imadmin.shells.clixml import PSObject, write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DOMAIN = "contoso.com"
POOL = "pool01.contoso.com"
SECONDS = 60


class Outcome(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The first line of the one error message."""
        assert "Traceback" not in self.err
        lines = [line for line in self.err.splitlines() if line.startswith("imadmin: error: ")]
        assert len(lines) == 1, self.err
        return lines[0].removeprefix("imadmin: error: ")


@pytest.fixture
def contoso() -> Path:
    """The sample organisation of the tree."""
    return Path(__file__).parents[2] / "samples" / "contoso"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where imadmin keeps its runs."""
    folder = tmp_path / "home"
    monkeypatch.setenv("IMADMIN_HOME", str(folder))
    return folder


@pytest.fixture
def imadmin(tmp_path: Path, home: Path) -> Callable[..., Outcome]:
    """Run the command in a process of its own; *env* is added to the environment."""

    def run(
        *arguments: object,
        cwd: Path = tmp_path,
        env: Mapping[str, str] | None = None,
        input: str | None = None,  # noqa: A002 - as in subprocess.run
        encoding: str = "utf-8",
    ) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "imadmin", *map(str, arguments)],
            cwd=cwd,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "IMADMIN_HOME": str(home), **(env or {})},
            input=input,
            capture_output=True,
            encoding=encoding,
            timeout=SECONDS,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def inside(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Outcome]:
    """Run the command in this process, where nothing depends on it being another."""
    monkeypatch.setenv("IMADMIN_HOME", str(home))

    def run(*arguments: object) -> Outcome:
        monkeypatch.chdir(tmp_path)
        capsys.readouterr()
        status = main([str(argument) for argument in arguments])
        return Outcome(status, *capsys.readouterr())

    return run


@pytest.fixture
def organisation(tmp_path: Path) -> Callable[..., Path]:
    """Write the saved output of a small organisation, in which nothing stands against anybody.

    Called with what is different: *users* (account to properties), *pools* (name to site), *policies* and
    *configurations* (identity to value), *builds* (account to build; None for nobody's), *mailboxes*
    (account to shell). Gives the folder.
    """

    def make(  # noqa: PLR0913 - the parts of an organisation
        name: str = "saved",
        *,
        users: Mapping[str, Mapping[str, object]] | None = None,
        pools: Mapping[str, str] | None = None,
        policies: Mapping[str, object] | None = None,
        configurations: Mapping[str, object] | None = None,
        builds: Mapping[str, str | None] | None = None,
        mailboxes: Mapping[str, str] | None = None,
    ) -> Path:
        people = users if users is not None else {"ann": {}, "bob": {}}
        folder = tmp_path / name
        _save(folder / "skype/Get-CsUser.xml", [_user(who, what) for who, what in people.items()])
        homes = pools if pools is not None else {POOL: "Redmond"}
        _save(folder / "skype/Get-CsPool.xml", [_pool(name, site) for name, site in homes.items()])
        _save(
            folder / "skype/Get-CsClientPolicy.xml",
            [
                PSObject({"Identity": identity, "EnableIMAutoArchiving": value})
                for identity, value in (policies or {"Global": True}).items()
            ],
        )
        _save(
            folder / "skype/Get-CsImConfiguration.xml",
            [
                PSObject({"Identity": identity, "EnableOfflineIm": value})
                for identity, value in (configurations or {"Global": True}).items()
            ],
        )
        for shell in ("exchange", "exchange_online"):
            where = mailboxes if mailboxes is not None else dict.fromkeys(people, "exchange")
            found = [who for who, place in where.items() if place == shell]
            _save(folder / shell / "Get-Mailbox.xml", [_mailbox(who) for who in found])
            _save(folder / shell / "Get-OrganizationConfig.xml", [_ews()])
            _save(folder / shell / "Get-CASMailbox.xml", [_ews(who) for who in found])
        lines = [
            f"{who}@{DOMAIN},UCCAPI/1 OC/{build} (Skype for Business)"
            for who, build in {**dict.fromkeys(people, "16.0.10730.20053"), **(builds or {})}.items()
            if build
        ]
        (folder / "clients").mkdir()
        (folder / "clients/registrations.csv").write_text(
            "\n".join(["UserName,ClientVersion", *lines, ""]), encoding="utf-8"
        )
        return folder

    return make


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook: the source of its parameters cell, if any, and those of its code cells."""

    def make(parameters: str, *cells: str, name: str = "book") -> Path:
        tagged = [_cell(parameters, 0, "parameters")] if parameters else []
        content = {
            "cells": tagged + [_cell(source, number) for number, source in enumerate(cells, 1)],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        path = tmp_path / f"{name}.ipynb"
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return make


@pytest.fixture
def fine(organisation: Callable[..., Path]) -> Path:
    """An organisation in which nothing stands against anybody."""
    return organisation()


@pytest.fixture
def failing(organisation: Callable[..., Path]) -> Path:
    """One in which ann's policy forbids it, and all else is well."""
    return organisation(
        "failing",
        users={"ann": {"ClientPolicy": "Tag:Legal"}, "bob": {}},
        policies={"Global": True, "Tag:Legal": False},
    )


def _cell(source: str, number: int, *tags: str) -> dict[str, object]:
    return {
        "cell_type": "code",
        "id": f"cell{number}",
        "metadata": {"tags": list(tags)},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def _save(path: Path, values: list[PSObject]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write(file, values, encoding="utf-8")


def _user(account: str, changes: Mapping[str, object]) -> PSObject:
    return PSObject(
        {
            "Identity": f"CN={account}",
            "SipAddress": f"sip:{account}@{DOMAIN}",
            "DisplayName": account.title(),
            "Enabled": True,
            "HostingProvider": "SRV:",
            "RegistrarPool": POOL,
            "ClientPolicy": None,
            "WindowsEmailAddress": f"{account}@{DOMAIN}",
            "UserPrincipalName": f"{account}@{DOMAIN}",
            **changes,
        }
    )


def _pool(name: str, site: str) -> PSObject:
    return PSObject({"Identity": name, "Fqdn": name, "Site": f"Site:{site}"})


def _mailbox(account: str) -> PSObject:
    address = f"{account}@{DOMAIN}"
    return PSObject(
        {
            "PrimarySmtpAddress": address,
            "EmailAddresses": [f"SMTP:{address}", f"sip:{address}"],
            "UserPrincipalName": address,
            "RecipientTypeDetails": "UserMailbox",
        }
    )


def _ews(account: str = "") -> PSObject:
    """The EWS settings of an organisation that nobody has touched, or of an account's mailbox."""
    whose = {"PrimarySmtpAddress": f"{account}@{DOMAIN}"} if account else {"Identity": "Contoso"}
    unset = dict.fromkeys(("EwsEnabled", "EwsApplicationAccessPolicy", "EwsAllowList", "EwsBlockList"))
    return PSObject({**whose, **unset})
