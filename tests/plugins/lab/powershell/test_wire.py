"""Messages on the wire: CLIXML against psrpcore's reader, WS-Management against nonsense."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from psrpcore import PSRemotingCrypto, types

from imadmin_lab.directory import Enumerated, Nested
from imadmin_lab.directory.values import Version, from_json, to_json
from imadmin_lab.powershell.clixml import to_clixml
from imadmin_lab.powershell.objects import Record

if TYPE_CHECKING:
    from imadmin_lab.directory.values import Value

    from .conftest import Lab


def read(value: object) -> Any:
    return types.deserialize(ET.fromstring(to_clixml(value)), PSRemotingCrypto())  # noqa: S314 - our own


@settings(deadline=None)
@given(st.text())
def test_text_survives(text: str) -> None:
    assert read(text) == text
    assert (
        read(Record(("A", "System.Object"), {f"P{text}": 1})).PSObject.adapted_properties[0].name
        == f"P{text}"
    )


@settings(deadline=None)
@given(st.timedeltas(timedelta(days=-9000), timedelta(days=9000)))
def test_time_spans_survive(span: timedelta) -> None:
    assert read(span) == span


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        0,
        -1,
        1 << 31,
        -(1 << 31),
        1 << 40,
        1.5,
        "",
        uuid.UUID(int=7),
        Version("7.0.2046.521"),
        datetime(2026, 11, 20, 12, 30, 5, 250000, tzinfo=UTC),
        timedelta(seconds=10),
        [1, [2, None]],
        {"Add": ["x"]},
    ],
)
def test_values_survive(value: Any) -> None:
    expected = value.text if isinstance(value, Version) else value
    found = read(value)
    assert (str(found) if isinstance(value, Version) else found) == expected


def test_an_object_with_all_there_is() -> None:
    shade = Enumerated("My.Shade", "Dark", 2)
    inner = Nested("My.Inner", "inner", {"Shade": shade})
    found = read(Record(("My.Type", "System.Object"), {"One": inner, "Two": [inner, shade]}, "shown"))
    assert found.PSObject.type_names[0] == "Deserialized.My.Type"
    assert found.PSObject.to_string == "shown"
    assert found.One.PSObject.to_string == "inner"
    assert found.One.Shade == 2
    assert found.One.Shade.PSObject.to_string == "Dark"
    assert found.Two[1] == 2


def test_properties_are_kept_with_their_types() -> None:
    kept: dict[str, Value] = {
        "guid": uuid.uuid4(),
        "when": datetime(2026, 1, 1, tzinfo=UTC),
        "age": timedelta(days=3),
        "n": None,
        "version": Version("1.2"),
        "list": [Enumerated("E", "A", 1), Nested("N", "t", {"deep": [True]})],
    }
    assert from_json(to_json(kept)) == kept


ENVELOPE = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"><s:Header><a:Action>{action}</a:Action>'
    "<a:MessageID>uuid:1</a:MessageID><w:ResourceURI>{resource}</w:ResourceURI>{more}</s:Header>"
    "<s:Body>{body}</s:Body></s:Envelope>"
)
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
CREATE = "http://schemas.xmlsoap.org/ws/2004/09/transfer/Create"
RESOURCE = "http://schemas.microsoft.com/powershell/Microsoft.PowerShell"


def envelope(action: str = CREATE, resource: str = RESOURCE, more: str = "", body: str = "") -> bytes:
    return ENVELOPE.format(action=action, resource=resource, more=more, body=body).encode()


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"nonsense", 2150858817),
        (b"<a/>", 2150858817),
        (envelope(action=""), 2150858817),
        (b"<!DOCTYPE x [<!ENTITY e 'x'>]>" + envelope(), 2150858817),
        (envelope(action="http://x/Nonsense"), 2150858753),
        (envelope(resource="http://x/y"), 2150858811),
        (envelope(), 2150858817),
        (envelope(body=f'<r:Shell xmlns:r="{SHELL}"/>'), 2150858817),
        (envelope(more="<w:MaxEnvelopeSize>10</w:MaxEnvelopeSize>"), 2150858798),
        (envelope(more="<w:OperationTimeout>soon</w:OperationTimeout>"), 2150858817),
        (envelope(action=f"{SHELL}/Receive"), 2150858843),
        (envelope(more="x" * 600_000), 2150858798),
    ],
)
def test_bad_envelopes_are_faults(lab: Lab, sent: bytes, code: int) -> None:
    answer = post(lab, sent)
    assert answer.status_code == 500
    assert int(re.findall(r'Code="(\d+)"', answer.text)[0]) == code


def test_a_message_in_utf_16(lab: Lab) -> None:
    sent = envelope(
        "http://schemas.xmlsoap.org/ws/2004/09/transfer/Get",
        "http://schemas.microsoft.com/wbem/wsman/1/config",
    )
    for encoding in ("utf-16", "utf-16-le", "utf-8"):
        answer = post(lab, sent.decode().encode(encoding))
        assert "<cfg:MaxEnvelopeSizekb>500<" in answer.text
        assert "<a:RelatesTo>uuid:1</a:RelatesTo>" in answer.text


def post(lab: Lab, sent: bytes) -> requests.Response:
    with requests.Session() as session:
        session.trust_env, session.auth = False, ("admin", "correct horse")
        url = lab.https.url("/OcsPowershell")
        headers = {"Content-Type": "application/soap+xml;charset=UTF-8"}
        return session.post(url, data=sent, headers=headers, verify=str(lab.authority.ca_file))


def test_other_methods_are_not_allowed(lab: Lab) -> None:
    with requests.Session() as session:
        session.trust_env, session.auth = False, ("admin", "correct horse")
        answer = session.get(lab.https.url("/OcsPowershell"), verify=str(lab.authority.ca_file))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
