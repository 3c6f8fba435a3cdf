"""CLIXML, PowerShell's XML form of objects: one streaming decoder and one strict writer."""

from imadmin.shells.clixml.decoder import decode
from imadmin.shells.clixml.document import Entry
from imadmin.shells.clixml.escapes import escape, unescape
from imadmin.shells.clixml.faults import Limits
from imadmin.shells.clixml.values import SECRET, EnumValue, PSObject
from imadmin.shells.clixml.writer import write

__all__ = [
    "SECRET",
    "Entry",
    "EnumValue",
    "Limits",
    "PSObject",
    "decode",
    "escape",
    "unescape",
    "write",
]
