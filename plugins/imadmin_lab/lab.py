"""The lab: one organisation's Skype for Business and Exchange on loopback, from one scenario file."""

from __future__ import annotations

import secrets
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final, Self, cast

from imadmin.errors import UsageError

from .directory import Directory, EwsAccess
from .ews import EwsApplication
from .faults import LabFaults
from .mail import MailStore, SystemClock
from .powershell import CmdletFaults
from .scenario import mounts, read_scenario, scenarios
from .scenario.accounts import accounts, roles, service_account
from .scenario.clients import save_clients
from .scenario.deployment import PASSWORD, write_deployment
from .scenario.fields import At
from .scenario.files import locate
from .scenario.hosts import host_names, server_version
from .scenario.leftovers import write_leftovers
from .scenario.licenses import save_licenses
from .scenario.mail import fill_store
from .scenario.objects import fill_directory
from .scenario.saving import save_online
from .web import Accounts, Authority, Faults, Site, WebServer

if TYPE_CHECKING:
    from pathlib import Path

    from .mail import Clock

__all__ = ["Lab", "scenarios"]

_HOST: Final = "127.0.0.1"


class Lab:
    r"""Both products, running between `start` and `stop` or inside `with`; several at once do not meet.

    One HTTPS server answers for all: `/OcsPowershell` and `/powershell` (PowerShell remoting), `/EWS` and
    `/autodiscover`. Every person and every service mailbox logs in as `NETBIOS\account`, the administrator
    as `NETBIOS\svc-imadmin`, all with the password in `environment`.

    Args:
        scenario: The name of one that comes with the lab, or the path of a YAML file.
        folder: For everything that the lab keeps; made where it does not exist. What a lab that ran there
            before kept is replaced.
        port: Of the server; 0 takes a free one.
        clock: The time to live in; the system's by default.

    Attributes:
        scenario: What the scenario says.
        deployment: The `imadmin.yaml` that an administrator would have written for it.
        environment: What must be in the environment for that file's credentials.
        store: The mail; once started.
        directory: The objects of the cmdlets; once started.
        faults: What goes wrong, by name; once started.
        accounts: Who may log in; once started.

    Raises:
        ConfigError: There is no such scenario, or its file is not what it should be.
    """

    store: MailStore
    directory: Directory
    faults: LabFaults
    accounts: Accounts

    def __init__(
        self, scenario: str | Path = "contoso", *, folder: Path, port: int = 0, clock: Clock | None = None
    ) -> None:
        self.scenario: Final = read_scenario(scenario)
        self._folder: Final = folder.absolute()
        self.deployment: Final = self._folder / "imadmin.yaml"
        self.environment: Final = {PASSWORD: secrets.token_urlsafe(18)}
        self._at: Final = At(str(locate(scenario)))
        self._port: Final = port
        self._clock: Final = clock or SystemClock()
        self._running: Final = ExitStack()

    @property
    def ca_file(self) -> Path:
        """The certificate authority to trust."""
        return self._authority.ca_file

    def url(self, path: str = "/") -> str:
        """The address of a path, such as `/EWS/Exchange.asmx`."""
        return self._server.url(path)

    def start(self) -> Self:
        """Begin to answer.

        Raises:
            ConfigError: The scenario names a fault or a cmdlet that there is not.
            OSError: The port is taken.
        """
        with ExitStack() as stack:
            self._open(stack)
            self._write()
            self._server.start()
            self._running.push(stack.pop_all())
        return self

    def stop(self) -> None:
        """Stop at once; nothing but the folder is left."""
        self._running.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def _open(self, stack: ExitStack) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self.accounts = Accounts(accounts(self.scenario, self.environment[PASSWORD]))
        self.store = stack.enter_context(MailStore(self._fresh("mail.sqlite3"), clock=self._clock))
        fill_store(self.store, self.scenario, service_account(self.scenario))
        self.directory = stack.enter_context(self._new_directory())
        fill_directory(self.directory, self.scenario)
        self._authority = Authority(self._folder / "ca", host_names(self.scenario))
        self._server = WebServer(self._site(), self._authority, port=self._port, host=_HOST, name=_HOST)
        stack.callback(self._server.stop)

    def _new_directory(self) -> Directory:
        return Directory(
            self._fresh("directory.sqlite3"),
            replication_lag=self.scenario.replication_lag,
            clock=lambda: self._clock.now().timestamp(),
        )

    def _fresh(self, name: str) -> Path:
        for old in self._folder.glob(f"{name}*"):
            old.unlink()
        return self._folder / name

    def _site(self) -> Site:
        web, cmdlets = Faults(), CmdletFaults()
        allowed, version = EwsAccess(self.directory).allows, server_version(self.scenario)
        ews = EwsApplication(self.store, allowed=allowed, version=version)
        self.faults = LabFaults(web, cmdlets, ews.faults, self.store)
        self._switch_on()
        held = roles(self.scenario, self._at)
        endpoints = mounts.powershell(self.scenario, self.directory, self.accounts, held, cmdlets)
        exchange = mounts.exchange(self.scenario, ews, self.url)
        return Site((*endpoints, *exchange), self.accounts, faults=web)

    def _switch_on(self) -> None:
        for number, fault in enumerate(self.scenario.faults):
            options = cast("dict[str, Any]", fault)
            try:
                self.faults.switch_on(**options)
            except UsageError as error:
                raise self._at.key("faults").item(number).complain(error.what, error.remedy) from error

    def _write(self) -> None:
        exports = self._folder / "exports"
        save_online(self.scenario, exports)
        write_deployment(
            self.deployment,
            self.scenario,
            url=self.url,
            username=service_account(self.scenario),
            ca_file=self.ca_file,
            sections={**self._lists(exports), **self._leftovers()},
        )

    def _lists(self, exports: Path) -> dict[str, object]:
        saved = {
            "clients": save_clients(self.scenario, exports / "clients"),
            "licenses": save_licenses(self.scenario, exports / "licenses"),
        }
        return {
            name: [{"csv": path.relative_to(self._folder).as_posix()} for path in paths]
            for name, paths in saved.items()
            if paths
        }

    def _leftovers(self) -> dict[str, object]:
        named = write_leftovers(self._folder, self.scenario, self._clock.now())
        return {"troubleshoot": named} if named else {}
