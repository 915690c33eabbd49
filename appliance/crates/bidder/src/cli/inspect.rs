//! `inspect`.

use bidroom_bidder::bidfile::BidFile;
use bidroom_bidder::inspect::{Inspection, inspect};

use super::args;
use super::bar::Bar;
use super::fault::CliError;
use super::say::Say;

pub fn run(args: &args::Inspect, say: Say) -> Result<(), CliError> {
    let file = BidFile::open(&args.file)?;
    if args.check {
        file.check_content(&Bar::new(say))?;
    }
    let seen = inspect(file.header());
    if args.json {
        let json = serde_json::to_string_pretty(&seen).map_err(|error| CliError::Json(error.to_string()))?;
        say.line(&json);
    } else {
        print(&seen, args.check, say);
    }
    Ok(())
}

fn print(seen: &Inspection, checked: bool, say: Say) {
    let row = |zh: &str, en: &str, value: &str| say.line(&format!("{}: {value}", say.pick(zh, en)));
    row("招标编号", "Tender", &seen.tender);
    row("标段", "Lot", &seen.lot.to_string());
    row("投标人", "Bidder", &seen.bidder);
    row("投标摘要", "Bid digest", &seen.bid.to_string());
    row("序号", "Sequence", &seen.sequence.to_string());
    if let Some(replaces) = seen.replaces {
        row("替换", "Replaces", &replaces.to_string());
    }
    row("密钥包摘要", "Key packages", &seen.packages.to_string());
    row("文件长度", "File length", &seen.file_length.to_string());
    for (zh, en, signer) in [
        ("投标签名", "Submission signed by", &seen.signer),
        ("密钥包签名", "Key packages signed by", &seen.packages_signer),
    ] {
        let text = format!("{}（{}，{}）", signer.holder, signer.serial, signer.issuer);
        row(zh, en, &format!("{text} {}", say.pick("签名有效", "signature good")));
    }
    for envelope in &seen.envelopes {
        let number = envelope.envelope;
        say.out(&format!("第 {number} 信封"), &format!("Envelope {number}"));
        row("  密文长度", "  Ciphertext", &envelope.length.to_string());
        row("  密文根", "  Root", &envelope.root.to_string());
        row("  文件数", "  Documents", &envelope.documents.to_string());
        row("  一览表承诺", "  Schedule commitment", &envelope.schedule_commitment.to_string());
        for recipient in &envelope.recipients {
            let whose = match recipient.purpose {
                "lock" => say.pick("投标人的锁", "bidder's lock"),
                "room" => say.pick("开标室密码设备", "room's device"),
                "officers" => say.pick("开标授权人", "opening officers"),
                "remedy" => say.pick("补救密钥", "remedy key"),
                other => other,
            };
            row("  收件", "  Recipient", &format!("{whose} {}", recipient.serial));
        }
    }
    say.out(
        if checked {
            "全部密文与签名一致。"
        } else {
            "密文未逐字节核对；加 --check 可核对。"
        },
        if checked {
            "The whole content is what was signed."
        } else {
            "The content was not compared; use --check."
        },
    );
    say.out(
        "不可见：报价与一览表、文件名、文件类型、各文件长度、文件内容。签名证书的发证机构是否被接受，由开标室判断。",
        "Not visible: price and schedule, names, types, lengths and contents of documents. Whether the signer's CA is \
         accepted is for the room to judge.",
    );
}
