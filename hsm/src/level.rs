//! Where the keys live, said honestly: what console and log show of a custody.

use crate::custody::KeyPurpose;

/// Where private keys of one purpose live.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CustodyLevel {
    /// In an encrypted store on disk, and in this process's memory while it runs.
    Software,
    /// Made inside a device that does not give them out.
    Device,
    /// Kept and used inside a device, where an administrator made it beforehand; whether it can be copied, the
    /// device's interface does not tell.
    DeviceProvided,
    /// Made in software and stored encrypted under a device key that the device does not give out; in this
    /// process's memory for the moment of each use.
    WrappedUnderDevice,
}

impl CustodyLevel {
    /// A few words in Chinese, for a page from across the room.
    pub const fn short_zh(self) -> &'static str {
        match self {
            Self::Software => "软件密钥库",
            Self::Device => "密码设备内",
            Self::DeviceProvided => "密码设备内（预置）",
            Self::WrappedUnderDevice => "设备密钥封装",
        }
    }

    /// A few words in English.
    pub const fn short_en(self) -> &'static str {
        match self {
            Self::Software => "software key store",
            Self::Device => "inside the device",
            Self::DeviceProvided => "inside the device, made beforehand",
            Self::WrappedUnderDevice => "wrapped under a device key",
        }
    }

    /// One sentence in Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Software => "密钥存放在加密的软件密钥库中，运行时位于本机内存；没有硬件保护",
            Self::Device => "密钥在密码设备内生成，设置为不可导出，运算在设备内完成",
            Self::DeviceProvided => {
                "密钥由管理员事先在密码设备内生成，本系统认领后使用，运算在设备内完成；能否导出或备份取决于设备和管理制度，本系统无从核实"
            }
            Self::WrappedUnderDevice => {
                "密钥由软件生成，用设备内不可导出的密钥加密后存放；每次使用时短暂出现在本机内存"
            }
        }
    }

    /// One sentence in English.
    pub const fn en(self) -> &'static str {
        match self {
            Self::Software => {
                "keys are in an encrypted software store and, while running, in this machine's memory; no hardware protects them"
            }
            Self::Device => {
                "keys are made inside the device, marked non-extractable, and used inside the device"
            }
            Self::DeviceProvided => {
                "keys were made inside the device by its administrator and are claimed and used there; whether they can be exported or backed up, this software cannot verify"
            }
            Self::WrappedUnderDevice => {
                "keys are made in software and stored encrypted under a non-extractable device key; each is in this machine's memory for the moment of use"
            }
        }
    }
}

/// Which implementation keeps the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Backend {
    /// The encrypted store on disk.
    Soft,
    /// A PKCS#11 module.
    Pkcs11,
    /// A GM/T 0018 (SDF) library.
    Sdf,
}

/// The device behind a custody, as it names itself.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DeviceIdentity {
    /// The token's label.
    pub label: String,
    /// The token's serial number.
    pub serial: String,
    /// Its model.
    pub model: String,
    /// Its manufacturer.
    pub manufacturer: String,
    /// Whether the slot says that it is hardware (`CKF_HW_SLOT`). Only the device's own word.
    pub hardware: bool,
}

/// What a custody says of itself.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CustodyDescription {
    /// Which implementation.
    pub backend: Backend,
    /// The device, if there is one.
    pub device: Option<DeviceIdentity>,
    /// Where the SM2 decryption keys live.
    pub decryption: CustodyLevel,
    /// Where the SM2 signing keys live.
    pub sm2_signing: CustodyLevel,
    /// Where the Ed25519 signing keys live.
    pub ed25519_signing: CustodyLevel,
}

impl CustodyDescription {
    /// Where keys of `purpose` live.
    pub const fn level(&self, purpose: KeyPurpose) -> CustodyLevel {
        match purpose {
            KeyPurpose::Decrypt => self.decryption,
            KeyPurpose::SignSm2 => self.sm2_signing,
            KeyPurpose::SignEd25519 => self.ed25519_signing,
        }
    }

    /// What is shown in Chinese, one sentence a line.
    pub fn zh(&self) -> Vec<String> {
        let device = match &self.device {
            None => "密钥托管：软件密钥库。".to_owned(),
            Some(device) => {
                let doubt = if device.hardware {
                    ""
                } else {
                    match self.backend {
                        Backend::Sdf => "SDF 接口不说明设备是否为硬件，请以设备的商用密码产品认证为准。",
                        Backend::Soft | Backend::Pkcs11 => {
                            "该模块未声明自己是硬件(未置 CKF_HW_SLOT),请按软件模拟对待，仅供试用。"
                        }
                    }
                };
                format!(
                    "密钥托管：密码设备“{}”(序列号 {}，{} {})。{doubt}",
                    device.label, device.serial, device.manufacturer, device.model
                )
            }
        };
        let line = |purpose: KeyPurpose| format!("{}:{}。", purpose.zh(), self.level(purpose).zh());
        core::iter::once(device).chain(KeyPurpose::ALL.map(line)).collect()
    }

    /// What is shown in English, one sentence a line.
    pub fn en(&self) -> Vec<String> {
        let device = match &self.device {
            None => "Custody: software key store.".to_owned(),
            Some(device) => {
                let doubt = if device.hardware {
                    ""
                } else {
                    match self.backend {
                        Backend::Sdf => {
                            " SDF does not tell whether a device is hardware: its product certificate does."
                        }
                        Backend::Soft | Backend::Pkcs11 => {
                            " The module does not claim to be hardware (CKF_HW_SLOT is not set): treat it as an emulation, for trying only."
                        }
                    }
                };
                format!(
                    "Custody: device \"{}\" (serial {}, {} {}).{doubt}",
                    device.label, device.serial, device.manufacturer, device.model
                )
            }
        };
        let line = |purpose: KeyPurpose| format!("{purpose}: {}.", self.level(purpose).en());
        core::iter::once(device).chain(KeyPurpose::ALL.map(line)).collect()
    }
}
