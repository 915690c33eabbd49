//! What the verifier finds, and that it finds everything.

#![expect(clippy::as_conversions, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod support;

use std::io::Cursor;
use std::sync::LazyLock;

use bidroom_canon::Sm3Digest;
use bidroom_domain::ReaderClass;
use bidroom_verifier::{ClaimId, Outcome, Report, Trust, Unusable, Verdict, contents, verify};

use support::session::{Agreement, Ceremony, Session, Signing, Twist};
use support::{Members, broken, check, pack, pack_with};

static HONEST: LazyLock<Session> = LazyLock::new(|| Session::play(&Twist::default()));
static MEMBERS: LazyLock<Members> = LazyLock::new(|| HONEST.members(ReaderClass::Supervisor));

fn checked(members: &Members) -> Report {
    check(&pack(members, ReaderClass::Supervisor), Some(&HONEST.trust))
}

#[test]
fn an_honest_archive_is_sound() {
    let report = checked(&MEMBERS);
    assert_eq!(report.outcome(), Outcome::Sound, "{report:#?}");
    assert!(report.claims.iter().all(|claim| claim.verdict == Verdict::Holds), "{report:#?}");
}

#[test]
fn without_anchors_it_is_consistent_only() {
    let archive = pack(&MEMBERS, ReaderClass::Supervisor);
    assert_eq!(check(&archive, None).outcome(), Outcome::Unanchored);
    assert_eq!(check(&archive, Some(&Trust::default())).outcome(), Outcome::Unanchored);
    let mut trust = HONEST.trust.clone();
    trust.package = Some(Sm3Digest::of(b"another"));
    assert_eq!(broken(&check(&archive, Some(&trust))), [ClaimId::Anchor]);
    let mut trust = HONEST.trust.clone();
    trust.agency_roots = vec![trust.ca_roots[0].clone().try_into().unwrap()];
    assert_eq!(broken(&check(&archive, Some(&trust))), [ClaimId::Anchor]);
}

#[test]
fn other_readers_get_archives_that_verify() {
    for readers in [ReaderClass::Public, ReaderClass::Bidder, ReaderClass::Staff] {
        let archive = pack(&HONEST.members(readers), readers);
        let report = check(&archive, Some(&HONEST.trust));
        assert_eq!(report.outcome(), Outcome::Sound, "{readers:?}: {report:#?}");
        let complete = report.claim(ClaimId::Complete).unwrap();
        assert!(matches!(complete.verdict, Verdict::NotChecked { .. }), "{complete:?}");
        // It cannot pass for one that shows everything, nor for one that may show less.
        let posing = check(&pack(&HONEST.members(readers), ReaderClass::Supervisor), Some(&HONEST.trust));
        assert_eq!(broken(&posing), [ClaimId::Complete]);
    }
    let secret = Session::play(&Twist { secret_schedules: true, ..Twist::default() });
    let report = check(&pack(&secret.members(ReaderClass::Public), ReaderClass::Public), Some(&secret.trust));
    assert_eq!(report.outcome(), Outcome::Sound, "{report:#?}");
    let schedules = report.claim(ClaimId::Schedules).unwrap();
    assert!(matches!(schedules.verdict, Verdict::NotChecked { .. }));
    let posing = check(&pack(&secret.members(ReaderClass::Public), ReaderClass::Staff), Some(&secret.trust));
    assert!(broken(&posing).contains(&ClaimId::Entries), "{posing:#?}");
}

/// A room that lies in its own log, signing everything: the rules and the bidders' signatures convict it.
#[track_caller]
fn twisted(twist: &Twist, expect: ClaimId) {
    let session = Session::play(twist);
    let archive = pack(&session.members(ReaderClass::Supervisor), ReaderClass::Supervisor);
    let report = check(&archive, Some(&session.trust));
    assert!(broken(&report).contains(&expect), "{report:#?}");
    assert_eq!(report.outcome(), Outcome::Tampered);
}

#[test]
fn a_lying_room_is_convicted() {
    twisted(&Twist { other_price: true, ..Twist::default() }, ClaimId::Schedules);
    twisted(&Twist { expired: true, ..Twist::default() }, ClaimId::BidderCertificates);
    twisted(&Twist { other_consent: true, ..Twist::default() }, ClaimId::Statements);
    twisted(&Twist { foreign_host: true, ..Twist::default() }, ClaimId::Hosts);
    twisted(&Twist { short_roster: true, ..Twist::default() }, ClaimId::Rules);
}

#[test]
fn another_officer_and_another_lock_before_the_deadline_are_sound() {
    let session = Session::play(&Twist { ceremony: Ceremony::Honest, ..Twist::default() });
    for readers in ReaderClass::ALL {
        let report = check(&pack(&session.members(readers), readers), Some(&session.trust));
        assert_eq!(report.outcome(), Outcome::Sound, "{readers:?}: {report:#?}");
    }
    let members = session.members(ReaderClass::Supervisor);
    for folder in ["redeals/", "packages/", "certificates/"] {
        let name = members.keys().find(|name| name.starts_with(folder)).unwrap();
        let outcome = |members: &Members| {
            check(&pack(members, ReaderClass::Supervisor), Some(&session.trust)).outcome()
        };
        let mut flipped = members.clone();
        let bytes = flipped.get_mut(name).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        assert_eq!(outcome(&flipped), Outcome::Tampered, "a flipped bit in {name}");
        let mut without = members.clone();
        let taken = without.remove(name).unwrap();
        assert_eq!(outcome(&without), Outcome::Tampered, "{name} left out");
        // What no entry names does not belong, however true it is.
        let mut more = MEMBERS.clone();
        more.insert(name.clone(), taken);
        assert_eq!(checked(&more).outcome(), Outcome::Tampered, "{name} where nothing was replaced");
    }
}

#[test]
fn a_room_that_lies_about_officers_or_locks_is_convicted() {
    for (ceremony, claim) in [
        (Ceremony::OtherKey, ClaimId::Publication),
        (Ceremony::OtherOfficers, ClaimId::Publication),
        (Ceremony::Unagreed, ClaimId::Rules),
        (Ceremony::OtherList, ClaimId::Statements),
        (Ceremony::StrangerLock, ClaimId::Bids),
        (Ceremony::OtherName, ClaimId::Publication),
        (Ceremony::OtherRoomPackage, ClaimId::Bids),
    ] {
        twisted(&Twist { ceremony, ..Twist::default() }, claim);
    }
}

#[test]
fn a_forged_signature_under_the_record_is_found() {
    for signing in
        [Signing::OtherLock, Signing::OtherTable, Signing::Early, Signing::OtherDigits, Signing::Expired]
    {
        twisted(&Twist { signing, ..Twist::default() }, ClaimId::Statements);
    }
}

#[test]
fn a_fate_that_was_contested_and_agreed_is_sound_and_a_forged_agreement_is_found() {
    let session = Session::play(&Twist { fate: Some(Agreement::Honest), ..Twist::default() });
    for readers in [ReaderClass::Supervisor, ReaderClass::Public] {
        let report = check(&pack(&session.members(readers), readers), Some(&session.trust));
        assert_eq!(report.outcome(), Outcome::Sound, "{report:#?}");
    }
    for fate in [
        Agreement::OtherLock,
        Agreement::OtherDecision,
        Agreement::OtherFate,
        Agreement::Turned,
        Agreement::OtherDigits,
    ] {
        twisted(&Twist { fate: Some(fate), ..Twist::default() }, ClaimId::Statements);
    }
}

#[test]
fn a_record_that_nobody_signed_is_named_and_convicts_nobody() {
    let session = Session::play(&Twist { signing: Signing::Nobody, ..Twist::default() });
    let archive = pack(&session.members(ReaderClass::Public), ReaderClass::Public);
    let report = check(&archive, Some(&session.trust));
    assert_eq!(report.outcome(), Outcome::Sound, "{report:#?}");
    let Verdict::NotChecked { zh, en } = &report.claim(ClaimId::Signatures).unwrap().verdict else {
        panic!("{report:#?}")
    };
    assert_eq!(zh, "主持人、招标人代表、监督人员既没有签署，也没有记明缺席原因");
    assert_eq!(en, "neither signed nor explained: host, tenderer's representative, supervisor");
}

#[test]
fn every_member_counts_even_when_the_index_is_made_anew() {
    for name in MEMBERS.keys() {
        let mut members = MEMBERS.clone();
        let bytes = members.get_mut(name).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        assert_eq!(checked(&members).outcome(), Outcome::Tampered, "a flipped bit in {name}");
    }
}

#[test]
fn nothing_that_an_entry_names_may_be_absent() {
    let mut kinds = std::collections::BTreeSet::new();
    for name in MEMBERS.keys() {
        let folder = name.split('/').next().unwrap();
        let extension = name.rsplit('.').next().unwrap();
        // Receipts and contents may be absent without contradiction, and all checkpoints but the last.
        let may_be = ["receipts", "notes"].contains(&folder) || extension == "bid";
        if may_be || !kinds.insert((folder, extension)) {
            continue;
        }
        let mut members = MEMBERS.clone();
        members.remove(name);
        assert_eq!(checked(&members).outcome(), Outcome::Tampered, "{name} left out");
    }
}

#[test]
fn the_last_checkpoint_must_be_over_everything() {
    let mut members = MEMBERS.clone();
    let last = members.keys().rfind(|name| name.starts_with("notes/")).unwrap().clone();
    members.remove(&last);
    assert_eq!(broken(&checked(&members)), [ClaimId::Roots]);
}

#[test]
fn what_nobody_named_does_not_belong() {
    for (name, claim) in [
        (contents::statement(&Sm3Digest::of(b"x")), ClaimId::Statements),
        (contents::head(&Sm3Digest::of(b"x")), ClaimId::Bids),
        (contents::receipt(&Sm3Digest::of(b"x")), ClaimId::Receipts),
        ("notes.txt".to_owned(), ClaimId::Files),
        (contents::entry(999), ClaimId::Entries),
    ] {
        let mut members = MEMBERS.clone();
        members.insert(name.clone(), b"x".to_vec());
        let report = checked(&members);
        assert!(broken(&report).contains(&claim), "{name}: {report:#?}");
    }
}

#[test]
fn an_index_that_lists_something_else_is_found() {
    let honest = pack(&MEMBERS, ReaderClass::Supervisor);
    let archive = bidroom_ledger::archive::Archive::open(Cursor::new(&honest));
    let index = archive.unwrap().read(contents::INDEX, contents::MAX_INDEX).unwrap();
    let text = String::from_utf8(index).unwrap();
    let digest = Sm3Digest::of(&MEMBERS[contents::PACKAGE]).to_string();
    for changed in [
        text.replace(&digest, &Sm3Digest::of(b"x").to_string()),
        text.replace("tender.der", "tendes.der"),
        text.replacen(':', ": ", 1),
        "{}".to_owned(),
        String::new(),
    ] {
        let report = check(&pack_with(changed.as_bytes(), &MEMBERS), Some(&HONEST.trust));
        assert!(broken(&report).contains(&ClaimId::Files), "{report:#?}");
    }
}

#[test]
fn every_region_of_the_container_counts() {
    let archive = pack(&MEMBERS, ReaderClass::Supervisor);
    // Every 997th byte, and all of the last ones, where the directory and its end are.
    let places = (0..archive.len()).step_by(997).chain(archive.len() - 200..archive.len());
    for place in places {
        let mut changed = archive.clone();
        changed[place] ^= 0x20;
        match verify(Cursor::new(&changed), Some(&HONEST.trust)) {
            Ok(report) => assert_eq!(report.outcome(), Outcome::Tampered, "byte {place}"),
            Err(Unusable::NotAnArchive) => assert!(place < 4, "byte {place}"),
            Err(error) => panic!("byte {place}: {error}"),
        }
    }
    let cut = check(&archive[..archive.len() - 1], None);
    assert_eq!(broken(&cut), [ClaimId::Container]);
    let longer = check(&[archive, vec![0]].concat(), None);
    assert_eq!(broken(&longer), [ClaimId::Container]);
    assert!(matches!(verify(Cursor::new(b"%PDF-1.7"), None), Err(Unusable::NotAnArchive)));
    assert!(matches!(verify(Cursor::new(b""), None), Err(Unusable::NotAnArchive)));
}

#[test]
fn a_trust_folder_is_read_strictly() {
    let pem = HONEST.trust.agency_roots[0].to_pem().into_bytes();
    let room = serde_json::to_vec(HONEST.trust.room.as_ref().unwrap()).unwrap();
    let digest = format!("{}\n", HONEST.trust.package.unwrap()).into_bytes();
    let files = |items: &[(&str, &[u8])]| {
        items.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect()
    };
    let all = Trust::read(&files(&[
        ("room.json", &room),
        ("package.sm3", &digest),
        ("agency-roots/a.pem", &pem),
        ("ca-roots/a.pem", &pem),
    ]))
    .unwrap();
    assert!(all.anchors() && all.room == HONEST.trust.room && all.package == HONEST.trust.package);
    assert!(!Trust::read(&files(&[("room.json", &room)])).unwrap().anchors());
    for bad in [
        ("readme.txt", b"".as_slice()),
        ("agency-roots/a.der", &pem),
        ("agency-roots/a.pem", b"x"),
        ("package.sm3", b"zz"),
        ("room.json", b"{}"),
        ("ca-roots/a.pem", b"\xff"),
    ] {
        assert!(Trust::read(&files(&[bad])).is_err(), "{}", bad.0);
    }
}
