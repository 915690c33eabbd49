//! Killed in the middle: after the restart everything that was told is there.

use bidroom_wire::{MineView, ReceiptBody, UploadOpened, UploadState};

use crate::client::Client;
use crate::world::{CODES, People, Process, SESSION, furnish, import, log_in, publication, seal};

async fn send(bidder: &Client, id: &str, from: u64, bytes: &[u8]) -> UploadState {
    bidder.patch(id, from, bytes).await.ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_goes_on_where_it_stood() {
    let (people, folder) = (People::new(), tempfile::tempdir().unwrap());
    let path = folder.path();
    furnish(path, &people, "");
    let uploads = format!("/api/v1/sessions/{SESSION}/uploads");
    let mine = format!("/api/v1/sessions/{SESSION}/mine");

    let server = Process::start(path);
    import(&server.client, &people, path).await;
    let published = publication(&server.client).await;
    let one = seal(&people.bidders[0], CODES[0], 1_000_000, 1, None, &published);
    let two = seal(&people.bidders[1], CODES[1], 400_000, 1, None, &published);
    let first = log_in(&server.client, &people.bidders[0]).await;
    let second = log_in(&server.client, &people.bidders[1]).await;
    let opened: UploadOpened = first.post(&uploads, &one.head).await.ok();
    let id = opened.state.upload;
    assert_eq!(send(&first, &id, 0, &one.content[..600_000]).await.offset, 600_000);
    let other: UploadOpened = second.post(&uploads, &two.head).await.ok();
    send(&second, &other.state.upload, 0, &two.content).await;
    let complete = format!("/api/v1/uploads/{}/complete", other.state.upload);
    let receipt: ReceiptBody = second.post(&complete, b"").await.ok();
    server.kill();

    // What a crash can leave behind: half a head, a stranger's file, a bid that was moved and never recorded.
    let data = path.join("data");
    std::fs::write(data.join("uploads/half.part"), &one.head[..100]).unwrap();
    std::fs::write(data.join("uploads/note.txt"), "x").unwrap();
    let three = seal(&people.bidders[2], CODES[2], 50_000, 1, None, &published);
    let moved = data.join(format!("bids/{}.bid", three.digest));
    std::fs::write(&moved, [three.head.clone(), three.content.clone()].concat()).unwrap();

    let server = Process::start(path);
    let first = log_in(&server.client, &people.bidders[0]).await;
    let opened: UploadOpened = first.post(&uploads, &one.head).await.ok();
    assert_eq!(
        (opened.state.upload.as_str(), opened.state.offset),
        (id.as_str(), 600_000),
        "what was told is there"
    );
    send(&first, &id, 600_000, &one.content[600_000..]).await;
    let _: ReceiptBody = first.post(&format!("/api/v1/uploads/{id}/complete"), b"").await.ok();

    let second = log_in(&server.client, &people.bidders[1]).await;
    let view: MineView = second.get(&mine).await.ok();
    assert_eq!(view.receipt, Some(receipt), "a receipt stays the same for ever");

    let third = log_in(&server.client, &people.bidders[2]).await;
    let opened: UploadOpened = third.post(&uploads, &three.head).await.ok();
    assert_eq!((opened.state.offset, opened.receipt), (three.content.len() as u64, None));
    let _: ReceiptBody =
        third.post(&format!("/api/v1/uploads/{}/complete", opened.state.upload), b"").await.ok();

    let left: Vec<_> =
        std::fs::read_dir(data.join("uploads")).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
    server.kill();
}
