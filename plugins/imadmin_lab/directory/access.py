"""Whether a mailbox may be used over Exchange Web Services, as the directory's settings say it.

Documented: the organisation and the mailbox must both allow it, and null in the organisation is as good as
true; `EnforceAllowList` lets in the user agents of EwsAllowList and no others, `EnforceBlockList` all but
those of EwsBlockList; `*` in an entry stands for anything. Reported by others and not documented: the
comparison heeds case. EwsAllowOutlook and its like are not heeded: it is documented nowhere which user agents
they mean; nor is it how lists of the organisation and of the mailbox combine, so that here both must let in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .store import Directory, Entry

_ORGANIZATION: Final = "OrganizationConfig"
_MAILBOX: Final = "CASMailbox"


class EwsAccess:
    """Asks the directory at each call, so that a change counts at once.

    Args:
        directory: The objects.
    """

    def __init__(self, directory: Directory) -> None:
        self._directory: Final = directory
        self._identities: Final[dict[str, str]] = {}

    def allows(self, mailbox: str, user_agent: str) -> bool:
        """Whether a client with this user agent may use the mailbox of this primary address."""
        found = [*self._directory.entries("exchange", _ORGANIZATION), self._mailbox(mailbox)]
        return all(_allows(entry, user_agent) for entry in found if entry is not None)

    def _mailbox(self, address: str) -> Entry | None:
        """The settings of a mailbox; None where it is another organisation's."""
        if not self._identities:
            for entry in self._directory.entries("exchange", _MAILBOX):
                self._identities[str(entry.get("PrimarySmtpAddress")).casefold()] = entry.identity
        identity = self._identities.get(address.casefold())
        return None if identity is None else self._directory.find("exchange", _MAILBOX, identity)


def _allows(entry: Entry, user_agent: str) -> bool:
    policy = entry.get("EwsApplicationAccessPolicy")
    if entry.get("EwsEnabled") is False:
        return False
    match getattr(policy, "name", None):
        case "EnforceAllowList":
            return _listed(entry, "EwsAllowList", user_agent)
        case "EnforceBlockList":
            return not _listed(entry, "EwsBlockList", user_agent)
    return True


def _listed(entry: Entry, name: str, user_agent: str) -> bool:
    listed = entry.get(name)
    patterns = [str(item) for item in listed] if isinstance(listed, list) else []
    return any(_pattern(pattern).fullmatch(user_agent) for pattern in patterns)


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, text.split("*"))), re.DOTALL)
