//! The program itself: the helper as a process, and the check for newcomers.

use std::path::Path;
use std::process::Stdio;

use bidroom_bidder::bridge::link::PairLink;
use bidroom_tests::page::Page;
use bidroom_tests::window::Kind;
use bidroom_wire::bridge::{Done, Request};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::world::{PIN, Site};

fn configured(site: &Site) -> std::path::PathBuf {
    let folder = site.folder.path().join("locks.d");
    std::fs::create_dir_all(&folder).unwrap();
    let text =
        format!("interface = \"skf\"\nname = \"drill\"\nlibrary = '{}'\n", site.bench.library().display());
    std::fs::write(folder.join("drill.toml"), text).unwrap();
    folder
}

fn program(site: &Site, task: &str) -> Command {
    let mut command = Command::new(bidroom_tests::built("bidroom-bidder").unwrap());
    command.arg(task).arg("--locks").arg(configured(site)).arg("--pinentry").arg(site.windows.program());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

fn bridge(site: &Site, argument: &[&str]) -> Child {
    let keep = site.folder.path().join("keep");
    program(site, "bridge").arg("--keep").arg(keep).args(argument).spawn().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_helper_is_started_by_hand_or_by_a_link() {
    let site = Site::new().await;
    let mut child = bridge(&site, &["--room", &site.room.url]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let said = lines.next_line().await.unwrap().unwrap();
    let code: String = said.chars().filter(char::is_ascii_digit).collect();
    assert!(code.len() == 8 && said.starts_with("配对码 "), "{said}");
    let shown = site.windows.next().await.unwrap();
    assert!(shown.kind == Kind::Message && shown.text.contains("不监听任何端口"), "{}", shown.text);
    let mut page = Page::new(site.client().bridge_claim(&code).await.unwrap());
    site.agrees(&["是您刚才输入的吗"]).await;
    site.choose(&mut page).await;
    site.answered(&mut page).await;
    page.end().bridge_end().await.unwrap();
    // It waits for the next page, with another code; killed, it is gone.
    let rest = [lines.next_line().await, lines.next_line().await, lines.next_line().await];
    let rest: Vec<String> = rest.into_iter().map(|line| line.unwrap().unwrap()).collect();
    assert!(rest[0].contains("已与网页配对") && rest[1].contains("已忘记"), "{rest:?}");
    assert!(rest[2].starts_with("配对码 ") && !rest[2].contains(&said[10..19]), "{rest:?}");
    child.kill().await.unwrap();

    let (end, invitation) = site.client().bridge_invite().await.unwrap();
    let link = PairLink { room: site.room.url.clone(), token: invitation.link };
    let child = bridge(&site, &[&link.text()]);
    let mut page = Page::new(end);
    // The killed helper's window may still be there; the question is what is waited for.
    loop {
        let Ok(window) = site.windows.next().await else { continue };
        if window.kind == Kind::Question {
            assert!(window.text.contains("与网页上的配对码一样吗"), "{}", window.text);
            window.yes().await.unwrap();
            break;
        }
    }
    assert!(matches!(page.ask(Request::Locks).await.unwrap(), Ok(Done::Locks(_))));
    page.end().bridge_end().await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("PIN 已忘记"), "{said}");
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_of_somebody_else_starts_nothing() {
    let site = Site::new().await;
    for (argument, exit, words) in [
        ("bidroom://run?room=https://a&token=x", 2, "启动链接"),
        ("https://room.example.cn/", 2, "启动链接"),
        ("--room=ftp://room.example.cn", 2, "地址"),
    ] {
        let output = bridge(&site, &[argument]).wait_with_output().await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(exit) && said.contains(words), "{argument}: {said}");
    }
    let spent = PairLink { room: site.room.url.clone(), token: "0a".repeat(32) };
    let output = bridge(&site, &[&spent.text()]).wait_with_output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && said.contains("已用过，或已过期"), "{said}");
    site.room.stop().await.unwrap();
}

async fn check(site: &Site, arguments: &[&str], pin: Option<&str>) -> (i32, Value) {
    let child = program(site, "check").arg("--json").args(arguments).spawn().unwrap();
    let person = async {
        if let Some(pin) = pin {
            let window = site.windows.next().await.unwrap();
            assert!(window.kind == Kind::Pin && window.text.contains("试签名和解密"), "{}", window.text);
            window.pin(pin).await.unwrap();
        }
    };
    let (output, ()) = tokio::join!(child.wait_with_output(), person);
    let output = output.unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!(
            "{error}: {}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    });
    (output.status.code().unwrap(), report)
}

/// How a question was answered.
fn standing<'a>(report: &'a Value, what: &str) -> Option<&'a str> {
    let findings = report["findings"].as_array().unwrap();
    findings.iter().find(|finding| finding["what"] == what).map(|it| it["standing"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newcomer_sees_in_one_screen_what_works_and_what_to_do() {
    let site = Site::new().await;
    let (code, report) = check(&site, &[], Some(PIN)).await;
    for what in ["drivers", "lock", "signing", "decrypting"] {
        assert_eq!(standing(&report, what), Some("good"), "{what}: {report:#}");
    }
    // Whether the story's certificates are valid is this computer's clock's business, and so is the exit code.
    let valid = standing(&report, "validity") == Some("good");
    assert_eq!((code == 0, report["passed"].as_bool()), (valid, Some(valid)));

    let (_, report) = check(&site, &["--no-pin", "--room", &site.room.url], None).await;
    assert_eq!(standing(&report, "signing"), Some("skipped"));
    assert_eq!(standing(&report, "room"), Some("good"), "{report:#}");
    assert_eq!(standing(&report, "clock"), Some("problem"), "the story's clock stands still elsewhere");

    let (code, report) = check(&site, &[], Some("000000")).await;
    assert_eq!((code, standing(&report, "pin")), (1, Some("problem")), "{report:#}");
    assert!(report["findings"].to_string().contains("还可再试 7 次"), "{report:#}");

    let (code, report) = check(&site, &["--no-pin", "--room", "http://127.0.0.1:1"], None).await;
    assert_eq!((code, standing(&report, "room")), (1, Some("problem")));
    let (code, report) = check(&site, &["--no-pin", "--lock", "FFFF0000"], None).await;
    assert_eq!((code, standing(&report, "choice")), (1, Some("problem")));

    site.bench.remove("usb-1");
    let (code, report) = check(&site, &[], None).await;
    assert_eq!((code, standing(&report, "lock")), (1, Some("problem")), "{report:#}");
    site.room.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_driver_the_check_says_what_to_install() {
    let site = Site::new().await;
    let empty = site.folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let run = async |language: &[&str], folder: &Path| {
        let mut command = Command::new(bidroom_tests::built("bidroom-bidder").unwrap());
        let output = command.args(language).arg("check").arg("--locks").arg(folder).output().await.unwrap();
        (output.status.code().unwrap(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, said) = run(&[], &empty).await;
    assert!(
        code == 1 && said.contains("✗ 问题  没有可用的锁驱动") && said.contains("docs/locks.md"),
        "{said}"
    );
    let (code, said) = run(&["--lang", "en"], &empty).await;
    assert!(code == 1 && said.contains("✗ PROBLEM No lock driver works"), "{said}");
    std::fs::write(empty.join("x.toml"), "interface = \"skf\"\nname = \"x\"\nlibrary = '/nowhere.so'\n")
        .unwrap();
    let (code, said) = run(&[], &empty).await;
    assert!(code == 1 && said.contains("驱动没有装载：x"), "{said}");
    site.room.stop().await.unwrap();
}
