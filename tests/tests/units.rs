//! The appliance's units: what a taken-over service could still do, by systemd's own measure, and that nobody slips out of
//! the table.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a story that cannot go on has failed"
)]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

/// Most exposure that a unit may have, in tenths: 0.5 for what guards bids and keys, 1.5 for what must reach the machine itself;
/// what asks for the time both dials out and sets the clock. `systemd` 252 does not know all that the image's 257 does; the limits are those of the older one.
const LIMITS: [(&str, u32); 6] = [
    ("server/bidroom.service", 5),
    ("server/bidroom-custody.service", 5),
    ("server/bidroom-first-start.service", 15),
    ("common/bidroom-selfcheck.service", 15),
    ("common/bidroom-time.service", 19),
    ("common/emergency.service", 15),
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../systemd")
}

fn exposure(unit: &str, limit: u32) -> Result<(), String> {
    let mut analyze = Command::new("systemd-analyze");
    analyze.args(["security", "--offline=yes", "--no-pager", &format!("--threshold={limit}")]);
    let done = analyze.arg(folder().join(unit)).output().expect("systemd-analyze (Debian package systemd)");
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default().to_owned();
    assert!(last.contains("exposure level"), "{unit}: {said}");
    if done.status.success() { Ok(()) } else { Err(last) }
}

#[test]
fn no_unit_can_do_more_than_it_must() {
    let over: Vec<String> = LIMITS.iter().filter_map(|(unit, limit)| exposure(unit, *limit).err()).collect();
    assert!(over.is_empty(), "{over:#?}");
}

#[test]
fn the_measure_can_fail() {
    exposure("server/bidroom.service", 1).expect_err("nothing is exposed so little");
}

#[test]
fn every_service_has_a_limit() {
    let mut found = BTreeSet::new();
    for part in ["common", "server"] {
        for entry in std::fs::read_dir(folder().join(part)).into_iter().flatten() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with(".service") {
                found.insert(format!("{part}/{name}"));
            }
        }
    }
    let known = LIMITS.iter().map(|(unit, _)| (*unit).to_owned()).collect();
    assert_eq!(found, known);
}
