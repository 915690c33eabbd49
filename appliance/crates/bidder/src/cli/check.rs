//! `check`: one screen for a newcomer.

use bidroom_bidder::bidfile::BidFile;
use bidroom_bidder::bridge::{Sheet, Window};
use bidroom_bidder::check::{Computer, Finding, Report, Standing, check_locks, check_room, try_lock};
use bidroom_bidder::random::SystemRandom;
use bidroom_locks::{Drivers, FoundLock, PinEntry};

use super::args;
use super::args::Server;
use super::bridge::{Found, drivers, window};
use super::fault::CliError;
use super::inputs;
use super::say::Say;

pub async fn run(args: &args::Check, say: Say) -> Result<u8, CliError> {
    let room = match &args.publication {
        Some(path) => Some(inputs::publication(path, &args.agency_root)?),
        None => None,
    };
    let bid = args.bid.as_deref().map(BidFile::read_head).transpose()?;
    let Found { drivers, configured, failed } = drivers(&args.drivers)?;
    let listing = drivers.list();
    let computer = Computer {
        configured,
        failed: &failed,
        listing: &listing,
        room: room.as_ref(),
        bid: bid.as_ref(),
        wanted: args.lock.as_deref(),
        now: inputs::now(),
    };
    let locks = check_locks(&computer);
    let mut findings = locks.findings;
    if let Some(lock) = locks.chosen {
        findings.extend(trial(args, &drivers, lock, say).await?);
    }
    if let Some(address) = &args.room {
        let client = inputs::client(&Server { server: address.clone(), ca: args.ca.clone() })?;
        findings.extend(check_room(&client, room.as_ref(), inputs::now).await);
    }
    let report = Report::new(findings);
    if args.json {
        let text =
            serde_json::to_string_pretty(&report).map_err(|error| CliError::Json(error.to_string()))?;
        say.line(&text);
    } else {
        print(&report, say);
    }
    Ok(u8::from(!report.passed))
}

/// Asks for the PIN once and tries the lock. A lock that is locked, or has one try left, is left alone.
async fn trial(
    args: &args::Check,
    drivers: &Drivers,
    lock: &FoundLock,
    say: Say,
) -> Result<Vec<Finding>, CliError> {
    let skipped = |zh: &str, en: &str| {
        vec![
            Finding::skipped("signing", "没有试签名和解密", "Signing and decrypting were not tried")
                .todo(zh, en),
        ]
    };
    if args.no_pin {
        return Ok(skipped("去掉 --no-pin 再检查一次即可。", "Run it again without --no-pin."));
    }
    if lock.tries.is_locked() || lock.tries.is_last() {
        return Ok(skipped("PIN 的机会不多，不用来检查。", "The PIN tries are too few for a check."));
    }
    let kind = say.pick(lock.identity.kind().label_zh(), lock.identity.kind().label_en());
    let sheet = Sheet {
        head: say.pick("检查这把锁：试签名和解密", "Check this lock: try signing and decrypting").to_owned(),
        note: say
            .pick(
                "签的内容不发给任何人，解的是刚为这把锁做的一段随机数。PIN 只交给锁。",
                "What is signed is sent to nobody; what is decrypted is a random number made for this lock just now. The \
                 PIN goes to the lock only.",
            )
            .to_owned(),
        prompt: format!("PIN ({})", say.pick(&lock.tries.zh(), &lock.tries.en())),
        yes: say.pick("检查", "Check").to_owned(),
        no: say.pick("取消", "Cancel").to_owned(),
        ..Sheet::default()
    };
    let sheet = sheet
        .row(say.pick("锁", "Lock"), &format!("{kind} {}", lock.identity.serial_tail()))
        .row(say.pick("持有人", "Holder"), lock.identity.holder());
    let Some(pin) = window(&args.drivers, say)?.pin(&sheet).await? else {
        return Ok(skipped("您取消了输入 PIN。", "The PIN was not entered."));
    };
    Ok(match drivers.open(lock, PinEntry { pin, last_try: false }) {
        Ok(held) => try_lock(&held, inputs::now(), &mut SystemRandom),
        Err(trouble) => vec![
            Finding::problem("pin", "锁没有打开", "The lock was not opened")
                .todo(&trouble.zh(), &trouble.en())
                .detailed(trouble.detail()),
        ],
    })
}

fn print(report: &Report, say: Say) {
    for finding in &report.findings {
        let mark = match finding.standing {
            Standing::Good => say.pick("  可用  ", "  ok      "),
            Standing::Note => say.pick("  注意  ", "  note    "),
            Standing::Problem => say.pick("✗ 问题  ", "✗ PROBLEM "),
            Standing::Skipped => say.pick("  未试  ", "  skipped "),
        };
        let (zh, en) = (&finding.sentence.zh, &finding.sentence.en);
        say.line(&format!("{mark}{}", say.pick(&zh.title, &en.title)));
        let body = say.pick(&zh.body, &en.body);
        if !body.is_empty() {
            say.line(&format!("        {body}"));
        }
        if let (Some(detail), Standing::Problem) = (&finding.detail, finding.standing) {
            say.line(&format!("        {}{detail}", say.pick("详情：", "Details: ")));
        }
    }
    if report.passed {
        say.out("可以用于本项目。", "This computer and lock will work.");
    } else {
        say.out(
            "还不能用：请按上面标 ✗ 的各行处理，再检查一次。来得及时请到柜台咨询。",
            "Not yet: do what the lines marked ✗ say and check again, or ask at the counter in good time.",
        );
    }
}
