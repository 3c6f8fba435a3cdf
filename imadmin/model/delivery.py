"""What to expect of an offline message after it was sent: documented, and the same for every deployment."""

from __future__ import annotations

from imadmin.model.requirements import OFFLINE_IM

__all__ = [
    "MESSAGE_CLASS",
    "MESSAGE_CLASS_DOCUMENTED",
    "REFERENCE",
    "SUBJECTS",
    "federated",
    "same_organisation",
    "unreadable",
]

REFERENCE = OFFLINE_IM

MESSAGE_CLASS = "IPM.Note.Microsoft.Missed"
"""The class of a missed conversation, as Exchange documents it for retention."""

MESSAGE_CLASS_DOCUMENTED = "IM.Note.MissedConversation"
"""What the deployment guide of Offline IM calls it; an alias, since every mail class begins with IPM."""


SUBJECTS = ("… sent you a message in Skype for Business", "Missed conversation with …")
"""The subjects of mails about missed messages, the sender's name left out; for one message, for several.
Documented for messages that were missed by somebody who was signed in; for offline ones an inference."""


def same_organisation() -> list[str]:
    """For a recipient in the sender's own organisation."""
    return [
        f"It arrives as an e-mail of class {MESSAGE_CLASS} (documented as {MESSAGE_CLASS_DOCUMENTED}).",
        f'Its subject is like "{SUBJECTS[0]}" or "{SUBJECTS[1]}" (an inference).',
        "The recipient's client shows it under missed conversations and in the conversation history.",
        "It is picked up and processed within two minutes.",
    ]


def federated() -> list[str]:
    """For a recipient in another organisation."""
    return [
        "It arrives as a plain e-mail, without the class of a missed conversation.",
        "It does not show under missed conversations nor in the conversation history.",
        "It travels as mail, so mail flow to that domain decides, not federation (an inference).",
    ]


def unreadable() -> list[str]:
    """What cannot be read anywhere, and is so a condition."""
    return [
        "Whether the recipient can receive it: Microsoft offers no mechanism to check that.",
        (
            "Whether the recipient is on Do Not Disturb or Presenting: if so, the recipient's own client"
            " sends a missed message instead."
        ),
    ]
