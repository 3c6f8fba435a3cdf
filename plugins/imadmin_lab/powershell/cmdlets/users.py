"""The cmdlets about users of Skype for Business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin_lab.directory.skype import CLIENT_POLICY, EXTERNAL_ACCESS_POLICY, USER
from imadmin_lab.powershell.cmdlet import Cmdlet, CmdletError, Parameter
from imadmin_lab.powershell.objects import Record, as_text

from .common import SWITCH, filtered, known_as, limited, record_of
from .settings import MODULE, find_policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin_lab.directory import Entry, Noun
    from imadmin_lab.powershell.cmdlet import Call

_AD: Final = "Microsoft.Rtc.Management.AD"
_MANAGEMENT: Final = f"{_AD}.ManagementException"
_POLICIES: Final = {"ClientPolicy": CLIENT_POLICY, "ExternalAccessPolicy": EXTERNAL_ACCESS_POLICY}


def get_user(call: Call) -> Iterator[object]:
    """Get-CsUser."""
    entries = call.directory.entries("skype", USER.name)
    wanted = call.text("Identity")
    if wanted is not None:
        entries = [entry for entry in entries if _is(entry, wanted)]
        if not entries and "*" not in wanted:
            call.error(not_found(wanted))
    if call.on("UnAssignedUser"):
        entries = [entry for entry in entries if not as_text(entry.get("RegistrarPool"))]
    shown, _ = limited(call, filtered(call, entries), None)
    for entry in shown:
        yield record_of(USER, entry)


def _is(entry: Entry, name: str) -> bool:
    r"""Whether a user is meant: SIP address with or without `sip:`, UPN, display name, DN, `DOMAIN\logon`."""
    _, backslash, logon = name.rpartition("\\")
    if backslash:
        return as_text(entry.get("SamAccountName")).casefold() == logon.casefold()
    return known_as(USER, entry, name) or known_as(USER, entry, f"sip:{name}")


def find_user(call: Call) -> Entry | None:
    """The one user whom `-Identity` means; None, with an error, where nobody or several are meant."""
    wanted = call.text("Identity") or ""
    found = [entry for entry in call.directory.entries("skype", USER.name) if _is(entry, wanted)]
    if len(found) == 1:
        return found[0]
    call.error(not_found(wanted) if not found else _several(wanted))
    return None


def not_found(name: str) -> CmdletError:
    """Nobody of this name."""
    text = f'Management object not found for identity "{name}".'
    return CmdletError(text, "ObjectNotFound", "Identity", _MANAGEMENT, name)


def _several(name: str) -> CmdletError:
    text = f'Multiple management objects found for identity "{name}".'
    return CmdletError(text, "InvalidData", "Identity", _MANAGEMENT, name)


def grant_client_policy(call: Call) -> Iterator[object]:
    """Grant-CsClientPolicy: assign a per-user policy; null takes it away."""
    user = find_user(call)
    if user is None:
        return
    name = call.text("PolicyName") or None
    policy = find_policy(call, CLIENT_POLICY, name) if name else None
    if name and policy is None:
        text = f'Policy "{name}" is not a user policy. You can assign only a user policy to a specific user.'
        call.error(CmdletError(text, "InvalidArgument", "InvalidPolicy", _MANAGEMENT, name))
        return
    if call.may(call.cmdlet.name, user.identity):
        assigned = policy.identity.removeprefix("Tag:") if policy else None
        call.directory.change("skype", USER.name, user.identity, {"ClientPolicy": assigned})
        changed = call.directory.find("skype", USER.name, user.identity)
        yield from [record_of(USER, changed)] if changed and call.on("PassThru") else []


def get_effective_policy(call: Call) -> Iterator[object]:
    """Get-CsEffectivePolicy: the user's own policy, else the site's, else Global."""
    user = find_user(call)
    if user is not None:
        site = _site_of(call, user)
        effective = {name: _effective(call, user, site, name, noun) for name, noun in _POLICIES.items()}
        properties = {"Identity": user.get("Identity"), **effective}
        yield Record((f"{_AD}.EffectivePolicy", "System.Object"), properties, user.identity)


def _effective(call: Call, user: Entry, site: str, name: str, noun: Noun) -> str:
    own = as_text(user.get(name))
    policy = find_policy(call, noun, own) if own else None
    if policy is None and site:
        policy = call.directory.find("skype", noun.name, site)
    return policy.identity if policy else "Global"


def _site_of(call: Call, user: Entry) -> str:
    pool = call.directory.find("skype", "CsPool", as_text(user.get("RegistrarPool")))
    return as_text(pool.get("Site")) if pool else ""


_IDENTITY: Final = Parameter("Identity", position=0, mandatory=True, by_value=True, by_property=True)
_CONTROLLER: Final = Parameter("DomainController")
USER_CMDLETS: Final = (
    Cmdlet(
        "Get-CsUser",
        get_user,
        (
            Parameter("Identity", position=0, by_value=True, by_property=True),
            Parameter("Filter"),
            Parameter("LdapFilter"),
            Parameter("ResultSize", "Unlimited"),
            Parameter("OU"),
            Parameter("OnLyncServer", SWITCH),
            Parameter("OnOfficeCommunicationServer", SWITCH),
            Parameter("UnAssignedUser", SWITCH),
            Parameter("Credential", "Object"),
            _CONTROLLER,
        ),
        f"{_AD}.Cmdlets.GetOcsUserCmdlet",
        MODULE,
    ),
    Cmdlet(
        "Grant-CsClientPolicy",
        grant_client_policy,
        (
            _IDENTITY,
            Parameter("PolicyName", "String?", position=1, mandatory=True),
            Parameter("PassThru", SWITCH),
            Parameter("Tenant", "Guid"),
            _CONTROLLER,
        ),
        f"{_AD}.Cmdlets.GrantOcsClientPolicyCmdlet",
        MODULE,
        confirms=True,
    ),
    Cmdlet(
        "Get-CsEffectivePolicy",
        get_effective_policy,
        (_IDENTITY,),
        f"{_AD}.Cmdlets.GetOcsEffectivePolicyCmdlet",
        MODULE,
    ),
)
