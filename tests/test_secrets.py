"""Credentials: where passwords come from, what is said where there is none, and that they stay hidden."""

from __future__ import annotations

import copy
import json
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from imadmin.deployment.records import CredentialConfig
from imadmin.errors import SourceError
from imadmin.secrets import Credential, Secret, Secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = "c4n4ry pässword"
USER = "CONTOSO\\svc"


def secrets(**password: object) -> Secrets:
    return Secrets({"svc": CredentialConfig(USER, password=password)}, nobody)


def nobody(_prompt: str) -> str:
    raise EOFError


def revealed(credential: Credential) -> str:
    assert credential.password is not None
    return credential.password.reveal()


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{:>30}".format, "%s".__mod__, ascii])
def test_a_secret_does_not_show_itself(show: Any) -> None:
    secret = Secret(CANARY)
    assert show(secret) == "***"
    assert CANARY not in repr(Credential(USER, secret))
    assert secret.reveal() == CANARY


@pytest.mark.parametrize("take", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps])
def test_a_secret_goes_nowhere(take: Any) -> None:
    for holder in (Secret(CANARY), [Secret(CANARY)], {"password": Secret(CANARY)}):
        if take is copy.copy and not isinstance(holder, Secret):
            continue
        with pytest.raises(TypeError) as caught:
            take(holder)
        assert CANARY not in str(caught.value)


def test_no_name_is_the_current_user() -> None:
    assert Secrets({}).credential("", "skype") == Credential("", None, integrated=True)


def test_an_integrated_credential_may_name_a_user() -> None:
    found = Secrets({"svc": CredentialConfig(USER, integrated=True)}).credential("svc", "skype")
    assert found == Credential(USER, None, integrated=True)


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMADMIN_TEST_PASSWORD", CANARY)
    found = secrets(env="IMADMIN_TEST_PASSWORD").credential("svc", "skype")
    assert (found.username, revealed(found), found.integrated) == (USER, CANARY, False)


@pytest.mark.parametrize("value", [None, ""])
def test_a_variable_that_holds_nothing(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    monkeypatch.delenv("IMADMIN_TEST_PASSWORD", raising=False)
    if value is not None:
        monkeypatch.setenv("IMADMIN_TEST_PASSWORD", value)
    with pytest.raises(SourceError, match="skype: the environment variable IMADMIN_TEST_PASSWORD") as caught:
        secrets(env="IMADMIN_TEST_PASSWORD").credential("svc", "skype")
    assert ("is empty" if value == "" else "is not set") in caught.value.what
    assert "Set IMADMIN_TEST_PASSWORD" in caught.value.remedy


def test_a_prompt_is_asked_once_whoever_asks() -> None:
    asked: list[str] = []
    together = threading.Barrier(4)

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return CANARY

    found = Secrets({"svc": CredentialConfig(USER, password={"prompt": True})}, ask)

    def resolve(where: str) -> Credential:
        together.wait(30)
        return found.credential("svc", where)

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(resolve, "abcd"))
    assert {revealed(result) for result in results} == {CANARY}
    assert asked == [f"Password of {USER} (svc): "]


def test_a_failure_is_found_out_once_and_said_to_everybody() -> None:
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        raise EOFError

    found = Secrets({"svc": CredentialConfig(USER, password={"prompt": True})}, ask)
    for where in ("skype", "exchange"):
        with pytest.raises(SourceError, match=f"{where}: .*no terminal") as caught:
            found.credential("svc", where)
        assert "{env: NAME}" in caught.value.remedy
    assert len(asked) == 1


def test_without_a_terminal_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Secrets({"svc": CredentialConfig(USER, password={"prompt": True})})
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(SourceError, match="no terminal"):
        found.credential("svc", "skype")


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (CredentialConfig(USER), "has no password and is not integrated"),
        (CredentialConfig(USER, password={"prompt": False}), "has no password"),
        (CredentialConfig(password={"env": "PATH"}), "names no user"),
        (CredentialConfig(USER, password={"prompt": True}), "is empty"),
        (None, "there is no credential svc"),
    ],
)
def test_a_credential_that_is_none(config: CredentialConfig | None, message: str) -> None:
    found = Secrets({"svc": config} if config else {}, lambda _prompt: "")
    with pytest.raises(SourceError, match=message) as caught:
        found.credential("svc", "skype")
    assert caught.value.where == "skype"


def test_a_process_without_a_terminal_gets_what_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    configs = {
        "ews probe/ü": CredentialConfig(USER, password={"prompt": True}),
        "other": CredentialConfig(USER, password={"env": "IMADMIN_TEST_PASSWORD"}),
        "me": CredentialConfig(integrated=True),
    }
    handed = Secrets(configs, lambda _prompt: CANARY).prompted()
    (name,) = handed
    assert name.isascii()
    assert name.replace("_", "").isalnum()
    monkeypatch.setenv(name, handed[name])
    assert revealed(Secrets(configs, nobody).credential("ews probe/ü", "ews")) == CANARY


def test_what_nobody_answers_is_not_handed_over() -> None:
    assert secrets(prompt=True).prompted() == {}


def test_the_keyring_library_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    with pytest.raises(SourceError, match="keyring is not installed") as caught:
        secrets(keyring="imadmin").credential("svc", "skype")
    assert "pip install keyring" in caught.value.remedy


@pytest.fixture
def keyring() -> Iterator[Any]:
    """The library with a backend of the test's own."""
    library = pytest.importorskip("keyring")
    before = library.get_keyring()
    yield library
    library.set_keyring(before)


def stand_in(library: Any, answer: object) -> None:
    from importlib import import_module

    base: Any = import_module("keyring.backend").KeyringBackend

    class Backend(base):  # type: ignore[misc] # of a library that need not be installed
        priority = 1
        set_password = delete_password = None  # not called, but abstract

        def get_password(self, service: str, username: str) -> object:
            assert (service, username) == ("imadmin", USER)
            if isinstance(answer, Exception):
                raise answer
            return answer

    library.set_keyring(Backend())


def test_from_the_keyring(keyring: Any) -> None:
    stand_in(keyring, CANARY)
    assert revealed(secrets(keyring="imadmin").credential("svc", "skype")) == CANARY


@pytest.mark.parametrize(
    ("error", "message", "remedy"),
    [
        (None, "no password of CONTOSO", 'keyring set "imadmin"'),
        ("NoKeyringError", "offers none", "{env: NAME}"),
        ("KeyringLocked", "cannot be read .*KeyringLocked", "Unlock it"),
    ],
)
def test_a_keyring_without_an_answer(keyring: Any, error: str | None, message: str, remedy: str) -> None:
    stand_in(keyring, getattr(keyring.errors, error)(CANARY) if error else None)
    with pytest.raises(SourceError, match=message) as caught:
        secrets(keyring="imadmin").credential("svc", "skype")
    assert remedy in caught.value.remedy
    assert CANARY not in str(caught.value)
