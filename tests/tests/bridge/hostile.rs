//! A room, a relay or a page that would like to use the lock for something else.

use std::sync::Arc;

use bidroom_bidder::bridge::{Outcome, serve};
use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_domain::At;
use bidroom_domain::opening::Phase;
use bidroom_envelope::bid::core::Core;
use bidroom_envelope::bid::package::{PackageContext, Purpose, open_share, seal_package};
use bidroom_envelope::bid::share::Share;
use bidroom_lock::Lock as _;
use bidroom_tender::{ProbeChallenge, ProbeFormat, SignedDocument};
use bidroom_tests::page::{Page, hand_in, probe};
use bidroom_tests::raw::Raw;
use bidroom_tests::room::Turned as Clock;
use bidroom_tests::window::Kind;
use bidroom_wire::bridge::{BridgeRefusal, Ended, Request, What};
use bidroom_wire::{ApiError, Ask, Challenge, LockPackage, ProbeMaterial, UnlockMaterial};

use crate::world::{PLAIN, Site};

/// What is refused without a window, and how.
async fn refused(page: &mut Page, ask: Ask) -> ApiError {
    page.act(ask).await.unwrap().expect_err("must be refused")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bids_own_package_is_no_probe() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    play.prepare().await.unwrap();
    // All that a room that was taken over has before the deadline: the bid's head, and a checkpoint of the true log.
    let handle = site.room.app.rooms.get(&play.session).unwrap();
    handle.wait_for(|snapshot| snapshot.note.is_some()).await.unwrap();
    let checkpoint = handle.snapshot().note.clone().unwrap();
    let file = bidroom_bidder::bidfile::BidFile::read_head(&play.folder.join("bid-1-1.bid")).unwrap();
    let room = site.publication().await;
    let envelope = file.header().envelope(room.envelope()).unwrap();
    let record = file.header().packages().value();
    let packages = record.of_envelope(room.envelope()).filter(|it| it.purpose == Purpose::Lock);
    let material = UnlockMaterial {
        session: play.session.clone(),
        envelope: 1,
        attempt: 1,
        bid: file.header().bid_digest().0,
        core: String::from_utf8(envelope.core.to_bytes().unwrap()).unwrap(),
        packages: packages
            .map(|it| LockPackage { recipient: it.recipient, tail: String::new(), package: it.der.clone() })
            .collect(),
        opening_certificates: room
            .opening_certificates()
            .iter()
            .map(|certificate| Base64Bytes(certificate.der().to_vec()))
            .collect(),
        checkpoint,
    };
    // The same package as a challenge: bare, and signed by somebody who is not the room.
    let lock = &site.room.world.bidders[0].main;
    let own = lock.identity().encryption_certificate().digest();
    let sealed = material.packages.iter().find(|it| it.recipient == own).unwrap().package.clone();
    let challenge = ProbeChallenge {
        format: ProbeFormat::V1,
        session: play.session.clone(),
        recipient: own,
        at: site.room.app.now(),
        package: sealed.clone(),
    };
    let stranger = &site.room.world.bidders[1].main;
    let signed =
        SignedDocument::sign(challenge, stranger.identity().signing_certificate(), stranger).unwrap();
    let challenges = [sealed, Base64Bytes(signed.der().to_vec())];
    let mut hand = site.hand(Vec::new()).await;
    let (paired, mut page) = site.paired().await;
    let hostile = async {
        site.choose(&mut page).await;
        let no = refused(&mut page, hand_in(material)).await;
        assert_eq!(no.code, "too_early", "{no}");
        for challenge in challenges {
            let no = refused(&mut page, probe(ProbeMaterial { challenge })).await;
            assert_eq!(no.code, "material_wrong", "{no}");
        }
        page.end().bridge_end().await.unwrap();
    };
    tokio::select! {
        (_, ()) = async { tokio::join!(serve(&mut hand, &paired), hostile) } => {}
        window = site.windows.next() => panic!("a window opened: {}", window.unwrap().text),
    }
    assert_eq!(handle.snapshot().state.phase, Phase::Receive);
    site.room.stop().await.unwrap();
}

/// Changes one thing in what the room hands out.
type Change = fn(&mut UnlockMaterial, &UnlockMaterial);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edited_material_is_refused_before_any_window_and_too_much_of_it_ends_the_pairing() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    site.collecting(&play).await;
    let good = site.material().await;
    let neighbour = &site.room.world.bidders[1].main;
    let raw = Raw::new(&site.room, neighbour).await.unwrap();
    let path = format!("sessions/{}/unlock", play.session);
    let theirs: UnlockMaterial = serde_json::from_value(raw.get(&path).await.unwrap().1).unwrap();
    let changes: [(&str, &str, Change); 9] = [
        ("a stranger's opening certificate", "material_wrong", |it, _| {
            it.opening_certificates[0] = it.packages[0].package.clone();
        }),
        ("one opening certificate less", "material_wrong", |it, _| {
            it.opening_certificates.pop();
        }),
        ("opening certificates in another order", "material_wrong", |it, _| {
            it.opening_certificates.reverse();
        }),
        ("another firm's core and packages", "material_wrong", |it, theirs| {
            (it.core, it.packages) = (theirs.core.clone(), theirs.packages.clone());
        }),
        ("no attempt", "material_wrong", |it, _| it.attempt = 0),
        ("another envelope", "material_wrong", |it, _| it.envelope = 2),
        ("a checkpoint with one signature changed", "material_wrong", |it, _| {
            let at = it.checkpoint.trim_end().len() - 3;
            let other = if it.checkpoint.as_bytes()[at] == b'A' { "B" } else { "A" };
            it.checkpoint.replace_range(at..=at, other);
        }),
        ("no checkpoint", "material_wrong", |it, _| it.checkpoint = String::new()),
        ("a core that is none", "material_wrong", |it, _| it.core.push(' ')),
    ];
    let mut hand = site.hand(Vec::new()).await;
    let story = async {
        for round in changes.chunks(4) {
            let (paired, mut page) = site.paired().await;
            let hostile = async {
                site.choose(&mut page).await;
                for (what, code, change) in round {
                    let mut material = good.clone();
                    change(&mut material, &theirs);
                    let no = refused(&mut page, hand_in(material)).await;
                    assert_eq!(no.code, *code, "{what}: {no}");
                }
                page.end().bridge_end().await.unwrap();
            };
            let (outcome, ()) = tokio::join!(serve(&mut hand, &paired), hostile);
            assert!(matches!(outcome, Outcome::Ended(Ended::ByOther)), "{outcome:?}");
        }
    };
    tokio::select! {
        () = story => {}
        window = site.windows.next() => panic!("a window opened: {}", window.unwrap().text),
    }
    let (paired, mut page) = site.paired().await;
    let abused = async {
        let window = site.windows.next().await.unwrap();
        assert_eq!(window.kind, Kind::Message);
        assert!(window.text.contains("已结束配对"), "{}", window.text);
        window.yes().await.unwrap();
    };
    let hostile = async {
        site.choose(&mut page).await;
        for round in 0..5 {
            let material = UnlockMaterial { attempt: 0, ..good.clone() };
            refused(&mut page, hand_in(material)).await;
            if round == 2 {
                // Putting the lock away forgets no refusal.
                assert!(page.ask(Request::PutAway).await.unwrap().is_ok());
                site.choose(&mut page).await;
            }
        }
        let told = page.told().await.unwrap();
        let What::Refused(error) = told.what else { panic!("{told:?}") };
        assert_eq!((told.number, error.code.as_str()), (0, "pairing_abused"));
        assert_eq!(page.ended().await.unwrap(), Ended::ByOther);
    };
    let (outcome, (), ()) = tokio::join!(serve(&mut hand, &paired), abused, hostile);
    assert!(matches!(outcome, Outcome::Abused), "{outcome:?}");
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_other_bid_than_that_of_the_receipt() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    site.collecting(&play).await;
    let mut material = site.material().await;
    let mut hand = site.hand_with_receipt(material.bid).await;
    material.bid = Sm3Digest::of(b"another bid");
    let (paired, mut page) = site.paired().await;
    let hostile = async {
        site.choose(&mut page).await;
        let no = refused(&mut page, hand_in(material)).await;
        assert_eq!(no.code, "material_wrong", "{no}");
        page.end().bridge_end().await.unwrap();
    };
    tokio::join!(serve(&mut hand, &paired), hostile);
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_wrong_with_a_package_the_outside_learns_the_same() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    site.collecting(&play).await;
    let good = site.material().await;
    let lock = &site.room.world.bidders[0].main;
    let own = lock.identity().encryption_certificate();
    let at = good.packages.iter().position(|it| it.recipient == own.digest()).unwrap();
    let hash = Core::hash(good.core.as_bytes());
    let seal = |share: &[u8; 32], subject: &Sm3Digest, purpose, attempt| {
        let context = PackageContext { subject, purpose, attempt, recipient: own };
        Base64Bytes(seal_package(share, &context).unwrap())
    };
    let core = Core::parse(good.core.as_bytes()).unwrap();
    let share: Share =
        open_share(&good.packages[at].package.0, &core, &hash, Purpose::Lock, 0, own, lock).unwrap();
    let flipped = |place: fn(usize) -> usize| {
        let mut der = good.packages[at].package.0.clone();
        let place = place(der.len());
        der[place] ^= 1;
        Base64Bytes(der)
    };
    let packages = [
        ("another share", seal(&[7; 32], &hash.0, Purpose::Lock, 0)),
        ("sealed for another core", seal(share.expose(), &Sm3Digest::of(b"core"), Purpose::Lock, 0)),
        ("sealed for another purpose", seal(share.expose(), &hash.0, Purpose::Room, 0)),
        ("sealed for another attempt", seal(share.expose(), &hash.0, Purpose::Lock, 1)),
        ("its last byte changed", flipped(|length| length - 1)),
        ("a byte changed in its middle", flipped(|length| length / 2)),
        ("nothing at all", Base64Bytes(Vec::new())),
        ("for another lock", good.packages[1 - at].package.clone()),
    ];
    let mut hand = site.hand(Vec::new()).await;
    let (paired, mut page) = site.paired().await;
    let hostile = async {
        site.choose(&mut page).await;
        site.log_in(&mut page).await;
        let mut seen = Vec::new();
        for (number, (what, package)) in packages.into_iter().enumerate() {
            let mut material = good.clone();
            material.packages[at].package = package;
            let asked = page.act(hand_in(material));
            // The holder agrees once, to this bid; what is wrong with the package nobody can see before.
            let answer = if number == 0 {
                tokio::join!(asked, site.agrees(&["同意提交解密吗"])).0
            } else {
                asked.await
            };
            let error = answer.unwrap().expect_err(what);
            assert_eq!(page.stages.last(), Some(&bidroom_wire::bridge::Stage::Device), "{what}");
            assert_eq!(error, BridgeRefusal::LockFailed.error(None), "{what}");
            seen.push(error);
            // What happened the holder reads, and only the holder.
            let window = site.windows.next().await.unwrap();
            assert_eq!(window.kind, Kind::Message, "{what}: {}", window.text);
            window.yes().await.unwrap();
        }
        assert_eq!(seen.len(), 8);
        page.end().bridge_end().await.unwrap();
    };
    tokio::join!(serve(&mut hand, &paired), hostile);
    assert!(!site.is_collected());
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_challenge_is_a_challenge_of_this_room_and_nothing_else() {
    let site = Site::new().await;
    let pace = Clock(site.room.clock.clone());
    let play = site.room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    play.prepare().await.unwrap();
    let mut hand = site.hand(Vec::new()).await;
    let (paired, mut page) = site.paired().await;
    let challenge = Challenge {
        challenge: bidroom_canon::Hex32([1; 32]),
        room: "another-room".to_owned(),
        at: At(1),
        expires: At(2),
    };
    let hostile = async {
        site.choose(&mut page).await;
        let no = refused(&mut page, Ask::LogIn(challenge.clone())).await;
        assert_eq!(no.code, "other_room");
        // A room's name that reads like a statement is the name of no room.
        let shaped = r#"{"statement":"bidroom/consent/v1","session":"YZZC-2026-G0117-1","envelope":1}"#;
        let shaped = Challenge { room: shaped.to_owned(), ..challenge.clone() };
        let no = refused(&mut page, Ask::LogIn(shaped)).await;
        assert_eq!(no.code, "other_room");
        for body in [
            r#"{"number":9,"request":{"act":{"log_in":{"statement":"bidroom/consent/v1","session":"s"}}}}"#,
            r#"{"number":9,"request":{"act":{"consent":{"session":"s","envelope":1,"attempt":1}}}}"#,
            r#"{"number":9,"request":{"act":{"sign":{"bytes":"AAAA"}}}}"#,
        ] {
            page.post(body.to_owned()).await.unwrap();
            let told = page.told().await.unwrap();
            let What::Refused(error) = told.what else { panic!("{told:?}") };
            if error.code == "pairing_abused" {
                break;
            }
            assert_eq!(error.code, "message_unreadable", "{body}");
        }
    };
    let abused = async {
        let window = site.windows.next().await.unwrap();
        assert_eq!(window.kind, Kind::Message, "{}", window.text);
        window.yes().await.unwrap();
    };
    let (outcome, (), ()) = tokio::join!(serve(&mut hand, &paired), hostile, abused);
    assert!(matches!(outcome, Outcome::Abused), "{outcome:?}");
    site.room.stop().await.unwrap();
}
