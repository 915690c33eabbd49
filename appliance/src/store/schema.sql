-- The room's data, one file. Events are only ever appended; what is larger than a row stands in files beside it.

create table if not exists head (
    session text not null primary key,
    size    integer not null check (size >= 0)
) strict;

create trigger if not exists head_only_grows before update on head
when new.size <= old.size
begin select raise(abort, 'a log only grows'); end;

create trigger if not exists head_stays before delete on head
begin select raise(abort, 'a log is never deleted'); end;

-- One row per ledger entry. `openings` are those of all its commitments, as JSON.
create table if not exists event (
    session  text not null references head (session),
    number   integer not null check (number >= 0),
    entry    blob not null,
    openings blob not null,
    primary key (session, number)
) strict, without rowid;

create trigger if not exists event_is_final before update on event
begin select raise(abort, 'an event is final'); end;

create trigger if not exists event_stays before delete on event
begin select raise(abort, 'an event is final'); end;

create trigger if not exists event_follows before insert on event
when new.number <> (select count(*) from event where session = new.session)
begin select raise(abort, 'events have no gaps'); end;

-- Signed checkpoints, by the size they are over.
create table if not exists note (
    session text not null references head (session),
    size    integer not null,
    note    text not null,
    primary key (session, size)
) strict, without rowid;

-- What belongs to events and is referred to by digest or name: statements, packages, receipts, heads of bids.
create table if not exists record (
    session text not null,
    kind    text not null,
    key     text not null,
    bytes   blob not null,
    primary key (session, kind, key)
) strict, without rowid;

create trigger if not exists record_is_final before update on record
begin select raise(abort, 'a record is final'); end;

create trigger if not exists record_stays before delete on record
begin select raise(abort, 'a record is final'); end;

-- What terminals keep of unfinished sheets, encrypted by them: the newest of each member, no part of the log.
create table if not exists draft (
    session  text not null,
    member   integer not null,
    revision integer not null check (revision >= 0),
    bytes    blob not null,
    primary key (session, member)
) strict, without rowid;
