"""Is Offline IM switched on where a person is homed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import OPTIONAL, Finding, Status, check
from imadmin.model import Setting
from imadmin.model.requirements import IM_CONFIGURATION, OFFLINE_IM, SERVER_2015_CU3
from imadmin.model.values import quoted

from .homes import judge_at_home
from .rulings import GLOBAL, Ruling, unreadable
from .strays import telling_of_strays

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin import Missing, PeopleRows
    from imadmin.model import ImConfiguration, Pool, Site
    from imadmin.tables import Table

_STATUS = {Setting.TRUE: Status.PASS, Setting.FALSE: Status.FAIL}
_NO_GLOBAL = Ruling(
    key=GLOBAL,
    status=Status.ERROR,
    reason="Get-CsImConfiguration listed no Global object, which applies here.",
    object="Global",
    remedy="Run Get-CsImConfiguration without -Identity and -Filter.",
    value="missing",
)


@check(
    id="server.im-configuration",
    stage="server",
    severity="high",
    title="The server knows Offline IM",
    reference=IM_CONFIGURATION,
)
def im_configuration_readable(im_configurations: Sequence[ImConfiguration]) -> Iterator[Finding]:
    """A readable `Get-CsImConfiguration` proves that the server has the cmdlet, so CU3 or later."""
    update = ".".join(map(str, SERVER_2015_CU3.value))
    values = {str(one.scope): one.enable_offline_im.value for one in im_configurations}
    yield Finding(
        "Get-CsImConfiguration",
        Status.PASS,
        f"The cmdlet answered, so the server has update {update} or is a later version.",
        evidence={"EnableOfflineIm": values},
    )


@check(
    id="policy.offline-im-enabled",
    stage="policy",
    severity="critical",
    title="Offline IM is switched on where people are homed",
    reference=OFFLINE_IM,
)
def offline_im_enabled(
    users: Table,
    im_configurations: Sequence[ImConfiguration],
    pools: Sequence[Pool] | Missing = OPTIONAL,
    sites: Sequence[Site] | Missing = OPTIONAL,
) -> PeopleRows:
    """Each person is judged by the nearest object: that of the site, else Global."""
    rulings = [_ruling(configuration, im_configurations) for configuration in im_configurations]
    if all(ruling.key != GLOBAL for ruling in rulings):
        rulings.append(_NO_GLOBAL)
    if all(ruling.key == GLOBAL for ruling in rulings):
        return judge_at_home(users, _GLOBAL_ONLY, OPTIONAL, OPTIONAL, rulings=rulings)
    return judge_at_home(users, _BY_SITE, pools, sites, rulings=telling_of_strays(rulings, pools, sites))


_GLOBAL_ONLY = """
    select u.rowid, u.person, r.status, r.reason, r.object, r.remedy, r.value as "EnableOfflineIm"
    from users u join rulings r on r.key = 'global' where u.uncounted is null
"""

_SERVICES = r"""
    , services as (
      select key, regexp_extract(key, '[^:]*$') as fqdn,
             regexp_extract(key, '[^:]*$') in (select fqdn from pools) as placed
      from rulings where starts_with(key, 'service:')
    ),
    served as (
      select h.*, (select min(key) from services v
                   where v.fqdn = h.registrar_pool or not v.placed or h.registrar_pool is null) as service
      from homes h
    )
"""
"""A service's object may apply to those who are homed in its pool; one of no known pool, to anybody."""

_BY_SITE = (
    _SERVICES
    + """
    , nearest as (
      select h.*, coalesce(h.service, s.key, 'global') as key,
             h.site is null and h.service is null and $by_site$ as lost
      from served h left join rulings s on s.key = h.site_key
    )
    select h.id as rowid, h.person,
           case when h.lost then 'error' else r.status end as status,
           case when h.lost then h.why_not else r.reason end as reason,
           case when h.lost then 'site unknown' else r.object end as object,
           case when h.lost
                then 'Save Get-CsUser (RegistrarPool) and Get-CsPool (Site) again:'
                     || ' some configuration is per site.'
                else r.remedy end as remedy,
           case when not h.lost then r.value end as "EnableOfflineIm",
           h.site
    from nearest h join rulings r using (key)
"""
)


def _ruling(configuration: ImConfiguration, every: Sequence[ImConfiguration]) -> Ruling:
    name = str(configuration.scope)
    setting = configuration.enable_offline_im
    if configuration.scope.kind == "service":
        return _of_service(configuration)
    status = _STATUS.get(setting, Status.ERROR)
    reasons = {
        Status.PASS: f"{name} has Offline IM on.",
        Status.FAIL: f"{name} switches Offline IM off (EnableOfflineIm is False).",
        Status.ERROR: unreadable("Get-CsImConfiguration", f"EnableOfflineIm of {name}", setting),
    }
    return Ruling(
        configuration.scope.key, status, reasons[status], name, _remedy(name, status, every), setting.value
    )


def _of_service(configuration: ImConfiguration) -> Ruling:
    """Whether such an object overrides the site's is not documented, so nobody is judged by it."""
    name = str(configuration.scope)
    reason = f"{name} is of a scope that is not documented for Offline IM: whether it applies is not known."
    remedy = (
        f"Remove-CsImConfiguration -Identity {quoted(name)}   (so that the site's object or Global applies)"
    )
    return Ruling(
        configuration.scope.key, Status.ERROR, reason, name, remedy, configuration.enable_offline_im.value
    )


def _remedy(name: str, status: Status, every: Sequence[ImConfiguration]) -> str:
    command = f"Set-CsImConfiguration -Identity {quoted(name)} -EnableOfflineIm $true"
    if status is Status.FAIL and name != "Global":
        return f"{command}   (without -Identity it changes Global only, and {name} goes on overriding that)"
    if status is Status.FAIL:
        sites = [f"{one.scope} ({one.enable_offline_im.shown})" for one in every if one.scope.kind == "site"]
        told = f"   (which changes nothing where a site has its own: {', '.join(sites)})"
        return command + told * bool(sites)
    return "" if status is Status.PASS else "Get-CsImConfiguration | Export-Clixml Get-CsImConfiguration.xml"
