"""The lab's own certification authority, and the certificates that it issues, good and bad."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import ssl
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal, get_args

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .certified import user_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

CertificateKind = Literal["valid", "expired", "not-yet-valid", "wrong-name", "self-signed", "foreign"]
KINDS: Final = get_args(CertificateKind)
LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "::1")
_DAY: Final = timedelta(days=1)
_UNLOCKED: Final = serialization.NoEncryption()


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key, as files that OpenSSL can load.

    Attributes:
        chain: PEM file with the certificate.
        key: PEM file with the private key, readable by its owner only.
        der: The certificate itself, which clients bind their log-ins to.
    """

    chain: Path
    key: Path
    der: bytes


class ServerCertificate(Certificate):
    """What a server presents."""

    @cached_property
    def context(self) -> ssl.SSLContext:
        """A server context that presents this certificate; TLS 1.2 or later."""
        return self._new_context()

    def asking(self, clients: Path) -> ssl.SSLContext:
        """Such a context that also asks clients for theirs, from the authority in the file *clients*."""
        context = self._new_context()
        context.load_verify_locations(clients)
        context.verify_mode = ssl.CERT_OPTIONAL
        return context

    @property
    def binding(self) -> bytes:
        """The channel binding `tls-server-end-point` (RFC 5929) of connections to this certificate."""
        return b"tls-server-end-point:" + hashlib.sha256(self.der).digest()

    def _new_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.chain, self.key)
        return context


@dataclass(frozen=True)
class _Issuer:
    name: x509.Name
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def new(cls, common_name: str) -> _Issuer:
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name(common_name)
        builder = _builder(name, name, key.public_key(), key.public_key(), days=(-1, 3650))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
        return cls(name, key, builder.sign(key, hashes.SHA256()))


class Authority:
    """A certification authority for loopback, with its keys in a private folder.

    Args:
        folder: Made with mode 0700 where it does not exist. Its `ca.pem` is what clients should trust.
        names: Host names that certificates are for, besides those of loopback.
    """

    def __init__(self, folder: Path, names: Iterable[str] = ()) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder: Final = folder
        self.names: Final = (*LOOPBACK_NAMES, *names)
        self.ca_file: Final = folder / "ca.pem"
        self._issuer: Final = _Issuer.new("imadmin lab CA")
        self.ca_file.write_bytes(self._issuer.certificate.public_bytes(serialization.Encoding.PEM))
        self._issued: Final[dict[CertificateKind, ServerCertificate]] = {}
        self._lock: Final = threading.Lock()

    def issue(self, kind: CertificateKind = "valid") -> ServerCertificate:
        """A certificate of this kind; the same one each time.

        Args:
            kind: What is wrong with it: `expired`, `not-yet-valid`, `wrong-name` (another host's),
                `self-signed`, or `foreign` (from an authority that nobody trusts).

        Raises:
            ValueError: There is no such kind.
        """
        if kind not in KINDS:
            raise ValueError(f"unknown kind of certificate {kind!r}; known: {', '.join(KINDS)}")
        with self._lock:
            if kind not in self._issued:
                self._issued[kind] = self._make(kind)
            return self._issued[kind]

    def issue_to(self, address: str, passphrase: str = "") -> Certificate:
        """A client certificate for the account with this address (its user principal name), made anew.

        Args:
            address: `admin@contoso.com`, which also names the files.
            passphrase: Encrypts the key's file; empty: it is not encrypted.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(address)
        builder = _builder(
            subject, self._issuer.name, key.public_key(), self._issuer.key.public_key(), days=(-1, 30)
        )
        names = x509.SubjectAlternativeName([user_name(address)])
        builder = _for_end_entity(builder, ExtendedKeyUsageOID.CLIENT_AUTH, names)
        certificate = builder.sign(self._issuer.key, hashes.SHA256())
        return Certificate(*self._save(address, certificate, key, passphrase))

    def _make(self, kind: CertificateKind) -> ServerCertificate:
        days = {"expired": (-30, -1), "not-yet-valid": (1, 30)}.get(kind, (-1, 825))
        names = ("elsewhere.invalid",) if kind == "wrong-name" else self.names
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(names[0])
        issuer = _Issuer.new("Somebody else's CA") if kind == "foreign" else self._issuer
        issuer_name, issuer_key = (subject, key) if kind == "self-signed" else (issuer.name, issuer.key)
        builder = _builder(subject, issuer_name, key.public_key(), issuer_key.public_key(), days=days)
        builder = _for_end_entity(builder, ExtendedKeyUsageOID.SERVER_AUTH, _alternatives(names))
        return ServerCertificate(*self._save(kind, builder.sign(issuer_key, hashes.SHA256()), key))

    def _save(
        self, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey, passphrase: str = ""
    ) -> tuple[Path, Path, bytes]:
        chain, key_file = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        locked = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else _UNLOCKED
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)
        with open(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 - mode
            file.write(private)
        return chain, key_file, certificate.public_bytes(serialization.Encoding.DER)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
    *,
    days: tuple[int, int],
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + days[0] * _DAY)
        .not_valid_after(now + days[1] * _DAY)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _for_end_entity(
    builder: x509.CertificateBuilder, purpose: x509.ObjectIdentifier, names: x509.SubjectAlternativeName
) -> x509.CertificateBuilder:
    """For a server or a client, which issues nothing itself."""
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(names, critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _alternatives(names: Sequence[str]) -> x509.SubjectAlternativeName:
    return x509.SubjectAlternativeName([_general_name(name) for name in names])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
