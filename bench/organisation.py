"""Organisations of any size as folders of saved output, in CSV: the same bytes each time.

Written by DuckDB, so that a million people take seconds. Everything that a verdict turns on occurs: policies
of every scope and state, sites that override, old and MSI clients, several clients a person, mailboxes in
both places and in neither, EWS switched off for some, disabled users, and users homed elsewhere.
"""

from __future__ import annotations

import csv
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

POOLS = 40
SITES = 12
POLICIES = 60

_TABLES = {
    "skype/Get-CsImConfiguration": """
        select 'Global' as "Identity", 'True' as "EnableOfflineIm"
        union all select 'Site:Site ' || s, case when s = 3 then 'False' else 'True' end from range(0, 4) t(s)
    """,
    "skype/Get-CsSite": """
        select 'Site:Site ' || s as "Identity", s as "SiteId", 'Site ' || s as "DisplayName"
        from range(0, $sites$) t(s)
    """,
    "skype/Get-CsPool": """
        select 'pool' || p || '.example.com' as "Identity", 'pool' || p || '.example.com' as "Fqdn",
               'Site:Site ' || (p % $sites$) as "Site" from range(0, $pools$) t(p)
    """,
    "skype/Get-CsClientPolicy": """
        select 'Global' as "Identity", 'True' as "EnableIMAutoArchiving", 'False' as "DisableSavingIM"
        union all select 'Site:Site 5', 'False', 'False'
        union all select 'Tag:Policy ' || p, case when p % 10 = 0 then 'False' else 'True' end, 'False'
        from range(1, $policies$) t(p)
    """,
    "skype/Get-CsUser": """
        select 'CN=Person ' || i || ',OU=Staff,DC=example,DC=com' as "Identity",
               'sip:' || $person$ as "SipAddress", 'Person ' || i as "DisplayName",
               case when i % 97 = 0 then 'False' else 'True' end as "Enabled",
               case when i % 101 = 0 then 'sipfed.online.lync.com' else 'SRV:' end as "HostingProvider",
               case when i % 101 = 0 then '' else 'pool' || (i % $pools$) || '.example.com' end
                 as "RegistrarPool",
               case when i % 5 = 0 then 'Policy ' || (i // 5 % ($policies$ - 1) + 1) else '' end
                 as "ClientPolicy",
               $person$ as "WindowsEmailAddress", $person$ as "UserPrincipalName",
               'False' as "EnterpriseVoiceEnabled", '' as "LineURI", '' as "VoicePolicy",
               '' as "ConferencingPolicy", 'Person' || i as "SamAccountName"
        from range(0, $users$) t(i)
    """,
    "exchange/Get-OrganizationConfig": """
        select 'Example' as "Identity", 'True' as "EwsEnabled", '' as "EwsApplicationAccessPolicy",
               '' as "EwsAllowList", '' as "EwsBlockList"
    """,
    "exchange_online/Get-OrganizationConfig": """
        select 'example.onmicrosoft.com' as "Identity", 'True' as "EwsEnabled",
               '' as "EwsApplicationAccessPolicy", '' as "EwsAllowList", '' as "EwsBlockList",
               '' as "EwsAllowedAppIDs"
    """,
    "exchange/Get-Mailbox": "select $mailbox$ from range(0, $users$) t(i) where $place$ = 'onprem'",
    "exchange_online/Get-Mailbox": "select $mailbox$ from range(0, $users$) t(i) where $place$ = 'online'",
    "exchange/Get-CASMailbox": "select $cas$ from range(0, $users$) t(i) where $place$ = 'onprem'",
    "exchange_online/Get-CASMailbox": "select $cas$ from range(0, $users$) t(i) where $place$ = 'online'",
    "clients/registrations": """
        select $person$ as "UserName", $agent$ as "ClientVersion",
               '{00000000-0000-0000-0000-' || lpad(i::varchar, 12, '0') || '}' as "EndpointId",
               '2026-11-20 06:14:00' as "ExpiresAt", 'fe01.example.com' as "RegistrarFQDN"
        from range(0, $users$) t(i), range(0, 2) e(e) where e = 0 and i % 83 > 0 or e = 1 and i % 4 = 0
    """,
}
_TEXTS = {
    "$mailbox$": """
        'Person ' || i as "Name", $person$ as "PrimarySmtpAddress", $person$ as "UserPrincipalName",
        'UserMailbox' as "RecipientTypeDetails", 'DB' || (i % 50) as "Database"
    """,
    "$cas$": """
        'Person ' || i as "Name", $person$ as "PrimarySmtpAddress",
        case when i % 211 = 0 then 'False' when i % 3 = 0 then 'True' else '' end as "EwsEnabled",
        '' as "EwsApplicationAccessPolicy", '' as "EwsAllowList", '' as "EwsBlockList", 'True' as "OWAEnabled"
    """,
    "$place$": "case when i % 59 = 0 then 'none' when i % 3 = 0 then 'online' else 'onprem' end",
    "$agent$": """
        case when (i + e) % 13 = 0 then 'UCCAPI/16.0.4417.1000 OC/16.0.4417.1000 (Skype for Business)'
             when (i + e) % 11 = 0 then 'UCCAPI/16.0.6741.5308 OC/16.0.6741.2105 (Skype for Business)'
             when (i + e) % 17 = 0 then 'iPhoneLync/6.19.0.0'
             else 'UCCAPI/16.0.' || (12527 + i % 40 * 100) || '.20122 OC/16.0.' || (12527 + i % 40 * 100)
                  || '.20194 (Skype for Business)' end
    """,
    "$person$": "'person' || i || '@example.com'",
    "$pools$": str(POOLS),
    "$sites$": str(SITES),
    "$policies$": str(POLICIES),
}


def write_organisation(folder: Path, users: int) -> None:
    """Write a folder for `--from`, with so many users."""
    import duckdb

    with duckdb.connect() as connection:
        for name, sql in _TABLES.items():
            _write(connection, folder / f"{name}.csv", _filled(sql).replace("$users$", str(users)))


def as_clixml(source: Path, target: Path) -> None:
    """Write the objects of every cmdlet of such a folder as Export-Clixml does; lists stay CSV."""
    from imadmin.shells.clixml.values import PSObject
    from imadmin.shells.clixml.writer import write

    for path in source.rglob("*.csv"):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.parent.name == "clients":
            shutil.copyfile(path, copy)
            continue
        with path.open(encoding="utf-8", newline="") as rows, copy.with_suffix(".xml").open("wb") as file:
            write(file, map(PSObject, csv.DictReader(rows)))


def _write(connection: DuckDBPyConnection, path: Path, sql: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"copy ({sql}) to '{path.as_posix()}' (format csv, header, force_quote *)")


def _filled(sql: str) -> str:
    for mark, text in _TEXTS.items():
        sql = sql.replace(mark, text.strip())
    return sql
