//! Is the room reached, and do the clocks agree?

use bidroom_domain::At;
use bidroom_unlocking::PublishedRoom;

use super::Finding;
use crate::client::{Client, ClientError};

/// A difference that is told, and one that breaks certificates and logins, milliseconds.
const WORTH_TELLING: i64 = 5_000;
const TOO_MUCH: i64 = 120_000;

/// Asks the room who it is and what time it has. `now` is this computer's clock.
pub async fn check_room(client: &Client, room: Option<&PublishedRoom>, now: impl Fn() -> At) -> Vec<Finding> {
    let before = now();
    let info = match client.room().await {
        Ok(info) => info,
        Err(error) => return vec![unreachable(&error)],
    };
    let after = now();
    let mut findings = vec![Finding::good(
        "room",
        &format!("开标室可连接：{} {}", info.centre, info.room),
        &format!("The room is reached: {} {}", info.centre, info.room),
    )];
    if let Some(room) = room {
        findings.push(if *room.keys() == info.keys {
            Finding::good("room-keys", "签名公钥与公布文件一致", "Its keys are those of the publication")
        } else {
            Finding::problem(
                "room-keys",
                "这间开标室的签名公钥与公布文件不一致",
                "Its keys are not those of the publication",
            )
            .todo(
                "请核对地址和公布文件；都无误时请停止操作，向中心核实。",
                "Check address and publication; if both are right, stop and ask the centre.",
            )
        });
    }
    // The room's time was taken somewhere between asking and hearing.
    let middle = At(before.0 + (after.0 - before.0) / 2);
    findings.push(clock(info.clock.at.millis_since(middle)));
    findings
}

fn unreachable(error: &ClientError) -> Finding {
    let finding = Finding::problem("room", "连接不上开标室", "The room was not reached");
    match error {
        ClientError::Tls(_) => finding.todo(
            "请用 --ca 给出开标室的根证书，并核对本机时间。",
            "Give the room's root certificate with --ca, and check this computer's time.",
        ),
        _ => finding.todo(
            "请核对地址、网络和代理设置；开标室自签证书时请用 --ca 给出其根证书。",
            "Check address, network and proxy; give --ca where the room has a root of its own.",
        ),
    }
    .detailed(error)
}

fn clock(ahead: i64) -> Finding {
    let off = ahead.saturating_abs();
    let seconds = off.saturating_add(500) / 1000;
    let (zh, en) = if ahead >= 0 { ("慢", "behind") } else { ("快", "ahead of") };
    let told = (
        format!("本机时钟比开标室{zh} {seconds} 秒"),
        format!("This computer's clock is {seconds} s {en} the room's"),
    );
    if off < WORTH_TELLING {
        return Finding::good(
            "clock",
            "本机时钟与开标室一致（相差不到 5 秒）",
            "The clocks agree within 5 s",
        );
    }
    let finding = if off < TOO_MUCH {
        Finding::note("clock", &told.0, &told.1)
    } else {
        Finding::problem("clock", &told.0, &told.1)
    };
    finding.todo(
        "截止和开标以开标室时钟为准；请在系统设置里打开自动校时。",
        "Deadlines go by the room's clock; switch on automatic time in the system's settings.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::Standing;
    use super::*;

    #[test]
    fn clocks_are_compared() {
        for (ahead, standing, words) in [
            (0, Standing::Good, "一致"),
            (-4_999, Standing::Good, "一致"),
            (5_000, Standing::Note, "慢 5 秒"),
            (-60_400, Standing::Note, "快 60 秒"),
            (120_000, Standing::Problem, "慢 120 秒"),
            (i64::MIN, Standing::Problem, "快"),
            (i64::MAX, Standing::Problem, "慢"),
        ] {
            let finding = clock(ahead);
            assert_eq!(finding.standing, standing, "{ahead}");
            assert!(finding.sentence.zh.title.contains(words), "{}", finding.sentence.zh.title);
        }
    }
}
