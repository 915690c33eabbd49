//! The arguments.

use std::path::PathBuf;

use bidroom_domain::{CreditCode, SessionId};
use clap::{Parser, Subcommand, ValueEnum};

/// 投标人工具：封标、查看、递交、解密、确认 / The bidder's tool: seal, inspect, send, unlock, confirm.
#[derive(Debug, Parser)]
#[command(name = "bidroom-bidder", version, about, max_term_width = 100)]
pub struct Args {
    /// 提示语言 / language of messages
    #[arg(long, global = true, value_enum, default_value_t = Lang::Zh)]
    pub lang: Lang,
    /// 做什么 / what to do
    #[command(subcommand)]
    pub task: Task,
}

/// Language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// 中文
    Zh,
    /// English
    En,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// 封标：加密并签名投标文件 / seal: encrypt and sign the bid
    Seal(Box<Seal>),
    /// 查看封好的文件里无需密钥即可见的内容 / show what a sealed file shows without a key
    Inspect(Inspect),
    /// 从开标室取得公布文件 / fetch the room's publication
    Fetch(Fetch),
    /// 递交封好的文件并取得回执 / send a sealed bid and get its receipt
    Send(Send),
    /// 查询本单位在该标段的状态 / show the own bid's state
    Status(At),
    /// 验锁：这把锁是否仍能解密已递交的投标文件 / probe: does the lock still open the bid
    Probe(At),
    /// 换锁：截止前为已递交的投标文件加上或去掉可解密的锁，不必重新封标 / re-wrap to other locks without resealing
    Rewrap(Box<RewrapArgs>),
    /// 签到 / sign in
    SignIn(At),
    /// 解密：用锁交出份额 / unlock: give the lock's share
    Unlock(Unlock),
    /// 补救解密：没有可用的锁时，用封标时留存的文件交出份额 / remedy: give the kept share when no lock is at hand
    Remedy(Remedy),
    /// 补救密钥：申请、允许、同意启用 / the remedy key: ask for it, allow it, agree with it
    #[command(subcommand)]
    RemedyKey(RemedyKey),
    /// 补救密钥受托人：查看待办的申请，交出份额 / trustees: see requests that wait, give a part
    #[command(subcommand)]
    Trustee(Trustee),
    /// 确认开标记录 / confirm the opening record
    Confirm(Confirm),
    /// 提出异议 / object to the opening
    Object(Object),
    /// 撤回投标（截止前） / withdraw the bid before the deadline
    Withdraw(At),
    /// 核验开标档案 / verify an archive of an opening
    Verify(Verify),
    /// 助手程序：让网页使用本机的锁 / the helper: lets a page use the locks of this computer
    Bridge(Box<Bridge>),
    /// 检查本机和锁能否用于本项目 / check whether this computer and lock will work for a tender
    Check(Box<Check>),
    /// 其他平台的国密信封和签名（GB/T 35275） / messages of other platforms
    #[command(subcommand)]
    Cms(Cms),
}

/// Where locks are found.
#[derive(Debug, clap::Args)]
pub struct Drivers {
    /// 锁配置目录，可多次；缺省为系统和用户的 bidroom/locks / folders of lock configurations
    #[arg(long, value_name = "DIR")]
    pub locks: Vec<PathBuf>,
    /// 演练软锁所在目录 / folder of soft locks, for drills only
    #[arg(long, value_name = "DIR")]
    pub soft_locks: Vec<PathBuf>,
    /// 输入 PIN 的窗口程序；缺省在 PATH 里找 pinentry / the window's program; pinentry of the PATH without it
    #[arg(long, value_name = "FILE")]
    pub pinentry: Option<PathBuf>,
}

/// Arguments of `bridge`.
#[derive(Debug, clap::Args)]
pub struct Bridge {
    /// 网页给出的启动链接 bidroom://pair?… / the link by which a page starts the helper
    #[arg(value_name = "LINK", conflicts_with = "room", required_unless_present_any = ["room", "install_link"])]
    pub link: Option<String>,
    /// 开标室地址 https://…，改用配对码配对 / the room's address; pairs by a code
    #[arg(long, alias = "server", value_name = "URL")]
    pub room: Option<String>,
    /// 同一开标室的备用地址，可多次 / other addresses of the same room
    #[arg(long, value_name = "URL")]
    pub also: Vec<String>,
    /// 另外信任的根证书 PEM / root certificate to trust beside the system's
    #[arg(long, value_name = "FILE")]
    pub ca: Vec<PathBuf>,
    /// 封标时的公布文件，可多次 / publications that bids were sealed with
    #[arg(long, alias = "tender", value_name = "FILE")]
    pub publication: Vec<PathBuf>,
    /// 核验代理机构证书的根证书，可多次 / root certificates for the agency's certificate
    #[arg(long, value_name = "FILE")]
    pub agency_root: Vec<PathBuf>,
    /// 投标回执，可多次：这些标段只为回执上的投标交出份额 / receipts: only these bids are handed in
    #[arg(long, value_name = "FILE")]
    pub receipt: Vec<PathBuf>,
    #[command(flatten)]
    pub drivers: Drivers,
    /// 记住地址和公布文件的目录 / folder where addresses and publications are remembered
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
    /// 登记 bidroom:// 链接，然后结束 / register bidroom:// links for this user and end
    #[arg(long, conflicts_with_all = ["link", "room"])]
    pub install_link: bool,
}

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct Check {
    /// 开标室地址 https://… / the room's address
    #[arg(long, alias = "server", value_name = "URL")]
    pub room: Option<String>,
    /// 另外信任的根证书 PEM / root certificate to trust beside the system's
    #[arg(long, value_name = "FILE")]
    pub ca: Vec<PathBuf>,
    /// 公布文件 .publication / the room's publication
    #[arg(long, alias = "tender", value_name = "FILE")]
    pub publication: Option<PathBuf>,
    /// 核验代理机构证书的根证书，可多次 / root certificates for the agency's certificate
    #[arg(long, value_name = "FILE")]
    pub agency_root: Vec<PathBuf>,
    /// 封好的文件：这把锁能不能解密它 / the sealed bid: can this lock unlock it
    #[arg(long, value_name = "FILE.bid")]
    pub bid: Option<PathBuf>,
    #[command(flatten)]
    pub drivers: Drivers,
    /// 检查哪一把锁：序列号的末几位 / which lock: the last digits of its serial number
    #[arg(long, value_name = "TAIL")]
    pub lock: Option<String>,
    /// 不输入 PIN，不试签名和解密 / ask for no PIN; signing and decrypting are not tried
    #[arg(long)]
    pub no_pin: bool,
    /// 以 JSON 输出 / as JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `seal`.
#[derive(Debug, clap::Args)]
pub struct Seal {
    /// 开标室公布文件 .publication / the room's publication
    #[arg(long, value_name = "FILE")]
    pub tender: PathBuf,
    /// 核验代理机构证书的根证书，可多次 / root certificates for the agency's certificate
    #[arg(long, value_name = "FILE")]
    pub agency_root: Vec<PathBuf>,
    /// 开标一览表 JSON：{"price":"10986523.60","days":"60"}，金额以元计 / the schedule; money in yuan
    #[arg(long, value_name = "FILE")]
    pub schedule: PathBuf,
    /// 投标文件，可多次，按顺序 / documents, in order
    #[arg(long, value_name = "FILE", required = true)]
    pub document: Vec<PathBuf>,
    /// 可用于解密的锁：加密证书或锁文件，可多次 / locks that can unlock: encryption certificates or lock files
    #[arg(long, value_name = "FILE")]
    pub lock_cert: Vec<PathBuf>,
    /// 签名证书 / signing certificate
    #[arg(
        long,
        value_name = "FILE",
        requires = "sign_key",
        conflicts_with = "lock",
        required_unless_present = "lock"
    )]
    pub sign_cert: Option<PathBuf>,
    /// 签名私钥 PKCS#8 PEM / signing key
    #[arg(long, value_name = "FILE", requires = "sign_cert")]
    pub sign_key: Option<PathBuf>,
    /// 演练锁文件：签名并可解密 / soft lock: signs, and can unlock
    #[arg(long, value_name = "FILE", requires = "password_file")]
    pub lock: Option<PathBuf>,
    /// 锁的口令文件（一行） / file with the lock's password
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// 封好的文件 / the sealed file
    #[arg(long, value_name = "FILE.bid")]
    pub out: PathBuf,
    /// 留存清单（含报价、全部盐值和解密份额），请放入保险柜 / what is kept in the safe: prices, all salts, the lock share
    #[arg(long, value_name = "FILE")]
    pub keep: Option<PathBuf>,
    /// 选用补救密钥：把解密份额拆分给招标文件列明的受托人；锁全部不可用时，经本单位申请、主持人和监督人员同意，其中规定人数即可代为解密
    /// / opt for the remedy key: so many of the tender's trustees can unlock when you ask and host and supervisor agree
    #[arg(long)]
    pub remedy: bool,
    /// 被替换的投标的回执 / receipt of the bid that this one replaces
    #[arg(long, value_name = "FILE")]
    pub receipt: Option<PathBuf>,
    /// 被替换的投标的序号；原文件在回执旁时不必给出 / sequence of the replaced bid; not needed beside its file
    #[arg(long, value_name = "N", requires = "receipt")]
    pub replaced_sequence: Option<u32>,
}

/// Arguments of `inspect`.
#[derive(Debug, clap::Args)]
pub struct Inspect {
    /// 封好的文件 / the sealed file
    #[arg(value_name = "FILE.bid")]
    pub file: PathBuf,
    /// 以 JSON 输出 / as JSON
    #[arg(long)]
    pub json: bool,
    /// 同时核对全部密文 / also compare the whole content with what is signed
    #[arg(long)]
    pub check: bool,
}

/// Where the room is.
#[derive(Debug, clap::Args)]
pub struct Server {
    /// 开标室地址 https://… / the room's address
    #[arg(long, value_name = "URL")]
    pub server: String,
    /// 另外信任的根证书 PEM / root certificate to trust beside the system's
    #[arg(long, value_name = "FILE")]
    pub ca: Vec<PathBuf>,
}

/// Which publication holds the room to its word.
#[derive(Debug, clap::Args)]
pub struct Anchor {
    /// 开标室公布文件；不给时向开标室索取 / the room's publication; without it the server's word is taken
    #[arg(long, value_name = "FILE")]
    pub tender: Option<PathBuf>,
    /// 核验代理机构证书的根证书，可多次 / root certificates for the agency's certificate
    #[arg(long, value_name = "FILE")]
    pub agency_root: Vec<PathBuf>,
}

/// The lock that is used.
#[derive(Debug, clap::Args)]
pub struct LockArgs {
    /// 演练锁文件 / soft lock
    #[arg(long, value_name = "FILE")]
    pub lock: PathBuf,
    /// 锁的口令文件（一行） / file with the lock's password
    #[arg(long, value_name = "FILE")]
    pub password_file: PathBuf,
}

/// Arguments of `fetch`.
#[derive(Debug, clap::Args)]
pub struct Fetch {
    #[command(flatten)]
    pub server: Server,
    /// 场次 / session
    #[arg(long, value_name = "ID")]
    pub session: SessionId,
    /// 核验代理机构证书的根证书，可多次 / root certificates for the agency's certificate
    #[arg(long, value_name = "FILE")]
    pub agency_root: Vec<PathBuf>,
    /// 存为 / where to write it
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Arguments of `send`.
#[derive(Debug, clap::Args)]
pub struct Send {
    /// 封好的文件 / the sealed file
    #[arg(value_name = "FILE.bid")]
    pub file: PathBuf,
    #[command(flatten)]
    pub server: Server,
    #[command(flatten)]
    pub anchor: Anchor,
    #[command(flatten)]
    pub lock: LockArgs,
    /// 回执存为；缺省为 FILE.bid.receipt / where the receipt is written
    #[arg(long, value_name = "FILE")]
    pub receipt: Option<PathBuf>,
}

/// Arguments of everything that happens in a session with a lock.
#[derive(Debug, clap::Args)]
pub struct At {
    #[command(flatten)]
    pub server: Server,
    #[command(flatten)]
    pub anchor: Anchor,
    #[command(flatten)]
    pub lock: LockArgs,
    /// 场次 / session
    #[arg(long, value_name = "ID")]
    pub session: SessionId,
}

/// Arguments of `unlock`.
#[derive(Debug, clap::Args)]
pub struct Unlock {
    #[command(flatten)]
    pub at: At,
    /// 投标回执：只为这一份投标交出份额 / the bid's receipt: the share is given for this bid only
    #[arg(long, value_name = "FILE")]
    pub receipt: Option<PathBuf>,
}

/// Arguments of `remedy`.
#[derive(Debug, clap::Args)]
pub struct Remedy {
    #[command(flatten)]
    pub at: At,
    /// 封标时用 --keep 留存的文件 / the file that was kept with --keep
    #[arg(long, value_name = "FILE")]
    pub keep: PathBuf,
}

/// What is done about the use of the remedy key.
#[derive(Debug, Subcommand)]
pub enum RemedyKey {
    /// 投标人申请启用（封标时须已选用） / the bidder asks; the bid was sealed with --remedy
    Ask(Reasoned),
    /// 主持人允许 / the host allows a request
    Allow(AllowRemedyKey),
    /// 监督人员签名同意 / the supervisor signs its agreement
    Agree(OfBidder),
}

/// What a trustee does.
#[derive(Debug, Subcommand)]
pub enum Trustee {
    /// 待交出份额的申请 / requests that wait for this trustee's part
    List(At),
    /// 为一家投标人交出份额 / gives the part of one bidder's lock share
    Give(OfBidder),
}

/// Arguments with a reason.
#[derive(Debug, clap::Args)]
pub struct Reasoned {
    #[command(flatten)]
    pub at: At,
    /// 原因，记入账本 / why; it is recorded
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// Arguments about one bidder.
#[derive(Debug, clap::Args)]
pub struct OfBidder {
    #[command(flatten)]
    pub at: At,
    /// 投标人的统一社会信用代码 / the bidder's credit code
    #[arg(long, value_name = "CODE")]
    pub bidder: CreditCode,
}

/// Arguments of `remedy-key allow`.
#[derive(Debug, clap::Args)]
pub struct AllowRemedyKey {
    #[command(flatten)]
    pub of: OfBidder,
    /// 理由，记入账本 / why; it is recorded
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// Arguments of `rewrap`.
#[derive(Debug, clap::Args)]
pub struct RewrapArgs {
    #[command(flatten)]
    pub at: At,
    /// 新增的锁：加密证书或锁文件，可多次 / locks that are added: encryption certificates or lock files
    #[arg(long, value_name = "FILE")]
    pub lock_cert: Vec<PathBuf>,
    /// 去掉的锁的尾号，可多次 / last four digits of locks that are taken out
    #[arg(long, value_name = "TAIL")]
    pub remove: Vec<String>,
    /// 投标回执：只为这一份投标更换 / the bid's receipt: packages are made for this bid only
    #[arg(long, value_name = "FILE")]
    pub receipt: Option<PathBuf>,
}

/// Arguments of `confirm`.
#[derive(Debug, clap::Args)]
pub struct Confirm {
    #[command(flatten)]
    pub at: At,
    /// 封好的文件：核对公布的一行与封存的一致 / the sealed file: the published row must be what was sealed in it
    #[arg(long, value_name = "FILE.bid")]
    pub bid: Option<PathBuf>,
}

/// Arguments of `object`.
#[derive(Debug, clap::Args)]
pub struct Object {
    #[command(flatten)]
    pub at: At,
    /// 异议内容 / the objection
    #[arg(long, value_name = "TEXT")]
    pub text: String,
}

/// Arguments of `verify`.
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// 档案 / the archive
    #[arg(value_name = "FILE.zip")]
    pub file: PathBuf,
    /// 信任依据目录：room.json、package.sm3、agency-roots/、ca-roots/ / folder of anchors
    #[arg(long, value_name = "DIR")]
    pub trust: Option<PathBuf>,
    /// 以 JSON 输出 / as JSON
    #[arg(long)]
    pub json: bool,
}

/// What to do with a message of another platform.
#[derive(Debug, Subcommand)]
pub enum Cms {
    /// 打开信封：单层或嵌套，沿途核验签名 / open an envelope, single or nested, verifying signatures on the way
    Open(CmsOpen),
    /// 核验签名并写出原文 / verify a signature and write what was signed
    Verify(CmsVerify),
}

/// Arguments of `cms open`.
#[derive(Debug, clap::Args)]
pub struct CmsOpen {
    /// 加密私钥 PEM；嵌套信封可多次，与 --cert 一一对应 / private key; once for each --cert
    #[arg(long, value_name = "FILE", required = true)]
    pub key: Vec<PathBuf>,
    /// 加密证书；与 --key 一一对应 / encryption certificate; once for each --key
    #[arg(long, value_name = "FILE", required = true)]
    pub cert: Vec<PathBuf>,
    #[command(flatten)]
    pub message: CmsMessage,
}

/// Arguments of `cms verify`.
#[derive(Debug, clap::Args)]
pub struct CmsVerify {
    #[command(flatten)]
    pub message: CmsMessage,
}

/// What both have in common.
#[derive(Debug, clap::Args)]
pub struct CmsMessage {
    /// 信封或签名文件（DER 或 BER） / the message
    #[arg(value_name = "IN")]
    pub input: PathBuf,
    /// 原文存为；不覆盖 / where the content is written; nothing is overwritten
    #[arg(long, value_name = "OUT")]
    pub out: PathBuf,
    /// 签名者的发证机构根证书，文件或目录，可多次；不给则不核对签名者 / roots of the signers' CAs, files or folders
    #[arg(long, visible_alias = "roots", value_name = "FILE|DIR")]
    pub ca: Vec<PathBuf>,
    /// 签名证书应在这一天有效，YYYY-MM-DD；缺省为现在 / day on which signers' certificates must have been valid
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub at: Option<bidroom_domain::At>,
}

/// A day, at whose noon in China certificates are judged.
fn date(text: &str) -> Result<bidroom_domain::At, String> {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |text: &&str| text.parse::<i64>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
    let numbers: Option<Vec<i64>> = parts.iter().map(number).collect();
    match numbers.as_deref() {
        Some([year, month, day]) => bidroom_domain::At::of_china_date(*year, *month, *day)
            .map(|midnight| midnight.plus_seconds(12 * 3600))
            .ok_or_else(|| format!("{text}: 没有这一天 / no such day")),
        _ => Err(format!("{text}: YYYY-MM-DD")),
    }
}
