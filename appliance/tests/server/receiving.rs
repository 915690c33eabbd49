//! A bid's way in: whole, in parts, twice, wrong, late.

use std::collections::BTreeMap;
use std::path::Path;

use bidroom_canon::{Base64Bytes, Sm3Digest};
use bidroom_envelope::suite::cms::SignedData;
use bidroom_ledger::receipt::Receipt;
use bidroom_lock::Statement;
use bidroom_wire::{Accepted, MineView, ReceiptBody, UploadOpened, UploadState};
use serde_json::Value;

use crate::client::Client;
use crate::world::{CODES, SESSION, Sealed, World, deadline, publication, seal, seal_for};

fn uploads() -> String {
    format!("/api/v1/sessions/{SESSION}/uploads")
}

fn mine() -> String {
    format!("/api/v1/sessions/{SESSION}/mine")
}

async fn begin(bidder: &Client, sealed: &Sealed) -> UploadState {
    let opened: UploadOpened = bidder.post(&uploads(), &sealed.head).await.ok();
    SignedData::parse_own(&opened.acknowledgement.0).unwrap().verify().unwrap();
    assert_eq!((opened.state.bid, opened.state.length), (sealed.digest.0, sealed.content.len() as u64));
    opened.state
}

async fn complete(bidder: &Client, upload: &str) -> crate::client::Answer {
    bidder.post(&format!("/api/v1/uploads/{upload}/complete"), b"").await
}

async fn send(bidder: &Client, sealed: &Sealed) -> ReceiptBody {
    let state = begin(bidder, sealed).await;
    let state: UploadState = bidder.patch(&state.upload, 0, &sealed.content).await.ok();
    assert_eq!(state.offset, state.length);
    complete(bidder, &state.upload).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bid_is_received_and_receipted() {
    let world = World::receiving().await;
    let bidder = world.bidder(0).await;
    let sealed = world.seal(0, 3_000_000).await;
    let receipt = send(&bidder, &sealed).await;
    assert_eq!((receipt.bid, receipt.code.len()), (sealed.digest.0, 9));
    let message = SignedData::parse_own(&receipt.receipt.0).unwrap();
    let signer = message.verify().unwrap().certificate;
    assert_eq!(signer, *world.app.signer.certificate());
    let said = Receipt::parse(message.content()).unwrap();
    assert_eq!(
        (said.bid_digest, said.at, said.code().unwrap()),
        (sealed.digest.0, receipt.at.0, receipt.code.clone())
    );

    assert_eq!(world.files(), (0, 1));
    let path = world.folder.path().join(format!("data/bids/{}.bid", sealed.digest));
    assert_eq!(
        Sm3Digest::of(&std::fs::read(path).unwrap()),
        Sm3Digest::of(&[sealed.head.clone(), sealed.content.clone()].concat())
    );

    let view: MineView = bidder.get(&mine()).await.ok();
    assert_eq!((view.receipt.as_ref(), view.sequence, view.upload.as_ref()), (Some(&receipt), 1, None));
    assert_eq!(view.sealed_to, [world.people.bidders[0].encryption.tail()]);
    let other: MineView = world.bidder(1).await.get(&mine()).await.ok();
    let due = [deadline().plus_millis(-86_400_000), deadline().plus_millis(-3_600_000)];
    assert_eq!(other, MineView { probe_due: due.to_vec(), ..MineView::default() });

    // The same again is the same bid: its receipt, also after the deadline.
    let again: UploadOpened = bidder.post(&uploads(), &sealed.head).await.ok();
    assert_eq!(again.receipt.as_ref(), Some(&receipt));
    world.clock.set(deadline());
    let again: UploadOpened = bidder.post(&uploads(), &sealed.head).await.ok();
    assert_eq!(again.receipt, Some(receipt));
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_follow_on_or_are_told_where_to() {
    let world = World::receiving().await;
    let bidder = world.bidder(0).await;
    let sealed = world.seal(0, 700_000).await;
    let state = begin(&bidder, &sealed).await;
    let id = state.upload.as_str();
    let total = sealed.content.len();

    let half: UploadState = bidder.patch(id, 0, &sealed.content[..300_000]).await.ok();
    assert_eq!(half.offset, 300_000);
    for offset in [0, 299_999, 300_001, u64::MAX] {
        let answer = bidder.patch(id, offset, b"x").await;
        answer.refused(409, "request", "wrong_offset");
        assert_eq!(answer.header("upload-offset"), Some("300000"));
    }
    complete(&bidder, id).await.refused(409, "request", "incomplete");
    let same = begin(&bidder, &sealed).await;
    assert_eq!((same.upload.as_str(), same.offset), (id, 300_000), "the same bid is the same upload");
    let seen: UploadState = bidder.get(&format!("/api/v1/uploads/{id}")).await.ok();
    assert_eq!(seen.offset, 300_000);
    let view: MineView = bidder.get(&mine()).await.ok();
    assert_eq!(view.upload.unwrap().offset, 300_000);

    // Others do not even learn that it exists.
    let other = world.bidder(1).await;
    for stranger in [&other, &world.log_in(&world.people.host).await] {
        stranger.get(&format!("/api/v1/uploads/{id}")).await.refused(404, "request", "no_upload");
        stranger.patch(id, 300_000, b"x").await.refused(404, "request", "no_upload");
        complete(stranger, id).await.refused(404, "request", "no_upload");
    }

    let longer = [&sealed.content[300_000..], b"more"].concat();
    let answer = bidder.patch(id, 300_000, &longer).await;
    answer.refused(400, "request", "overrun");
    assert_eq!(answer.header("upload-offset"), Some(total.to_string().as_str()));
    let _: ReceiptBody = complete(&bidder, id).await.ok();
    complete(&bidder, id).await.refused(404, "request", "no_upload");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_transfer_is_taken_over_by_the_next() {
    use tokio::io::AsyncWriteExt as _;

    let world = World::receiving().await;
    let bidder = world.bidder(0).await;
    let sealed = world.seal(0, 900_000).await;
    let id = begin(&bidder, &sealed).await.upload;
    // One connection sends half and then hangs; another breaks off. Neither keeps a third from going on.
    let whole =
        bidder.request("PATCH", &format!("/api/v1/uploads/{id}"), &[("upload-offset", "0")], &sealed.content);
    let mut hangs = tokio::net::TcpStream::connect(world.client.address).await.unwrap();
    hangs.write_all(&whole[..600_000]).await.unwrap();
    let seen = stored(&bidder, &id, 0).await;
    let answer = bidder.patch(&id, seen, &sealed.content[usize::try_from(seen).unwrap()..]).await;
    let state: UploadState = if answer.status == 200 {
        answer.json()
    } else {
        // The hanging one had more in its hands than it had told.
        answer.refused(409, "request", "wrong_offset");
        let seen: usize = answer.header("upload-offset").unwrap().parse().unwrap();
        bidder.patch(&id, seen as u64, &sealed.content[seen..]).await.ok()
    };
    assert_eq!(state.offset, state.length);
    let replaced = crate::client::read(&mut hangs).await;
    replaced.refused(409, "request", "superseded");
    let _: ReceiptBody = complete(&bidder, &id).await.ok();
}

/// What is stored, asked until something is.
async fn stored(bidder: &Client, id: &str, than: u64) -> u64 {
    loop {
        let state: UploadState = bidder.get(&format!("/api/v1/uploads/{id}")).await.ok();
        // Bytes of a transfer that is under way are told when they are durable; a take-over makes them so.
        if state.offset > than {
            return state.offset;
        }
        let answer = bidder.patch(id, u64::MAX, b"").await;
        answer.refused(409, "request", "wrong_offset");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_sealed_is_refused_with_the_clause() {
    let world = World::receiving().await;
    let bidder = world.bidder(0).await;
    for body in [&b"%PDF-1.7 tender"[..], b"PK\x03\x04 docx", b"hello", b"", b"bidroom-bid/1\n\x1a\0\0\0\0"] {
        let said = bidder.post(&uploads(), body).await.refused(415, "refusal", "not_sealed");
        assert!(said["sentence"]["zh"]["title"].as_str().unwrap().starts_with("没有接收"), "{said}");
    }
    let pdf = bidder.post(&uploads(), b"%PDF").await.refused(415, "refusal", "not_sealed");
    assert_eq!(pdf["sentence"]["zh"]["title"], "没有接收：这是未加密的文件");
    assert_eq!(pdf["sentence"]["clause"], "电子招标投标办法 第二十六条");
    assert_eq!(world.files(), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_must_be_for_this_lot_these_keys_and_this_bidder() {
    let world = World::receiving().await;
    let bidder = world.bidder(0).await;
    let sealed = world.seal(0, 1000).await;
    let published = publication(&world.client).await;

    let mut missing_standby = published.clone();
    missing_standby.devices.truncate(1);
    let lock = &world.people.bidders[0];
    let one = seal(lock, CODES[0], 1000, 1, None, &missing_standby);
    bidder.post(&uploads(), &one.head).await.refused(422, "refusal", "other_keys");
    let other = world.seal(1, 1000).await;
    bidder.post(&uploads(), &other.head).await.refused(422, "refusal", "other_bidder");
    let foreign = seal(&world.people.foreign, CODES[0], 1000, 1, None, &published);
    bidder.post(&uploads(), &foreign.head).await.refused(422, "refusal", "unknown_certificate");
    let outdated = &world.people.outdated;
    let expired = seal(outdated, CODES[0], 1000, 1, None, &published);
    bidder.post(&uploads(), &expired.head).await.refused(422, "refusal", "certificate_expired");
    for (tender, lot) in [("YZZC-2026-G0118", 1), ("YZZC-2026-G0117", 2)] {
        let other = seal_for((tender, lot), lock, CODES[0], 1000, 1, None, &published);
        bidder.post(&uploads(), &other.head).await.refused(422, "refusal", "other_lot");
    }
    let host = world.log_in(&world.people.host).await;
    host.post(&uploads(), &sealed.head).await.refused(403, "refusal", "not_your_role");
    world.client.post(&uploads(), &sealed.head).await.refused(401, "login", "not_logged_in");
    for place in [17, 40, sealed.head.len() / 3, sealed.head.len() - 1] {
        let mut changed = sealed.head.clone();
        changed[place] ^= 0x10;
        bidder.post(&uploads(), &changed).await.refused(422, "refusal", "bid_head");
    }
    bidder.post(&uploads(), &sealed.head[..sealed.head.len() - 1]).await.refused(422, "refusal", "bid_head");
    bidder
        .post(&uploads(), &[sealed.head.clone(), sealed.content.clone()].concat())
        .await
        .refused(422, "refusal", "bid_head");
    assert_eq!(world.files(), (0, 0), "nothing was changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn content_that_is_not_what_was_signed_is_found_and_begins_anew() {
    let world = World::receiving().await;
    let bidder = world.bidder(0).await;
    let sealed = world.seal(0, 200_000).await;
    let id = begin(&bidder, &sealed).await.upload;
    let (content, half) = (&sealed.content, sealed.content.len() / 2);
    let mut flipped = content.clone();
    flipped[100_000] ^= 1;
    let reordered = [&content[half..], &content[..half]].concat();
    for damaged in [flipped, reordered] {
        let _: UploadState = bidder.patch(&id, 0, &damaged).await.ok();
        let answer = complete(&bidder, &id).await;
        answer.refused(409, "tamper", "content_damaged");
        assert_eq!(answer.header("upload-offset"), Some("0"));
        assert_eq!(world.files(), (1, 0));
    }
    let truncated: UploadState = bidder.patch(&id, 0, &content[..content.len() - 1]).await.ok();
    complete(&bidder, &id).await.refused(409, "request", "incomplete");
    let extended = [&content[content.len() - 1..], b"more"].concat();
    bidder.patch(&id, truncated.offset, &extended).await.refused(400, "request", "overrun");
    assert_eq!(world.files(), (1, 0));
    let mut last = content.clone();
    last.reverse();
    // Begun again from the front: what is stored is not written over.
    bidder.patch(&id, 0, &last).await.refused(409, "request", "wrong_offset");
    let receipt: ReceiptBody = complete(&bidder, &id).await.ok();
    assert_eq!(receipt.bid, sealed.digest.0, "the excess was cut off, and the bid is whole");
}

/// Every bid of the format's vectors is for another tender: none is let in, and each that is damaged in its head is
/// refused for that.
#[tokio::test(flavor = "multi_thread")]
async fn no_vector_of_the_format_gets_in() {
    let world = World::receiving().await;
    let bidder = world.bidder(0).await;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/sealed-bid");
    let mut judged = BTreeMap::new();
    for file in std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
        let text = std::fs::read_to_string(&file).unwrap();
        let Some((fields, body)) = text.split_once("\n\n") else { continue };
        if !fields.starts_with("kind: bid\n") {
            continue;
        }
        let expect = fields.lines().find_map(|line| line.strip_prefix("expect: ")).unwrap().to_owned();
        let Base64Bytes(bid) = serde_json::from_value(body.replace('\n', "").into()).unwrap();
        // As much of it as a head can be, however long it claims to be.
        let length = bid.get(16..20).map_or(0, |four| u32::from_be_bytes(four.try_into().unwrap()));
        let head = &bid[..bid.len().min(length as usize)];
        let answer = bidder.post(&uploads(), if head.is_empty() { &bid } else { head }).await;
        let code = match expect.as_str() {
            "preamble" | "framing" => ["bid_head", "not_sealed"].as_slice(),
            "signed-part" | "signature" | "signer" | "core" | "agreement" => &["bid_head"],
            _ => &["other_lot"],
        };
        let said: Value = answer.json();
        let found = said["code"].as_str().unwrap();
        assert!(code.contains(&found), "{}: {found}, expected {code:?}", file.display());
        answer.refused(answer.status, said["kind"].as_str().unwrap(), found);
        assert!((400..500).contains(&answer.status), "{}", answer.status);
        *judged.entry(expect).or_insert(0) += 1;
    }
    assert!(judged.len() > 8 && judged.values().sum::<u32>() > 60, "{judged:?}");
    assert_eq!(world.files(), (0, 0), "nothing was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_half_sent_at_the_deadline_does_not_count_and_the_earlier_bid_stands() {
    let world = World::receiving().await;
    let session = world.session();
    let bidders = [world.bidder(0).await, world.bidder(1).await, world.bidder(2).await];
    let mut first = Vec::new();
    for (number, bidder) in bidders.iter().enumerate() {
        let sealed = world.seal(number, 10_000).await;
        send(bidder, &sealed).await;
        first.push(sealed);
    }
    let replacement = world.seal_as(0, 300_000, 2, Some(&first[0])).await;
    let id = begin(&bidders[0], &replacement).await.upload;
    let half: UploadState = bidders[0].patch(&id, 0, &replacement.content[..150_000]).await.ok();
    assert_eq!(half.offset, 150_000);
    world.clock.set(deadline());
    bidders[0].patch(&id, 150_000, &replacement.content[150_000..]).await.refused(409, "refusal", "too_late");
    complete(&bidders[0], &id).await.refused(404, "request", "no_upload");
    bidders[0].post(&uploads(), &replacement.head).await.refused(409, "refusal", "too_late");
    assert_eq!(world.files(), (0, 3), "the half takes no space");
    let view: MineView = bidders[0].get(&mine()).await.ok();
    assert_eq!((view.sequence, view.receipt.map(|it| it.bid)), (1, Some(first[0].digest.0)));
    let room = world.app.rooms.get(&session).unwrap();
    let snapshot = room.wait_for(|snapshot| !snapshot.state.roster.is_empty()).await.unwrap();
    let mut bids: Vec<_> = snapshot.state.roster.iter().map(|row| row.row.bid).collect();
    let mut expected: Vec<_> = first.iter().map(|sealed| sealed.digest.0).collect();
    bids.sort();
    expected.sort();
    assert_eq!(bids, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn late_is_late_by_the_rooms_clock() {
    let world = World::receiving().await;
    let bidder = world.bidder(0).await;
    let (early, sealed) = (world.seal(0, 200_000).await, world.seal(1, 100_000).await);
    let second = world.bidder(1).await;
    let id = begin(&bidder, &early).await.upload;
    let _: UploadState = bidder.patch(&id, 0, &early.content).await.ok();
    world.clock.set(deadline().plus_millis(412));
    let said = complete(&bidder, &id).await.refused(409, "refusal", "too_late");
    assert!(said["sentence"]["zh"]["body"].as_str().unwrap().contains("0.412"), "{said}");
    second.post(&uploads(), &sealed.head).await.refused(409, "refusal", "too_late");
    bidder.patch(&id, 0, b"x").await.refused(404, "request", "no_upload");
    assert_eq!(world.files(), (0, 0), "a late bid takes no space");
    let host = world.log_in(&world.people.host).await;
    let info: Value = host.get(&format!("/api/v1/sessions/{SESSION}")).await.ok();
    assert_eq!(info["phase"], "refused", "no bid was received in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_counts_when_it_replaces_what_stands() {
    let world = World::receiving().await;
    let bidder = world.bidder(0).await;
    let first = world.seal(0, 10_000).await;
    send(&bidder, &first).await;
    let stale = world.seal(0, 10_000).await;
    bidder.post(&uploads(), &stale.head).await.refused(409, "refusal", "stale_replacement");
    let second = world.seal_as(0, 20_000, 2, Some(&first)).await;
    let receipt = send(&bidder, &second).await;
    let view: MineView = bidder.get(&mine()).await.ok();
    assert_eq!((view.sequence, view.receipt.as_ref()), (2, Some(&receipt)));
    // The older version again, whole: it does not come back.
    bidder.post(&uploads(), &first.head).await.refused(409, "refusal", "stale_replacement");
    let view: MineView = bidder.get(&mine()).await.ok();
    assert_eq!((view.sequence, view.receipt), (2, Some(receipt)));

    let withdraw = format!("/api/v1/sessions/{SESSION}/withdraw");
    let old = Statement::Withdraw { session: SESSION.into(), bid_digest: first.digest.0 };
    let answer = bidder.post_json(&withdraw, &world.statement(0, &old)).await;
    answer.refused(409, "refusal", "stale_replacement");
    let standing = Statement::Withdraw { session: SESSION.into(), bid_digest: second.digest.0 };
    let _: Accepted = bidder.post_json(&withdraw, &world.statement(0, &standing)).await.ok();
    let view: MineView = bidder.get(&mine()).await.ok();
    assert_eq!((view.sequence, view.receipt), (0, None));
    bidder.post_json(&withdraw, &world.statement(0, &standing)).await.refused(409, "refusal", "no_bid");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bidder_does_not_use_up_the_disk() {
    let world = World::receiving_with("limits.uploads_per_bidder = 2\nlimits.bid_bytes = 2000000").await;
    let bidder = world.bidder(0).await;
    let mut ids = Vec::new();
    for length in [1000, 2000, 3000] {
        ids.push(begin(&bidder, &world.seal(0, length).await).await.upload);
    }
    bidder.get(&format!("/api/v1/uploads/{}", ids[0])).await.refused(404, "request", "no_upload");
    let _: UploadState = bidder.get(&format!("/api/v1/uploads/{}", ids[1])).await.ok();
    assert_eq!(world.files(), (2, 0));
    let long = world.seal(0, 3_000_000).await;
    bidder.post(&uploads(), &long.head).await.refused(413, "refusal", "bid_too_long");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_a_fault_of_the_room_beforehand() {
    let world = World::receiving_with(&format!("limits.disk_reserve_bytes = {}", i64::MAX)).await;
    let bidder = world.bidder(0).await;
    let size = world.app.rooms.get(&world.session()).unwrap().snapshot().size;
    let sealed = world.seal(0, 1000).await;
    let said = bidder.post(&uploads(), &sealed.head).await.refused(507, "fault", "no_space");
    assert!(said["sentence"]["zh"]["body"].as_str().unwrap().contains("原因在中心一侧"), "{said}");
    assert_eq!(world.files(), (0, 0));
    assert_eq!(world.app.rooms.get(&world.session()).unwrap().snapshot().size, size);
}
