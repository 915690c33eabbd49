//! What people read when a certificate is not accepted: which rule, what did not change, what to do.

use bidroom_domain::At;
use bidroom_envelope::suite::pki::{CertificateRefusal, Usage};
use bidroom_wire::text::Sentence;

use crate::refusal::Refusal;

fn moment(at: At) -> String {
    format!("{} {}", at.date_text(), at.clock_text())
}

const fn usage_zh(usage: Usage) -> &'static str {
    match usage {
        Usage::Sign => "签名",
        Usage::Encrypt => "加密",
        Usage::Issue => "签发证书",
    }
}

const fn usage_en(usage: Usage) -> &'static str {
    match usage {
        Usage::Sign => "signing",
        Usage::Encrypt => "encryption",
        Usage::Issue => "issuing certificates",
    }
}

impl Refusal {
    /// Stable code for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownAuthority { .. } => "unknown_certificate",
            Self::Certificate(refusal) => certificate_code(refusal),
            Self::MissingUsage { .. } => "certificate_usage",
            Self::Policy { .. } => "certificate_policy",
            Self::NoCreditCode { .. } => "certificate_no_credit_code",
            Self::SeveralCreditCodes { .. } => "certificate_several_credit_codes",
            Self::OtherHolder { .. } => "certificate_other_holder",
            Self::DifferentHolders { .. } => "certificate_pair",
            Self::Revoked { .. } => "certificate_revoked",
            Self::NotIssued { .. } => "certificate_not_issued",
            Self::RevocationOutdated { .. } => "revocation_outdated",
            Self::AuthorityRemoved { .. } => "authority_removed",
        }
    }

    /// The sentence in both languages.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::UnknownAuthority { holder, issuer } => Sentence::new(
                "没有接受：本项目不接受这个发证机构的证书",
                &format!(
                    "证书持有人 {holder}，发证机构 {issuer}。什么都没有改变。请换用招标文件列明的任一发证机构签发的锁。"
                ),
                "Not accepted: this tender does not accept certificates of this issuer",
                &format!(
                    "The certificate is of {holder}, issued by {issuer}. Nothing has changed. Use a lock of any CA that \
                     the tender document names."
                ),
            ),
            Self::Certificate(refusal) => certificate_sentence(refusal),
            Self::MissingUsage { subject, authority, usage, missing } => Sentence::new(
                &format!("没有接受：这张证书不能用于{}", usage_zh(*usage)),
                &format!(
                    "证书：{subject}，缺少 {authority} 规定的用途 {missing}。什么都没有改变。请用锁里的另一张证书，或联系发证机构核实。"
                ),
                &format!("Not accepted: the certificate is not for {}", usage_en(*usage)),
                &format!(
                    "Certificate: {subject}; it lacks {missing}, which {authority} prescribes. Nothing has changed. Use \
                     the lock's other certificate, or have the CA check it."
                ),
            ),
            Self::Policy { subject, authority, wanted, has } => Sentence::new(
                "没有接受：证书的类别不符",
                &format!(
                    "证书：{subject}。{authority} 的证书中只接受策略 {wanted}，这张是 {has}。什么都没有改变。请换用机构数字证书，或向发证机构申办。"
                ),
                "Not accepted: the certificate is of another class",
                &format!(
                    "Certificate: {subject}. Of {authority} only policies {wanted} are accepted, this one names {has}. \
                     Nothing has changed. Use a certificate for organisations, or apply to the CA for one."
                ),
            ),
            Self::NoCreditCode { subject, place } => Sentence::new(
                "没有接受：证书里没有统一社会信用代码",
                &format!(
                    "证书：{subject}，应在 {place}。什么都没有改变。请换用本单位的机构锁；个人证书不能投标。证书有误的，请发证机构换发。"
                ),
                "Not accepted: the certificate names no unified social credit code",
                &format!(
                    "Certificate: {subject}; the code should stand in {place}. Nothing has changed. Use a lock of your \
                     firm; a personal one cannot bid. If the certificate is wrong, have the CA replace it."
                ),
            ),
            Self::SeveralCreditCodes { subject, codes } => Sentence::new(
                "没有接受：证书里有几个统一社会信用代码",
                &format!(
                    "证书：{subject}，代码 {codes}。什么都没有改变。请换一把锁，并请发证机构核实这张证书。"
                ),
                "Not accepted: the certificate names several credit codes",
                &format!(
                    "Certificate: {subject}; codes {codes}. Nothing has changed. Use another lock, and have the CA check \
                     this one."
                ),
            ),
            Self::OtherHolder { holder, found, expected } => Sentence::new(
                "没有接受：这把锁是别的单位的",
                &format!(
                    "锁属于 {holder}（{found}），这里需要 {expected} 的锁。什么都没有改变。请插入本单位的任一把锁；任何受理的发证机构签发的都可以。"
                ),
                "Not accepted: this lock is another firm's",
                &format!(
                    "The lock is of {holder} ({found}); one of {expected} is needed. Nothing has changed. Use any lock of \
                     your own firm, from any accepted CA."
                ),
            ),
            Self::DifferentHolders { signing, encryption } => Sentence::new(
                "没有接受：签名证书与加密证书不是同一单位的",
                &format!(
                    "签名证书属于 {signing}，加密证书属于 {encryption}。什么都没有改变。请给出同一把锁的两张证书。"
                ),
                "Not accepted: signing and encryption certificate are of different firms",
                &format!(
                    "The signing certificate is of {signing}, the encryption certificate of {encryption}. Nothing has \
                     changed. Give the two certificates of one lock."
                ),
            ),
            Self::Revoked { subject, serial, authority, at, reason } => Sentence::new(
                &format!("没有接受：证书已于 {} 吊销", moment(*at)),
                &format!(
                    "证书：{subject}，序列号 {serial}，{authority} 吊销，原因：{}。什么都没有改变，已受理的投标文件不受影响。请换用本单位的另一把锁，或到任一受理的发证机构新办；不是本单位申请吊销的，请联系 {authority}。",
                    reason.zh()
                ),
                &format!("Not accepted: the certificate was revoked at {}", moment(*at)),
                &format!(
                    "Certificate: {subject}, serial {serial}, revoked by {authority}: {}. Nothing has changed, and a bid \
                     that was received stands. Use another lock of your firm or get a new one from any accepted CA; if it \
                     was not your firm that had it revoked, call {authority}.",
                    reason.en()
                ),
            ),
            Self::NotIssued { subject, serial, authority } => Sentence::new(
                "没有接受：发证机构称没有签发过这张证书",
                &format!(
                    "证书：{subject}，序列号 {serial}，发证机构 {authority}。什么都没有改变。请换一把锁，并立即联系 {authority}。"
                ),
                "Not accepted: the CA says that it never issued this certificate",
                &format!(
                    "Certificate: {subject}, serial {serial}, CA {authority}. Nothing has changed. Use another lock and \
                     call {authority} at once."
                ),
            ),
            Self::RevocationOutdated { authority, made, most_hours } => {
                let (zh, en) = match made {
                    Some(made) => (
                        format!("最近的吊销数据是 {} 的，最多可用 {most_hours} 小时", moment(*made)),
                        format!(
                            "its latest revocation data is of {}, {most_hours} hours are allowed",
                            moment(*made)
                        ),
                    ),
                    None => ("没有吊销数据".to_owned(), "there is no revocation data".to_owned()),
                };
                Sentence::new(
                    &format!("没有接受：{authority} 的吊销数据不够新"),
                    &format!(
                        "{zh}。这不是您的锁的问题，什么都没有改变。请告知交易中心导入最新的吊销列表（bidroom crl import），随后再试。"
                    ),
                    &format!("Not accepted: the revocation data of {authority} is not recent enough"),
                    &format!(
                        "Of {authority}, {en}. Your lock is not at fault and nothing has changed. Tell the centre to \
                         import the latest revocation list (bidroom crl import), then try again."
                    ),
                )
            }
            Self::AuthorityRemoved { authority, since, reason } => Sentence::new(
                &format!("没有接受：{authority} 已于 {} 停止受理", moment(*since)),
                &format!(
                    "原因：{}。什么都没有改变，此前已受理的投标文件仍然有效、仍可解密。请换用其他受理的发证机构签发的本单位的锁。",
                    reason.zh
                ),
                &format!(
                    "Not accepted: certificates of {authority} are not accepted since {}",
                    moment(*since)
                ),
                &format!(
                    "Why: {}. Nothing has changed; bids that were received before stand and can be unlocked. Use a lock of \
                     your firm from another accepted CA.",
                    reason.en
                ),
            ),
        }
    }
}

/// Stable code of a certificate's own refusal.
pub const fn certificate_code(no: &CertificateRefusal) -> &'static str {
    match no {
        CertificateRefusal::Expired { .. } => "certificate_expired",
        CertificateRefusal::NotYetValid { .. } => "certificate_not_yet_valid",
        CertificateRefusal::UnknownIssuer { .. } => "unknown_certificate",
        CertificateRefusal::BadSignature { .. } => "certificate_signature",
        CertificateRefusal::WrongUsage { .. } => "certificate_usage",
        CertificateRefusal::Algorithm { .. }
        | CertificateRefusal::AlgorithmMismatch { .. }
        | CertificateRefusal::NotCheckableHere { .. } => "certificate_algorithm",
        CertificateRefusal::NotAuthority { .. } | CertificateRefusal::PathLength { .. } => {
            "certificate_issuer"
        }
        CertificateRefusal::CriticalExtension { .. } => "certificate_extension",
        CertificateRefusal::TooMany => "certificate_chain",
    }
}

/// What people read when a certificate's dates, use, signature or chain is not accepted.
pub fn certificate_sentence(no: &CertificateRefusal) -> Sentence {
    let moment = |millis: &i64| moment(At(*millis));
    match no {
        CertificateRefusal::Expired { subject, since } => Sentence::new(
            &format!("没有接受：证书已在 {} 过期", moment(since)),
            &format!(
                "证书：{subject}。什么都没有改变。请换用有效的锁，或到发证机构办理续期；已封存的投标文件不受影响。"
            ),
            &format!("Not accepted: the certificate expired at {}", moment(since)),
            &format!(
                "Certificate: {subject}. Nothing has changed. Use a valid lock or have this one renewed; a sealed bid is \
                 not affected."
            ),
        ),
        CertificateRefusal::NotYetValid { subject, from } => Sentence::new(
            &format!("没有接受：证书从 {} 起才有效", moment(from)),
            &format!("证书：{subject}。什么都没有改变。请换用现在有效的锁。"),
            &format!("Not accepted: the certificate is not valid before {}", moment(from)),
            &format!("Certificate: {subject}. Nothing has changed. Use a lock that is valid now."),
        ),
        CertificateRefusal::UnknownIssuer { subject, issuer } => Sentence::new(
            "没有接受：本项目不接受这个发证机构的证书",
            &format!("证书：{subject}；发证机构：{issuer}。请换用招标文件列明的发证机构签发的锁。"),
            "Not accepted: this tender does not accept certificates of this issuer",
            &format!(
                "Certificate: {subject}; issuer: {issuer}. Use a lock of a CA that the tender document names."
            ),
        ),
        CertificateRefusal::BadSignature { subject, issuer } => Sentence::new(
            "没有接受：证书上的发证机构签名对不上",
            &format!("证书：{subject}；自称由 {issuer} 签发。请联系发证机构核实这把锁。"),
            "Not accepted: the issuer's signature on the certificate does not fit",
            &format!(
                "Certificate: {subject}; it claims to be issued by {issuer}. Have that CA check this lock."
            ),
        ),
        CertificateRefusal::WrongUsage { subject, wanted, has } => Sentence::new(
            &format!("没有接受：这张证书不能用于{}", usage_zh(*wanted)),
            &format!(
                "证书：{subject}，写明的用途是 {has}。什么都没有改变。请用锁里的另一张证书，或换一把锁。"
            ),
            &format!("Not accepted: the certificate is not for {}", usage_en(*wanted)),
            &format!(
                "Certificate: {subject}; it is for {has}. Nothing has changed. Use the lock's other certificate, or \
                 another lock."
            ),
        ),
        CertificateRefusal::Algorithm { subject, algorithm } => Sentence::new(
            "没有接受：证书的签名算法或发证密钥不被接受",
            &format!("证书：{subject}，签名算法 {algorithm}。什么都没有改变。请换用 SM2 锁。"),
            "Not accepted: the certificate's signature algorithm, or its issuer's key, is not accepted",
            &format!(
                "Certificate: {subject}, signature algorithm {algorithm}. Nothing has changed. Use an SM2 lock."
            ),
        ),
        CertificateRefusal::NotCheckableHere { subject, key } => Sentence::new(
            "没有核验：浏览器里不能核验这种发证密钥",
            &format!(
                "证书：{subject}，发证密钥 {key}。这不等于证书有错：开标室会核验。本机核验请用 bidroom-bidder。"
            ),
            "Not checked: a browser cannot check this kind of issuer's key",
            &format!(
                "Certificate: {subject}, issuer's key {key}. Nothing is said against it: the room checks it. To check it \
                 on your own computer use bidroom-bidder."
            ),
        ),
        CertificateRefusal::AlgorithmMismatch { .. }
        | CertificateRefusal::NotAuthority { .. }
        | CertificateRefusal::PathLength { .. }
        | CertificateRefusal::CriticalExtension { .. }
        | CertificateRefusal::TooMany => Sentence::new(
            "没有接受：证书链不符合规则",
            &format!("原因：{no}。什么都没有改变。请联系发证机构核实这把锁。"),
            "Not accepted: the chain of certificates breaks a rule",
            &format!("Why: {no}. Nothing has changed. Have the CA check this lock."),
        ),
    }
}
