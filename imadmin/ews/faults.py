"""Why an EWS server could not be asked, or did not answer, in an administrator's words."""

from __future__ import annotations

import re
from enum import StrEnum

from imadmin.concealing import without_secrets
from imadmin.errors import SourceError

__all__ = ["EwsError", "Kind", "shortened"]

_LONGEST_QUOTE = 200
_LOGIN = re.compile(r"\b(Basic|NTLM|Negotiate|Kerberos|Bearer)\s+[A-Za-z0-9+/=._~-]{8,}", re.IGNORECASE)
"""What a server must not be quoted with: the log-in that it was sent."""


class Kind(StrEnum):
    """The kinds of failure that call for different remedies."""

    DNS = "dns"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    DROPPED = "dropped"
    TLS_EXPIRED = "tls-expired"
    TLS_NOT_YET_VALID = "tls-not-yet-valid"
    TLS_WRONG_NAME = "tls-wrong-name"
    TLS_UNTRUSTED = "tls-untrusted"
    TLS = "tls"
    REDIRECTED = "redirected"
    UNAUTHORIZED = "unauthorized"
    LOGIN = "login"
    NOT_TRIED = "not-tried"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not-found"
    UNAVAILABLE = "unavailable"
    THROTTLED = "throttled"
    SERVER_ERROR = "server-error"
    NOT_EWS = "not-ews"
    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    NO_MAILBOX = "no-mailbox"
    MAILBOX_MOVING = "mailbox-moving"
    MAILBOX_UNAVAILABLE = "mailbox-unavailable"
    ACCESS_DENIED = "access-denied"
    IMPERSONATION_DENIED = "impersonation-denied"
    NO_FOLDER = "no-folder"
    OLD_SERVER = "old-server"
    OTHER = "other"


class EwsError(SourceError):
    """An EWS server could not be asked, or did not answer the question.

    Attributes:
        kind: what to tell apart.
        back_off: seconds after which the server wants to be asked again; None where it did not say.
        unreached: whether not even a connection to the server could be made.
        code: the ResponseCode that Exchange gave; empty where it gave none.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        remedy: str = "",
        kind: Kind = Kind.OTHER,
        back_off: float | None = None,
        unreached: bool = False,
    ) -> None:
        """*what* happened *where*, the *remedy*, the *kind*, the seconds to *back_off*, how far it came."""
        super().__init__(what, where=where, remedy=remedy)
        self.kind = kind
        self.back_off = back_off
        self.unreached = unreached
        self.code = ""

    @classmethod
    def of(
        cls,
        kind: Kind,
        where: str,
        detail: str = "",
        back_off: float | None = None,
        remedy: str = "",
        *,
        unreached: bool = False,
    ) -> EwsError:
        """The error of a *kind*; *detail* is quoted, and cut if it is long; *remedy* replaces the kind's."""
        from imadmin.ews.words import WORDS

        what, usual = WORDS[kind]
        quoted = f"{what} ({shortened(detail)})" if detail.strip() else what
        remedy = remedy or usual
        return cls(quoted, where=where, remedy=remedy, kind=kind, back_off=back_off, unreached=unreached)

    @classmethod
    def coded(cls, kind: Kind, where: str, code: str, text: str, back_off: float | None = None) -> EwsError:
        """The error of a *kind* that Exchange has told by a ResponseCode, with its *text*."""
        error = cls.of(kind, where, f"{code}: {text}" if text.strip() else code, back_off)
        error.code = shortened(code)
        return error

    def again(self) -> EwsError:
        """The same error, to be raised once more."""
        error = _rebuild(*self._parts())
        error.code = self.code
        return error

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by keyword, so that all parts survive."""
        return _rebuild, self._parts(), {"code": self.code}

    def _parts(self) -> tuple[str, str, str, str, float | None, bool]:
        return self.what, self.where, self.remedy, str(self.kind), self.back_off, self.unreached


def shortened(text: str) -> str:
    """A server's text on one line of printable characters, without log-ins, fit to be quoted."""
    cleaned = without_secrets(text[: 4 * _LONGEST_QUOTE])
    head = _LOGIN.sub(r"\1 …", " ".join(cleaned.split()))
    line = "".join(letter if letter.isprintable() else "?" for letter in head)
    return line if len(line) <= _LONGEST_QUOTE else f"{line[: _LONGEST_QUOTE - 1]}…"


def _rebuild(
    what: str,
    where: str,
    remedy: str,
    kind: str,
    back_off: float | None,
    unreached: bool,  # noqa: FBT001
) -> EwsError:
    return EwsError(what, where=where, remedy=remedy, kind=Kind(kind), back_off=back_off, unreached=unreached)
