"""Where passwords come from: the environment, the keyring, the terminal."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from imadmin.errors import SourceError

__all__ = ["from_environment", "from_keyring", "on_terminal"]


def on_terminal(prompt: str) -> str:
    """What somebody types, unseen.

    Raises:
        EOFError: there is no terminal.
    """
    from getpass import getpass

    # Without a terminal getpass would wait for a line of standard input, and echo it.
    if sys.stdin is None or not sys.stdin.isatty():
        raise EOFError
    return getpass(prompt)


def from_environment(name: str, variable: str) -> str:
    """The password of the credential *name*, from an environment variable.

    Raises:
        SourceError: it is not set, or empty.
    """
    text = os.environ.get(variable)
    if not text:
        state = "is not set" if text is None else "is empty"
        raise SourceError(
            f"the environment variable {variable}, which holds the password of credential {name}, {state}",
            remedy=f"Set {variable} for the account that runs imadmin.",
        )
    return text


def from_keyring(name: str, service: str, username: str) -> str:
    """The password of the credential *name*, from the platform's own store.

    Raises:
        SourceError: there is no store, or no such password in it.
    """
    try:
        keyring = import_module("keyring")  # an extra: need not be installed
        errors = import_module("keyring.errors")
    except ImportError:
        raise SourceError(
            f"the password of credential {name} is in a keyring, and the library keyring is not installed",
            remedy="Install it: pip install keyring",
        ) from None
    store = f'Store it: keyring set "{service}" "{username}"'
    try:
        text: str | None = keyring.get_password(service, username)
    except errors.NoKeyringError:
        what = f"the password of credential {name} is in a keyring, and this computer offers none"
        raise SourceError(what, remedy=f"Say password: {{env: NAME}} under credentials, {name}.") from None
    except (errors.KeyringError, OSError, RuntimeError) as error:
        kind = type(error).__name__
        what = f"the keyring cannot be read for the password of credential {name}: {kind}"
        raise SourceError(what, remedy=f"Unlock it. {store}") from None
    if text is None:
        raise SourceError(f"the keyring has no password of {username} for {service}", remedy=store)
    return text
