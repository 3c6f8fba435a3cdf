"""Logging in on one connection: Basic, NTLM, Negotiate, certificates, and the 401 answers that ask for it."""

from __future__ import annotations

import base64
import binascii
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from spnego._context import ContextProxy
    from spnego.channel_bindings import GssChannelBindings

    from .accounts import Account, Accounts
    from .kerberos import KerberosAcceptor
    from .ntlm import NegotiateAcceptor, NtlmAcceptor
    from .tokens import Tokens

Scheme = Literal["Negotiate", "NTLM", "Basic", "Bearer"]
ChannelBindings = Literal["none", "allow", "require"]
SCHEMES: Final[tuple[Scheme, ...]] = ("Negotiate", "NTLM", "Basic")
_BY_CERTIFICATE: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual"

_BEARER: Final = (
    'Bearer client_id="00000002-0000-0ff1-ce00-000000000000",'
    ' trusted_issuers="00000001-0000-0000-c000-000000000000@*",'
    ' token_types="app_asserted_user_v1 service_asserted_app_v1",'
    ' authorization_uri="https://login.windows.net/common/oauth2/authorize"'
)
"""What Exchange Online says that it wants."""


@dataclass(frozen=True)
class LoginRules:
    """How clients may log in.

    Attributes:
        schemes: What a 401 offers, in this order.
        realm: For Basic.
        basic_over_http: Whether Basic is also offered, and accepted, without TLS.
        channel_bindings: Extended Protection of NTLM and Negotiate over TLS: `none` looks at no binding,
            `allow` refuses a wrong one, `require` also an absent one.
        keytab: The keys with which Negotiate accepts Kerberos; None: it accepts NTLM only.
        certificates: Whether somebody may log in with the client certificate of the TLS connection, as WinRM
            has it: the certificate names an account's address, and every request says that it counts.
        mapped: Whether the client certificate of the TLS connection logs in by itself, as IIS maps it.
        tokens: Which tokens `Bearer` accepts.
    """

    schemes: tuple[Scheme, ...] = SCHEMES
    realm: str = "lab"
    basic_over_http: bool = False
    channel_bindings: ChannelBindings = "allow"
    keytab: Path | None = None
    certificates: bool = False
    mapped: bool = False
    tokens: Tokens | None = None

    def offered(self, *, secure: bool) -> tuple[Scheme, ...]:
        """The schemes for a connection with or without TLS."""
        return tuple(s for s in self.schemes if s != "Basic" or secure or self.basic_over_http)


@dataclass(frozen=True)
class Verdict:
    """What comes of one request's `Authorization`.

    Attributes:
        account: Who is logged in; None: answer with 401.
        challenges: The `WWW-Authenticate` fields of the answer, also of a good one.
    """

    account: Account | None
    challenges: tuple[str, ...] = ()


class Login:
    """The log-in of one connection.

    NTLM and Negotiate log in the connection, so that later requests on it need no header; Basic each request.

    Args:
        accounts: Who may log in.
        binding: The TLS channel binding; None without TLS.
        certified: The address in the client certificate of the connection; empty where it has none.
    """

    def __init__(self, accounts: Accounts, binding: bytes | None, certified: str = "") -> None:
        self._accounts: Final = accounts
        self._binding: Final = binding
        self._certified: Final = certified
        self._account: Account | None = None
        self._acceptor: NtlmAcceptor | NegotiateAcceptor | None = None
        self.scheme: Scheme | None = None
        self.context: ContextProxy | None = None

    def judge(self, authorization: str | None, rules: LoginRules) -> Verdict:
        """Take in a request's header."""
        if authorization is None:
            return self._as_before(rules)
        if rules.certificates and authorization.strip() == _BY_CERTIFICATE:
            return self._by_certificate(rules)
        name, _, credentials = authorization.strip().partition(" ")
        offered = {scheme.lower(): scheme for scheme in rules.offered(secure=self._binding is not None)}
        scheme = offered.get(name.lower())
        if scheme is None:
            return self._refuse(rules)
        if scheme == "Bearer":
            return self._bearer(credentials.strip(), rules)
        try:
            token = base64.b64decode(credentials.strip(), validate=True)
        except binascii.Error:
            return self._refuse(rules)
        return self._basic(token, rules) if scheme == "Basic" else self._step(scheme, token, rules)

    def _as_before(self, rules: LoginRules) -> Verdict:
        """Whom the connection, or its certificate, has logged in."""
        if rules.mapped and self._certified:
            return self._by_certificate(rules)
        return Verdict(self._account) if self._account else self._refuse(rules)

    def _refuse(self, rules: LoginRules) -> Verdict:
        self._account = self._acceptor = self.context = self.scheme = None
        fields = {"Basic": f'Basic realm="{rules.realm}"', "Bearer": _BEARER}
        offered = rules.offered(secure=self._binding is not None)
        return Verdict(None, tuple(fields.get(scheme, scheme) for scheme in offered))

    def _by_certificate(self, rules: LoginRules) -> Verdict:
        account = self._accounts.find(self._certified) if self._certified else None
        return Verdict(account) if account else self._refuse(rules)

    def _bearer(self, token: str, rules: LoginRules) -> Verdict:
        client = rules.tokens.client_of(token) if rules.tokens else ""
        account = self._accounts.find(client) if client else None
        if account is not None:
            return Verdict(account)
        refusal = self._refuse(rules)
        said = _BEARER + ', error="invalid_token"'
        return Verdict(None, tuple(said if one == _BEARER else one for one in refusal.challenges))

    def _basic(self, token: bytes, rules: LoginRules) -> Verdict:
        name, colon, password = _decoded(token).partition(":")
        account = self._accounts.check(name, password) if colon else None
        if account is None:
            return self._refuse(rules)
        self._account, self.scheme, self.context = None, "Basic", None
        return Verdict(account)

    def _step(self, scheme: Scheme, token: bytes, rules: LoginRules) -> Verdict:
        from spnego.exceptions import SpnegoError

        if self._acceptor is None:
            self._acceptor = self._new_acceptor(scheme, rules)
            self._account = self.context = None
        try:
            answer = self._acceptor.step(token)
        except (SpnegoError, ValueError, struct.error, StopIteration, LookupError):
            return self._refuse(rules)
        challenge = (f"{scheme} {base64.b64encode(answer).decode()}",) if answer else ()
        return self._finished(scheme, challenge) if self._acceptor.complete else Verdict(None, challenge)

    def _finished(self, scheme: Scheme, challenge: tuple[str, ...]) -> Verdict:
        assert self._acceptor is not None  # noqa: S101 - its caller has just used it
        acceptor, self._acceptor = self._acceptor, None
        self._account = acceptor.account
        self.scheme, self.context = scheme, acceptor
        return Verdict(self._account, challenge)

    def _new_acceptor(self, scheme: Scheme, rules: LoginRules) -> NtlmAcceptor | NegotiateAcceptor:
        from spnego.channel_bindings import GssChannelBindings

        from .ntlm import NegotiateAcceptor, NtlmAcceptor

        checked = self._binding is not None and rules.channel_bindings != "none"
        bindings = GssChannelBindings(application_data=self._binding) if checked else None
        required = rules.channel_bindings == "require"
        ntlm = NtlmAcceptor(self._accounts, bindings, required=required)
        if scheme == "NTLM":
            return ntlm
        return NegotiateAcceptor(ntlm, self._kerberos(rules.keytab, bindings, required=required))

    def _kerberos(
        self, keytab: Path | None, bindings: GssChannelBindings | None, *, required: bool
    ) -> KerberosAcceptor | None:
        if keytab is None:
            return None
        from .kerberos import KerberosAcceptor

        return KerberosAcceptor(self._accounts, keytab, bindings, required=required)


def _decoded(token: bytes) -> str:
    """Basic credentials; clients send UTF-8, or Latin-1 as requests does."""
    try:
        return token.decode()
    except UnicodeDecodeError:
        return token.decode("latin-1")
