//! The room's data on disk: one SQLite file with the logs and their records, folders for bids and uploads.
//!
//! **Architecture invariant.** The store does not know what an event means. A batch is durable when [`Store::append`]
//! returns, wholly or not at all; it compares the head it was given with the head it has.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bidroom_domain::SessionId;
use bidroom_ledger::entry::Opening;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

/// An entry with the openings of its commitments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// The entry: canonical JSON, the leaf's bytes.
    pub bytes: Vec<u8>,
    /// Openings of all its commitments.
    pub openings: Vec<Opening>,
}

/// Something that belongs to an event and is referred to by digest or name. Final once stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What it is: `statement`, `receipt`, `head`, …
    pub kind: &'static str,
    /// Its digest or name.
    pub key: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why the store could not do something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// SQLite failed.
    #[error("database: {0}")]
    Database(rusqlite::Error),
    /// A file or folder could not be made.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Somebody else appended.
    #[error("the log of {session} has not the expected size {expected}")]
    Head {
        /// Which log.
        session: SessionId,
        /// The size that was expected.
        expected: u64,
    },
    /// What is stored is not what was written.
    #[error("entry {number} of {session} is damaged: {what}")]
    Damaged {
        /// Which log.
        session: String,
        /// Which entry.
        number: u64,
        /// What is wrong.
        what: String,
    },
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            _ => Self::Database(error),
        }
    }
}

/// Called with the total number of events whenever a batch became durable, before anybody hears of it: the place
/// where a story pulls the plug.
pub type AppendObserver = Arc<dyn Fn(u64) + Send + Sync>;

/// The store.
pub struct Store {
    connection: Mutex<Connection>,
    directory: PathBuf,
    observer: Option<AppendObserver>,
}

impl Store {
    /// Opens the store in `directory`, or makes it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        for folder in [directory.to_owned(), directory.join("bids"), directory.join("uploads")] {
            std::fs::create_dir_all(&folder).map_err(|source| StoreError::Io { path: folder, source })?;
        }
        let connection = Connection::open(directory.join("room.sqlite"))?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "foreign_keys", "on")?;
        connection.pragma_update(None, "trusted_schema", "off")?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        connection.execute_batch(include_str!("schema.sql"))?;
        Ok(Self { connection: Mutex::new(connection), directory: directory.to_owned(), observer: None })
    }

    /// The same store with an observer of appends.
    #[must_use]
    pub fn observed_by(self, observer: AppendObserver) -> Self {
        Self { observer: Some(observer), ..self }
    }

    /// Where it stands.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Folder of wholly received bids.
    pub fn bids(&self) -> PathBuf {
        self.directory.join("bids")
    }

    /// Folder of unfinished uploads.
    pub fn uploads(&self) -> PathBuf {
        self.directory.join("uploads")
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere leaves no half transaction behind: SQLite rolled it back.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sessions that have a log.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn sessions(&self) -> Result<Vec<SessionId>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached("select session from head order by session")?;
        let names = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        names
            .into_iter()
            .map(|name| {
                let damaged =
                    |_| StoreError::Damaged { session: name.clone(), number: 0, what: "name".into() };
                name.parse().map_err(damaged)
            })
            .collect()
    }

    /// Appends a batch to the log of `session`, which must have `expected` entries, with its records; one durable
    /// transaction. The log's first batch has `expected` 0.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was stored.
    pub fn append(
        &self,
        session: &SessionId,
        expected: u64,
        batch: &[StoredEntry],
        records: &[Record],
    ) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let name = session.as_str();
        let size = expected.saturating_add(u64::try_from(batch.len()).unwrap_or(u64::MAX));
        let moved = if expected == 0 {
            transaction.execute(
                "insert into head (session, size) values (?1, ?2) on conflict do nothing",
                params![name, size],
            )?
        } else {
            transaction.execute(
                "update head set size = ?2 where session = ?1 and size = ?3",
                params![name, size, expected],
            )?
        };
        if moved != 1 {
            return Err(StoreError::Head { session: session.clone(), expected });
        }
        {
            let mut insert = transaction.prepare_cached(
                "insert into event (session, number, entry, openings) values (?1, ?2, ?3, ?4)",
            )?;
            for (number, entry) in (expected..).zip(batch) {
                let openings = serde_json::to_vec(&entry.openings).map_err(|error| StoreError::Damaged {
                    session: name.to_owned(),
                    number,
                    what: error.to_string(),
                })?;
                insert.execute(params![name, number, entry.bytes, openings])?;
            }
        }
        insert_records(&transaction, name, records)?;
        transaction.commit()?;
        drop(connection);
        if let Some(observer) = &self.observer {
            observer(size);
        }
        Ok(())
    }

    /// Writes something of no meaning, durably: whether an append that failed would have a chance now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn check_writable(&self) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let last: i32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        transaction.pragma_update(None, "user_version", last.wrapping_add(1))?;
        transaction.commit()?;
        Ok(())
    }

    /// Entries of a log from `from` on, at most `most`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn entries(
        &self,
        session: &SessionId,
        from: u64,
        most: usize,
    ) -> Result<Vec<StoredEntry>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare_cached(
            "select number, entry, openings from event where session = ?1 and number >= ?2 order by number limit ?3",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = statement
            .query_map(params![session.as_str(), from, most], |row| {
                Ok((row.get::<_, u64>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, Vec<u8>>(2)?))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        rows.into_iter()
            .map(|(number, bytes, openings)| {
                let openings = serde_json::from_slice(&openings).map_err(|error| StoreError::Damaged {
                    session: session.to_string(),
                    number,
                    what: error.to_string(),
                })?;
                Ok(StoredEntry { bytes, openings })
            })
            .collect()
    }

    /// Stores the signed checkpoint over the first `size` entries.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_note(&self, session: &SessionId, size: u64, note: &str) -> Result<(), StoreError> {
        self.connection().execute(
            "insert into note (session, size, note) values (?1, ?2, ?3) on conflict do nothing",
            params![session.as_str(), size, note],
        )?;
        Ok(())
    }

    /// The newest signed checkpoint over at most `size` entries, with the size it is over.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn note_up_to(&self, session: &SessionId, size: u64) -> Result<Option<(u64, String)>, StoreError> {
        let note = self
            .connection()
            .query_row(
                "select size, note from note where session = ?1 and size <= ?2 order by size desc limit 1",
                params![session.as_str(), size],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        Ok(note)
    }

    /// The oldest signed checkpoint over at least `size` entries, with the size it is over.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn note_from(&self, session: &SessionId, size: u64) -> Result<Option<(u64, String)>, StoreError> {
        let note = self
            .connection()
            .query_row(
                "select size, note from note where session = ?1 and size >= ?2 order by size limit 1",
                params![session.as_str(), size],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        Ok(note)
    }

    /// All signed checkpoints of a log, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn notes(&self, session: &SessionId) -> Result<Vec<(u64, String)>, StoreError> {
        let connection = self.connection();
        let mut statement =
            connection.prepare_cached("select size, note from note where session = ?1 order by size")?;
        let notes = statement
            .query_map(params![session.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<Vec<_>, _>>()?;
        Ok(notes)
    }

    /// Stores records apart from any event. One that is there already stays as it is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_records(&self, session: &SessionId, records: &[Record]) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        insert_records(&transaction, session.as_str(), records)?;
        transaction.commit()?;
        Ok(())
    }

    /// A record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn record(&self, session: &SessionId, kind: &str, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let bytes = self
            .connection()
            .query_row(
                "select bytes from record where session = ?1 and kind = ?2 and key = ?3",
                params![session.as_str(), kind, key],
                |row| row.get(0),
            )
            .optional()?;
        Ok(bytes)
    }

    /// Whether there is such a record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn has_record(&self, session: &SessionId, kind: &str, key: &str) -> Result<bool, StoreError> {
        let there = self.connection().query_row(
            "select exists (select 1 from record where session = ?1 and kind = ?2 and key = ?3)",
            params![session.as_str(), kind, key],
            |row| row.get(0),
        )?;
        Ok(there)
    }

    /// All records of a kind with their keys, sorted by key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn records(&self, session: &SessionId, kind: &str) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let connection = self.connection();
        let mut statement = connection
            .prepare_cached("select key, bytes from record where session = ?1 and kind = ?2 order by key")?;
        let records = statement
            .query_map(params![session.as_str(), kind], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<Vec<_>, _>>()?;
        Ok(records)
    }

    /// Keeps a member's draft in place of an older one; no bytes end it. Answers whether it is the newest.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_draft(
        &self,
        session: &SessionId,
        member: u8,
        revision: u64,
        bytes: &[u8],
    ) -> Result<bool, StoreError> {
        let changed = self.connection().execute(
            "insert into draft (session, member, revision, bytes) values (?1, ?2, ?3, ?4) \
             on conflict do update set revision = excluded.revision, bytes = excluded.bytes \
             where excluded.revision > draft.revision",
            params![session.as_str(), member, revision, bytes],
        )?;
        Ok(changed > 0)
    }

    /// A member's draft with its revision; revision 0 and no bytes where there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn draft(&self, session: &SessionId, member: u8) -> Result<(u64, Vec<u8>), StoreError> {
        let draft = self
            .connection()
            .query_row(
                "select revision, bytes from draft where session = ?1 and member = ?2",
                params![session.as_str(), member],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        Ok(draft.unwrap_or_default())
    }
}

/// Records are named by digest or made once: the same record twice is the same record.
fn insert_records(
    transaction: &rusqlite::Transaction<'_>,
    session: &str,
    records: &[Record],
) -> Result<(), StoreError> {
    let mut insert = transaction.prepare_cached(
        "insert into record (session, kind, key, bytes) values (?1, ?2, ?3, ?4) on conflict do nothing",
    )?;
    for record in records {
        insert.execute(params![session, record.kind, record.key, record.bytes])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
