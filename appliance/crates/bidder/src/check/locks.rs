//! Drivers, locks and certificates, without a PIN.

use bidroom_domain::At;
use bidroom_envelope::bid::package::Purpose;
use bidroom_envelope::suite::pki::Certificate;
use bidroom_locks::{FoundLock, Listing, Unreadable};
use bidroom_unlocking::PublishedRoom;

use super::Finding;
use crate::bidfile::BidFile;

/// What there is to look at.
pub struct Computer<'a> {
    /// How many configuration files of lock libraries were read.
    pub configured: usize,
    /// Libraries that did not load.
    pub failed: &'a [Unreadable],
    /// The locks.
    pub listing: &'a Listing,
    /// The tender's publication, where it is at hand.
    pub room: Option<&'a PublishedRoom>,
    /// The sealed bid, where it is at hand.
    pub bid: Option<&'a BidFile>,
    /// Last digits of the serial number of the lock that is meant, where there are several.
    pub wanted: Option<&'a str>,
    /// This computer's clock.
    pub now: At,
}

/// What was found, and the lock to go on with.
pub struct Locks<'a> {
    /// The answers.
    pub findings: Vec<Finding>,
    /// The lock that is meant, if it is clear which one.
    pub chosen: Option<&'a FoundLock>,
}

/// Looks at drivers, locks, certificates, tender and bid.
pub fn check_locks<'a>(computer: &Computer<'a>) -> Locks<'a> {
    let mut findings = drivers(computer);
    let locks = &computer.listing.locks;
    for odd in &computer.listing.unreadable {
        let at = &odd.at;
        findings.push(
            Finding::problem("lock", &format!("读不了：{at}"), &format!("Cannot be read: {at}"))
                .todo(&odd.why.zh(), &odd.why.en())
                .detailed(odd.why.detail()),
        );
    }
    if locks.is_empty() {
        findings.push(
            Finding::problem("lock", "没有找到锁", "No lock was found").todo(
                "请插好锁；仍找不到时，请安装发锁机构的驱动，并把它的配置文件放进锁配置目录（docs/locks.md）。",
                "Plug the lock in. If it is still not found, install the issuer's driver and put its configuration file into \
                 the folder of lock configurations (docs/locks.md).",
            ),
        );
    }
    findings.extend(locks.iter().map(shown));
    let meant: Vec<&FoundLock> = locks.iter().filter(|lock| is_meant(lock, computer)).collect();
    let chosen = match meant.as_slice() {
        [one] => Some(*one),
        [] if !locks.is_empty() => {
            findings.push(
                Finding::problem("choice", "没有符合 --lock 的锁", "No lock fits --lock")
                    .todo("请用上面列出的尾号。", "Use the last digits of one that is listed above."),
            );
            None
        }
        [] => None,
        _ => {
            findings.push(
                Finding::note("choice", "有几把锁，没有说明检查哪一把", "There are several locks").todo(
                    "请用 --lock 加尾号再检查一次，才会试签名和解密。",
                    "Run it again with --lock and the last digits, so that signing and decrypting are tried.",
                ),
            );
            None
        }
    };
    if let Some(lock) = chosen {
        findings.extend(certificates(lock, computer));
        findings.extend(computer.bid.map(|bid| sealed_to(lock, bid)));
    }
    if let (Some(bid), Some(room)) = (computer.bid, computer.room) {
        findings.push(match bid.check_for(room) {
            Ok(()) => Finding::good("bid", "投标文件与公布文件相符", "The bid fits the publication"),
            Err(error) => Finding::problem(
                "bid",
                "投标文件不是按这份公布文件封的",
                "The bid was not sealed for this publication",
            )
            .todo(
                "截止前请取得现在的公布文件，重新封标并递交。",
                "Before the deadline fetch the publication, seal again and send.",
            )
            .detailed(error),
        });
    }
    Locks { findings, chosen }
}

fn drivers(computer: &Computer<'_>) -> Vec<Finding> {
    let (configured, failed) = (computer.configured, computer.failed.len());
    let works = configured.saturating_sub(failed);
    let mut findings = Vec::new();
    findings.push(if works > 0 {
        Finding::good(
            "drivers",
            &format!("锁驱动 {works} 个可用"),
            &format!("{works} lock drivers work"),
        )
    } else {
        Finding::problem("drivers", "没有可用的锁驱动", "No lock driver works").todo(
            "请安装发锁机构的驱动；锁配置目录里要有它的配置文件（docs/locks.md 有示例）。",
            "Install the issuer's driver; the folder of lock configurations needs its file (examples in docs/locks.md).",
        )
    });
    // A computer has the drivers of its user's locks and configuration files of many.
    let odd = |one: &Unreadable| {
        let at = &one.at;
        let finding =
            Finding::note("driver", &format!("驱动没有装载：{at}"), &format!("A driver did not load: {at}"));
        finding
            .todo("用不到它就不必理会；用得到时请重新安装。", "If you need it install it again.")
            .detailed(one.why.detail())
    };
    findings.extend(computer.failed.iter().map(odd));
    findings
}

fn is_meant(lock: &FoundLock, computer: &Computer<'_>) -> bool {
    let Some(wanted) = computer.wanted else { return true };
    lock.identity.signing_certificate().serial_hex().to_uppercase().ends_with(&wanted.to_uppercase())
}

fn shown(lock: &FoundLock) -> Finding {
    let identity = &lock.identity;
    let until = At(identity.not_after()).date_text();
    let tail = identity.serial_tail();
    let (stated_zh, stated_en) =
        if lock.kind_stated { ("", "") } else { ("（证书未写明）", " (assumed)") };
    let zh = format!(
        "{}{stated_zh}，尾号 {tail}：{}，{}，有效期至 {until}，{}",
        identity.kind().label_zh(),
        identity.holder(),
        identity.authority(),
        lock.tries.zh()
    );
    let en = format!(
        "{}{stated_en}, ending {tail}: {}, {}, valid until {until}, {}",
        identity.kind().label_en(),
        identity.holder(),
        identity.authority(),
        lock.tries.en()
    );
    if lock.tries.is_locked() {
        return Finding::problem("lock", &zh, &en).todo(
            "PIN 已锁死：请改用另一把锁，或到发锁机构解锁。",
            "The PIN is locked: use your other lock, or have the issuer unlock it.",
        );
    }
    if lock.tries.is_last() {
        return Finding::note("lock", &zh, &en).todo(
            "再错一次即锁死：不确定时请改用另一把锁，或先到发锁机构重设 PIN。",
            "One more wrong PIN locks it: use your other lock, or have the issuer set the PIN.",
        );
    }
    Finding::good("lock", &zh, &en).detailed(&lock.place)
}

/// Validity now and at the opening, and the tender's accepted authorities.
fn certificates(lock: &FoundLock, computer: &Computer<'_>) -> Vec<Finding> {
    let identity = &lock.identity;
    let pair = [identity.signing_certificate(), identity.encryption_certificate()];
    let valid = |at: At| pair.iter().all(|one| (one.not_before()..=one.not_after()).contains(&at.0));
    let mut findings = vec![if valid(computer.now) {
        Finding::good("validity", "证书在有效期内", "The certificates are valid now")
    } else {
        Finding::problem("validity", "证书不在有效期内", "The certificates are not valid now").todo(
            "请先核对本机时间；时间无误时，请到发锁机构续期，续期后请在截止前重新加密锁的份额或重新封标。",
            "Check this computer's time first. If it is right have the issuer renew the lock, then seal again before the \
             deadline.",
        )
    }];
    let Some(room) = computer.room else { return findings };
    let opening = room.facts().deadline;
    let at = format!("{} {}", opening.date_text(), opening.clock_text());
    findings.push(if valid(opening) {
        Finding::good(
            "validity-at-opening",
            &format!("开标时（{at}）证书仍有效"),
            &format!("The certificates are still valid at the opening ({at})"),
        )
    } else {
        Finding::problem(
            "validity-at-opening",
            &format!("开标时（{at}）证书不在有效期内"),
            &format!("The certificates are not valid at the opening ({at})"),
        )
        .todo(
            "请在截止前换用有效期更长的锁封标；续期换发的锁打不开续期前封的标。",
            "Seal with a lock that lasts longer; a renewed lock does not open what was sealed before.",
        )
    });
    findings.push(accepted(pair, room, computer.now));
    findings
}

/// Whether the tender's judge of certificates takes the pair; a refusal says by which rule.
fn accepted([signing, encryption]: [&Certificate; 2], room: &PublishedRoom, now: At) -> Finding {
    let judge = match room.package().value().judge() {
        Ok(judge) => judge,
        Err(error) => {
            return Finding::problem(
                "authority",
                "公布文件里的发证机构读不出来",
                "The authorities in the publication cannot be read",
            )
            .todo("请重新取得公布文件。", "Get the publication again.")
            .detailed(error);
        }
    };
    let refusal = match judge.pair(signing, encryption, now) {
        Ok(_) => {
            return Finding::good(
                "authority",
                "本项目接受这把锁的发证机构",
                "This tender accepts the lock's authority",
            );
        }
        Err(refusal) => refusal,
    };
    let names: Vec<&str> = judge.authorities().iter().map(|one| one.name.as_str()).collect();
    let said = refusal.sentence();
    Finding::problem("authority", &said.zh.title, &said.en.title)
        .todo(
            &format!("{}接受的机构：{}。", said.zh.body, names.join("、")),
            &format!("{} Accepted are: {}.", said.en.body, names.join(", ")),
        )
        .detailed(refusal)
}

fn sealed_to(lock: &FoundLock, bid: &BidFile) -> Finding {
    let record = bid.header().packages().value();
    let own = lock.identity.encryption_certificate().digest();
    let opens = |envelope: &bidroom_envelope::bid::header::HeaderEnvelope| {
        record.find(envelope.core.envelope, Purpose::Lock, &own).is_some()
    };
    if bid.header().envelopes().iter().all(opens) {
        return Finding::good("sealed-to", "这把锁能解密这份投标文件", "This lock can unlock this bid");
    }
    Finding::problem("sealed-to", "这把锁不能解密这份投标文件", "This lock cannot unlock this bid").todo(
        "封标时没有登记这把锁。请换用登记的锁；没有了，就在截止前用这把锁重新封标并递交。",
        "The bid was not sealed to it. Use one it was sealed to; if there is none left, seal again with this lock before \
         the deadline.",
    )
}
