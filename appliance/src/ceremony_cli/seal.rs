//! Device PINs that nobody knows: drawn at random, put into the device where it is blank, sealed for the service manager.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};
use bidroom_hsm::pkcs11::initialise_token;
use zeroize::Zeroizing;

use super::arguments::SealPin;
use super::say;

/// Characters of a PIN: digits and capitals that no device and no person confuses.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Characters in a PIN: 5 bits each.
const LENGTH: usize = 24;

/// How a credential was kept.
enum Kept {
    /// Encrypted by `systemd-creds`, for this machine (TPM where there is one).
    Sealed(PathBuf),
    /// In a file that only its owner reads.
    Plain(PathBuf),
}

pub(super) fn run(arguments: &SealPin) -> anyhow::Result<()> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    ensure!(
        (1..=100).contains(&arguments.name.len()) && arguments.name.bytes().all(plain),
        "--name：用字母、数字和 . _ - / letters, digits, `.`, `_` and `-`"
    );
    if arguments.soft {
        let mut secret = Zeroizing::new(vec![0; 32]);
        getrandom::fill(&mut secret)?;
        return told(&arguments.name, &keep(arguments, &arguments.name, &secret)?, Some("credential"));
    }
    let (pin, administrator) = (random_pin()?, random_pin()?);
    // Kept first: a device whose PIN nobody has is lost.
    let kept = keep(arguments, &arguments.name, pin.as_bytes())?;
    if let (Some(module), Some(label)) = (&arguments.module, &arguments.token) {
        let name = format!("{}.so", arguments.name);
        let of_administrator = keep(arguments, &name, administrator.as_bytes())?;
        let initialised = initialise_token(module, arguments.slot, label, &administrator, &pin);
        initialised.map_err(|error| {
            anyhow::anyhow!(
                "令牌没有初始化：{}。已封存的 PIN 没有用上，请删除后重来。\n  The token was not initialised: {error}. What was \
                 sealed is of no use; remove it and begin again.",
                error.zh()
            )
        })?;
        say(
            &format!("令牌“{label}”已初始化，PIN 随机生成，没有显示给任何人。"),
            &format!(
                "The token \"{label}\" is initialised; its PIN was drawn at random and shown to nobody."
            ),
        );
        told(&name, &of_administrator, None)?;
    } else {
        say(
            "没有给出 --module：PIN 只封存，请由设备管理员用厂商工具从凭据设入设备。",
            "Without --module the PIN is only sealed: the device's administrator sets it from the credential with the vendor's \
             tool.",
        );
    }
    told(&arguments.name, &kept, Some("pin_credential"))
}

/// Tells where it is, and what to write into unit and configuration; without `field` it is the administrator's alone.
fn told(name: &str, kept: &Kept, field: Option<&str>) -> anyhow::Result<()> {
    let (directive, path) = match kept {
        Kept::Sealed(path) => {
            say(
                &format!("已封存：{}（systemd-creds 加密，仅本机可解）。", path.display()),
                &format!("Sealed by systemd-creds for this machine: {}.", path.display()),
            );
            ("LoadCredentialEncrypted", path)
        }
        Kept::Plain(path) => {
            say(
                &format!("已存为文件：{}（权限 0600，没有加密；按 --plain 办理）。", path.display()),
                &format!(
                    "Kept in a file that only this user reads, not encrypted, as --plain asks: {}.",
                    path.display()
                ),
            );
            ("LoadCredential", path)
        }
    };
    match field {
        Some(field) => say(
            &format!(
                "保管程序单元中写 {directive}={name}:{}，配置中写 {field} = \"{name}\"。",
                path.display()
            ),
            "Custody's unit and its configuration name it as above.",
        ),
        None => say(
            "这是令牌管理员的 PIN（SO PIN），保管程序用不到，请单独保存。",
            "This is the administrator's PIN (SO PIN) of the token: custody has no use for it, keep it apart.",
        ),
    }
    Ok(())
}

fn random_pin() -> anyhow::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new([0_u8; LENGTH]);
    getrandom::fill(bytes.as_mut_slice())?;
    let letter = |byte: &u8| ALPHABET.get(usize::from(byte & 31)).copied().map(char::from);
    Ok(Zeroizing::new(bytes.iter().filter_map(letter).collect()))
}

/// Keeps a credential; one that is there already is never replaced.
fn keep(arguments: &SealPin, name: &str, secret: &[u8]) -> anyhow::Result<Kept> {
    std::fs::create_dir_all(&arguments.out).with_context(|| arguments.out.display().to_string())?;
    if !arguments.plain {
        let path = arguments.out.join(format!("{name}.cred"));
        absent(&path)?;
        match sealed(name, &path, secret) {
            Ok(()) => return Ok(Kept::Sealed(path)),
            Err(error) => bail!(
                "没有封存：systemd-creds 不可用（{error:#}）。没有 systemd 的机器可加 --plain，存为仅本用户可读的文件。\n  Not \
                 sealed: systemd-creds is not usable. On a machine without it give --plain for a file that only this user reads."
            ),
        }
    }
    let path = arguments.out.join(name);
    absent(&path)?;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .with_context(|| path.display().to_string())?;
    file.write_all(secret).and_then(|()| file.sync_all()).with_context(|| path.display().to_string())?;
    Ok(Kept::Plain(path))
}

fn absent(path: &Path) -> anyhow::Result<()> {
    ensure!(
        !path.exists(),
        "{} 已存在，不会覆盖：设备可能正用着它 / exists already and is not replaced: a device may be using it",
        path.display()
    );
    Ok(())
}

fn sealed(name: &str, path: &Path, secret: &[u8]) -> anyhow::Result<()> {
    let mut child = Command::new("systemd-creds")
        .arg("encrypt")
        .arg(format!("--name={name}"))
        .arg("-")
        .arg(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .context("systemd-creds")?;
    child.stdin.take().context("no input")?.write_all(secret)?;
    let status = child.wait()?;
    ensure!(status.success(), "systemd-creds: {status}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn arguments(out: &Path, name: &str, soft: bool) -> SealPin {
        SealPin {
            name: name.to_owned(),
            out: out.to_owned(),
            soft,
            module: None,
            token: None,
            slot: None,
            plain: true,
        }
    }

    #[test]
    fn pins_are_long_random_and_plain_letters() {
        let (one, other) = (random_pin().unwrap(), random_pin().unwrap());
        assert_ne!(*one, *other);
        assert_eq!(one.len(), LENGTH);
        assert!(one.bytes().all(|byte| ALPHABET.contains(&byte)));
    }

    #[test]
    fn what_is_kept_is_the_owners_and_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        run(&arguments(folder.path(), "main.pin", false)).unwrap();
        let path = folder.path().join("main.pin");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let pin = std::fs::read(&path).unwrap();
        let again = run(&arguments(folder.path(), "main.pin", false)).unwrap_err().to_string();
        assert!(again.contains("已存在"), "{again}");
        assert_eq!(std::fs::read(&path).unwrap(), pin);
        run(&arguments(folder.path(), "main.key", true)).unwrap();
        assert_eq!(std::fs::metadata(folder.path().join("main.key")).unwrap().len(), 32);
        assert!(run(&arguments(folder.path(), "../pin", false)).is_err());
    }
}
