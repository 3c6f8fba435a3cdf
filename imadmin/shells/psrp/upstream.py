"""What is used of pypsrp, its private corners included; nothing else touches them.

They are: the HTTP session of its transport, the serializer of a runspace pool, and how a pool takes in what
it received. `tests/shells/psrp/test_upstream.py` fails where another version has changed them.
"""

from __future__ import annotations

import logging
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from pypsrp.complex_objects import PSInvocationState
from pypsrp.exceptions import WSManFaultError
from pypsrp.messages import MessageType
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.serializer import Serializer
from pypsrp.shell import CommandState
from pypsrp.wsman import WSMan

from imadmin.errors import SourceError

if TYPE_CHECKING:
    from imadmin.secrets import Credential
    from imadmin.shells.psrp.address import Endpoint
    from imadmin.shells.psrp.wire import Wire

__all__ = ["EndedEarlyError", "Pipeline", "Session", "check_version"]

_FIRST, _BEYOND = (0, 9, 1), (0, 10)
_OPEN_SECONDS = 60  # how long the server may keep a request that opens the session
_NOTHING_YET = 2150858793  # the fault by which a server answers a Receive that found nothing in time
_STOP = "powershell/signal/crtl_c"  # as the protocol spells it; pypsrp has it right, which ends in a kill

# Without a handler of any kind Python would print their warnings, some of which quote what was received.
for _library in ("pypsrp", "spnego"):
    logging.getLogger(_library).addHandler(logging.NullHandler())


def check_version() -> None:
    """Make sure that this is the pypsrp whose private corners are known.

    Raises:
        SourceError: it is another one.
    """
    found = version("pypsrp")
    numbers = tuple(int(part) for part in found.split(".")[:3] if part.isdecimal())
    if not _FIRST <= numbers < _BEYOND:
        what = f"this version of imadmin cannot use pypsrp {found}"
        raise SourceError(what, remedy='Install one that it knows: pip install "pypsrp>=0.9.1,<0.10"')


class EndedEarlyError(Exception):
    """The server says that a command is done, and not how it ended, or that it was stopped there."""


class _RawOutput(Serializer):
    """Leaves the output of pipelines as it came; only that is deserialized without metadata."""

    def deserialize(self, element: Any, metadata: Any = None, clear: bool = True) -> Any:  # noqa: FBT001, FBT002 - the parent's
        if metadata is None and clear and isinstance(element, str):
            return element
        return super().deserialize(element, metadata, clear)


class _Pool(RunspacePool):
    """Keeps the session's own warnings, which pypsrp gives to Python's `warnings`."""

    def __init__(self, connection: WSMan, configuration: str) -> None:
        super().__init__(connection, configuration_name=configuration)
        self.notices: list[str] = []

    def _process_runspacepool_warning(self, message: Any) -> None:
        self.notices.append(str(message.data.message))


class Session:
    """A runspace pool of one runspace on the server."""

    def __init__(self, endpoint: Endpoint, credential: Credential, wire: Wire) -> None:
        """Nothing is sent yet."""
        password, certificate = credential.password, credential.certificate
        sent = _for_basic if endpoint.auth == "basic" else str
        self._connection = WSMan(
            endpoint.host,
            port=endpoint.port,
            ssl=endpoint.tls,
            path=endpoint.path,
            auth=endpoint.auth,
            username=sent(credential.username) or None,
            password=sent(password.reveal()) if password else None,
            encryption="auto",
            no_proxy=True,
            negotiate_service=endpoint.service,
            certificate_pem=str(certificate.file) if certificate else None,
            certificate_key_pem=str(certificate.key_file) if certificate else None,
            operation_timeout=_OPEN_SECONDS,
            reconnection_backoff=0.0,
        )
        _replace_session(self._connection, wire)
        self._pool = _Pool(self._connection, endpoint.configuration)

    def open(self) -> None:
        """Log in, and open the pool."""
        self._pool.open()
        self._pool._serializer = self._pool._fragmenter.serializer = _RawOutput()  # noqa: SLF001 - see above

    def begin(self, cmdlet: str, parameters: dict[str, object]) -> Pipeline:
        """Start a cmdlet."""
        shell = PowerShell(self._pool)
        shell.add_cmdlet(cmdlet).add_parameters(parameters)
        shell.begin_invoke(remote_stream_options=0)  # errors without their parameters, which may be secret
        return Pipeline(self._pool, shell)

    def notices(self) -> list[str]:
        """Warnings of the session itself since they were last asked for."""
        taken, self._pool.notices = self._pool.notices, []
        return taken

    def close(self) -> None:
        """Close the pool on the server; the connections stay."""
        self._pool.close()


class Pipeline:
    """A cmdlet that runs."""

    def __init__(self, pool: RunspacePool, shell: PowerShell) -> None:
        self._pool = pool
        self._shell = shell

    @property
    def running(self) -> bool:
        """Whether more can come of it."""
        return self._shell.state == PSInvocationState.RUNNING

    @property
    def completed(self) -> bool:
        """Whether it came to its own end."""
        return self._shell.state == PSInvocationState.COMPLETED

    @property
    def failed(self) -> bool:
        """Whether it came to an end by an error."""
        return self._shell.state == PSInvocationState.FAILED

    @property
    def errors(self) -> list[Any]:
        """Its error records so far, the one that ended it included."""
        return self._shell.streams.error

    @property
    def warnings(self) -> list[str]:
        """The texts of its warnings so far."""
        return [record.message or "" for record in self._shell.streams.warning]

    def receive(self, seconds: int) -> list[str]:
        """The objects that have come, each an XML document of its own; the server waits so long for some.

        Raises:
            EndedEarlyError: nothing more comes, but it has no end.
        """
        try:
            state, _, streams = self._pool.shell.receive("stdout", self._command, timeout=seconds)
        except WSManFaultError as fault:
            if fault.code == _NOTHING_YET:
                return []
            raise
        found = self._pool._parse_responses(streams["stdout"], self._shell)  # noqa: SLF001 - see above
        if state == CommandState.DONE and self.running:
            raise EndedEarlyError
        return [message.data.data for kind, message in found if kind == MessageType.PIPELINE_OUTPUT]

    def stop(self) -> None:
        """Stop it on the server."""
        self._pool.shell.signal(_STOP, self._command)
        self._shell.state = PSInvocationState.STOPPED

    def close(self) -> None:
        """Let the server forget it."""
        self._shell.close()

    @property
    def _command(self) -> str:
        return self._shell._command_id or self._shell.id  # noqa: SLF001 - see above


def _replace_session(connection: WSMan, wire: Wire) -> None:
    transport = connection.transport
    session = transport._build_session()  # noqa: SLF001 - see above
    session.trust_env = False  # neither REQUESTS_CA_BUNDLE nor .netrc
    session.verify = True
    session.cert = None  # the wire has it, with the passphrase that requests could not pass on
    session.mount("https://", wire)
    session.mount("http://", wire)
    transport.session = session


def _for_basic(text: str) -> Any:
    """The UTF-8 of what is not Latin-1: requests would fail, with the password in its exception."""
    return text if all(ord(character) < 256 for character in text) else text.encode()  # noqa: PLR2004
