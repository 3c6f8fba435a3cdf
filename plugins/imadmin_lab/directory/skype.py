"""The objects of Skype for Business Server."""

from __future__ import annotations

from typing import Final

from .nouns import Noun, words
from .values import Enumerated, Nested

_WRITABLE: Final = "Microsoft.Rtc.Management.WritableConfig"
_XDS: Final = "Microsoft.Rtc.Management.Xds"

_SWITCHES: Final = words("""
    DisableEmoticons DisableHtmlIm DisableInkIM DisableOneNote12Integration
    DisableOnlineContextualSearch DisablePhonePresence DisableMeetingSubjectAndLocation
    DisableCalendarPresence DisableContactCardOrganizationTab DisableEmailComparisonCheck
    DisableFederatedPromptDisplayName
    DisableFreeBusyInfo DisableHandsetOnLockedMachine DisablePICPromptDisplayName
    DisablePoorDeviceWarnings DisablePoorNetworkWarnings DisablePresenceNote DisableRTFIM
    DisableSavingIM BlockConversationFromFederatedContacts EnableAppearOffline
    EnableCallLogAutoArchiving EnableClientAutoPopulateWithTeam EnableClientMusicOnHold
    EnableConversationWindowTabs EnableEnterpriseCustomizedHelp EnableEventLogging
    EnableExchangeContactSync EnableExchangeContactsFolder EnableExchangeDelegateSync
    EnableFullScreenVideo EnableHighPerformanceConferencingAppSharing EnableHighPerformanceP2PAppSharing
    EnableHotdesking EnableIMAutoArchiving EnableMediaRedirection EnableMeetingEngagement
    EnableNotificationForNewSubscribers EnableOnlineFeedback EnableOnlineFeedbackScreenshots
    EnableServerConversationHistory EnableSkypeUI EnableSQMData EnableTracing
    EnableUnencryptedFileTransfer EnableURL EnableViewBasedSubscriptionMode EnableVOIPCallDefault
    PlayAbbreviatedDialTone RequireContentPin SearchPrefixFlags ShowManagePrivacyRelationships
    ShowRecentContacts ShowSharepointPhotoEditLink SupportModernFilePicker AttendeeSafeTransfer
    IncludeMultilineNumbers
""")
_TEXTS: Final = words("""
    Description AddressBookAvailability CalendarStatePublicationInterval ConferenceIMIdleTimeout
    CustomizedHelpUrl CustomLinkInErrorMessages CustomStateUrl DGRefreshInterval ExcludedContactFolders
    HelpEnvironment HotdeskingTimeout IMLatencyErrorThreshold IMLatencySpinnerDelay IMWarning
    MAPIPollInterval MaximumDGsAllowedInContactList MaximumNumberOfContacts MusicOnHoldAudioFile
    P2PAppSharingEncryption PublicationBatchDelay SPSearchCenterExternalURL SPSearchCenterInternalURL
    SPSearchExternalURL SPSearchInternalURL TabURL TelemetryTier TracingLevel WebServicePollInterval
    AutoDiscoveryRetryInterval
""")

IM_CONFIGURATION: Final = Noun(
    "skype",
    name="CsImConfiguration",
    type_names=(f"{_WRITABLE}.Settings.IMConfiguration.IMConfiguration", "System.Object"),
    defaults={"Identity": "Global", "EnableOfflineIm": True},
    kinds={"EnableOfflineIm": "Boolean"},
    scopes=("global", "site"),
)
CLIENT_POLICY: Final = Noun(
    "skype",
    name="CsClientPolicy",
    type_names=(f"{_WRITABLE}.Policy.Client.ClientPolicy", "System.Object"),
    defaults={"Identity": "Global", "PolicyEntry": [], **dict.fromkeys((*_TEXTS, *_SWITCHES))},
    kinds={
        "PolicyEntry": "PolicyEntry[]",
        **dict.fromkeys(_TEXTS, "String?"),
        **dict.fromkeys(_SWITCHES, "Boolean?"),
    },
    scopes=("global", "site", "user"),
)
EXTERNAL_ACCESS_POLICY: Final = Noun(
    "skype",
    name="CsExternalAccessPolicy",
    type_names=(f"{_WRITABLE}.Policy.ExternalAccess.ExternalAccessPolicy", "System.Object"),
    defaults={
        "Identity": "Global",
        "Description": None,
        "EnableFederationAccess": False,
        "EnableXmppAccess": False,
        "EnablePublicCloudAccess": False,
        "EnablePublicCloudAudioVideoAccess": False,
        "EnableOutsideAccess": False,
    },
    scopes=("global", "site", "user"),
)
ARCHIVING_CONFIGURATION: Final = Noun(
    "skype",
    name="CsArchivingConfiguration",
    type_names=(f"{_WRITABLE}.Settings.IMArchiving.ImArchivingSettings", "System.Object"),
    defaults={
        "Identity": "Global",
        "EnableArchiving": Enumerated(f"{_WRITABLE}.Settings.IMArchiving.EnableArchiving", "None", 0),
        "EnablePurging": False,
        "PurgeExportedArchivesOnly": False,
        "BlockOnArchiveFailure": False,
        "KeepArchivingDataForDays": 14,
        "PurgeHourOfDay": 2,
        "ArchiveDuplicateMessages": True,
        "CachePurgingInterval": 24,
        "EnableExchangeArchiving": False,
    },
    scopes=("global", "site"),
)
ARCHIVING_POLICY: Final = Noun(
    "skype",
    name="CsArchivingPolicy",
    type_names=(f"{_WRITABLE}.Policy.ImArchiving.ImArchivingPolicy", "System.Object"),
    defaults={
        "Identity": "Global",
        "Description": None,
        "ArchiveInternal": False,
        "ArchiveExternal": False,
    },
    scopes=("global", "site", "user"),
)
ALLOWED_DOMAIN: Final = Noun(
    "skype",
    name="CsAllowedDomain",
    type_names=(f"{_WRITABLE}.Settings.Edge.AllowedDomain", "System.Object"),
    defaults={
        "Identity": "",
        "Domain": None,
        "ProxyFqdn": None,
        "VerificationLevel": None,
        "Comment": None,
        "MarkForMonitoring": False,
    },
    keys=("Domain",),
)
BLOCKED_DOMAIN: Final = Noun(
    "skype",
    name="CsBlockedDomain",
    type_names=(f"{_WRITABLE}.Settings.Edge.BlockedDomain", "System.Object"),
    defaults={"Identity": "", "Domain": None, "Comment": None},
    keys=("Domain",),
)
ACCESS_EDGE: Final = Noun(
    "skype",
    name="CsAccessEdgeConfiguration",
    type_names=(f"{_WRITABLE}.Settings.Edge.DisplayAccessEdgeSettings", "System.Object"),
    defaults={
        "Identity": "Global",
        "AllowAnonymousUsers": False,
        "AllowFederatedUsers": False,
        "AllowOutsideUsers": False,
        "BeClearingHouse": False,
        "EnablePartnerDiscovery": False,
        "DiscoveredPartnerVerificationLevel": Enumerated(
            f"{_WRITABLE}.Settings.Edge.VerificationLevel", "UseSourceVerification", 2
        ),
        "EnableArchivingDisclaimer": False,
        "EnableUserReplicator": False,
        "KeepCrlsUpToDateForPeers": True,
        "MarkSourceVerifiableOnOutgoingMessages": True,
        "OutgoingTlsCountForFederatedPartners": 4,
        "DnsSrvCacheRecordCount": 131072,
        "DiscoveredPartnerStandardRate": 20,
        "EnableDiscoveredPartnerContactsLimit": True,
        "MaxContactsPerDiscoveredPartner": 1000,
        "DiscoveredPartnerReportPeriodMinutes": 60,
        "MaxAcceptedCertificatesStored": 1000,
        "MaxRejectedCertificatesStored": 500,
        "CertificatesDeletedPercentage": 20,
        "SkypeSearchUrl": None,
        "RoutingMethod": Enumerated(f"{_WRITABLE}.Settings.Edge.RoutingMethod", "UseDnsSrvRouting", 0),
    },
    scopes=("global",),
)
ADMIN_ROLE: Final = Noun(
    "skype",
    name="CsAdminRole",
    type_names=(f"{_WRITABLE}.Settings.Roles.Role", "System.Object"),
    defaults={
        "Identity": "",
        "SID": None,
        "IsStandardRole": True,
        "Cmdlets": [],
        "ScriptModules": [],
        "ConfigScopes": ["Global"],
        "UserScopes": ["Global"],
        "MajorVersion": 7,
        "MinorVersion": 0,
        "Template": None,
    },
)
SITE: Final = Noun(
    "skype",
    name="CsSite",
    type_names=(f"{_XDS}.DisplaySite", "System.Object"),
    defaults={
        "Identity": "",
        "Services": [],
        "Pools": [],
        "FederationRoute": None,
        "XmppFederationRoute": None,
        "DefaultPersistentChatPool": None,
        "Description": None,
        "DisplayName": None,
        "SiteType": Enumerated(f"{_XDS}.SiteType", "CentralSite", 0),
        "ParentSite": None,
        "SiteId": None,
    },
)
POOL: Final = Noun(
    "skype",
    name="CsPool",
    type_names=(f"{_XDS}.DisplayPool", "System.Object"),
    defaults={
        "Identity": "",
        "Services": [],
        "Computers": [],
        "Fqdn": None,
        "BackupPoolFqdn": None,
        "Site": None,
    },
    keys=("Fqdn",),
)
PATCH_VERSION: Final = Noun(
    "skype",
    name="CsServerPatchVersion",
    type_names=("Microsoft.Rtc.Management.Deployment.ComponentVersion", "System.Object"),
    defaults={"Identity": "", "ComponentName": None, "Version": None},
)
USER: Final = Noun(
    "skype",
    name="CsUser",
    type_names=("Microsoft.Rtc.Management.ADConnect.Schema.OCSADUser", "System.Object"),
    defaults={
        "Identity": "",
        "VoicePolicy": None,
        "VoiceRoutingPolicy": None,
        "ConferencingPolicy": None,
        "PresencePolicy": None,
        "DialPlan": None,
        "LocationPolicy": None,
        "ClientPolicy": None,
        "ClientVersionPolicy": None,
        "ArchivingPolicy": None,
        "ExchangeArchivingPolicy": Enumerated(
            "Microsoft.Rtc.Management.ADConnect.Schema.ExchangeArchivingPolicyOptionsEnum", "Uninitialized", 0
        ),
        "PinPolicy": None,
        "ExternalAccessPolicy": None,
        "MobilityPolicy": None,
        "PersistentChatPolicy": None,
        "UserServicesPolicy": None,
        "CallViaWorkPolicy": None,
        "ThirdPartyVideoSystemPolicy": None,
        "HostedVoicemailPolicy": None,
        "HostedVoiceMail": None,
        "HostingProvider": "SRV:",
        "RegistrarPool": None,
        "Enabled": True,
        "SipAddress": None,
        "EnabledForFederation": True,
        "EnabledForInternetAccess": True,
        "PublicNetworkEnabled": False,
        "EnabledForRichPresence": True,
        "AudioVideoDisabled": False,
        "IPPBXSoftPhoneRoutingEnabled": False,
        "RemoteCallControlTelephonyEnabled": False,
        "EnterpriseVoiceEnabled": False,
        "LineURI": None,
        "LineServerURI": None,
        "PrivateLine": None,
        "AcpInfo": None,
        "HomeServer": None,
        "DisplayName": None,
        "SamAccountName": None,
        "UserPrincipalName": None,
        "WindowsEmailAddress": None,
        "FirstName": None,
        "LastName": None,
        "Name": None,
        "DistinguishedName": None,
        "Sid": None,
        "Guid": None,
        "ObjectClass": ["top", "person", "organizationalPerson", "user"],
        "OriginatingServer": None,
        "IsValid": True,
        "WhenCreated": None,
        "WhenChanged": None,
    },
    keys=("SipAddress", "UserPrincipalName", "DisplayName", "Name", "Guid", "DistinguishedName"),
)
NOUNS: Final = (
    IM_CONFIGURATION,
    CLIENT_POLICY,
    EXTERNAL_ACCESS_POLICY,
    ARCHIVING_CONFIGURATION,
    ARCHIVING_POLICY,
    ALLOWED_DOMAIN,
    BLOCKED_DOMAIN,
    ACCESS_EDGE,
    ADMIN_ROLE,
    SITE,
    POOL,
    PATCH_VERSION,
    USER,
)


def policy_entry(name: str, value: str) -> Nested:
    """An entry of a client policy's PolicyEntry."""
    return Nested(
        f"{_WRITABLE}.Policy.Client.PolicyEntryType", f"{name}={value}", {"Name": name, "Value": value}
    )
