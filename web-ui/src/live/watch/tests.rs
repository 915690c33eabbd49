//! A room that signs the story's log, a page that follows it, and everything that can disagree between them.

use super::*;
use crate::fixture::{Moment, events, state as told};
use crate::model::row::ProofState;
use crate::model::{Stage, Standing};
use bidroom_canon::{Base64Bytes, Hex32};
use bidroom_envelope::suite::pki::{Name, Profile, Request, self_sign};
use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_ledger::checkpoint::Checkpoint;
use bidroom_ledger::entry::{Draft, draft};
use bidroom_tender::{PackageFormat, RoomIdentity};
use bidroom_wire::{ClockQuality as Quality, LiveStatus};
use ed25519_dalek::{Signer as _, SigningKey};

const ORIGIN: &str = "开标一室/YZZC-2026-G0117/1";

struct Room {
    ed25519: SigningKey,
    sm2: SecretKey,
    package: SignedDocument<TenderPackage>,
    log: Vec<(At, Draft)>,
}

impl Room {
    fn new(moment: Moment) -> Self {
        let ed25519 = SigningKey::from_bytes(&[0x11; 32]);
        let sm2 = SecretKey::from_bytes(&[0x22; 32]).unwrap();
        let keys = keys(&ed25519, &sm2);
        let agency = SecretKey::from_bytes(&[0x33; 32]).unwrap();
        let name = Name::new("云州诚达项目管理有限公司", None, "招标代理");
        let request = Request {
            subject: &name,
            public_key: agency.public_key(),
            serial: &[1],
            not_before: 1_700_000_000_000,
            not_after: 1_900_000_000_000,
            profile: Profile::Signing,
        };
        let certificate = self_sign(&agency, &request).unwrap();
        let story = events(moment);
        let Some((_, Event::SessionCreated(created))) = story.first() else { panic!("the story begins") };
        let der = Base64Bytes(certificate.der().to_vec());
        let package = TenderPackage {
            format: PackageFormat::V1,
            room: RoomIdentity { keys, certificate: der.clone(), issuer: der, standby_certificate: None },
            authorities: Vec::new(),
            certificates: Vec::new(),
            documents: Vec::new(),
            lots: vec![(*created.lot).clone()],
        };
        let package = SignedDocument::sign(package, &certificate, &agency).unwrap();
        let mut log = Vec::new();
        for (at, mut event) in story {
            if let Event::SessionCreated(created) = &mut event {
                created.package = package.digest();
                created.origin = ORIGIN.to_owned();
            }
            let mut salt = 0_u8;
            let paths = event.private_paths();
            let fields = event.fields().unwrap();
            let made = draft(at.0, event.kind(), serde_json::json!("room"), fields, &paths, || {
                salt += 1;
                [salt; 32]
            });
            log.push((at, made.unwrap()));
        }
        Self { ed25519, sm2, package, log }
    }

    fn keys(&self) -> RoomKeys {
        keys(&self.ed25519, &self.sm2)
    }

    fn info(&self) -> SessionInfo {
        let lot = self.package.value().lots[0].clone();
        SessionInfo {
            session: lot.session(),
            origin: ORIGIN.into(),
            lot,
            package: self.package.digest(),
            publication: None,
            devices: Vec::new(),
            phase: Phase::Receive,
            signed_package: Base64Bytes(self.package.der().to_vec()),
        }
    }

    fn watch(&self) -> Watch {
        Watch::new(self.info(), self.keys()).unwrap()
    }

    fn leaves(&self, from: usize, to: usize) -> Vec<LeafView> {
        let view = |(_, draft): &(At, Draft)| LeafView::Entry {
            bytes: String::from_utf8(draft.bytes.clone()).unwrap(),
            openings: draft.openings.clone(),
        };
        self.log[from..to].iter().map(view).collect()
    }

    fn note(&self, size: usize) -> String {
        let leaves: Leaves = self.log[..size].iter().map(|(_, draft)| leaf_hashes(&draft.bytes)).collect();
        let at = self.log[size - 1].0;
        let tree = leaves.tree().unwrap();
        let checkpoint = Checkpoint::new(ORIGIN.parse().unwrap(), tree.size(), &tree.root(), at.0);
        let text = checkpoint.text().unwrap();
        let sm2 = self.sm2.sign(text.as_bytes()).unwrap();
        let ed25519 = self.ed25519.sign(text.as_bytes()).to_bytes();
        self.keys().assemble(&checkpoint, &ed25519, &sm2).unwrap().note.to_text()
    }

    fn clock(&self, at: At) -> SignedClock {
        let quality = Quality {
            sources_zh: vec!["本机".into(), "网络".into()],
            sources_en: vec!["this machine".into(), "network".into()],
            within_millis: Some(2),
        };
        let message = SignedClock::message(&self.keys().name, at, &quality).unwrap();
        let signature = Base64Bytes(self.ed25519.sign(message.as_bytes()).to_bytes().to_vec());
        SignedClock { at, quality, signature }
    }

    fn frame(&self, from: usize, to: usize) -> Frame {
        Frame {
            clock: self.clock(self.log[to.max(1) - 1].0),
            from: u64::try_from(from).unwrap(),
            leaves: self.leaves(from, to),
            note: (to > from).then(|| self.note(to)),
            status: LiveStatus::default(),
        }
    }
}

fn keys(ed25519: &SigningKey, sm2: &SecretKey) -> RoomKeys {
    RoomKeys {
        ed25519: Hex32(ed25519.verifying_key().to_bytes()),
        name: "开标一室".into(),
        sm2: *sm2.public_key(),
        standby: None,
    }
}

#[test]
fn a_page_follows_the_log_in_steps_of_any_size() {
    let room = Room::new(Moment::Closed);
    let all = room.log.len();
    for step in [1, 5, all] {
        let mut watch = room.watch();
        let mut from = 0;
        while from < all {
            let to = (from + step).min(all);
            watch.take(&room.frame(from, to)).unwrap();
            from = to;
        }
        let (mut expect, _) = told(Moment::Closed);
        expect.origin = ORIGIN.into();
        expect.package = Some(room.package.digest());
        assert_eq!(watch.state(), &expect, "in steps of {step}");
        let scene = watch.scene();
        assert_eq!(scene.stage, Stage::Closed);
        let proofs = scene.rows.iter().map(|row| row.proof);
        assert_eq!(proofs.filter(|proof| *proof == ProofState::Verified).count(), 6);
        assert_eq!(scene.ledger.as_ref().map(|ledger| ledger.size), u64::try_from(all).ok());
        assert!(watch.proof().is_some_and(|proof| proof.contains("opening.opened")));
    }
}

#[test]
fn until_the_deadline_there_is_time_and_nothing_else() {
    let room = Room::new(Moment::Closed);
    let mut watch = room.watch();
    let mut frame = room.frame(0, 0);
    frame.clock = room.clock(At(1_773_798_000_000));
    assert_eq!(watch.take(&frame).unwrap(), At(1_773_798_000_000));
    let scene = watch.scene();
    assert_eq!((scene.stage, scene.rows.len(), scene.ledger, scene.log.len()), (Stage::Before, 0, None, 0));
    assert_eq!(
        scene.clock,
        ClockQuality::Agree {
            names: Both::new("本机、网络", "this machine, network"),
            sources: 2,
            millis: 2
        }
    );
}

#[test]
fn hidden_leaves_count_and_say_nothing() {
    let room = Room::new(Moment::Unlock);
    let all = room.log.len();
    let mut frame = room.frame(0, all);
    let last = all - 1;
    frame.leaves[last] = LeafView::hidden(&room.log[last].1.bytes);
    let mut watch = room.watch();
    watch.take(&frame).unwrap();
    assert_eq!(watch.size(), u64::try_from(all).unwrap());
}

/// A page that has five entries gets a frame that disagrees: it must stop and stay what it was.
#[track_caller]
fn check(change: impl Fn(&mut Frame, &Room), expect: impl Fn(&Stop) -> bool) {
    let room = Room::new(Moment::Announce);
    let mut watch = room.watch();
    watch.take(&room.frame(0, 5)).unwrap();
    let before = watch.scene();
    let mut frame = room.frame(5, 9);
    change(&mut frame, &room);
    let stop = watch.take(&frame).expect_err("must be found");
    assert!(expect(&stop), "{stop:?}");
    assert_eq!(watch.scene(), before, "nothing was taken");
    watch.take(&room.frame(5, 9)).unwrap();
}

fn is_tamper(stop: &Stop) -> bool {
    matches!(stop, Stop::Tamper(tamper) if !tamper.evidence.is_empty())
}

#[test]
fn whatever_disagrees_stops_the_page() {
    check(|frame, _| frame.leaves.swap(0, 1), is_tamper);
    check(
        |frame, _| {
            if let LeafView::Entry { bytes, .. } = &mut frame.leaves[3] {
                *bytes = bytes.replacen("91370000", "91370001", 1);
            }
        },
        is_tamper,
    );
    check(|frame, room| frame.note = Some(room.note(8)), is_tamper);
    check(|frame, _| frame.clock.at = frame.clock.at.plus_seconds(60), is_tamper);
    check(|frame, _| frame.clock.signature.0.truncate(63), is_tamper);
    check(|frame, _| frame.from = 6, |stop| matches!(stop, Stop::Gap));
}

#[test]
fn keys_and_package_must_be_those_of_the_agency() {
    let room = Room::new(Moment::Before);
    let other = RoomKeys { name: "开标二室".into(), ..room.keys() };
    assert!(is_tamper(&Watch::new(room.info(), other).unwrap_err()));
    let mut info = room.info();
    info.lot.drill = !info.lot.drill;
    assert!(is_tamper(&Watch::new(info, room.keys()).unwrap_err()));
    let mut info = room.info();
    info.package = bidroom_canon::Sm3Digest::of(b"another");
    assert!(is_tamper(&Watch::new(info, room.keys()).unwrap_err()));
    let mut info = room.info();
    let middle = info.signed_package.0.len() / 2;
    info.signed_package.0[middle] ^= 1;
    assert!(is_tamper(&Watch::new(info, room.keys()).unwrap_err()));
}

#[test]
fn a_log_that_begins_with_another_package_is_refused() {
    let room = Room::new(Moment::Unlock);
    let mut info = room.info();
    // Signed by the same agency, but not the package that entry 0 names.
    let mut package = room.package.value().clone();
    package.lots[0].method = "最低评标价法".into();
    let agency = SecretKey::from_bytes(&[0x33; 32]).unwrap();
    let signed = SignedDocument::sign(package, room.package.signer(), &agency).unwrap();
    info.lot.method = "最低评标价法".into();
    info.package = signed.digest();
    info.signed_package = Base64Bytes(signed.der().to_vec());
    let mut watch = Watch::new(info, room.keys()).unwrap();
    assert!(is_tamper(&watch.take(&room.frame(0, 5)).unwrap_err()));
    assert_eq!(watch.size(), 0);
}

#[test]
fn a_schedule_that_is_not_the_sealed_one_is_shown_as_disagreeing() {
    let (mut state, _) = told(Moment::Announce);
    let lot = state.lot.clone().unwrap();
    let Some((_, Event::OpeningOpened(mut opened))) =
        events(Moment::Announce).into_iter().find(|(_, event)| matches!(event, Event::OpeningOpened(_)))
    else {
        panic!("the story opens")
    };
    assert!(check_schedules(&opened, &state, &lot).iter().all(|(_, fits)| *fits));
    let row = opened.rows.get_mut(&5).unwrap();
    row.schedule = row.schedule.replace("961800000", "951800000");
    let checked = check_schedules(&opened, &state, &lot);
    assert_eq!(checked.iter().filter(|(_, fits)| !fits).map(|(number, _)| *number).collect::<Vec<_>>(), [5]);
    let facts = Facts { checked, ..Facts::default() };
    state.announcing = None;
    let scene = derive::scene(&state, &facts);
    assert_eq!(scene.rows[4].standing, Standing::Disagrees);
}

#[test]
fn a_fresh_copy_that_caught_up_agrees() {
    let room = Room::new(Moment::Confirm);
    let mut watch = room.watch();
    watch.take(&room.frame(0, 9)).unwrap();
    let mut fresh = watch.afresh();
    assert_eq!(fresh.size(), 0);
    fresh.take(&room.frame(0, 9)).unwrap();
    assert!(watch.agrees_with(&fresh));
    assert_eq!(watch.scene(), fresh.scene());
}
