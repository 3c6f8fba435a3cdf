"""What servers and gateways do besides: other statuses with a fault, other compressions, odd parts."""

from __future__ import annotations

import gc
import gzip
import http.client
import ssl
import zlib

import pytest
from lxml import etree

from imadmin.concealing import HIDDEN
from imadmin.ews import EwsError, Kind
from imadmin.ews.budget import Budget
from imadmin.ews.discovery import named_in
from imadmin.ews.faults import shortened
from imadmin.ews.inflating import inflated
from imadmin.ews.network import explained
from imadmin.ews.soap import MESSAGES, SOAP, TYPES, read_answer
from imadmin.ews.wire import Reply
from imadmin.secrets import Secret

PLAIN = b"<a>" + b"x" * 5000 + b"</a>"
SPACES = f'xmlns:s="{SOAP[1:-1]}" xmlns:m="{MESSAGES[1:-1]}" xmlns:t="{TYPES[1:-1]}"'
WAIT = '<t:Value Name="BackOffMilliseconds">2500</t:Value>'


def raw(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(PLAIN[:100]) + gzip.compress(PLAIN[100:])),
        ("deflate", zlib.compress(PLAIN)),
        ("deflate", raw(PLAIN)),
        ("identity", PLAIN),
        ("br", PLAIN),
    ],
    ids=["gzip twice", "zlib", "deflate", "identity", "not compressed at all"],
)
def test_compressions(encoding: str, body: bytes) -> None:
    assert inflated(body, encoding, Budget(5)) == PLAIN


def test_a_compression_that_was_not_asked_for_is_named() -> None:
    with pytest.raises(http.client.HTTPException, match="not asked for: br"):
        inflated(b"\x8b\x02\x80", "br", Budget(5))


def envelope(inside: str, status: int = 200, **headers: str) -> Reply:
    text = f"<s:Envelope {SPACES}><s:Body>{inside}</s:Body></s:Envelope>"
    return Reply(status, {"content-type": "text/xml", **headers}, (), text.encode())


def fault(code: str, detail: str = "") -> str:
    inside = f"<ResponseCode>{code}</ResponseCode>{detail}"
    return f"<s:Fault><faultcode>t:{code}</faultcode><detail>{inside}</detail></s:Fault>"


def parts(part: str) -> str:
    return f"<m:GetFolderResponse><m:ResponseMessages>{part}</m:ResponseMessages></m:GetFolderResponse>"


@pytest.mark.parametrize(
    ("reply", "kind", "back_off"),
    [
        (envelope(fault("ErrorServerBusy", WAIT), 503), Kind.THROTTLED, 2.5),
        (envelope(fault("ErrorServerBusy"), 503, **{"retry-after": "7"}), Kind.THROTTLED, 7.0),
        (envelope(fault("ErrorAccessDenied"), 403), Kind.FORBIDDEN, None),
        (envelope(fault("ErrorServerBusy", WAIT), 403), Kind.THROTTLED, 2.5),
        (envelope("<s:Fault><faultcode>s:Server</faultcode></s:Fault>", 500), Kind.SERVER_ERROR, None),
        (
            envelope(
                "<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>ErrorServerBusy</s:Value>"
                "</s:Subcode></s:Code></s:Fault>",
                500,
            ),
            Kind.THROTTLED,
            None,
        ),
    ],
)
def test_a_fault_tells_more_than_its_status(reply: Reply, kind: Kind, back_off: float | None) -> None:
    with pytest.raises(EwsError) as caught:
        read_answer(reply, "GetFolder", 1, "https://x")
    assert (caught.value.kind, caught.value.back_off) == (kind, back_off)


def test_a_part_may_ask_to_wait() -> None:
    busy = f"<m:ResponseCode>ErrorServerBusy</m:ResponseCode><m:MessageXml>{WAIT}</m:MessageXml>"
    part = f'<m:GetFolderResponseMessage ResponseClass="Error">{busy}</m:GetFolderResponseMessage>'
    answer = read_answer(envelope(parts(part)), "GetFolder", 1, "https://x")
    assert answer.parts[0].error("https://x").back_off == 2.5


@pytest.mark.parametrize("state", ["", 'ResponseClass="success"'])
def test_a_part_that_holds_something_is_well(state: str) -> None:
    part = f"<m:GetFolderResponseMessage {state}><m:Folders/></m:GetFolderResponseMessage>"
    assert read_answer(envelope(parts(part)), "GetFolder", 1, "https://x").parts[0].code == ""


def test_one_wrong_byte_does_not_cost_the_answer() -> None:
    name = (
        '<m:GetFolderResponseMessage ResponseClass="Success"><x>Gespr\xe4ch</x></m:GetFolderResponseMessage>'
    )
    reply = envelope(parts(name))
    damaged = Reply(200, reply.headers, (), reply.body.replace("ä".encode(), b"\xe4"))
    assert "bytes that are not" in str(read_answer(damaged, "GetFolder", 1, "https://x").deviations)


def test_autodiscover_of_another_namespace_names_where_it_redirects_to() -> None:
    told = "<ErrorCode>RedirectUrl</ErrorCode><RedirectTarget>https://other/</RedirectTarget>"
    response = f"<Response><UserResponse xmlns='urn:x'>{told}</UserResponse></Response>"
    message = f"<GetUserSettingsResponseMessage>{response}</GetUserSettingsResponseMessage>"
    with pytest.raises(EwsError, match="RedirectUrl to https://other/") as caught:
        named_in(etree.fromstring(f"<Body>{message}</Body>"), "anna@contoso.com", "https://x")
    assert caught.value.kind is Kind.REDIRECTED


def test_a_client_certificate_that_is_asked_for() -> None:
    alert = ssl.SSLError(1, "alert")
    alert.reason = "TLSV13_ALERT_CERTIFICATE_REQUIRED"  # of the answer: TLS 1.3 tells it after the handshake
    error = explained(alert, Budget(5), "https://x")
    assert (error.kind, "auth: certificate" in error.remedy) == (Kind.TLS, True)


def test_a_password_that_a_server_repeats_is_not_quoted() -> None:
    secret = Secret("Canary#ß9")
    for spelling in ("Canary#ß9", "Canary#Ã\x9f9", "Canary%23%C3%9F9"):
        assert shortened(f"you sent {spelling}!") == f"you sent {HIDDEN}!"
    del secret
    gc.collect()
    assert shortened("Canary#ß9") == "Canary#ß9"
