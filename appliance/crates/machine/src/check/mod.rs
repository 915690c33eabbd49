//! The self-check: what the kernel says of boot, root, memory and disks, against what the image demands.
//!
//! Owns the demands and their wording. Everything is read from files under one root folder, so that a test is a folder of
//! files. What cannot be read is broken: the check fails closed.

mod sysctl;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Where the kernel's files are looked for, and the time that the machine shows.
#[derive(Debug, Clone)]
pub struct Machine {
    root: PathBuf,
    now: SystemTime,
}

impl Machine {
    /// This machine.
    pub fn here() -> Self {
        Self { root: PathBuf::from("/"), now: SystemTime::now() }
    }

    /// Another one: files under `root`, and its time.
    pub const fn at(root: PathBuf, now: SystemTime) -> Self {
        Self { root, now }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    fn text(&self, path: &str) -> Result<String, String> {
        let text = std::fs::read_to_string(self.path(path)).map_err(|error| format!("{path}: {error}"))?;
        Ok(text.trim_end_matches(['\n', '\0']).to_owned())
    }

    fn bytes(&self, path: &str) -> Result<Vec<u8>, String> {
        std::fs::read(self.path(path)).map_err(|error| format!("{path}: {error}"))
    }
}

/// What was found about one demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Short name, as in the table of `docs/hardening.md`.
    pub name: &'static str,
    /// What is demanded, Chinese and English.
    pub demand: &'static str,
    /// What was found, or why it is broken.
    pub found: Result<String, String>,
}

impl Finding {
    /// Whether the demand is met.
    pub const fn is_sound(&self) -> bool {
        self.found.is_ok()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (outcome, detail) = match &self.found {
            Ok(found) => ("sound", found),
            Err(problem) => ("BROKEN", problem),
        };
        write!(f, "selfcheck: {}: {outcome}: {} [{detail}]", self.name, self.demand)
    }
}

type Look = fn(&Machine) -> Result<String, String>;

/// The demands on how the machine was started, in the order in which they are said.
const BOOT: [(&str, &str, Look); 7] = [
    ("secure-boot", "固件只启动签名的映像 / the firmware boots signed images only", secure_boot),
    ("verity", "根文件系统逐块校验 / every block of the root is checked", verity),
    ("command-line", "内核参数与签名时一致 / the kernel's options are the signed ones", command_line),
    ("lockdown", "内核锁定，不外泄 / the kernel is locked down", lockdown),
    ("modules", "只装载签名的内核模块 / signed kernel modules only", modules),
    ("tpm", "TPM 2.0 已度量启动过程 / a TPM 2.0 has measured the start", tpm),
    ("clock", "时钟可信 / the clock can be right", clock),
];

/// Every demand that needs the data volume and what is loaded after it.
const RUNNING: [(&str, &str, Look); 4] = [
    ("data", "数据卷加密 / the data volume is encrypted", data),
    ("mount", "数据卷上不能执行程序 / nothing on the data volume can be executed", mount),
    ("swap", "内存不写入磁盘 / memory is never written to disk", swap),
    ("kernel-settings", "内核加固参数全部生效 / all hardening settings are in force", sysctl::in_force),
];

/// Looks at everything; nothing ends the examination early, so that one start tells all that is wrong.
pub fn examine(machine: &Machine) -> Vec<Finding> {
    let mut found = examine_boot(machine);
    found.extend(look_at(machine, &RUNNING));
    found
}

/// Looks only at how the machine was started: before there is a data volume.
pub fn examine_boot(machine: &Machine) -> Vec<Finding> {
    look_at(machine, &BOOT).collect()
}

fn look_at(
    machine: &Machine,
    demands: &[(&'static str, &'static str, Look)],
) -> impl Iterator<Item = Finding> {
    demands.iter().map(|&(name, demand, look)| Finding { name, demand, found: look(machine) })
}

const EFI_GLOBAL: &str = "8be4df61-93ca-11d2-aa0d-00e098032b8c";

/// A UEFI variable of one byte, after its four bytes of attributes.
fn efi_flag(machine: &Machine, name: &str) -> Result<u8, String> {
    let bytes = machine.bytes(&format!("/sys/firmware/efi/efivars/{name}-{EFI_GLOBAL}"))?;
    match bytes.as_slice() {
        [_, _, _, _, flag] => Ok(*flag),
        other => Err(format!("{name} has {} bytes", other.len())),
    }
}

fn secure_boot(machine: &Machine) -> Result<String, String> {
    match (efi_flag(machine, "SecureBoot")?, efi_flag(machine, "SetupMode")?) {
        (1, 0) => Ok("on".to_owned()),
        (1, _) => Err("the firmware is in setup mode: anybody could enrol keys".to_owned()),
        _ => Err("Secure Boot is off".to_owned()),
    }
}

/// One line of `/proc/self/mountinfo`: device number, options, kind of file system.
fn mounted(machine: &Machine, at: &str) -> Result<(String, String, String), String> {
    let table = machine.text("/proc/self/mountinfo")?;
    let line = table.lines().rev().find(|line| line.split(' ').nth(4) == Some(at));
    let line = line.ok_or_else(|| format!("nothing is mounted on {at}"))?;
    let mut fields = line.split(' ');
    let device = fields.nth(2).unwrap_or_default().to_owned();
    let options = fields.nth(2).unwrap_or_default().to_owned();
    let kind =
        line.split(" - ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_default().to_owned();
    Ok((device, options, kind))
}

/// The device mapper's name for what a mount stands on: its kind is the first part.
fn mapped(machine: &Machine, device: &str) -> Result<String, String> {
    machine.text(&format!("/sys/dev/block/{device}/dm/uuid"))
}

fn verity(machine: &Machine) -> Result<String, String> {
    let (device, options, kind) = mounted(machine, "/")?;
    let uuid = mapped(machine, &device)?;
    if !uuid.starts_with("CRYPT-VERITY-") {
        return Err(format!("the root stands on {uuid}"));
    }
    if !options.split(',').any(|option| option == "ro") {
        return Err("the root is writable".to_owned());
    }
    Ok(format!("{kind} on {uuid}"))
}

/// Options that differ from one image to the next and are part of no list: the root's hash, which names the list's image.
const OWN: [&str; 1] = ["roothash="];

fn command_line(machine: &Machine) -> Result<String, String> {
    let given = machine.text("/proc/cmdline")?;
    let signed = machine.text("/usr/share/bidroom/cmdline")?;
    let hash = given.split_whitespace().find(|option| option.starts_with("roothash="));
    let hash = hash.ok_or("there is no root hash")?;
    let rest: Vec<&str> = given.split_whitespace().filter(|option| !is_own(option)).collect();
    let wanted: Vec<&str> = signed.split_whitespace().collect();
    if rest != wanted {
        let added: Vec<&str> = rest.into_iter().filter(|option| !wanted.contains(option)).collect();
        return Err(format!("other options than the signed ones; added: {}", added.join(" ")));
    }
    Ok(hash.to_owned())
}

fn is_own(option: &str) -> bool {
    OWN.iter().any(|own| option.starts_with(own))
}

fn lockdown(machine: &Machine) -> Result<String, String> {
    let state = machine.text("/sys/kernel/security/lockdown")?;
    if state.contains("[confidentiality]") { Ok("confidentiality".to_owned()) } else { Err(state) }
}

fn modules(machine: &Machine) -> Result<String, String> {
    match machine.text("/sys/module/module/parameters/sig_enforce")?.as_str() {
        "Y" => Ok("enforced".to_owned()),
        other => Err(format!("sig_enforce is {other}")),
    }
}

/// PCR 7 holds the Secure Boot policy, PCR 11 what the signed image is made of.
const MEASURED: [u8; 2] = [7, 11];

fn tpm(machine: &Machine) -> Result<String, String> {
    let version = machine.text("/sys/class/tpm/tpm0/tpm_version_major")?;
    if version != "2" {
        return Err(format!("a TPM of version {version}"));
    }
    for register in MEASURED {
        let value = machine.text(&format!("/sys/class/tpm/tpm0/pcr-sha256/{register}"))?;
        if value.bytes().all(|digit| digit == b'0') {
            return Err(format!("nothing was measured into register {register}"));
        }
    }
    Ok("2.0, registers 7 and 11 measured".to_owned())
}

fn data(machine: &Machine) -> Result<String, String> {
    let (device, _, kind) = mounted(machine, "/var")?;
    let uuid = mapped(machine, &device)?;
    if uuid.starts_with("CRYPT-LUKS2-") {
        Ok(format!("{kind} on LUKS2"))
    } else {
        Err(format!("/var stands on {uuid}"))
    }
}

fn mount(machine: &Machine) -> Result<String, String> {
    let (_, options, _) = mounted(machine, "/var")?;
    for wanted in ["nosuid", "nodev", "noexec"] {
        if !options.split(',').any(|option| option == wanted) {
            return Err(format!("/var is mounted without {wanted}"));
        }
    }
    Ok(options)
}

fn swap(machine: &Machine) -> Result<String, String> {
    // The first line is the head of the table.
    match machine.text("/proc/swaps")?.lines().nth(1) {
        None => Ok("none".to_owned()),
        Some(line) => Err(format!("there is swap: {line}")),
    }
}

/// Longest that an image is in use: a clock beyond it is wrong.
const LONGEST_USE: Duration = Duration::from_secs(15 * 365 * 24 * 3600);

fn clock(machine: &Machine) -> Result<String, String> {
    let release = machine.text("/usr/lib/os-release")?;
    let made = release.lines().find_map(|line| line.strip_prefix("BIDROOM_IMAGE_EPOCH="));
    let made = made.and_then(|value| value.parse().ok()).ok_or("the image does not say when it was made")?;
    let made = UNIX_EPOCH + Duration::from_secs(made);
    match machine.now.duration_since(made) {
        Err(before) => Err(format!("{} s before this image was made", before.duration().as_secs())),
        Ok(after) if after > LONGEST_USE => {
            Err(format!("{} days after this image was made", after.as_secs() / 86_400))
        }
        Ok(after) => Ok(format!("{} days after this image was made", after.as_secs() / 86_400)),
    }
}

/// Where a path of a machine lies, for the check of settings.
fn settings(machine: &Machine) -> (&Path, PathBuf) {
    (&machine.root, machine.path("/usr/lib/sysctl.d/90-bidroom.conf"))
}

#[cfg(test)]
mod tests;
