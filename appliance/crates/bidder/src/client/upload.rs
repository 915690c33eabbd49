//! Sending a bid: the head, then the content in pieces, resumed after every break, then the receipt.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use bidroom_unlocking::PublishedRoom;
use bidroom_wire::{ReceiptBody, UploadOpened, UploadState};
use bytes::Bytes;
use reqwest::header::{self, HeaderName};
use reqwest::{Body, Method};

use super::connect::{read, send};
use super::{Client, ClientError};
use crate::bidfile::BidFile;
use crate::progress::{Progress, Stage};

const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
/// Content goes in requests of this length, so that a break loses little and memory stays small.
const PIECE: u64 = 8 << 20;
/// A piece is handed to the connection in parts of this length.
const PART: usize = 64 << 10;
/// A piece may take so long: 28 KiB a second.
const PIECE_WITHIN: Duration = Duration::from_secs(300);

/// How long to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Failures one after the other without a byte more stored, after which sending is given up.
    pub attempts: u32,
    /// Pause after the first failure; it doubles with each.
    pub first: Duration,
    /// Longest pause.
    pub longest: Duration,
}

impl Default for RetryPolicy {
    /// About three minutes without any progress.
    fn default() -> Self {
        Self { attempts: 12, first: Duration::from_millis(500), longest: Duration::from_secs(20) }
    }
}

/// Why a bid was not sent, beside what the room or the network says.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The room answers for another bid, or counts differently.
    #[error("the room answers about {found}; sent was {expected}")]
    Other {
        /// What the room speaks of.
        found: String,
        /// What was sent.
        expected: String,
    },
    /// The file could not be read.
    #[error("reading the bid: {0}")]
    Read(std::io::Error),
    /// Given up after many failures; what is stored stays stored.
    #[error("given up after {attempts} failures, {stored} of {length} bytes are stored: {last}")]
    GivenUp {
        /// How many failures one after the other.
        attempts: u32,
        /// Bytes the room holds.
        stored: u64,
        /// Bytes of content in all.
        length: u64,
        /// The last failure.
        last: Box<ClientError>,
    },
}

/// Failures one after the other.
struct Patience {
    policy: RetryPolicy,
    failures: u32,
    best: u64,
    length: u64,
}

impl Patience {
    const fn new(policy: RetryPolicy, length: u64) -> Self {
        Self { policy, failures: 0, best: 0, length }
    }

    fn progress(&mut self, stored: u64) {
        if stored > self.best {
            self.best = stored;
            self.failures = 0;
        }
    }

    /// Waits before the next attempt, or gives up.
    async fn bear(&mut self, error: ClientError) -> Result<(), ClientError> {
        let Some(retry_after) = may_pass(&error) else { return Err(error) };
        self.failures += 1;
        if self.failures >= self.policy.attempts {
            let (attempts, stored, length) = (self.failures, self.best, self.length);
            return Err(UploadError::GivenUp { attempts, stored, length, last: Box::new(error) }.into());
        }
        let doubled = self.policy.first.saturating_mul(1 << self.failures.saturating_sub(1).min(16));
        let pause = doubled.min(self.policy.longest).max(Duration::from_secs(retry_after.min(60)));
        tokio::time::sleep(pause).await;
        Ok(())
    }
}

/// Whether what failed may succeed when it is repeated, and after how many seconds at least.
fn may_pass(error: &ClientError) -> Option<u64> {
    match error {
        ClientError::Network { .. } => Some(0),
        // Something between here and the room: a proxy that is restarting.
        ClientError::Answer { status: 502..=504, .. } => Some(0),
        ClientError::Api { error, retry_after, .. } => {
            let passing =
                ["room", "room_fault", "idle", "broken_off", "wrong_offset", "incomplete", "too_slow"];
            let passing = passing.contains(&error.code.as_str()) || error.code == "too_many_requests";
            passing.then_some(retry_after.unwrap_or(0))
        }
        _ => None,
    }
}

impl Client {
    /// Sends a bid and answers its receipt, checked under the room's pinned key. Sending the same bid again goes on where
    /// it stopped; a bid that was received answers with its receipt.
    ///
    /// # Errors
    /// [`ClientError`]; what the room has stored stays stored.
    pub async fn upload(
        &self,
        room: &PublishedRoom,
        bid: &Arc<BidFile>,
        retry: RetryPolicy,
        progress: &Arc<dyn Progress>,
    ) -> Result<ReceiptBody, ClientError> {
        let (digest, length) = (bid.header().bid_digest(), bid.content_length());
        let mut patience = Patience::new(retry, length);
        // A transfer can be damaged on its way once; twice, something is wrong with the way or the file.
        let mut damaged = false;
        loop {
            let opened = self.begin(room, bid, &mut patience).await?;
            room.check_submission(&opened.acknowledgement.0, digest.0)?;
            let receipt = match opened.receipt {
                Some(receipt) => Ok(receipt),
                None => self.transfer(bid, opened.state, &mut patience, progress).await,
            };
            match receipt {
                Ok(receipt) => {
                    room.check_receipt(&receipt, digest.0, Some(bid.header().packages_digest()))?;
                    progress.tell(Stage::Send, length, length);
                    return Ok(receipt);
                }
                Err(error) if error.code() == Some("content_damaged") && !damaged => damaged = true,
                // The room has forgotten the upload: begun again, it goes on with what is there.
                Err(error) if error.code() == Some("no_upload") && patience.failures < retry.attempts => {
                    patience.failures += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn begin(
        &self,
        room: &PublishedRoom,
        bid: &BidFile,
        patience: &mut Patience,
    ) -> Result<UploadOpened, ClientError> {
        let path = format!("sessions/{}/uploads", room.session());
        loop {
            match self.post_bytes("the bid's head", &path, bid.head().to_vec()).await {
                Ok(opened) => return Ok(opened),
                Err(error) => patience.bear(error).await?,
            }
        }
    }

    /// Sends what is missing and completes.
    async fn transfer(
        &self,
        bid: &Arc<BidFile>,
        mut state: UploadState,
        patience: &mut Patience,
        progress: &Arc<dyn Progress>,
    ) -> Result<ReceiptBody, ClientError> {
        let upload = state.upload.clone();
        loop {
            check_state(bid, &upload, &state)?;
            patience.progress(state.offset);
            let sent = if state.offset < state.length {
                self.send_piece(bid, &state, progress).await.map(Err)
            } else {
                let path = format!("uploads/{upload}/complete");
                self.post("completing the bid", &path, &()).await.map(Ok)
            };
            state = match sent {
                Ok(Ok(receipt)) => return Ok(receipt),
                Ok(Err(next)) => next,
                Err(error) if may_pass(&error).is_none() => return Err(error),
                Err(error) => {
                    // What the broken request has stored counts as progress, before it counts as a failure.
                    let state = self.upload_state(&upload, patience).await?;
                    patience.progress(state.offset);
                    patience.bear(error).await?;
                    state
                }
            };
        }
    }

    async fn upload_state(&self, upload: &str, patience: &mut Patience) -> Result<UploadState, ClientError> {
        loop {
            match self.get("how far the bid is", &format!("uploads/{upload}")).await {
                Ok(state) => return Ok(state),
                Err(error) => patience.bear(error).await?,
            }
        }
    }

    async fn send_piece(
        &self,
        bid: &Arc<BidFile>,
        state: &UploadState,
        progress: &Arc<dyn Progress>,
    ) -> Result<UploadState, ClientError> {
        let (offset, total) = (state.offset, state.length);
        let length = total.saturating_sub(offset).min(PIECE);
        let reading = bid.clone();
        let piece = tokio::task::spawn_blocking(move || read_piece(&reading, offset, length)).await;
        let piece = piece.map_err(|error| UploadError::Read(std::io::Error::other(error)))?;
        let piece = piece.map_err(UploadError::Read)?;
        let telling = progress.clone();
        let mut done = offset;
        let parts = parts_of(piece).map(move |part| {
            done = done.saturating_add(u64::try_from(part.len()).unwrap_or(u64::MAX));
            telling.tell(Stage::Send, done, total);
            Ok::<_, std::convert::Infallible>(part)
        });
        let request = self
            .request(Method::PATCH, &format!("uploads/{}", state.upload))?
            .timeout(PIECE_WITHIN)
            .header(OFFSET, offset)
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header(header::CONTENT_LENGTH, length)
            .body(Body::wrap_stream(futures_util::stream::iter(parts)));
        read("the bid's content", &send("the bid's content", request).await?)
    }
}

fn read_piece(bid: &BidFile, offset: u64, length: u64) -> std::io::Result<Bytes> {
    let mut piece = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    bid.at_content(offset)?.take(length).read_to_end(&mut piece)?;
    if u64::try_from(piece.len()).ok() == Some(length) {
        Ok(piece.into())
    } else {
        Err(std::io::ErrorKind::UnexpectedEof.into())
    }
}

fn parts_of(mut piece: Bytes) -> impl Iterator<Item = Bytes> {
    std::iter::from_fn(move || {
        let part = piece.split_to(piece.len().min(PART));
        (!part.is_empty()).then_some(part)
    })
}

fn check_state(bid: &BidFile, upload: &str, state: &UploadState) -> Result<(), UploadError> {
    let expected =
        format!("upload {upload} of {}, {} bytes", bid.header().bid_digest(), bid.content_length());
    let found = format!("upload {} of {}, {} bytes", state.upload, state.bid, state.length);
    let plain = !upload.is_empty() && upload.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if found == expected && plain && state.offset <= state.length {
        Ok(())
    } else {
        Err(UploadError::Other { found, expected })
    }
}
