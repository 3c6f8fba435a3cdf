"""By which headers lists call what is read of them: scripts, the monitoring database, inventories.

Case, blanks and punctuation in headers do not count. Where several are there, the first one that says
something is taken.
"""

from __future__ import annotations

PERSON = (
    "UserName",
    "User",
    "SipAddress",
    "SipUri",
    "UserAtHost",
    "UserUri",
    "User Address",
    "UserSipUri",
    "UserPrincipalName",
    "UPN",
    "User_Principal_Name0",
    "PrimaryUser",
    "Primary User UPN",
    "PrimaryUser0",
    "User_Name0",
    "UserName0",
    "TopConsoleUser",
    "TopConsoleUser0",
    "LastLogonUser",
    "EmailAddress",
    "Mail",
    "Mail0",
    "Name0",
)
"""A SIP address; of inventories also a user principal name, an e-mail address, or `DOMAIN\\account`."""

AGENT = (
    "ClientVersion",
    "ClientApp",
    "UserAgent",
    "Client Version / Agent",
    "Agent",
    "ClientAgent",
    "Version",
    "VersionToReport",
    "VersionToReport0",
    "VersionToReport00",
    "ClientVersionToReport",
    "ClientVersionToReport0",
    "OfficeVersion",
    "FileVersion",
    "ClientBuild",
    "Build",
)
"""A user agent, or a bare build."""

KIND = ("ClientType", "ClientCategory", "UserAgentType", "Agent")
"""What kind of client it is, in the words or numbers of the monitoring database: a bare build of another kind
than `OC` (4) is not the desktop client's."""

EDITION = (
    "Edition",
    "InstallType",
    "InstallationType",
    "InstallTechnology",
    "Technology",
    "OfficeInstallType",
    "Product",
    "ProductName",
    "ProductName0",
    "ARPDisplayName",
    "ARPDisplayName0",
    "DisplayName0",
    "ProductReleaseIds",
    "ProductReleaseIds0",
)
"""In which words an inventory says whether it came as MSI or by Click-to-Run."""

MSI = ("MSI", "IsMSI", "MsiInstalled", "WindowsInstaller")
CLICK_TO_RUN = ("ClickToRun", "IsClickToRun", "C2R", "IsC2R")
"""Columns that answer the same by yes or no."""

TIME = ("RegisterTime", "RegistrationTime", "LastRegisterTime", "LastRegistration", "LogonTime")
"""When the client registered: a list that has it is a history."""

ALL = (*PERSON, *AGENT, *KIND, *EDITION, *MSI, *CLICK_TO_RUN, *TIME)
