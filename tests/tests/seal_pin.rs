//! PINs that nobody knows: `bidroom ceremony seal-pin` with the real `systemd-creds` on blank tokens, and a custody that
//! is handed what was sealed.
//!
//! Without `systemd-creds` (Debian package `systemd`) nothing of this can be tried; then it says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a story that cannot go on has failed"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use bidroom::demo::play::Script;
use bidroom::demo::site::{SiteDevice, SitePin};
use bidroom_tests::room::{StoryRoom, Turned};
use bidroom_tests::softhsm::{SoftHsm, module};

/// Where `systemd-creds` keeps this machine's key, so that the test needs none of the machine's own and leaves none.
const KEY: &str = "SYSTEMD_CREDENTIAL_SECRET";

struct Desk {
    folder: PathBuf,
    hsm: SoftHsm,
}

impl Desk {
    fn sealed(&self) -> PathBuf {
        self.folder.join("sealed")
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let (name, value) = self.hsm.environment();
        let mut command = Command::new(program);
        command.env(name, value).env(KEY, self.folder.join("machine.secret"));
        command
    }

    fn seal_pin(&self, name: &str, label: &str) -> Output {
        let mut command = self.command(bidroom_tests::built("bidroom").unwrap());
        command.args(["ceremony", "seal-pin", "--name", name, "--token", label, "--out"]).arg(self.sealed());
        command.arg("--module").arg(module()).output().unwrap()
    }

    /// Hands a credential over as the service manager does for `LoadCredentialEncrypted=`.
    fn hand_over(&self, name: &str, key: &Path) -> Result<PathBuf, String> {
        let folder = self.folder.join("credentials");
        std::fs::create_dir_all(&folder).unwrap();
        let (from, to) = (self.sealed().join(format!("{name}.cred")), folder.join(name));
        let mut command = self.command("systemd-creds");
        command.env(KEY, key).args(["decrypt", "--name", name]).arg(from).arg(&to);
        let done = command.output().unwrap();
        if done.status.success() { Ok(to) } else { Err(text(&done)) }
    }
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Whether `systemd-creds` seals here; otherwise why not.
fn seals(folder: &Path) -> Result<(), String> {
    let (plain, sealed) = (folder.join("plain"), folder.join("trial.cred"));
    std::fs::write(&plain, "trial").unwrap();
    let mut command = Command::new("systemd-creds");
    command.env(KEY, folder.join("machine.secret")).args(["encrypt", "--name=trial"]).arg(plain).arg(sealed);
    match command.output() {
        Ok(done) if done.status.success() => Ok(()),
        Ok(done) => Err(text(&done)),
        Err(error) => Err(error.to_string()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn custody_opens_tokens_with_pins_that_nobody_has_seen() {
    let folder = tempfile::tempdir().unwrap();
    if let Err(why) = seals(folder.path()) {
        // Past the test runner, which keeps what passing tests print to itself.
        let _ = writeln!(
            std::io::stderr(),
            "NOT RUN: custody_opens_tokens_with_pins_that_nobody_has_seen: systemd-creds (Debian package systemd) does \
             not seal here: {why}"
        );
        return;
    }
    let hsm = SoftHsm::blank(&folder.path().join("hsm")).unwrap();
    let desk = Desk { folder: folder.path().to_owned(), hsm };
    for (name, label) in [("main.pin", "bidroom-main"), ("standby.pin", "bidroom-standby")] {
        let done = desk.seal_pin(name, label);
        let said = text(&done);
        assert!(done.status.success() && said.contains("没有显示给任何人"), "{said}");
        assert!(said.contains(&format!("LoadCredentialEncrypted={name}:")), "{said}");
        assert!(said.contains(&format!("pin_credential = \"{name}\"")), "{said}");
        let pin =
            std::fs::read_to_string(desk.hand_over(name, &folder.path().join("machine.secret")).unwrap());
        let pin = pin.unwrap();
        assert!(pin.len() == 24 && !said.contains(&pin), "the PIN was told");
        let sealed = std::fs::read(desk.sealed().join(format!("{name}.cred"))).unwrap();
        assert!(!sealed.windows(pin.len()).any(|part| part == pin.as_bytes()), "the PIN is in the clear");
    }
    // What was sealed is never replaced, and another machine has no use for it.
    let again = desk.seal_pin("main.pin", "bidroom-main");
    assert!(!again.status.success() && text(&again).contains("已存在"), "{}", text(&again));
    desk.hand_over("main.pin", &folder.path().join("another.secret")).unwrap_err();
    let pin = desk.hand_over("main.pin", &folder.path().join("machine.secret")).unwrap();

    let device = |label: &str, name: &str| SiteDevice::Pkcs11 {
        module: module(),
        label: label.to_owned(),
        pin: SitePin::Credential(name.to_owned()),
    };
    let devices = vec![device("bidroom-main", "main.pin"), device("bidroom-standby", "standby.pin")];
    let credentials = ("CREDENTIALS_DIRECTORY".to_owned(), pin.parent().unwrap().to_owned());
    let environment = vec![desk.hsm.environment(), credentials];
    let site = folder.path().join("site");
    std::fs::create_dir(&site).unwrap();
    let (room, _custody) = StoryRoom::apart(&site, 3, devices, environment).await.unwrap();
    let pace = Turned(room.clock.clone());
    let play = room.play(&pace, Script::default(), Arc::new(|_: &str| {})).unwrap();
    play.whole().await.unwrap();
    let state = room.state().unwrap();
    assert_eq!((state.devices.len(), state.roster.iter().filter(|row| row.is_opened()).count()), (2, 3));
    room.sound().unwrap();
    room.stop().await.unwrap();
}
