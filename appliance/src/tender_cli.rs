//! `bidroom tender`: makes, signs and checks tender packages, seals lists of experts; `bidroom identity`: what a package says of
//! this room.

mod committee;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use bidroom_canon::{Base64Bytes, Sm3Digest, from_canonical, to_canonical};
use bidroom_domain::{At, LotFacts};
use bidroom_envelope::suite::sm2::SecretKey;
use bidroom_lock::{Lock as _, SoftLock};
use bidroom_tender::{
    AttachedDocument, Authority, PackageFormat, Publication, RoomIdentity, SignedDocument, TenderPackage,
};
use clap::Subcommand;

use bidroom_custody::certificates::read_profile;
use bidroom_custody::trust::{certificates_in, read_certificate, read_x509};

use crate::tenders::check_methods;

/// What is done with a tender package.
#[derive(Debug, Subcommand)]
pub enum TenderCommand {
    /// 组成招标包，尚未签名。 Puts a package together, unsigned: canonical JSON.
    Make {
        /// 各标段的事实，JSON 数组（见 docs/tender-package.md）。 Facts of the lots, a JSON array.
        #[arg(long)]
        lots: PathBuf,
        /// 开标室身份文件（bidroom identity 的输出）。 The room's identity.
        #[arg(long)]
        room: PathBuf,
        /// 认可的 CA，名称=根证书或档案文件（.toml），可多次。 Accepted CA, NAME=ROOT or NAME=PROFILE.toml, repeatable.
        #[arg(long = "ca", required = true)]
        cas: Vec<String>,
        /// 授权人和工作人员的证书，可多次。 Certificates of officers and staff, repeatable.
        #[arg(long = "cert", required = true)]
        certificates: Vec<PathBuf>,
        /// 招标文件等附件，只记摘要，可多次。 Documents, by digest, repeatable.
        #[arg(long = "document")]
        documents: Vec<PathBuf>,
        /// 输出文件。 Output.
        #[arg(long)]
        out: PathBuf,
    },
    /// 由招标代理机构签名。 Signs a package as the agency.
    Sign {
        /// make 的输出。 The output of `make`.
        #[arg(long)]
        package: PathBuf,
        /// 签名证书。 Signing certificate.
        #[arg(long, requires = "key", conflicts_with = "lock")]
        cert: Option<PathBuf>,
        /// 私钥（PEM）。 Private key (PEM).
        #[arg(long)]
        key: Option<PathBuf>,
        /// 演练锁文件，代替证书和私钥。 A drill lock instead of certificate and key.
        #[arg(long, requires = "password_file")]
        lock: Option<PathBuf>,
        /// 演练锁口令文件。 File with the lock's password.
        #[arg(long)]
        password_file: Option<PathBuf>,
        /// 输出文件。 Output.
        #[arg(long)]
        out: PathBuf,
    },
    /// 密封专家名单，到组建评标委员会时才能由评标室拆封。 Seals the list of experts; only the room opens it, and in time.
    SealCommittee {
        /// 评标室对该标段的公布文件。 The room's publication of the lot.
        #[arg(long)]
        publication: PathBuf,
        /// 代理机构根证书目录；不给则不核对公布文件的来源。 Folder of agencies' roots; without it the publication is believed.
        #[arg(long)]
        agency_roots: Option<PathBuf>,
        /// 专家名单，JSON（见 docs/evaluation.md）。 The list, JSON.
        #[arg(long)]
        list: PathBuf,
        /// 输出文件。 Output.
        #[arg(long)]
        out: PathBuf,
    },
    /// 检查招标包或开标室的公布文件。 Checks a package, or a room's publication.
    Check {
        /// 文件。 The file.
        file: PathBuf,
        /// 代理机构根证书目录；不给则只检查自身一致。 Folder of agencies' roots; without it only consistency is checked.
        #[arg(long)]
        agency_roots: Option<PathBuf>,
        /// 输出 JSON。 Prints JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Does it. `now` decides about the validity of certificates.
///
/// # Errors
/// What is wrong with which file, and what to do.
pub fn run(command: TenderCommand, now: At) -> anyhow::Result<()> {
    match command {
        TenderCommand::Make { lots, room, cas, certificates, documents, out } => {
            let package = make(&lots, &room, &cas, &certificates, &documents)?;
            std::fs::write(&out, to_canonical(&package)?).with_context(|| out.display().to_string())?;
        }
        TenderCommand::Sign { package, cert, key, lock, password_file, out } => {
            let value: TenderPackage =
                from_canonical(&read(&package)?).with_context(|| package.display().to_string())?;
            checked(&value)?;
            let signed = match (cert, key, lock, password_file) {
                (Some(cert), Some(key), None, _) => {
                    let key = String::from_utf8(read(&key)?).context("the key is not PEM")?;
                    SignedDocument::sign(value, &read_certificate(&cert)?, &SecretKey::from_pem(&key)?)?
                }
                (None, _, Some(lock), Some(password)) => {
                    let password = String::from_utf8(read(&password)?).context("the password is not text")?;
                    let lock = SoftLock::open(&read(&lock)?, password.trim_end_matches(['\r', '\n']))?;
                    SignedDocument::sign(value, lock.identity().signing_certificate(), &lock)?
                }
                _ => bail!(
                    "签名需要 --cert 和 --key，或 --lock 和 --password-file / needs --cert and --key, or --lock and --password-file"
                ),
            };
            std::fs::write(&out, signed.der()).with_context(|| out.display().to_string())?;
        }
        TenderCommand::SealCommittee { publication, agency_roots, list, out } => {
            committee::seal(&publication, agency_roots.as_deref(), &list, &out, now)?;
        }
        TenderCommand::Check { file, agency_roots, json } => {
            check(&file, agency_roots.as_deref(), json, now)?
        }
    }
    Ok(())
}

fn make(
    lots: &Path,
    room: &Path,
    cas: &[String],
    certificates: &[PathBuf],
    documents: &[PathBuf],
) -> anyhow::Result<TenderPackage> {
    let lots: Vec<LotFacts> =
        serde_json::from_slice(&read(lots)?).with_context(|| lots.display().to_string())?;
    let room: RoomIdentity = from_canonical(&read(room)?).with_context(|| room.display().to_string())?;
    let authorities = cas.iter().map(|named| {
        let (name, path) = named.split_once('=').with_context(|| format!("{named}: NAME=FILE"))?;
        authority(name, Path::new(path))
    });
    let certificates =
        certificates.iter().map(|path| Ok(Base64Bytes(read_certificate(path)?.der().to_vec())));
    let documents = documents.iter().map(|path| {
        let bytes = read(path)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(AttachedDocument { name, sm3: Sm3Digest::of(&bytes), length: u64::try_from(bytes.len())? })
    });
    let package = TenderPackage {
        format: PackageFormat::V1,
        room,
        authorities: authorities.collect::<anyhow::Result<_>>()?,
        certificates: certificates.collect::<anyhow::Result<_>>()?,
        documents: documents.collect::<anyhow::Result<_>>()?,
        lots,
    };
    checked(&package)?;
    Ok(package)
}

/// That a package does not contradict itself, its lots' methods included.
fn checked(package: &TenderPackage) -> anyhow::Result<()> {
    package.check()?;
    check_methods(&package.lots).map_err(|(lot, why)| anyhow::anyhow!("lot {lot}: {why}"))
}

/// A CA by its root alone, or by its profile, which then travels in the package.
fn authority(name: &str, path: &Path) -> anyhow::Result<Authority> {
    let name = name.to_owned();
    if path.extension().is_none_or(|ending| ending != "toml") {
        let root = Base64Bytes(read_x509(path)?.der().to_vec());
        return Ok(Authority { name, root, profile: None });
    }
    let profile = read_profile(path).with_context(|| path.display().to_string())?;
    ensure!(
        profile.removed.is_none(),
        "{}: 这家发证机构已停止受理，不能写入招标包 / this CA is no longer accepted",
        path.display()
    );
    let root = profile.roots.first().context("the profile has no root")?;
    Ok(Authority { name, root: Base64Bytes(root.der().to_vec()), profile: Some(profile) })
}

fn check(file: &Path, agency_roots: Option<&Path>, json: bool, now: At) -> anyhow::Result<()> {
    let der = read(file)?;
    let roots = agency_roots.map(certificates_in).transpose()?;
    let (package, publication) = match SignedDocument::<Publication>::parse(&der) {
        Ok(_) => {
            let (publication, package) = Publication::open(&der, roots.as_deref(), now.0)?;
            (package, Some(publication))
        }
        Err(_) => {
            let package = match &roots {
                Some(roots) => TenderPackage::open(&der, roots, now.0)?,
                None => {
                    let package = SignedDocument::<TenderPackage>::parse(&der)?;
                    checked(package.value())?;
                    package
                }
            };
            (package, None)
        }
    };
    let trusted = roots.is_some();
    if json {
        let report = serde_json::json!({
            "package": package.digest(),
            "agency": package.signer().holder(),
            "agency_trusted": trusted,
            "room": package.value().room.keys.name,
            "publication": publication.as_ref().map(SignedDocument::digest),
            "lots": package.value().lots,
        });
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    let what = if publication.is_some() {
        "开标室公布文件 / publication"
    } else {
        "招标包 / tender package"
    };
    println!("{what}: 签名有效，内容一致 / signature valid, consistent");
    println!("  SM3 {}", package.digest());
    println!(
        "  代理机构 / agency: {}{}",
        package.signer().holder(),
        if trusted {
            "（根证书可信 / trusted）"
        } else {
            "（未核对根证书 / root not checked）"
        }
    );
    for lot in &package.value().lots {
        println!(
            "  {} {}  开标 / opens {} {}  授权人 / officers {}/{}",
            lot.session(),
            lot.title,
            lot.deadline.date_text(),
            lot.deadline.clock_text(),
            lot.policy.officers_threshold.value,
            lot.officers.len(),
        );
    }
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let length = std::fs::metadata(path).with_context(|| path.display().to_string())?.len();
    ensure!(length <= 64 << 20, "{}: {length} bytes, more than 64 MiB", path.display());
    std::fs::read(path).with_context(|| path.display().to_string())
}
