//! `bidroom ceremony`: the officers' ceremony at a terminal, step by step, with soft locks and with locks that are devices;
//! and making the PINs that nobody knows.
//!
//! Owns the words and the order of the steps. What a step means, and every check, is the library's.

mod arguments;
mod held;
mod seal;
mod steps;

pub use arguments::CeremonyCommand;

use bidroom_bidder::client::{Client, ClientOptions};
use bidroom_domain::At;
use bidroom_envelope::suite::pki::Certificate;
use bidroom_unlocking::PublishedRoom;

use self::arguments::{At as Where, CeremonyCommand as Command};
use self::held::Held;

/// Does it. `now` decides about the validity of certificates.
///
/// # Errors
/// What did not happen, what did not change, and what to do.
pub async fn run(command: Command, now: At) -> anyhow::Result<()> {
    match command {
        Command::Status(at) => steps::status(&desk(&at, now).await?).await,
        Command::Probe(at) => steps::probe(&desk(&at, now).await?).await,
        Command::Authorise(at) => steps::authorise(&desk(&at, now).await?).await,
        Command::Replace(replace) => steps::replace(&desk(&replace.at, now).await?, &replace).await,
        Command::ConfirmTime(confirm) => {
            steps::confirm_time(&desk(&confirm.at, now).await?, &confirm, now).await
        }
        Command::SealPin(seal) => seal::run(&seal),
    }
}

/// An officer with a lock before a room.
struct Desk {
    client: Client,
    room: PublishedRoom,
    lock: Held,
}

async fn desk(at: &Where, now: At) -> anyhow::Result<Desk> {
    let trust = at.ca.iter().map(std::fs::read).collect::<Result<_, _>>()?;
    let mut client = Client::new(&ClientOptions { server: at.server.clone(), trust })?;
    let roots = at.agency_root.iter().map(|path| bidroom_custody::trust::read_certificate(path));
    let roots: Vec<Certificate> = roots.collect::<Result<_, _>>()?;
    let publication = match &at.tender {
        Some(path) => std::fs::read(path)?,
        None => {
            say(
                "没有给出 --tender：公布文件由服务器提供，下面的核验以服务器的话为准。",
                "Without --tender the server hands out the publication: what is checked below rests on its word.",
            );
            client.publication(&at.session).await.map_err(told)?
        }
    };
    let room = PublishedRoom::open(&publication, (!roots.is_empty()).then_some(roots.as_slice()), now)?;
    anyhow::ensure!(
        room.session() == at.session,
        "公布文件是场次 {} 的，不是 {} / the publication is of another session",
        room.session(),
        at.session
    );
    let lock = held::take(&at.lock).await?;
    client.log_in(lock.lock(), &room.keys().name).await.map_err(told)?;
    Ok(Desk { client, room, lock })
}

/// Both languages, Chinese first.
fn say(zh: &str, en: &str) {
    println!("{zh}\n  {en}");
}

/// An error of the client as people read it: title, what did not change, what to do.
fn told(error: bidroom_bidder::client::ClientError) -> anyhow::Error {
    match error.sentence() {
        Some(sentence) => anyhow::anyhow!(
            "{}\n{}\n  {}. {}\n详情 / details: {error}",
            sentence.zh.title,
            sentence.zh.body,
            sentence.en.title,
            sentence.en.body
        ),
        None => anyhow::anyhow!(
            "没有办成：{error}。请检查网络和地址后再试，重复不会造成重复办理。\n  Not done: {error}. Check network and address and \
             try again; repeating does no harm."
        ),
    }
}
