//! The list of experts: sealed by the agency, taken in before the deadline, read by nobody, opened by custody when the committee
//! assembles.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::path::Path;
use std::sync::Arc;

use bidroom::demo::play::Script;
use bidroom::demo::world::TenderPlan;
use bidroom::tender_cli::{self, TenderCommand};
use bidroom_canon::{Base64Bytes, Sm3Digest, to_canonical};
use bidroom_custody::Problem;
use bidroom_domain::StaffRole;
use bidroom_domain::evaluation::{Command, Stage};
use bidroom_envelope::committee::{ListScope, seal_list, seal_list_secret};
use bidroom_tender::{MOST_SEALED_LIST, SealedList};
use bidroom_tests::ask::code;
use bidroom_tests::committee::{Committee, list, plan};
use bidroom_tests::room::{MORNING, StoryRoom, Turned};

const PLAIN: Script = Script { replaces: None, wrong_lock: None, objects: None, absent: None, leaves: None };

fn bytes(sealed: &SealedList) -> Vec<u8> {
    to_canonical(sealed).unwrap()
}

/// Files that are not the one that is wanted, each with the code by which it is refused.
fn wrong_files(good: &SealedList, committee: &Committee<'_>) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let but = |change: &dyn Fn(&mut SealedList)| {
        let mut changed = good.clone();
        change(&mut changed);
        bytes(&changed)
    };
    let flipped = |bytes: &mut Base64Bytes, place: usize| bytes.0[place] ^= 1;
    // Everything about it is right but that the list inside is another one.
    let inside = {
        let (secret, other) = ([5; 32], Sm3Digest::of(b"another list"));
        let mut swapped = good.clone();
        swapped.list = other;
        let scope =
            ListScope { session: good.session.as_str(), publication: &good.publication, list: &other };
        let recipients = committee.published.publication().value().opening_certificates().unwrap();
        let package = |recipient| Base64Bytes(seal_list_secret(&secret, &scope, recipient).unwrap());
        swapped.packages = recipients.iter().map(package).collect();
        let text = to_canonical(&list()).unwrap();
        swapped.ciphertext = Base64Bytes(seal_list(&secret, &scope, &text).unwrap());
        bytes(&swapped)
    };
    let mut even = list();
    even.members.pop();
    let mut with_blank = bytes(good);
    with_blank.push(b' ');
    let cut = bytes(good)[..2000].to_vec();
    vec![
        ("another session", "list_other_session", but(&|it| it.session = "YZ-OTHER-1".parse().unwrap())),
        ("another room", "list_other_room", but(&|it| it.publication = Sm3Digest::of(b"another room"))),
        ("content changed", "list_damaged", but(&|it| flipped(&mut it.ciphertext, 9))),
        ("content cut", "list_damaged", but(&|it| it.ciphertext.0.truncate(500))),
        ("package changed", "list_damaged", but(&|it| flipped(&mut it.packages[0], 200))),
        ("package of the standby changed", "list_damaged", but(&|it| flipped(&mut it.packages[1], 200))),
        ("packages exchanged", "list_damaged", but(&|it| it.packages.reverse())),
        ("package missing", "list_damaged", but(&|it| drop(it.packages.pop()))),
        ("commitment changed", "list_damaged", but(&|it| it.list = Sm3Digest::of(b"another list"))),
        ("another list inside", "list_other_list", inside),
        ("four members", "list_unusable", committee.sealed_list(&even).unwrap()),
        ("a list in the clear", "list_form", to_canonical(&list()).unwrap()),
        ("a blank behind it", "list_form", with_blank),
        ("cut", "list_form", cut),
        ("nothing", "list_form", Vec::new()),
        ("too large", "list_too_long", vec![b'x'; MOST_SEALED_LIST + 1]),
    ]
}

/// Whether any file below a folder holds a text.
fn holds(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, text);
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

/// The agency seals a list with its command.
fn seal(folder: &Path, publication: &[u8], list: &serde_json::Value) -> anyhow::Result<Vec<u8>> {
    let file = |name: &str| folder.join(name);
    std::fs::write(file("lot.publication"), publication)?;
    std::fs::write(file("list.json"), serde_json::to_vec(list)?)?;
    let command = TenderCommand::SealCommittee {
        publication: file("lot.publication"),
        agency_roots: Some(folder.join("room/agency-roots")),
        list: file("list.json"),
        out: file("list.sealed"),
    };
    tender_cli::run(command, MORNING)?;
    let sealed = std::fs::read(file("list.sealed"))?;
    // The list itself does not stay where the room's files are.
    std::fs::remove_file(file("list.json"))?;
    Ok(sealed)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reads_the_list_before_the_committee_assembles() {
    let folder = tempfile::tempdir().unwrap();
    let room = StoryRoom::new(folder.path(), 3).await.unwrap();
    room.write_package(&TenderPlan { evaluation: Some(Box::new(plan())), ..StoryRoom::plan() }).unwrap();
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, PLAIN, Arc::new(|_: &str| {})).unwrap();
    let published = room.imported(&play).await.unwrap();
    let session = published.session();
    let committee = Committee::of(&room).await.unwrap();

    // The command says what is wrong with a list while it can be put right, and seals one that is right.
    let publication = published.publication().der();
    let mut written = serde_json::to_value(list()).unwrap();
    let members = written["members"].as_array_mut().unwrap();
    let last = members.pop().unwrap();
    let no = seal(folder.path(), publication, &written).unwrap_err().to_string();
    assert!(no.contains("没有密封") && no.contains("至少需要 5 人") && no.contains("not sealed"), "{no}");
    written["members"].as_array_mut().unwrap().push(last);
    written.as_object_mut().unwrap().remove("salt");
    let file = seal(folder.path(), publication, &written).unwrap();
    let sealed = SealedList::parse(&file).unwrap();
    assert_ne!(sealed.list, list().digest().unwrap(), "its salt was drawn");

    // What is not the file is refused by name, and changes nothing.
    let before = room.state().unwrap();
    let good = SealedList::parse(&committee.sealed_list(&list()).unwrap()).unwrap();
    for (what, expected, bytes) in wrong_files(&good, &committee) {
        let answer = committee.host.import_list(&published, bytes).await;
        assert_eq!(code(answer), expected, "{what}");
    }
    for (role, client) in [
        ("bidder", room.logged_in(&room.world.bidders[0].main).await.unwrap()),
        ("supervisor", room.logged_in(Committee::lock(&room, StaffRole::Supervisor).unwrap()).await.unwrap()),
    ] {
        assert_eq!(code(client.import_list(&published, file.clone()).await), "not_your_role", "{role}");
        assert_eq!(code(client.open_list(&published).await), "not_your_role", "{role}");
    }
    assert_eq!(code(committee.host.open_list(&published).await), "evaluation_no_list");
    assert_eq!(room.state().unwrap(), before);

    committee.host.import_list(&published, file.clone()).await.unwrap();
    let again = committee.host.import_list(&published, bytes(&good)).await;
    assert_eq!(code(again), "evaluation_list_imported");

    // Until the committee assembles neither the host nor whoever has taken over the server gets it.
    let custodian = room.app.signer.custodian().clone();
    let not_yet = async |when: &str| {
        assert_eq!(code(committee.host.open_list(&published).await), "list_too_early", "{when}");
        let taken_over = custodian.open_list(&session, file.clone());
        assert!(matches!(taken_over, Err(Problem::Objection { .. })), "{when}: {taken_over:?}");
        assert!(custodian.check_list(&session, file.clone()).unwrap().is_ok(), "{when}");
    };
    not_yet("before the deadline").await;
    play.whole().await.unwrap();
    not_yet("after the opening").await;
    committee.commands(Command::Start).await.unwrap();
    not_yet("while the purchaser reviews").await;
    assert!(!holds(folder.path(), "省设计院"), "no file of the room tells who they are");
    committee.review_qualification().await.unwrap();
    assert_eq!(committee.state().unwrap().stage, Stage::Assembly);
    // Nor then another list than the one that the log names.
    let other = custodian.open_list(&session, bytes(&good));
    assert!(matches!(other, Err(Problem::Objection { .. })), "{other:?}");

    committee.host.open_list(&published).await.unwrap();
    let opened = committee.state().unwrap().committee.unwrap();
    assert_eq!((opened.list, opened.members.len()), (sealed.list, 5));
    assert_eq!(code(committee.host.open_list(&published).await), "evaluation_already_done");
    let once = custodian.open_list(&session, file);
    assert!(matches!(once, Err(Problem::Objection { .. })), "{once:?}");
    room.sound().unwrap();
    room.stop().await.unwrap();
}
