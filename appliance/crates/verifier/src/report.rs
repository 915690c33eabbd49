//! What was found, said in sentences, each with who vouches for it.

use serde::Serialize;

/// The claims an archive makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimId {
    /// The container is the one its contents give.
    Container,
    /// Every file is as long and has the digest that the index lists.
    Files,
    /// The tender package is signed and is the one in the log.
    Tender,
    /// Entries are well formed and say what their openings reveal.
    Entries,
    /// Both trees over all entries have the signed roots.
    Roots,
    /// Every checkpoint carries both signatures of the room the package names.
    Checkpoints,
    /// No entry is withheld from these readers.
    Complete,
    /// Every event was admissible when it happened.
    Rules,
    /// Each draw is what the values give to which room and bidders were committed.
    Draws,
    /// Hosts are those the package names.
    Hosts,
    /// The publication is signed by the room and is the one in the log.
    Publication,
    /// Each received bid is the one its bidder signed.
    Bids,
    /// Bidders' certificates were valid at the time.
    BidderCertificates,
    /// The published schedules are those that were sealed.
    Schedules,
    /// Each signed statement says what its event records.
    Statements,
    /// The lot's staff signed the record, or the log says why not.
    Signatures,
    /// Each receipt names an entry of the log.
    Receipts,
    /// Each content is the one its bidder signed.
    Bodies,
    /// Package, room and CAs are those known from outside.
    Anchor,
}

impl ClaimId {
    /// All claims, in the order in which they are shown.
    pub const ALL: [Self; 19] = [
        Self::Container,
        Self::Files,
        Self::Tender,
        Self::Anchor,
        Self::Entries,
        Self::Roots,
        Self::Checkpoints,
        Self::Complete,
        Self::Rules,
        Self::Draws,
        Self::Hosts,
        Self::Publication,
        Self::Bids,
        Self::BidderCertificates,
        Self::Schedules,
        Self::Statements,
        Self::Signatures,
        Self::Receipts,
        Self::Bodies,
    ];

    /// The claim in Chinese and in English.
    pub const fn sentence(self) -> (&'static str, &'static str) {
        match self {
            Self::Container => {
                ("档案文件完整，没有多余或缺失的字节", "The archive file is whole, byte for byte")
            }
            Self::Files => {
                ("每个文件与目录所列的长度和摘要一致", "Every file has the listed length and digest")
            }
            Self::Tender => (
                "招标包由代理机构签名，与账本记载的是同一份",
                "The tender package is signed by the agency and is the one in the log",
            ),
            Self::Entries => (
                "账本各条格式规范，公开的内容与当时的承诺一致",
                "All entries are well formed and were always what is shown of them",
            ),
            Self::Roots => {
                ("全部条目算出的两个根与签署的检查点一致", "The entries give both roots of every checkpoint")
            }
            Self::Checkpoints => (
                "每个检查点都有本开标室两把密钥的签名",
                "Every checkpoint carries both signatures of the room",
            ),
            Self::Complete => ("账本没有对读者隐去的条目", "No entry of the log is withheld"),
            Self::Rules => (
                "每个事件在发生之时都符合开标规则（重新判定）",
                "Every event was admissible when it happened (judged again)",
            ),
            Self::Draws => (
                "每次抽签都由开标室和投标人事先承诺的数值算出（重新计算）",
                "Every draw follows from what the room and the bidders were committed to (made again)",
            ),
            Self::Hosts => ("主持人是招标包列明的人", "Hosts are people the tender package names"),
            Self::Publication => (
                "开标室公布的密钥由本室签名，与账本一致",
                "The published keys are signed by the room and are those in the log",
            ),
            Self::Bids => (
                "收到的每份投标文件都由投标人签名，与账本一致",
                "Every received bid is signed by its bidder and is the one in the log",
            ),
            Self::BidderCertificates => {
                ("投标人签名证书在签署之时有效", "Bidders' certificates were valid when they were used")
            }
            Self::Schedules => (
                "公布的开标一览表就是投标人封存的那份",
                "Every published schedule is the one its bidder sealed",
            ),
            Self::Statements => (
                "同意解密、授权、确认等声明的签名和内容与事件一致",
                "Consents, authorisations and other statements are signed and say what the log records",
            ),
            Self::Signatures => (
                "主持人、招标人代表、监督人员签署了开标记录，或记明了缺席原因",
                "Host, tenderer and supervisor signed the record, or their absence is explained",
            ),
            Self::Receipts => ("每份回执对应账本中的一条", "Every receipt names an entry of the log"),
            Self::Bodies => {
                ("随附的投标密文就是投标人签名的那份", "Every attached content is the one its bidder signed")
            }
            Self::Anchor => (
                "招标包、开标室密钥和 CA 与外部渠道所知一致",
                "Package, room and CAs are those known from outside",
            ),
        }
    }

    /// Who vouches for the claim when it holds, in Chinese and in English.
    pub const fn vouched_by(self) -> (&'static str, &'static str) {
        match self {
            Self::Container | Self::Files | Self::Entries | Self::Roots | Self::Draws | Self::Schedules => {
                ("计算结果", "mathematics")
            }
            Self::Tender => ("招标代理机构的签名", "the agency's signature"),
            Self::Checkpoints | Self::Publication | Self::Receipts => {
                ("开标室的签名", "the room's signature")
            }
            Self::Complete | Self::Rules | Self::Hosts => (
                "计算结果；时间和在场事实仅凭开标室所述",
                "mathematics; times and presence: the room's word only",
            ),
            Self::Bids | Self::Bodies => ("投标人的签名", "the bidders' signatures"),
            Self::BidderCertificates => ("CA 根证书", "the CAs' roots"),
            Self::Statements | Self::Signatures => ("声明人的签名", "the signatures of those who made them"),
            Self::Anchor => ("您给出的信任文件", "the trust files you gave"),
        }
    }
}

/// One place where evidence disagrees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Break {
    /// Which file, entry or bid.
    pub place: String,
    /// What disagrees with what.
    pub what: String,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It does not.
    Broken {
        /// The places, at most [`Report::MOST_BREAKS`].
        breaks: Vec<Break>,
    },
    /// It could not be checked.
    NotChecked {
        /// Why not, Chinese.
        zh: String,
        /// English.
        en: String,
    },
}

/// A claim with its verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Claim {
    /// Which.
    pub id: ClaimId,
    /// The claim, Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
    /// What became of it.
    pub verdict: Verdict,
    /// Who vouches for it, Chinese.
    pub vouched_by_zh: &'static str,
    /// English.
    pub vouched_by_en: &'static str,
}

/// The answer in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Everything that was checked holds, and it is anchored.
    Sound,
    /// Something disagrees.
    Tampered,
    /// Everything agrees with itself, but nothing from outside anchors it.
    Unanchored,
}

impl Outcome {
    /// The exit code of the command line; 2 is for an archive that cannot be used at all.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Sound => 0,
            Self::Tampered => 1,
            Self::Unanchored => 3,
        }
    }
}

/// All that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Which session the archive says it is of.
    pub session: Option<String>,
    /// How many entries were checked.
    pub entries: u64,
    /// The claims.
    pub claims: Vec<Claim>,
}

impl Report {
    /// So many places of one claim are listed; more say nothing more.
    pub const MOST_BREAKS: usize = 50;

    /// The answer in one word.
    pub fn outcome(&self) -> Outcome {
        let is = |claim: &Claim| matches!(claim.verdict, Verdict::Broken { .. });
        if self.claims.iter().any(is) {
            return Outcome::Tampered;
        }
        match self.claim(ClaimId::Anchor).map(|claim| &claim.verdict) {
            Some(Verdict::Holds) => Outcome::Sound,
            _ => Outcome::Unanchored,
        }
    }

    /// One claim.
    pub fn claim(&self, id: ClaimId) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.id == id)
    }
}

/// Verdicts while they are being found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    verdicts: std::collections::BTreeMap<ClaimId, Verdict>,
}

impl Findings {
    /// The claim was checked; it holds unless something is or was found.
    pub(crate) fn checked(&mut self, id: ClaimId) {
        self.verdicts.entry(id).or_insert(Verdict::Holds);
    }

    /// The claim cannot be checked; something found before stays.
    pub(crate) fn not_checked(&mut self, id: ClaimId, zh: &str, en: &str) {
        let verdict = Verdict::NotChecked { zh: zh.to_owned(), en: en.to_owned() };
        match self.verdicts.get(&id) {
            Some(Verdict::Broken { .. }) => {}
            _ => {
                self.verdicts.insert(id, verdict);
            }
        }
    }

    /// Something disagrees.
    pub(crate) fn broken(&mut self, id: ClaimId, place: impl ToString, what: impl ToString) {
        let found = Break { place: place.to_string(), what: what.to_string() };
        match self.verdicts.entry(id).or_insert(Verdict::Holds) {
            Verdict::Broken { breaks } => {
                if breaks.len() < Report::MOST_BREAKS {
                    breaks.push(found);
                }
            }
            other => *other = Verdict::Broken { breaks: vec![found] },
        }
    }

    /// Puts a result down: an error breaks the claim.
    pub(crate) fn take<T, E: ToString>(
        &mut self,
        id: ClaimId,
        place: impl ToString,
        result: Result<T, E>,
    ) -> Option<T> {
        self.checked(id);
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.broken(id, place, error);
                None
            }
        }
    }

    /// Puts a comparison down.
    pub(crate) fn expect<T: PartialEq + ToString>(
        &mut self,
        id: ClaimId,
        place: impl ToString,
        what: &str,
        found: &T,
        expected: &T,
    ) {
        self.checked(id);
        if found != expected {
            let text = format!("{what}: {} instead of {}", found.to_string(), expected.to_string());
            self.broken(id, place, text);
        }
    }

    pub(crate) fn into_report(mut self, session: Option<String>, entries: u64) -> Report {
        let claim = |id: ClaimId| {
            let (zh, en) = id.sentence();
            let (vouched_by_zh, vouched_by_en) = id.vouched_by();
            let verdict = self.verdicts.remove(&id).unwrap_or_else(|| Verdict::NotChecked {
                zh: "前面的检查没有通过，无从查起".to_owned(),
                en: "what it rests on did not hold".to_owned(),
            });
            Claim { id, zh, en, verdict, vouched_by_zh, vouched_by_en }
        };
        Report { session, entries, claims: ClaimId::ALL.into_iter().map(claim).collect() }
    }
}
