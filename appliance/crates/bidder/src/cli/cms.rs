//! `cms open` and `cms verify`: messages of other platforms.

use std::path::{Path, PathBuf};

use bidroom_bidder::legacy::{self, Content, Holder, Layer, LegacyError, Request};
use bidroom_bidder::locks::{read_certificate, read_key, read_x509};
use bidroom_envelope::suite::cms::VerifyError;
use bidroom_envelope::suite::cms::stream::{KeyForm, Kind, StreamError};
use bidroom_envelope::suite::pki::X509;
use bidroom_trust::{certificate_code, certificate_sentence};
use bidroom_wire::text::Sentence;

use super::args;
use super::bar::Bar;
use super::fault::CliError;
use super::inputs;
use super::say::Say;
use super::tell::{file, unchanged};

pub fn run(args: &args::Cms, say: Say) -> Result<(), CliError> {
    match args {
        args::Cms::Open(open) => {
            let holders = holders(&open.key, &open.cert)?;
            let content = work(&open.message, &holders, say, legacy::open)?;
            print(&content, &open.message, say);
            say.notice(
                "这是其他平台的信封：没有承诺值，不能证明它与截止前封存的一致。",
                "A message of another platform carries no commitments: it does not prove what was sealed before the deadline.",
            );
        }
        args::Cms::Verify(verify) => {
            let content = work(&verify.message, &[], say, legacy::verify)?;
            print(&content, &verify.message, say);
        }
    }
    Ok(())
}

type Way = fn(&Request<'_>, &dyn bidroom_bidder::progress::Progress) -> Result<Content, LegacyError>;

fn work(args: &args::CmsMessage, holders: &[Holder], say: Say, way: Way) -> Result<Content, CliError> {
    let roots = roots(&args.ca)?;
    let at = args.at.unwrap_or_else(inputs::now);
    let request = Request { input: &args.input, out: &args.out, holders, roots: &roots, at };
    let content = way(&request, &Bar::new(say))?;
    if roots.is_empty() && content.layers.iter().any(|layer| !layer.signers.is_empty()) {
        say.notice(
            "没有给出 --ca：签名有效，但没有核对是谁签的。",
            "Without --ca: the signature is good, but it was not checked whose it is.",
        );
    }
    Ok(content)
}

fn holders(keys: &[PathBuf], certificates: &[PathBuf]) -> Result<Vec<Holder>, CliError> {
    if keys.len() != certificates.len() {
        return Err(CliError::Pairs { keys: keys.len(), certificates: certificates.len() });
    }
    let pairs =
        keys.iter().zip(certificates).map(|(key_file, certificate_file)| -> Result<Holder, CliError> {
            let (key, certificate) = (read_key(key_file)?, read_certificate(certificate_file)?);
            if key.public_key() != certificate.public_key() {
                let (key, certificate) = (key_file.clone(), certificate_file.clone());
                return Err(LegacyError::KeyMismatch { key, certificate }.into());
            }
            Ok(Holder { certificate, key })
        });
    pairs.collect()
}

/// Roots from files, and from the certificates in folders.
fn roots(paths: &[PathBuf]) -> Result<Vec<X509>, CliError> {
    let mut roots = Vec::new();
    for path in paths {
        if !path.is_dir() {
            roots.push(read_x509(path)?);
            continue;
        }
        let read = |source| bidroom_bidder::files::FileError::Read { path: path.clone(), source };
        for entry in std::fs::read_dir(path).map_err(read)? {
            let file = entry.map_err(read)?.path();
            if is_certificate(&file) {
                roots.push(read_x509(&file)?);
            }
        }
    }
    Ok(roots)
}

fn is_certificate(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| matches!(ending, "pem" | "crt" | "cer" | "der"))
}

fn print(content: &Content, args: &args::CmsMessage, say: Say) {
    for layer in &content.layers {
        describe(layer, say);
    }
    let (out, length, digest) = (args.out.display(), content.length, content.digest);
    match content.inside {
        None => say.out(
            &format!("原文已写出：{out}，{length} 字节，SM3 {digest}"),
            &format!("Content written: {out}, {length} bytes, SM3 {digest}"),
        ),
        Some(_) => say.out(
            &format!("里面是给别人的信封，已原样写出：{out}，{length} 字节，SM3 {digest}"),
            &format!("Inside is an envelope for somebody else, written as it is: {out}, {length} bytes, SM3 {digest}"),
        ),
    }
}

fn describe(layer: &Layer, say: Say) {
    if let (Some(with), Some(serial)) = (layer.opened, &layer.holder) {
        let form = match with.form {
            KeyForm::Der => say.pick("标准写法", "standard form"),
            KeyForm::C1C3C2 => say.pick("裸密文 C1C3C2", "raw C1C3C2"),
            KeyForm::C1C2C3 => say.pick("裸密文 C1C2C3（旧序）", "raw C1C2C3 (old order)"),
        };
        say.out(
            &format!("信封：用证书 {serial} 打开，密钥密文为{form}"),
            &format!("Envelope: opened with certificate {serial}, content key in {form}"),
        );
        if !with.named {
            say.notice(
                "信封写明的是另一张证书，但这把密钥能打开（可能是续期前的证书）。",
                "The envelope names another certificate, but this key opens it (perhaps it was renewed).",
            );
        }
    }
    for signer in &layer.signers {
        let (holder, serial, issuer) = (signer.holder(), signer.serial_hex(), signer.issuer());
        say.out(
            &format!("签名有效：{holder}，证书 {serial}，发证机构 {issuer}"),
            &format!("Signature good: {holder}, certificate {serial}, issuer {issuer}"),
        );
    }
}

/// A stable word for programs, which stands before the details.
pub fn code(error: &LegacyError) -> &'static str {
    match error {
        LegacyError::Message(error) => stream_code(error),
        LegacyError::File(_) => "file",
        LegacyError::TooDeep(_) => "too_deep",
        LegacyError::Signer(no) => certificate_code(no),
        LegacyError::KeyMismatch { .. } => "key_mismatch",
    }
}

fn stream_code(error: &StreamError) -> &'static str {
    match error {
        StreamError::Outer(outer) => stream_code(outer),
        StreamError::Read(_) => "file",
        StreamError::Short { .. } => "truncated",
        StreamError::Trailing { .. } => "trailing_bytes",
        StreamError::Kind { .. } => "other_kind",
        StreamError::ContentAlgorithm(_) => "content_algorithm",
        StreamError::NotForHolder { .. } => "wrong_recipient",
        StreamError::Unwrap { .. } => "content_key",
        StreamError::Content => "content_damaged",
        StreamError::ContentDiffers => "content_changed_meanwhile",
        StreamError::Verify(VerifyError::WithoutZ) => "signature_without_z",
        StreamError::Verify(VerifyError::ContentChanged | VerifyError::BadSignature(_)) => "signature_wrong",
        StreamError::Verify(VerifyError::NoCertificate) => "no_signer_certificate",
        StreamError::Verify(VerifyError::Signers(_)) => "no_signer",
        StreamError::Verify(_) => "signature_form",
        StreamError::Structure { .. }
        | StreamError::TooLong { .. }
        | StreamError::Part(_)
        | StreamError::UnknownKind(_)
        | StreamError::Recipients(_)
        | StreamError::Signed(_) => "no_message",
    }
}

/// What people are told.
pub fn sentence(error: &LegacyError) -> Sentence {
    match error {
        LegacyError::Message(error) => stream(error),
        LegacyError::File(error) => file(error),
        LegacyError::TooDeep(_) => nothing(
            "信封套得太多层",
            "请核对文件；正常的投标文件不超过两三层。",
            "too many messages inside one another",
            "Check the file; a bid has two or three layers at most.",
        ),
        LegacyError::Signer(no) => {
            let why = certificate_sentence(no);
            nothing(
                &format!("签名有效，但签名证书不可信：{}", why.zh.title),
                "请核对 --ca 给出的根证书，或用 --at 给出签名当日。",
                &format!(
                    "the signature is good, but its certificate is not to be believed: {}",
                    why.en.title
                ),
                "Check the roots given by --ca, or give the day of signing by --at.",
            )
        }
        LegacyError::KeyMismatch { .. } => nothing(
            "私钥与证书不是一对",
            "请核对 --key 与 --cert，次序应一致。",
            "private key and certificate do not belong together",
            "Check --key and --cert; their order must agree.",
        ),
    }
}

/// Nothing is left behind, whatever went wrong.
fn nothing(zh: &str, zh_do: &str, en: &str, en_do: &str) -> Sentence {
    unchanged(&format!("没有写出原文：{zh}"), zh_do, &format!("No content was written: {en}"), en_do)
}

fn stream(error: &StreamError) -> Sentence {
    match error {
        StreamError::Outer(outer) => stream(outer),
        StreamError::Read(_) => nothing(
            "读不了文件",
            "请核对路径、权限和存储介质。",
            "the file cannot be read",
            "Check path, rights and medium.",
        ),
        StreamError::Short { .. } => nothing(
            "文件不完整，末尾被截断",
            "请重新拷贝或重新下载原文件。",
            "the file is cut off",
            "Copy or download the original again.",
        ),
        StreamError::Trailing { .. } => nothing(
            "文件末尾多出了内容",
            "信封之后不应再有任何字节。请重新取得原文件，不要在传输中追加内容。",
            "bytes follow the message",
            "Nothing may follow it. Get the original file again.",
        ),
        StreamError::Kind { found } => match found {
            Kind::Signed => nothing(
                "这是签名文件，不是信封",
                "请用 cms verify。",
                "this is a signed message, not an envelope",
                "Use cms verify.",
            ),
            Kind::Enveloped | Kind::SignedAndEnveloped => nothing(
                "这是信封，不是签名文件",
                "请用 cms open 并给出私钥。",
                "this is an envelope, not a signed message",
                "Use cms open with a key.",
            ),
            Kind::Data => nothing(
                "文件既没有加密也没有签名",
                "请核对是否选错了文件。",
                "the file is neither enveloped nor signed",
                "Check whether it is the right file.",
            ),
        },
        StreamError::ContentAlgorithm(_) => nothing(
            "正文用的不是 SM4-CBC",
            "只支持 GB/T 35275 的 SM4-CBC 信封；请原平台重新加密。",
            "the content is not encrypted with SM4-CBC",
            "Only SM4-CBC envelopes of GB/T 35275 are supported; have it encrypted again.",
        ),
        StreamError::NotForHolder { .. } => nothing(
            "信封不是给这张证书的",
            "详情列出了收件证书的序列号。请换用其中一把锁的证书和私钥；证书续期过的，请找续期前的那把锁。",
            "the envelope is not for this certificate",
            "The details list the recipients' serial numbers. Use one of those; if the certificate was renewed, use the \
             lock from before.",
        ),
        StreamError::Unwrap { .. } => nothing(
            "信封写明是给这张证书的，但私钥打不开内容密钥",
            "证书可能换发过密钥，或信封被改动。请换用加密时的那把锁，或重新取得原文件。",
            "the envelope names this certificate, but its key does not open the content key",
            "The key may have been renewed, or the envelope changed. Use the lock from then, or get the original again.",
        ),
        StreamError::Content => nothing(
            "正文与内容密钥不符，或被改动",
            "请重新取得原文件；仍不行时文件已损坏。",
            "the content does not fit its key, or was changed",
            "Get the original again; if it fails, the file is damaged.",
        ),
        StreamError::ContentDiffers => nothing(
            "核验途中文件被改动",
            "请关闭正在使用该文件的程序，再试一次。",
            "the file was changed while it was verified",
            "Close programs that use it and try again.",
        ),
        StreamError::Verify(error) => signature(error),
        StreamError::Structure { .. }
        | StreamError::TooLong { .. }
        | StreamError::Part(_)
        | StreamError::UnknownKind(_)
        | StreamError::Recipients(_)
        | StreamError::Signed(_) => nothing(
            "这不是 GB/T 35275 的信封或签名",
            "请核对是否选错了文件；文件应为 DER 或 BER 二进制，不是文本。",
            "this is no message of GB/T 35275",
            "Check whether it is the right file; it must be binary DER or BER, not text.",
        ),
    }
}

fn signature(error: &VerifyError) -> Sentence {
    match error {
        VerifyError::WithoutZ => nothing(
            "签名没有包含签名者的 Z 值",
            "GB/T 32918.2 规定签名须含 Z 值；不含 Z 值的签名不绑定签名者的身份和公钥，不予采信。请原平台用符合 GB/T 35275 的软件重新签名。",
            "the signature was made without the signer's Z value",
            "GB/T 32918.2 prescribes it; a signature without Z does not bind the signer's identity and key and is not \
             believed. Have it signed again with software that follows GB/T 35275.",
        )
        .with_clause("GB/T 32918.2 第 5.5 条"),
        VerifyError::ContentChanged | VerifyError::BadSignature(_) => nothing(
            "签名对不上：内容或签名被改动",
            "请重新取得原文件；仍不行时不要采信其内容。",
            "the signature does not fit: content or signature was changed",
            "Get the original again; if it fails, do not believe its content.",
        ),
        VerifyError::NoCertificate => nothing(
            "文件里没有签名者的 SM2 证书",
            "请原平台附上签名证书重新签名。",
            "the signer's SM2 certificate is not in the message",
            "Have it signed again with the certificate attached.",
        ),
        VerifyError::Signers(_) => nothing(
            "文件里没有签名",
            "请核对是否选错了文件。",
            "the message has no signer",
            "Check whether it is the right file.",
        ),
        _ => nothing(
            "签名的算法或写法不被接受",
            "只接受 SM2 与 SM3 的签名。请原平台重新签名。",
            "the signature's algorithm or form is not accepted",
            "Only SM2 with SM3 is. Have it signed again.",
        ),
    }
}
