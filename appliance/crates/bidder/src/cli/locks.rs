//! Whether the lock still opens the bid, and what to do when it does not.

use bidroom_bidder::client::ClientError;
use bidroom_domain::At;
use bidroom_lock::Lock as _;
use bidroom_unlocking::Rewrap;
use bidroom_wire::{MineView, OwnLock};

use super::args;
use super::fault::CliError;
use super::inputs;
use super::room::{Desk, beside_packages, desk_at, done, keep_receipt};
use super::say::Say;

/// Has the lock answer a challenge of the room.
pub async fn probe(at: &args::At, say: Say) -> Result<(), CliError> {
    let desk = desk_at(at, say).await?;
    let said = desk.client.probe(&desk.room, &desk.lock).await?;
    let tail = desk.lock.identity().encryption_certificate().tail();
    done(
        &format!("验锁通过：尾号 {tail} 的锁仍能解密已递交的投标文件"),
        &format!("The lock …{tail} still opens your bid: probed"),
        &said,
        say,
    );
    desk.leave().await;
    Ok(())
}

/// The same right after a bid was received: whatever is wrong is told, and the bid stands all the same.
pub async fn probe_after_send(desk: &Desk, say: Say) {
    match desk.client.probe(&desk.room, &desk.lock).await {
        Ok(_) => say.out(
            "验锁通过：这把锁能解密刚递交的投标文件。",
            "The lock was probed: it opens the bid that was just sent.",
        ),
        Err(ClientError::Api { error, .. }) => say.notice(
            &format!("投标已收到，但验锁没有通过。{}。{}", error.sentence.zh.title, error.sentence.zh.body),
            &format!(
                "The bid was received, but the lock was not probed. {}. {}",
                error.sentence.en.title, error.sentence.en.body
            ),
        ),
        Err(error) => say.notice(
            &format!("投标已收到，但验锁没有完成（{error}）。请稍后运行 probe。"),
            &format!("The bid was received, but the lock was not probed ({error}). Run probe later."),
        ),
    }
}

/// Adds or removes locks that open the bid, without sealing it again.
pub async fn rewrap(args: &args::RewrapArgs, say: Say) -> Result<(), CliError> {
    let add =
        args.lock_cert.iter().map(|path| inputs::lock_certificate(path)).collect::<Result<Vec<_>, _>>()?;
    let desk = desk_at(&args.at, say).await?;
    let own = args.receipt.as_ref().map(|path| inputs::receipt(path, &desk.room)).transpose()?;
    let mine = desk.client.mine(&desk.room).await?;
    let remove = args.remove.iter().map(|tail| named(&mine, tail)).collect::<Result<Vec<_>, _>>()?;
    let change =
        Rewrap { add: &add, remove: &remove, own: own.map(|receipt| receipt.bid_digest), at: inputs::now() };
    let receipt = desk.client.rewrap(&desk.room, &desk.lock, &change).await?;
    let mine = desk.client.mine(&desk.room).await?;
    let time = format!("{} {}", receipt.at.date_text(), receipt.at.clock_text());
    let locks = mine.sealed_to.join("、");
    say.out(
        &format!(
            "密钥包已更换（第 {} 版），投标文件没有改变。回执编号 {}，{time}，签章已核验。\n现在可解密的锁：{locks}",
            mine.packages_version, receipt.code
        ),
        &format!(
            "Key packages replaced (version {}); the bid is the same. Receipt {}, {time}, signature checked.\nLocks that can \
             unlock: {locks}",
            mine.packages_version, receipt.code
        ),
    );
    say.notice(
        "请插入新锁运行 probe，确认它能解密。",
        "Run probe with the new lock, to see that it opens the bid.",
    );
    if let Some(path) = &args.receipt {
        let path = beside_packages(path, mine.packages_version);
        keep_receipt(&path, &receipt.receipt.0, &receipt.code)?;
        say.out(&format!("新回执：{}", path.display()), &format!("New receipt: {}", path.display()));
    }
    desk.leave().await;
    Ok(())
}

/// The lock with these last four digits among those the bid is sealed to.
fn named(mine: &MineView, tail: &str) -> Result<bidroom_canon::Sm3Digest, CliError> {
    let mut locks = mine.locks.iter().filter(|lock| lock.tail.eq_ignore_ascii_case(tail));
    match (locks.next(), locks.next()) {
        (Some(lock), None) => Ok(lock.recipient),
        _ => Err(CliError::NoSuchLock { tail: tail.to_owned(), sealed_to: mine.sealed_to.clone() }),
    }
}

/// What is known of each lock that the bid is sealed to, and of the one in hand.
pub fn show(mine: &MineView, desk: &Desk, now: At, say: Say) {
    let due = mine.probe_due.iter().copied().filter(|due| *due <= now).max();
    for lock in &mine.locks {
        let (zh, en) = standing(lock, due);
        say.out(&format!("  锁 {}：{zh}", lock.tail), &format!("  lock …{}: {en}", lock.tail));
    }
    let certificate = desk.lock.identity().encryption_certificate();
    if !mine.locks.is_empty() && !mine.locks.iter().any(|lock| lock.recipient == certificate.digest()) {
        let (tail, sealed_to) = (certificate.tail(), mine.sealed_to.join("、"));
        say.notice(
            &format!(
                "手上这把锁（尾号 {tail}）打不开已递交的投标文件：它封给了 {sealed_to}。锁已换发的，截止前用旧锁运行 rewrap --lock-cert 加上新锁；没有旧锁的，请重新封标替换。"
            ),
            &format!(
                "The lock in hand (…{tail}) does not open your bid, which is sealed to …{sealed_to}. If it was renewed: before \
                 the deadline run rewrap with an old lock and add the new one by --lock-cert; without an old lock seal again \
                 and replace the bid."
            ),
        );
    }
}

fn standing(lock: &OwnLock, due: Option<At>) -> (String, String) {
    match lock.probed {
        None => ("还没有验过，请运行 probe".to_owned(), "not probed yet: run probe".to_owned()),
        Some(at) if due.is_some_and(|due| at < due) => (
            format!("{} {} 验过，现在应再验一次：请运行 probe", at.date_text(), at.clock_text()),
            format!("probed on {} at {}; it is time again: run probe", at.date_text(), at.clock_text()),
        ),
        Some(at) => (
            format!("仍能解密这份投标文件（{} {} 验过）", at.date_text(), at.clock_text()),
            format!("still opens this bid (probed on {} at {})", at.date_text(), at.clock_text()),
        ),
    }
}
