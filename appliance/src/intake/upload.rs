//! One upload: its file, and how far it is.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bidroom_domain::SessionId;
use bidroom_wire::UploadState;
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

use super::blocking;
use super::content::ContentHasher;
use super::error::IntakeError;
use super::head::{CheckedHead, Facts};
use super::space;
use crate::error::{Fault, fault, file_fault, is_full};
use crate::files::sync_folder;

/// Uploads are numbered as they come into memory, so that the oldest is known.
static NUMBER: AtomicU64 = AtomicU64::new(0);

/// Read again after a restart in parts of this length.
const PART: usize = 256 * 1024;

/// An unfinished bid: `uploads/<id>.part`, which holds the head and as much of the content as came.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) id: String,
    pub(super) session: SessionId,
    pub(super) facts: Facts,
    pub(super) number: u64,
    /// Bytes of content that are durable.
    durable: AtomicU64,
    /// Counts up when a newer transfer takes over.
    pub(super) turn: watch::Sender<u64>,
    progress: Arc<Mutex<Progress>>,
}

/// What only one transfer at a time may touch.
#[derive(Debug)]
pub(super) struct Progress {
    path: PathBuf,
    head_length: u64,
    file: Option<File>,
    /// Bytes of content in the file.
    pub(super) written: u64,
    /// Over exactly `written` bytes; none after a restart, until the file is read again.
    hasher: Option<ContentHasher>,
    /// Whether the file was removed.
    gone: bool,
}

impl Upload {
    pub(super) fn new(folder: &Path, session: &SessionId, checked: &CheckedHead) -> Self {
        Self::at(folder, session, checked.facts.clone(), 0)
    }

    /// An upload that has `stored` bytes of content on disk.
    pub(super) fn at(folder: &Path, session: &SessionId, facts: Facts, stored: u64) -> Self {
        let id = facts.upload_id(session);
        let progress = Progress {
            path: folder.join(format!("{id}.part")),
            head_length: facts.head_length,
            file: None,
            written: stored,
            hasher: None,
            gone: false,
        };
        Self {
            id,
            session: session.clone(),
            facts,
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            durable: AtomicU64::new(stored),
            turn: watch::Sender::new(0),
            progress: Arc::new(Mutex::new(progress)),
        }
    }

    pub(super) fn offset(&self) -> u64 {
        self.durable.load(Ordering::Acquire)
    }

    /// Bytes that are still to come.
    pub(super) fn missing(&self) -> u64 {
        self.facts.content_length.saturating_sub(self.offset())
    }

    /// Bytes that the file takes.
    pub(super) fn on_disk(&self) -> u64 {
        self.facts.head_length.saturating_add(self.offset())
    }

    pub(super) fn state(&self) -> UploadState {
        UploadState {
            upload: self.id.clone(),
            bid: self.facts.bid,
            offset: self.offset(),
            length: self.facts.content_length,
        }
    }

    /// Ends a transfer that is under way; it gives the upload free as soon as it notices.
    pub(super) fn take_over(&self) -> u64 {
        let mut turn = 0;
        self.turn.send_modify(|now| {
            *now = now.wrapping_add(1);
            turn = *now;
        });
        turn
    }

    pub(super) async fn lock(&self) -> OwnedMutexGuard<Progress> {
        self.progress.clone().lock_owned().await
    }

    /// Makes the file with its head, durably.
    pub(super) fn create(&self, head: &[u8]) -> Result<(), IntakeError> {
        let mut progress = self.progress.blocking_lock();
        let path = progress.path.clone();
        let made = File::create(&path).and_then(|mut file| {
            file.write_all(head)?;
            file.sync_all()?;
            Ok(file)
        });
        match made {
            Ok(file) => {
                sync_folder(&path)?;
                progress.file = Some(file);
                progress.hasher = Some(ContentHasher::new(&self.facts.envelopes));
                Ok(())
            }
            Err(error) => {
                let said = self.disk(&path, &error, None);
                // What is left of it is removed at the next start if not now.
                drop(std::fs::remove_file(&path));
                Err(said)
            }
        }
    }

    /// Brings what an earlier, broken off transfer wrote to the disk, and tells it.
    pub(super) async fn settle(self: &Arc<Self>) -> Result<(), IntakeError> {
        // A transfer that is under way tells its own progress.
        let Ok(mut progress) = self.progress.clone().try_lock_owned() else { return Ok(()) };
        let upload = self.clone();
        blocking(move || upload.sync(&mut progress)).await?
    }

    /// Syncs the file; from then on its bytes are told.
    pub(super) fn sync(&self, progress: &mut Progress) -> Result<(), IntakeError> {
        if progress.written == self.offset() {
            return Ok(());
        }
        let synced = match &progress.file {
            Some(file) => file.sync_data(),
            None => Ok(()),
        };
        match synced {
            Ok(()) => {
                self.durable.store(progress.written, Ordering::Release);
                Ok(())
            }
            Err(error) => Err(self.fall_back(progress, &error)),
        }
    }

    /// Writes and hashes the next bytes, which lie within the signed length. After a failure the upload stands before
    /// them, and can be resumed.
    pub(super) fn write(&self, progress: &mut Progress, bytes: &[u8]) -> Result<(), IntakeError> {
        self.ready(progress)?;
        let written = match &mut progress.file {
            Some(file) => file.write_all(bytes),
            None => Err(std::io::Error::from(ErrorKind::NotFound)),
        };
        if let Err(error) = written {
            return Err(self.keep(progress, &error));
        }
        if let Some(hasher) = &mut progress.hasher {
            hasher.push(bytes);
        }
        progress.written = progress.written.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        Ok(())
    }

    /// Opens the file at its end, and reads it again where its hash is not known.
    fn ready(&self, progress: &mut Progress) -> Result<(), IntakeError> {
        if progress.gone {
            return Err(IntakeError::NoUpload);
        }
        if progress.file.is_some() && progress.hasher.is_some() {
            return Ok(());
        }
        let opened = progress.reopen(&self.facts);
        opened.map_err(|error| file_fault(&progress.path, &error).into())
    }

    /// After a write that failed: what was written before it is kept, if the disk takes it.
    fn keep(&self, progress: &mut Progress, error: &std::io::Error) -> IntakeError {
        let kept = progress.file.as_ref().map(|file| {
            file.set_len(progress.head_length.saturating_add(progress.written))?;
            file.sync_data()
        });
        if let Some(Ok(())) = kept {
            self.durable.store(progress.written, Ordering::Release);
        }
        self.fall_back(progress, error)
    }

    fn fall_back(&self, progress: &mut Progress, error: &std::io::Error) -> IntakeError {
        let offset = self.offset();
        progress.written = offset;
        progress.hasher = None;
        if let Some(file) = progress.file.take() {
            // Where this fails too, the next opening cuts the file.
            drop(file.set_len(progress.head_length.saturating_add(offset)));
        }
        self.disk(&progress.path, error, Some(offset))
    }

    /// A failure of the disk while bytes are written: a full one is told apart, for it is the most likely.
    fn disk(&self, path: &Path, error: &std::io::Error, offset: Option<u64>) -> IntakeError {
        if !is_full(error) {
            return file_fault(path, error).into();
        }
        let folder = path.parent().unwrap_or(path);
        IntakeError::NoSpace { need: self.missing(), free: space::free(folder).unwrap_or_default(), offset }
    }

    /// Checks length and roots, and moves the file to where received bids stand. Repeating it is harmless.
    pub(super) async fn place(self: &Arc<Self>, target: PathBuf) -> Result<(), IntakeError> {
        // A transfer that hangs must not hold the end back.
        self.take_over();
        let mut progress = self.lock().await;
        let upload = self.clone();
        blocking(move || upload.place_blocking(&mut progress, &target)).await?
    }

    fn place_blocking(&self, progress: &mut Progress, target: &Path) -> Result<(), IntakeError> {
        if progress.gone {
            return Err(IntakeError::NoUpload);
        }
        self.sync(progress)?;
        let (offset, length) = (self.offset(), self.facts.content_length);
        if offset != length {
            return Err(IntakeError::Incomplete { offset, length });
        }
        if progress.path == target {
            return Ok(());
        }
        self.ready(progress)?;
        let checked = progress.hasher.as_ref().map_or(Ok(()), ContentHasher::finish);
        if let Err(damaged) = checked {
            self.begin_again(progress)?;
            return Err(damaged);
        }
        let place = || -> std::io::Result<()> {
            if let Some(file) = &progress.file {
                file.sync_all()?;
            }
            std::fs::rename(&progress.path, target)
        };
        place().map_err(|error| self.disk(&progress.path, &error, Some(offset)))?;
        let source = std::mem::replace(&mut progress.path, target.to_owned());
        progress.file = None;
        sync_folder(target)?;
        sync_folder(&source)?;
        Ok(())
    }

    /// Content that is not what was signed is dropped: the next transfer begins at 0.
    fn begin_again(&self, progress: &mut Progress) -> Result<(), IntakeError> {
        self.durable.store(0, Ordering::Release);
        progress.written = 0;
        progress.hasher = None;
        let file = progress.file.take();
        let cut = file.map_or(Ok(()), |file| file.set_len(progress.head_length));
        cut.map_err(|error| file_fault(&progress.path, &error).into())
    }

    /// The head's bytes, from the file.
    pub(super) fn read_head(&self) -> Result<Vec<u8>, Fault> {
        let progress = self.progress.blocking_lock();
        let failed = |error: std::io::Error| file_fault(&progress.path, &error);
        let mut head = Vec::new();
        let file = File::open(&progress.path).map_err(failed)?;
        file.take(self.facts.head_length).read_to_end(&mut head).map_err(failed)?;
        if bidroom_canon::Sm3Digest::of(&head) != self.facts.head {
            return Err(fault(
                &progress.path.display().to_string(),
                &"the head on disk is not the one received",
            ));
        }
        Ok(head)
    }

    /// Removes the file.
    pub(super) fn remove(&self) -> std::io::Result<()> {
        let mut progress = self.progress.blocking_lock();
        progress.gone = true;
        progress.file = None;
        std::fs::remove_file(&progress.path)
    }
}

impl Progress {
    fn reopen(&mut self, facts: &Facts) -> std::io::Result<()> {
        let mut file = File::options().read(true).write(true).open(&self.path)?;
        file.set_len(self.head_length.saturating_add(self.written))?;
        file.seek(SeekFrom::Start(self.head_length))?;
        let mut hasher = ContentHasher::new(&facts.envelopes);
        let mut part = vec![0; PART];
        let mut left = self.written;
        while left > 0 {
            let want = usize::try_from(left).unwrap_or(usize::MAX).min(PART);
            let part = part.get_mut(..want).unwrap_or_default();
            file.read_exact(part)?;
            hasher.push(part);
            left = left.saturating_sub(u64::try_from(want).unwrap_or(u64::MAX));
        }
        self.file = Some(file);
        self.hasher = Some(hasher);
        Ok(())
    }
}
