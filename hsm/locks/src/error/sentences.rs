//! The holder's sentences: what happened, what did not change, whose cause it is, what to do.

use super::{Lack, LockTrouble};
use crate::pin::PinTries;

const NOTHING_ZH: &str = "本次没有签名，也没有解密";
const NOTHING_EN: &str = "nothing was signed or decrypted";

impl LockTrouble {
    /// What the holder is told, in Chinese. Function and return code are in [`LockTrouble::detail`].
    pub fn zh(&self) -> String {
        match self {
            Self::Absent { lock } => {
                format!("没有找到{}。{NOTHING_ZH}。请插好锁，再按“重新查找”。", lock.zh())
            }
            Self::Removed { lock, .. } => {
                format!("{}在操作中被拔出。{NOTHING_ZH}。请重新插好锁，再试一次。", lock.zh())
            }
            Self::Replaced { lock } => format!(
                "{}原来的位置上换成了另一台设备。程序没有对它尝试 PIN，{NOTHING_ZH}。请按“重新查找”，核对锁的尾号。",
                lock.zh()
            ),
            Self::WrongPin { left, .. } => wrong_zh(*left),
            Self::PinLocked { lock } => format!(
                "{}的 PIN 已锁死。锁内的证书和密钥没有变化，{NOTHING_ZH}。请改用另一把锁，或到发锁机构解锁。",
                lock.zh()
            ),
            Self::LastTry { lock } => format!(
                "{}的 PIN 只剩 1 次机会，程序没有尝试。再错一次即锁死；请核对后确认再试，或改用另一把锁。",
                lock.zh()
            ),
            Self::PinRefusedBefore { lock } => {
                format!("{}刚才已拒绝这个 PIN，程序没有再试，剩余次数没有减少。请重新输入 PIN。", lock.zh())
            }
            Self::PinShape { least, most } => {
                format!("PIN 应为 {least} 至 {most} 位。程序没有尝试，剩余次数没有减少。请重新输入。")
            }
            Self::PinNotSet { lock } => {
                format!("{}尚未设置用户 PIN。{NOTHING_ZH}。请用发锁机构的工具设置 PIN 后再来。", lock.zh())
            }
            Self::Cannot { lock, lack } => {
                format!("{}{}。{NOTHING_ZH}。{}。", lock.zh(), lack.zh(), lack.advice_zh())
            }
            Self::Unopened { lock } => {
                format!(
                    "{}解不开这份内容：它不是加密给这把锁的，或已被改动。请插入封标时登记的锁。",
                    lock.zh()
                )
            }
            Self::OtherKey { lock, signing } => {
                let which = if *signing { "签名" } else { "加密" };
                format!(
                    "{}的{which}密钥与它的{which}证书不符，结果未被采用。请停止使用这把锁，改用另一把，并告知发锁机构。",
                    lock.zh()
                )
            }
            Self::Failed { lock, call } => {
                format!("{}{}。{NOTHING_ZH}。{}。", lock.zh(), call.meaning.zh(), call.meaning.advice_zh())
            }
            Self::Library { .. } => {
                format!(
                    "锁的驱动不能使用。{NOTHING_ZH}。请重新安装发锁机构提供的驱动；仍不行请把“详情”交给技术人员。"
                )
            }
            Self::NoCertificate { signing } => format!(
                "这把锁里没有{}证书，不能用于开标。请到发锁机构核对。",
                if *signing { "签名" } else { "加密" }
            ),
            Self::Certificate(_) => {
                "这把锁里的证书无法识别（可能不是国密 SM2 证书）。请到发锁机构核对。".to_owned()
            }
            Self::Identity(_) => "这把锁里的签名证书和加密证书不是一对。请到发锁机构核对。".to_owned(),
            Self::Unreadable { path, .. } => {
                format!("读不到 {}。请检查文件是否存在、是否有权读取。", path.display())
            }
            Self::File(_) => "这个文件不是完好的软锁文件。请重新取得软锁文件；软锁仅供演练。".to_owned(),
        }
    }

    /// What the holder is told, in English.
    pub fn en(&self) -> String {
        match self {
            Self::Absent { lock } => {
                format!("The {lock} was not found; {NOTHING_EN}. Plug it in and search again.")
            }
            Self::Removed { lock, .. } => {
                format!("The {lock} was removed while it worked; {NOTHING_EN}. Plug it in and try again.")
            }
            Self::Replaced { lock } => format!(
                "Another device is where the {lock} was. Its PIN was not tried and {NOTHING_EN}. Search again and compare the serial."
            ),
            Self::WrongPin { left, .. } => {
                format!(
                    "The PIN is wrong ({}); {NOTHING_EN}. If in doubt use your other lock: only the issuer can unlock a locked one.",
                    left.en()
                )
            }
            Self::PinLocked { lock } => format!(
                "The PIN of the {lock} is locked. Its certificates and keys are unchanged and {NOTHING_EN}. Use your other lock, or have the issuer unlock it."
            ),
            Self::LastTry { lock } => format!(
                "The {lock} has one PIN try left; it was not made. One more wrong PIN locks it: confirm to try, or use your other lock."
            ),
            Self::PinRefusedBefore { lock } => {
                format!("The {lock} refused this PIN before; it was not tried again. Enter the PIN again.")
            }
            Self::PinShape { least, most } => {
                format!("A PIN has {least} to {most} characters. It was not tried. Enter it again.")
            }
            Self::PinNotSet { lock } => {
                format!("The {lock} has no user PIN yet; {NOTHING_EN}. Set one with the issuer's tool.")
            }
            Self::Cannot { lock, lack } => {
                format!("The {lock} cannot do this: {lack}; {NOTHING_EN}. {}.", lack.advice_en())
            }
            Self::Unopened { lock } => format!(
                "The {lock} does not open this: it was not made for this lock, or was changed. Use a lock that was registered when sealing."
            ),
            Self::OtherKey { lock, signing } => format!(
                "The {} key of the {lock} is not that of its certificate; the result was not used. Stop using it, use your other lock and tell the issuer.",
                if *signing { "signing" } else { "encryption" }
            ),
            Self::Failed { lock, call } => {
                format!(
                    "The {lock} {}; {NOTHING_EN}. What to do: {}.",
                    call.meaning.en(),
                    call.meaning.advice_en()
                )
            }
            Self::Library { .. } => format!(
                "The lock's driver cannot be used; {NOTHING_EN}. Install the issuer's driver again; if that does not help give the details to a technician."
            ),
            Self::NoCertificate { signing } => format!(
                "This lock holds no {} certificate and cannot be used for an opening. Have the issuer check it.",
                if *signing { "signing" } else { "encryption" }
            ),
            Self::Certificate(_) => {
                "A certificate in this lock cannot be read (it may not be an SM2 certificate). Have the issuer check it.".to_owned()
            }
            Self::Identity(_) => {
                "The two certificates in this lock are not a pair. Have the issuer check it.".to_owned()
            }
            Self::Unreadable { path, .. } => {
                format!("{} cannot be read. Check that it exists and may be read.", path.display())
            }
            Self::File(_) => {
                "This file is not an intact soft lock. Get it again; soft locks are for drills only.".to_owned()
            }
        }
    }

    /// What stands behind 详情: function and return code, or what the library or file said.
    pub fn detail(&self) -> String {
        self.to_string()
    }
}

fn wrong_zh(left: PinTries) -> String {
    let left = match left {
        PinTries::Exact { left, .. } => format!("还可再试 {left} 次"),
        PinTries::Last => "还可再试 1 次".to_owned(),
        PinTries::Unlimited => "请核对后重新输入".to_owned(),
        PinTries::Enough | PinTries::Low | PinTries::Locked => "剩余次数已减少".to_owned(),
    };
    format!("PIN 不正确，{left}。{NOTHING_ZH}。不确定时请先改用另一把锁；锁死后只能到发锁机构解锁。")
}

impl Lack {
    const fn zh(self) -> &'static str {
        match self {
            Self::Sm2Signing => "没有 SM2 签名功能（ECDSA 不能代替 SM2 签名）",
            Self::Sm2Decryption => "没有 SM2 解密功能",
            Self::DecryptFunction => "的驱动没有 SM2 解密功能",
            Self::PrivateKey => "里没有与证书对应的私钥",
        }
    }

    const fn advice_zh(self) -> &'static str {
        match self {
            Self::Sm2Signing | Self::Sm2Decryption => {
                "请改用另一把锁；如果这把锁支持国密算法，请技术人员在锁的配置文件中填写厂商机制号"
            }
            Self::DecryptFunction => "请到发锁机构升级驱动，或改用另一把锁",
            Self::PrivateKey => "请到发锁机构核对，或改用另一把锁",
        }
    }

    const fn advice_en(self) -> &'static str {
        match self {
            Self::Sm2Signing | Self::Sm2Decryption => {
                "Use your other lock; if this one knows SM2, have the vendor's mechanism number put into its configuration file"
            }
            Self::DecryptFunction => "Have the issuer update the driver, or use your other lock",
            Self::PrivateKey => "Have the issuer check it, or use your other lock",
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::error::{Call, LockName, LockTrouble, Meaning};
    use crate::pin::PinTries;
    use bidroom_lock::LockKind;

    fn lock() -> LockName {
        LockName { kind: Some(LockKind::Main), tail: "0D47".to_owned() }
    }

    #[test]
    fn sentences_name_lock_and_tries_and_keep_codes_behind_details() {
        let wrong = LockTrouble::WrongPin { lock: lock(), left: PinTries::Exact { left: 2, of: 8 } };
        assert!(wrong.zh().starts_with("PIN 不正确，还可再试 2 次。"), "{}", wrong.zh());
        assert!(wrong.en().contains("2 PIN tries left"));
        let call = Call {
            function: "SKF_ECCSignData".to_owned(),
            code: "SAR_FAIL (0x0A000001)".to_owned(),
            meaning: Meaning::Broken,
        };
        let failed = LockTrouble::Failed { lock: lock(), call };
        assert!(failed.zh().starts_with("主锁（尾号 0D47）没有完成操作"), "{}", failed.zh());
        assert!(!failed.zh().contains("SKF") && !failed.en().contains("SAR"));
        assert_eq!(failed.detail(), "main lock …0D47: SKF_ECCSignData returned SAR_FAIL (0x0A000001)");
    }
}
