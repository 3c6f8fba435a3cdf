"""The plugins that imadmin itself carries, and what it must not lack without a word."""

from __future__ import annotations

__all__ = ["FIRST_PARTY", "FIRST_PARTY_CHECKS", "FIRST_PARTY_COMMANDS"]

FIRST_PARTY = {
    "clients": "client",
    "delivery": "delivery",
    "directory": "server",
    "ews": "ews",
    "lab": "",
    "policy": "policy",
    "send": "delivery",
    "troubleshoot": "spool",
}
"""Name, and the stage that nobody judges without it; empty where it judges nothing."""

FIRST_PARTY_CHECKS = {
    "clients": (
        "client.build",
        "client.drafts-defect",
        "client.tls",
    ),
    "delivery": (
        "delivery.accepted-domains",
        "delivery.retention",
        "delivery.transport-rules",
    ),
    "directory": (),
    "ews": (
        "ews.addresses",
        "ews.allowed",
        "ews.licenses",
        "ews.online-retirement",
        "ews.probed-mailbox",
        "ews.reachable",
        "ews.virtual-directories",
    ),
    "lab": (),
    "policy": (
        "server.im-configuration",
        "server.patch-version",
        "server.replica",
        "server.support",
        "policy.archiving",
        "policy.auto-archiving",
        "policy.federation",
        "policy.modern-authentication",
        "policy.offline-im-enabled",
        "policy.saving-im",
    ),
    "send": ("delivery.test-send",),
    "troubleshoot": (
        "delivery.elsewhere",
        "spool.client-log",
        "spool.configuration-information",
        "spool.drafts",
        "spool.history-spooler",
        "spool.searched-places",
    ),
}
"""The checks that each of them must give: a plugin that loads and says nothing must not end in 0."""

FIRST_PARTY_COMMANDS = {
    "probe": "find where Exchange Web Services break, step by step, for mailboxes",
    "lab": "a Skype for Business and an Exchange on this computer, to try things on",
    "troubleshoot": "look for messages that were left behind: in folders, logs and mailboxes",
}
"""Commands of these plugins, and their summaries: `imadmin --help` does not load plugins."""
