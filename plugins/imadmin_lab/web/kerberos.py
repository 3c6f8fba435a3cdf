"""The server's side of Kerberos: tickets for this host, opened with the key in a keytab.

It needs the libraries `gssapi` and `krb5`; MIT's Kerberos below them reads the realm from the process
environment (`KRB5_CONFIG`).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from spnego import NegotiateOptions
from spnego._gss import GSSAPIProxy
from spnego.exceptions import BadBindingsError, InvalidTokenError

if TYPE_CHECKING:
    from pathlib import Path

    from spnego.channel_bindings import GssChannelBindings

    from .accounts import Account, Accounts

_CHANNEL_BOUND: Final = 0x800  # GSS_C_CHANNEL_BOUND_FLAG: the client sent a binding, and it is the right one


class KerberosAcceptor(GSSAPIProxy):
    """One Kerberos log-in.

    Args:
        accounts: Who may log in; `admin@CONTOSO.COM` is the account with the address admin@contoso.com.
        keytab: The keys of the service principals that clients ask for.
        bindings: The channel bindings of this connection, where the client's are to be checked.
        required: Whether a client that sends none is refused.
    """

    def __init__(
        self, accounts: Accounts, keytab: Path, bindings: GssChannelBindings | None, *, required: bool
    ) -> None:
        keys = import_module("gssapi").Credentials(usage="accept", store={"keytab": str(keytab)})
        options = NegotiateOptions.wrapping_winrm
        super().__init__(usage="accept", channel_bindings=bindings, options=options, _gssapi_credential=keys)
        self.account: Account | None = None
        self._accounts: Final = accounts
        self._required: Final = required and bindings is not None

    def step(
        self, in_token: bytes | None = None, *, channel_bindings: GssChannelBindings | None = None
    ) -> bytes | None:
        """Take in the client's ticket."""
        token = super().step(in_token, channel_bindings=channel_bindings)
        if self.complete:
            self._settle()
        return token

    def _settle(self) -> None:
        if self._required and not self._context_attr & _CHANNEL_BOUND:
            raise BadBindingsError(context_msg="the log-in is not bound to this TLS connection")
        name = self.client_principal or ""
        self.account = self._accounts.record(name, right=True)
        if self.account is None:
            raise InvalidTokenError(context_msg=f"there is no account {name}")
