"""The PowerShell endpoints of Skype for Business and Exchange: PSRP over WS-Management."""

from __future__ import annotations

from .cmdlet import Call, Cmdlet, CmdletError, Parameter
from .endpoint import PowerShellEndpoint
from .faults import CmdletFault, CmdletFaults
from .registry import EndpointRules
from .roles import Role, standard_roles

__all__ = [
    "Call",
    "Cmdlet",
    "CmdletError",
    "CmdletFault",
    "CmdletFaults",
    "EndpointRules",
    "Parameter",
    "PowerShellEndpoint",
    "Role",
    "standard_roles",
]
