//! `bidroom crl …`: revocation lists and OCSP answers, imported and listed.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use bidroom_custody::certificates::{CertificateConfig, CertificateFolders, ImportFileError};
use bidroom_custody::config::ProcessConfig;
use bidroom_domain::At;
use bidroom_trust::{BookEntry, CaProfile, MissingRevocation, Source, age_text_en, age_text_zh};
use bidroom_wire::text::Sentence;
use clap::Subcommand;

use crate::config::Config;

/// Commands about revocation data.
#[derive(Debug, Subcommand)]
pub enum CrlCommand {
    /// 导入吊销列表（.crl、.pem）或 OCSP 应答（.ocsp）。 Imports revocation lists or OCSP answers.
    Import {
        /// 配置文件，serve 或 custody 的。 The configuration file of `serve` or of `custody`.
        #[arg(long)]
        config: PathBuf,
        /// 文件，可多个。 Files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// 列出各发证机构及其吊销数据的新旧。 Lists the authorities and how old their revocation data is.
    List {
        /// 配置文件，serve 或 custody 的。 The configuration file of `serve` or of `custody`.
        #[arg(long)]
        config: PathBuf,
        /// 输出 JSON。 Prints JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Does it, at `now`.
///
/// # Errors
/// What is wrong with which file, and what to do. Of several files those before it are imported.
pub fn run(command: CrlCommand, now: At) -> anyhow::Result<()> {
    match command {
        CrlCommand::Import { config, files } => {
            let folders = CertificateFolders::open(folders_of(&config)?, now)?;
            for file in files {
                import(&folders, &file, now)?;
            }
        }
        CrlCommand::List { config, json } => {
            let folders = CertificateFolders::open(folders_of(&config)?, now)?;
            list(&folders, json, now)?;
        }
    }
    Ok(())
}

/// The folders that a configuration of either process names.
fn folders_of(config: &Path) -> anyhow::Result<CertificateConfig> {
    let serve = match Config::load(config) {
        Ok(config) => return Ok(config.certificates),
        Err(error) => error,
    };
    match ProcessConfig::load(config) {
        Ok(config) => Ok(config.certificates),
        Err(_) => Err(serve).with_context(|| config.display().to_string()),
    }
}

fn import(folders: &CertificateFolders, file: &Path, now: At) -> anyhow::Result<()> {
    let done = match folders.import(file, now) {
        Ok(done) => done,
        Err(ImportFileError::Refused { path, source }) => {
            let said = sentence(&source);
            bail!(
                "{}: {} — {}\n{} — {}\n({source})",
                path.display(),
                said.zh.title,
                said.zh.body,
                said.en.title,
                said.en.body
            )
        }
        Err(ImportFileError::NoFolder) => bail!(
            "没有导入：配置中没有 certificates.revocation，请在配置文件中指定吊销数据目录 / not imported: the configuration \
             names no folder `certificates.revocation`"
        ),
        Err(error) => return Err(error.into()),
    };
    let known = if done.known { "（已是这一份 / it was there already）" } else { "" };
    println!("{}: {}{known}", file.display(), done.issuer);
    println!(
        "  {} / {}，{} 张吊销 / revoked",
        age_text_zh(done.made, now),
        age_text_en(done.made, now),
        done.revoked
    );
    if done.until.is_some_and(|until| until < now) {
        println!(
            "  注意：这份数据已过其下次更新时间，请取得更新的一份 / Note: it is past its own end; get a newer one"
        );
    }
    Ok(())
}

fn sentence(error: &bidroom_trust::ImportError) -> Sentence {
    use bidroom_trust::ImportError as Error;
    match error {
        Error::Form(_) => Sentence::new(
            "没有导入：不是可用的完整吊销列表或 OCSP 应答",
            "增量、间接和分区列表都不接受。请从发证机构下载完整的吊销列表。",
            "Not imported: no complete revocation list or OCSP answer",
            "Delta, indirect and partial lists are not accepted. Get the complete list from the CA.",
        ),
        Error::UnknownIssuer { .. } => Sentence::new(
            "没有导入：不是任何已登记的发证机构签发的",
            "请先在 certificates.profiles 目录中登记这家发证机构（docs/ca-profiles.md），再导入。",
            "Not imported: none of the registered CAs signed it",
            "Put a profile of that CA into the folder certificates.profiles first (docs/ca-profiles.md).",
        ),
        Error::Unbelieved(_) => Sentence::new(
            "没有导入：签名对不上，或签名者无权签发",
            "原有数据没有变。请从发证机构重新下载；仍不行时请联系发证机构。",
            "Not imported: the signature does not fit, or its maker may not sign this",
            "The data that was there is unchanged. Download it again, or call the CA.",
        ),
        Error::Older { .. } => Sentence::new(
            "没有导入：已有更新的一份",
            "原有数据没有变。旧的列表不会替换新的，以免已吊销的锁重新可用。",
            "Not imported: a newer one is there",
            "The data that was there is unchanged. An older list never takes its place.",
        ),
        Error::Future { .. } => Sentence::new(
            "没有导入：签发时间在将来",
            "原有数据没有变。请核对本机时钟，或稍后再导入。",
            "Not imported: it was made in the future",
            "The data that was there is unchanged. Check this machine's clock, or import it later.",
        ),
    }
}

fn list(folders: &CertificateFolders, json: bool, now: At) -> anyhow::Result<()> {
    let outside: Arc<_> = folders.outside(now);
    let entries = outside.book().entries();
    if json {
        let authorities: Vec<_> = outside.profiles().iter().map(|it| described(it, &entries, now)).collect();
        println!("{}", serde_json::to_string_pretty(&authorities)?);
        return Ok(());
    }
    for profile in outside.profiles() {
        let what = if profile.removed.is_some() { "已停止受理 / removed" } else { "受理 / accepted" };
        println!("{} / {}  {what}", profile.name.zh, profile.name.en);
        if let Some(removed) = &profile.removed {
            let (at, why) = (removed.at, &removed.reason);
            println!("  {} {}: {} / {}", at.date_text(), at.clock_text(), why.zh, why.en);
        }
        let of_profile: Vec<&BookEntry> = entries.iter().filter(|entry| is_of(profile, entry)).collect();
        for entry in &of_profile {
            let old = if is_old(profile, entry, now) { "  已旧 / OLD" } else { "" };
            let what = match &entry.serial {
                None => format!("吊销列表 / list, {} 张 / revoked", entry.revoked),
                Some(serial) => format!(
                    "OCSP {serial}, {}",
                    if entry.revoked > 0 { "已吊销 / revoked" } else { "正常 / good" }
                ),
            };
            let (zh, en) = (age_text_zh(entry.made, now), age_text_en(entry.made, now));
            println!("  {what}  {zh} / {en}{old}");
        }
        if of_profile.is_empty() {
            println!("  没有吊销数据 / no revocation data");
        }
        for address in profile.crl.iter().chain(&profile.ocsp) {
            println!("  {address}");
        }
        let rule = profile.revocation;
        let (zh, en) = match rule.when_older {
            MissingRevocation::Accept => ("照常受理并显示新旧", "accepted, age shown"),
            MissingRevocation::Refuse => ("不受理", "refused"),
        };
        println!("  超过 {} 小时 / after {} h: {zh} / {en}", rule.max_age_hours, rule.max_age_hours);
    }
    if outside.profiles().is_empty() {
        println!("没有登记发证机构 / no CA is registered (certificates.profiles)");
    }
    Ok(())
}

fn is_of(profile: &CaProfile, entry: &BookEntry) -> bool {
    let mut certificates = profile.roots.iter().chain(&profile.intermediates);
    certificates.any(|certificate| certificate.subject().to_string() == entry.issuer)
}

fn is_old(profile: &CaProfile, entry: &BookEntry, now: At) -> bool {
    let hours = now.millis_since(entry.made) / 3_600_000;
    hours > i64::from(profile.revocation.max_age_hours) || entry.until.is_some_and(|until| until < now)
}

fn described(profile: &CaProfile, entries: &[BookEntry], now: At) -> serde_json::Value {
    let data: Vec<_> = entries
        .iter()
        .filter(|entry| is_of(profile, entry))
        .map(|entry| {
            serde_json::json!({
                "kind": match entry.source { Source::List => "list", Source::Answer => "answer" },
                "issuer": entry.issuer,
                "made": entry.made,
                "until": entry.until,
                "revoked": entry.revoked,
                "serial": entry.serial,
                "old": is_old(profile, entry, now),
            })
        })
        .collect();
    serde_json::json!({
        "name": profile.name,
        "removed": profile.removed,
        "crl": profile.crl,
        "ocsp": profile.ocsp,
        "rule": profile.revocation,
        "data": data,
    })
}
