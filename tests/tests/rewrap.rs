//! A bidder's lock before the deadline, through the public API: it is probed, found changed, and exchanged without sealing
//! the bid again; and what must not work.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::sync::Arc;

use bidroom::demo::play::{Script, Told};
use bidroom_bidder::client::ClientError;
use bidroom_canon::Base64Bytes;
use bidroom_domain::opening::Phase;
use bidroom_envelope::bid::package::Purpose;
use bidroom_envelope::bid::record::KeyPackageRecord;
use bidroom_envelope::bid::signed::Signed;
use bidroom_lock::{Lock as _, SoftLock};
use bidroom_tests::ask::code;
use bidroom_tests::raw::Raw;
use bidroom_tests::room::{DEADLINE, MORNING, StoryRoom, Turned};
use bidroom_unlocking::{Rewrap, RewrapError, rewrap};
use bidroom_wire::{PackagesBody, PackagesMaterial};

fn silent() -> Told {
    Arc::new(|_: &str| {})
}

/// Sends key packages that the tool would not make; the code of the refusal.
async fn sent(room: &StoryRoom, lock: &SoftLock, body: &PackagesBody) -> String {
    let raw = Raw::new(room, lock).await.unwrap();
    let path = format!("sessions/{}/packages", StoryRoom::session().unwrap());
    let (status, said) = raw.post_json(&path, body).await.unwrap();
    assert!(status >= 400, "{said}");
    said["code"].as_str().unwrap().to_owned()
}

/// A record that was changed after it was made, truly signed by the bidder again.
fn resigned(
    body: &PackagesBody,
    lock: &SoftLock,
    change: impl FnOnce(&mut KeyPackageRecord),
) -> PackagesBody {
    let mut record = Signed::<KeyPackageRecord>::parse(&body.record.0).unwrap().value().clone();
    change(&mut record);
    record.packages.sort_by_key(|package| (package.envelope, package.purpose, package.recipient));
    let signed = Signed::sign(record, lock.identity().signing_certificate(), lock).unwrap();
    PackagesBody { record: Base64Bytes(signed.der().to_vec()), ..body.clone() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewed_lock_is_found_in_time_and_opens_the_bid_that_was_sealed_before() {
    let folder = tempfile::tempdir().unwrap();
    let room = StoryRoom::new(folder.path(), 3).await.unwrap();
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, Script::default(), silent()).unwrap();
    play.prepare().await.unwrap();
    let room_published = room.published().await.unwrap();
    let (own, stranger) = (&room.world.bidders[0], &room.world.bidders[1]);
    let client = room.logged_in(&own.main).await.unwrap();
    let bid = client.mine(&room_published).await.unwrap();
    assert_eq!((bid.packages_version, bid.locks.len()), (1, 2));
    assert!(bid.locks.iter().all(|lock| lock.probed.is_none()));

    let probed = client.probe(&room_published, &own.main).await.unwrap();
    assert_eq!((probed.events.as_slice(), probed.entry), (["lock.probed".to_owned()].as_slice(), None));
    let mine = client.mine(&room_published).await.unwrap();
    let recipient = own.main.identity().encryption_certificate().digest();
    let shown = mine.locks.iter().find(|lock| lock.recipient == recipient).unwrap();
    assert_eq!(shown.probed, Some(probed.at), "your lock still opens this bid");

    // The lock in hand has another certificate than the bid is sealed to: a finding that says what to do.
    let changed = client.probe(&room_published, &own.old).await.unwrap_err();
    let ClientError::Api { error, .. } = &changed else { panic!("{changed:?}") };
    assert_eq!(error.code, "lock_changed");
    assert!(error.sentence.zh.body.contains("rewrap"), "{error:?}");

    let renewed = [own.old.identity().encryption_certificate().clone()];
    let change = Rewrap { add: &renewed, remove: &[], own: None, at: MORNING };
    let material: PackagesMaterial = client.packages(&room_published.session()).await.unwrap();
    let honest = rewrap(&room_published, &material, &own.main, &change).unwrap();

    // Never to a stranger: the tool does not, and the room takes no such packages.
    let theirs = [stranger.main.identity().encryption_certificate().clone()];
    let to_stranger = Rewrap { add: &theirs, ..change };
    let no = rewrap(&room_published, &material, &own.main, &to_stranger);
    assert!(matches!(no, Err(RewrapError::Stranger { .. })), "{no:?}");
    let foreign = Base64Bytes(theirs[0].der().to_vec());
    let relabelled = resigned(&honest, &own.main, |record| {
        for package in record.packages.iter_mut().filter(|it| it.recipient == renewed[0].digest()) {
            package.recipient = theirs[0].digest();
        }
    });
    let relabelled = PackagesBody { certificates: vec![foreign], ..relabelled };
    assert_eq!(sent(&room, &own.main, &relabelled).await, "packages");
    assert_eq!(sent(&room, &stranger.main, &honest).await, "packages", "another bidder's packages");

    // Nothing but packages for locks may change, and those that stay are as they were.
    for purpose in [Purpose::Room, Purpose::Officers, Purpose::Lock] {
        let edited = resigned(&honest, &own.main, |record| {
            let taken = record.packages.iter().rfind(|it| it.purpose == Purpose::Lock).unwrap().clone();
            let package = record.packages.iter_mut().find(|it| it.purpose == purpose).unwrap();
            (package.der, package.serial) = (taken.der, taken.serial);
        });
        assert_eq!(sent(&room, &own.main, &edited).await, "packages", "{purpose}");
    }
    let jumped = resigned(&honest, &own.main, |record| record.version = 3);
    assert_eq!(sent(&room, &own.main, &jumped).await, "packages");
    let bare = PackagesBody { certificates: Vec::new(), ..honest.clone() };
    assert_eq!(sent(&room, &own.main, &bare).await, "packages");

    let receipt = client.rewrap(&room_published, &own.main, &change).await.unwrap();
    assert_eq!(receipt.bid, bid.receipt.as_ref().unwrap().bid, "the bid is the same");
    let after = client.mine(&room_published).await.unwrap();
    assert_eq!((after.packages_version, after.locks.len()), (2, 3));
    assert_eq!(after.packages_receipt.as_ref(), Some(&receipt));
    assert_eq!(after.receipt, bid.receipt, "its receipt stands");
    assert_eq!(sent(&room, &own.main, &honest).await, "packages", "the same record once more");
    let found = client.probe(&room_published, &own.old).await.unwrap();
    assert_eq!(found.events, ["lock.probed"]);

    room.clock.set(DEADLINE);
    let handle = room.handle().unwrap();
    handle.wait_for(|it| it.state.phase == Phase::Authorise && it.note.is_some()).await.unwrap();
    let late = [own.sub.identity().encryption_certificate().digest()];
    let late = Rewrap { add: &[], remove: &late, ..change };
    assert_eq!(code(client.rewrap(&room_published, &own.main, &late).await), "too_late");
    assert_eq!(code(client.probe(&room_published, &own.main).await.map(|_| ())), "too_late");

    play.authorise().await.unwrap();
    let unlocking = room.logged_in(&own.old).await.unwrap();
    let given = unlocking.unlock(&room_published, &own.old, Some(receipt.bid)).await.unwrap();
    assert_eq!(given.events, ["share.collected"]);
    play.whole().await.unwrap();
    assert_eq!(room.state().unwrap().roster.iter().filter(|row| row.is_opened()).count(), 3);

    room.sound().unwrap();
    room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_is_taken_out_opens_no_more_and_one_always_stays() {
    let folder = tempfile::tempdir().unwrap();
    let room = StoryRoom::new(folder.path(), 3).await.unwrap();
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, Script::default(), silent()).unwrap();
    play.prepare().await.unwrap();
    let room_published = room.published().await.unwrap();
    let own = &room.world.bidders[0];
    let client = room.logged_in(&own.main).await.unwrap();
    let [main, sub] = [&own.main, &own.sub].map(|lock| lock.identity().encryption_certificate().digest());
    let all = Rewrap { add: &[], remove: &[main, sub], own: None, at: MORNING };
    let none_left = client.rewrap(&room_published, &own.main, &all).await.unwrap_err();
    assert!(matches!(none_left, ClientError::Rewrap(RewrapError::Record(_))), "{none_left:?}");
    let stolen = Rewrap { remove: &[sub], ..all };
    client.rewrap(&room_published, &own.main, &stolen).await.unwrap();
    assert_eq!(code(client.probe(&room_published, &own.sub).await), "lock_changed");

    room.clock.set(DEADLINE);
    let handle = room.handle().unwrap();
    handle.wait_for(|it| it.state.phase == Phase::Authorise && it.note.is_some()).await.unwrap();
    play.authorise().await.unwrap();
    let refused = client.unlock(&room_published, &own.sub, None).await.unwrap_err();
    assert!(matches!(refused, ClientError::WrongLockRecorded(_)), "{refused:?}");
    play.whole().await.unwrap();
    room.stop().await.unwrap();
}
