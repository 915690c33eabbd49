//! The arguments of `bidroom ceremony`.

use std::path::PathBuf;

use bidroom_domain::SessionId;
use clap::{Args, Subcommand};

/// What is done in the officers' ceremony.
#[derive(Debug, Subcommand)]
pub enum CeremonyCommand {
    /// 查看：授权人验锁、更换、时间确认、设备。 Where the ceremony stands.
    Status(At),
    /// 验锁：授权人的锁到时能否授权。 Probes an officer's lock.
    Probe(At),
    /// 授权：交出份额（截止后）。 An officer gives its share, after the deadline.
    Authorise(At),
    /// 更换授权人或其遗失的锁（截止前，须 M 位授权人各运行一次）。 Replaces an officer or a lost lock, before the deadline.
    Replace(Replace),
    /// 确认时间：本室时钟被改动之后。 Confirms the time after the room's clock was set.
    ConfirmTime(ConfirmTime),
    /// 生成并封存设备 PIN，无人知晓。 Makes a random device PIN and seals it.
    SealPin(SealPin),
}

/// Which room, session and lock.
#[derive(Debug, Args)]
pub struct At {
    /// 开标室地址 https://… The room's address.
    #[arg(long, value_name = "URL")]
    pub server: String,
    /// 另外信任的根证书 PEM。 Root certificate to trust beside the system's.
    #[arg(long, value_name = "FILE")]
    pub ca: Vec<PathBuf>,
    /// 场次。 Session.
    #[arg(long, value_name = "ID")]
    pub session: SessionId,
    /// 开标室公布文件 .publication。 The room's publication.
    #[arg(long, value_name = "FILE")]
    pub tender: Option<PathBuf>,
    /// 代理机构根证书，可多次。 Root certificates of the agency.
    #[arg(long, value_name = "FILE")]
    pub agency_root: Vec<PathBuf>,
    /// 锁。 The lock.
    #[command(flatten)]
    pub lock: LockArguments,
}

/// Which lock, and where its PIN comes from. A PIN is never an argument.
#[derive(Debug, Args)]
pub struct LockArguments {
    /// 演练锁文件。 Soft lock, for drills.
    #[arg(long, value_name = "FILE", required_unless_present = "locks", conflicts_with = "locks")]
    pub lock: Option<PathBuf>,
    /// 锁驱动配置目录（见 docs/locks.md）。 Folder of lock configurations.
    #[arg(long, value_name = "DIR")]
    pub locks: Option<PathBuf>,
    /// 插着多把锁时，签名证书序列号尾号。 Last four digits of the signing certificate's serial, where several locks are there.
    #[arg(long, value_name = "TAIL", requires = "locks")]
    pub tail: Option<String>,
    /// PIN 所在文件的第一行。 File whose first line is the PIN.
    #[arg(long, value_name = "FILE", conflicts_with = "pin_credential")]
    pub pin_file: Option<PathBuf>,
    /// systemd 凭据名（$CREDENTIALS_DIRECTORY 中）。 Name of a systemd credential.
    #[arg(long, value_name = "NAME")]
    pub pin_credential: Option<String>,
    /// 输入 PIN 的程序。 The program that asks for the PIN.
    #[arg(long, value_name = "PROGRAM", default_value = "pinentry")]
    pub pinentry: PathBuf,
    /// 只剩最后一次时仍然尝试。 Makes the last try too; a wrong PIN then locks the lock.
    #[arg(long)]
    pub last_try: bool,
}

/// Arguments of `replace`.
#[derive(Debug, Args)]
pub struct Replace {
    /// 哪里。 Where.
    #[command(flatten)]
    pub at: At,
    /// 被更换的授权人序号。 Index of the officer who is replaced.
    #[arg(long, value_name = "N")]
    pub index: u8,
    /// 新锁的签名证书。 Signing certificate of the new lock.
    #[arg(long, value_name = "FILE")]
    pub new_sign_cert: PathBuf,
    /// 新锁的加密证书。 Encryption certificate of the new lock.
    #[arg(long, value_name = "FILE")]
    pub new_encrypt_cert: PathBuf,
    /// 不再询问。 Does not ask once more.
    #[arg(long)]
    pub yes: bool,
}

/// Arguments of `confirm-time`.
#[derive(Debug, Args)]
pub struct ConfirmTime {
    /// 哪里。 Where.
    #[command(flatten)]
    pub at: At,
    /// 不再询问。 Does not ask once more.
    #[arg(long)]
    pub yes: bool,
    /// 本机时钟与本室相差超过一分钟时仍然确认（您另有可靠的时间来源）。 Confirms although this computer's clock differs by more
    /// than a minute.
    #[arg(long)]
    pub accept_difference: bool,
}

/// Arguments of `seal-pin`.
#[derive(Debug, Args)]
pub struct SealPin {
    /// 凭据名，如 main.pin；配置中写 pin_credential。 Name of the credential.
    #[arg(long, value_name = "NAME")]
    pub name: String,
    /// 存放目录。 Where the sealed credential goes.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// 软件密钥库用的凭据：32 个随机字节。 A credential for the software key store: 32 random bytes.
    #[arg(long, conflicts_with_all = ["module", "token"])]
    pub soft: bool,
    /// 同时初始化空白令牌的 PKCS#11 模块。 PKCS#11 module whose blank token is initialised with the PIN.
    #[arg(long, value_name = "FILE", requires = "token")]
    pub module: Option<PathBuf>,
    /// 给令牌的标签。 Label that the token gets.
    #[arg(long, value_name = "LABEL", requires = "module")]
    pub token: Option<String>,
    /// 令牌所在槽；不给则用唯一的空白令牌。 Slot of the token; without it the only blank one.
    #[arg(long, value_name = "N", requires = "module")]
    pub slot: Option<u64>,
    /// 没有 TPM 或 systemd-creds 时，存为仅本用户可读的文件。 Where there is no systemd-creds: a file for this user only.
    #[arg(long)]
    pub plain: bool,
}
