//! `seal`.

use bidroom_bidder::files::read_bounded;
use bidroom_bidder::locks::{open_lock, read_certificate, read_key, read_password};
use bidroom_bidder::random::SystemRandom;
use bidroom_bidder::schedule::{MAX_FILE, parse_schedule};
use bidroom_bidder::seal::{SealRequest, Signer, Warning, seal};
use bidroom_envelope::suite::pki::Certificate;
use bidroom_envelope::suite::sm2::Sign;
use bidroom_lock::Lock as _;

use super::args;
use super::bar::Bar;
use super::fault::CliError;
use super::inputs;
use super::say::Say;

pub fn run(args: &args::Seal, say: Say) -> Result<(), CliError> {
    let room = inputs::publication(&args.tender, &args.agency_root)?;
    let schedule = parse_schedule(&read_bounded(&args.schedule, MAX_FILE)?, &room.facts().columns)?;
    let (certificate, key, own) = signer(args)?;
    let mut locks: Vec<Certificate> = own.into_iter().collect();
    for path in &args.lock_cert {
        let certificate = inputs::lock_certificate(path)?;
        // The lock that signs may be named again among those that unlock.
        if !locks.contains(&certificate) {
            locks.push(certificate);
        }
    }
    let replaces = args.receipt.as_ref();
    let replaces = replaces.map(|path| inputs::replaced(path, args.replaced_sequence, &room)).transpose()?;
    let request = SealRequest {
        room: &room,
        schedule: &schedule,
        documents: &args.document,
        locks: &locks,
        signer: Signer { certificate: &certificate, key: &*key },
        replaces,
        out: &args.out,
        keep: args.keep.as_deref(),
        remedy: args.remedy,
        now: inputs::now(),
    };
    let sealed = seal(&request, &mut SystemRandom, &Bar::new(say))?;
    for warning in &sealed.warnings {
        warn(warning, say);
    }
    if args.agency_root.is_empty() {
        say.notice(
            "没有给出 --agency-root，代理机构的证书未经核验：请确认公布文件来自可信渠道。",
            "Without --agency-root the agency's certificate was not checked: be sure where the publication came from.",
        );
    }
    let (file, bid, length) = (args.out.display(), sealed.bid, sealed.length);
    let tails: Vec<String> = locks.iter().map(Certificate::tail).collect();
    say.out(
        &format!("已封标：{file}\n摘要：{bid}\n长度：{length} 字节；序号：{}", sealed.sequence),
        &format!("Sealed: {file}\nDigest: {bid}\nLength: {length} bytes; sequence: {}", sealed.sequence),
    );
    say.out(
        &format!("可解密的锁（尾号）：{}", tails.join("、")),
        &format!("Locks that can unlock: …{}", tails.join(", …")),
    );
    if let Some(key) = room.facts().policy.declared_remedy_key().filter(|_| args.remedy) {
        let (needed, names) = (key.threshold, key.trustees.iter().map(|it| it.name.as_str()));
        let names: Vec<&str> = names.collect();
        say.out(
            &format!(
                "已选用补救密钥：受托人 {}，其中 {needed} 位即可交出解密份额。仅在本单位签名申请、主持人和监督人员都同意之后，且在解密时限内。",
                names.join("、")
            ),
            &format!(
                "Remedy key chosen: any {needed} of {} can give the lock share, once you ask with a signature and host and supervisor agree, in the unlock window.",
                names.join(", ")
            ),
        );
    }
    if let Some(keep) = &args.keep {
        say.out(
            &format!("留存清单：{}。内含报价与全部盐值，请存入保险柜，不要发送给任何人。", keep.display()),
            &format!(
                "Kept: {}. It holds prices and all salts: for the safe, never to be sent.",
                keep.display()
            ),
        );
    }
    Ok(())
}

/// Certificate and key that sign, and the certificate to which the signing lock can unlock.
type Signing = (Certificate, Box<dyn Sign>, Option<Certificate>);

fn signer(args: &args::Seal) -> Result<Signing, CliError> {
    match (&args.lock, &args.password_file, &args.sign_cert, &args.sign_key) {
        (Some(lock), Some(password), ..) => {
            let lock = open_lock(lock, &read_password(password)?)?;
            let identity = lock.identity();
            let (signs, opens) =
                (identity.signing_certificate().clone(), identity.encryption_certificate().clone());
            Ok((signs, Box::new(lock), Some(opens)))
        }
        (_, _, Some(certificate), Some(key)) => {
            let (certificate, path, key) = (read_certificate(certificate)?, key, read_key(key)?);
            if key.public_key() != certificate.public_key() {
                return Err(CliError::KeyMismatch(path.clone()));
            }
            Ok((certificate, Box::new(key), None))
        }
        // The parser of arguments asks for one of the two.
        _ => Err(CliError::NoSigner),
    }
}

fn warn(warning: &Warning, say: Say) {
    match warning {
        Warning::PastDeadline(deadline) => {
            let (date, time) = (deadline.date_text(), deadline.clock_text());
            say.notice(
                &format!("按本机时钟，投标截止时间（{date} {time}）已过。是否截止以开标室时钟为准。"),
                &format!("By this computer's clock the deadline ({date} {time}) is past; the room's clock decides."),
            );
        }
        Warning::AboveCeiling { price, ceiling } => say.notice(
            &format!("投标报价 {price} 元高于控制价 {ceiling} 元，递交前请核对。"),
            &format!("The price {price} is above the ceiling {ceiling}; check before you send."),
        ),
        Warning::OneLock => say.notice(
            "只有一把锁可以解密。锁丢失、损坏或换发后将无法解密；建议用 --lock-cert 加上副锁。",
            "Only one lock can unlock. If it is lost or renewed the bid stays sealed; add a sub lock by --lock-cert.",
        ),
    }
}
