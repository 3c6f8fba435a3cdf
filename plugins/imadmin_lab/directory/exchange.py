"""The objects of Exchange."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from .nouns import Noun
from .values import Enumerated

if TYPE_CHECKING:
    from .values import Value

_DATA: Final = "Microsoft.Exchange.Data.Directory"
_CONFIGURATION: Final = f"{_DATA}.SystemConfiguration"
_METHODS: Final[list[Value]] = [
    Enumerated(f"{_CONFIGURATION}.AuthenticationMethod", name, number)
    for name, number in (("Ntlm", 5), ("WindowsIntegrated", 4), ("WSSecurity", 7), ("OAuth", 16))
]
_EWS: Final[dict[str, Value]] = {
    "EwsEnabled": None,
    "EwsAllowEntourage": None,
    "EwsAllowMacOutlook": None,
    "EwsAllowOutlook": None,
    "EwsApplicationAccessPolicy": None,
    "EwsAllowList": None,
    "EwsBlockList": None,
}
_EWS_KINDS: Final = {
    "EwsEnabled": "Boolean?",
    "EwsAllowEntourage": "Boolean?",
    "EwsAllowMacOutlook": "Boolean?",
    "EwsAllowOutlook": "Boolean?",
    "EwsApplicationAccessPolicy": "EwsApplicationAccessPolicy?",
    "EwsAllowList": "String[]?",
    "EwsBlockList": "String[]?",
}
_NAMED: Final[dict[str, Value]] = {
    "Identity": "",
    "Name": None,
    "DistinguishedName": None,
    "Guid": None,
    "WhenCreated": None,
    "WhenChanged": None,
}
_RECIPIENT: Final = (
    "PrimarySmtpAddress",
    "UserPrincipalName",
    "SamAccountName",
    "Alias",
    "Name",
    "DisplayName",
)
EWS_POLICIES: Final = {
    name: Enumerated(f"{_CONFIGURATION}.EwsApplicationAccessPolicy", name, number)
    for number, name in enumerate(("EnforceAllowList", "EnforceBlockList"))
}
EXTENDED_PROTECTION: Final = {
    name: Enumerated(f"{_CONFIGURATION}.ExtendedProtectionTokenCheckingMode", name, number)
    for number, name in enumerate(("None", "Allow", "Require"))
}

ORGANIZATION_CONFIG: Final = Noun(
    "exchange",
    name="OrganizationConfig",
    type_names=(f"{_DATA}.Management.OrganizationConfig", "System.Object"),
    defaults={
        **_NAMED,
        "AdminDisplayVersion": "0.20 (15.0.0.0)",
        **_EWS,
        "EwsAllowedAppIDs": None,
        "OAuth2ClientProfileEnabled": True,
        "MapiHttpEnabled": True,
        "IsDehydrated": False,
    },
    kinds={**_EWS_KINDS, "EwsAllowedAppIDs": "String?", "OAuth2ClientProfileEnabled": "Boolean"},
)
CAS_MAILBOX: Final = Noun(
    "exchange",
    name="CASMailbox",
    type_names=(f"{_DATA}.Management.CASMailbox", "System.Object"),
    defaults={
        **_NAMED,
        "DisplayName": None,
        "PrimarySmtpAddress": None,
        "SamAccountName": None,
        "ServerName": None,
        **_EWS,
        "EwsEnabled": True,
        "OWAEnabled": True,
        "ECPEnabled": True,
        "MAPIEnabled": True,
        "ActiveSyncEnabled": True,
        "ImapEnabled": True,
        "PopEnabled": True,
    },
    kinds={
        **_EWS_KINDS,
        **dict.fromkeys(
            ("OWAEnabled", "MAPIEnabled", "ActiveSyncEnabled", "ImapEnabled", "PopEnabled"), "Boolean"
        ),
    },
    keys=(*_RECIPIENT, "Guid", "DistinguishedName"),
)
MAILBOX: Final = Noun(
    "exchange",
    name="Mailbox",
    type_names=(f"{_DATA}.Management.Mailbox", "System.Object"),
    defaults={
        **_NAMED,
        "Alias": None,
        "DisplayName": None,
        "SamAccountName": None,
        "UserPrincipalName": None,
        "PrimarySmtpAddress": None,
        "WindowsEmailAddress": None,
        "EmailAddresses": [],
        "RecipientType": Enumerated(f"{_DATA}.Recipient.RecipientType", "UserMailbox", 1),
        "RecipientTypeDetails": Enumerated(f"{_DATA}.Recipient.RecipientTypeDetails", "UserMailbox", 1),
        "Database": None,
        "ServerName": None,
        "ExchangeGuid": None,
        "ExchangeVersion": "0.20 (15.0.0.0)",
        "HiddenFromAddressListsEnabled": False,
        "LitigationHoldEnabled": False,
        "IsMailboxEnabled": True,
        "ForwardingAddress": None,
        "ForwardingSmtpAddress": None,
        "RetentionPolicy": None,
        "ThrottlingPolicy": None,
        "Languages": [],
    },
    keys=(*_RECIPIENT, "Guid", "ExchangeGuid", "DistinguishedName"),
)
WEB_SERVICES: Final = Noun(
    "exchange",
    name="WebServicesVirtualDirectory",
    type_names=(f"{_DATA}.Management.ADWebServicesVirtualDirectory", "System.Object"),
    defaults={
        "Identity": "",
        "Name": "EWS (Default Web Site)",
        "Server": None,
        "InternalUrl": None,
        "ExternalUrl": None,
        "InternalNLBBypassUrl": None,
        "InternalAuthenticationMethods": _METHODS,
        "ExternalAuthenticationMethods": _METHODS,
        "BasicAuthentication": False,
        "DigestAuthentication": False,
        "WindowsAuthentication": True,
        "OAuthAuthentication": True,
        "WSSecurityAuthentication": True,
        "MRSProxyEnabled": False,
        "ExtendedProtectionTokenChecking": EXTENDED_PROTECTION["Require"],
        "ExtendedProtectionFlags": [],
        "ExtendedProtectionSPNList": [],
        "AdminDisplayVersion": "Version 15.2 (Build 2562.17)",
    },
    kinds={"WindowsAuthentication": "Boolean", "OAuthAuthentication": "Boolean"},
    keys=("Server", "Name"),
)
RETENTION_TAG: Final = Noun(
    "exchange",
    name="RetentionPolicyTag",
    type_names=(f"{_CONFIGURATION}.PresentationRetentionPolicyTag", "System.Object"),
    defaults={
        **_NAMED,
        "MessageClass": "*",
        "MessageClassDisplayName": "All messages",
        "RetentionEnabled": True,
        "RetentionAction": Enumerated(f"{_CONFIGURATION}.RetentionActionType", "DeleteAndAllowRecovery", 5),
        "AgeLimitForRetention": timedelta(days=365),
        "Type": Enumerated(f"{_CONFIGURATION}.ElcFolderType", "All", 100),
        "Description": None,
        "Comment": "",
    },
    kinds={"RetentionEnabled": "Boolean", "AgeLimitForRetention": "TimeSpan?"},
    keys=("Name", "Guid"),
)
TRANSPORT_RULE: Final = Noun(
    "exchange",
    name="TransportRule",
    type_names=("Microsoft.Exchange.MessagingPolicies.Rules.Tasks.Rule", "System.Object"),
    defaults={
        **_NAMED,
        "Priority": 0,
        "State": Enumerated("Microsoft.Exchange.MessagingPolicies.Rules.RuleState", "Enabled", 0),
        "Mode": Enumerated("Microsoft.Exchange.MessagingPolicies.Rules.RuleMode", "Enforce", 2),
        "Comments": None,
        "Description": None,
        "Conditions": [],
        "Actions": [],
        "Exceptions": [],
        "SubjectContainsWords": None,
        "SubjectOrBodyContainsWords": None,
        "SubjectMatchesPatterns": None,
        "SubjectOrBodyMatchesPatterns": None,
        "HeaderContainsMessageHeader": None,
        "HeaderContainsWords": None,
        "HeaderMatchesMessageHeader": None,
        "HeaderMatchesPatterns": None,
        "MessageTypeMatches": None,
        "DeleteMessage": False,
        "RedirectMessageTo": None,
        "RejectMessageReasonText": None,
        "RejectMessageEnhancedStatusCode": None,
        "Quarantine": False,
        "ModerateMessageByUser": None,
    },
    kinds={
        **dict.fromkeys(
            (
                "SubjectContainsWords",
                "SubjectOrBodyContainsWords",
                "SubjectMatchesPatterns",
                "SubjectOrBodyMatchesPatterns",
                "HeaderContainsWords",
                "HeaderMatchesPatterns",
                "RedirectMessageTo",
                "ModerateMessageByUser",
            ),
            "String[]?",
        ),
        **dict.fromkeys(("DeleteMessage", "Quarantine"), "Boolean"),
    },
    keys=("Name", "Guid"),
)
ACCEPTED_DOMAIN: Final = Noun(
    "exchange",
    name="AcceptedDomain",
    type_names=(f"{_CONFIGURATION}.AcceptedDomain", "System.Object"),
    defaults={
        **_NAMED,
        "DomainName": None,
        "DomainType": Enumerated(f"{_CONFIGURATION}.AcceptedDomainType", "Authoritative", 0),
        "Default": False,
        "MatchSubDomains": False,
        "AddressBookEnabled": True,
    },
    kinds={"Default": "Boolean", "MatchSubDomains": "Boolean"},
    keys=("Name", "DomainName", "Guid"),
)
NOUNS: Final = (
    ORGANIZATION_CONFIG,
    CAS_MAILBOX,
    MAILBOX,
    WEB_SERVICES,
    RETENTION_TAG,
    TRANSPORT_RULE,
    ACCEPTED_DOMAIN,
)
