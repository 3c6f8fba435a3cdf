"""A Kerberos realm on loopback: MIT's own KDC, with its files in one folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REALM = "CONTOSO.COM"
_PROGRAMS = ("kdb5_util", "kadmin.local", "krb5kdc", "kinit")
_LIBRARIES = ("gssapi", "krb5")
_KRB5_CONF = """
[libdefaults]
default_realm = {realm}
dns_lookup_realm = false
dns_lookup_kdc = false
dns_canonicalize_hostname = false
rdns = false
udp_preference_limit = 1
[realms]
{realm} = {{
    kdc = 127.0.0.1:{port}
}}
[domain_realm]
localhost = {realm}
"""
_KDC_CONF = """
[kdcdefaults]
kdc_listen = 127.0.0.1:{port}
kdc_tcp_listen = 127.0.0.1:{port}
[realms]
{realm} = {{
    database_name = {folder}/principal
    key_stash_file = {folder}/stash
    acl_file = {folder}/acl
}}
[logging]
kdc = FILE:{folder}/kdc.log
"""


def missing() -> list[str]:
    """What is not installed here."""
    programs = [name for name in _PROGRAMS if not _program(name)]
    return programs + [f"Python's {name}" for name in _LIBRARIES if find_spec(name) is None]


def _program(name: str) -> str:
    return shutil.which(name, path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin") or ""


@dataclass(frozen=True)
class Realm:
    """A realm whose KDC runs inside `running`.

    Attributes:
        folder: of its files.
        port: of its KDC.
    """

    folder: Path
    port: int

    @property
    def keytab(self) -> Path:
        """The keys of the services."""
        return self.folder / "services.keytab"

    @property
    def environment(self) -> dict[str, str]:
        """By which clients and services find it."""
        return {
            "KRB5_CONFIG": str(self.folder / "krb5.conf"),
            "KRB5_KDC_PROFILE": str(self.folder / "kdc.conf"),
            "KRB5RCACHENAME": f"dfl:{self.folder}",
            "KRB5RCACHEDIR": str(self.folder),
            "KRB5CCNAME": f"FILE:{self.folder / 'nobody'}",
        }

    def log_in(self, user: str, password: str, cache: Path) -> str:
        """Get a ticket as a person does; the value of `KRB5CCNAME`."""
        name = f"FILE:{cache}"
        self._call("kinit", f"{user}@{REALM}", cache=name, text=f"{password}\n")
        return name

    def create(self, users: dict[str, str], services: tuple[str, ...]) -> None:
        """Make its database, with users and their passwords, and the keytab of the services."""
        for name, text in (("krb5.conf", _KRB5_CONF), ("kdc.conf", _KDC_CONF)):
            filled = text.format(realm=REALM, port=self.port, folder=self.folder)
            (self.folder / name).write_text(filled, encoding="utf-8")
        self._call("kdb5_util", "create", "-s", "-r", REALM, "-P", "of no importance")
        for user, password in users.items():
            self._call("kadmin.local", "addprinc", "-pw", password, user)
        for service in services:
            self._call("kadmin.local", "addprinc", "-randkey", service)
            self._call("kadmin.local", "ktadd", "-k", str(self.keytab), service)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Have its KDC answer."""
        with (self.folder / "kdc.out").open("wb") as out:
            kdc = subprocess.Popen(
                [_program("krb5kdc"), "-n"], env=os.environ | self.environment, stdout=out, stderr=out
            )
            try:
                self._await(kdc)
                yield
            finally:
                kdc.kill()
                kdc.wait()

    def _await(self, kdc: subprocess.Popen[bytes]) -> None:
        while True:
            with (
                contextlib.suppress(ConnectionRefusedError),
                socket.create_connection(("127.0.0.1", self.port)),
            ):
                return
            with contextlib.suppress(subprocess.TimeoutExpired):
                kdc.wait(0.02)
                said = (self.folder / "kdc.out").read_text(errors="replace")
                raise OSError(f"the KDC has ended: {said}")

    def _call(self, name: str, *arguments: str, cache: str = "", text: str = "") -> None:
        environment = self.environment | ({"KRB5CCNAME": cache} if cache else {})
        subprocess.run(
            [_program(name), *arguments],
            env=os.environ | environment,
            input=text.encode(),
            capture_output=True,
            check=True,
            timeout=60,
        )


@contextlib.contextmanager
def opened(
    folders: pytest.TempPathFactory, users: dict[str, str], services: tuple[str, ...]
) -> Iterator[Realm]:
    """A realm that answers, with users and their passwords; skips the test where there is no KDC."""
    if absent := missing():
        reason = f"not installed: {', '.join(absent)}"
        if os.environ.get("IMADMIN_CI") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with contextlib.ExitStack() as stack:
        yield _started(folders, stack, users, services)


def _started(
    folders: pytest.TempPathFactory,
    stack: contextlib.ExitStack,
    users: dict[str, str],
    services: tuple[str, ...],
) -> Realm:
    """Another program may take the port before the KDC does."""
    for _ in range(3):
        realm = Realm(folders.mktemp("realm"), free_port())
        realm.create(users, services)
        try:
            stack.enter_context(realm.running())
        except OSError as error:
            last = error
            continue
        return realm
    raise last


def free_port() -> int:
    """One that nobody listens on just now, by TCP or UDP."""
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        port: int = tcp.getsockname()[1]
        udp.bind(("127.0.0.1", port))
        return port
