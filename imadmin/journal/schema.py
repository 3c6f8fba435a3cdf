"""The journal's schema: each version as the change that makes it of the one before."""

from __future__ import annotations

__all__ = ["MIGRATIONS", "VERSION"]

_RUNS = """
create table if not exists runs (
  id text primary key, started text not null, ended text, deployment text not null, source text not null,
  command text not null, runbook text not null, parameters text not null, folder text not null,
  exit_status integer, document text
) strict;
create table if not exists steps (
  run text not null references runs(id), ordinal integer not null, cell text not null, name text not null,
  arguments text not null, started text not null, ended text, status text,
  primary key (run, ordinal)
) strict;
"""
_CHANGES = """
create table if not exists changes (
  id integer primary key, run text not null references runs(id), operation text not null,
  subject text not null, planned text not null, begun text not null, ended text, finding text
) strict;
create table if not exists effects (
  change integer not null references changes(id), ordinal integer not null, action text not null,
  intent text not null, begun text not null, ended text, status text, outcome text,
  primary key (change, ordinal)
) strict;
create index if not exists changes_of on changes (operation, subject);
"""
_PLANNED = """
create table changes_anew (
  id integer primary key autoincrement, run text not null references runs(id), operation text not null,
  subject text not null, planned text not null, detail text not null, undoes integer,
  begun text, ended text, finding text
) strict;
insert into changes_anew
  select id, run, operation, subject, planned, '{}', null, begun, ended, finding from changes;
drop table changes;
alter table changes_anew rename to changes;
create index changes_of on changes (operation, subject);
create index changes_in on changes (run);
alter table steps add column result text;
"""
"""A change is in the journal from when it is planned: `begun` is null until it begins. `undoes` is the
number of the change that it takes back. The result of a step is the numbers of the changes that it made."""

_SUBJECTS = """
create table subjects (
  run text not null references runs(id), subject text not null, settled integer not null,
  outcome text not null, primary key (run, subject)
) strict, without rowid;
"""
MIGRATIONS = (_RUNS, _CHANGES, _PLANNED, _SUBJECTS)
"""What makes version n + 1 of version n; they are never edited, only added to."""

VERSION = len(MIGRATIONS)
