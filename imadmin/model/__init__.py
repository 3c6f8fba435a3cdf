"""The nouns of Offline IM, shared by all plugins; each module says where its knowledge comes from."""

from imadmin.model.archiving import ArchivingConfiguration, ArchivingPolicy
from imadmin.model.clients import ENDPOINTS, ClientBuild
from imadmin.model.federation import AccessEdge, ExternalAccessPolicy
from imadmin.model.mailboxes import MAILBOXES, Location, Mailboxes
from imadmin.model.people import USERS, person_of
from imadmin.model.policies import ClientPolicy, ImConfiguration, LocalStore
from imadmin.model.scope import Scope
from imadmin.model.servers import Server
from imadmin.model.settings import Setting
from imadmin.model.topology import Pool, Site

__all__ = [
    "ENDPOINTS",
    "MAILBOXES",
    "USERS",
    "AccessEdge",
    "ArchivingConfiguration",
    "ArchivingPolicy",
    "ClientBuild",
    "ClientPolicy",
    "ExternalAccessPolicy",
    "ImConfiguration",
    "LocalStore",
    "Location",
    "Mailboxes",
    "Pool",
    "Scope",
    "Server",
    "Setting",
    "Site",
    "person_of",
]
