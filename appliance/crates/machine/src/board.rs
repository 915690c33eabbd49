//! What a board's firmware should be set to, as data, against what the kernel sees of it.
//!
//! Owns the form of a profile (`firmware-config/boards`) and the advice. Must not change anything: settings of firmware are
//! changed by a person who stands in front of it.

use std::path::Path;

use serde::Deserialize;

/// A board as it should be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    board: Option<Board>,
    secure_boot: Switch,
    tpm: Tpm,
    cpu: Cpu,
    iommu: Switch,
    absent: Absent,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Board {
    vendor: String,
    firmware: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    on: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tpm {
    version: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cpu {
    mitigated: bool,
    smt: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Absent {
    sound: bool,
    camera: bool,
    radio: bool,
    thunderbolt: bool,
}

/// One difference between machine and profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which part of the profile.
    pub part: &'static str,
    /// What was found.
    pub found: String,
    /// What to do, Chinese and English.
    pub advice: &'static str,
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// Not TOML, an unknown key or a missing one.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// Everything in which the machine under `root` differs; nothing ends the comparison early.
    pub fn compare(&self, root: &Path) -> Vec<Difference> {
        let mut found = Vec::new();
        let mut differs =
            |part, found_is: String, advice| found.push(Difference { part, found: found_is, advice });
        let text =
            |path: &str| std::fs::read_to_string(root.join(path)).unwrap_or_default().trim().to_owned();
        let entries = |path: &str| names(&root.join(path));

        if let Some(board) = &self.board {
            let (vendor, firmware) =
                (text("sys/class/dmi/id/sys_vendor"), text("sys/class/dmi/id/bios_version"));
            if vendor != board.vendor {
                differs("board.vendor", vendor, "换用这块主板自己的配置文件 / use this board's own profile");
            }
            if !board.firmware.iter().any(|tried| firmware.starts_with(tried.as_str())) {
                differs(
                    "board.firmware",
                    firmware,
                    "固件版本未经试验：刷到试过的版本 / this firmware was not tried: flash one that was",
                );
            }
        }
        let secure = std::fs::read(
            root.join("sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"),
        );
        let secure = secure.is_ok_and(|bytes| bytes.get(4) == Some(&1));
        if secure != self.secure_boot.on {
            differs(
                "secure_boot.on",
                secure.to_string(),
                "固件设置：打开 Secure Boot，登记本中心的密钥 / firmware: switch Secure Boot on, enrol the centre's keys",
            );
        }
        let tpm = text("sys/class/tpm/tpm0/tpm_version_major");
        if tpm != self.tpm.version.to_string() {
            differs("tpm.version", tpm, "固件设置：打开 TPM 2.0 / firmware: switch the TPM 2.0 on");
        }
        if self.cpu.mitigated {
            let open: Vec<String> = entries("sys/devices/system/cpu/vulnerabilities")
                .into_iter()
                .filter(|name| {
                    text(&format!("sys/devices/system/cpu/vulnerabilities/{name}")).starts_with("Vulnerable")
                })
                .collect();
            if !open.is_empty() {
                differs(
                    "cpu.mitigated",
                    open.join(" "),
                    "更新固件中的处理器微码 / update the firmware: it carries the processor's microcode",
                );
            }
        }
        let smt = text("sys/devices/system/cpu/smt/active") == "1";
        if smt != self.cpu.smt {
            differs(
                "cpu.smt",
                smt.to_string(),
                "固件设置：关闭超线程 / firmware: switch hyper-threading off",
            );
        }
        let iommu = !entries("sys/class/iommu").is_empty();
        if iommu != self.iommu.on {
            differs(
                "iommu.on",
                iommu.to_string(),
                "固件设置：打开 VT-d / AMD-Vi / firmware: switch VT-d or AMD-Vi on",
            );
        }
        for (part, wanted, class, advice) in [
            (
                "absent.sound",
                self.absent.sound,
                "sys/class/sound",
                "固件设置：关闭声卡与麦克风 / firmware: switch sound and microphone off",
            ),
            (
                "absent.camera",
                self.absent.camera,
                "sys/class/video4linux",
                "拔掉或关闭摄像头 / unplug the camera or switch it off",
            ),
            (
                "absent.radio",
                self.absent.radio,
                "sys/class/ieee80211",
                "固件设置：关闭无线网卡与蓝牙 / firmware: switch wireless off",
            ),
            (
                "absent.thunderbolt",
                self.absent.thunderbolt,
                "sys/bus/thunderbolt/devices",
                "固件设置：关闭雷电接口 / firmware: switch Thunderbolt off",
            ),
        ] {
            let there = entries(class);
            if wanted && !there.is_empty() {
                differs(part, there.join(" "), advice);
            }
        }
        found
    }
}

/// Names in a folder, sorted; none where there is no such folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const GENERIC: &str = include_str!("../../../../firmware-config/boards/generic-x86.toml");
    const QEMU: &str = include_str!("../../../../firmware-config/boards/qemu-q35.toml");

    fn write(root: &Path, path: &str, content: &[u8]) {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn sound(root: &Path) {
        write(
            root,
            "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
            &[6, 0, 0, 0, 1],
        );
        write(root, "sys/class/tpm/tpm0/tpm_version_major", b"2\n");
        write(root, "sys/devices/system/cpu/vulnerabilities/meltdown", b"Mitigation: PTI\n");
        write(root, "sys/devices/system/cpu/smt/active", b"0\n");
        write(root, "sys/class/iommu/dmar0/version", b"1\n");
        write(root, "sys/class/dmi/id/sys_vendor", b"QEMU\n");
        write(root, "sys/class/dmi/id/bios_version", b"2022.11-6\n");
    }

    #[track_caller]
    fn check(profile: &str, path: &str, content: &[u8], expect: &[&str]) {
        let root = tempfile::tempdir().unwrap();
        sound(root.path());
        write(root.path(), path, content);
        let found = Profile::parse(profile).unwrap().compare(root.path());
        assert_eq!(found.iter().map(|difference| difference.part).collect::<Vec<_>>(), expect, "{found:?}");
    }

    #[test]
    fn a_board_is_as_it_should_be_or_says_in_what_it_differs() {
        check(GENERIC, "nothing", b"", &[]);
        check(
            GENERIC,
            "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
            &[6, 0, 0, 0, 0],
            &["secure_boot.on"],
        );
        check(GENERIC, "sys/class/tpm/tpm0/tpm_version_major", b"1", &["tpm.version"]);
        check(
            GENERIC,
            "sys/devices/system/cpu/vulnerabilities/mds",
            b"Vulnerable: no microcode",
            &["cpu.mitigated"],
        );
        check(GENERIC, "sys/devices/system/cpu/smt/active", b"1\n", &["cpu.smt"]);
        check(GENERIC, "sys/class/sound/card0/id", b"PCH", &["absent.sound"]);
        check(GENERIC, "sys/class/video4linux/video0/name", b"camera", &["absent.camera"]);
        check(GENERIC, "sys/class/ieee80211/phy0/name", b"phy0", &["absent.radio"]);
        check(GENERIC, "sys/bus/thunderbolt/devices/0-0/uevent", b"", &["absent.thunderbolt"]);
        check(QEMU, "sys/class/dmi/id/sys_vendor", b"Other\n", &["board.vendor", "iommu.on"]);
        check(QEMU, "sys/class/dmi/id/bios_version", b"1.0\n", &["board.firmware", "iommu.on"]);
    }

    #[test]
    fn an_empty_machine_meets_no_wish() {
        let found = Profile::parse(GENERIC).unwrap().compare(Path::new("/nonexistent"));
        let parts: Vec<&str> = found.iter().map(|difference| difference.part).collect();
        assert_eq!(parts, ["secure_boot.on", "tpm.version", "iommu.on"]);
    }

    #[test]
    fn a_profile_with_a_word_that_nobody_knows_is_refused() {
        Profile::parse(&GENERIC.replace("[iommu]", "[iomu]")).unwrap_err();
        Profile::parse(&GENERIC.replace("smt = false", "smt = false\nturbo = true")).unwrap_err();
    }
}
