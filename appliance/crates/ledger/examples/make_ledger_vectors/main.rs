//! Writes the test vectors of the ledger into the folder given as the only argument.
//!
//! Everything is deterministic: running it again gives the same files. One file holds one case; a wrong case has one
//! defect, and `expect:` names the layer that must find it. The format is described in the folder's README.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a development tool with fixed inputs: a failure should stop it at once"
)]

mod archives;
mod entries;
mod notes;
mod replays;
mod room;
mod trees;

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use bidroom_canon::{Sm3Digest, to_canonical};
use bidroom_ledger::entry::{Draft, draft};
use serde_json::{Value, json};

fn main() {
    let folder = std::env::args_os().nth(1).map(PathBuf::from).unwrap();
    let out = Out { folder };
    entries::entries(&out);
    entries::commitments(&out);
    trees::trees(&out);
    notes::notes(&out);
    notes::receipts(&out);
    archives::archives(&out);
    replays::replays(&out);
}

struct Out {
    folder: PathBuf,
}

impl Out {
    fn write(&self, name: &str, note: &str, expect: &str, headers: &[(&str, String)], body: &str) {
        let kind = name.split('-').next().unwrap();
        let mut text = format!("# {note}\nkind: {kind}\nexpect: {expect}\n");
        for (key, value) in headers {
            writeln!(text, "{key}: {value}").unwrap();
        }
        writeln!(text, "\n{body}").unwrap();
        fs::write(self.folder.join(format!("{name}.txt")), text).unwrap();
    }
}

fn canonical(value: &Value) -> String {
    String::from_utf8(to_canonical(value).unwrap()).unwrap()
}

/// The entry of a received bid, as the n-th of a log.
fn example(n: u64) -> Draft {
    let fields = json!({
        "bid_digest": Sm3Digest::of(&n.to_be_bytes()).to_string(),
        "bidder": {"code": "91420100MA4KXXXX0A", "name": "江城第一建筑有限公司"},
        "rows": {"1": {"price_fen": 1_098_652_360_u64 + n}, "2": null},
        "sequence": n,
    });
    let private = ["bidder".to_owned(), "rows.1".to_owned()];
    let mut salt = 0x10 + n as u8;
    let at = 1_773_799_200_000 + n as i64 * 1000;
    draft(
        at,
        "bid.received",
        json!({"role": "counter"}),
        fields.as_object().unwrap().clone(),
        &private,
        || {
            salt = salt.wrapping_add(1);
            [salt; 32]
        },
    )
    .unwrap()
}

fn text(draft: &Draft) -> String {
    String::from_utf8(draft.bytes.clone()).unwrap()
}
