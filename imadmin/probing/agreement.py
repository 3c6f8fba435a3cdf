"""Whether Autodiscover, which the client goes by, names the endpoint that the deployment describes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from imadmin.errors import ConfigError, ImadminError
from imadmin.probing.records import Step
from imadmin.records import Status

if TYPE_CHECKING:
    from imadmin.ews import EwsClient

__all__ = ["compared", "same_place"]

_NAME: Final = "Autodiscover"
_ANOTHER: Final = (
    "The client asks the address that Autodiscover names: give that as endpoint, or correct ExternalUrl and"
    " InternalUrl (Set-WebServicesVirtualDirectory)."
)
_ELSEWHERE: Final = "If clients ask another service, name it under ews: autodiscover:."


def compared(client: EwsClient, mailbox: str) -> Step:
    """Ask Autodiscover for a mailbox; that it does not agree, or answer, is a warning: the endpoint is known.

    Args:
        client: of the endpoint.
        mailbox: to be asked for.
    """
    where = client.autodiscover_url
    try:
        found = client.autodiscover(mailbox)
    except (ImadminError, ValueError) as error:
        told = error if isinstance(error, ImadminError) else ConfigError(str(error))
        what = f"{where} names no address: {told.what}"
        remedy = f"{told.remedy} {_ELSEWHERE}".strip()
        return Step(_NAME, Status.WARN, what, evidence={"asked": where}, remedy=remedy)
    evidence = {"asked": where, "named": found.all_urls}
    if any(same_place(url, client.config.endpoint) for url in found.all_urls):
        return Step(_NAME, Status.PASS, "names this endpoint", evidence=evidence)
    what = f"names {' and '.join(found.all_urls)}, not {client.config.endpoint}"
    return Step(_NAME, Status.WARN, what, evidence=evidence, remedy=_ANOTHER)


def same_place(one: str, other: str) -> bool:
    """Whether two addresses lead to the same service: IIS does not tell the case of a path."""
    return _place(one) == _place(other)


def _place(url: str) -> tuple[str | None, int, str]:
    try:
        parts = urlsplit(url.strip())
        return parts.hostname, parts.port or 443, parts.path.rstrip("/").lower()
    except ValueError:
        return None, 0, url
