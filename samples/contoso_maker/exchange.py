"""What the Exchange cmdlets say, on-premises and online."""

from __future__ import annotations

from typing import TYPE_CHECKING

from samples.contoso_maker.powershell import CHANGED, CREATED, guid, nulls, ps_enum, ps_object, words
from samples.contoso_maker.users import distinguished_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.shells.clixml import PSObject
    from samples.contoso_maker.description import MailboxPlace, Organisation, Person

_DIRECTORY = "Microsoft.Exchange.Data.Directory"
_AUTHENTICATION = "Microsoft.Exchange.Data.Directory.SystemConfiguration.AuthenticationMethod"
_METHODS = (("Ntlm", 5), ("WindowsIntegrated", 4), ("WSSecurity", 7), ("OAuth", 16))
_UNSET_EWS = words("EwsAllowEntourage EwsAllowMacOutlook EwsAllowOutlook EwsApplicationAccessPolicy")
_PROTOCOLS = words("OWAEnabled MAPIEnabled ActiveSyncEnabled ImapEnabled PopEnabled")
_EWS_LISTS = words("EwsAllowList EwsBlockList")


def mailboxes(organisation: Organisation, place: MailboxPlace) -> Iterator[PSObject]:
    """Get-Mailbox of one of the two Exchange organisations."""
    for person in organisation.people:
        if person.mailbox == place:
            yield _mailbox(person, organisation)


def _mailbox(person: Person, organisation: Organisation) -> PSObject:
    exchange = organisation.exchange[person.mailbox]
    kind = ps_enum(f"{_DIRECTORY}.Recipient.RecipientTypeDetails", "UserMailbox", 1)
    properties = _name(person, organisation) | {
        "Alias": person.account,
        "SamAccountName": person.account,
        "UserPrincipalName": person.mail,
        "PrimarySmtpAddress": person.mail,
        "WindowsEmailAddress": person.mail,
        "EmailAddresses": _addresses(person, organisation),
        "RecipientType": ps_enum(f"{_DIRECTORY}.Recipient.RecipientType", "UserMailbox", 1),
        "RecipientTypeDetails": kind,
        "Database": exchange.database,
        "ServerName": exchange.server.partition(".")[0].lower(),
        "ExchangeGuid": guid(f"{person.mailbox} mailbox", person.sip),
        "ExchangeVersion": "0.20 (15.0.0.0)",
        "HiddenFromAddressListsEnabled": False,
        "LitigationHoldEnabled": False,
        "IsMailboxEnabled": True,
        **nulls(words("ForwardingAddress ForwardingSmtpAddress RetentionPolicy ThrottlingPolicy")),
    }
    return ps_object(f"{_DIRECTORY}.Management.Mailbox", person.display, properties)


def _name(person: Person, organisation: Organisation) -> dict[str, object]:
    name = distinguished_name(person, organisation)
    return {
        "Identity": name,
        "Name": person.display,
        "DisplayName": person.display,
        "DistinguishedName": name,
        "Guid": guid("account", person.sip),
        "WhenCreated": CREATED,
        "WhenChanged": CHANGED,
    }


def _addresses(person: Person, organisation: Organisation) -> list[str]:
    other = f"smtp:{person.account}@{organisation.name}.mail.onmicrosoft.com"
    return [f"SMTP:{person.mail}", f"sip:{person.sip}", other]


def organization_config(organisation: Organisation, place: MailboxPlace) -> PSObject:
    """Get-OrganizationConfig: in this organisation nobody has restricted Exchange Web Services."""
    exchange = organisation.exchange[place]
    properties = {
        "Identity": organisation.name,
        "Name": organisation.name,
        "Guid": guid("exchange organisation", place),
        "AdminDisplayVersion": exchange.version,
        **nulls(("EwsEnabled", *_UNSET_EWS, *_EWS_LISTS)),
        "OAuth2ClientProfileEnabled": True,
        "WhenCreated": CREATED,
        "WhenChanged": CHANGED,
    }
    return ps_object(
        f"{_DIRECTORY}.Management.OrganizationConfig", organisation.name, properties | exchange.organization
    )


def cas_mailboxes(organisation: Organisation) -> Iterator[PSObject]:
    """Get-CASMailbox on-premises."""
    for person in organisation.people:
        if person.mailbox == "onprem":
            properties = {
                **_name(person, organisation),
                "PrimarySmtpAddress": person.mail,
                "EwsEnabled": True,
                **nulls((*_UNSET_EWS, *_EWS_LISTS)),
                **dict.fromkeys(_PROTOCOLS, True),
            }
            yield ps_object(f"{_DIRECTORY}.Management.CASMailbox", person.display, properties)


def web_services(organisation: Organisation) -> PSObject:
    """Get-WebServicesVirtualDirectory."""
    exchange = organisation.exchange["onprem"]
    server = exchange.server.partition(".")[0].upper()
    authentication = [ps_enum(_AUTHENTICATION, name, number) for name, number in _METHODS]
    properties = {
        "Identity": f"{server}\\EWS (Default Web Site)",
        "Server": server,
        "InternalUrl": exchange.internal_url,
        "ExternalUrl": exchange.external_url,
        "InternalAuthenticationMethods": authentication,
        "ExternalAuthenticationMethods": authentication,
        "BasicAuthentication": False,
        "DigestAuthentication": False,
        "WindowsAuthentication": True,
        "OAuthAuthentication": True,
        "WSSecurityAuthentication": True,
        "MRSProxyEnabled": False,
        "ExtendedProtectionTokenChecking": ps_enum(
            f"{_DIRECTORY}.SystemConfiguration.ExtendedProtectionTokenCheckingMode", "Require", 2
        ),
        "AdminDisplayVersion": exchange.version,
    }
    return ps_object(
        f"{_DIRECTORY}.Management.ADWebServicesVirtualDirectory", "EWS (Default Web Site)", properties
    )
