"""What is told of a mailbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from imadmin_lab.ews.envelope import VERSIONS
from imadmin_lab.mail import directory
from imadmin_lab.mail.words import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imadmin_lab.ews.envelope import ServerVersion
    from imadmin_lab.mail import Mailbox, Session

# Settings that clients may ask for and that the lab's mailboxes do not have.
NOT_AVAILABLE: Final = frozenset(
    words(
        """
        ActiveDirectoryServer AlternateMailboxes CasVersion CrossOrganizationSharingEnabled
        EcpDeliveryReportUrlFragment ExternalEcpUrl ExternalImap4Connections
        ExternalMailboxServerAuthenticationMethods ExternalMailboxServerRequiresSSL ExternalOABUrl
        ExternalPop3Connections ExternalSmtpConnections ExternalUMUrl ExternalWebClientUrls
        GroupingInformation InternalEcpUrl InternalImap4Connections InternalMailboxServer
        InternalMailboxServerDN InternalOABUrl InternalPop3Connections InternalRpcClientServer
        InternalSmtpConnections InternalUMUrl InternalWebClientUrls MailboxDN MobileMailboxPolicy
        PublicFolderServer ShowGalAsDefaultView UserMSOnline EwsPartnerUrl ExchangeRpcUrl
        """
    )
)


@dataclass(frozen=True)
class Directory:
    """Who is known, and what is told of him.

    Attributes:
        session: A look at the mail store.
        url: The address of EWS.
        version: The server's build.
        redirects: Folded addresses whose mailbox is elsewhere, with the address to ask for.
    """

    session: Session
    url: str
    version: ServerVersion
    redirects: Mapping[str, str]

    def find(self, address: str) -> Mailbox | None:
        """Give the mailbox with this address."""
        return directory.by_address(self.session, address)

    def redirected(self, address: str) -> str | None:
        """Give the address to ask for instead."""
        return self.redirects.get(address.casefold())

    def settings(self, mailbox: Mailbox) -> dict[str, str]:
        """Give all settings of a mailbox by their names in SOAP."""
        host = urlsplit(self.url).hostname or ""
        numbers = self.version.major, self.version.minor, self.version.build, self.version.revision
        return {
            "UserDisplayName": mailbox.name,
            "UserDN": legacy_dn(mailbox),
            "UserDeploymentId": mailbox.guid,
            "AutoDiscoverSMTPAddress": mailbox.address,
            "ExternalEwsUrl": self.url,
            "InternalEwsUrl": self.url,
            "EwsSupportedSchemas": ", ".join(VERSIONS),
            "ExternalEwsVersion": "{:02}.{:02}.{:04}.{:03}".format(*numbers),
            "ExternalServerExclusiveConnect": "On",
            "InternalServerExclusiveConnect": "On",
            "ExternalMailboxServer": host,
        }


def legacy_dn(mailbox: Mailbox) -> str:
    """Give the distinguished name of old that Exchange still knows mailboxes by."""
    group = "Exchange Administrative Group (FYDIBOHF23SPDLT)"
    return f"/o={mailbox.organisation}/ou={group}/cn=Recipients/cn={mailbox.guid.replace('-', '')}"
