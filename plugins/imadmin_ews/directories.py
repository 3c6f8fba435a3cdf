"""The EWS virtual directories of Exchange servers: at which addresses, and how, a client gets in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin import Finding, Status, check
from imadmin.model import Setting
from imadmin.model.requirements import EWS_VIRTUAL_DIRECTORY
from imadmin.model.values import ABSENT, quoted, read, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["DIRECTORY_PROPERTIES", "VirtualDirectory", "ews_virtual_directories_check"]

DIRECTORY_PROPERTIES = (
    "Identity",
    "InternalUrl",
    "ExternalUrl",
    "WindowsAuthentication",
    "OAuthAuthentication",
    "ExtendedProtectionTokenChecking",
)
_SAVE = "Get-WebServicesVirtualDirectory | Export-Clixml -Depth 4 Get-WebServicesVirtualDirectory.xml"
_TRAPS = (
    "NTLMv1, TLS that ends at a load balancer, and one that re-encrypts with another certificate then end in"
    " password prompts"
)


class VirtualDirectory(NamedTuple):
    """An object of `Get-WebServicesVirtualDirectory`.

    Attributes:
        internal: `InternalUrl`; empty where none is set, None where that is not known.
        external: likewise `ExternalUrl`.
        windows: `WindowsAuthentication`, which is NTLM and Kerberos.
        oauth: `OAuthAuthentication`.
        protection: `ExtendedProtectionTokenChecking`: None, Allow or Require; empty where it is not known.
    """

    name: str
    internal: str | None
    external: str | None
    windows: Setting
    oauth: Setting
    protection: str

    @classmethod
    def read(cls, record: Mapping[str, object]) -> VirtualDirectory:
        """From a decoded object."""
        return cls(
            name=text_of(read(record, "Identity")) or "EWS",
            internal=_address(record, "InternalUrl"),
            external=_address(record, "ExternalUrl"),
            windows=Setting.read(record, "WindowsAuthentication"),
            oauth=Setting.read(record, "OAuthAuthentication"),
            protection=text_of(read(record, "ExtendedProtectionTokenChecking")),
        )

    @property
    def command(self) -> str:
        """What changes it, but for the change itself."""
        return f"Set-WebServicesVirtualDirectory {quoted(self.name)}"


def _address(record: Mapping[str, object], name: str) -> str | None:
    value = read(record, name)
    return None if value is ABSENT else text_of(value)


@check(
    id="ews.virtual-directories",
    stage="ews",
    severity="medium",
    title="The servers publish EWS to those inside and outside",
    reference=EWS_VIRTUAL_DIRECTORY,
)
def ews_virtual_directories_check(ews_virtual_directories: Sequence[VirtualDirectory]) -> Iterator[Finding]:
    """Whatever is to be said of each directory; one finding where nothing is."""
    for one in ews_virtual_directories:
        evidence = {
            "InternalUrl": one.internal,
            "ExternalUrl": one.external,
            "WindowsAuthentication": one.windows,
            "OAuthAuthentication": one.oauth,
            "ExtendedProtectionTokenChecking": one.protection,
        }
        said = list(_said(one)) or [(Status.PASS, f"{one.name} is published, and can be logged in to.", "")]
        for status, what, remedy in said:
            yield Finding(one.name, status, what, evidence=evidence, remedy=remedy)
    if not ews_virtual_directories:
        what = "Get-WebServicesVirtualDirectory gave none: no server publishes EWS, or the role sees none."
        yield Finding("EWS", Status.WARN, what, remedy=_SAVE)


def _said(one: VirtualDirectory) -> Iterator[tuple[Status, str, str]]:
    yield from _addresses(one)
    yield from _log_in(one)


def _addresses(one: VirtualDirectory) -> Iterator[tuple[Status, str, str]]:
    if one.external is None or one.internal is None:
        name = "ExternalUrl" if one.external is None else "InternalUrl"
        yield Status.SKIP, f"{name} of {one.name} is not in the output.", _SAVE
    if one.external == "":
        what = f"{one.name} has no ExternalUrl: people outside, without a VPN, have no EWS (an inference)."
        yield Status.WARN, what, f"{one.command} -ExternalUrl https://mail.contoso.com/EWS/Exchange.asmx"
    if one.internal == "":
        what = f"{one.name} has no InternalUrl: clients inside may not find EWS (an inference)."
        yield Status.WARN, what, f"{one.command} -InternalUrl https://mail.contoso.com/EWS/Exchange.asmx"
    plain = [url for url in (one.internal, one.external) if url and url.lower().startswith("http://")]
    if plain:
        required = one.protection.lower() == "require"
        traps = f", and Extended Protection is required: {_TRAPS}" if required else ""
        what = f"{one.name} publishes {plain[0]}, without TLS{traps}."
        yield Status.WARN, what, f"{one.command} -ExternalUrl https://… -InternalUrl https://…"


def _log_in(one: VirtualDirectory) -> Iterator[tuple[Status, str, str]]:
    if one.windows is Setting.FALSE and one.oauth is Setting.FALSE:
        what = f"{one.name} has neither Windows authentication nor OAuth: nobody can log in (an inference)."
        yield Status.FAIL, what, f"{one.command} -WindowsAuthentication $true"
    elif one.windows is Setting.FALSE:
        what = (
            f"{one.name} has OAuth and no Windows authentication: clients without modern authentication are"
            " shut out (an inference)."
        )
        yield (
            Status.WARN,
            what,
            f"{one.command} -WindowsAuthentication $true   (or switch modern authentication on)",
        )
