"""Saved output: CLIXML, JSON, CSV and Format-List text as the objects of a cmdlet."""

from __future__ import annotations

from imadmin.shells.export.shell import ExportShell

__all__ = ["ExportShell"]
