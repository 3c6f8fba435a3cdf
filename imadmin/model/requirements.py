"""What Microsoft documents that Offline IM requires: values with their sources, in one place."""

from __future__ import annotations

from datetime import date
from typing import Generic, NamedTuple, TypeVar

from imadmin.model.clients import ClientBuild

__all__ = [
    "ACCEPTED_DOMAINS",
    "EWS_ACCESS",
    "EWS_LICENSES_ENFORCED",
    "EWS_ONLINE_END",
    "EWS_ONLINE_PHASE",
    "MINIMUM_BUILD",
    "MINIMUM_BUILD_ON_PREMISES",
    "OFFLINE_IM",
    "PROCESSING_TIMER",
    "SERVER_2015_CU3",
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
RETENTION_TAGS = "https://learn.microsoft.com/powershell/module/exchange/new-retentionpolicytag"
TRANSPORT_RULES = "https://learn.microsoft.com/powershell/module/exchange/new-transportrule"
ACCEPTED_DOMAINS = "https://learn.microsoft.com/exchange/mail-flow/accepted-domains/accepted-domains"
PATCH_VERSION = "https://learn.microsoft.com/powershell/module/skypeforbusiness/get-csserverpatchversion"
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
