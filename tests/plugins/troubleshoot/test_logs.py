"""The client's logs: whatever their size, encoding and state, what is documented of them is found."""

from __future__ import annotations

import os
import struct
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imadmin import Status
from imadmin.session import Target, open_session
from imadmin.testing import save_output
from imadmin_troubleshoot.logs.etl import HEADER, HEADER_SIZE, OFFSET, read_trace
from imadmin_troubleshoot.logs.names import is_log
from imadmin_troubleshoot.logs.patterns import AROUND
from imadmin_troubleshoot.logs.scanning import read_log

if TYPE_CHECKING:
    from imadmin import Finding

ANNA = "anna.lind@contoso.com"
URL = "https://mail.contoso.com/EWS/Exchange.asmx"
AGENT = "UCCAPI/16.0.20228.20190 OC/16.0.20228.20190 (Skype for Business)"
TEXT = f"""\
11/20/2026|08:30:01.123 1C6C:1B74 INFO  :: Sending Packet - 10.0.0.1:443 Grüße äöü
REGISTER sip:contoso.com SIP/2.0\r
From: <sip:{ANNA}>;tag=1f0c2a\r
CSeq: 1 REGISTER\r
User-Agent: {AGENT}\r
\r
SIP/2.0 200 OK\r
From: "Anna" <sip:{ANNA}>;tag=1f0c2a\r
CSeq: 1 REGISTER\r
\r
<propertyEntryList ><property name="EnableTracing" >true</property>
<property name="EnableIMAutoArchiving" >true</property><property name="SomethingElse" >1</property>
<property name="enableimautoarchiving">false</property>
EWS {URL} answered HTTP/1.1 503, ErrorServerBusy
Autodiscover {URL.lower()} HTTP/1.1 401
HTTP/1.1 404 of something else, ErrorAccessDenied
"""
ENCODINGS = {
    "utf-8": TEXT.encode(),
    "utf-8 with a mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "utf-16 little-endian": TEXT.encode("utf-16-le"),
    "utf-16 little-endian with a mark": b"\xff\xfe" + TEXT.encode("utf-16-le"),
    "utf-16 big-endian": TEXT.encode("utf-16-be"),
    "utf-16 big-endian with a mark": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "ansi": TEXT.encode("cp1252"),
    "nuls before": b"\0" * 5000 + TEXT.encode(),
    "nuls before utf-16": b"\0" * 5000 + TEXT.encode("utf-16-le"),
    "a mark, and nuls before utf-16": b"\xff\xfe" + b"\0" * 5000 + TEXT.encode("utf-16-le"),
    "other quotes": TEXT.replace('name="', "name = '").replace('" >', "'>").replace('">', "'>").encode(),
    "many nuls before": b"\0" * 200_000 + TEXT.encode(),
    "nuls behind": TEXT.encode() + b"\0" * 5000,
    "nuls within": TEXT.encode().replace(b"\r\n\r\n", b"\r\n\0\0\0\r\n"),
    "one huge line": b"x" * 300_000 + TEXT.encode() + b"y" * 300_000,
    "one huge line of utf-16": ("x" * 300_000 + TEXT + "y" * 300_000).encode("utf-16-le"),
    "half a character": TEXT.encode("utf-16-le") + b"\x41",
    "rubbish behind": TEXT.encode() + bytes(range(256)),
}


def write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("case", ENCODINGS)
def test_encodings_and_states(tmp_path: Path, case: str) -> None:
    log = read_log(write(tmp_path / "Lync-UccApi-0.UccApilog", ENCODINGS[case]))
    assert (dict(log.people), dict(log.answers), dict(log.agents)) == ({ANNA: 2}, {"200": 1}, {AGENT: 1})
    assert log.received["EnableTracing"].last == "true"
    assert dict(log.received["EnableIMAutoArchiving"]) == {"true": 1, "false": 1}
    assert log.received["EnableIMAutoArchiving"].last == "false"
    assert "SomethingElse" not in log.received
    assert {url.lower() for url in log.ews_addresses} == {URL.lower()}
    assert dict(log.ews_errors) == {"HTTP 503": 1, "ErrorServerBusy": 1, "HTTP 401": 1}


@given(
    before=st.integers(0, 70_000),
    between=st.integers(0, 9000),
    codec=st.sampled_from(["utf-8", "utf-16-le", "utf-16-be"]),
)
def test_where_a_piece_ends_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, before: int, between: int, codec: str
) -> None:
    """Each landmark is found once, wherever the pieces that are read at once meet."""
    entry = '<property name="EnableIMAutoArchiving" >true</property>'
    text = f"{'-' * before}\n{entry}{'=' * between}{entry}\nUser-Agent: {AGENT}\n{'.' * before}"
    path = write(tmp_path_factory.getbasetemp() / "pieces.UccApilog", text.encode(codec))
    log = read_log(path, piece=8 * AROUND)
    assert dict(log.received["EnableIMAutoArchiving"]) == {"true": 2}
    assert dict(log.agents) == {AGENT: 1}


@given(
    st.one_of(
        st.binary(max_size=500), st.text(max_size=300).map(lambda text: text.encode("utf-16", "replace"))
    )
)
def test_any_bytes(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    content = data + b'<property name="' + data + b"/ews/exchange.asmx" + data
    path = write(tmp_path_factory.getbasetemp() / "any.UccApilog", content)
    assert read_log(path).trouble == ""
    assert read_trace(path).modified is not None


def test_memory_does_not_grow_with_the_log(tmp_path: Path) -> None:
    """Nor with a line, nor with what it repeats."""
    path = tmp_path / "big.UccApilog"
    with path.open("wb") as file:
        for number in range(400):
            url = f"https://h{number}/ews/exchange.asmx"
            file.write(f'<property name="TracingLevel" >{number}</property> {url} '.encode())
            file.write(b"x" * 50_000)
    tracemalloc.start()
    log = read_log(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024
    assert len(log.received["TracingLevel"]) == len(log.ews_addresses) == 200
    assert log.received["TracingLevel"].last == "399"


def test_names() -> None:
    names = [
        "Lync-UccApi-0.UccApilog",
        "Lync-UccApi-1.UCCAPILOG",
        "x.uccapilog.bak",
        "Lync-0.etl",
        "Lync-0.ETL.bak",
    ]
    assert all(map(is_log, names))
    assert not any(map(is_log, ["notes.txt", "UccApilog", "etl", "x.uccapilog.exe"]))


def judged(places: list[Path], folder: Path | None = None) -> tuple[Status, tuple[Finding, ...]]:
    given: dict[str, Any] = {"troubleshoot": {"logs": list(map(str, places))}}
    target = Target("folder", folder, sections=given) if folder else Target("none", Path(), sections=given)
    with open_session(target) as session:
        [result] = session.check("spool.client-log")
    return result.status, tuple(result.findings)


def log_of(tmp_path: Path, *lines: str, name: str = "Lync-UccApi-0.UccApilog") -> Path:
    return write(tmp_path / "logs" / name, "\r\n".join(lines).encode("utf-16"))


FINE = (
    "SIP/2.0 200 OK",
    f"From: <sip:{ANNA}>",
    "CSeq: 3 REGISTER",
    "",
    '<property name="EnableIMAutoArchiving" >true</property>',
    f"User-Agent: {AGENT}",
    f"{URL} HTTP/1.1 401",
)


def test_a_log_with_nothing_against_it(tmp_path: Path) -> None:
    assert judged([log_of(tmp_path, *FINE).parent]) == (Status.PASS, ())


@pytest.mark.parametrize(
    ("line", "status", "what"),
    [
        (
            '<property name="EnableIMAutoArchiving" >false</property>',
            Status.FAIL,
            "leaves no offline messages",
        ),
        ('<property name="EnableOfflineIm" >False</property>', Status.FAIL, "EnableOfflineIm false"),
        ('<property name="EnableIMAutoArchiving" >perhaps</property>', Status.WARN, "is no value"),
        ("User-Agent: UCCAPI/16.0.6001.1087 OC/16.0.6001.1087", Status.FAIL, "cannot leave offline messages"),
        (f"{URL} ErrorNonExistentMailbox", Status.WARN, "ErrorNonExistentMailbox (1 times)"),
        (
            f"SIP/2.0 403 Forbidden\r\nFrom: <sip:{ANNA}>\r\nCSeq: 4 REGISTER",
            Status.WARN,
            "SIP 403 (1 times)",
        ),
    ],
)
def test_what_is_wrong(tmp_path: Path, line: str, status: Status, what: str) -> None:
    found, findings = judged([log_of(tmp_path, *FINE, line)])
    assert found is status
    assert any(what in finding.message for finding in findings)
    assert {finding.subject for finding in findings} == {ANNA}


def test_what_the_server_says_and_the_client_has_not_heard(tmp_path: Path) -> None:
    users = [{"SipAddress": f"sip:{ANNA}", "Enabled": True, "ClientPolicy": "Tag:Legal"}]
    save_output(tmp_path / "saved", "skype/Get-CsUser", users)
    policies = [
        {"Identity": "Global", "EnableIMAutoArchiving": True},
        {"Identity": "Tag:Legal", "EnableIMAutoArchiving": False},
    ]
    save_output(tmp_path / "saved", "skype/Get-CsClientPolicy", policies)
    status, [finding] = judged([log_of(tmp_path, *FINE)], tmp_path / "saved")
    assert status is Status.WARN
    assert (
        "policy Tag:Legal says EnableIMAutoArchiving false, the client last received true" in finding.message
    )


def test_an_empty_place_and_a_log_that_is_gone(tmp_path: Path) -> None:
    status, findings = judged([tmp_path, tmp_path / "absent.UccApilog"])
    assert status is Status.ERROR
    assert len(findings) >= 2


def trace(
    pointer: int = 8, began: datetime = datetime(2026, 11, 20, 8, tzinfo=UTC), minutes: int = 90
) -> bytes:
    """A file whose header is as evntrace.h documents it."""
    start = int((began - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
    end = start + minutes * 600_000_000 if minutes else 0
    body = HEADER.pack(65536, 10, 20348, 8, end, 156250, 0, 0, 12, 1, pointer, 3, 2400)
    head = body.ljust({4: 256, 8: 264}[pointer], b"\0") + struct.pack("<q", start)
    return b"\0" * OFFSET + head.ljust(HEADER_SIZE, b"\0") + b"\0" * 1000


@pytest.mark.parametrize("pointer", [4, 8])
def test_a_trace(tmp_path: Path, pointer: int) -> None:
    found = read_trace(write(tmp_path / "Lync-0.etl", trace(pointer)))
    assert (found.began, found.lost) == (datetime(2026, 11, 20, 8, tzinfo=UTC), 3)
    assert found.ended == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def test_a_trace_is_not_read_and_says_how_to(tmp_path: Path) -> None:
    write(tmp_path / "logs" / "Lync-0.etl", trace())
    write(tmp_path / "logs" / "Lync-1.etl", trace(minutes=0))
    write(tmp_path / "logs" / "Lync-2.etl", b"no trace")
    write(tmp_path / "logs" / "Lync-3.etl", b"")
    status, findings = judged([tmp_path / "logs"])
    assert status is Status.SKIP
    assert all("tracefmt.exe" in finding.remedy for finding in findings)
    assert "covers 1 hour from 2026-11-20 08:00Z, 3 events were lost" in findings[0].message
    assert "was not closed" in findings[1].message
    assert "is not what is documented" in findings[2].message
    assert "it is empty" in findings[3].message


@pytest.mark.skipif(os.name == "nt", reason="there are no such pipes")
def test_what_cannot_be_read(tmp_path: Path) -> None:
    """A pipe that nobody writes to would be waited for."""
    os.mkfifo(tmp_path / "x.UccApilog")
    (tmp_path / "y.UccApilog").mkdir()
    for path in tmp_path.iterdir():
        assert read_log(path).trouble == read_trace(path).trouble == "it is no file"
