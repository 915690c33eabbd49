//! What is wrong with the room, worst first, each with what to do.

use super::Tone;
use crate::text::{Both, Health, Say};
use bidroom_wire::{HealthDevice, HealthView};

/// Days before a certificate of the room ends from which on it is told.
const DAYS: i64 = 30;
const DAY: i64 = 86_400_000;

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub tone: Tone,
    /// What is wrong.
    pub head: Both,
    /// What stays safe, what to do.
    pub todo: Both,
}

/// What a device is called.
pub fn device_name(device: &str) -> Health {
    if device == "standby" { Health::Standby } else { Health::Main }
}

/// What is the matter with a device.
fn with_device(device: &HealthDevice, what: &impl Say) -> Both {
    let (name, what) = (device_name(&device.device).both(), what.both());
    Both::new(format!("{}：{}", name.zh, what.zh), format!("{}: {}", name.en, what.en))
}

/// What is wrong now.
pub fn problems(view: &HealthView) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut add = |tone, head: Both, todo: Both| found.push(Problem { tone, head, todo });
    if view.custody_lost.is_some() {
        add(Tone::Stop, Health::Custody.both(), Health::CustodyDo.both());
    }
    for device in &view.devices {
        if device.lost.is_some() {
            let head = with_device(device, &Health::Lost);
            add(Tone::Fault, head, Health::LostDo.both());
            continue;
        }
        if let Some(failed) = device.check.as_ref().and_then(|check| check.failed.as_ref()) {
            let tone = if failed.tamper { Tone::Tamper } else { Tone::Fault };
            let head = with_device(device, &Health::Check);
            add(tone, head, Both::new(&failed.zh, &failed.en));
        }
        for lot in device.lots.iter().filter(|lot| !lot.held) {
            let head = with_device(device, &Health::NotHeld { session: lot.session.clone() });
            add(Tone::Fault, head, Health::NotHeldDo.both());
        }
    }
    if view.devices.len() == 1 {
        add(Tone::Rule, Health::Single.both(), Health::SingleDo.both());
    }
    for session in view.sessions.iter().filter(|session| session.clock_doubt.is_some()) {
        let head = Health::Clock { session: session.summary.session.to_string() };
        add(Tone::Fault, head.both(), Health::ClockDo.both());
    }
    match view.disk {
        None => add(Tone::Fault, Health::NoDisk.both(), Health::NoDiskDo.both()),
        Some(disk) if disk.free < disk.wanted => {
            add(Tone::Fault, Health::Disk.both(), Health::DiskDo.both());
        }
        Some(_) => {}
    }
    for certificate in view.certificates.iter().filter(|it| it.until.millis_since(view.now) < DAYS * DAY) {
        let (holder, tail) = (certificate.holder.clone(), certificate.tail.clone());
        add(Tone::Fault, Health::Certificate { holder, tail }.both(), Health::CertificateDo.both());
    }
    for data in view.revocation.iter().filter(|data| data.until.is_some_and(|until| until < view.now)) {
        let head = Health::Revocation { issuer: data.issuer.clone() };
        add(Tone::Rule, head.both(), Health::RevocationDo.both());
    }
    found
}

/// A number of bytes in the largest unit of which there is a whole one.
pub fn bytes_text(bytes: u64) -> String {
    let units = [(1_u64 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB")];
    let fitting = units.into_iter().find(|(size, _)| bytes >= *size);
    fitting.map_or_else(|| format!("{} KiB", bytes >> 10), |(size, unit)| format!("{} {unit}", bytes / size))
}

/// How long ago something was.
pub fn ago(seconds: u64) -> Health {
    match seconds {
        0..120 => Health::SecondsAgo { seconds },
        120..7200 => Health::MinutesAgo { minutes: seconds / 60 },
        _ => Health::HoursAgo { hours: seconds / 3600 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bidroom_domain::At;
    use bidroom_wire::{ClockQuality, HealthCertificate, HealthDisk, HealthLot, HealthRevocation};

    const NOW: At = At(1_773_799_200_000);

    fn device(name: &str) -> HealthDevice {
        HealthDevice {
            device: name.into(),
            backend: Some("soft".into()),
            name: None,
            hardware: None,
            lost: None,
            levels: Vec::new(),
            keys: 8,
            mechanisms: Vec::new(),
            software: Vec::new(),
            used_seconds: None,
            check: None,
            trouble: None,
            lots: vec![HealthLot { session: "T-1".into(), held: true }],
        }
    }

    fn well() -> HealthView {
        HealthView {
            now: NOW,
            version: String::new(),
            devices: vec![device("main"), device("standby")],
            custody_lost: None,
            clock: ClockQuality { sources_zh: Vec::new(), sources_en: Vec::new(), within_millis: None },
            disk: Some(HealthDisk { free: 50, total: 100, wanted: 10 }),
            certificates: Vec::new(),
            revocation: Vec::new(),
            sessions: Vec::new(),
        }
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut HealthView), expect: &[&str]) {
        let mut view = well();
        change(&mut view);
        let found = problems(&view);
        let heads: Vec<&str> = found.iter().map(|problem| problem.head.zh.as_str()).collect();
        assert_eq!(heads, expect);
        assert!(found.iter().all(|problem| problem.todo.zh.contains('请') && !problem.todo.en.is_empty()));
    }

    #[test]
    fn each_problem_is_named_with_what_to_do() {
        check(|_| {}, &[]);
        check(|view| view.devices[1].lost = Some("pulled".into()), &["备机：没有应答"]);
        check(|view| view.devices[0].lots[0].held = false, &["主机：没有场次 T-1 的密钥"]);
        check(|view| drop(view.devices.pop()), &["只有一台密码设备"]);
        check(
            |view| (view.devices, view.custody_lost) = (Vec::new(), Some("gone".into())),
            &["保管程序没有应答"],
        );
        check(
            |view| view.disk = Some(HealthDisk { free: 9, total: 100, wanted: 10 }),
            &["磁盘快装不下投标文件了"],
        );
        check(|view| view.disk = None, &["磁盘无法查看"]);
        let until = NOW.plus_millis(29 * DAY);
        let certificate = HealthCertificate { holder: "开标室".into(), tail: "3A91".into(), until };
        check(|view| view.certificates.push(certificate), &["本室证书快到期或已到期：开标室（3A91）"]);
        let stale = |until| HealthRevocation { issuer: "云州CA".into(), serial: None, made: At(0), until };
        check(|view| view.revocation.push(stale(Some(NOW.plus_millis(1)))), &[]);
        check(|view| view.revocation.push(stale(Some(NOW.plus_millis(-1)))), &["吊销数据已过期：云州CA"]);
    }

    #[test]
    fn sizes_and_ages_are_read_in_whole_units() {
        for (bytes, text) in [(0, "0 KiB"), (1 << 20, "1 MiB"), (5 << 30, "5 GiB"), (3 << 40, "3 TiB")] {
            assert_eq!(bytes_text(bytes), text);
        }
        for (seconds, text) in [(0, "0 秒前"), (119, "119 秒前"), (120, "2 分钟前"), (7200, "2 小时前")]
        {
            assert_eq!(ago(seconds).both().zh, text);
        }
    }
}
