"""The deployment: one organisation, as `imadmin.yaml` or a folder of saved output describes it."""

from imadmin.deployment.folder import from_folder
from imadmin.deployment.reader import read_deployment
from imadmin.deployment.records import ClientsConfig, Deployment, EwsConfig, ShellConfig
from imadmin.deployment.sections import settled, with_sections

__all__ = [
    "ClientsConfig",
    "Deployment",
    "EwsConfig",
    "ShellConfig",
    "from_folder",
    "read_deployment",
    "settled",
    "with_sections",
]
