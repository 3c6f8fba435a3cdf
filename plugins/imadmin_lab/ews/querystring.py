"""Query strings: the small part of Advanced Query Syntax that mail is mostly searched with."""

from __future__ import annotations

import re
from typing import Final

from .errors import EwsError
from .restrictions import NO_RESTRICTION, Sql

_TERM: Final = re.compile(r'(?:(?P<key>\w+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))\s*')
_COLUMNS: Final = {
    "subject": "subject",
    "body": "text_body",
    "from": "ews_people(author)",
    "to": "ews_people(to_recipients)",
    "cc": "ews_people(cc_recipients)",
    "kind": "",
}
_ANYWHERE: Final = ("subject", "body", "from", "to")
_CLASSES: Final = {"email": "IPM.Note", "im": "IPM.Note.Microsoft"}


def read_query(text: str) -> Sql:
    """Give the condition for a query string: words anywhere, or `subject:word`, all must be there."""
    condition, at = NO_RESTRICTION, 0
    stripped = text.strip()
    while at < len(stripped):
        found = _TERM.match(stripped, at)
        if found is None:
            raise EwsError("ErrorInvalidRequest", f"The query string is not understood: {text}")
        at = found.end()
        term = _term((found["key"] or "").lower(), found["phrase"] or found["word"] or "")
        condition = Sql(f"({condition.text} and {term.text})", (*condition.values, *term.values))
    return condition


def _term(key: str, word: str) -> Sql:
    if key == "kind":
        return Sql("item_class like ? || '%'", (_CLASSES.get(word.lower(), word),))
    if key and key not in _COLUMNS:
        raise EwsError("ErrorInvalidRequest", f"The lab does not search by '{key}:' in a query string.")
    mode = "PrefixOnWords"
    names = (key,) if key else _ANYWHERE
    parts = [f"coalesce(ews_contains({_COLUMNS[name]}, ?, '{mode}', 'IgnoreCase'), 0)" for name in names]
    return Sql(f"({' or '.join(parts)})", (word.rstrip("*"),) * len(names))
