"""The users table from the objects of Get-CsUser."""

from __future__ import annotations

from imadmin.cells import is_known, setting, text
from imadmin.model.people import without_sip
from imadmin.tables import Layout

PROPERTIES = (
    "Identity",
    "SipAddress",
    "DisplayName",
    "Enabled",
    "HostingProvider",
    "RegistrarPool",
    "ClientPolicy",
    "WindowsEmailAddress",
    "UserPrincipalName",
    "SamAccountName",
)


def _is_blank(name: str) -> str:
    """SQL for whether the object shows the property, and that it is not set."""
    return f"({is_known(name)} and coalesce({text(name)}, '') = '')"


_UPN = f"nullif(lower({text('UserPrincipalName')}), '')"
_PROVIDER = text("HostingProvider")
USER_ROWS = f"""
    with named as (
      select *, nullif({without_sip(f"lower({text('SipAddress')})")}, '') as sip_name from objects
    )
    select case when {is_known("SipAddress")}
                then coalesce(sip_name, {_UPN}, lower({text("Identity")}), '') end as person,
           nullif({text("DisplayName")}, '') as display_name,
           nullif(lower({text("RegistrarPool")}), '') as registrar_pool,
           nullif({text("ClientPolicy")}, '') as client_policy,
           {is_known("ClientPolicy")} as client_policy_known,
           nullif(lower({text("WindowsEmailAddress")}), '') as windows_email,
           {_UPN} as user_principal_name,
           nullif(lower({text("SamAccountName")}), '') as account,
           case when coalesce({text("SipAddress")}, '') = '' then 'has no SIP address'
                when {setting("Enabled")} = 'false' then 'is disabled for Skype for Business'
                when lower({_PROVIDER}) not in ('', 'srv:')
                then 'is homed elsewhere (' || {_PROVIDER} || ')'
                when {_is_blank("HostingProvider")} and {_is_blank("RegistrarPool")} then 'is homed nowhere'
                end as uncounted
    from named
"""
"""Each object of Get-CsUser as a row of `imadmin.model.USERS`; of one whose SipAddress is not known, not even
to be empty, nobody knows who it is, and `person` is null."""

LAYOUT = Layout(
    different=("person", "display_name", "account"),
    alike={"windows_email": "person", "user_principal_name": "person"},
)

ONE_ROW_EACH = """
    select person, any_value(display_name) as display_name,
           case when count(distinct coalesce(registrar_pool, '')) = 1 then any_value(registrar_pool) end
             as registrar_pool,
           any_value(client_policy) as client_policy,
           bool_and(client_policy_known) and count(distinct lower(coalesce(client_policy, ''))) = 1
             as client_policy_known,
           any_value(windows_email) as windows_email, any_value(user_principal_name) as user_principal_name,
           any_value(account) as account,
           case when count(*) = count(uncounted) then any_value(uncounted) end as uncounted
    from users group by person
"""
"""Merges the rows of a person who is listed more than once; what they contradict each other in is unknown."""
