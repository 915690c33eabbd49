//! The sealed list of experts: taken in as it came, and opened by custody when the committee assembles.

use bidroom_custody::{Custodian, Problem};
use bidroom_domain::evaluation::{Command, CommitteeList, Refusal, Stage, State};
use bidroom_domain::{Actor, SessionId, opening};
use bidroom_tender::{PreparedLot, SealedList, SealedListError};
use bidroom_wire::text::Sentence;

use crate::error::Fault;
use crate::room::{ActError, Done, RoomHandle};
use crate::store::{Record, Store};

/// Under what a sealed list is kept, by the commitment to it.
const SEALED_LIST: &str = "sealed_list";

/// Why a sealed list was not taken in, or not opened.
#[derive(Debug, thiserror::Error)]
pub enum ListRefusal {
    /// Something is wrong with the file.
    #[error(transparent)]
    Sealed(#[from] SealedListError),
    /// The committee does not assemble yet.
    #[error("the committee does not assemble yet")]
    TooEarly,
    /// The log names a list whose file this room never got.
    #[error("the room has no file of the list that the log names")]
    NoFile,
    /// Refused by a rule, or failed.
    #[error(transparent)]
    Act(#[from] ActError),
}

impl From<Fault> for ListRefusal {
    fn from(fault: Fault) -> Self {
        Self::Act(fault.into())
    }
}

impl From<Refusal> for ListRefusal {
    fn from(no: Refusal) -> Self {
        Self::Act(opening::Refusal::Evaluation(Box::new(no)).into())
    }
}

/// Takes in a sealed list: custody looks whether it opens, then file and digest become durable together.
///
/// # Errors
/// [`ListRefusal`]; then nothing was changed.
pub async fn import_list(
    room: &RoomHandle,
    custodian: &Custodian,
    prepared: &PreparedLot,
    by: Actor,
    bytes: Vec<u8>,
) -> Result<Done, ListRefusal> {
    let sealed = SealedList::parse(&bytes)?;
    // A lot that is not prepared has no keys to which anybody could have sealed.
    let publication = prepared.publication.as_ref().ok_or(SealedListError::OtherRoom)?;
    sealed.check_for(room.session(), &publication.document)?;
    let (asked, file) = (custodian.clone(), bytes.clone());
    ask(room, move |session| asked.check_list(session, file.clone())).await?;
    let record = Record { kind: SEALED_LIST, key: sealed.list.to_string(), bytes };
    let command = Command::ImportCommittee { list: sealed.list }.unsigned();
    Ok(room.act(by, opening::Command::Evaluate(Box::new(command)), vec![record]).await?)
}

/// Has custody open the list that the log names, and the room the committee by it.
///
/// # Errors
/// [`ListRefusal`]; then nothing was changed.
pub async fn open_list(
    room: &RoomHandle,
    custodian: &Custodian,
    store: &Store,
    by: Actor,
) -> Result<Done, ListRefusal> {
    let snapshot = room.snapshot();
    let digest = may_open(snapshot.state.evaluation.as_deref())?;
    let bytes = store.record(room.session(), SEALED_LIST, &digest).map_err(Fault::from)?;
    let bytes = bytes.ok_or(ListRefusal::NoFile)?;
    let asked = custodian.clone();
    let list: CommitteeList = ask(room, move |session| asked.open_list(session, bytes.clone())).await?;
    let command = Command::OpenCommittee { list: Box::new(list) }.unsigned();
    Ok(room.act(by, opening::Command::Evaluate(Box::new(command)), Vec::new()).await?)
}

/// The commitment to the list that may be opened now. Custody and the rules ask the same; here it is said why not.
fn may_open(evaluation: Option<&State>) -> Result<String, ListRefusal> {
    let waiting = State::default();
    let state = evaluation.unwrap_or(&waiting);
    let committee = state.committee.as_ref().ok_or(Refusal::NoList)?;
    if let Some(at) = committee.opened {
        return Err(Refusal::AlreadyDone { at }.into());
    }
    match state.stage {
        Stage::Assembly => Ok(committee.list.to_string()),
        Stage::Waiting | Stage::Qualification => Err(ListRefusal::TooEarly),
        stage => Err(Refusal::WrongStage { stage }.into()),
    }
}

/// Asks custody about a list. What it finds wrong with it, or refuses, is an answer and no fault.
async fn ask<T: Send + 'static>(
    room: &RoomHandle,
    ask: impl Fn(&SessionId) -> Result<Result<T, SealedListError>, Problem> + Clone + Send + 'static,
) -> Result<T, ListRefusal> {
    let session = room.session().clone();
    let ask = move || match ask(&session) {
        Err(problem @ Problem::Objection { .. }) => Ok(Err(ListRefusal::Act(problem.into()))),
        answer => answer.map(|looked| looked.map_err(ListRefusal::from)),
    };
    room.ask_custody(ask).await?
}

impl ListRefusal {
    /// A stable code; none where a rule or a fault has its own.
    pub const fn code(&self) -> Option<&'static str> {
        Some(match self {
            Self::Act(_) => return None,
            Self::TooEarly => "list_too_early",
            Self::NoFile => "list_missing",
            Self::Sealed(no) => match no {
                SealedListError::TooLong { .. } => "list_too_long",
                SealedListError::Form => "list_form",
                SealedListError::OtherSession { .. } => "list_other_session",
                SealedListError::OtherRoom => "list_other_room",
                SealedListError::Damaged => "list_damaged",
                SealedListError::OtherList => "list_other_list",
                SealedListError::Unusable => "list_unusable",
            },
        })
    }

    /// What is said to the host.
    pub fn sentence(&self) -> Sentence {
        let (zh, next_zh, en, next_en) = match self {
            Self::Act(_) | Self::Sealed(SealedListError::Form) => (
                "没有导入：这不是密封的专家名单，或文件已损坏",
                "什么都没有改变。请选择代理机构用 bidroom tender seal-committee 生成的文件；就是这份文件的，请代理机构重新传来。",
                "Not imported: this is no sealed list of experts, or the file is damaged",
                "Nothing has changed. Choose the file that the agency made with bidroom tender seal-committee; if it is that one, \
                 have the agency send it again.",
            ),
            Self::TooEarly => (
                "没有拆封：评标还没有进行到组建评标委员会",
                "名单仍然密封，谁也看不到。请先开始评标；资格审查由采购人负责的，先办结资格审查，再拆封名单。",
                "Not opened: the committee does not assemble yet",
                "The list stays sealed, and nobody can read it. Begin the evaluation first; where the purchaser reviews the \
                 qualification, finish that review, and open the list then.",
            ),
            Self::NoFile => (
                "没有拆封：本室没有这份名单的密封文件",
                "账本里只有名单的编号。请以无法补足成员为由停止评标，由代理机构重新密封名单后导入，重新组建评标委员会。",
                "Not opened: this room has no file of the list",
                "The log has its digest alone. Stop the evaluation for want of members, have the agency seal a list, import it, \
                 and form the committee anew.",
            ),
            Self::Sealed(SealedListError::TooLong { most }) => {
                return Sentence::new(
                    "没有导入：文件太大，不会是密封的专家名单",
                    &format!("什么都没有改变。密封名单最多 {most} 字节，请核对是否选错了文件。"),
                    "Not imported: the file is too large for a sealed list of experts",
                    &format!(
                        "Nothing has changed. A sealed list has at most {most} bytes; check whether it is the right file."
                    ),
                );
            }
            Self::Sealed(SealedListError::OtherSession { session }) => {
                return Sentence::new(
                    &format!("没有导入：这份名单是给 {session} 的"),
                    "什么都没有改变，名单仍然密封。请在那一场导入，或选择本场的名单文件。",
                    &format!("Not imported: this list is for {session}"),
                    "Nothing has changed, and the list stays sealed. Import it in that session, or choose the file of this one.",
                );
            }
            Self::Sealed(SealedListError::OtherRoom) => (
                "没有导入：这份名单不是密封给本室这次公布的密钥的",
                "什么都没有改变。名单可能是给另一间评标室的，或密封时用了旧的公布文件。请代理机构从本场页面下载现在的公布文件，重新密封。",
                "Not imported: the list is not sealed to the keys that this room published for the lot",
                "Nothing has changed. It may be for another room, or was sealed with an old publication. The agency fetches this \
                 session's publication and seals the list again.",
            ),
            Self::Sealed(SealedListError::Damaged) => (
                "名单的密封打不开：文件损坏，或被改动过",
                "什么都没有改变。请代理机构重新传来原文件；原文件也打不开的，重新密封后再导入，并告知监督人员。",
                "The sealed list does not open: it is damaged or was changed",
                "Nothing has changed. Have the agency send the original again; if that does not open either, have it sealed again, \
                 and tell the supervisor.",
            ),
            Self::Sealed(SealedListError::OtherList) => (
                "密封里装的不是它标明的那份名单",
                "什么都没有改变。这样的文件不是误操作能产生的，请保留文件，报告监督人员，并请代理机构重新密封。",
                "What is sealed is not the list that the file names",
                "Nothing has changed. Such a file does not come about by a slip: keep it, tell the supervisor, and have the agency \
                 seal the list again.",
            ),
            Self::Sealed(SealedListError::Unusable) => (
                "没有导入：密封的名单不能组成本标段的评标委员会",
                "什么都没有改变。人数、专家比例或成员身份不合规定；为了保密，这里不说明是哪一项。请代理机构重新运行 bidroom tender seal-committee，它会逐项说明，更正后再导入。",
                "Not imported: the sealed list does not make a committee for this lot",
                "Nothing has changed. Number, share of experts or a member's position is not as it must be; which, is not told here, \
                 so that the list stays sealed. The agency runs bidroom tender seal-committee again, which says it, and corrects the list.",
            ),
        };
        Sentence::new(zh, next_zh, en, next_en)
    }
}
