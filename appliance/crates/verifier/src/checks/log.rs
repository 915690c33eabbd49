//! The log: entries, openings, both trees, every checkpoint.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use bidroom_canon::{Sm3Digest, from_canonical};
use bidroom_domain::opening::{Event, may_read};
use bidroom_domain::{Actor, At, LotFacts, ReaderClass};
use bidroom_ledger::entry::{Entry, MAX_ENTRY_BYTES, Opening};
use bidroom_ledger::replay::{Disclosed, Evidence, LeafView, Replica};
use bidroom_ledger::tree::{LeafHashes, leaf_hashes};
use bidroom_tender::package_origin;

use super::{Case, Shown};
use crate::contents::{self, Kind, MAX_OPENINGS};
use crate::report::ClaimId;

const NOTE_BYTES: u64 = 1024 * 1024;

/// Replays the log checkpoint by checkpoint, as a viewer does.
pub(crate) fn replay(case: &mut Case<impl Read + Seek>) {
    let Some((package, lot)) = case.package.as_ref().zip(case.lot()) else { return };
    let keys = package.value().room.keys.clone();
    let lot = lot.clone();
    let origin = package_origin(&keys.name, &lot).parse();
    let Some(origin) = case.findings.take(ClaimId::Checkpoints, contents::PACKAGE, origin) else { return };
    let mut replica = Replica::new(keys, origin);

    let (size, sizes, hidden) = outline(case);
    for id in [ClaimId::Entries, ClaimId::Roots, ClaimId::Checkpoints] {
        case.findings.checked(id);
    }
    for until in sizes {
        let place = contents::note(until);
        if until > size {
            let what = format!("it is over {until} entries, the archive has {size}");
            return case.findings.broken(ClaimId::Roots, place, what);
        }
        let Some(leaves) = leaves(case, replica.size(), until, &lot) else { return };
        let note = case.archive.read(&place, NOTE_BYTES);
        let Some(note) = case.findings.take(ClaimId::Checkpoints, &place, note) else { return };
        let Ok(note) = String::from_utf8(note) else {
            return case.findings.broken(ClaimId::Checkpoints, place, "not text");
        };
        match replica.extend(&leaves, &note) {
            Ok(disclosed) => {
                case.notes.insert(Sm3Digest::of(note.as_bytes()), until);
                case.leaves.extend(leaves.iter().map(hashes));
                case.size = until;
                for entry in disclosed {
                    take_event(case, entry);
                }
            }
            Err(evidence) => return case.findings.broken(claim_of(&evidence), place, evidence),
        }
    }
    if replica.size() != size {
        let what = format!("{size} entries, the last checkpoint is over {}", replica.size());
        case.findings.broken(ClaimId::Roots, "entries", what);
    }
    if hidden == 0 {
        case.findings.checked(ClaimId::Complete);
    } else if case.index.readers == ReaderClass::Supervisor {
        let what = format!("{hidden} entries are withheld from readers who may see all");
        case.findings.broken(ClaimId::Complete, "hidden", what);
    } else {
        let zh = format!("对这类读者有 {hidden} 条只给出摘要（如撤回的投标）");
        let en = format!("{hidden} entries are shown to these readers by their hashes only");
        case.findings.not_checked(ClaimId::Complete, &zh, &en);
    }
}

/// How many entries there are, the sizes of the checkpoints, and how many entries are hidden.
fn outline(case: &mut Case<impl Read + Seek>) -> (u64, BTreeSet<u64>, usize) {
    let (mut shown, mut hidden, mut sizes) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut opened = BTreeSet::new();
    for file in &case.index.files {
        match Kind::of(&file.name) {
            Some(Kind::Entry(index)) => drop(shown.insert(index)),
            Some(Kind::Hidden(index)) => drop(hidden.insert(index)),
            Some(Kind::Openings(index)) => drop(opened.insert(index)),
            Some(Kind::Note(size)) => drop(sizes.insert(size)),
            _ => {}
        }
    }
    let size = u64::try_from(shown.len().saturating_add(hidden.len())).unwrap_or(u64::MAX);
    let all: BTreeSet<u64> = shown.union(&hidden).copied().collect();
    if !all.iter().copied().eq(0..size) {
        case.findings.broken(
            ClaimId::Entries,
            "entries",
            "an index is missing, or an entry is shown and hidden",
        );
    }
    if opened != shown {
        case.findings.broken(
            ClaimId::Entries,
            "openings",
            "openings are not there for exactly the shown entries",
        );
    }
    (size, sizes, hidden.len())
}

fn leaves(case: &mut Case<impl Read + Seek>, from: u64, until: u64, lot: &LotFacts) -> Option<Vec<LeafView>> {
    const ID: ClaimId = ClaimId::Entries;
    let mut leaves = Vec::new();
    for index in from..until {
        let (entry, hidden) = (contents::entry(index), contents::hidden(index));
        if case.archive.member(&hidden).is_some() {
            let bytes = case.archive.read(&hidden, 4096);
            let bytes = case.findings.take(ID, &hidden, bytes)?;
            let LeafHashes { sha256, sm3 } = case.findings.take(ID, &hidden, from_canonical(&bytes))?;
            leaves.push(LeafView::Hidden { sha256, sm3 });
            continue;
        }
        let limit = u64::try_from(MAX_ENTRY_BYTES).unwrap_or(u64::MAX);
        let bytes = case.archive.read(&entry, limit);
        let bytes = case.findings.take(ID, &entry, bytes)?;
        let place = contents::openings(index);
        let openings = case.archive.read(&place, MAX_OPENINGS);
        let openings = case.findings.take(ID, &place, openings)?;
        let openings: Vec<Opening> = case.findings.take(ID, &place, from_canonical(&openings))?;
        all_opened(case, index, &bytes, &openings, lot);
        let bytes = case.findings.take(ID, &entry, String::from_utf8(bytes))?;
        leaves.push(LeafView::Entry { bytes, openings });
    }
    Some(leaves)
}

/// Whoever leaves out an opening that these readers may have hides something.
fn all_opened(
    case: &mut Case<impl Read + Seek>,
    index: u64,
    bytes: &[u8],
    openings: &[Opening],
    lot: &LotFacts,
) {
    // Entries that cannot be read are found by the replay.
    let Ok(entry) = Entry::parse(bytes) else { return };
    let Ok(disclosed) = entry.disclose(openings) else { return };
    let Ok(event) = Event::from_parts(entry.kind(), disclosed.fields) else { return };
    let paths = entry.commitments().keys().map(String::as_str).chain(["by"]);
    for path in paths {
        let opened = openings.iter().any(|opening| opening.path == path);
        if let Event::Evaluation(_) = &event {
            // Who may read it depends on how the evaluation stands in the end.
            case.opened.entry(index).or_default().push((path.to_owned(), opened));
        } else if opened != may_read(case.index.readers, &event, path, lot) {
            let what = if opened { "is opened to readers who may not" } else { "is not opened" };
            case.findings.broken(ClaimId::Entries, contents::openings(index), format!("{path} {what}"));
        }
    }
}

fn hashes(leaf: &LeafView) -> LeafHashes {
    match leaf {
        LeafView::Entry { bytes, .. } => leaf_hashes(bytes.as_bytes()),
        LeafView::Hidden { sha256, sm3 } => LeafHashes { sha256: *sha256, sm3: *sm3 },
    }
}

fn take_event(case: &mut Case<impl Read + Seek>, entry: Disclosed) {
    let place = contents::entry(entry.index);
    let by = entry.by.map(serde_json::from_value::<Actor>).transpose();
    let by = case.findings.take(ClaimId::Entries, &place, by).flatten();
    let event = Event::from_parts(&entry.kind, entry.fields);
    let Some(event) = case.findings.take(ClaimId::Entries, &place, event) else { return };
    let whole = case.opened.get(&entry.index).is_none_or(|paths| paths.iter().all(|(_, opened)| *opened));
    case.events.push(Shown { index: entry.index, at: At(entry.at), by, event, whole });
}

const fn claim_of(evidence: &Evidence) -> ClaimId {
    match evidence {
        Evidence::Entry { .. } | Evidence::Opening { .. } | Evidence::Time { .. } => ClaimId::Entries,
        Evidence::Forked { .. }
        | Evidence::Root { .. }
        | Evidence::Sm3Root { .. }
        | Evidence::Size { .. }
        | Evidence::Tree(_) => ClaimId::Roots,
        Evidence::Note(_)
        | Evidence::Origin { .. }
        | Evidence::Shrunk { .. }
        | Evidence::Backdated { .. } => ClaimId::Checkpoints,
    }
}
