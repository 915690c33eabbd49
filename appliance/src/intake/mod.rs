//! Receiving bids: the head first, then the content, resumable; at the end a signed receipt.
//!
//! Owns unfinished uploads and the way of a bid onto the disk. **Architecture invariant.** A bid counts only after it
//! is wholly stored (file and folder synced), its ciphertext has the signed root, and the room's log says so; an
//! offset is told only for bytes that are durable. Memory does not grow with the size of a bid. Nothing here can
//! decrypt.

mod content;
mod error;
mod files;
mod head;
mod receipt;
mod sentence;
mod space;
mod transfer;
mod upload;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bidroom_canon::Base64Bytes;
use bidroom_domain::opening::{Command, Refusal};
use bidroom_domain::{Actor, At, Bidder, CreditCode, SessionId};
use bidroom_wire::{ReceiptBody, UploadOpened, UploadState};

use self::head::CheckedHead;
use self::upload::Upload;
use crate::app::App;
use crate::config::Limits;
use crate::error::Fault;
use crate::room::{ActError, RoomHandle};
use crate::store::{Record, Store};

pub use error::{Foreign, HeadRefusal, IntakeError};
pub use files::bid_path;
pub use head::MAX_HEAD;
pub use receipt::{packages_receipt_of, receipt_of};

/// Kinds of records that receiving makes.
pub mod kinds {
    /// The signed receipt (SignedData DER) of a bid, by the bid's digest, or of later key packages, by the record's.
    pub const RECEIPT: &str = "receipt";
}

/// Which bidder the caller is in a session, or what happened to its certificate.
pub type Whose = Result<Option<Bidder>, Box<bidroom_trust::Refusal>>;

/// Unfinished uploads of all sessions.
pub struct Intake {
    uploads: PathBuf,
    limits: Limits,
    table: Mutex<BTreeMap<String, Arc<Upload>>>,
}

impl std::fmt::Debug for Intake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Intake").field("uploads", &self.uploads).finish_non_exhaustive()
    }
}

impl Intake {
    /// Takes up unfinished uploads where they stood, and removes what belongs to none.
    ///
    /// # Errors
    /// A [`Fault`] if the folders cannot be read.
    pub fn open(store: &Store, limits: &Limits) -> Result<Self, Fault> {
        let table = files::recover(store)?;
        Ok(Self { uploads: store.uploads(), limits: *limits, table: Mutex::new(table) })
    }

    /// Bytes of the disk that should be free: what uploads must leave, and two of the longest bids.
    #[must_use]
    pub const fn wants_free(&self) -> u64 {
        self.limits.disk_reserve_bytes.saturating_add(self.limits.bid_bytes.saturating_mul(2))
    }

    fn table(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Upload>>> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads and checks the head of a bid, and opens or finds its upload.
    ///
    /// # Errors
    /// [`IntakeError`]; then nothing was changed.
    pub async fn begin(
        &self,
        app: &App,
        room: &RoomHandle,
        bidder: &Bidder,
        head: Vec<u8>,
    ) -> Result<UploadOpened, IntakeError> {
        let session = room.session();
        let prepared = app.tenders.get(session).ok_or(IntakeError::NotPublished)?;
        let now = app.now();
        let (for_whom, most, judge) = (bidder.clone(), self.limits.bid_bytes, app.judge(&prepared));
        let checked =
            blocking(move || CheckedHead::check(head, &prepared, &judge, &for_whom, most, now)).await??;
        if let Some(receipt) = self.received(app, room, bidder, &checked).await? {
            return self.opened(app, session, bidder, &checked, Some(receipt), now).await;
        }

        let found = self.table().get(&checked.upload_id(session)).cloned();
        let fresh = found.is_none();
        let upload = match found {
            Some(upload) => upload,
            None => self.create(session, bidder, &checked).await?,
        };
        let start = Command::StartBid {
            bid: checked.facts.bid,
            sequence: checked.facts.sequence,
            replaces: checked.facts.replaces,
        };
        match room.act(Actor::bidder(bidder), start, Vec::new()).await {
            Ok(_) => self.opened(app, session, bidder, &checked, None, now).await,
            Err(error) => {
                if fresh || is_final(&error) {
                    self.forget(&upload).await;
                }
                Err(error.into())
            }
        }
    }

    /// The receipt, where this very bid stands already: also after the deadline, for whoever missed the answer.
    async fn received(
        &self,
        app: &App,
        room: &RoomHandle,
        bidder: &Bidder,
        checked: &CheckedHead,
    ) -> Result<Option<ReceiptBody>, IntakeError> {
        let snapshot = room.snapshot();
        let stands = snapshot.state.standing.get(&bidder.code).is_some_and(|it| it.bid == checked.facts.bid);
        if stands { receipt_of(app, room, checked.facts.bid).await } else { Ok(None) }
    }

    async fn opened(
        &self,
        app: &App,
        session: &SessionId,
        bidder: &Bidder,
        checked: &CheckedHead,
        receipt: Option<ReceiptBody>,
        at: At,
    ) -> Result<UploadOpened, IntakeError> {
        let facts = &checked.facts;
        let id = checked.upload_id(session);
        let offset = match &receipt {
            Some(_) => facts.content_length,
            None => self.table().get(&id).map_or(0, |upload| upload.offset()),
        };
        let state = UploadState { upload: id, bid: facts.bid, offset, length: facts.content_length };
        let (signer, said) = (app.signer.clone(), receipt::acknowledgement(session, bidder, facts, at));
        let acknowledgement = blocking(move || signer.say(said)).await?.map_err(Fault::from)?;
        Ok(UploadOpened { state, acknowledgement: Base64Bytes(acknowledgement), receipt })
    }

    /// Makes the file of a new upload; older unfinished ones of the same bidder make room for it.
    async fn create(
        &self,
        session: &SessionId,
        bidder: &Bidder,
        checked: &CheckedHead,
    ) -> Result<Arc<Upload>, IntakeError> {
        let most = usize::try_from(self.limits.uploads_per_bidder).unwrap_or(1);
        let own = self.of_bidder(session, &bidder.code);
        let extra = (own.len() + 1).saturating_sub(most);
        // Counted as if the oldest were gone already, so that a bidder on a full disk can begin anew.
        let (replaced, kept) = own.split_at(extra.min(own.len()));
        let promised: u64 = self.table().values().map(|upload| upload.missing()).sum();
        let freed: u64 =
            replaced.iter().map(|upload| upload.missing().saturating_add(upload.on_disk())).sum();
        debug_assert!(kept.len() < most);
        let need = checked.facts.file_length().saturating_add(promised).saturating_sub(freed);
        let upload = Arc::new(Upload::new(&self.uploads, session, checked));
        let (fresh, folder, reserve) = (upload.clone(), self.uploads.clone(), self.limits.disk_reserve_bytes);
        let head = checked.bytes.clone();
        blocking(move || {
            space::check(&folder, need, reserve)?;
            fresh.create(&head)
        })
        .await??;
        for old in replaced {
            self.forget(old).await;
        }
        self.table().insert(upload.id.clone(), upload.clone());
        Ok(upload)
    }

    /// Unfinished uploads of a bidder in a session, oldest first.
    fn of_bidder(&self, session: &SessionId, bidder: &CreditCode) -> Vec<Arc<Upload>> {
        let own = |upload: &&Arc<Upload>| upload.session == *session && upload.facts.bidder == *bidder;
        let mut uploads: Vec<_> = self.table().values().filter(own).cloned().collect();
        uploads.sort_by_key(|upload| upload.number);
        uploads
    }

    async fn forget(&self, upload: &Arc<Upload>) {
        self.table().remove(&upload.id);
        let upload = upload.clone();
        upload.take_over();
        // A file that cannot be removed now is removed at the next start.
        let _ = blocking(move || upload.remove()).await;
    }

    /// An upload of `bidder`. Another bidder's is told apart from none by nobody.
    fn find(
        &self,
        id: &str,
        mine: impl Fn(&SessionId) -> Whose,
    ) -> Result<(Arc<Upload>, Bidder), IntakeError> {
        let upload = self.table().get(id).cloned().ok_or(IntakeError::NoUpload)?;
        let bidder = mine(&upload.session)
            .map_err(|refusal| HeadRefusal::Certificate { part: "login", refusal })?
            .filter(|bidder| bidder.code == upload.facts.bidder);
        bidder.map(|bidder| (upload, bidder)).ok_or(IntakeError::NoUpload)
    }

    /// Where an upload stands. `mine` says which bidder the caller is in a session.
    ///
    /// # Errors
    /// [`IntakeError::NoUpload`].
    pub async fn state(
        &self,
        id: &str,
        mine: impl Fn(&SessionId) -> Whose,
    ) -> Result<UploadState, IntakeError> {
        let (upload, _) = self.find(id, mine)?;
        upload.settle().await?;
        Ok(upload.state())
    }

    /// The newest unfinished upload of a bidder.
    pub fn unfinished(&self, session: &SessionId, bidder: &CreditCode) -> Option<UploadState> {
        self.of_bidder(session, bidder).last().map(|upload| upload.state())
    }

    /// Takes content from `offset` on until `parts` ends.
    ///
    /// # Errors
    /// [`IntakeError`]; what came before the error is kept, and the upload can be resumed.
    pub async fn append<E: std::fmt::Display>(
        &self,
        app: &App,
        id: &str,
        mine: impl Fn(&SessionId) -> Whose,
        offset: u64,
        parts: impl futures_util::Stream<Item = Result<actix_web::web::Bytes, E>> + Unpin,
    ) -> Result<UploadState, IntakeError> {
        let (upload, _) = self.find(id, mine)?;
        self.refuse_late(app, &upload).await?;
        let idle = Duration::from_secs(u64::from(self.limits.idle_seconds));
        transfer::receive(&upload, offset, parts, idle).await?;
        Ok(upload.state())
    }

    /// After the deadline no more bytes are taken; the file makes room.
    async fn refuse_late(&self, app: &App, upload: &Arc<Upload>) -> Result<(), IntakeError> {
        let Some(room) = app.rooms.get(&upload.session) else { return Err(IntakeError::NoUpload) };
        let snapshot = room.snapshot();
        let deadline = snapshot.state.lot.as_ref().map_or(At(i64::MAX), |lot| lot.deadline);
        let arrived = app.now();
        if arrived < deadline {
            return Ok(());
        }
        self.forget(upload).await;
        // The rule itself says so: deciding it again gives its figures and its clause.
        let facts = &upload.facts;
        let start = Command::StartBid { bid: facts.bid, sequence: facts.sequence, replaces: facts.replaces };
        let by = Actor::Bidder { code: facts.bidder.clone(), name: String::new() };
        match bidroom_domain::opening::decide(&snapshot.state, &by, start, arrived) {
            Err(refusal) => Err(ActError::Refusal(refusal).into()),
            Ok(_) => Err(IntakeError::NoUpload),
        }
    }

    /// Ends an upload: length and root, file and folder synced, then the log, then the receipt.
    ///
    /// # Errors
    /// [`IntakeError`].
    pub async fn complete(
        &self,
        app: &App,
        id: &str,
        mine: impl Fn(&SessionId) -> Whose,
    ) -> Result<ReceiptBody, IntakeError> {
        let (upload, bidder) = self.find(id, mine)?;
        let room = app.rooms.get(&upload.session).ok_or(IntakeError::NoUpload)?;
        let target = bid_path(&app.store, &upload.facts.bid);
        upload.place(target).await?;
        let facts = &upload.facts;
        let command = Command::ReceiveBid {
            bid: facts.bid,
            packages: facts.packages,
            sequence: facts.sequence,
            replaces: facts.replaces,
            length: facts.file_length(),
        };
        let whole = upload.clone();
        let head = blocking(move || whole.read_head()).await??;
        // Hours may lie between the first byte and the last one.
        let prepared = app.tenders.get(&upload.session).ok_or(IntakeError::NotPublished)?;
        let (signed, judge, for_whom, now) = (head.clone(), app.judge(&prepared), bidder.clone(), app.now());
        blocking(move || head::check_signers_again(&signed, &judge, &for_whom, now)).await??;
        let record = Record { kind: crate::unlock::kinds::HEAD, key: facts.bid.to_string(), bytes: head };
        match room.act(Actor::bidder(&bidder), command, vec![record]).await {
            Ok(_) | Err(ActError::Refusal(Refusal::AlreadyReceived { .. })) => {
                self.table().remove(&upload.id);
                receipt_of(app, &room, facts.bid)
                    .await?
                    .ok_or_else(|| crate::error::fault("receipt", &"the log has no entry of this bid").into())
            }
            Err(error) => {
                if is_final(&error) {
                    self.forget(&upload).await;
                }
                Err(error.into())
            }
        }
    }
}

/// Whether repeating cannot help: a rule said no. A fault passes, and the upload waits for it.
const fn is_final(error: &ActError) -> bool {
    matches!(error, ActError::Refusal(_))
}

/// Work that waits for a disk or computes for long, off the threads that serve.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Fault::Stopping)
}
