//! Custody as a process of its own, in the time of a story.
//!
//! `custody-process FOLDER N` serves the site in FOLDER. With N > 0 it kills itself after it has made its N-th answer to
//! a question that changes or opens something, and before it gives it. With a word instead of N it does so with the first
//! answer for which it has unwrapped a share: `part` of an officer, `consent` of a bidder, `shares` of a bid that opens.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bidroom_custody::config::ProcessConfig;
use bidroom_custody::socket::{Answering, SocketServer, serve};
use bidroom_custody::{Request, open_keeper};
use bidroom_judging::EvidenceKind;
use bidroom_tests::custody::StoryClock;
use bidroom_tests::room::CLOCK;

/// When the process kills itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Death {
    /// With its so-many-th answer; never with none.
    Answer(u64),
    /// With the first batch that it judged by packages of this kind.
    Judging(EvidenceKind),
    /// With the first shares of a bid that is opened.
    Shares,
}

impl Death {
    fn comes_with(self, request: &Request) -> bool {
        match (self, request) {
            (Self::Judging(kind), Request::Judge { evidence, .. }) => {
                evidence.iter().any(|it| it.name.kind == kind)
            }
            (Self::Shares, Request::Shares { .. }) => true,
            _ => false,
        }
    }
}

fn counts(request: &Request) -> bool {
    matches!(
        request,
        Request::Prepare { .. }
            | Request::Redeal { .. }
            | Request::Judge { .. }
            | Request::Sign { .. }
            | Request::Shares { .. }
    )
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, dies_at] = arguments.as_slice() else { anyhow::bail!("FOLDER N") };
    let folder = PathBuf::from(folder);
    let death = match dies_at.as_str() {
        "part" => Death::Judging(EvidenceKind::OfficerPackage),
        "consent" => Death::Judging(EvidenceKind::ConsentPackage),
        "shares" => Death::Shares,
        number => Death::Answer(number.parse()?),
    };
    let config = ProcessConfig::load(&folder.join("custody.toml"))?;
    let socket = SocketServer::bind(&config.socket, config.server_uid)?;
    let keeper = open_keeper(&config, Arc::new(StoryClock(folder.join(CLOCK))))?;
    let answered = AtomicU64::new(0);
    let answering: Answering = Arc::new(move |request| {
        let (counts, last) = (counts(&request), death.comes_with(&request));
        let answer = keeper.answer(request);
        let number = if counts { answered.fetch_add(1, Ordering::SeqCst) + 1 } else { 0 };
        if last && answer.is_ok() || counts && death == Death::Answer(number) {
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        }
        answer
    });
    println!("ready");
    serve(&socket, &answering)?;
    Ok(())
}
