"""One organisation from one YAML file: what the lab answers from, and what the sample folder is made of.

Keys of a scenario file. Those marked * must be there, in the file or in its base; an unknown key is an error.

    title *             One line: what is the matter.
    base                A file that this one lies over: the name of a scenario, or a path beside this file.
                        Mappings merge, people merge by `sip`, null removes what the base says.
    organisation *      Its name, `contoso`; `domain` *, `netbios` *: its domain, `contoso.com` and `CONTOSO`.
    sites *             Site → {number, description}.
    pools *             Front End pool → {site, computers, patch}; patch is the build of all its components.
    im_configurations * Scope (`Global`, `Site:Munich`) → EnableOfflineIm.
    client_policies *   Identity (`Global`, `Site:Munich`, `Tag:Legal`) → properties that are not null.
    replica             As the replica of Get-… -LocalStore shows them where it lags behind: im_configurations
                        and client_policies, in the same form; null: not there yet.
    archiving           configurations and policies: identity → properties of Get-CsArchivingConfiguration
                        and Get-CsArchivingPolicy. Without: nothing is archived.
    federation          edge: properties of Get-CsAccessEdgeConfiguration; policies: identity → properties of
                        Get-CsExternalAccessPolicy; blocked: domains. Without: open to the partners of `mail`.
    exchange *          onprem and online (may be absent), each {server, version, database, organization:
                        properties of Get-OrganizationConfig}; onprem also {internal_url, external_url,
                        extended_protection: None|Allow|Require}.
                        Either also {accepted_domains, retention_tags, transport_rules: name → properties
                        of the Get- cmdlet that differ from the usual}, onprem {web_services: properties of
                        Get-WebServicesVirtualDirectory}.
    agents *            Name → what such a client tells the registrar of itself; the number after OC/ is its
                        build.
    people *            List of people, below.
    service_mailboxes   Account → {display, ews, language, conversation_history}; on-premises, nobody's of
                        Skype for Business.
    mail                federated: domain → {organisation, mailboxes: account → as service_mailboxes}; rules:
                        address, `@domain` or `*` → {delay in seconds, copies, folder: a distinguished id,
                        item_class: which it arrives with}; inbox_rules: address → list of {name, contains,
                        item_class, sender, move_to: a distinguished id, delete, enabled}; items: list of
                        {mailbox, folder: likewise, subject, sender, item_class, age in seconds, read}.
    test_send           {mailboxes, federated}: addresses for the deployment file.
    hidden_cmdlets      Cmdlets that the administrator's role lacks.
    replication_lag     Seconds until -LocalStore shows a change.
    faults              List of {name, …}, on from the start; what `imadmin lab fault` knows.
    collected           {when, where, version} for the manifest of saved output.

A person:

    sip *               The SIP address, what stands before its @; also the logon name.
    first *, last *     The name; `display` where it is not FIRST LAST.
    mailbox *           onprem (answers Exchange Web Services), online (known from cmdlets only) or none.
    pool                The Front End pool; null where `home` is online.
    mail                The e-mail address, what stands before its @, where it is not the SIP address.
    policy              The client policy that is granted, without `Tag:`; need not exist.
    enabled             false: not enabled for Skype for Business.
    home                onprem or online.
    registrar           text or object: what RegistrarPool is.
    registrations       Names of agents: clients in registrations.csv; `connections`: in connections.csv.
    spelled             How registrations.csv writes the address.
    ews                 Properties of Get-CASMailbox that differ from the usual.
    license             As licenses.csv has it; there is such a list where somebody has one.
    language            Of the mailbox, `de-DE`: folders have names in it.
    conversation_history  The name of that folder, or `absent`.
    spooled             Ages in seconds of messages in the client's History Spooler.
    client_log          {received: setting → value, lines: as they stand}: the client keeps a log, which shows
                        its sign-in and this; `{}` for no more.
    configuration       Label → value: rows of the Configuration Information window.
"""

from __future__ import annotations

from .reading import read_scenario, scenarios
from .records import Scenario

__all__ = ["Scenario", "read_scenario", "scenarios"]
