//! Every file of the ledger's test vectors does what it says.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests: a failure is reported by stopping"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bidroom_canon::{Digest, Hex32, Sha256, Sm3};
use bidroom_ledger::archive::{Archive, ArchiveWriter, ReadError};
use bidroom_ledger::checkpoint::{NoteError, RoomKey, RoomKeys, verify};
use bidroom_ledger::entry::{DiscloseError, Entry, EntryError, Opening, commit};
use bidroom_ledger::receipt::{Receipt, ReceiptError};
use bidroom_ledger::replay::{Evidence, LeafView, Replica};
use bidroom_ledger::tree::{ConsistencyProof, InclusionProof, Leaves, ProofError, TreeHash, leaf_hashes};
use serde_json::{Value, json};

struct Vector {
    headers: Vec<(String, String)>,
    body: String,
}

impl Vector {
    fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\n\n").expect("headers, an empty line, a body");
        let header = |line: &str| {
            let (key, value) = line.split_once(": ").expect("a header line");
            (key.to_owned(), value.to_owned())
        };
        let headers = head.lines().filter(|line| !line.starts_with('#')).map(header).collect();
        Self { headers, body: body.strip_suffix('\n').expect("a final newline").to_owned() }
    }

    fn find(&self, key: &str) -> Option<&str> {
        self.headers.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    fn get(&self, key: &str) -> &str {
        self.find(key).unwrap_or_else(|| panic!("no header {key}"))
    }

    fn number(&self, key: &str) -> u64 {
        self.get(key).parse().unwrap()
    }

    /// What the code makes of the case: `ok` or the layer that refuses it.
    fn outcome(&self) -> &'static str {
        match self.get("kind") {
            "entry" => self.entry(),
            "disclose" => self.disclose(),
            "commitment" => self.commitment(),
            "tree" => self.tree(),
            "inclusion" if self.get("hash") == "sm3" => self.inclusion::<Sm3>(),
            "inclusion" => self.inclusion::<Sha256>(),
            "consistency" if self.get("hash") == "sm3" => self.consistency::<Sm3>(),
            "consistency" => self.consistency::<Sha256>(),
            "checkpoint" => self.checkpoint(),
            "receipt" => self.receipt(),
            "archive" => self.archive(),
            "replay" => self.replay(),
            other => panic!("unknown kind {other}"),
        }
    }

    fn entry(&self) -> &'static str {
        match Entry::parse(self.body.as_bytes()) {
            Ok(_) => {
                let leaf = leaf_hashes(self.body.as_bytes());
                assert_eq!(leaf.sha256.to_string(), self.get("sha256-leaf"));
                assert_eq!(leaf.sm3.to_string(), self.get("sm3-leaf"));
                "ok"
            }
            Err(EntryError::TooLong { .. }) => "length",
            Err(EntryError::Canon(_)) => "canonical",
            Err(EntryError::Time { .. }) => "time",
            Err(EntryError::Kind { .. }) => "kind",
            Err(EntryError::Path { .. }) => "path",
            Err(EntryError::NoPlace { .. }) => "place",
            Err(EntryError::Taken { .. }) => "taken",
            Err(EntryError::Nested { .. }) => "nested",
        }
    }

    fn disclose(&self) -> &'static str {
        let openings: Vec<Opening> = serde_json::from_str(self.get("openings")).unwrap();
        match Entry::parse(self.body.as_bytes()).unwrap().disclose(&openings) {
            Ok(seen) => {
                let result: Value = serde_json::from_str(self.get("result")).unwrap();
                assert_eq!(json!({"by": seen.by, "fields": seen.fields}), result);
                "ok"
            }
            Err(DiscloseError::Unknown { .. }) => "unknown",
            Err(DiscloseError::Repeated { .. }) => "repeated",
            Err(DiscloseError::Mismatch { .. }) => "mismatch",
            Err(DiscloseError::Value { .. }) => "value",
        }
    }

    fn commitment(&self) -> &'static str {
        let salt: Hex32 = serde_json::from_value(json!(self.get("salt"))).unwrap();
        let value = bidroom_canon::parse_canonical(self.body.as_bytes()).unwrap();
        let commitment = commit(self.get("entry-kind"), self.get("path"), &salt.0, &value).unwrap();
        assert_eq!(commitment.to_string(), self.get("commitment"));
        "ok"
    }

    fn tree(&self) -> &'static str {
        let data = |line: &str| hex::decode(line.strip_prefix("leaf ").expect("a leaf")).unwrap();
        let leaves: Leaves = self.body.lines().map(|line| leaf_hashes(&data(line))).collect();
        let roots = leaves.tree().unwrap().root();
        assert_eq!(roots, leaves.roots(leaves.size()).unwrap());
        assert_eq!(roots.sha256.to_string(), self.get("sha256-root"));
        assert_eq!(roots.sm3.to_string(), self.get("sm3-root"));
        "ok"
    }

    fn path<H>(&self) -> Vec<Digest<H>> {
        self.body.lines().map(|line| line.parse().unwrap()).collect()
    }

    fn digest<H>(&self, key: &str) -> Digest<H> {
        self.get(key).parse().unwrap()
    }

    fn inclusion<H: TreeHash>(&self) -> &'static str {
        let proof =
            InclusionProof::<H> { index: self.number("index"), path: self.path(), size: self.number("size") };
        proof_outcome(proof.verify(&self.digest("leaf"), &self.digest("root")))
    }

    fn consistency<H: TreeHash>(&self) -> &'static str {
        let proof =
            ConsistencyProof::<H> { new: self.number("new"), old: self.number("old"), path: self.path() };
        proof_outcome(proof.verify(&self.digest("old-root"), &self.digest("new-root")))
    }

    fn keys(&self) -> RoomKeys {
        bidroom_canon::from_canonical(self.get("keys").as_bytes()).unwrap()
    }

    fn checkpoint(&self) -> &'static str {
        // The newline that ends the file ends the note too.
        match verify(&format!("{}\n", self.body), &self.keys()) {
            Ok(_) => "ok",
            Err(error) => note_outcome(&error),
        }
    }

    fn receipt(&self) -> &'static str {
        match Receipt::parse(self.body.as_bytes()) {
            Ok(receipt) => {
                assert_eq!(receipt.code().unwrap(), self.get("code"));
                assert_eq!(receipt.to_bytes().unwrap(), self.body.as_bytes());
                "ok"
            }
            Err(ReceiptError::TooLong { .. }) => "length",
            Err(ReceiptError::Canon(_)) => "canonical",
            Err(ReceiptError::Format { .. }) => "format",
            Err(ReceiptError::Time { .. }) => "time",
            Err(ReceiptError::Session { .. }) => "session",
        }
    }

    fn archive(&self) -> &'static str {
        let bytes = STANDARD.decode(&self.body).unwrap();
        let checked = Archive::open(Cursor::new(&bytes)).and_then(|mut archive| {
            archive.verify()?;
            Ok(archive)
        });
        match checked {
            Ok(mut archive) => {
                let members: Vec<_> = archive.members().cloned().collect();
                let listed = members.iter().map(|m| format!("{} {:08x} {}", m.length(), m.crc32(), m.name()));
                let expect = self.headers.iter().filter(|(key, _)| key == "member");
                assert!(listed.eq(expect.map(|(_, value)| value.clone())));
                let mut writer = ArchiveWriter::new(Vec::new());
                for member in members {
                    let body = archive.read(member.name(), 1000).unwrap();
                    writer.add(member.name(), &body).unwrap();
                }
                assert_eq!(writer.finish().unwrap(), bytes);
                "ok"
            }
            Err(ReadError::End) => "end",
            Err(ReadError::TooMany { .. }) => "too-many",
            Err(ReadError::Directory { .. }) => "directory",
            Err(ReadError::Name { .. }) => "name",
            Err(ReadError::Order { .. }) => "order",
            Err(ReadError::Folder { .. }) => "folder",
            Err(ReadError::Gap) => "gap",
            Err(ReadError::Header { .. }) => "header",
            Err(ReadError::Crc { .. }) => "crc",
            Err(error) => panic!("{error}"),
        }
    }

    fn replay(&self) -> &'static str {
        let origin = self.get("origin").parse().unwrap();
        let mut replica = match self.find("pin") {
            Some(note) => {
                Replica::pinned(self.keys(), origin, &serde_json::from_str::<String>(note).unwrap()).unwrap()
            }
            None => Replica::new(self.keys(), origin),
        };
        for line in self.body.lines() {
            let step: Value = serde_json::from_str(line).unwrap();
            let leaves: Vec<LeafView> = serde_json::from_value(step["leaves"].clone()).unwrap();
            match replica.extend(&leaves, step["note"].as_str().unwrap()) {
                Ok(_) => {}
                Err(evidence) => return evidence_name(&evidence),
            }
        }
        "ok"
    }
}

fn proof_outcome(result: Result<(), ProofError>) -> &'static str {
    match result {
        Ok(()) => "ok",
        Err(ProofError::Index { .. }) => "index",
        Err(ProofError::Sizes { .. }) => "sizes",
        Err(ProofError::Length { .. }) => "length",
        Err(ProofError::Root { .. }) => "root",
        Err(ProofError::NewRoot { .. }) => "new-root",
    }
}

fn note_outcome(error: &NoteError) -> &'static str {
    match error {
        NoteError::Syntax(_) => "syntax",
        NoteError::Checkpoint(_) => "text",
        NoteError::Origin { .. } => "origin",
        NoteError::Missing { key: RoomKey::Ed25519 } => "missing-ed25519",
        NoteError::Missing { key: RoomKey::Sm2 } => "missing-sm2",
        NoteError::Repeated { key: RoomKey::Ed25519 } => "repeated-ed25519",
        NoteError::Repeated { key: RoomKey::Sm2 } => "repeated-sm2",
        NoteError::Encoding { key: RoomKey::Ed25519 } => "encoding-ed25519",
        NoteError::Encoding { key: RoomKey::Sm2 } => "encoding-sm2",
        NoteError::Signature { key: RoomKey::Ed25519 } => "signature-ed25519",
        NoteError::Signature { key: RoomKey::Sm2 } => "signature-sm2",
        NoteError::Key => "key",
    }
}

fn evidence_name(evidence: &Evidence) -> &'static str {
    match evidence {
        Evidence::Note(_) => "note",
        Evidence::Origin { .. } => "origin",
        Evidence::Shrunk { .. } => "shrunk",
        Evidence::Size { .. } => "size",
        Evidence::Backdated { .. } => "backdated",
        Evidence::Time { .. } => "time",
        Evidence::Entry { .. } => "entry",
        Evidence::Opening { .. } => "opening",
        Evidence::Root { .. } => "root",
        Evidence::Sm3Root { .. } => "sm3-root",
        Evidence::Forked { .. } => "forked",
        Evidence::Tree(_) => "tree",
    }
}

#[test]
fn every_vector_does_what_it_says() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/vectors/ledger");
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let vector = Vector::read(&fs::read_to_string(&path).unwrap());
        let (expect, outcome) = (vector.get("expect"), vector.outcome());
        if expect != outcome {
            wrong.push(format!("{}: expect {expect}, is {outcome}", path.display()));
        }
        *seen.entry(format!("{} {outcome}", vector.get("kind"))).or_default() += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // No kind of case may vanish unnoticed.
    let kinds: Vec<&str> = seen.keys().filter_map(|key| key.strip_suffix(" ok")).collect();
    let all = [
        "archive",
        "checkpoint",
        "commitment",
        "consistency",
        "disclose",
        "entry",
        "inclusion",
        "receipt",
        "replay",
        "tree",
    ];
    assert_eq!(kinds, all);
    assert!(seen.len() >= 50, "{seen:?}");
}
