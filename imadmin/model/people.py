"""People: the users whose messages are judged."""

from __future__ import annotations

from imadmin.model.values import lowered

__all__ = ["USERS", "person_of", "without_sip"]

USERS = {
    "person": "VARCHAR",
    "display_name": "VARCHAR",
    "registrar_pool": "VARCHAR",
    "client_policy": "VARCHAR",
    "client_policy_known": "BOOLEAN",
    "windows_email": "VARCHAR",
    "user_principal_name": "VARCHAR",
    "account": "VARCHAR",
    "uncounted": "VARCHAR",
}
"""The columns of the fact `users`, one row for each user of `Get-CsUser`.

person: the SIP address without `sip:`, in small letters: what every other table calls the person by.
registrar_pool: the pool's FQDN in small letters; null where the output names none.
client_policy: the policy granted to the user; null where none is, and a wider scope applies.
client_policy_known: false where the output does not have the property.
account: the log-on name without its domain (`SamAccountName`), in small letters.
uncounted: why the user is not one of those who are judged (disabled, homed elsewhere); null for a person
    who is.
"""


def person_of(address: str) -> str:
    """The name of a person from any spelling of the SIP address."""
    readable = address.encode("utf-8", "replace").decode("utf-8")  # a shell may pass half a character
    return lowered(readable.strip()).removeprefix("sip:")


def without_sip(text: str) -> str:
    """SQL for an address without the `sip:` before it; *text* is SQL for it in small letters."""
    return f"case when starts_with({text}, 'sip:') then substr({text}, 5) else {text} end"
