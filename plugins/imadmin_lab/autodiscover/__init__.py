"""Autodiscover, without sockets: SOAP (`autodiscover.svc`) and POX (`autodiscover.xml`)."""

from __future__ import annotations

from .application import AutodiscoverApplication

__all__ = ["AutodiscoverApplication"]
