"""The server's side of NTLM and Negotiate, with passwords from `Accounts`.

pyspnego's own acceptor reads its passwords from a file that is named in the process environment; two labs in
one process, or a lab inside somebody's test run, must not share that. Its message formats and cryptography
are used.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

from spnego import NegotiateOptions, NTLMHash
from spnego._context import GSSMech
from spnego._negotiate import NegotiateProxy
from spnego._ntlm import NTLMProxy
from spnego._ntlm_raw.crypto import compute_response_v2, hmac_md5, md5, ntowfv1, ntowfv2, rc4k
from spnego._ntlm_raw.messages import (
    Authenticate,
    AvFlags,
    AvId,
    NegotiateFlags,
    NTClientChallengeV2,
)
from spnego.exceptions import BadBindingsError, BadMechanismError, InvalidTokenError

if TYPE_CHECKING:
    from spnego._ntlm_raw.messages import (
        TargetInfo,
    )
    from spnego.channel_bindings import GssChannelBindings

    from .accounts import Account, Accounts
    from .kerberos import KerberosAcceptor

_SEALED: Final = NegotiateFlags.sign | NegotiateFlags.seal
_NO_BINDINGS: Final = bytes(16)


class NtlmAcceptor(NTLMProxy):
    """One NTLM log-in (version 2 only).

    Args:
        accounts: Who may log in.
        bindings: The channel bindings of this connection, where the client's are to be checked.
        required: Whether a client that sends none is refused.
    """

    def __init__(self, accounts: Accounts, bindings: GssChannelBindings | None, *, required: bool) -> None:
        options = NegotiateOptions.use_ntlm | NegotiateOptions.wrapping_winrm
        nobody = NTLMHash(username="", nt_hash="00" * 16)  # an acceptor proper would look at NTLM_USER_FILE
        super().__init__(nobody, options=options)
        self.usage = "accept"
        self.account: Account | None = None
        self._accounts: Final = accounts
        self._bindings: Final = bindings
        self._required: Final = required
        self._negotiate_token = self._challenge_token = b""

    def new_context(self) -> NtlmAcceptor:
        """A context for another log-in by the same rules."""
        return NtlmAcceptor(self._accounts, self._bindings, required=self._required)

    @property
    def client_principal(self) -> str | None:
        """The account's name, after the log-in."""
        return self.account.name if self.account else None

    def _step_accept_negotiate(self, token: bytes) -> bytes:
        self._negotiate_token = token
        self._challenge_token = super()._step_accept_negotiate(token)
        return self._challenge_token

    def _step_accept_authenticate(self, token: bytes, channel_bindings: GssChannelBindings | None) -> None:
        del channel_bindings
        auth = Authenticate.unpack(token)
        answer = auth.nt_challenge_response or b""
        name = f"{auth.domain_name}\\{auth.user_name}" if auth.domain_name else auth.user_name or ""
        if len(answer) <= 24:  # noqa: PLR2004 - the length of an NTLMv1 answer
            raise InvalidTokenError(context_msg=f"{name or 'nobody'} did not log in with NTLMv2")
        key = self._proof(auth, name, answer)
        exchanged = auth.flags & NegotiateFlags.key_exch and auth.flags & _SEALED
        self._session_key = rc4k(key, auth.encrypted_random_session_key or b"") if exchanged else key
        info = NTClientChallengeV2.unpack(answer[16:]).av_pairs
        self._check_mic(auth, info)
        self._check_bindings(info)
        self._context_attr = auth.flags
        self._complete = True

    def _proof(self, auth: Authenticate, name: str, answer: bytes) -> bytes:
        """Check that the client knows the password; the key that the session's key is made from."""
        account = self._accounts.find(name)
        assert self._temp_challenge is not None  # noqa: S101 - negotiate came before
        client = NTClientChallengeV2.unpack(answer[16:])
        hashed = ntowfv2(
            auth.user_name or "", ntowfv1(account.password if account else ""), auth.domain_name or ""
        )
        expected, _, key = compute_response_v2(
            hashed,
            self._temp_challenge.server_challenge,
            client.challenge_from_client,
            client.time_stamp,
            client.av_pairs,
        )
        right = hmac.compare_digest(expected[:16], answer[:16]) and account is not None
        self.account = self._accounts.record(name, right=right)
        if self.account is None:
            raise InvalidTokenError(context_msg=f"wrong password for {name}")
        return key

    def _check_mic(self, auth: Authenticate, info: TargetInfo) -> None:
        if not info.get(AvId.flags, 0) & AvFlags.mic:
            return
        sent, auth.mic = auth.mic or b"", bytes(16)
        expected = hmac_md5(self.session_key, self._negotiate_token + self._challenge_token + auth.pack())
        if not hmac.compare_digest(expected, sent):
            self.account = None
            raise InvalidTokenError(context_msg="the messages of this log-in were changed on their way")

    def _check_bindings(self, info: TargetInfo) -> None:
        if self._bindings is None:
            return
        sent = info.get(AvId.channel_bindings, _NO_BINDINGS)
        absent_is_fine = sent == _NO_BINDINGS and not self._required
        if not absent_is_fine and sent != md5(self._bindings.pack()):
            self.account = None
            raise BadBindingsError(context_msg="the log-in is not bound to this TLS connection")


class NegotiateAcceptor(NegotiateProxy):
    """One SPNEGO log-in.

    Args:
        ntlm: The log-in inside, where the two sides settle on NTLM.
        kerberos: Likewise; None: Kerberos is not offered.
    """

    def __init__(self, ntlm: NtlmAcceptor, kerberos: KerberosAcceptor | None = None) -> None:
        self._offered: Final[dict[GSSMech, NtlmAcceptor | KerberosAcceptor]] = {}
        if kerberos is not None:
            self._offered[GSSMech.kerberos] = kerberos
        self._offered[GSSMech.ntlm] = ntlm
        for context in self._offered.values():
            context._is_wrapped = True  # noqa: SLF001 - as NegotiateProxy does with contexts of its own making
        super().__init__(
            usage="accept",
            options=NegotiateOptions.use_negotiate | NegotiateOptions.wrapping_winrm,
        )

    @property
    def account(self) -> Account | None:
        """Who logged in."""
        return self._offered[self._chosen_mech].account

    def _rebuild_context_list(
        self, mech_types: list[str] | None = None, channel_bindings: GssChannelBindings | None = None
    ) -> list[str]:
        self._available_contexts = {
            mech: context
            for mech, context in self._offered.items()
            if any(self._is_same_mech(mech, known) for known in mech_types or ())
        }
        if not self._available_contexts:  # the parent would make some of its own
            raise BadMechanismError(context_msg="the client offers nothing that is known here")
        return super()._rebuild_context_list(mech_types, channel_bindings)

    def _step_spnego_input(
        self, in_token: bytes | None = None, channel_bindings: GssChannelBindings | None = None
    ) -> tuple[bytes | None, bytes | None, bool]:
        token, mic, is_spnego = super()._step_spnego_input(in_token, channel_bindings)
        if token and token.startswith(b"NTLMSSP\0") != (self._chosen_mech is GSSMech.ntlm):
            token = None  # the client's guess was another mechanism: answered with the one that is offered
        return token, mic, is_spnego
