//! Everything that is done with a room.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bidroom_bidder::bidfile::BidFile;
use bidroom_bidder::client::{Client, Follower, RetryPolicy};
use bidroom_bidder::files::{FileError, read_bounded, write_new};
use bidroom_bidder::kept::{kept_share, read_kept};
use bidroom_bidder::progress::Progress;
use bidroom_domain::{CreditCode, Fen, SessionId};
use bidroom_envelope::bid::schedule::ScheduleValue;
use bidroom_lock::{Lock as _, SoftLock};
use bidroom_unlocking::PublishedRoom;
use bidroom_wire::promise::Acknowledgement;

use super::args;
use super::bar::Bar;
use super::fault::CliError;
use super::inputs;
use super::locks;
use super::say::Say;

/// A logged-in holder of a lock before a room.
pub struct Desk {
    pub client: Client,
    pub room: PublishedRoom,
    pub lock: SoftLock,
}

async fn desk(
    server: &args::Server,
    anchor: &args::Anchor,
    lock: &args::LockArgs,
    session: &SessionId,
    say: Say,
) -> Result<Desk, CliError> {
    let lock = inputs::lock(lock)?;
    let mut client = inputs::client(server)?;
    let room = if let Some(path) = &anchor.tender {
        inputs::publication(path, &anchor.agency_root)?
    } else {
        say.notice(
            "没有给出 --tender，公布文件由服务器提供：下面的核验以服务器的话为准。加上封标时用的公布文件才是独立核验。",
            "Without --tender the server hands out the publication: what is checked below rests on its word. Give the \
             publication that the bid was sealed with for an independent check.",
        );
        inputs::published(&client.publication(session).await?, &anchor.agency_root)?
    };
    if room.session() != *session {
        return Err(CliError::OtherSession { publication: room.session(), asked: session.clone() });
    }
    client.log_in(&lock, &room.keys().name).await?;
    Ok(Desk { client, room, lock })
}

pub async fn desk_at(at: &args::At, say: Say) -> Result<Desk, CliError> {
    desk(&at.server, &at.anchor, &at.lock, &at.session, say).await
}

impl Desk {
    /// Ends the login. What was done is done, whether or not this succeeds.
    pub async fn leave(mut self) {
        drop(self.client.log_out().await);
    }
}

pub fn done(zh: &str, en: &str, said: &Acknowledgement, say: Say) {
    let time = format!("{} {}", said.at.date_text(), said.at.clock_text());
    let entry = said.entry.map(|entry| entry.to_string());
    let entry_zh = entry.as_ref().map(|entry| format!("，账本第 {entry} 条")).unwrap_or_default();
    let entry_en = entry.map(|entry| format!(", entry {entry} of the log")).unwrap_or_default();
    say.out(
        &format!("{zh}。开标室时间 {time}{entry_zh}，签章已核验。"),
        &format!("{en} at {time} of the room's clock{entry_en}; signature checked."),
    );
}

pub async fn fetch(args: &args::Fetch, say: Say) -> Result<(), CliError> {
    let client = inputs::client(&args.server)?;
    let der = client.publication(&args.session).await?;
    let room = inputs::published(&der, &args.agency_root)?;
    if room.session() != args.session {
        return Err(CliError::OtherSession { publication: room.session(), asked: args.session.clone() });
    }
    write_new(&args.out, &der, false)?;
    let digest = room.publication().digest();
    let (file, title) = (args.out.display(), &room.facts().title);
    say.out(
        &format!(
            "已取得公布文件：{file}\n项目：{title}\n摘要 SM3：{digest}。请与招标代理机构公布的摘要核对。"
        ),
        &format!(
            "Fetched: {file}\nTender: {title}\nSM3: {digest}. Compare it with what the agency announced."
        ),
    );
    Ok(())
}

pub async fn send(args: &args::Send, say: Say) -> Result<(), CliError> {
    let bid = Arc::new(BidFile::open(&args.file)?);
    let session = session_of(&bid);
    let bar: Arc<dyn Progress> = Arc::new(Bar::new(say));
    bid.check_content(&*bar)?;
    let desk = desk(&args.server, &args.anchor, &args.lock, &session, say).await?;
    bid.check_for(&desk.room)?;
    let receipt = desk.client.upload(&desk.room, &bid, RetryPolicy::default(), &bar).await?;
    let time = format!("{} {}", receipt.at.date_text(), receipt.at.clock_text());
    say.out(
        &format!("已收到。回执编号 {}，开标室时间 {time}，签章已核验。\n摘要：{}", receipt.code, receipt.bid),
        &format!(
            "Received. Receipt {}, {time} of the room's clock, signature checked.\nDigest: {}",
            receipt.code, receipt.bid
        ),
    );
    let path = args.receipt.clone().unwrap_or_else(|| beside(&args.file));
    keep_receipt(&path, &receipt.receipt.0, &receipt.code)?;
    say.out(&format!("回执：{}", path.display()), &format!("Receipt: {}", path.display()));
    locks::probe_after_send(&desk, say).await;
    desk.leave().await;
    Ok(())
}

fn session_of(bid: &BidFile) -> SessionId {
    let submission = bid.header().submission().value();
    SessionId::of(&submission.tender, submission.lot)
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".receipt");
    name.into()
}

/// Where the receipt of key packages is kept: beside the bid's, with their version.
pub fn beside_packages(receipt: &Path, version: u32) -> PathBuf {
    let mut name = receipt.as_os_str().to_owned();
    name.push(format!(".{version}"));
    name.into()
}

/// Writes the receipt; one that is there already is the same or stays.
pub fn keep_receipt(path: &Path, der: &[u8], code: &str) -> Result<(), CliError> {
    match write_new(path, der, false) {
        Err(FileError::Exists(_)) if read_bounded(path, 64 << 10).is_ok_and(|there| there == der) => Ok(()),
        Err(source) => Err(CliError::ReceiptNotKept { code: code.to_owned(), source }),
        Ok(()) => Ok(()),
    }
}

pub async fn status(at: &args::At, say: Say) -> Result<(), CliError> {
    let desk = desk_at(at, say).await?;
    let mine = desk.client.mine(&desk.room).await?;
    match &mine.receipt {
        Some(receipt) => {
            let time = format!("{} {}", receipt.at.date_text(), receipt.at.clock_text());
            let locks = mine.sealed_to.join("、");
            say.out(
                &format!(
                    "已收到投标：回执编号 {}，{time}，序号 {}，可解密的锁 {locks}\n摘要：{}",
                    receipt.code, mine.sequence, receipt.bid
                ),
                &format!(
                    "Bid received: receipt {}, {time}, sequence {}, locks {locks}\nDigest: {}",
                    receipt.code, mine.sequence, receipt.bid
                ),
            );
        }
        None => say.out("没有有效的投标。", "No bid stands."),
    }
    locks::show(&mine, &desk, inputs::now(), say);
    if let Some(upload) = &mine.upload {
        let (offset, length) = (upload.offset, upload.length);
        say.out(
            &format!("未完成的递交：{offset}/{length} 字节；再次运行 send 即从断点继续。"),
            &format!("Unfinished: {offset}/{length} bytes; run send again to go on."),
        );
    }
    match mine.signed_in {
        Some(at) => {
            say.out(&format!("已签到：{}", at.clock_text()), &format!("Signed in at {}", at.clock_text()))
        }
        None => say.out("未签到。", "Not signed in."),
    }
    desk.leave().await;
    Ok(())
}

pub async fn sign_in(at: &args::At, say: Say) -> Result<(), CliError> {
    let desk = desk_at(at, say).await?;
    let said = desk.client.sign_in(&desk.room, &desk.lock).await?;
    done("已签到", "Signed in", &said, say);
    desk.leave().await;
    Ok(())
}

pub async fn unlock(args: &args::Unlock, say: Say) -> Result<(), CliError> {
    let desk = desk_at(&args.at, say).await?;
    let own = args.receipt.as_ref().map(|path| inputs::receipt(path, &desk.room)).transpose()?;
    let said = desk.client.unlock(&desk.room, &desk.lock, own.map(|receipt| receipt.bid_digest)).await?;
    done(
        "解密份额已收下，窗口结束时与其他投标同时开启",
        "The lock share was taken; all bids are opened together",
        &said,
        say,
    );
    desk.leave().await;
    Ok(())
}

pub async fn remedy(args: &args::Remedy, say: Say) -> Result<(), CliError> {
    let kept = read_kept(&args.keep)?;
    let share = kept_share(&kept, &args.keep)?;
    let desk = desk_at(&args.at, say).await?;
    let said = desk.client.remedy(&desk.room, &desk.lock, share).await?;
    done(
        "留存的解密份额已收下，与封标时的承诺一致；窗口结束时与其他投标同时开启",
        "The kept share was taken and fits what was sealed; all bids are opened together",
        &said,
        say,
    );
    desk.leave().await;
    Ok(())
}

pub async fn withdraw(at: &args::At, say: Say) -> Result<(), CliError> {
    let desk = desk_at(at, say).await?;
    let receipt = desk.client.mine(&desk.room).await?.receipt.ok_or(CliError::NothingToWithdraw)?;
    let said = desk.client.withdraw(&desk.room, &desk.lock, receipt.bid).await?;
    done("投标已撤回", "The bid was withdrawn", &said, say);
    desk.leave().await;
    Ok(())
}

pub async fn confirm(args: &args::Confirm, say: Say) -> Result<(), CliError> {
    let bid = args.bid.as_ref().map(|path| BidFile::read_head(path)).transpose()?;
    let desk = desk_at(&args.at, say).await?;
    let log = checked_log(&desk, say).await?;
    let record = log.record()?;
    show_own_row(&desk, &log, bid.as_ref(), say)?;
    let said = desk.client.confirm(&desk.room, &desk.lock, record).await?;
    say.out(&format!("记录摘要：{record}"), &format!("Record: {record}"));
    done("已确认开标记录", "The opening record was confirmed", &said, say);
    desk.leave().await;
    Ok(())
}

pub async fn object(args: &args::Object, say: Say) -> Result<(), CliError> {
    let desk = desk_at(&args.at, say).await?;
    let log = checked_log(&desk, say).await?;
    // Whoever objects may do so because something does not add up: the record is named as the room says it.
    let record = match log.record() {
        Ok(record) => record,
        Err(bidroom_bidder::client::FollowError::Table { said, .. }) => said,
        Err(error) => return Err(error.into()),
    };
    let said = desk.client.object(&desk.room, &desk.lock, record, &args.text).await?;
    done("异议已提出，等待答复", "The objection was raised", &said, say);
    desk.leave().await;
    Ok(())
}

pub async fn checked_log(desk: &Desk, say: Say) -> Result<Follower, CliError> {
    let mut log = Follower::new(&desk.room);
    desk.client.catch_up(&mut log).await?;
    let size = log.size();
    say.out(
        &format!("账本 {size} 条，已逐条核验：根、双签名、公布文件。"),
        &format!("{size} entries of the log checked: roots, both signatures, publication."),
    );
    Ok(log)
}

fn show_own_row(desk: &Desk, log: &Follower, bid: Option<&BidFile>, say: Say) -> Result<(), CliError> {
    let code = desk.lock.identity().credit_code().and_then(|code| code.parse::<CreditCode>().ok());
    let Some(code) = code else { return Ok(()) };
    let core = bid.and_then(|bid| bid.header().envelope(desk.room.envelope()));
    let Some(row) = log.row_of(&code, core.map(|envelope| &envelope.core.schedule))? else {
        say.notice("公布的一览表里没有本单位的一行。", "The published table has no row of yours.");
        return Ok(());
    };
    for column in &desk.room.facts().columns {
        let value = match row.schedule.value(&column.key) {
            Some(ScheduleValue::Fen(fen)) => {
                Fen::try_from(*fen).map_or_else(|_| fen.to_string(), |fen| fen.figures())
            }
            Some(ScheduleValue::Text(text)) => text.clone(),
            None => String::new(),
        };
        say.line(&format!("  {}: {value}", say.pick(&column.zh, &column.en)));
    }
    if core.is_some() {
        say.out("公布的一行与封存的承诺一致。", "The published row is what was sealed in your file.");
    } else {
        say.out(
            "公布的一行与其承诺一致；加 --bid 可与本地封存文件核对。",
            "The published row fits its commitment; give --bid to compare it with your sealed file.",
        );
    }
    Ok(())
}
