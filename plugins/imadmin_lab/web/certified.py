"""Whose a client certificate is: the user principal name among its alternative names."""

from __future__ import annotations

from typing import Final

from cryptography import x509

_UPN: Final = x509.ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")
_UTF8_STRING: Final = 0x0C
_LONGEST: Final = 127  # whose length DER writes in one byte


def user_name(address: str) -> x509.OtherName:
    """The name by which Windows maps a certificate to an account.

    Raises:
        ValueError: the address is longer than 127 bytes.
    """
    text = address.encode()
    if len(text) > _LONGEST:
        raise ValueError(f"{address} is too long for a certificate of the lab")
    return x509.OtherName(_UPN, bytes((_UTF8_STRING, len(text))) + text)


def address_in(der: bytes | None) -> str:
    """The address that a client certificate names; empty where there is none."""
    if not der:
        return ""
    certificate = x509.load_der_x509_certificate(der)
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ""
    upn = next((name for name in names.get_values_for_type(x509.OtherName) if name.type_id == _UPN), None)
    return upn.value[2:].decode() if upn else ""
