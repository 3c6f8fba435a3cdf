"""Exchange Web Services, without sockets."""

from __future__ import annotations

from .application import PATH, EwsApplication
from .envelope import ServerVersion

__all__ = ["PATH", "EwsApplication", "ServerVersion"]
