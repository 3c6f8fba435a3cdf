"""The tables of the mail store."""

from __future__ import annotations

from typing import Final

VERSION: Final = 3

TABLES: Final = """
create table organisation (id integer primary key, name text not null unique collate nocase);
create table domain (
    name text primary key collate nocase, organisation integer not null references organisation
) without rowid;
create table mailbox (
    id integer primary key, guid text not null unique, address text not null unique collate nocase,
    name text not null, organisation integer not null references organisation, culture text not null
);
create table address (
    address text primary key collate nocase, mailbox integer not null references mailbox on delete cascade
) without rowid;
create table account (
    login text primary key collate nocase, mailbox integer references mailbox on delete cascade,
    impersonation integer not null, full_access integer not null, organisation integer references organisation
) without rowid;
create table delegate (
    mailbox integer not null references mailbox on delete cascade, login text not null collate nocase,
    primary key (mailbox, login)
) without rowid;

create table folder (
    id integer primary key autoincrement, mailbox integer not null references mailbox on delete cascade,
    parent integer references folder on delete cascade, distinguished text, class text, name text not null,
    change integer not null
);
create unique index folder_distinguished on folder (mailbox, distinguished) where distinguished is not null;
create unique index folder_parent on folder (parent, name collate nocase);

create table item (
    id integer primary key autoincrement, mailbox integer references mailbox on delete cascade,
    folder integer references folder on delete cascade, change integer not null,
    item_class text not null, subject text, sensitivity text not null, importance text not null,
    body text not null, body_type text not null, text_body text not null, categories text not null,
    sender text, author text, to_recipients text not null, cc_recipients text not null,
    bcc_recipients text not null, reply_to text not null, display_to text not null, display_cc text not null,
    in_reply_to text, message_references text, message_id text not null, conversation_index blob,
    conversation_topic text, conversation text not null, culture text, is_read integer not null,
    is_draft integer not null, is_submitted integer not null, is_from_me integer not null,
    is_associated integer not null, is_response_requested integer not null, read_receipt integer not null,
    delivery_receipt integer not null, reminder_is_set integer not null, reminder_due integer,
    reminder_minutes integer not null, flag text not null, received_by text, created integer not null,
    modified integer not null, modified_by text not null, sent integer, received integer,
    size integer not null, has_attachments integer not null
);
create index item_folder on item (folder, is_associated, received desc, id desc);
create index item_counts on item (folder, is_associated, is_read);
create table property (
    item integer not null references item on delete cascade, key text not null, type text not null,
    value text not null, primary key (item, key)
) without rowid;
create index property_key on property (key, value);
create table attachment (
    id integer primary key autoincrement, item integer not null references item on delete cascade,
    name text not null, content_type text not null, content_id text, is_inline integer not null,
    modified integer not null, content blob not null
);
create index attachment_item on attachment (item);

create table queue (
    id integer primary key autoincrement, due integer not null, item integer not null references item,
    recipient integer not null references mailbox on delete cascade, folder text not null
);
create index queue_due on queue (due);
create table rule (
    name text not null, recipient text not null collate nocase, delay real not null, copies integer not null,
    folder text not null, item_class text not null, remaining integer, until integer,
    primary key (name, recipient)
) without rowid;

create table inbox_rule (
    mailbox integer not null references mailbox on delete cascade, name text not null, contains text not null,
    item_class text not null, sender text not null, move_to text not null, remove integer not null,
    enabled integer not null
);

create table transport_rule (
    organisation integer not null references organisation, name text not null, conditions text not null,
    rejects text not null
);

create table event (
    id integer primary key autoincrement, mailbox integer not null, kind text not null, time integer not null,
    is_folder integer not null, object integer not null, folder integer, old_object integer,
    old_folder integer, unread integer
);
create index event_mailbox on event (mailbox, id);
"""
