//! The same errors in Chinese, with what to do next.

use super::{CustodyError, Fault, ObjectDamage, Refusal, SecretKind, StoreDamage, Tamper};
use crate::pkcs11::TokenSelector;

impl CustodyError {
    /// The sentence in Chinese, with what to do next.
    pub fn zh(&self) -> String {
        match self {
            Self::Refused(refusal) => refusal.zh(),
            Self::NotFound(name) => format!("没有名为“{name}”的密钥。"),
            Self::Unopened(name) => {
                format!("密钥“{name}”解不开这份密文：密文不是为它加密的，或已被改动。")
            }
            Self::Fault(fault) => fault.zh(),
            Self::Tampered(tamper) => tamper.zh(),
            Self::WrongPassphrase { of, last_try } => {
                let warning = if *last_try { "再错一次即锁定，请先核对。" } else { "" };
                format!("“{of}”的口令或 PIN 不正确。{warning}")
            }
        }
    }
}

impl Refusal {
    /// The sentence in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Exists(name) => format!("密钥“{name}”已存在；已有的密钥不会被替换。"),
            Self::Purpose { name, made_for, wanted } => {
                format!("密钥“{name}”只用于{}，不能用于{}。", made_for.zh(), wanted.zh())
            }
            Self::InUse(what) => format!("“{what}”正在使用中，同一时间只能由一个进程打开。"),
            Self::StoreExists(path) => format!("目录 {} 中已有密钥库。", path.display()),
            Self::NoStore(path) => format!("目录 {} 中没有密钥库。", path.display()),
            Self::OtherSecret(SecretKind::Passphrase) => "该密钥库须用口令打开，而不是凭据文件。".to_owned(),
            Self::OtherSecret(SecretKind::Credential) => "该密钥库须用凭据文件打开，而不是口令。".to_owned(),
            Self::SecretLength { bytes, least, most } => {
                format!("口令或凭据长度为 {bytes} 字节，应在 {least} 至 {most} 字节之间。")
            }
            Self::DerivationCost { memory_kib, passes, lanes } => format!(
                "密钥库的口令派生参数超出允许范围：内存 {memory_kib} KiB,迭代 {passes} 次，并行度 {lanes}。"
            ),
            Self::Token { wanted, found, present } => {
                let wanted = match wanted {
                    TokenSelector::Label(label) => format!("标签为“{label}”"),
                    TokenSelector::Serial(serial) => format!("序列号为“{serial}”"),
                    TokenSelector::Slot(slot) => format!("槽位为 {slot} "),
                };
                format!("{wanted}的密码设备有 {found} 个，应恰为一个；当前在位：{present}。")
            }
            Self::PinState { token, locked: true } => {
                format!("密码设备“{token}”的用户 PIN 已锁定，请由设备管理员解锁。")
            }
            Self::PinState { token, locked: false } => {
                format!("密码设备“{token}”的用户 PIN 只剩一次机会，系统未作尝试，请由设备管理员核对后重置。")
            }
            Self::Mechanism(name) => format!("密码设备不支持 {name}，不能用于本系统。"),
            Self::VendorMechanism { what, number } => format!(
                "密码设备不提供配置文件中的机制 {number:#010x}（{what}），未作任何更改。请按厂商头文件核对配置。"
            ),
            Self::PoolEmpty { device, first, last } => format!(
                "密码设备“{device}”的密钥池（索引 {first} 至 {last}）已无可用密钥，未作任何更改。请管理员用厂商工具在未用过的索引上生成密钥，或扩大密钥池。"
            ),
            Self::Configuration(what) => format!("密码设备的配置不能使用（{what}），请核对配置文件。"),
        }
    }
}

impl Fault {
    /// The sentence in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Pkcs11 { function, code } => {
                format!("密码设备故障：{function} 返回 {code}。请检查设备连接后重试。")
            }
            Self::Sdf { function, code } => {
                format!("密码设备故障：{function} 返回 {code}。请检查设备和连接后重试。")
            }
            Self::Library { path, what } => {
                format!("密码设备的函数库 {} 不能使用：{what}。请核对安装和配置文件。", path.display())
            }
            Self::Absent(token) => format!("密码设备“{token}”不在位，请重新连接。"),
            Self::Module(text) => format!("密码设备模块故障：{text}。"),
            Self::Disk { step, path, source } => {
                format!("密钥库磁盘故障({step} {}):{source}。", path.display())
            }
            Self::Uncertain => "上一次写入密钥库的结果不确定，请重启服务后再用。".to_owned(),
            Self::Random(source) => format!("系统随机数源故障：{source}。"),
            Self::Computation(what) => format!("计算故障：{what}。"),
        }
    }
}

impl Tamper {
    /// The sentence in Chinese.
    pub fn zh(&self) -> String {
        let what = match self {
            Self::Store { path, what } => format!("密钥库 {} 已损坏或被改动：{}", path.display(), what.zh()),
            Self::Object { name, what } => format!("密码设备中的密钥“{name}”与创建时不符：{}", what.zh()),
            Self::Pair(name) => format!("密钥“{name}”的私钥与公钥不匹配"),
        };
        format!("{what}。请停止使用，并保全现场。")
    }
}

impl StoreDamage {
    const fn zh(self) -> &'static str {
        match self {
            Self::Shape => "文件不完整，或不是密钥库",
            Self::Format => "文件格式未知",
            Self::Digest => "文件摘要与内容不一致",
            Self::Keys => "口令正确，但其中的密钥已被改动",
            Self::Entries => "其中的内容不是本系统写入的",
            Self::Length => "文件超出密钥库应有的长度",
            Self::Gone => "使用期间文件消失",
            Self::Signature => "文件不是由这台密码设备签名的",
            Self::Replaced => "使用期间文件被其他程序替换",
        }
    }
}

impl ObjectDamage {
    fn zh(&self) -> String {
        match self {
            Self::Attribute(attribute) => format!("属性 {attribute} 已变"),
            Self::Several => "存在多个同名对象".to_owned(),
            Self::PublicMissing => "缺少公钥对象".to_owned(),
            Self::Point => "CKA_EC_POINT 不是有效公钥".to_owned(),
            Self::Shape => "数据对象不是本系统写入的".to_owned(),
            Self::OtherKey => "设备中该索引的密钥已不是登记的那一个".to_owned(),
            Self::WrappingKeyMissing => "用于加密它的设备内密钥已不存在".to_owned(),
            Self::Rejected => "设备拒绝解开该密钥".to_owned(),
            Self::NotAKey => "解开后的内容不是私钥".to_owned(),
        }
    }
}
