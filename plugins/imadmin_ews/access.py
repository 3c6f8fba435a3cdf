"""What an organisation or a mailbox allows of EWS, and whether a client with a given user agent gets through.

Documented: Set-OrganizationConfig and Set-CASMailbox (`EwsEnabled`, `EwsApplicationAccessPolicy`,
`EwsAllowList`, `EwsBlockList`). Not documented is the user agent of the Skype for Business client: that it
begins with `OC/` is what administrators saw in their logs, and what is said of it here is an inference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

from imadmin.model import ClientBuild, Setting
from imadmin.model.values import is_readable, members, read, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ALLOWED_APPS", "PROPERTIES", "EwsAccess", "Level", "user_agent"]

PROPERTIES = ("EwsEnabled", "EwsApplicationAccessPolicy", "EwsAllowList", "EwsBlockList")
ALLOWED_APPS = "EwsAllowedAppIDs"
_AGENT = "OC/{build} (Skype for Business)"
LATEST_AGENT = _AGENT.format(build="16.0.20228.20190")
"""What the client of August 2026 is taken to call itself."""

_ALLOW, _BLOCK = "enforceallowlist", "enforceblocklist"
_LISTS = {_ALLOW: "EwsAllowList", _BLOCK: "EwsBlockList"}
_MEANT_FOR_IT = ("lync", "skype", "uccapi")
_MAY_MATCH = "which may or may not match it"
_NOT_KNOWN = "EwsApplicationAccessPolicy, or the list that it goes by, is not in the output or not readable"
_CLIENT = re.compile(r"(?:^|\s)(OC/.*)")


class Level(NamedTuple):
    """What the application access policy of an organisation or a mailbox says of a user agent.

    Attributes:
        verdict: `none` (there is no such policy), `allowed`, `blocked`, or `unsure`.
        reason: why, as the end of a sentence about the client.
        pattern: of the list, that decided it; empty where none did.
    """

    verdict: str
    reason: str = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class EwsAccess:
    """The EWS settings of an organisation or a mailbox.

    Attributes:
        policy: `EwsApplicationAccessPolicy` in small letters; empty where none is set, None where it, or
            the list that it goes by, is unknown.
        allow: the patterns of `EwsAllowList`.
        block: those of `EwsBlockList`.
        apps_listed: whether `EwsAllowedAppIDs` (of Exchange Online) names any; None where that is unknown.
    """

    enabled: Setting
    policy: str | None
    allow: tuple[str, ...]
    block: tuple[str, ...]
    apps_listed: bool | None = None

    @classmethod
    def read(cls, record: Mapping[str, object]) -> EwsAccess:
        """The settings of a decoded object."""
        return cls(
            enabled=Setting.read(record, "EwsEnabled"),
            policy=_policy(record),
            allow=tuple(members(record, "EwsAllowList") or ()),
            block=tuple(members(record, "EwsBlockList") or ()),
            apps_listed=_any_app(record),
        )

    def rule(self, agent: str) -> Level:
        """What the application access policy says of the client that calls itself *agent*."""
        if self.policy is None:
            return Level("unsure", _NOT_KNOWN)
        if not self.policy:
            return Level("none")
        if self.policy == _ALLOW:
            return _by_allow_list(self.allow, agent)
        if self.policy == _BLOCK:
            return _by_block_list(self.block, agent)
        return Level("unsure", f"the policy {self.policy} is not known here")


def user_agent(sip_agent: str | None) -> str:
    """The user agent by which the client is taken to ask EWS, from the one it registers with.

    Of a client of which an inventory knows the build alone it is made from that; without any, the latest.
    """
    found = _CLIENT.search(sip_agent or "")
    if found:
        return found.group(1).strip()
    build = ClientBuild.parse(sip_agent or "")
    return _AGENT.format(build=build) if build else LATEST_AGENT


def _any_app(record: Mapping[str, object]) -> bool | None:
    """One text holds all ids, so that which they are does not matter here, and is not kept."""
    value = read(record, ALLOWED_APPS)
    if isinstance(value, list):
        return bool(value)
    return bool(text_of(value)) if is_readable(value) else None


def _policy(record: Mapping[str, object]) -> str | None:
    value = read(record, "EwsApplicationAccessPolicy")
    policy = text_of(value).lower()
    if policy in _LISTS:
        return None if members(record, _LISTS[policy]) is None else policy
    return policy if is_readable(value) else None


def _by_allow_list(patterns: tuple[str, ...], agent: str) -> Level:
    if match := _first(patterns, agent):
        return Level("allowed", f"EwsAllowList has {match}", match)
    if meant := _meant(patterns, agent):
        return Level("unsure", f"EwsAllowList has {meant}, {_MAY_MATCH}", meant)
    return Level(
        "blocked", "EnforceAllowList lets in only what EwsAllowList names, and nothing there matches it"
    )


def _by_block_list(patterns: tuple[str, ...], agent: str) -> Level:
    if match := _first(patterns, agent):
        return Level("blocked", f"EwsBlockList has {match}, which matches it", match)
    if meant := _meant(patterns, agent):
        return Level("unsure", f"EwsBlockList has {meant}, {_MAY_MATCH}", meant)
    return Level("allowed", "EwsBlockList does not name the client")


def _first(patterns: tuple[str, ...], agent: str) -> str:
    """The first pattern that matches; `*` is the only wildcard, and case matters (seen, not documented)."""
    return next((pattern for pattern in patterns if _matches(pattern, agent)), "")


def _matches(pattern: str, agent: str) -> bool:
    return fnmatchcase(agent, pattern.replace("[", "[[]").replace("?", "[?]"))


def _meant(patterns: tuple[str, ...], agent: str) -> str:
    """A pattern without a match that may be meant for the client: by another name of it, or in other case."""
    return next((pattern for pattern in patterns if _names_it(pattern.lower(), agent.lower())), "")


def _names_it(pattern: str, agent: str) -> bool:
    return pattern.lstrip("*").startswith(_MEANT_FOR_IT) or _matches(pattern, agent)
