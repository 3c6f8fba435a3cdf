"""What is known of an organisation, and the sections of a deployment file that say it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from imadmin.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CREDENTIAL", "EXCHANGE_PATH", "SKYPE_PATH", "Answers", "address"]

CREDENTIAL = "admin"
"""The name of the one credential that is described."""

SKYPE_PATH, EXCHANGE_PATH = "OcsPowershell", "powershell"
"""Where a Front End pool, and an Exchange server, offer PowerShell remoting."""

_EWS_NAME = "onprem"
_HOST = re.compile(r"[\w.-]+(:[0-9]{1,5})?")


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody has answered; empty where the organisation has it not, or it is to be added by hand.

    Attributes:
        ews_name: of the endpoint, in reports; `onprem` where it is empty.
        online_folder: with saved output of Exchange Online.
        clients: paths of lists of registered clients.
        probe_mailboxes: the only mailboxes that a test send may touch.
        password: where it is to be had from: `{"env": NAME}`, `{"keyring": SERVICE}` or `{"prompt": True}`.
        integrated: whether the operating system logs in, without a password.
    """

    name: str = ""
    sip_domains: tuple[str, ...] = ()
    skype_uri: str = ""
    exchange_uri: str = ""
    online_folder: str = ""
    ews_endpoint: str = ""
    ews_name: str = ""
    clients: tuple[str, ...] = ()
    probe_mailboxes: tuple[str, ...] = ()
    username: str = ""
    password: Mapping[str, object] = field(default_factory=dict)
    integrated: bool = False
    ca_file: str = ""

    @property
    def logs_in(self) -> bool:
        """Whether there is anything that has to be logged in to."""
        return bool(self.skype_uri or self.exchange_uri or self.ews_endpoint)

    def sections(self) -> dict[str, object]:
        """The sections of the deployment file, those that would be empty left out.

        Raises:
            UsageError: they do not fit each other.
        """
        self._check()
        login = {"credential": CREDENTIAL} if self.username or self.integrated else {}
        sections: dict[str, object] = {
            "deployment": self.name or self._short_name(),
            "sip_domains": list(self.sip_domains),
            "skype": self._remote(self.skype_uri, {}, login),
            "exchange": self._remote(self.exchange_uri, {"configuration": "Microsoft.Exchange"}, login),
            "exchange_online": _described(
                self.online_folder, {"shell": "export", "folder": self.online_folder}
            ),
            "ews": self._ews(login),
            "clients": [{"csv": path} for path in self.clients],
            "test_send": _described(self.probe_mailboxes, {"mailboxes": list(self.probe_mailboxes)}),
            "credentials": self._credentials(),
            "tls": _described(self.ca_file, {"ca_file": self.ca_file}),
        }
        return {key: value for key, value in sections.items() if value}

    def _short_name(self) -> str:
        return self.sip_domains[0].partition(".")[0] if self.sip_domains else ""

    def _remote(self, uri: str, more: dict[str, str], login: dict[str, str]) -> dict[str, str]:
        return {"shell": "psrp", "uri": uri, **more, **login} if uri else {}

    def _ews(self, login: dict[str, str]) -> list[dict[str, str]]:
        entry = {"name": self.ews_name or _EWS_NAME, "endpoint": self.ews_endpoint}
        how = {"auth": "ntlm", "access": "impersonation"}
        return [{**entry, **how, **login}] if self.ews_endpoint else []

    def _credentials(self) -> dict[str, object]:
        user = _described(self.username, {"username": self.username})
        if self.integrated:
            return {CREDENTIAL: {**user, "integrated": True}}
        return {CREDENTIAL: {**user, "password": dict(self.password)}} if self.username else {}

    def _check(self) -> None:
        if not (self.logs_in or self.online_folder or self.clients):
            raise UsageError(
                "describes nothing that could be asked", remedy="Name a server, or a list of clients."
            )
        if len(self.probe_mailboxes) == 1:
            raise UsageError("a test send needs two mailboxes", remedy="Name another one, or none.")
        if self.password and not self.username:
            raise UsageError("a password, and nobody whose it is", remedy="Name the user, too: --username")
        if self.username and not self.password and not self.integrated:
            remedy = "Say one of --prompt, --password-env NAME, --keyring SERVICE, --integrated."
            raise UsageError("does not say where the password comes from", remedy=remedy)


def _described(what: object, section: dict[str, object]) -> dict[str, object]:
    return section if what else {}


def address(given: str, path: str) -> str:
    """The address of an endpoint, from itself or from the server's name.

    Raises:
        UsageError: it is neither.
    """
    text = given.strip()
    if _is_address(text):
        return text
    if not _HOST.fullmatch(text) or not _is_address(f"https://{text}"):
        remedy = f"Give a name such as pool01.contoso.com, or an address such as https://pool01.contoso.com/{path}."
        raise UsageError(f"{given!r} is no server", remedy=remedy)
    return f"https://{text}/{path}"


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"https", "http"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
