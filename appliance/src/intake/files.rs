//! The folders after a restart: what is taken up, what is removed.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bidroom_canon::Sm3Digest;
use bidroom_domain::SessionId;
use bidroom_envelope::bid::header::{Header, PREAMBLE};

use super::head::Facts;
use super::upload::Upload;
use crate::error::{Fault, fault};
use crate::store::Store;

/// Where a received bid stands: the whole file, head and content.
pub fn bid_path(store: &Store, bid: &Sm3Digest) -> PathBuf {
    store.bids().join(format!("{bid}.bid"))
}

/// Unfinished uploads by name. A bid that was moved to its place and never came into the log is unfinished again.
pub(super) fn recover(store: &Store) -> Result<BTreeMap<String, Arc<Upload>>, Fault> {
    let uploads = store.uploads();
    for path in list(&store.bids())? {
        let Some((session, facts, _)) = read(&path) else { continue };
        let known = store.record(&session, crate::unlock::kinds::HEAD, &facts.bid.to_string())?;
        if known.is_none() {
            let back = uploads.join(format!("{}.part", facts.upload_id(&session)));
            std::fs::rename(&path, &back).map_err(|error| fault(&path.display().to_string(), &error))?;
        }
    }
    let mut over: BTreeMap<SessionId, bool> = BTreeMap::new();
    let mut table = BTreeMap::new();
    for path in list(&uploads)? {
        let found = read(&path).filter(|(session, facts, _)| {
            path.file_name().and_then(|name| name.to_str())
                == Some(&format!("{}.part", facts.upload_id(session)))
        });
        let Some((session, facts, stored)) = found else {
            remove(&path, "no unfinished bid");
            continue;
        };
        let ended = match over.get(&session) {
            Some(ended) => *ended,
            None => {
                let deadline = crate::unlock::first_of_kind(store, &session, "deadline.passed")?;
                let unknown = store.entries(&session, 0, 1)?.is_empty();
                *over.entry(session.clone()).or_insert(unknown || deadline.is_some())
            }
        };
        if ended {
            remove(&path, "its session receives no more");
            continue;
        }
        let stored = stored.min(facts.content_length);
        let upload = Arc::new(Upload::at(&uploads, &session, facts, stored));
        table.insert(upload.id.clone(), upload);
    }
    Ok(table)
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, Fault> {
    let failed = |error: std::io::Error| fault(&folder.display().to_string(), &error);
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_type().map_err(failed)?.is_file() {
            paths.push((entry.metadata().and_then(|meta| meta.modified()).ok(), entry.path()));
        }
    }
    // Oldest first: the order in which a bidder's uploads make room for newer ones.
    paths.sort();
    Ok(paths.into_iter().map(|(_, path)| path).collect())
}

/// The session, the facts, and how many bytes of content the file holds; none if it does not begin with a whole head.
fn read(path: &Path) -> Option<(SessionId, Facts, u64)> {
    let mut file = File::open(path).ok()?;
    let length = file.metadata().ok()?.len();
    let mut bytes = vec![0; PREAMBLE];
    file.read_exact(&mut bytes).ok()?;
    let head_length = Header::length_from_preamble(&bytes).ok()?;
    let rest = u64::from(head_length).checked_sub(u64::try_from(PREAMBLE).ok()?)?;
    file.take(rest).read_to_end(&mut bytes).ok()?;
    let header = Header::parse(&bytes).ok()?;
    let facts = Facts::of(&header, &bytes)?;
    let submission = header.submission().value();
    let session = SessionId::of(&submission.tender, submission.lot);
    Some((session, facts, length.checked_sub(u64::from(head_length))?))
}

fn remove(path: &Path, why: &str) {
    let removed = std::fs::remove_file(path);
    tracing::info!(path = %path.display(), why, ok = removed.is_ok(), "removed from the uploads");
}
