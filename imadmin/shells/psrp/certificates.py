"""Why a server's certificate was not accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin.shells.psrp.attempts import Cause

if TYPE_CHECKING:
    import ssl

    from imadmin.shells.psrp.attempts import Attempt

__all__ = ["certificate"]

# X509_V_ERR_… of OpenSSL's x509_vfy.h
_NOT_YET_VALID: Final = 9
_EXPIRED: Final = 10
_UNTRUSTED: Final = frozenset({2, 18, 19, 20, 21})
_OTHER_NAME: Final = frozenset({62, 64})


def certificate(error: ssl.SSLCertVerificationError, attempt: Attempt) -> Cause:
    """What is wrong with it."""
    code = error.verify_code
    if code == _EXPIRED:
        return Cause("its certificate has expired", "Renew it on the server.")
    if code == _NOT_YET_VALID:
        return Cause("its certificate is not valid yet", "Compare the clocks of both computers.")
    if code in _OTHER_NAME:
        remedy = "Use a name that the certificate holds, or have one issued for this name."
        return Cause(f"its certificate is for another name than {attempt.endpoint.host}", remedy)
    if code in _UNTRUSTED:
        remedy = "Name the authority's certificate in the deployment file, tls: {ca_file: …}."
        return Cause("its certificate comes from an authority that is not trusted here", remedy)
    return Cause(f"its certificate is not accepted: {error.verify_message}")
