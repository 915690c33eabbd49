//! The sentence of each refusal of an evaluation.

mod names;

use bidroom_domain::evaluation::Refusal;

use super::Sentence;
pub use names::{change_ground_zh, ground_zh, matter_zh, part_en, part_zh, stage_en, stage_zh};

/// What people read when a rule of the evaluation said no.
pub fn refusal(refusal: &Refusal) -> Sentence {
    let (clause, sentence) = match refusal {
        Refusal::NotYourRole => say(
            "没有执行：这一步不归您",
            "什么都没有改变。请由有权的人（主持人、评标委员会成员、组长、监督人员或被询问的投标人）在自己的终端上操作。",
            "Not done: this step is not yours",
            "Nothing has changed. Whoever it belongs to does it at the own terminal: host, member, chair, supervisor or the bidder that was asked.",
        ),
        Refusal::NoPlan => say(
            "本标段不在本室评标",
            "招标包没有载明评标办法，开标照常进行。需要在本室评标的，由招标代理机构补充后重新签发招标包。",
            "This lot is not evaluated in this room",
            "Its package states no evaluation method. To evaluate it here the agency adds the method and signs the package again.",
        ),
        Refusal::OpeningNotClosed => say(
            "还不能评标：开标没有结束",
            "请先结束开标、固定开标记录。名单在此之前保持密封。",
            "Not yet: the opening is not closed",
            "Close the opening and fix its record first. The list stays sealed until then.",
        ),
        Refusal::WrongStage { stage } => say(
            &format!("现在不能做这一步：评标处于“{}”", stage_zh(*stage)),
            "什么都没有改变。请看页面上的评标阶段，等到相应阶段再操作；确需退回的，由组长提出、监督人员批准。",
            &format!("Not possible now: the evaluation is in “{}”", stage_en(*stage)),
            "Nothing has changed. Wait for the stage in which this belongs; going back is asked for by the chair and approved by the supervisor.",
        ),
        Refusal::Text { most } => say(
            &format!("需要填写 1 到 {most} 个字"),
            "什么都没有改变。请补充或精简后再提交。",
            &format!("A text of 1 to {most} characters is needed"),
            "Nothing has changed. Complete or shorten it and try again.",
        ),
        Refusal::TooLarge { bytes, most } => say(
            "内容太长，账本的一条记录放不下",
            &format!("共 {bytes} 字节，最多 {most} 字节。什么都没有改变，请精简理由或附件后再提交。"),
            "Too long for one entry of the ledger",
            &format!("{bytes} bytes; at most {most}. Nothing has changed. Shorten it and try again."),
        ),
        Refusal::ListImported { at } => say(
            &format!("没有导入：评标委员会名单已在 {} 密封导入", at.clock_text()),
            "密封的名单不能替换。需要换人的，开启名单后逐人更换；无法补足的，先停止评标再重新组建。",
            &format!("Not imported: a list was sealed at {}", at.clock_text()),
            "A sealed list is not exchanged. Replace single members after it is opened, or stop the evaluation and form a new committee.",
        ),
        Refusal::NoList => say(
            "还没有评标委员会名单",
            "请先导入抽取系统密封的名单。",
            "No list of members is in",
            "Import the sealed list first.",
        ),
        Refusal::OtherList { list } => say(
            "没有开启：这份名单与密封时的不一致",
            &format!(
                "密封时的编号是 {}。什么都没有改变，请核对文件；不是误选文件的，请报告监督人员。",
                bidroom_canon::group4(list.as_bytes(), 4)
            ),
            "Not opened: this is not the list that was sealed",
            &format!(
                "The sealed one has the digest {}. Nothing has changed. Check the file; if it is the right one, tell the supervisor.",
                bidroom_canon::group4(list.as_bytes(), 4)
            ),
        ),
        Refusal::UnusableList { what } => say(
            "名单自相矛盾",
            &format!("矛盾之处：{what}。什么都没有改变，请由名单的出具方更正。"),
            "The list contradicts itself",
            &format!("The contradiction: {what}. Nothing has changed. Whoever issued the list corrects it."),
        ),
        Refusal::EvenCommittee { members, clause } => by(
            clause,
            say(
                &format!("评标委员会现有 {members} 人，应当为单数"),
                "请补足成员后继续。",
                &format!("The committee has {members} members; the number must be odd"),
                "Make up the members and go on.",
            ),
        ),
        Refusal::TooFewMembers { members, minimum, clause } => by(
            clause,
            say(
                &format!("评标委员会现有 {members} 人，至少需要 {minimum} 人"),
                "请依法补足；无法及时补足的，由主持人停止评标，封存投标文件，重新组建评标委员会。",
                &format!("The committee has {members} of at least {minimum} members"),
                "Make up the members. If that is not possible in time, the host stops the evaluation and a new committee is formed.",
            ),
        ),
        Refusal::TooFewExperts { experts, members, clause } => by(
            clause,
            say(
                &format!("评审专家 {experts} 人，不足成员 {members} 人的规定比例"),
                "请以评审专家补足后继续。",
                &format!("{experts} experts among {members} members are too few"),
                "Make up with experts and go on.",
            ),
        ),
        Refusal::AgencyStaff { name, clause } => by(
            clause,
            say(
                &format!("{name} 是代理机构工作人员，不得参加本机构代理项目的评标"),
                "名单没有开启或更换没有执行。请另行确定成员。",
                &format!("{name} works for the agency and may not evaluate its own project"),
                "Nothing has changed. Choose another member.",
            ),
        ),
        Refusal::PurchasersExpert { name, clause } => by(
            clause,
            say(
                &format!("{name} 是采购人单位人员，只能作为采购人代表参与评标"),
                "什么都没有改变。请更正其身份或另行抽取专家。",
                &format!("{name} works for the purchaser and can only be its representative"),
                "Nothing has changed. Correct the role or draw another expert.",
            ),
        ),
        Refusal::AttendedOpening { name, clause } => by(
            clause,
            say(
                &format!("{name} 参加了开标，不得参加评标"),
                "什么都没有改变。请另行确定成员。",
                &format!("{name} took part in the opening and may not evaluate"),
                "Nothing has changed. Choose another member.",
            ),
        ),
        Refusal::RelatedToBidder { name, clause } => by(
            clause,
            say(
                &format!("{name} 与投标人有利害关系，应当回避"),
                "没有更换。请另行抽取。",
                &format!("{name} has an interest in a bidder and must recuse"),
                "Not replaced. Draw somebody else.",
            ),
        ),
        Refusal::NoSuchMember { member } => say(
            &format!("评标委员会没有 {member} 号成员"),
            "什么都没有改变。请核对名单上的编号。",
            &format!("The committee has no member {member}"),
            "Nothing has changed. Check the number on the list.",
        ),
        Refusal::MemberLeft { member, at, clause } => by(
            clause,
            say(
                &format!("{member} 号成员已于 {} 退出评标", at.clock_text()),
                "其评审意见无效，由更换后的成员重新评审。",
                &format!("Member {member} left at {}", at.clock_text()),
                "Its opinions are void; its successor reviews again.",
            ),
        ),
        Refusal::AlreadyDone { at } => say(
            &format!("已在 {} 办理", at.clock_text()),
            "没有重复记录，原记录有效。换座位终端请用“移动终端”。",
            &format!("Done already at {}", at.clock_text()),
            "Not recorded twice; the first record stands. To change the terminal, move the member.",
        ),
        Refusal::NotSeated { member } => say(
            &format!("{member} 号成员还没有签到"),
            "请先在签到台核验身份、交存手机、绑定座位和终端。",
            &format!("Member {member} has not signed in"),
            "Sign in at the counter first: identity, phone, seat and terminal.",
        ),
        Refusal::NotCommitted { member } => say(
            &format!("{member} 号成员还没有签署承诺书"),
            "请在自己的终端上阅读并签署后开始评审。",
            &format!("Member {member} has not signed the commitment"),
            "Read and sign it at the own terminal, then review.",
        ),
        Refusal::PhoneKept => (
            Some("发改法规〔2022〕1117号（十五）".to_owned()),
            say(
                "没有签到：手机还没有交存",
                "请把手机和其他通讯设备存入储物柜后再签到。",
                "Not signed in: the phone was not handed in",
                "Put phone and other devices into the locker, then sign in.",
            )
            .1,
        ),
        Refusal::SeatTaken { seat, member } => say(
            &format!("{seat} 号座位已由 {member} 号成员使用"),
            "一人一座，没有绑定。请换一个座位。",
            &format!("Seat {seat} is member {member}'s"),
            "One person, one seat; nothing was bound. Take another seat.",
        ),
        Refusal::TerminalTaken { member } => say(
            &format!("这台终端已绑定 {member} 号成员"),
            "一台终端一个人，没有绑定。请换一台终端。",
            &format!("This terminal is member {member}'s"),
            "One terminal, one person; nothing was bound. Take another terminal.",
        ),
        Refusal::ChairThere { chair } => say(
            &format!("组长已经选出：{chair} 号成员"),
            "组长辞去组长或退出评标后才重新推选。",
            &format!("Member {chair} is the chair"),
            "Another one is elected only after it resigns or leaves.",
        ),
        Refusal::NoChair { clause } => by(
            clause,
            say(
                "还没有推选组长",
                "请全体成员在各自终端上推选，平票的再选一轮。",
                "There is no chair yet",
                "All members vote at their terminals; after a tie another ballot follows.",
            ),
        ),
        Refusal::ChairOnly { chair } => say(
            &format!("这一步由组长（{chair} 号成员）办理"),
            "什么都没有改变。请向组长提出。",
            &format!("This is for the chair, member {chair}"),
            "Nothing has changed. Ask the chair.",
        ),
        Refusal::RepresentativeAsChair { clause } => by(
            clause,
            say(
                "采购人代表不得担任组长",
                "这一票没有记录，请另选一位评审专家。",
                "The purchaser's representative cannot be the chair",
                "The ballot was not recorded. Vote for an expert.",
            ),
        ),
        Refusal::OtherRound { round } => say(
            &format!("现在是第 {round} 轮推选"),
            "页面上的轮次已过，这一票没有记录。请刷新后重新投票。",
            &format!("Ballot {round} runs now"),
            "The page shows an earlier one; the ballot was not recorded. Reload and vote again.",
        ),
        Refusal::NotReady { members } => say(
            &format!("{} 号成员还没有签到或签署承诺书", list(members)),
            "全体成员就绪后才能作出委员会的决定。",
            &format!("Members {} have not signed in or not signed the commitment", list(members)),
            "The committee decides once all its members are ready.",
        ),
        Refusal::OriginalCommittee { clause } => by(
            clause,
            say(
                "重新评审只能由原评标委员会进行",
                "成员没有更换。原成员不能到场的，本次重新评审不能继续，请书面报告财政部门。",
                "Only the original committee reviews again",
                "Nobody was replaced. If a member cannot come the review cannot go on; report it to the finance department.",
            ),
        ),
        Refusal::NotEarlier { stage } => say(
            &format!("不能退回到“{}”", stage_zh(*stage)),
            "只能退回到已经做过评审的较早阶段。",
            &format!("Cannot go back to “{}”", stage_en(*stage)),
            "Only to an earlier stage in which something was reviewed.",
        ),
        Refusal::NoRequest { number } => say(
            &format!("没有待批准的第 {number} 号退回申请"),
            "可能已经批准。请刷新页面查看。",
            &format!("Request {number} to go back is not open"),
            "It may have been approved. Reload the page.",
        ),
        Refusal::BidOut { bid } => say(
            &format!("第 {bid} 家不在评审之列"),
            "该投标未开启、已被否决或作无效处理，没有记录。",
            &format!("Bid {bid} is not evaluated"),
            "It was not opened, was rejected, or is invalid. Nothing was recorded.",
        ),
        Refusal::OtherItems { missing, unknown } => say(
            "审查意见与审查项不一致",
            &format!("缺少：{}；多出：{}。请逐项给出意见后再提交。", words(missing), words(unknown)),
            "The verdicts do not fit the items",
            &format!("Missing: {}; unknown: {}. Give one on each item.", words(missing), words(unknown)),
        ),
        Refusal::NoWithoutReason { item } => say(
            &format!("“{item}”判为不通过，须选定依据并写明理由"),
            "意见没有提交。请选择法定或招标文件规定的情形，写明页码和事实。",
            &format!("A no on “{item}” needs a ground and a reason"),
            "Not recorded. Choose the ground and state page and facts.",
        ),
        Refusal::ClarificationFirst { bid, ground, clause } => by(
            clause,
            say(
                &format!("不能直接否决第 {bid} 家：应当先请其澄清、说明"),
                &format!(
                    "拟否决的情形是“{}”。请由组长发出书面问题，待其答复或时限届满后再作结论。",
                    ground_zh(*ground)
                ),
                &format!("Bid {bid} cannot be rejected yet: it has to be asked first"),
                "The chair sends a written question; conclude after the answer or the end of its time.",
            ),
        ),
        Refusal::AlreadyConcluded { at } => say(
            &format!("已在 {} 作出结论", at.clock_text()),
            "结论没有改变。确需重审的，由组长申请退回、监督人员批准。",
            &format!("Concluded at {}", at.clock_text()),
            "It has not changed. To review again the chair asks to go back and the supervisor approves.",
        ),
        Refusal::OpinionsMissing { bid, members } => say(
            &format!("第 {bid} 家还缺审查意见"),
            &format!("缺：{}。全体评审人提交后才能作结论。", members_zh(members)),
            &format!("Opinions on bid {bid} are missing"),
            &format!("Missing: {}. Conclude when all are in.", members_en(members)),
        ),
        Refusal::Disputed { bid, items, clause } => by(
            clause,
            say(
                &format!("第 {bid} 家有争议：{}", words(items)),
                "请组长逐项提付表决，少数服从多数；持不同意见的成员写明理由。",
                &format!("Members differ on bid {bid}: {}", words(items)),
                "The chair puts each item to the vote; the majority decides, and who dissents writes reasons.",
            ),
        ),
        Refusal::NothingToVote => say(
            "没有需要表决的事项",
            "意见尚未交齐或并无分歧，没有发起表决。",
            "There is nothing to vote on",
            "Opinions are missing or agree. No vote was opened.",
        ),
        Refusal::Unconcluded { bids, .. } => say(
            &format!("第 {} 家还没有审查结论", numbers(bids)),
            "逐家作出结论后再结束本阶段。",
            &format!("Bids {} are not concluded", numbers(bids)),
            "Conclude each, then finish the stage.",
        ),
        Refusal::TooFewBids { bids, minimum, clause } => by(
            clause,
            say(
                &format!("有效投标只剩 {bids} 家，不足 {minimum} 家"),
                "政府采购项目应予废标；工程项目由评标委员会表决是否明显缺乏竞争、是否否决全部投标，并在报告中论证。",
                &format!("{bids} bids are left, fewer than {minimum}"),
                "A government tender is cancelled. In an engineering tender the committee votes whether all are rejected and argues it in the report.",
            ),
        ),
        Refusal::NotAsked { clause } => by(
            clause,
            say(
                "没有接收：评标委员会没有向您提出这个问题",
                "投标人主动提出的澄清、说明不予接受。",
                "Not taken: the committee did not ask you this",
                "What bidders volunteer is not accepted.",
            ),
        ),
        Refusal::TimeEnded { ended, clause } => by(
            clause,
            say(
                &format!("时限已在 {} 届满", ended.clock_text()),
                "没有接收。以本室时钟为准，届满已记入账本。",
                &format!("The time ended at {}", ended.clock_text()),
                "Not taken. The room's clock decides.",
            ),
        ),
        Refusal::TooShort { minutes, minimum, clause } => by(
            clause,
            say(
                &format!("给出的时间 {minutes} 分钟，不得少于 {minimum} 分钟"),
                "没有发出。请延长后再发。",
                &format!("{minutes} minutes are fewer than {minimum}"),
                "Not sent. Give more time and send again.",
            ),
        ),
        Refusal::Unsigned => say(
            "这一步须本人签名",
            "没有生效。请插好本人的签名锁，或在终端上手写签名后再提交。",
            "This step has to be signed",
            "Nothing took effect. Plug in your lock, or sign by hand at the terminal, and submit again.",
        ),
        Refusal::SaidBefore => say(
            "同一份签名已经计入过一次",
            "没有重复生效。如确需再次提交，请重新签名。",
            "This signature counted before",
            "It did not take effect twice. Sign again if you mean it again.",
        ),
        Refusal::AlreadyAnswered { at } => say(
            &format!("已在 {} 答复", at.clock_text()),
            "答复一经提交不能更改，原答复有效。",
            &format!("Answered at {}", at.clock_text()),
            "An answer cannot be changed; it stands.",
        ),
        Refusal::Unsettled { questions, corrections, low_prices, clause } => by(
            clause,
            say(
                "还有事项没有了结",
                &format!(
                    "待答复的问题 {questions} 项，待确认的报价修正 {corrections} 项，待结论的异常低价审查 {low_prices} 项。"
                ),
                "Something is unsettled",
                &format!(
                    "{questions} question(s), {corrections} correction(s) of prices, {low_prices} review(s) of low prices."
                ),
            ),
        ),
        Refusal::CorrectionOrder { clause } => by(
            clause,
            say(
                "修正的规则或顺序不对",
                "同时有几处不一致的，按规定的顺序修正；招标文件没有规定的规则不能采用。没有发出。",
                "Not this rule, or not in this order",
                "Several contradictions are corrected in the prescribed order, by the rules the document names. Not sent.",
            ),
        ),
        Refusal::OtherPrice => say(
            "修正前后的报价对不上",
            "修正前应是现在有效的报价，修正后应与之不同。没有发出，请核对。",
            "The prices before and after do not fit",
            "Before is the price that stands, and after another one. Not sent; check both.",
        ),
        Refusal::NoLowPriceReview => say(
            "本项目没有异常低价审查程序",
            "报价可能低于成本的，请以澄清方式要求投标人说明。",
            "This procedure has no review of abnormally low prices",
            "Ask the bidder by a clarification where its price may be below cost.",
        ),
        Refusal::NoLowPrice { bid } => say(
            &format!("第 {bid} 家没有待结论的异常低价审查"),
            "什么都没有改变。",
            &format!("No review of the price of bid {bid} is open"),
            "Nothing has changed.",
        ),
        Refusal::StillExplaining { until, clause } => by(
            clause,
            say(
                &format!("投标人说明的时间到 {} 为止", until.clock_text()),
                "请等其说明或时限届满后再表决、作结论。",
                &format!("The bidder may explain until {}", until.clock_text()),
                "Vote and conclude after the explanation or the end of the time.",
            ),
        ),
        Refusal::VoteFirst { clause } => by(
            clause,
            say(
                "这一事项应由评标委员会表决",
                "请组长提付表决，全体成员投票后再办理。",
                "The committee votes on this first",
                "The chair puts it to the vote; go on when all have voted.",
            ),
        ),
        Refusal::VoteThere { vote } => say(
            &format!("第 {vote} 号表决就是这一事项"),
            "没有重复发起。请以该表决的结果为准。",
            &format!("Vote {vote} is on this"),
            "No second one was opened; its outcome counts.",
        ),
        Refusal::NoOpenVote { vote } => say(
            &format!("第 {vote} 号表决不在进行"),
            "这一票没有记录。表决已结束，或因成员更换作废。",
            &format!("Vote {vote} does not run"),
            "The ballot was not recorded. It was closed, or became void when a member left.",
        ),
        Refusal::AlreadyVoted { at } => say(
            &format!("您已在 {} 之前投票", at.clock_text()),
            "一人一票，原票有效。",
            &format!("You voted before {}", at.clock_text()),
            "One vote each; the first stands.",
        ),
        Refusal::NotOutvoted { vote } => say(
            &format!("第 {vote} 号表决中您不是少数意见"),
            "只有持不同意见的成员写不同意见及理由，且只写一次。",
            &format!("You were not outvoted in vote {vote}"),
            "Only who dissented writes reasons, once.",
        ),
        Refusal::NotBlind => say(
            "本项目没有暗标评审",
            "什么都没有改变。",
            "Nothing is blind in this lot",
            "Nothing has changed.",
        ),
        Refusal::AllNumbered => say(
            "所有投标都已有暗标编号",
            "编号一经抽取不再重抽。",
            "All bids have their blind numbers",
            "Numbers are never drawn again.",
        ),
        Refusal::NumbersFirst => say(
            "还有投标没有暗标编号",
            "编号由本室自动抽取，通常几秒内完成。请稍候再提交；仍没有编号的，请主持人查看设备状态。",
            "Some bids have no blind number",
            "The room draws the numbers by itself, within seconds as a rule. Try again shortly; if there are still none, the \
             host looks at the devices' state.",
        ),
        Refusal::BlindHolds { members, clause } => by(
            clause,
            say(
                "不能揭晓：暗标评审没有完成",
                &format!("缺：{}。全部暗标评分表提交后，由监督人员揭晓。", members_zh(members)),
                "The blind stays: its review is not finished",
                &format!(
                    "Missing: {}. The supervisor lifts it when all blind sheets are committed.",
                    members_en(members)
                ),
            ),
        ),
        Refusal::StillBlind => say(
            "暗标还没有揭晓",
            "请监督人员揭晓后继续。",
            "The blind is not lifted",
            "The supervisor lifts it, then go on.",
        ),
        Refusal::NoSheet { part } => say(
            &format!("没有“{}”评分表", part_zh(*part)),
            "评标办法没有这张表，或者还没有提交。",
            &format!("There is no sheet “{}”", part_en(*part)),
            "The method has none, or it was not committed.",
        ),
        Refusal::OtherBids { missing } => say(
            "评分表的投标不对",
            &format!("应当正好评 {} 号。没有提交，请刷新后补全。", numbers(missing)),
            "The sheet covers other bids",
            &format!("It has to score exactly {}. Not committed; reload and complete it.", numbers(missing)),
        ),
        Refusal::IncompleteSheet { bid, missing, unknown } => say(
            &format!("{bid} 号的评分项不全"),
            &format!("缺：{}；多出：{}。没有提交，请补全。", words(missing), words(unknown)),
            &format!("The sheet is incomplete for {bid}"),
            &format!("Missing: {}; unknown: {}. Not committed.", words(missing), words(unknown)),
        ),
        Refusal::OutOfRange { bid, item, score, max, step } => say(
            &format!("{bid} 号“{item}”评 {} 分，超出范围", points(*score)),
            &format!("应在 0 到 {} 分之间，以 {} 分为一档。没有提交。", points(*max), points(*step)),
            &format!("{} points on “{item}” of {bid} are out of range", points(*score)),
            &format!("0 to {} in steps of {}. Not committed.", points(*max), points(*step)),
        ),
        Refusal::SheetCommitted { clause } => by(
            clause,
            say(
                "评分表已经提交，不能再改",
                "仅限汇总错误、超出范围、客观分不一致、经认定畸高畸低四种情形更正，原评分保留。",
                "The sheet is committed",
                "It changes on the four grounds only, and what stood there is kept.",
            ),
        ),
        Refusal::SheetsMissing { part, members, clause } => by(
            clause,
            say(
                &format!("“{}”评分表没有交齐", part_zh(*part)),
                &format!("缺：{}。独立评分全部提交后才汇总。", members_zh(members)),
                &format!("Sheets “{}” are missing", part_en(*part)),
                &format!("Missing: {}. Sums are made when all are in.", members_en(members)),
            ),
        ),
        Refusal::ObjectiveDiffers { items, clause, .. } => {
            let places: Vec<String> = items.iter().map(|it| format!("{} 号 {}", it.bid, it.item)).collect();
            by(
                clause,
                say(
                    "客观分评分不一致",
                    &format!("不一致之处：{}。请相关成员核对后更正，再汇总。", words(&places)),
                    "Objective scores differ",
                    &format!("Where: {}. The members check and correct them first.", words(&places)),
                ),
            )
        }
        Refusal::GroundFails { ground, clause } => by(
            clause,
            say(
                &format!("“{}”在这里不成立", change_ground_zh(*ground)),
                "没有更正。畸高畸低须先经评标委员会表决认定；评分尚未公开的不能更正。",
                "This ground does not hold here",
                "Nothing was changed. Abnormal scores are found by a vote first; what is not revealed cannot be corrected.",
            ),
        ),
        Refusal::OtherScore { bid, item, stands } => say(
            &format!("{bid} 号“{item}”现在的评分不是所填的原值"),
            &format!("现在是 {}。没有更正，请刷新后核对。", stands.map_or("空".to_owned(), points)),
            &format!("Another score stands on “{item}” of {bid}"),
            &format!(
                "It is {}. Nothing was changed; reload and check.",
                stands.map_or("none".to_owned(), points)
            ),
        ),
        Refusal::UnusableDraw { what } => say(
            "抽取结果与投标对不上",
            &format!("问题：{what}。没有记录。"),
            "The draw does not fit the bids",
            &format!("{what}. Not recorded."),
        ),
        Refusal::NoDraws => say(
            "不能抽签：本标段公布密钥时没有公布抽签承诺",
            "什么都没有改变。请监督人员在场，依招标文件在室外随机抽取，并将结果写入评标报告。",
            "No draw: this lot's publication commits to none",
            "Nothing has changed. Draw outside of the room as the tender document says, before the supervisor, and put the \
             result into the report.",
        ),
        Refusal::DrawsUsedUp => say(
            "不能抽签：事先承诺的抽签次数已经用完",
            "什么都没有改变。请监督人员在场，依招标文件在室外随机抽取，并将结果写入评标报告。",
            "No draw: all that were committed to were made",
            "Nothing has changed. Draw outside of the room as the tender document says, before the supervisor, and put the \
             result into the report.",
        ),
        Refusal::OtherValue { number } => say(
            &format!("没有抽取：所给的数值不是第 {number} 次抽签事先承诺的数值"),
            "什么都没有改变。请保留现场，由监督人员查明是谁给出这个数值。",
            &format!("Not drawn: the value is not the one that was committed to for draw {number}"),
            "Nothing has changed. Leave everything as it is; the supervisor finds out who gave this value.",
        ),
        Refusal::SaltsHidden => say(
            "没有抽取：看不到全部已开启投标的开标一览表",
            "什么都没有改变。抽签由本室自动进行，不需要任何人操作。",
            "Not drawn: the schedules of the opened bids are not all known here",
            "Nothing has changed. The room draws by itself; nobody has to do anything.",
        ),
        Refusal::AlreadyDrawn { at } => say(
            &format!("已在 {} 抽取", at.clock_text()),
            "抽取只进行一次，原结果有效。",
            &format!("Drawn at {}", at.clock_text()),
            "Nothing is drawn twice; the result stands.",
        ),
        Refusal::StaleInputs { inputs } => say(
            "没有固定：结果不是依现在的评审数据计算的",
            &format!("现在数据的编号是 {}。请重新计算。", bidroom_canon::group4(inputs.as_bytes(), 4)),
            "Not fixed: computed of other data",
            &format!(
                "What stands has the digest {}. Compute again.",
                bidroom_canon::group4(inputs.as_bytes(), 4)
            ),
        ),
        Refusal::UnusableResult { what } => say(
            "没有固定：结果自相矛盾",
            &format!("矛盾之处：{what}。"),
            "Not fixed: the result contradicts itself",
            &format!("The contradiction: {what}."),
        ),
        Refusal::ResultStands { clause } => by(
            clause,
            say(
                "评标结果已汇总，不得修改",
                "仅限汇总计算错误、超出评分标准范围、客观分不一致、经认定畸高畸低四种情形，并写明理由。",
                "The result stands",
                "It changes on four grounds only: wrong sum, out of range, differing objective items, abnormal scores; with reasons.",
            ),
        ),
        Refusal::NoResult => say(
            "还没有依现在评审数据计算的结果",
            "评分更正后须重新汇总，再核验、签署报告。",
            "There is no result of what stands",
            "After a correction the result is fixed again, then the report is checked and signed.",
        ),
        Refusal::OtherReport { report } => say(
            "这不是现在待签的评标报告",
            &report.map_or("还没有生成报告。请等核验完成。".to_owned(), |report| {
                format!(
                    "待签的报告编号是 {}。请刷新后核对再签。",
                    bidroom_canon::group4(report.as_bytes(), 4)
                )
            }),
            "This is not the report that is to be signed",
            &report.map_or("There is none yet. Wait for its check.".to_owned(), |report| {
                format!(
                    "That one has the digest {}. Reload, compare, sign.",
                    bidroom_canon::group4(report.as_bytes(), 4)
                )
            }),
        ),
        Refusal::FindingsOpen { count } => say(
            &format!("报告核验提示 {count} 项，还没有答复"),
            "请组长逐项复核并代表委员会答复后再签署。软件只作提示，不替代评审判断。",
            &format!("{count} finding(s) of the check are not answered"),
            "The chair answers them for the committee first. Software points out; the committee judges.",
        ),
        Refusal::SignaturesMissing { members, supervisor, clause } => {
            let (zh, en) = if *supervisor { ("；监督人员", "; the supervisor") } else { ("", "") };
            by(
                clause,
                say(
                    "评标报告还没有签齐",
                    &format!(
                        "缺：{}{zh}。拒绝签字又不书面说明理由的，由组长或主持人记录，视为同意。",
                        members_zh(members)
                    ),
                    "The report lacks signatures",
                    &format!(
                        "Missing: {}{en}. Who refuses without written reasons is recorded and counts as agreeing.",
                        members_en(members)
                    ),
                ),
            )
        }
        Refusal::ReportSigned { clause } => by(
            clause,
            say(
                "评标报告已经签署",
                "发现法定四种情形之一的，由采购人或代理机构组织原评标委员会重新评审；改变结果的书面报告财政部门。",
                "The report is signed",
                "On one of the four grounds the original committee reviews again; a changed result is reported to the finance department.",
            ),
        ),
        Refusal::FinanceNotTold { clause } => by(
            clause,
            say(
                "重新评审改变了结果，还没有书面报告财政部门",
                "请登记报告文件后再结束。",
                "The result changed and the finance department was not told",
                "Record the letter, then close.",
            ),
        ),
        Refusal::NothingToTell => say(
            "没有需要报告财政部门的事项",
            "结果没有改变，或者已经报告。",
            "There is nothing to tell the finance department",
            "The result did not change, or it was told.",
        ),
        Refusal::OtherBidders { bids } => say(
            "告知内容与投标人对不上",
            &format!("应当正好包括第 {} 家。没有公布。", numbers(bids)),
            "What bidders are told is not for exactly these bids",
            &format!("It has to cover exactly {}. Not published.", numbers(bids)),
        ),
        Refusal::AlreadyPublished { at } => say(
            &format!("结果已在 {} 公布", at.clock_text()),
            "没有重复公布。",
            &format!("Published at {}", at.clock_text()),
            "Not published twice.",
        ),
        Refusal::GroundNotHere => say(
            "所选情形不适用于当前状态",
            "什么都没有改变。请核对情形；需要先表决或先停止评标的，先办理该步骤。",
            "This ground does not apply here",
            "Nothing has changed. Check the ground; where a vote or a stop comes first, do that first.",
        ),
        Refusal::UnknownAbout { matter } => say(
            "问题没有指明投标",
            &format!("“{}”的问题没有发出。请选择投标或暗标编号。", matter_zh(*matter)),
            "The question names no bid",
            "It was not sent. Choose a bid or a blind number.",
        ),
    };
    Sentence { clause, ..sentence }
}

type Said = (Option<String>, Sentence);

fn say(zh_title: &str, zh_body: &str, en_title: &str, en_body: &str) -> Said {
    (None, Sentence::new(zh_title, zh_body, en_title, en_body))
}

fn by(clause: &str, (_, sentence): Said) -> Said {
    (Some(clause.to_owned()), sentence)
}

fn list(members: &[u8]) -> String {
    members.iter().map(u8::to_string).collect::<Vec<_>>().join("、")
}

fn numbers(bids: &[u32]) -> String {
    bids.iter().map(u32::to_string).collect::<Vec<_>>().join("、")
}

fn words(items: &[String]) -> String {
    if items.is_empty() { "—".to_owned() } else { items.join("、") }
}

fn members_zh(members: &[u8]) -> String {
    if members.is_empty() { "—".to_owned() } else { format!("{} 号成员", list(members)) }
}

fn members_en(members: &[u8]) -> String {
    if members.is_empty() { "—".to_owned() } else { format!("members {}", list(members)) }
}

/// Hundredths of a point.
fn points(hundredths: u32) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use bidroom_domain::At;
    use bidroom_domain::evaluation::Ground;

    use super::*;

    #[test]
    fn sentences_carry_their_figures_and_clause() {
        let few =
            refusal(&Refusal::TooFewMembers {
                members: 4, minimum: 5, clause: "87号令 第四十七条".into()
            });
        assert_eq!(few.zh.title, "评标委员会现有 4 人，至少需要 5 人");
        assert_eq!(few.clause.as_deref(), Some("87号令 第四十七条"));
        let range =
            refusal(&Refusal::OutOfRange { bid: 2, item: "业绩".into(), score: 1050, max: 1000, step: 50 });
        assert!(range.zh.title.contains("10.50") && range.zh.body.contains("10.00"), "{range:?}");
        let clause = "发改法规〔2022〕1117号（十三）".to_owned();
        let first = refusal(&Refusal::ClarificationFirst { bid: 1, ground: Ground::BelowCost, clause });
        assert!(first.zh.body.contains("低于成本"), "{first:?}");
        let ended =
            refusal(&Refusal::TimeEnded { ended: At(1_773_799_200_000), clause: "招标文件".into() });
        assert!(ended.zh.title.contains("10:00:00"), "{ended:?}");
    }
}
