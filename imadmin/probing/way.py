"""The way to a server, step by step: name, connection, TLS, certificate, clock."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from imadmin.probing import clock
from imadmin.probing.certificate import SOON, Certificate
from imadmin.probing.handshakes import handshake, trusting
from imadmin.probing.place import Place
from imadmin.probing.reaching import addresses, connected
from imadmin.probing.records import Step
from imadmin.probing.trials import Trial
from imadmin.records import Status
from imadmin.trust import context

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from imadmin.secrets import ClientCertificate

__all__ = ["Way"]


class Way:
    """What is found out of one server before anybody logs in to it."""

    def __init__(
        self, address: str, ca_file: Path | None, certificate: ClientCertificate | None = None
    ) -> None:
        """*address* of the service; *ca_file* as the deployment says; what to show a server that asks."""
        self._shown = certificate
        self._address = address
        self._ca_file = ca_file
        self._place = Place("", 0, tls=True, path="")
        self._addresses: list[str] = []
        self._certificate: Certificate | None = None

    def trials(self) -> tuple[Trial, ...]:
        """All that is tried."""
        return (
            Trial("name", self._name),
            Trial("connection", self._connection),
            Trial("TLS", self._tls),
            Trial("certificate", self._verified),
            Trial("clock", self._clock),
        )

    def _name(self) -> Step:
        self._place = Place.of(self._address)
        self._addresses = addresses(self._place.host)
        listed = ", ".join(self._addresses)
        known = [self._place.host] == self._addresses
        message = f"{listed} is an IP address" if known else f"{self._place.host} is {listed}"
        return Step("name", Status.PASS, message, evidence={"addresses": tuple(self._addresses)})

    def _connection(self) -> Step:
        with connected(self._addresses, self._place.port) as connection:
            peer = str(connection.getpeername()[0])
        message = f"port {self._place.port} accepts connections"
        return Step("connection", Status.PASS, message, evidence={"address": peer, "port": self._place.port})

    def _tls(self) -> Step:
        if not self._place.tls:
            return Step("TLS", Status.SKIP, "not used: the address begins with http://")
        plain = connected(self._addresses, self._place.port)
        with handshake(plain, self._place.host, trusting(self._shown)) as seen:
            version, cipher = seen.version(), (seen.cipher() or ("",))[0]
            self._certificate = Certificate.of(seen.getpeercert(binary_form=True) or b"")
        evidence = {"protocol": version, "cipher": cipher}
        return Step("TLS", Status.PASS, f"{version}, {cipher}", evidence=evidence)

    def _verified(self) -> Step:
        if self._certificate is None:
            return Step("certificate", Status.SKIP, "there is none without TLS")
        try:
            self._connected().close()
        except ssl.SSLCertVerificationError as error:
            raise self._certificate.rejected(error, self._place.host) from None
        return self._accepted(self._certificate)

    def _clock(self) -> Step:
        with self._connected() as connection:
            return clock.compared(clock.told(connection, self._place))

    def _connected(self) -> socket.socket:
        """A connection to the server, with TLS where there is any."""
        believed = context(self._ca_file, self._shown)
        plain = connected(self._addresses, self._place.port)
        return handshake(plain, self._place.host, believed) if self._place.tls else plain

    def _accepted(self, certificate: Certificate) -> Step:
        by = f"trusted by {self._ca_file.name}" if self._ca_file else "trusted by this computer"
        what = f"for {self._place.host}, from {certificate.issuer} ({by}), {certificate.validity}"
        if certificate.days < SOON:
            what = f"expires in {certificate.days} days: {what}"
            remedy = "Renew it on the server."
            return Step("certificate", Status.WARN, what, evidence=certificate.evidence, remedy=remedy)
        what = f"{what}: {certificate.days} days are left"
        return Step("certificate", Status.PASS, what, evidence=certificate.evidence)
