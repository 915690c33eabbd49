//! The steps, each told before and after.

use std::io::{BufRead as _, Write as _};

use anyhow::bail;
use bidroom_bidder::client::Follower;
use bidroom_custody::trust::read_certificate;
use bidroom_domain::At;
use bidroom_domain::opening::Phase;
use bidroom_unlocking::Successor;
use bidroom_wire::promise::Acknowledgement;
use bidroom_wire::text::{phase_en, phase_zh};
use bidroom_wire::{CeremonyView, MOST_APART_MILLIS};

use super::arguments::{ConfirmTime, Replace};
use super::{Desk, say, told};

fn done(zh: &str, en: &str, said: &Acknowledgement) {
    let time = format!("{} {}", said.at.date_text(), said.at.clock_text());
    say(
        &format!("{zh}。开标室时间 {time}，签章已核验。"),
        &format!("{en} at {time} of the room's clock; signature checked."),
    );
}

/// Asks once more; anything but a clear yes is no.
fn ask(zh: &str, en: &str, yes: bool) -> anyhow::Result<()> {
    if yes {
        return Ok(());
    }
    say(zh, en);
    print!("输入 yes 继续 / type yes to go on: ");
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    if line.trim() == "yes" {
        Ok(())
    } else {
        bail!("没有继续，什么都没有改变 / not done, nothing has changed")
    }
}

fn names(view: &CeremonyView, indexes: &[u8]) -> String {
    let name = |index: &u8| {
        let officer = view.officers.iter().find(|officer| officer.index == *index);
        officer.map_or_else(|| index.to_string(), |officer| format!("{index} {}", officer.name))
    };
    if indexes.is_empty() {
        "—".to_owned()
    } else {
        indexes.iter().map(name).collect::<Vec<_>>().join("、")
    }
}

/// Where the ceremony stands.
pub(super) async fn status(desk: &Desk) -> anyhow::Result<()> {
    let view = desk.client.ceremony(&desk.room.session()).await.map_err(told)?;
    say(
        &format!(
            "场次 {}　阶段：{}　本室时间 {} {}　需要 {} / {} 位授权人　第 {} 次分发",
            view.session,
            phase_zh(view.phase),
            view.now.date_text(),
            view.now.clock_text(),
            view.threshold,
            view.officers.len(),
            view.dealing
        ),
        &format!(
            "Session {}, {}; {} of {} officers are needed; dealing {}",
            view.session,
            phase_en(view.phase),
            view.threshold,
            view.officers.len(),
            view.dealing
        ),
    );
    for officer in &view.officers {
        let probed = match &officer.probed {
            Some((at, tail)) => format!("{} {} 验锁通过（尾号 {tail}）", at.date_text(), at.clock_text()),
            None => "未验锁 / not probed".to_owned(),
        };
        let missing = if officer.probe_missing { "　【应验未验 / probe missing】" } else { "" };
        let authorised = officer.authorised.map(|at| format!("　{} 已授权 / authorised", at.clock_text()));
        println!(
            "  {} {}（{}）　{probed}{missing}{}",
            officer.index,
            officer.name,
            officer.role.zh(),
            authorised.unwrap_or_default()
        );
    }
    if view.officers.iter().any(|officer| officer.probe_missing) {
        say(
            &format!(
                "验锁应在 {} {} 之后完成（{}）。请未验的授权人运行 bidroom ceremony probe。",
                view.probe_due.date_text(),
                view.probe_due.clock_text(),
                view.probe_clause
            ),
            "Locks are to be probed by now: officers marked missing run bidroom ceremony probe.",
        );
    }
    if let Some(replacement) = &view.replacement {
        let officers: Vec<&str> = replacement.officers.iter().map(|officer| officer.name.as_str()).collect();
        say(
            &format!(
                "更换授权人进行中：更换后为 {}；已同意 {}，需要 {} 位。",
                officers.join("、"),
                names(&view, &replacement.agreed),
                view.threshold
            ),
            "A replacement is under way: more officers have to agree to the same list.",
        );
    }
    if let Some(doubt) = &view.clock {
        say(
            &format!(
                "本室时钟在 {} 被改动 {} 毫秒（第 {} 次）；已确认 {}，需要 {} 位。请运行 bidroom ceremony confirm-time。",
                doubt.at.clock_text(),
                doubt.millis,
                doubt.step,
                names(&view, &doubt.confirmed),
                view.threshold
            ),
            "The room's clock was set: officers run bidroom ceremony confirm-time.",
        );
    }
    for device in &view.devices {
        let level = device.level_zh.lines().next().unwrap_or_default();
        match device.lost {
            None => println!("  设备 / device {}：{level}　正常 / answers", device.device),
            Some(at) => {
                println!("  设备 / device {}：{level}　{} 起没有应答 / lost", device.device, at.clock_text())
            }
        }
    }
    Ok(())
}

/// Has the lock answer a challenge.
pub(super) async fn probe(desk: &Desk) -> anyhow::Result<()> {
    say(
        "第 1 步　开标室给这把锁出一道题，只有它的加密密钥解得开。",
        "Step 1: the room sends a challenge that only this lock's encryption key opens.",
    );
    let said = desk.client.probe(&desk.room, desk.lock.lock()).await.map_err(told)?;
    done("第 2 步　验锁通过，已记入账本", "Step 2: the lock answered; recorded", &said);
    Ok(())
}

/// Gives the officer's share.
pub(super) async fn authorise(desk: &Desk) -> anyhow::Result<()> {
    say("第 1 步　核对账本和投标人名单。", "Step 1: the log and the roster are checked.");
    let mut follower = Follower::new(&desk.room);
    desk.client.catch_up(&mut follower).await.map_err(told)?;
    let state = follower.state();
    if state.phase <= Phase::Receive {
        bail!(
            "还没有到开标时间，名单未公布；什么都没有改变，请到时再运行 / the roster is not published yet; run this again then"
        );
    }
    say(
        &format!("账本 {} 条已核验；名单 {} 家：", follower.size(), state.roster.len()),
        &format!("{} entries checked; {} bidders on the roster:", follower.size(), state.roster.len()),
    );
    for row in &state.roster {
        println!("  {} {}", row.row.number, row.row.bidder.name);
    }
    let seen = follower.seen()?;
    let said = desk.client.authorise(&desk.room, desk.lock.lock(), seen).await.map_err(told)?;
    done("第 2 步　授权份额已交出，已记入账本", "Step 2: the share was given; recorded", &said);
    Ok(())
}

/// Agrees that an officer is replaced.
pub(super) async fn replace(desk: &Desk, arguments: &Replace) -> anyhow::Result<()> {
    let successor = Successor {
        index: arguments.index,
        signing: read_certificate(&arguments.new_sign_cert)?,
        encryption: read_certificate(&arguments.new_encrypt_cert)?,
    };
    let session = desk.room.session();
    let view = desk.client.ceremony(&session).await.map_err(told)?;
    let Some(officer) = view.officers.iter().find(|officer| officer.index == arguments.index) else {
        bail!("没有第 {} 位授权人 / there is no officer {}", arguments.index, arguments.index);
    };
    let (holder, tail) = (successor.signing.holder(), successor.signing.tail());
    ask(
        &format!(
            "第 1 步　第 {} 位授权人 {} 将由 {holder}（尾号 {tail}）接替。原锁对本标段作废；需要 {} 位授权人各自运行本命令。",
            officer.index, officer.name, view.threshold
        ),
        &format!(
            "Step 1: officer {} {} is replaced by {holder} (…{tail}); the old lock is void for this lot. {} officers run this \
             command.",
            officer.index, officer.name, view.threshold
        ),
        arguments.yes,
    )?;
    let said = desk.client.replace(&desk.room, desk.lock.lock(), &successor).await.map_err(told)?;
    done("第 2 步　您已同意更换，已记入账本", "Step 2: you agreed; recorded", &said);
    let after = desk.client.ceremony(&session).await.map_err(told)?;
    if after.dealing > view.dealing {
        say(
            "第 3 步　人数已够，份额已重新分发，公钥不变，已封存的投标文件不受影响。请新授权人运行 probe 验锁。",
            "Step 3: enough officers agreed; the key was dealt again, its public half is the same, sealed bids are not affected. \
             The new officer now runs probe.",
        );
    } else if let Some(replacement) = &after.replacement {
        say(
            &format!(
                "第 3 步　已同意 {}，需要 {} 位。请其他授权人用同样的参数运行本命令。",
                names(&after, &replacement.agreed),
                after.threshold
            ),
            "Step 3: other officers run this command with the same arguments.",
        );
    }
    Ok(())
}

/// Confirms the time after the room's clock was set.
pub(super) async fn confirm_time(desk: &Desk, arguments: &ConfirmTime, now: At) -> anyhow::Result<()> {
    let session = desk.room.session();
    let view = desk.client.ceremony(&session).await.map_err(told)?;
    let Some(doubt) = &view.clock else {
        say(
            "本室时钟没有待确认的改动，不需要做什么。",
            "There is no step of the clock to confirm; nothing is to be done.",
        );
        return Ok(());
    };
    let room = desk.client.room().await.map_err(told)?.clock.at;
    let difference = room.millis_since(now);
    let text = format!("{} {}", room.date_text(), room.clock_text());
    say(
        &format!(
            "第 1 步　本室时钟 {text}，本机时钟 {} {}，相差 {difference} 毫秒。",
            now.date_text(),
            now.clock_text()
        ),
        &format!("Step 1: the room says {text}, this computer differs by {difference} ms."),
    );
    if difference.saturating_abs() > MOST_APART_MILLIS && !arguments.accept_difference {
        bail!(
            "相差超过一分钟，没有确认，什么都没有改变。请先校准时钟；确有可靠时间来源证明本室时间正确的，加 --accept-difference \
             / more than a minute apart: nothing was confirmed. Correct the clock first, or give --accept-difference if another \
             source shows that the room is right"
        );
    }
    ask(
        &format!("请对照手表、电话报时或授时网站：现在是 {text} 吗？"),
        &format!("Compare with a watch or a time service: is it {text} now?"),
        arguments.yes,
    )?;
    // What is signed is the room's time of this moment, after the question.
    let at = desk.client.room().await.map_err(told)?.clock.at;
    let lock = desk.lock.lock();
    let said = desk.client.confirm_time(&desk.room, lock, doubt.step, at).await.map_err(told)?;
    done("第 2 步　时间已确认，已记入账本", "Step 2: the time is confirmed; recorded", &said);
    let after = desk.client.ceremony(&session).await.map_err(told)?;
    match &after.clock {
        None => say("人数已够，开标可以继续。", "Enough officers confirmed; the opening goes on."),
        Some(doubt) => say(
            &format!(
                "已确认 {}，需要 {} 位。请其他授权人确认。",
                names(&after, &doubt.confirmed),
                after.threshold
            ),
            "Other officers have to confirm too.",
        ),
    }
    Ok(())
}
