"""The objects of all shells in one SQLite file, and what a local replica of them still shows."""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from .values import from_json, to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from .values import Value

_SCHEMA: Final = """
pragma journal_mode = wal;
pragma synchronous = off;  -- a lab's objects may die with the power
create table if not exists object (
    number integer primary key,
    shell text not null, noun text not null collate nocase, identity text not null collate nocase,
    properties text not null,
    unique (shell, noun, identity)
);
create table if not exists past (
    shell text not null, noun text not null collate nocase, identity text not null collate nocase,
    properties text,
    until real not null
);
create index if not exists past_noun on past (shell, noun, until);
"""


@dataclass(frozen=True)
class Entry:
    """One object.

    Attributes:
        identity: What it is known by, such as `Global` or `Site:Redmond`.
        properties: Everything that a Get cmdlet shows of it.
    """

    identity: str
    properties: Mapping[str, Value]

    def get(self, name: str) -> Value:
        """A property, whatever the case of its name; null where it has none of that name."""
        if name in self.properties:
            return self.properties[name]
        folded = name.casefold()
        return next((value for key, value in self.properties.items() if key.casefold() == folded), None)


class Directory:
    """The objects by shell (`skype`, `exchange`), noun and identity; safe to use from several threads.

    Names are compared without regard to case. Objects are listed in the order in which they were made.

    Args:
        file: The SQLite file, made where it does not exist; None: nothing is kept beyond `close`.
        replication_lag: How many seconds after a change `local=True` still shows what was before it.
        clock: The time in seconds.
    """

    def __init__(
        self, file: Path | None, *, replication_lag: float = 0.0, clock: Callable[[], float] = time.time
    ) -> None:
        self.replication_lag = replication_lag
        self._clock: Final = clock
        self._lock: Final = threading.RLock()
        self._connection: Final = sqlite3.connect(
            file or ":memory:", check_same_thread=False, isolation_level=None
        )
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def entries(self, shell: str, noun: str, *, local: bool = False) -> list[Entry]:
        """All objects of a noun.

        Args:
            shell: `skype` or `exchange`.
            noun: Such as `CsClientPolicy`.
            local: As the local replica shows them.
        """
        query = "select identity, properties from object where shell = ? and noun = ? order by number"
        with self._lock:
            rows = self._connection.execute(query, (shell, noun)).fetchall()
            past = self._past(shell, noun) if local else {}
        found = {identity: properties for identity, properties in rows} | past  # noqa: C416 - typed so
        return [Entry(identity, from_json(text)) for identity, text in found.items() if text is not None]

    def _past(self, shell: str, noun: str) -> dict[str, str | None]:
        """What the replica shows where it lags: of each object the oldest state that it still shows."""
        query = (
            "select identity, properties from past"
            " where shell = ? and noun = ? and until > ? order by until desc"
        )
        rows = self._connection.execute(query, (shell, noun, self._clock() - self.replication_lag))
        return dict(rows.fetchall())

    def find(self, shell: str, noun: str, identity: str, *, local: bool = False) -> Entry | None:
        """The object of this identity."""
        if local:
            wanted = identity.casefold()
            entries = self.entries(shell, noun, local=True)
            return next((entry for entry in entries if entry.identity.casefold() == wanted), None)
        query = "select identity, properties from object where shell = ? and noun = ? and identity = ?"
        with self._lock:
            row = self._connection.execute(query, (shell, noun, identity)).fetchone()
        return Entry(row[0], from_json(row[1])) if row else None

    def put(self, shell: str, noun: str, identity: str, properties: Mapping[str, Value]) -> None:
        """Make an object, or replace it."""
        with self._changing(shell, noun, identity):
            self._write(shell, noun, [(identity, properties)])

    def load(self, shell: str, noun: str, entries: Iterable[tuple[str, Mapping[str, Value]]]) -> None:
        """Make or replace many objects at once; a replica has them from the beginning."""
        with self._lock, self._transaction():
            self._write(shell, noun, entries)

    def leave_behind(
        self, shell: str, noun: str, identity: str, properties: Mapping[str, Value] | None
    ) -> None:
        """Let the replica show these properties of an object for ever; None: no such object."""
        text = None if properties is None else to_json(properties)
        with self._lock, self._transaction():
            self._connection.execute(
                "insert into past values (?, ?, ?, ?, ?)", (shell, noun, identity, text, math.inf)
            )

    def change(self, shell: str, noun: str, identity: str, changes: Mapping[str, Value]) -> bool:
        """Change some properties, if the object exists; whether it does."""
        with self._changing(shell, noun, identity):
            entry = self.find(shell, noun, identity)
            if entry is not None:
                self._write(shell, noun, [(entry.identity, {**entry.properties, **changes})])
        return entry is not None

    def remove(self, shell: str, noun: str, identity: str) -> bool:
        """Remove an object; whether there was one."""
        query = "delete from object where shell = ? and noun = ? and identity = ?"
        with self._changing(shell, noun, identity):
            return self._connection.execute(query, (shell, noun, identity)).rowcount > 0

    def _write(self, shell: str, noun: str, entries: Iterable[tuple[str, Mapping[str, Value]]]) -> None:
        self._connection.executemany(
            "insert into object (shell, noun, identity, properties) values (?, ?, ?, ?)"
            " on conflict (shell, noun, identity) do update set properties = excluded.properties",
            ((shell, noun, identity, to_json(properties)) for identity, properties in entries),
        )

    @contextmanager
    def _changing(self, shell: str, noun: str, identity: str) -> Iterator[None]:
        """Keep what was, for the replica."""
        with self._lock, self._transaction():
            before = self.find(shell, noun, identity)
            text = to_json(before.properties) if before else None
            name = before.identity if before else identity
            yield
            now = self._clock()
            self._connection.execute(
                "insert into past values (?, ?, ?, ?, ?)", (shell, noun, name, text, now)
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._connection.execute("rollback")
            raise
        self._connection.execute("commit")
