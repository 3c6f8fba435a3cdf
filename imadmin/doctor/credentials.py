"""The credentials: whether each can be had from where the deployment says it is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from imadmin.errors import SourceError
from imadmin.records import Finding, Probe, Status
from imadmin.secrets import Secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.access import Access
    from imadmin.deployment.records import CredentialConfig

__all__ = ["CREDENTIALS"]


def _run(access: Access) -> Iterator[Finding]:
    configs = access.deployment.credentials
    secrets = Secrets(configs, _could_ask)
    for name, config in configs.items():
        try:
            found = secrets.credential(name, name)
        except SourceError as error:
            yield Finding(name, Status.FAIL, error.what, remedy=error.remedy)
        else:
            yield Finding(name, Status.PASS, f"{found.who}: {_source(config)}")


def _could_ask(prompt: str) -> str:
    """Stands for the answer: the log-ins have asked for it already, and once is enough.

    Raises:
        EOFError: nobody could be asked.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        raise EOFError
    return prompt


def _source(config: CredentialConfig) -> str:
    if config.integrated:
        return "the operating system logs in (Kerberos or SSPI)"
    password, kind = config.password, "secret" if config.oauth and not config.certificate else "password"
    if not password and config.certificate is not None:
        return f"certificate {config.certificate.file.name}"
    if "env" in password:
        return f"{kind} from the environment variable {password['env']}"
    if "keyring" in password:
        return f"{kind} from the keyring, service {password['keyring']}"
    return f"{kind} is asked for on the terminal"


CREDENTIALS: Final = Probe("credentials", "Credentials", _run)
"""Looks each of them up; nobody logs in."""
