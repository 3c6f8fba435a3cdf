"""GetInboxRules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin_lab.ews import ids, xml
from imadmin_lab.ews.errors import EwsError
from imadmin_lab.mail import directory
from imadmin_lab.mail.inbox_rules import inbox_rules

from .base import Operation

if TYPE_CHECKING:
    from imadmin_lab.ews.xml import Element
    from imadmin_lab.mail import InboxRule, Mailbox


class GetInboxRules(Operation):
    """Show the rules of a mailbox."""

    name = "GetInboxRules"
    writes = False

    def respond(self) -> Element:
        """Give the answer, which is one message."""
        try:
            return self._rules(self._mailbox())
        except EwsError as error:
            return self.refused(error)

    def refused(self, error: EwsError) -> Element:
        """Give the answer that tells *error*."""
        answer = self.failure(error)
        return xml.m(f"{self.name}Response", *answer, ResponseClass="Error")

    def _mailbox(self) -> Mailbox:
        address = (xml.text(self.request, "MailboxSmtpAddress") or "").strip()
        if not address:
            return self.call.own
        found = directory.by_address(self.call.session, address)
        if found is None:
            raise EwsError("ErrorNonExistentMailbox")
        return self.call.opened(found)

    def _rules(self, mailbox: Mailbox) -> Element:
        shown = [
            self._rule(rule, number, mailbox)
            for number, rule in enumerate(inbox_rules(self.call.session, mailbox.id), 1)
        ]
        return xml.m(
            f"{self.name}Response",
            xml.m("ResponseCode", "NoError"),
            xml.m("OutlookRuleBlobExists", "false"),
            xml.m("InboxRules", *shown) if shown else None,
            ResponseClass="Success",
        )

    def _rule(self, rule: InboxRule, number: int, mailbox: Mailbox) -> Element:
        return xml.t(
            "Rule",
            xml.t("RuleId", f"rule-{number}"),
            xml.t("DisplayName", rule.name),
            xml.t("Priority", str(number)),
            xml.t("IsEnabled", xml.boolean(rule.enabled)),
            _conditions(rule),
            xml.t("Exceptions"),
            self._actions(rule, mailbox),
        )

    def _actions(self, rule: InboxRule, mailbox: Mailbox) -> Element:
        move = None
        if rule.move_to:
            folder = self.call.distinguished(mailbox, rule.move_to)
            move = xml.t("MoveToFolder", xml.t("FolderId", Id=ids.folder_id(mailbox.guid, folder.id)))
        delete = xml.t("Delete", "true") if rule.delete else None
        return xml.t("Actions", delete, move, xml.t("StopProcessingRules", "true"))


def _conditions(rule: InboxRule) -> Element:
    sender = xml.t("Address", xml.t("EmailAddress", rule.sender))
    subject = xml.t("ContainsSubjectStrings", xml.t("String", rule.contains))
    return xml.t(
        "Conditions",
        subject if rule.contains else None,
        xml.t("FromAddresses", sender) if rule.sender else None,
        xml.t("ItemClasses", xml.t("String", rule.item_class)) if rule.item_class else None,
    )
