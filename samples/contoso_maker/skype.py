"""What the Skype for Business cmdlets say of the organisation, but for the users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from samples.contoso_maker.powershell import nulls, ps_enum, ps_object, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.shells.clixml import PSObject
    from samples.contoso_maker.description import Organisation, Pool, Settings, Site

_XDS = "Microsoft.Rtc.Management.Xds"
_WRITABLE = "Microsoft.Rtc.Management.WritableConfig"
_CLIENT_POLICY = f"{_WRITABLE}.Policy.Client"

_CLIENT_POLICY_PROPERTIES = words("""
    PolicyEntry Description ShowRecentContacts AddressBookAvailability AttendeeSafeTransfer
    AutoDiscoveryRetryInterval BlockConversationFromFederatedContacts CalendarStatePublicationInterval
    CustomizedHelpUrl CustomLinkInErrorMessages CustomStateUrl DGRefreshInterval DisableCalendarPresence
    DisableContactCardOrganizationTab DisableEmailComparisonCheck DisableEmoticons
    DisableFederatedPromptDisplayName DisableMeetingSubjectAndLocation DisablePICPromptDisplayName
    DisablePresenceNote DisableSavingIM EnableAppearOffline EnableCallLogAutoArchiving
    EnableClientMusicOnHold EnableConversationWindowTabs EnableEnterpriseCustomizedHelp EnableEventLogging
    EnableExchangeContactSync EnableExchangeDelegateSync EnableFullScreenVideo
    EnableHighPerformanceP2PAppSharing EnableHotdesking EnableIMAutoArchiving EnableMediaRedirection
    EnableServerConversationHistory EnableTracing EnableUnencryptedFileTransfer EnableURL
    ExcludedContactFolders HotdeskingTimeout IMWarning MaximumDGsAllowedInContactList MaximumNumberOfContacts
    MAPIPollInterval SupportModernFilePicker TracingLevel WebServicePollInterval
""")

_POOL_ROLES = words("Registrar UserServer ConferencingServer ApplicationServer WebServer")
_COMPONENTS = ("Core Components", "Front End Server", "Web Components Server", "Bandwidth Policy Service")


def im_configurations(organisation: Organisation) -> Iterator[PSObject]:
    """Get-CsImConfiguration: every scope that has an object of its own."""
    for scope, enabled in organisation.im_configurations.items():
        yield ps_object(
            f"{_WRITABLE}.Settings.IMConfiguration.IMConfiguration",
            scope,
            {"Identity": scope, "EnableOfflineIm": enabled},
        )


def client_policies(organisation: Organisation) -> Iterator[PSObject]:
    """Get-CsClientPolicy: most properties are null, as in any organisation."""
    for identity, settings in organisation.client_policies.items():
        properties = nulls(("Identity", *_CLIENT_POLICY_PROPERTIES))
        yield ps_object(
            f"{_CLIENT_POLICY}.ClientPolicy", identity, properties | {"Identity": identity} | _typed(settings)
        )


def _typed(settings: Settings) -> dict[str, object]:
    typed: dict[str, object] = {**settings, "PolicyEntry": []}
    for name, value in settings.get("PolicyEntry", {}).items():
        entry = {"Name": name, "Value": value}
        typed["PolicyEntry"] = [ps_object(f"{_CLIENT_POLICY}.PolicyEntryType", f"{name}={value}", entry)]
    if "AddressBookAvailability" in settings:
        typed["AddressBookAvailability"] = ps_enum(
            f"{_CLIENT_POLICY}.AddressBookAvailability", **settings["AddressBookAvailability"]
        )
    return typed


def sites(organisation: Organisation) -> Iterator[PSObject]:
    """Get-CsSite."""
    for site in organisation.sites:
        yield _site(site, [pool for pool in organisation.pools if pool.site == site.name])


def _site(site: Site, pools: list[Pool]) -> PSObject:
    identity = f"Site:{site.name}"
    properties = {
        "Identity": identity,
        "Services": [service for pool in pools for service in _services(pool)],
        "Pools": [pool.fqdn for pool in pools],
        **nulls(words("FederationRoute XmppFederationRoute DefaultPersistentChatPool")),
        "Description": site.description,
        "DisplayName": site.name,
        "SiteType": ps_enum(f"{_XDS}.SiteType", "CentralSite", 0),
        "ParentSite": None,
        "SiteId": site.number,
    }
    return ps_object(f"{_XDS}.DisplaySite", identity, properties)


def pools(organisation: Organisation) -> Iterator[PSObject]:
    """Get-CsPool: the Front End pools and the Exchange server that is a trusted application."""
    for pool in organisation.pools:
        yield _pool(pool.fqdn, pool.site, _services(pool), pool.computers)
    exchange = organisation.exchange["onprem"].server
    yield _pool(exchange, organisation.sites[0].name, [f"ExternalServer:{exchange}"], (exchange,))


def _services(pool: Pool) -> list[str]:
    return [f"{role}:{pool.fqdn}" for role in _POOL_ROLES]


def _pool(fqdn: str, site: str, services: list[str], computers: tuple[str, ...]) -> PSObject:
    properties = {
        "Identity": fqdn,
        "Services": services,
        "Computers": list(computers),
        "Fqdn": fqdn,
        "BackupPoolFqdn": None,
        "Site": f"Site:{site}",
    }
    return ps_object(f"{_XDS}.DisplayPool", fqdn, properties)


def patch_versions(pool: Pool) -> Iterator[PSObject]:
    """Get-CsServerPatchVersion, run on one of the pool's servers."""
    for component in _COMPONENTS:
        name = f"Skype for Business Server 2019, {component}"
        yield ps_object(
            "Microsoft.Rtc.Management.Deployment.ComponentVersion",
            name,
            {"ComponentName": name, "Version": pool.patch},
        )
