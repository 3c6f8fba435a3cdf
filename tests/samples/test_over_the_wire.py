"""The saved files hold what the lab's endpoints give: the same objects, asked for with pypsrp."""

from __future__ import annotations

import gc
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from pypsrp.complex_objects import GenericComplexObject
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.serializer import Serializer
from pypsrp.wsman import WSMan

from imadmin_lab.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTOSO = Path(__file__).resolve().parents[2] / "samples" / "contoso"
FILES = [
    path.relative_to(CONTOSO).as_posix()
    for shell in ("skype", "exchange")
    for path in sorted((CONTOSO / shell).glob("*.xml"))
    if "@fe02" not in path.stem  # the lab's endpoint is on the first Front End server
]
NOTHING = {"skype/Get-CsBlockedDomain.xml"}
PATHS = {"skype": "OcsPowershell", "exchange": "powershell"}
CONFIGURATIONS = {"skype": "Microsoft.PowerShell", "exchange": "Microsoft.Exchange"}
NAMESPACE = "{http://schemas.microsoft.com/powershell/2004/04}"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with Lab("contoso", folder=tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture(autouse=True)
def _sockets_of_the_client(request: pytest.FixtureRequest) -> Iterator[None]:
    """Pypsrp leaves sockets to the garbage collector: collect them here, and not in a later test."""
    request.applymarker(pytest.mark.filterwarnings("ignore:unclosed <s:ResourceWarning"))
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def asked(lab: Lab, shell: str, cmdlet: str, *, local: bool) -> list[Any]:
    """What the lab gives for a cmdlet."""
    (password,) = lab.environment.values()
    login: dict[str, Any] = {"username": r"CONTOSO\svc-imadmin", "password": password, "auth": "ntlm"}
    options: dict[str, Any] = {"no_proxy": True, "cert_validation": str(lab.ca_file)}
    ws = WSMan("127.0.0.1", port=urlsplit(lab.url()).port, path=PATHS[shell], **login, **options)
    with ws, RunspacePool(ws, configuration_name=CONFIGURATIONS[shell]) as pool, PowerShell(pool) as ps:
        ps.add_cmdlet(cmdlet)
        if local:
            ps.add_parameters({"LocalStore": True})
        found = ps.invoke()
        assert not ps.had_errors
        return list(found)


def saved(file: str) -> list[Any]:
    """What pypsrp makes of a saved file."""
    root = ET.fromstring((CONTOSO / file).read_bytes())  # noqa: S314 - our own file
    for element in root.iter():
        element.tag = element.tag.removeprefix(NAMESPACE)
    serializer = Serializer()
    return [serializer.deserialize(element, clear=False) for element in root]


def plain(value: Any) -> Any:
    """An object as types, text and properties, whose names and values have types of their own."""
    if isinstance(value, GenericComplexObject):
        properties = {name: plain(item) for name, item in value.adapted_properties.items()}
        return value.types, value.to_string, properties, value.extended_properties
    if isinstance(value, list):
        return [plain(item) for item in value]
    return type(value).__name__, str(value)


@pytest.mark.parametrize("file", FILES)
def test_the_lab_gives_what_the_file_holds(file: str, lab: Lab) -> None:
    shell, _, name = file.removesuffix(".xml").partition("/")
    cmdlet, _, variant = name.partition("@")
    found = [plain(value) for value in asked(lab, shell, cmdlet, local=variant == "local-store")]
    assert bool(found) == (file not in NOTHING)
    assert found == [plain(value) for value in saved(file)]


def test_moments_and_ids_have_types_of_their_own() -> None:
    text = (CONTOSO / "skype" / "Get-CsUser.xml").read_text(encoding="utf-16")
    assert '<DT N="WhenCreated">' in text
    assert '<G N="Guid">' in text
