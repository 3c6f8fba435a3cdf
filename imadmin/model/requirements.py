"""What Microsoft documents that Offline IM requires: values with their sources, in one place."""

from __future__ import annotations

from datetime import date
from typing import Generic, NamedTuple, TypeVar

from imadmin.model.clients import ClientBuild

__all__ = [
    "ACCEPTED_DOMAINS",
    "DRAFTS_DEFECT",
    "EWS_ACCESS",
    "EWS_LICENSES_ENFORCED",
    "EWS_ONLINE_END",
    "EWS_ONLINE_PHASE",
    "MINIMUM_BUILD",
    "MINIMUM_BUILD_ON_PREMISES",
    "OFFLINE_IM",
    "PROCESSING_TIMER",
    "SERVER_2015_CU3",
    "TLS_12_CLICK_TO_RUN",
    "TLS_12_LYNC_2013",
    "TLS_12_MOBILE",
    "TLS_12_MSI",
    "TLS_12_SEMI_ANNUAL",
    "Requirement",
]

T = TypeVar("T")

OFFLINE_IM = (
    "https://learn.microsoft.com/skypeforbusiness/deploy/im-and-presence/enable-or-disable-offline-im"
)
"""Enable or disable Offline IM in Skype for Business Server: the deployment guide."""

CLIENT_POLICY = "https://learn.microsoft.com/powershell/module/skypeforbusiness/set-csclientpolicy"
IM_CONFIGURATION = "https://learn.microsoft.com/powershell/module/skypeforbusiness/set-csimconfiguration"
EWS_ACCESS = (
    "https://learn.microsoft.com/exchange/client-developer/exchange-web-services/"
    "how-to-control-access-to-ews-in-exchange"
)
EWS_VIRTUAL_DIRECTORY = (
    "https://learn.microsoft.com/powershell/module/exchange/get-webservicesvirtualdirectory"
)
MODERN_AUTHENTICATION = (
    "https://learn.microsoft.com/skypeforbusiness/troubleshoot/hybrid-exchange-integration/"
    "allowadalfornonlyncindependentoflync-setting"
)
RETENTION_TAGS = "https://learn.microsoft.com/powershell/module/exchange/new-retentionpolicytag"
TRANSPORT_RULES = "https://learn.microsoft.com/powershell/module/exchange/new-transportrule"
ACCEPTED_DOMAINS = "https://learn.microsoft.com/exchange/mail-flow/accepted-domains/accepted-domains"
PATCH_VERSION = "https://learn.microsoft.com/powershell/module/skypeforbusiness/get-csserverpatchversion"
ARCHIVING = "https://learn.microsoft.com/powershell/module/skypeforbusiness/set-csarchivingconfiguration"
FEDERATION = "https://learn.microsoft.com/powershell/module/skypeforbusiness/set-csaccessedgeconfiguration"
REPLICATION = (
    "https://learn.microsoft.com/powershell/module/skypeforbusiness/get-csmanagementstorereplicationstatus"
)
TLS = "https://learn.microsoft.com/skypeforbusiness/manage/topology/disable-tls-1.0-1.1"
EFFECTIVE_POLICY = "https://learn.microsoft.com/powershell/module/skypeforbusiness/get-cseffectivepolicy"


class Requirement(NamedTuple, Generic[T]):
    """A documented value.

    Attributes:
        value: what is required.
        meaning: of what, in a sentence.
        source: where it is documented.
        inferred: what of it is our reading and not the document's words; empty where nothing is.
    """

    value: T
    meaning: str
    source: str
    inferred: str = ""


MINIMUM_BUILD = Requirement(
    ClientBuild(16, 0, 6701, 1000),
    "the first build of the Click-to-Run client that can leave an offline message",
    OFFLINE_IM,
)

MINIMUM_BUILD_ON_PREMISES = Requirement(
    ClientBuild(16, 0, 6920, 1000),
    "the first such build for a mailbox in Exchange on-premises",
    OFFLINE_IM,
    inferred="that the sender's own mailbox is meant, and that later builds will do",
)

DRAFTS_DEFECT = Requirement(
    MINIMUM_BUILD_ON_PREMISES.value,
    "the first build without the defect that fills Drafts, fixed in all channels as of 2016-06-14",
    OFFLINE_IM,
    inferred="the build: the document names the day only",
)

SERVER_2015_CU3 = Requirement(
    (6, 0, 9319, 259),
    "the first cumulative update of Skype for Business Server 2015 with Get-CsImConfiguration",
    IM_CONFIGURATION,
)

PROCESSING_TIMER = Requirement(
    120,
    "seconds from when an offline message is sent to when it is picked up and processed",
    OFFLINE_IM,
)

EWS_ONLINE_PHASE = Requirement(
    date(2026, 10, 1),
    "from when on Exchange Online switches EWS off, tenant by tenant, and EwsEnabled means something else",
    EWS_ACCESS,
    inferred="the day: the document says October 2026, copies of Microsoft's message MC1227454 the 1st",
)

EWS_LICENSES_ENFORCED = Requirement(
    date(2026, 7, 1),
    "from when on Exchange Online refuses EWS to mailboxes with a kiosk or frontline license only",
    "https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/"
    "exchange-online-service-description",
    inferred="the day: copies of Microsoft's message MC1191578 have the end of June 2026",
)

EWS_ONLINE_END = Requirement(
    date(2027, 4, 1),
    "from when on no tenant of Exchange Online has EWS",
    "https://techcommunity.microsoft.com/blog/exchange/exchange-online-ews-your-time-is-almost-up/4492361",
    inferred="the day: as copies of Microsoft's message MC1227454 have it",
)

TLS_12_LYNC_2013 = Requirement(
    ClientBuild(15, 0, 5023, 1000), "the first build of Lync 2013 that does with TLS 1.2 alone", TLS
)
TLS_12_MSI = Requirement(
    ClientBuild(16, 0, 4678, 1000), "likewise of Skype for Business 2016 from an MSI package", TLS
)
TLS_12_SEMI_ANNUAL = Requirement(
    ClientBuild(16, 0, 8431, 2242),
    "likewise of the Click-to-Run client in the semi-annual channel of April 2018",
    TLS,
    inferred="that later revisions of build 8431 do as well",
)
TLS_12_CLICK_TO_RUN = Requirement(
    ClientBuild(16, 0, 9126, 2152),
    "likewise of the Click-to-Run client in the monthly channel of April 2018",
    TLS,
    inferred="that later builds of every channel do as well",
)
TLS_12_MOBILE = Requirement(
    (6, 19), "likewise of the clients for iOS and Android", TLS, inferred="that their user agent tells it"
)
