"""Servers that nobody here wrote: what they answer is read, and what is odd about it is said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self

import pytest

from imadmin.access import Endpoint
from imadmin.deployment import EwsConfig
from imadmin.ews import EwsClient, Kind
from imadmin.probing import diagnose, probe_mailbox
from imadmin.records import Status
from imadmin.secrets import Credential, Secret

from .stranger import PASSWORD, SOAP_1_1, SOAP_1_2, USER, M, T, Ways, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from imadmin.probing import MailboxProbe
    from imadmin_lab.web import Authority

ANNA = "anna@contoso.com"
PLAIN = Ways()
FOLDERS = "<x:Folders><y:Folder><y:DisplayName>{name}</y:DisplayName></y:Folder></x:Folders>"
MESSAGE = "x:GetFolderResponseMessage"
NOT_TOLD = "it does not tell its version (ServerVersionInfo)"
DECLARED = '<?xml version="1.0" encoding="utf-16"?>'
READ = {
    "as Exchange does it, but for the version": (PLAIN, ""),
    "other namespaces": (
        replace(PLAIN, envelope=PLAIN.envelope.replace(M, "urn:m"), part=PLAIN.part.replace(T, "urn:t")),
        "another namespace",
    ),
    "no namespaces": (
        replace(
            PLAIN,
            envelope="<Envelope><Body><GetFolderResponse>{parts}</GetFolderResponse></Body></Envelope>",
            part=PLAIN.part.replace("x:", "").replace("y:", ""),
        ),
        "no namespace",
    ),
    "SOAP 1.2": (
        replace(
            PLAIN,
            envelope=PLAIN.envelope.replace(SOAP_1_1, SOAP_1_2),
            head=("content-type: application/soap+xml; charset=utf-8",),
        ),
        "the envelope is of http://www.w3.org/2003/05/soap-envelope",
    ),
    "no ResponseCode": (
        replace(PLAIN, part=f'<{MESSAGE} ResponseClass="Success">{FOLDERS}</{MESSAGE}>'),
        "a part has no ResponseCode",
    ),
    "no ResponseClass": (
        replace(PLAIN, part=f"<{MESSAGE}><x:ResponseCode>NoError</x:ResponseCode>{FOLDERS}</{MESSAGE}>"),
        "a part has no ResponseClass",
    ),
    "more than was asked for": (
        replace(PLAIN, part=PLAIN.part.replace("<y:Folder>", "<y:Folder><y:When>10:00:00.1234567</y:When>")),
        "",
    ),
    "comments, instructions, CDATA, blanks": (
        replace(
            PLAIN,
            envelope=PLAIN.envelope.replace("<e:Body>", "<!-- a --><?b c?>\r\n<e:Header/>\t<e:Body>\r\n"),
            part=PLAIN.part.replace("NoError", "\r\n <!-- x --><![CDATA[No]]><!-- y -->Error\r\n"),
        ),
        "",
    ),
    "blanks before the declaration": (
        replace(PLAIN, envelope='\r\n<?xml version="1.0"?>' + PLAIN.envelope),
        "blanks before",
    ),
    "UTF-16": (replace(PLAIN, envelope=DECLARED + PLAIN.envelope, encoding="utf-16"), ""),
    "UTF-16 that only HTTP tells": (
        replace(PLAIN, encoding="utf-16-le", head=("content-type: text/xml; charset=utf-16le",)),
        "told by HTTP only: utf-16le",
    ),
    "Latin-1 that only HTTP tells": (
        replace(PLAIN, encoding="latin-1", head=('content-type: text/xml; charset="iso-8859-1"',)),
        "told by HTTP only: iso-8859-1",
    ),
    "no content type": (replace(PLAIN, head=("x-nothing: 1",)), "there is no content type"),
    "called HTML": (replace(PLAIN, head=("content-type: text/html",)), "the content type is text/html"),
    "chunked": (replace(PLAIN, framing="chunked"), ""),
    "no length": (replace(PLAIN, framing="close"), ""),
    "HTTP/1.0": (replace(PLAIN, framing="close", protocol="HTTP/1.0"), ""),
    "HTTP/1.0 with a length": (replace(PLAIN, protocol="HTTP/1.0"), ""),
    "in another order, with ids": (
        replace(
            PLAIN,
            order=-1,
            part=PLAIN.part.replace(
                "<y:DisplayName>",
                "<y:DistinguishedFolderId>{id}</y:DistinguishedFolderId><y:DisplayName>",
            ),
        ),
        "",
    ),
}


@pytest.fixture
def asked(authority: Authority) -> Iterator[Asking]:
    with Asking(authority) as asking:
        yield asking


class Asking:
    """Asks strangers."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._open: list[AbstractContextManager[object]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for one in reversed(self._open):
            one.__exit__(None, None, None)

    def endpoint(self, ways: Ways) -> Endpoint:
        server = serving(ways, self._authority.issue().context)
        config = EwsConfig("strange", server.__enter__(), "basic")
        client = EwsClient(config, Credential(USER, Secret(PASSWORD)), self._authority.ca_file, deadline=5)
        self._open += [server, client]
        return Endpoint(config, client)

    def probe(self, ways: Ways) -> MailboxProbe:
        """What comes of it; and a second time, over the same connection, the same."""
        client = self.endpoint(ways).client
        assert client is not None
        found, again = probe_mailbox(client, ANNA), probe_mailbox(client, ANNA)
        assert [one.message for one in found.steps] == [one.message for one in again.steps]
        return found


@pytest.mark.parametrize("case", READ)
def test_what_deviates_is_read_and_said(asked: Asking, case: str) -> None:
    ways, said = READ[case]
    found = asked.probe(ways)
    mailbox, history = found.steps
    assert (mailbox.status, history.status) == (Status.PASS, Status.PASS), found
    assert history.evidence["name"] == "Gesprächsverlauf"
    deviations = mailbox.evidence["deviations"]
    assert isinstance(deviations, tuple)
    assert NOT_TOLD in deviations
    assert any(said in one for one in deviations)
    assert (len(deviations) > 1) == bool(said)


def test_one_part_only(asked: Asking) -> None:
    mailbox, history = asked.probe(replace(PLAIN, most=1)).steps
    assert (mailbox.status, history.status) == (Status.PASS, Status.ERROR)
    assert "1 of 2 parts" in str(mailbox.evidence["deviations"])


def test_an_order_that_nobody_knows(asked: Asking) -> None:
    """Of an inbox that is not there one can tell that the parts are not in the order of the question."""
    ways = replace(PLAIN, order=-1, missing=("conversationhistory",))
    mailbox, history = asked.probe(ways).steps
    assert (mailbox.status, history.status) == (Status.PASS, Status.ERROR)
    assert "another order" in str(mailbox.evidence["deviations"])


def test_an_id_that_it_does_not_know(asked: Asking) -> None:
    ways = replace(PLAIN, unknown=("conversationhistory",), asked=[])
    mailbox, history = asked.probe(ways).steps
    assert (mailbox.status, history.status) == (Status.PASS, Status.ERROR)
    assert "ErrorSchemaValidation" in history.message
    assert ways.asked[:2] == [["inbox", "conversationhistory"], ["inbox"]]


def fault(namespace: str, inside: str) -> str:
    return f'<q:Envelope xmlns:q="{namespace}"><q:Body><q:Fault>{inside}</q:Fault></q:Body></q:Envelope>'


@pytest.mark.parametrize("status", ["200 OK", "500 Internal Server Error", "400 Bad Request"])
@pytest.mark.parametrize(
    ("inside", "namespace", "kind", "quoted"),
    [
        (
            (
                "<faultcode>q:Client</faultcode><faultstring>who?</faultstring><detail><ResponseCode>"
                "ErrorNonExistentMailbox</ResponseCode></detail>"
            ),
            SOAP_1_1,
            Kind.NO_MAILBOX,
            "who?",
        ),
        ("<faultcode>x:ErrorAccessDenied</faultcode>", SOAP_1_1, Kind.ACCESS_DENIED, "ErrorAccessDenied"),
        (
            (
                "<q:Code><q:Value>q:Sender</q:Value></q:Code>"
                "<q:Reason><q:Text>unknown operation</q:Text></q:Reason>"
            ),
            SOAP_1_2,
            Kind.OTHER,
            "Sender: unknown operation",
        ),
    ],
)
def test_faults(asked: Asking, status: str, inside: str, namespace: str, kind: Kind, quoted: str) -> None:
    found = asked.probe(replace(PLAIN, envelope=fault(namespace, inside), status=status))
    assert found.steps[0].status is Status.FAIL
    assert found.steps[0].evidence["kind"] == kind
    assert quoted in found.steps[0].message


def test_the_way_to_a_stranger(asked: Asking, authority: Authority) -> None:
    """It has no Autodiscover, which is a warning; every other step passes."""
    ways = replace(PLAIN, envelope=PLAIN.envelope)
    found = diagnose(asked.endpoint(ways), ca_file=authority.ca_file, mailbox=ANNA, user_agent="OC/16.0")
    steps = {step.name: step for step in found.steps}
    assert found.broken is None
    assert steps["authentication"].evidence["schemes"] == ("basic",)
    assert steps["Autodiscover"].status is Status.WARN
    assert {step.status for name, step in steps.items() if name not in ("Autodiscover", "clock")} == {
        Status.PASS
    }
