"""The cmdlets of Skype for Business Server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin_lab.directory import Nested
from imadmin_lab.directory.skype import (
    ACCESS_EDGE,
    ADMIN_ROLE,
    ALLOWED_DOMAIN,
    ARCHIVING_CONFIGURATION,
    ARCHIVING_POLICY,
    BLOCKED_DOMAIN,
    CLIENT_POLICY,
    EXTERNAL_ACCESS_POLICY,
    IM_CONFIGURATION,
    PATCH_VERSION,
    POOL,
    SITE,
    policy_entry,
)
from imadmin_lab.powershell.cmdlet import Cmdlet, CmdletError, Parameter
from imadmin_lab.powershell.objects import Record

from .common import LOCAL_STORE, filtered, known_as, record_of
from .settings import MODULE, Settings
from .users import USER_CMDLETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin_lab.directory import Noun
    from imadmin_lab.powershell.cmdlet import Call

_ROLE_ENTRY: Final = "Microsoft.Rtc.Management.WritableConfig.Settings.Roles.CmdletType"


def get_pool(call: Call) -> Iterator[object]:
    """Get-CsPool: all, one, or those of a site."""
    site = call.text("Site")
    for record in _listed(call, POOL):
        home = str(record.get("Site")).removeprefix("Site:")
        if site is None or home.casefold() == site.removeprefix("Site:").removeprefix("site:").casefold():
            yield record


def get_allowed_domain(call: Call) -> Iterator[object]:
    """Get-CsAllowedDomain."""
    return _listed(call, ALLOWED_DOMAIN)


def get_blocked_domain(call: Call) -> Iterator[object]:
    """Get-CsBlockedDomain."""
    return _listed(call, BLOCKED_DOMAIN)


def get_site(call: Call) -> Iterator[object]:
    """Get-CsSite."""
    return _listed(call, SITE)


def get_admin_role(call: Call) -> Iterator[object]:
    """Get-CsAdminRole: the roles with the cmdlets that they give."""
    from . import cmdlets_of

    wanted = call.text("Identity")
    names = [cmdlet.name for cmdlet in cmdlets_of("skype") if cmdlet.module == MODULE]
    found = False
    for role in call.session.roles.values():
        if "skype" in role.shells and (wanted is None or role.name.casefold() == wanted.casefold()):
            found = True
            held = [
                Nested(_ROLE_ENTRY, f"Name={name}", {"Name": name}) for name in names if role.exports(name)
            ]
            yield Record(
                ADMIN_ROLE.type_names, {**ADMIN_ROLE.make(role.name, {}), "Cmdlets": held}, role.name
            )
    if wanted is not None and not found:
        call.error(_missing("Role", wanted))


def get_patch_version(call: Call) -> Iterator[object]:
    """Get-CsServerPatchVersion: of the components of the server that answers."""
    entries = call.directory.entries("skype", PATCH_VERSION.name)
    here = [e for e in entries if e.identity.casefold().startswith(f"{call.session.server.casefold()}/")]
    for entry in here or entries:
        shown = {name: value for name, value in entry.properties.items() if name != "Identity"}
        yield Record(PATCH_VERSION.type_names, shown, str(shown.get("ComponentName")))


def new_client_policy_entry(call: Call) -> Iterator[object]:
    """New-CsClientPolicyEntry: what Set-CsClientPolicy takes as -PolicyEntry."""
    name, value = call.text("Name") or "", call.text("Value") or ""
    entry = policy_entry(name, value)
    yield Record((entry.type_name, "System.Object"), entry.properties, entry.text)


def _listed(call: Call, noun: Noun) -> Iterator[Record]:
    entries = call.directory.entries("skype", noun.name, local=call.on("LocalStore"))
    wanted = call.text("Identity")
    if wanted is not None:
        bare = wanted if noun is not SITE else f"Site:{wanted.removeprefix('Site:').removeprefix('site:')}"
        entries = [entry for entry in entries if known_as(noun, entry, bare)]
        if not entries:
            call.error(_missing(noun.short, wanted))
    for entry in filtered(call, entries):
        yield record_of(noun, entry)


def _missing(what: str, name: str) -> CmdletError:
    text = f'Cannot find {what} "{name}" because it does not exist.'
    return CmdletError(
        text, "ObjectNotFound", "ItemNotFound", "Microsoft.Rtc.Management.Xds.XdsException", name
    )


_IDENTITY: Final = Parameter("Identity", position=0, by_value=True, by_property=True)


def _cmdlet(name: str, type_name: str, *parameters: Parameter) -> Cmdlet:
    runs = {
        "Get-CsAllowedDomain": get_allowed_domain,
        "Get-CsBlockedDomain": get_blocked_domain,
        "Get-CsPool": get_pool,
        "Get-CsSite": get_site,
        "Get-CsAdminRole": get_admin_role,
        "Get-CsServerPatchVersion": get_patch_version,
        "New-CsClientPolicyEntry": new_client_policy_entry,
    }
    return Cmdlet(name, runs[name], parameters, f"Microsoft.Rtc.Management.{type_name}", MODULE)


CMDLETS: Final = (
    *Settings(IM_CONFIGURATION).cmdlets("Get", "Set", "New", "Remove"),
    *Settings(CLIENT_POLICY).cmdlets("Get", "Set", "New", "Remove"),
    *Settings(EXTERNAL_ACCESS_POLICY).cmdlets("Get"),
    *Settings(ACCESS_EDGE).cmdlets("Get"),
    *Settings(ARCHIVING_CONFIGURATION).cmdlets("Get"),
    *Settings(ARCHIVING_POLICY).cmdlets("Get"),
    *USER_CMDLETS,
    _cmdlet(
        "Get-CsAllowedDomain", "Edge.GetOcsAllowedDomainCmdlet", _IDENTITY, Parameter("Filter"), LOCAL_STORE
    ),
    _cmdlet(
        "Get-CsBlockedDomain", "Edge.GetOcsBlockedDomainCmdlet", _IDENTITY, Parameter("Filter"), LOCAL_STORE
    ),
    _cmdlet("Get-CsPool", "Xds.GetOcsPoolCmdlet", _IDENTITY, Parameter("Site"), LOCAL_STORE),
    _cmdlet("Get-CsSite", "Xds.GetOcsSiteCmdlet", _IDENTITY, Parameter("Filter"), LOCAL_STORE),
    _cmdlet("Get-CsAdminRole", "Cmdlets.GetOcsAdminRoleCmdlet", _IDENTITY, Parameter("Filter"), LOCAL_STORE),
    _cmdlet("Get-CsServerPatchVersion", "Deployment.GetServerPatchVersionCmdlet"),
    _cmdlet(
        "New-CsClientPolicyEntry",
        "Cmdlets.NewCsClientPolicyEntryCmdlet",
        Parameter("Name", mandatory=True),
        Parameter("Value", mandatory=True),
    ),
)
