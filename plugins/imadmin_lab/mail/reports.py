"""Non-delivery reports."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from .derive import topic_of
from .records import Address, Content

if TYPE_CHECKING:
    from .records import Mailbox

REPORT_CLASS = "REPORT.IPM.Note.NDR"
_POSTMASTER = "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e"
NOT_FOUND = "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"
NO_DOMAIN = "550 5.4.310 DNS domain does not exist [Message=InfoDomainNonexistent]"
REJECTED = "550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy"


def undeliverable(original: Content, sender: Mailbox, recipient: Address, diagnosis: str) -> Content:
    """Give the report on *original*, which did not reach *recipient*."""
    postmaster = Address("Microsoft Outlook", f"{_POSTMASTER}@{sender.address.rpartition('@')[2]}")
    return Content(
        item_class=REPORT_CLASS,
        subject=f"Undeliverable: {original.subject or ''}",
        body=_body(recipient, diagnosis),
        body_type="HTML",
        sender=postmaster,
        author=postmaster,
        to_recipients=(sender.owner,),
        in_reply_to=original.message_id,
        message_references=original.message_id,
        conversation_index=original.conversation_index,
        conversation_topic=topic_of(original.subject),
        is_draft=False,
    )


def _body(recipient: Address, diagnosis: str) -> str:
    address = html.escape(recipient.address)
    return (
        "<html><body><h1>Delivery has failed to these recipients or groups:</h1>"
        f'<p><a href="mailto:{address}">{html.escape(recipient.name or recipient.address)}</a><br>'
        "Your message couldn't be delivered.</p>"
        f"<p>Diagnostic information for administrators:</p><p>{address}<br>Remote Server returned "
        f"'{html.escape(diagnosis)}'</p></body></html>"
    )
