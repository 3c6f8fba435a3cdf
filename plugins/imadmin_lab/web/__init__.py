"""The HTTP and HTTPS servers of the lab: certificates, log-ins, message encryption and faults."""

from __future__ import annotations

from .accounts import Account, Accounts
from .authority import Authority, Certificate, ServerCertificate
from .connection import Peer
from .faults import Fault, Faults
from .login import ChannelBindings, LoginRules, Scheme
from .server import WebServer
from .site import Application, Mount, Site
from .tokens import AppRegistration, Tokens

__all__ = [
    "Account",
    "Accounts",
    "AppRegistration",
    "Application",
    "Authority",
    "Certificate",
    "ChannelBindings",
    "Fault",
    "Faults",
    "LoginRules",
    "Mount",
    "Peer",
    "Scheme",
    "ServerCertificate",
    "Site",
    "Tokens",
    "WebServer",
]
