//! The arguments.

use std::path::PathBuf;

use bidroom_domain::SessionId;
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
    /// 签到 / sign in
    SignIn(At),
    /// 解密：用锁交出份额 / unlock: give the lock's share
    Unlock(Unlock),
    /// 确认开标记录 / confirm the opening record
    Confirm(Confirm),
    /// 提出异议 / object to the opening
    Object(Object),
    /// 撤回投标（截止前） / withdraw the bid before the deadline
    Withdraw(At),
    /// 核验开标档案 / verify an archive of an opening
    Verify(Verify),
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
    /// 留存清单（含报价和全部盐值），请放入保险柜 / what is kept in the safe: prices and all salts
    #[arg(long, value_name = "FILE")]
    pub keep: Option<PathBuf>,
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
