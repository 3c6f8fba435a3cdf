"""WinRM message encryption: SOAP messages sealed by the log-in's session key, for connections without TLS.

[MS-WSMV] 2.2.9.1. Each message is a `multipart/encrypted` body of two parts without a blank line after their
fields.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from spnego._context import ContextProxy

_TYPE: Final = re.compile(
    r'multipart/encrypted\s*;.*protocol="(application/HTTP-(?:SPNEGO|Kerberos)-session-encrypted)"',
    re.IGNORECASE,
)
_BOUNDARY: Final = b"--Encrypted Boundary"
_LENGTH: Final = re.compile(rb"OriginalContent:[^\r\n]*\bLength=(\d+)", re.IGNORECASE)
_DATA: Final = re.compile(rb"\r\n--\s?Encrypted Boundary\r\n\s*Content-Type: application/octet-stream\r\n")
_END: Final = re.compile(rb"--\s?Encrypted Boundary--(\r\n)?$")


class SealError(Exception):
    """A sealed message that cannot be opened."""


def sealed_by(content_type: str) -> str | None:
    """The sealing protocol of a body of this type; None where it is not sealed."""
    match = _TYPE.match(content_type)
    return match[1] if match else None


def unseal(body: bytes, context: ContextProxy) -> bytes:
    """The message inside.

    Raises:
        SealError: It was made with another session's key, or is no sealed message.
    """
    from spnego.exceptions import SpnegoError

    length, data, end = _LENGTH.search(body), _DATA.search(body), _END.search(body)
    if not (length and data and end):
        raise SealError("this is not a multipart/encrypted body")
    sealed = body[data.end() : end.start()]
    try:
        (header,) = struct.unpack_from("<I", sealed)
        message = context.unwrap_winrm(sealed[4 : 4 + header], sealed[4 + header :])
    except (SpnegoError, struct.error, ValueError) as error:
        raise SealError(f"the message cannot be opened: {error}") from error
    if len(message) != int(length[1]):
        raise SealError(f"the message has {len(message)} bytes, and {int(length[1])} were announced")
    return message


def seal(message: bytes, content_type: str, protocol: str, context: ContextProxy) -> tuple[str, bytes]:
    """The `Content-Type` and body that carry a message sealed."""
    wrapped = context.wrap_winrm(message)
    length = len(message) + wrapped.padding_length
    body = b"\r\n".join(
        (
            _BOUNDARY,
            f"\tContent-Type: {protocol}".encode(),
            f"\tOriginalContent: type={content_type};Length={length}".encode(),
            _BOUNDARY,
            b"\tContent-Type: application/octet-stream",
            struct.pack("<I", len(wrapped.header)) + wrapped.header + wrapped.data + _BOUNDARY + b"--\r\n",
        )
    )
    return f'multipart/encrypted;protocol="{protocol}";boundary="Encrypted Boundary"', body
