//! The server and custody under a service manager: it opens their sockets, they say when they answer and that they live.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a story that cannot go on has failed"
)]

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bidroom::demo::firms::firms;
use bidroom::demo::site::{Site, SiteOptions};
use bidroom::demo::world::World;
use bidroom::random::SystemRandom;
use bidroom_bidder::client::{Client, ClientOptions};
use bidroom_custody::Custodian;
use bidroom_domain::At;

/// How often signs of life are wanted, microseconds.
const WATCHDOG: &str = "400000";
const PATIENCE: Duration = Duration::from_secs(60);

/// A service with one socket of ours, and what it tells us.
struct Service {
    child: Child,
    said: UnixDatagram,
}

impl Service {
    /// Starts `bidroom` with `arguments`; the socket becomes its third descriptor, as a service manager hands it over.
    fn start(folder: &Path, arguments: &[&str], socket: impl Into<OwnedFd>) -> Self {
        let notify = folder.join(format!("notify-{}", arguments[0]));
        let said = UnixDatagram::bind(&notify).unwrap();
        said.set_read_timeout(Some(PATIENCE)).unwrap();
        let program = bidroom_tests::built("bidroom").unwrap();
        // The process that takes the socket must be the one that is meant: its number is known only to itself.
        let child = Command::new("sh")
            .args(["-c", "export LISTEN_PID=$$ WATCHDOG_PID=$$; exec \"$@\" 3<&0 0</dev/null", "sh"])
            .arg(program)
            .args(arguments)
            .env("LISTEN_FDS", "1")
            .env("NOTIFY_SOCKET", &notify)
            .env("WATCHDOG_USEC", WATCHDOG)
            .stdin(Stdio::from(socket.into()))
            .spawn()
            .unwrap();
        Self { child, said }
    }

    /// Waits until it says a line.
    #[track_caller]
    fn says(&self, line: &str) {
        let mut buffer = [0; 4096];
        loop {
            let length =
                self.said.recv(&mut buffer).unwrap_or_else(|error| panic!("never said {line}: {error}"));
            if String::from_utf8_lossy(&buffer[..length]).lines().any(|said| said == line) {
                return;
            }
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A site whose own addresses cannot be taken: whoever opens a socket of its own fails.
fn site(folder: &Path, custody_apart: bool) -> Site {
    let world = World::new(firms(1), At(1_800_000_000_000), &mut SystemRandom).unwrap();
    let nobody = "192.0.2.1:443".parse().unwrap();
    let options = SiteOptions { custody_apart, ..SiteOptions::embedded(nobody, None) };
    Site::write(folder, &world, options).unwrap()
}

#[tokio::test]
async fn the_server_answers_on_the_socket_that_it_was_handed() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(folder.path(), false);
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let config = site.config.display().to_string();
    let service = Service::start(folder.path(), &["serve", "--config", &config], socket);
    service.says("READY=1");
    let trust = vec![std::fs::read(folder.path().join("room/tls.crt")).unwrap()];
    let client = Client::new(&ClientOptions { server: format!("https://{address}"), trust }).unwrap();
    assert_eq!(client.room().await.unwrap().room, "开标一室");
    service.says("WATCHDOG=1");
    service.says("WATCHDOG=1");
}

#[test]
fn custody_answers_on_the_socket_that_it_was_handed_and_questions_wait_while_it_is_started_anew() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path(), true);
    let path = folder.path().join("handed.sock");
    let socket = UnixListener::bind(&path).unwrap();
    let config = folder.path().join("custody.toml").display().to_string();
    let arguments = ["custody", "--config", config.as_str()];
    let service = Service::start(folder.path(), &arguments, socket.try_clone().unwrap());
    service.says("READY=1");
    let custodian = Custodian::at(path);
    let before = custodian.identity().unwrap();
    service.says("WATCHDOG=1");
    drop(service);
    // Nobody answers, but the socket is there: the question waits in it.
    let asked = std::thread::spawn(move || custodian.identity());
    std::fs::remove_file(folder.path().join("notify-custody")).unwrap();
    let again = Service::start(folder.path(), &arguments, socket);
    assert_eq!(asked.join().unwrap().unwrap(), before);
    again.says("READY=1");
}
