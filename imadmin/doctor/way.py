"""The way to a server, step by step: name, connection, TLS, certificate, clock."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from imadmin.doctor import clock
from imadmin.doctor.certificate import SOON, Certificate
from imadmin.doctor.handshakes import doubting, handshake, trusting
from imadmin.doctor.place import Place
from imadmin.doctor.reaching import addresses, connected
from imadmin.doctor.steps import Step
from imadmin.records import Finding, Status

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Way"]


class Way:
    """What is found out of one server before anybody logs in to it."""

    def __init__(self, address: str, ca_file: Path | None) -> None:
        """*address* of the service; *ca_file* as the deployment says."""
        self._address = address
        self._ca_file = ca_file
        self._place = Place("", 0, tls=True, path="")
        self._addresses: list[str] = []
        self._certificate: Certificate | None = None

    def steps(self) -> tuple[Step, ...]:
        """All steps."""
        return (
            Step("name", self._name),
            Step("connection", self._connection),
            Step("TLS", self._tls),
            Step("certificate", self._verified),
            Step("clock", self._clock),
        )

    def _name(self) -> Iterator[Finding]:
        self._place = Place.of(self._address)
        self._addresses = addresses(self._place.host)
        listed = ", ".join(self._addresses)
        known = [self._place.host] == self._addresses
        yield Finding(
            "name", Status.PASS, f"{listed} is an IP address" if known else f"{self._place.host} is {listed}"
        )

    def _connection(self) -> Iterator[Finding]:
        connected(self._addresses, self._place.port).close()
        yield Finding("connection", Status.PASS, f"port {self._place.port} accepts connections")

    def _tls(self) -> Iterator[Finding]:
        if not self._place.tls:
            yield Finding("TLS", Status.SKIP, "not used: the address begins with http://")
            return
        plain = connected(self._addresses, self._place.port)
        with handshake(plain, self._place.host, trusting()) as seen:
            cipher = (seen.cipher() or ("",))[0]
            yield Finding("TLS", Status.PASS, f"{seen.version()}, {cipher}")
            self._certificate = Certificate.of(seen.getpeercert(binary_form=True) or b"")

    def _verified(self) -> Iterator[Finding]:
        if self._certificate is None:
            yield Finding("certificate", Status.SKIP, "there is none without TLS")
            return
        try:
            self._connected().close()
        except ssl.SSLCertVerificationError as error:
            raise self._certificate.rejected(error, self._place.host) from None
        yield self._accepted(self._certificate)

    def _clock(self) -> Iterator[Finding]:
        with self._connected() as connection:
            yield clock.compared(clock.told(connection, self._place))

    def _connected(self) -> socket.socket:
        """A connection to the server, with TLS where there is any."""
        context = doubting(self._ca_file)
        plain = connected(self._addresses, self._place.port)
        return handshake(plain, self._place.host, context) if self._place.tls else plain

    def _accepted(self, certificate: Certificate) -> Finding:
        by = f"trusted by {self._ca_file.name}" if self._ca_file else "trusted by this computer"
        what = f"for {self._place.host}, from {certificate.issuer} ({by}), {certificate.validity}"
        if certificate.days < SOON:
            what = f"expires in {certificate.days} days: {what}"
            return Finding("certificate", Status.WARN, what, remedy="Renew it on the server.")
        return Finding("certificate", Status.PASS, f"{what}: {certificate.days} days are left")
