//! What custody signed, on its own disk: the reason why it cannot be talked into a second history.
//!
//! One SQLite file with the room's identity, every checkpoint that was signed, and the one batch per session that was
//! judged and not yet signed. Every change is one durable transaction.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bidroom_canon::{Digest, Sm3Digest};
use bidroom_domain::{At, SessionId};
use bidroom_ledger::tree::Roots;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use crate::clock::{Began, Seen};

const SCHEMA: &str = "
create table if not exists identity (
    id   integer primary key check (id = 1),
    json blob not null
) strict;
create trigger if not exists identity_is_final before update on identity
begin select raise(abort, 'an identity is final'); end;
create trigger if not exists identity_stays before delete on identity
begin select raise(abort, 'an identity is final'); end;

-- Every checkpoint that was signed. Signing the same head again gives another note of the same roots.
create table if not exists signed (
    session text not null,
    size    integer not null check (size > 0),
    note    blob not null check (length(note) = 32),
    sha256  blob not null check (length(sha256) = 32),
    sm3     blob not null check (length(sm3) = 32),
    at      integer not null,
    primary key (session, size, note)
) strict, without rowid;
create trigger if not exists signed_once before insert on signed
when exists (select 1 from signed where session = new.session and size = new.size
    and (sha256 <> new.sha256 or sm3 <> new.sm3 or at <> new.at))
begin select raise(abort, 'a head is signed once'); end;
create trigger if not exists signed_only_grows before insert on signed
when new.size < (select max(size) from signed where session = new.session)
begin select raise(abort, 'a log only grows'); end;
create trigger if not exists signed_is_final before update on signed
begin select raise(abort, 'what was signed is final'); end;
create trigger if not exists signed_stays before delete on signed
begin select raise(abort, 'what was signed is final'); end;

-- Every time the machine's clock was set, counted from 1: what follows waits until officers have confirmed the time.
create table if not exists clock_step (
    number integer primary key,
    millis integer not null,
    at     integer not null
) strict;
create trigger if not exists clock_steps_are_final before update on clock_step
begin select raise(abort, 'a step of the clock is final'); end;
create trigger if not exists clock_steps_stay before delete on clock_step
begin select raise(abort, 'a step of the clock is final'); end;

-- Up to which step of the clock officers of any session have confirmed the time.
create table if not exists clock_settled (
    id     integer primary key check (id = 1),
    number integer not null
) strict;

-- The step up to which the time was settled when a session was taken up first: later ones its own officers confirm.
create table if not exists session_clock (
    session text not null primary key,
    settled integer not null
) strict;
create trigger if not exists session_clock_is_final before update on session_clock
begin select raise(abort, 'where a session began is final'); end;

-- The clocks when they were last looked at, for a custody that is started anew.
create table if not exists clocks_seen (
    id          integer primary key check (id = 1),
    at          integer not null,
    ahead       integer,
    slewed_from integer,
    slewed      integer,
    boot        text
) strict;

-- The batch that was judged last and is not signed yet.
create table if not exists judged (
    session text not null primary key,
    size    integer not null,
    sha256  blob not null,
    sm3     blob not null
) strict;
";

/// A head of a session's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many entries.
    pub size: u64,
    /// Both roots over them.
    pub roots: Roots,
}

/// Why custody's own store did not answer.
#[derive(Debug, thiserror::Error)]
pub enum HeadsError {
    /// The folder cannot be made.
    #[error("{path}: {source}")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// SQLite failed, or a rule of the store said no.
    #[error("custody's heads: {0}")]
    Database(#[from] rusqlite::Error),
    /// What is stored is not what was written.
    #[error("custody's heads are damaged: {0}")]
    Damaged(&'static str),
}

/// Custody's own store.
pub(crate) struct Heads {
    connection: Mutex<Connection>,
}

impl Heads {
    /// Opens the store in `directory`, or makes it.
    pub(crate) fn open(directory: &Path) -> Result<Self, HeadsError> {
        std::fs::create_dir_all(directory)
            .map_err(|source| HeadsError::Folder { path: directory.to_owned(), source })?;
        let connection = Connection::open(directory.join("heads.sqlite"))?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "trusted_schema", "off")?;
        // One process owns the heads; a second one is refused at once rather than at its first write.
        connection.pragma_update(None, "locking_mode", "exclusive")?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere leaves no half transaction behind: SQLite rolled it back.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn identity(&self) -> Result<Option<Vec<u8>>, HeadsError> {
        let connection = self.connection();
        Ok(connection.query_row("select json from identity", [], |row| row.get(0)).optional()?)
    }

    pub(crate) fn put_identity(&self, json: &[u8]) -> Result<(), HeadsError> {
        self.connection().execute("insert into identity (id, json) values (1, ?1)", params![json])?;
        Ok(())
    }

    /// The last step of the clock: its number, and by how many milliseconds.
    pub(crate) fn clock_step(&self) -> Result<Option<(u64, i64)>, HeadsError> {
        let last = "select number, millis from clock_step order by number desc limit 1";
        let connection = self.connection();
        Ok(connection.query_row(last, [], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }

    /// Puts down that the clock was set; the number of the step.
    pub(crate) fn put_clock_step(&self, millis: i64, at: At) -> Result<u64, HeadsError> {
        let insert = "insert into clock_step (number, millis, at)
            select coalesce(max(number), 0) + 1, ?1, ?2 from clock_step returning number";
        Ok(self.connection().query_row(insert, params![millis, at.0], |row| row.get(0))?)
    }

    /// Officers of some session have confirmed the time after the step with this number.
    pub(crate) fn put_clock_settled(&self, number: u64) -> Result<(), HeadsError> {
        self.connection().execute(
            "insert into clock_settled (id, number) values (1, ?1)
             on conflict (id) do update set number = max(number, ?1)",
            params![number],
        )?;
        Ok(())
    }

    /// The step up to which the time was settled when custody first heard of a session.
    pub(crate) fn session_clock(&self, session: &SessionId) -> Result<u64, HeadsError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute(
            "insert into session_clock (session, settled)
             select ?1, coalesce((select number from clock_settled), 0) on conflict do nothing",
            params![session.as_str()],
        )?;
        let find = "select settled from session_clock where session = ?1";
        let settled = transaction.query_row(find, params![session.as_str()], |row| row.get(0))?;
        transaction.commit()?;
        Ok(settled)
    }

    /// The clocks when they were last put down.
    pub(crate) fn clock_seen(&self) -> Result<Option<Seen>, HeadsError> {
        let connection = self.connection();
        let find = "select at, ahead, slewed_from, slewed, boot from clocks_seen";
        let row = connection.query_row(find, [], |row| {
            let slewed = row.get::<_, Option<i64>>(2)?.zip(row.get(3)?);
            Ok(Seen { at: At(row.get(0)?), began: Began { ahead: row.get(1)?, slewed }, boot: row.get(4)? })
        });
        Ok(row.optional()?)
    }

    /// Puts the clocks down.
    pub(crate) fn put_clock_seen(&self, seen: &Seen) -> Result<(), HeadsError> {
        let (from, slewed) = seen.began.slewed.unzip();
        self.connection().execute(
            "insert into clocks_seen (id, at, ahead, slewed_from, slewed, boot) values (1, ?1, ?2, ?3, ?4, ?5)
             on conflict (id) do update set at = ?1, ahead = ?2, slewed_from = ?3, slewed = ?4, boot = ?5",
            params![seen.at.0, seen.began.ahead, from, slewed, seen.boot],
        )?;
        Ok(())
    }

    /// The largest head that was signed.
    pub(crate) fn signed(&self, session: &SessionId) -> Result<Option<Head>, HeadsError> {
        let connection = self.connection();
        let row = connection
            .query_row(
                "select size, sha256, sm3 from signed where session = ?1 order by size desc limit 1",
                params![session.as_str()],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?;
        row.map(head).transpose()
    }

    /// The batch that was judged last and is not signed yet.
    pub(crate) fn judged(&self, session: &SessionId) -> Result<Option<Head>, HeadsError> {
        let connection = self.connection();
        let row = connection
            .query_row(
                "select size, sha256, sm3 from judged where session = ?1",
                params![session.as_str()],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?;
        row.map(head).transpose()
    }

    pub(crate) fn put_judged(&self, session: &SessionId, head: &Head) -> Result<(), HeadsError> {
        self.connection().execute(
            "insert into judged (session, size, sha256, sm3) values (?1, ?2, ?3, ?4)
             on conflict (session) do update set size = ?2, sha256 = ?3, sm3 = ?4",
            params![
                session.as_str(),
                head.size,
                head.roots.sha256.as_bytes().as_slice(),
                head.roots.sm3.as_bytes().as_slice()
            ],
        )?;
        Ok(())
    }

    /// Records that `note`, a checkpoint over `head` at the time `at`, was signed. Only then may it leave custody.
    pub(crate) fn put_signed(
        &self,
        session: &SessionId,
        head: &Head,
        at: At,
        note: &Sm3Digest,
    ) -> Result<(), HeadsError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute(
            "insert into signed (session, size, note, sha256, sm3, at) values (?1, ?2, ?3, ?4, ?5, ?6)
             on conflict do nothing",
            params![
                session.as_str(),
                head.size,
                note.as_bytes().as_slice(),
                head.roots.sha256.as_bytes().as_slice(),
                head.roots.sm3.as_bytes().as_slice(),
                at.0
            ],
        )?;
        transaction.execute("delete from judged where session = ?1", params![session.as_str()])?;
        transaction.commit()?;
        Ok(())
    }

    /// All checkpoints that were signed: SM3 of the note, and the size it is over.
    pub(crate) fn notes(&self, session: &SessionId) -> Result<Vec<(Sm3Digest, u64)>, HeadsError> {
        let connection = self.connection();
        let mut statement = connection.prepare("select note, size from signed where session = ?1")?;
        let rows = statement
            .query_map(params![session.as_str()], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?)))?
            .collect::<Result<Vec<_>, _>>()?;
        rows.into_iter().map(|(note, size)| Ok((digest(&note)?, size))).collect()
    }
}

type HeadRow = (u64, Vec<u8>, Vec<u8>);

fn head((size, sha256, sm3): HeadRow) -> Result<Head, HeadsError> {
    Ok(Head { size, roots: Roots { sha256: digest(&sha256)?, sm3: digest(&sm3)? } })
}

fn digest<H>(bytes: &[u8]) -> Result<Digest<H>, HeadsError> {
    let bytes = bytes.try_into().map_err(|_| HeadsError::Damaged("a digest has not 32 bytes"))?;
    Ok(Digest::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(size: u64, root: u8) -> Head {
        let roots = Roots { sha256: Digest::from_bytes([root; 32]), sm3: Digest::from_bytes([root; 32]) };
        Head { size, roots }
    }

    #[test]
    fn steps_of_the_clock_are_counted_and_stay() {
        let folder = tempfile::tempdir().unwrap();
        let began = Began { ahead: Some(5), slewed: Some((3, -1)) };
        let seen = Seen { at: At(7), began, boot: Some("boot".to_owned()) };
        {
            let heads = Heads::open(folder.path()).unwrap();
            assert_eq!(heads.clock_step().unwrap(), None);
            assert_eq!(heads.put_clock_step(-5000, At(1)).unwrap(), 1);
            assert_eq!(heads.put_clock_step(9000, At(2)).unwrap(), 2);
            heads.put_clock_seen(&Seen { at: At(3), ..seen.clone() }).unwrap();
            assert_eq!(heads.session_clock(&"T-1".parse().unwrap()).unwrap(), 0);
            heads.put_clock_settled(2).unwrap();
            heads.put_clock_settled(1).unwrap();
            assert_eq!(heads.session_clock(&"T-1".parse().unwrap()).unwrap(), 0, "it began before");
            assert_eq!(heads.session_clock(&"T-2".parse().unwrap()).unwrap(), 2);
            heads.put_clock_seen(&seen).unwrap();
        }
        let heads = Heads::open(folder.path()).unwrap();
        assert_eq!(heads.clock_step().unwrap(), Some((2, 9000)));
        assert_eq!(heads.clock_seen().unwrap(), Some(seen));
    }

    #[test]
    fn a_head_is_signed_once_and_a_log_only_grows() {
        let folder = tempfile::tempdir().unwrap();
        let session: SessionId = "T-1".parse().unwrap();
        let heads = Heads::open(folder.path()).unwrap();
        let put = |size, root, at, note: &[u8]| {
            heads.put_signed(&session, &head(size, root), At(at), &Sm3Digest::of(note))
        };
        assert!(heads.signed(&session).unwrap().is_none());
        heads.put_judged(&session, &head(2, 7)).unwrap();
        heads.put_judged(&session, &head(3, 8)).unwrap();
        assert_eq!(heads.judged(&session).unwrap(), Some(head(3, 8)));
        put(3, 8, 5, b"a").unwrap();
        assert_eq!(heads.judged(&session).unwrap(), None, "what is signed is not waiting");
        put(3, 8, 5, b"a").unwrap();
        put(3, 8, 5, b"the same head in another note").unwrap();
        assert!(put(3, 9, 5, b"b").is_err(), "another root at the same size");
        assert!(put(3, 8, 6, b"b").is_err(), "another time at the same size");
        assert!(put(2, 1, 5, b"b").is_err(), "a shorter log");
        put(4, 1, 6, b"c").unwrap();
        assert_eq!(heads.signed(&session).unwrap(), Some(head(4, 1)));
        assert_eq!(heads.notes(&session).unwrap().len(), 3);
        assert!(Heads::open(folder.path()).is_err(), "one process owns the heads");
    }
}
