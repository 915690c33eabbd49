//! The only place where errors meet HTTP: a status, a code, and sentences in both languages.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use bidroom_custody::Problem;
use bidroom_domain::opening::Refusal;
use bidroom_outcome::OutcomeError;
use bidroom_tender::PackageError;
use bidroom_trust::{certificate_code, certificate_sentence};
use bidroom_wire::bridge::BridgeRefusal;
use bidroom_wire::text::{Sentence, refusal};
use bidroom_wire::{ApiError, ErrorKind};

use crate::auth::{LoginRefusal, StatementRefusal};
use crate::error::Fault;
use crate::evaluation::{ActRefusal, ResultRefusal, SeatRefusal};
use crate::intake::IntakeError;
use crate::live::LiveRefusal;
use crate::room::ActError;
use crate::tenders::ImportError;
use crate::unlock::UnlockError;

/// An answer that is not a success.
#[derive(Debug, Clone)]
pub struct Failure {
    status: StatusCode,
    body: Box<ApiError>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Failure {
    /// An answer in full.
    pub fn new(status: StatusCode, kind: ErrorKind, code: &str, sentence: Sentence) -> Self {
        let body = Box::new(ApiError { kind, code: code.to_owned(), sentence, detail: None });
        Self { status, body, headers: Vec::new() }
    }

    /// The same with what goes behind 详情.
    #[must_use]
    pub fn with_detail(mut self, detail: impl fmt::Display) -> Self {
        self.body.detail = Some(detail.to_string().chars().take(2000).collect());
        self
    }

    /// The same with a header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// What is sent.
    pub fn body(&self) -> &ApiError {
        &self.body
    }

    /// Nobody is logged in, or the login has ended.
    pub fn not_logged_in() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            ErrorKind::Login,
            "not_logged_in",
            Sentence::new(
                "没有执行：尚未登录，或登录已过期",
                "什么都没有改变。请插入锁重新登录，再做一次。",
                "Not done: you are not logged in, or your login has ended",
                "Nothing has changed. Log in again with your lock and repeat.",
            ),
        )
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// Logged in, but not as one who may do this.
    pub fn not_your_role() -> Self {
        Refusal::NotYourRole.into()
    }

    /// Nothing has this address.
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            ErrorKind::Request,
            "not_found",
            Sentence::new(
                "没有这个地址",
                "请从首页的场次列表进入。",
                "There is nothing at this address",
                "Start from the list of sessions on the home page.",
            ),
        )
    }

    /// There is no such document of a bid, or it may not be read under this number now.
    pub fn no_document() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            ErrorKind::Refusal,
            "no_document",
            Sentence::new(
                "没有这份文件，或现在不能按这个编号阅读",
                "暗标评审期间，暗标文件只能按暗标编号阅读，其他文件只能按投标人序号阅读。请从左侧的投标文件列表打开。",
                "There is no such document, or it may not be read under this number now",
                "While a blind holds, blind documents are read by blind number only and all others by the bid's number only. \
                 Open it from the list of bids.",
            ),
        )
    }

    /// The evaluation has no document of this name, or not yet.
    pub fn no_paper() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            ErrorKind::Refusal,
            "no_paper",
            Sentence::new(
                "没有这份评标文件",
                "还没有相应内容，或名称不对。请从评标文件列表打开。",
                "There is no such document of the evaluation",
                "Nothing of it has happened yet, or the name is wrong. Open it from the list of documents.",
            ),
        )
    }

    /// The range that is asked for is not in the document.
    pub fn no_range(length: u64) -> Self {
        Self::new(
            StatusCode::RANGE_NOT_SATISFIABLE,
            ErrorKind::Request,
            "no_range",
            Sentence::new(
                "没有执行：请求的范围超出文件长度",
                "什么都没有改变。请重新打开这份文件。",
                "Not done: the range lies beyond the end of the document",
                "Nothing has changed. Open the document again.",
            ),
        )
        .with_detail(format!("{length} bytes"))
    }

    /// A member reads bids once it has signed the commitment.
    pub fn commitment_first() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            ErrorKind::Refusal,
            "commitment_first",
            Sentence::new(
                "还不能阅读投标文件：尚未签署承诺书",
                "请先在本终端签署评审承诺书；若与投标人有利害关系，请声明回避。",
                "Bids cannot be read yet: the commitment is not signed",
                "Sign the commitment at this terminal first, or declare that you have an interest.",
            ),
        )
    }

    /// A newer draft is kept.
    pub fn older_draft() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            ErrorKind::Refusal,
            "older_draft",
            Sentence::new(
                "草稿没有保存：已有更新的草稿",
                "另一台终端保存过更新的草稿。请刷新本页，从那份草稿继续。",
                "The draft was not kept: there is a newer one",
                "Another terminal has kept a newer one. Reload this page and go on from it.",
            ),
        )
    }

    /// No session has this name.
    pub fn no_session() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            ErrorKind::Request,
            "no_session",
            Sentence::new(
                "没有这个场次",
                "请核对项目编号和标段号，或从首页的场次列表进入。",
                "There is no such session",
                "Check the numbers of tender and lot, or start from the list on the home page.",
            ),
        )
    }

    /// The address exists, the method does not.
    pub fn wrong_method(allowed: &'static str) -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            ErrorKind::Request,
            "wrong_method",
            Sentence::new(
                "没有执行：请求方法不对",
                "什么都没有改变。页面和工具不会发出这样的请求；请更新工具，或重新打开页面。",
                "Not done: the method is wrong",
                "Nothing has changed. Pages and tools do not ask like this; update the tool or reload the page.",
            ),
        )
        .with_header(header::ALLOW, HeaderValue::from_static(allowed))
    }

    /// The request cannot be read.
    pub fn malformed(detail: impl fmt::Display) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            ErrorKind::Request,
            "malformed",
            Sentence::new(
                "没有执行：请求的内容读不懂",
                "什么都没有改变。请更新工具，或重新打开页面再试。",
                "Not done: the request cannot be read",
                "Nothing has changed. Update the tool, or reload the page and try again.",
            ),
        )
        .with_detail(detail)
    }

    /// A body longer than this address takes.
    pub fn too_long(limit: usize) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            ErrorKind::Request,
            "too_long",
            Sentence::new(
                "没有执行：请求太长",
                &format!("什么都没有改变。这里最多接收 {limit} 字节。"),
                "Not done: the request is too long",
                &format!("Nothing has changed. At most {limit} bytes are taken here."),
            ),
        )
        .with_header(header::CONNECTION, HeaderValue::from_static("close"))
    }

    /// A body that did not come in time.
    pub fn too_slow() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            ErrorKind::Request,
            "too_slow",
            Sentence::new(
                "没有执行：请求没有在时限内传完",
                "什么都没有改变。请检查网络后再试。",
                "Not done: the request did not arrive in time",
                "Nothing has changed. Check the network and try again.",
            ),
        )
        .with_header(header::CONNECTION, HeaderValue::from_static("close"))
    }

    /// What was asked is recorded, and the room cannot sign that it is.
    pub(super) fn unacknowledged(fault: Fault) -> Self {
        tracing::error!(%fault, "an acknowledgement is owed");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            ErrorKind::Fault,
            "acknowledgement_owed",
            Sentence::new(
                "已记入账本，本室暂时不能出具签名的确认",
                "这一步已经生效，不会丢失。原因在中心一侧，请告知主持人；刷新页面即可看到结果。",
                "Recorded; the room cannot sign an acknowledgement now",
                "The step has taken effect and is not lost. The cause is the centre's: tell the host; reload the page to \
                 see the result.",
            ),
        )
        .with_detail(fault)
    }

    /// What was asked could not be made durable.
    fn disk_full() -> Self {
        Self::new(
            StatusCode::INSUFFICIENT_STORAGE,
            ErrorKind::Fault,
            "disk_full",
            Sentence::new(
                "系统原因，没有办成：本室存储空间不足",
                "没有记入账本，已经确认过的操作都还在。原因在中心一侧，请立即告知主持人；腾出空间后再做一次。",
                "Not done: the room's disk is full",
                "Nothing was recorded; everything that was acknowledged is kept. The cause is the centre's: tell the host \
                 at once, and do it again once there is space.",
            ),
        )
    }

    /// So many requests of this login wait for news already.
    pub fn too_many_wait() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            ErrorKind::Request,
            "too_many_wait",
            Sentence::new(
                "没有等待：同一登录已有多个页面在等待评标记录",
                "什么都没有改变，已填写的内容不受影响。请关闭多余的评标页面，只留一个，再刷新。",
                "Not waited: several pages of this login wait for the evaluation's news already",
                "Nothing has changed, and what was written stays. Close the pages you do not need, keep one, and reload it.",
            ),
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from(5))
    }

    /// One address asks too often.
    pub fn too_many_requests(seconds: u32) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            ErrorKind::Request,
            "too_many_requests",
            Sentence::new(
                "暂未处理：本网络地址的请求过于频繁",
                &format!("什么都没有改变，其他单位不受影响。请 {seconds} 秒后再试。"),
                "Not handled: too many requests from this network address",
                &format!("Nothing has changed, and others are not affected. Try again in {seconds} s."),
            ),
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status.as_u16(), self.body)
    }
}

impl std::error::Error for Failure {}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        for (name, value) in &self.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        response.json(&*self.body)
    }
}

impl From<Refusal> for Failure {
    fn from(no: Refusal) -> Self {
        let status = match &no {
            Refusal::NotYourRole => StatusCode::FORBIDDEN,
            Refusal::Evaluation(no) if **no == bidroom_domain::evaluation::Refusal::NotYourRole => {
                StatusCode::FORBIDDEN
            }
            _ => StatusCode::CONFLICT,
        };
        let told = serde_json::to_value(&no).unwrap_or_default();
        let word = |name: &str| told.get(name).and_then(|word| word.as_str());
        // The rules of the evaluation have names of their own.
        let code = match (word("code"), word("rule")) {
            (Some(family), Some(rule)) => format!("{family}_{rule}"),
            (code, _) => code.unwrap_or("refused").to_owned(),
        };
        Self::new(status, ErrorKind::Refusal, &code, refusal(&no)).with_detail(&no)
    }
}

impl From<SeatRefusal> for Failure {
    fn from(no: SeatRefusal) -> Self {
        let nothing_zh = "没有签到。";
        let (code, sentence) = match no {
            SeatRefusal::NotSeated { .. } => (
                "not_seated",
                Sentence::new(
                    "这位成员还没有席位，或已不在评标委员会",
                    "请先由工作人员核验身份、收存手机并登记席位。",
                    "This member has no seat, or does not belong to the committee",
                    "The staff checks the identity, takes the phone and registers the seat first.",
                ),
            ),
            SeatRefusal::OtherTerminal { .. } => (
                "other_terminal",
                Sentence::new(
                    "席位登记在另一台终端",
                    &format!("{nothing_zh}请到登记的终端签到，或请工作人员办理换机。"),
                    "The seat is at another terminal",
                    "Not signed in. Go to that terminal, or have the staff move you to this one.",
                ),
            ),
            SeatRefusal::NoPin { .. } => (
                "no_pin",
                Sentence::new(
                    "没有可用的一次性口令",
                    &format!("{nothing_zh}口令已用过、已超过十分钟，或错了五次。请工作人员重新发放。"),
                    "There is no one-time PIN that counts",
                    "Not signed in. It was used, is older than ten minutes, or was mistaken five times. Ask the staff for \
                     another one.",
                ),
            ),
            SeatRefusal::WrongPin { left } => (
                "wrong_pin",
                Sentence::new(
                    "一次性口令不对",
                    &format!("{nothing_zh}还可以试 {left} 次；用完后请工作人员重新发放。"),
                    "The one-time PIN is wrong",
                    &format!(
                        "Not signed in. {left} tries are left; after them ask the staff for another one."
                    ),
                ),
            ),
        };
        Self::new(StatusCode::CONFLICT, ErrorKind::Refusal, code, sentence).with_detail(no)
    }
}

impl From<ResultRefusal> for Failure {
    fn from(no: ResultRefusal) -> Self {
        let why = match no {
            ResultRefusal::Act(error) => return error.into(),
            ResultRefusal::Outcome(why) => why,
        };
        let said = match &why {
            OutcomeError::Engine(refusal) | OutcomeError::Method(refusal) => Some(refusal.reason.clone()),
            _ => None,
        };
        let (zh, en) = said.map_or_else(
            || {
                (
                    "本包没有可用的评审方法，或有内容尚未公开。".to_owned(),
                    "The lot has no usable method, or something is not open yet.".to_owned(),
                )
            },
            |reason| (reason.zh, reason.en),
        );
        let sentence = Sentence::new(
            "没有算出结果",
            &format!("{zh}没有记入账本。"),
            "There is no result",
            &format!("{en} Nothing was recorded."),
        );
        Self::new(StatusCode::CONFLICT, ErrorKind::Refusal, "no_result", sentence).with_detail(why)
    }
}

impl From<ActRefusal> for Failure {
    fn from(no: ActRefusal) -> Self {
        match no {
            ActRefusal::Unreadable(_) => Self::malformed(no),
            ActRefusal::SealedList => Self::new(
                StatusCode::CONFLICT,
                ErrorKind::Refusal,
                "list_comes_sealed",
                Sentence::new(
                    "没有执行：专家名单只能密封导入，由密钥托管拆封",
                    "什么都没有改变。请代理机构用 bidroom tender seal-committee 密封名单，由主持人导入密封文件；到组建评标委员会时再请求拆封。",
                    "Not done: a list of experts comes sealed and is opened by custody",
                    "Nothing has changed. The agency seals it with bidroom tender seal-committee, the host imports the sealed file, \
                     and has it opened when the committee assembles.",
                ),
            )
            .with_detail(no),
            ActRefusal::Handwriting => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                ErrorKind::Refusal,
                "handwriting",
                Sentence::new(
                    "手写签名的图像不能用",
                    "没有生效。图像与签名中记录的不一致，或不是 128 KiB 以内的 PNG。请重新手写签名后提交。",
                    "The picture of the signature by hand is not usable",
                    "Nothing took effect. It is not the picture that was signed, or no PNG of at most 128 KiB. Sign by hand \
                     again and submit.",
                ),
            )
            .with_detail(no),
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        tracing::error!(%fault, "the room has a fault");
        if fault.is_full() {
            return Self::disk_full().with_detail(fault);
        }
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            ErrorKind::Fault,
            "room_fault",
            Sentence::new(
                "系统原因，没有办成",
                "没有记入账本，已经确认过的操作都还在。原因在中心一侧，请稍后再试，并告知主持人。",
                "Not done: the room has a fault",
                "Nothing was recorded; everything that was acknowledged is kept. The cause is the centre's. Try again \
                 shortly and tell the host.",
            ),
        )
        .with_detail(fault)
    }
}

impl From<ActError> for Failure {
    fn from(error: ActError) -> Self {
        match error {
            ActError::Refusal(no) => no.into(),
            ActError::Custody(problem) => problem.into(),
            ActError::Fault(fault) => fault.into(),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let sentence = match &problem {
            Problem::ClockSet { .. } => Sentence::new(
                "不能继续：本室时钟被改动过，时间还没有重新确认",
                "没有记入账本，投标文件仍然封存，已经确认过的操作都还在。请主持人和监督人员核对时间来源，由授权人各自运行 bidroom ceremony confirm-time 确认时间后再继续。",
                "Not done: the room's clock was set, and the time has not been confirmed since",
                "Nothing was recorded, bids stay sealed, and everything that was acknowledged is kept. The officers \
                 compare the time and confirm it with bidroom ceremony confirm-time.",
            ),
            _ => Sentence::new(
                "没有办成：密钥托管核对后不同意记入账本",
                "没有记入账本，什么都没有改变。托管只认签名的证据和规则，不认网页服务器；请把详情告知监督人员。",
                "Not done: custody has checked it and objects",
                "Nothing was recorded, nothing has changed. Custody believes signed evidence and the rules, not the web \
                 server; show the details to the supervisor.",
            ),
        };
        Self::new(StatusCode::CONFLICT, ErrorKind::Refusal, "custody_objects", sentence).with_detail(problem)
    }
}

impl From<LoginRefusal> for Failure {
    fn from(no: LoginRefusal) -> Self {
        let (status, kind) = match no {
            LoginRefusal::Statement(_) => (StatusCode::BAD_REQUEST, ErrorKind::Request),
            LoginRefusal::TooMany => (StatusCode::TOO_MANY_REQUESTS, ErrorKind::Refusal),
            _ => (StatusCode::FORBIDDEN, ErrorKind::Refusal),
        };
        Self::new(status, kind, no.code(), no.sentence()).with_detail(&no)
    }
}

impl From<StatementRefusal> for Failure {
    fn from(no: StatementRefusal) -> Self {
        let (status, kind) = match no {
            StatementRefusal::Form(_) => (StatusCode::BAD_REQUEST, ErrorKind::Request),
            _ => (StatusCode::CONFLICT, ErrorKind::Refusal),
        };
        Self::new(status, kind, no.code(), no.sentence()).with_detail(&no)
    }
}

impl From<IntakeError> for Failure {
    fn from(error: IntakeError) -> Self {
        let error = match error {
            IntakeError::Act(error) => return error.into(),
            IntakeError::Fault(fault) => return fault.into(),
            other => other,
        };
        let (status, kind) = match &error {
            IntakeError::NotSealed(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorKind::Refusal),
            IntakeError::TooLong { .. } => (StatusCode::PAYLOAD_TOO_LARGE, ErrorKind::Refusal),
            IntakeError::Head(_) => (StatusCode::UNPROCESSABLE_ENTITY, ErrorKind::Refusal),
            IntakeError::NoUpload => (StatusCode::NOT_FOUND, ErrorKind::Request),
            IntakeError::Offset { .. } | IntakeError::Incomplete { .. } | IntakeError::Superseded { .. } => {
                (StatusCode::CONFLICT, ErrorKind::Request)
            }
            IntakeError::Overrun { .. } => (StatusCode::BAD_REQUEST, ErrorKind::Request),
            IntakeError::Idle { .. } | IntakeError::Broken { .. } => {
                (StatusCode::REQUEST_TIMEOUT, ErrorKind::Request)
            }
            IntakeError::Damaged { .. } => (StatusCode::CONFLICT, ErrorKind::Tamper),
            IntakeError::NoSpace { .. } => (StatusCode::INSUFFICIENT_STORAGE, ErrorKind::Fault),
            IntakeError::ReceiptOwed { .. } => (StatusCode::SERVICE_UNAVAILABLE, ErrorKind::Fault),
            _ => (StatusCode::CONFLICT, ErrorKind::Refusal),
        };
        let failure = Self::new(status, kind, error.code(), error.sentence()).with_detail(&error);
        match error.offset() {
            Some(offset) => {
                failure.with_header(HeaderName::from_static("upload-offset"), HeaderValue::from(offset))
            }
            None => failure,
        }
    }
}

impl From<LiveRefusal> for Failure {
    fn from(no: LiveRefusal) -> Self {
        let status = StatusCode::from_u16(no.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, body: Box::new(no.into()), headers: Vec::new() }
    }
}

fn unusable_method(lot: u32) -> Sentence {
    Sentence::new(
        &format!("没有导入：第 {lot} 包的评审方法不能用，或与评标计划不一致"),
        "什么都没有改变。请代理机构按详情核对评分项、分值、价格权重和修正顺序，重新签署招标包后再导入。",
        &format!("Not imported: the method of lot {lot} is not usable, or contradicts its plan"),
        "Nothing has changed. The agency checks items, points, weight of the price and order of corrections by the \
         details, signs the package again, and it is imported then.",
    )
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        let (status, kind, code, sentence) = match &error {
            ImportError::Act(_) => (StatusCode::CONFLICT, ErrorKind::Refusal, "refused", None),
            ImportError::Package(PackageError::Document(_)) => {
                (StatusCode::UNPROCESSABLE_ENTITY, ErrorKind::Request, "package_form", Some(package_form()))
            }
            ImportError::Package(PackageError::Agency(no)) => {
                let code = certificate_code(no);
                let sentence = certificate_sentence(no);
                (StatusCode::FORBIDDEN, ErrorKind::Refusal, code, Some(sentence))
            }
            ImportError::Package(_) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                ErrorKind::Refusal,
                "package_contradiction",
                Some(contradiction()),
            ),
            ImportError::Method { lot, .. } => {
                (StatusCode::UNPROCESSABLE_ENTITY, ErrorKind::Refusal, "method", Some(unusable_method(*lot)))
            }
            ImportError::OtherRoom { named, this } => {
                (StatusCode::CONFLICT, ErrorKind::Refusal, "other_room", Some(other_room(named, this)))
            }
            ImportError::Drill { package } => {
                (StatusCode::CONFLICT, ErrorKind::Refusal, "drill", Some(drill(*package)))
            }
        };
        match (error, sentence) {
            (ImportError::Act(error), _) => error.into(),
            (error, sentence) => {
                Self::new(status, kind, code, sentence.unwrap_or_else(contradiction)).with_detail(error)
            }
        }
    }
}

fn package_form() -> Sentence {
    Sentence::new(
        "没有导入：这不是签名的招标包，或它已被改动",
        "什么都没有改变。请向招标代理机构重新索取招标包原文件。",
        "Not imported: this is no signed tender package, or it was changed",
        "Nothing has changed. Ask the agency for the original file.",
    )
}

fn contradiction() -> Sentence {
    Sentence::new(
        "没有导入：招标包的内容互相矛盾",
        "什么都没有改变。请把详情告诉招标代理机构，更正后重新签发。",
        "Not imported: the package contradicts itself",
        "Nothing has changed. Tell the agency the details; it has to correct and sign it again.",
    )
}

fn other_room(named: &str, this: &str) -> Sentence {
    Sentence::new(
        "没有导入：招标包不是给这间开标室的",
        &format!(
            "招标包写的是 {named}，这里是 {this}，或本室的密钥已更换。请由招标代理机构用本室现在的身份文件重新签发。"
        ),
        "Not imported: the package is for another room",
        &format!(
            "It names {named}; this is {this}, or its keys have changed. The agency signs it again for this room."
        ),
    )
}

fn drill(package: bool) -> Sentence {
    let (zh, en) = if package {
        ("招标包是演练用的，本室不在演练", "The package is a drill; this room is not")
    } else {
        ("本室正在演练，招标包不是演练用的", "This room is a drill; the package is not")
    };
    Sentence::new(
        &format!("没有导入：{zh}"),
        "演练与正式开标不能混用，什么都没有改变。",
        &format!("Not imported: {en}"),
        "Drills and real openings do not mix. Nothing has changed.",
    )
}

impl From<BridgeRefusal> for Failure {
    fn from(no: BridgeRefusal) -> Self {
        let status = match no {
            BridgeRefusal::CodeWrong => StatusCode::FORBIDDEN,
            BridgeRefusal::TriesSpent { .. } | BridgeRefusal::Crowded => StatusCode::TOO_MANY_REQUESTS,
            BridgeRefusal::LinkSpent | BridgeRefusal::NoPairing => StatusCode::NOT_FOUND,
            _ => StatusCode::CONFLICT,
        };
        let failure = Self::new(status, no.kind(), no.code(), no.sentence());
        match no {
            BridgeRefusal::TriesSpent { seconds } => {
                failure.with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
            }
            _ => failure,
        }
    }
}

impl From<UnlockError> for Failure {
    fn from(error: UnlockError) -> Self {
        let refusal = |code, sentence| Self::new(StatusCode::CONFLICT, ErrorKind::Refusal, code, sentence);
        let failure = match &error {
            UnlockError::Act(_) => None,
            UnlockError::Statement(_) | UnlockError::LockCertificate(_) => Some(Self::new(
                StatusCode::BAD_REQUEST,
                ErrorKind::Request,
                "statement_malformed",
                Sentence::new(
                    "没有收下：锁的签名读不懂或对不上",
                    "什么都没有改变。请拔出锁重新插入，刷新页面后再提交一次。",
                    "Not taken: the lock's signature cannot be read or does not fit",
                    "Nothing has changed. Take the lock out and in again, reload the page and submit once more.",
                ),
            )),
            UnlockError::Speaks { .. } => Some(refusal(
                "statement_outdated",
                Sentence::new(
                    "没有收下：签名的内容与现在的场次不一致",
                    "什么都没有改变，投标文件完好。页面可能已过时，请刷新后用锁重新提交。",
                    "Not taken: what was signed is not about the session as it stands",
                    "Nothing has changed; your bid is intact. The page may be outdated: reload it and submit again.",
                ),
            )),
            UnlockError::Signer { signer, expected } => Some(refusal(
                "other_signer",
                Sentence::new(
                    "没有收下：签名的锁不是本人或本单位的",
                    &format!("签名的是 {signer}，应为 {expected}。什么都没有改变；请插入登记的锁再提交。"),
                    "Not taken: the lock that signed is not yours",
                    &format!(
                        "{signer} signed, it should be {expected}. Nothing has changed; submit with the right lock."
                    ),
                ),
            )),
            UnlockError::Certificate(no) => Some(refusal(no.code(), no.sentence())),
            UnlockError::Share => Some(refusal(
                "share",
                Sentence::new(
                    "没有收下：交来的密钥份额与封存时的不符",
                    "投标文件完好，仍然封存，可以再交。请刷新页面，用登记的任一把锁重新提交；仍不行时请到柜台插锁提交。",
                    "Not taken: the share does not fit what was sealed",
                    "Your bid is intact and sealed; you may submit again. Reload the page and use any lock the bid is \
                     sealed to, or come to the counter.",
                ),
            )),
            UnlockError::OtherLock => Some(refusal(
                "wrong_lock",
                Sentence::new(
                    "这把锁不能解密这份投标文件",
                    "封标时没有登记这把锁。投标文件完好；请插入登记的任一把锁，再按“重新查找”。",
                    "This lock cannot unlock this bid",
                    "The bid was not sealed to it. Your bid is intact; use any lock it was sealed to.",
                ),
            )),
            UnlockError::OfficerLock { present, registered } => Some(refusal(
                "officer_lock",
                Sentence::new(
                    &format!("这把锁（尾号 {present}）不是登记的授权锁"),
                    &format!(
                        "份额发给了尾号 {registered} 的锁。请换用那把锁再验一次；那把锁丢失或已换发的，截止前由授权人运行 bidroom ceremony replace 更换。"
                    ),
                    &format!("This lock (…{present}) is not the registered officer's lock"),
                    &format!(
                        "The share was dealt to …{registered}. Probe with that lock; if it is lost or was renewed, officers run \
                         bidroom ceremony replace before the deadline."
                    ),
                ),
            )),
            UnlockError::LockChanged { present, sealed_to } => Some(refusal(
                "lock_changed",
                Sentence::new(
                    &format!("这把锁（尾号 {present}）打不开已递交的投标文件：锁已换发，或不是封标时的锁"),
                    &format!(
                        "投标文件封给尾号 {} 的锁，没有改变。截止前可以补救：用其中任一把还能用的锁运行 bidroom-bidder rewrap，加上这把锁的证书；旧锁都不能用时，请重新封标替换。",
                        sealed_to.join("、")
                    ),
                    &format!(
                        "This lock (…{present}) does not open the bid: it was renewed, or is another one"
                    ),
                    &format!(
                        "The bid is sealed to …{} and has not changed. Before the deadline: with any of those locks that \
                         still works run bidroom-bidder rewrap and add this lock's certificate; if none works, seal the \
                         bid again and replace it.",
                        sealed_to.join(", …")
                    ),
                ),
            )),
            UnlockError::Packages(_) => Some(refusal(
                "packages",
                Sentence::new(
                    "没有收下：新的密钥包不能替换现在的",
                    "投标文件和原来的密钥包都没有改变。只能换锁的密钥包，且只能换给本单位、由认可的 CA 签发的加密证书；请用 bidroom-bidder rewrap 重新制作。",
                    "Not taken: these key packages cannot replace those that count",
                    "Bid and packages have not changed. Only packages for locks may change, and only for encryption \
                     certificates of your own firm from an accepted CA; make them with bidroom-bidder rewrap.",
                ),
            )),
            UnlockError::Officers(_) => Some(refusal(
                "officers",
                Sentence::new(
                    "没有收下：新授权人的证书不能用",
                    "什么都没有改变。新授权人的签名和加密证书应是同一人的一对，由招标包认可的 CA 签发，在有效期内，姓名与证书一致。",
                    "Not taken: the new officer's certificates cannot be used",
                    "Nothing has changed. Signing and encryption certificate must be a pair of one person, from a CA that \
                     the tender package accepts, valid, and name the officer.",
                ),
            )),
            UnlockError::Probe(_) => Some(refusal(
                "probe",
                Sentence::new(
                    "没有记录：验锁没有通过",
                    "什么都没有改变。验锁的题目十分钟内有效，中心设备重启后也须重来；请再验一次。仍不行时请换另一把锁，或联系中心。",
                    "Not recorded: the probe of the lock did not succeed",
                    "Nothing has changed. A challenge is good for ten minutes and ends when custody is started anew: probe \
                     once more, then try another lock or call the centre.",
                ),
            )),
            UnlockError::NotOpted => Some(refusal(
                "remedy_not_chosen",
                Sentence::new(
                    "没有执行：这份投标在封标时没有选用补救密钥",
                    "受托人手里没有这份投标的份额，补救密钥帮不上。请换用封标时登记的另一把锁，或把情况告诉主持人。",
                    "Not done: this bid was sealed without the remedy key",
                    "The trustees hold no parts of it. Use another lock the bid was sealed to, or tell the host.",
                ),
            )),
            UnlockError::Dealt => Some(refusal(
                "remedy_dealt_wrongly",
                Sentence::new(
                    "受托人交出的份额合不成封标时承诺的份额",
                    "各份都是投标人封标时交给受托人的原样，错在封标。什么都没有改变；请在时限内换用登记的另一把锁。",
                    "The trustees' parts do not give the share that was committed to",
                    "Each is what the bidder sealed to its trustee: it was sealed so. Nothing has changed; use another lock \
                     the bid was sealed to, in time.",
                ),
            )),
            UnlockError::SameLock => Some(refusal(
                "right_lock",
                Sentence::new(
                    "没有记录：这正是登记的锁",
                    "什么都没有改变。请直接用这把锁提交解密。",
                    "Not recorded: the bid is sealed to this very lock",
                    "Nothing has changed. Submit with this lock.",
                ),
            )),
        };
        match (failure, error) {
            (Some(failure), error) => failure.with_detail(error),
            (None, UnlockError::Act(error)) => error.into(),
            (None, error) => Fault::Other { what: "unlock".to_owned(), why: error.to_string() }.into(),
        }
    }
}
