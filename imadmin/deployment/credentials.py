"""The section `credentials` of a deployment file, and who uses which of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.deployment.addresses import address
from imadmin.deployment.records import SHELLS, CertificateConfig, CredentialConfig, OAuthConfig

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from imadmin.deployment.yamlnodes import Entry

__all__ = ["check_credentials", "read_credential"]

_KEYS = ("username", "password", "integrated", "certificate", "oauth")
_PASSWORD_KEYS = ("keyring", "env", "prompt")
_TOKEN_ENDPOINT = "https://login.microsoftonline.com/{}/oauth2/v2.0/token"  # noqa: S105 - of Microsoft Entra


def read_credential(entry: Entry, path: Callable[[Entry], Path]) -> CredentialConfig:
    """One credential.

    Args:
        entry: its description.
        path: reads a path.

    Raises:
        ConfigError: it is not what it should be.
    """
    keys = entry.mapping(_KEYS)
    password = _password(keys["password"]) if "password" in keys else {}
    certificate = _certificate(keys["certificate"], path) if "certificate" in keys else None
    oauth = _oauth(keys["oauth"]) if "oauth" in keys else None
    if oauth is not None:
        password = _proof(entry, keys["oauth"], password, certificate)
    return CredentialConfig(
        username=keys["username"].text() if "username" in keys else "",
        integrated=keys["integrated"].flag() if "integrated" in keys else False,
        password=password,
        certificate=certificate,
        oauth=oauth,
    )


def check_credentials(sections: Mapping[str, Entry], credentials: Mapping[str, CredentialConfig]) -> None:
    """See that each credential that is used is there, and fits.

    Raises:
        ConfigError: one is not, or does not.
    """
    users = [sections[name] for name in SHELLS if name in sections]
    users += list(sections["ews"].items()) if "ews" in sections else []
    for user in users:
        keys = user.mapping()
        auth = keys["auth"].text() if "auth" in keys else ""
        for item in (keys.get("credential"), *_lent(user)):
            if item is not None:
                _check(item, auth, credentials, is_ews="endpoint" in keys)


def _check(item: Entry, auth: str, credentials: Mapping[str, CredentialConfig], *, is_ews: bool) -> None:
    found = credentials.get(item.text())
    if found is None:
        known = ", ".join(credentials) or "none"
        raise item.complain(f"there is no credential {item.text()!r}", f"Under credentials: {known}.")
    if (found.oauth is not None) != (auth == "oauth"):
        what = f"{item.text()} is {'an' if found.oauth else 'no'} application"
        raise item.complain(
            what, "auth: oauth, which only EWS has, goes with a credential that has oauth: {…}."
        )
    if is_ews and found.oauth is None and (found.certificate is not None) != (auth == "certificate"):
        what = f"{item.text()} is {'a' if found.certificate else 'no'} certificate"
        raise item.complain(what, "auth: certificate goes with a credential that has certificate: {file: …}.")


def _oauth(entry: Entry) -> OAuthConfig:
    keys = entry.mapping(("tenant", "client_id", "token_endpoint", "secret"))
    if "client_id" not in keys:
        raise entry.complain("lacks the key client_id", "It is the application's identifier in the tenant.")
    if "token_endpoint" in keys:
        where = address(keys["token_endpoint"], "https://")
    elif "tenant" in keys:
        where = _TOKEN_ENDPOINT.format(keys["tenant"].text())
    else:
        raise entry.complain("lacks the key tenant", "Give the tenant, or a token_endpoint.")
    return OAuthConfig(keys["client_id"].text(), where)


def _proof(
    entry: Entry, oauth: Entry, password: dict[str, object], certificate: CertificateConfig | None
) -> dict[str, object]:
    """The source of the application's secret, or of the passphrase of the key that it signs with."""
    secret = oauth.mapping().get("secret")
    if secret is not None and (certificate is not None or password):
        raise secret.complain("gives a secret beside a certificate or a password", "One of them will do.")
    if secret is not None:
        return _password(secret)
    if certificate is None:
        raise entry.complain("lacks a secret", "Under oauth: secret: {env: NAME}; or give a certificate.")
    return password


def _certificate(entry: Entry, path: Callable[[Entry], Path]) -> CertificateConfig:
    keys = entry.mapping(("file", "key_file"))
    if "file" not in keys:
        raise entry.complain("lacks the key file", "Give the path of a PEM file with the certificate.")
    file = path(keys["file"])
    return CertificateConfig(file, path(keys["key_file"]) if "key_file" in keys else file)


def _password(entry: Entry) -> dict[str, object]:
    if not isinstance(entry.value, dict) or not entry.value.keys() <= set(_PASSWORD_KEYS):
        remedy = "Name its source: {keyring: imadmin}, {env: IMADMIN_PASSWORD} or {prompt: true}."
        raise entry.complain("a password must not stand in the file", remedy)
    keys = entry.mapping(_PASSWORD_KEYS)
    if len(keys) != 1:
        raise entry.complain(f"give one of {', '.join(_PASSWORD_KEYS)}")
    return {name: item.flag() if name == "prompt" else item.text() for name, item in keys.items()}


def _lent(user: Entry) -> list[Entry]:
    """The credentials that single mailboxes of an endpoint are opened with."""
    mailboxes = user.mapping().get("mailboxes")
    if mailboxes is None or not isinstance(mailboxes.value, dict):
        return []
    return [item for item in mailboxes.mapping().values() if item.value is not None]
