"""What Get-CsUser says of everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from samples.contoso_maker.powershell import CHANGED, CREATED, guid, nulls, ps_enum, ps_object, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.shells.clixml import PSObject
    from samples.contoso_maker.description import Organisation, Person

_SCHEMA = "Microsoft.Rtc.Management.ADConnect.Schema"
_HOSTING = {"onprem": "SRV:", "online": "sipfed.online.lync.com"}
_DOMAIN_SID = "S-1-5-21-2127521184-1604012920-1887927527"
_FIRST_RID = 1601
_OTHER_POLICIES = words("""
    VoicePolicy VoiceRoutingPolicy ConferencingPolicy PresencePolicy DialPlan LocationPolicy
    ClientVersionPolicy ArchivingPolicy PinPolicy ExternalAccessPolicy MobilityPolicy PersistentChatPolicy
    UserServicesPolicy CallViaWorkPolicy ThirdPartyVideoSystemPolicy HostedVoicemailPolicy
""")


def users(organisation: Organisation) -> Iterator[PSObject]:
    """Get-CsUser."""
    for number, person in enumerate(organisation.people):
        properties = _account(person, organisation, number) | _skype(person) | _policies(person)
        yield ps_object(f"{_SCHEMA}.OCSADUser", distinguished_name(person, organisation), properties)


def distinguished_name(person: Person, organisation: Organisation) -> str:
    """Where the person's account is in Active Directory."""
    domain = ",".join(f"DC={label}" for label in organisation.domain.split("."))
    return f"CN={person.display},OU=People,{domain}"


def _account(person: Person, organisation: Organisation, number: int) -> dict[str, object]:
    name = distinguished_name(person, organisation)
    return {
        "Identity": name,
        "DistinguishedName": name,
        "Name": person.display,
        "DisplayName": person.display,
        "FirstName": person.first,
        "LastName": person.last,
        "SamAccountName": person.account,
        "UserPrincipalName": person.mail,
        "WindowsEmailAddress": None if person.mailbox == "none" else person.mail,
        "Sid": _sid(_FIRST_RID + number),
        "Guid": guid("account", person.sip),
        "ObjectClass": ["top", "person", "organizationalPerson", "user"],
        "OriginatingServer": f"dc01.{organisation.domain}",
        "WhenCreated": CREATED,
        "WhenChanged": CHANGED,
        "IsValid": True,
    }


def _sid(number: int) -> PSObject:
    value = f"{_DOMAIN_SID}-{number}"
    return ps_object(
        "System.Security.Principal.SecurityIdentifier", value, {"BinaryLength": 28, "Value": value}
    )


def _skype(person: Person) -> dict[str, object]:
    return {
        "SipAddress": f"sip:{person.sip}",
        "Enabled": person.enabled,
        "RegistrarPool": _registrar(person),
        "HostingProvider": _HOSTING[person.home],
        "EnabledForFederation": True,
        "EnabledForInternetAccess": True,
        "PublicNetworkEnabled": False,
        "EnabledForRichPresence": True,
        "EnterpriseVoiceEnabled": False,
        "AudioVideoDisabled": False,
        "IPPBXSoftPhoneRoutingEnabled": False,
        "RemoteCallControlTelephonyEnabled": False,
        "HostedVoiceMail": None,
        **nulls(words("LineURI LineServerURI PrivateLine AcpInfo")),
    }


def _registrar(person: Person) -> object:
    if person.pool is None or person.registrar == "text":
        return person.pool
    return ps_object(f"{_SCHEMA}.RegistrarPool", person.pool, {"Fqdn": person.pool, "IsValid": True})


def _policies(person: Person) -> dict[str, object]:
    archiving = ps_enum(f"{_SCHEMA}.ExchangeArchivingPolicyOptionsEnum", "Uninitialized", 0)
    assigned = {"ClientPolicy": person.policy, "ExchangeArchivingPolicy": archiving}
    return assigned | nulls(_OTHER_POLICIES)
