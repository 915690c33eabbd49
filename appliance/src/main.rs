//! `bidroom`: the server and its tools, one command line.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use bidroom::archive::ExportArguments;
use bidroom::ceremony_cli::CeremonyCommand;
use bidroom::clock::{RoomClock as _, SystemClock};
use bidroom::config::Config;
use bidroom::crl_cli::CrlCommand;
use bidroom::demo::DemoArguments;
use bidroom::price_cli::PriceArguments;
use bidroom::service::{Handed, SignsOfLife};
use bidroom::similarity_cli::SimilarityArguments;
use bidroom::tender_cli::TenderCommand;
use bidroom_custody::Request;
use bidroom_custody::clock::MachineClock;
use bidroom_custody::config::ProcessConfig;
use bidroom_custody::open_keeper;
use bidroom_custody::socket::{Answering, SocketServer};
use clap::{Parser, Subcommand};

/// 开标室：接收、开启、唱标。 The opening room's server and tools.
#[derive(Parser)]
#[command(name = "bidroom", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 启动开标室。 Serves the room until it is told to stop (SIGINT, SIGTERM).
    Serve {
        /// 配置文件。 The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// 只检查配置，不启动。 Checks the configuration and does not start.
        #[arg(long)]
        check: bool,
    },
    /// 密钥托管进程：独自持有加密机，逐条判定、签名、解封。 Custody as a process of its own.
    Custody {
        /// 配置文件。 The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// 只检查配置，不启动。 Checks the configuration and does not start.
        #[arg(long)]
        check: bool,
    },
    /// 输出开标室身份，供制作招标包。 Prints what a tender package says of this room.
    Identity {
        /// 配置文件。 The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// 输出文件。 Output.
        #[arg(long)]
        out: PathBuf,
    },
    /// 招标包：组成、签名、检查。 Tender packages.
    #[command(subcommand)]
    Tender(TenderCommand),
    /// 授权人的操作：查看、验锁、授权、更换、确认时间、封存 PIN。 The officers' ceremony.
    #[command(subcommand)]
    Ceremony(CeremonyCommand),
    /// 证书吊销数据：导入、列出。 Revocation lists and OCSP answers.
    #[command(subcommand)]
    Crl(CrlCommand),
    /// 导出一个标段的档案。 Exports the archive of one lot.
    Export(ExportArguments),
    /// 雷同性分析：对已开启的投标文件作比对，给出线索。 Similarity analysis of opened bids: hints, no verdict.
    Similarity(SimilarityArguments),
    /// 报价与评分计算：得分、排序、触发的审查，每个数值都有推导。 Scores and ranking of bids under a method.
    Price(PriceArguments),
    /// 演练：在本机演一场完整的开标。 Plays a whole opening on this machine.
    Demo(DemoArguments),
}

fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    // The demo speaks for itself; only what is wrong is said beside it.
    log(if matches!(command, Command::Demo(_)) {
        "warn,bidroom::start=error,bidroom::http::tls=error"
    } else {
        "info"
    });
    let done = match command {
        // Custody waits for its devices on threads of its own; it needs no runtime.
        Command::Custody { config, check } => custody(&config, check),
        other => in_threads(other),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn in_threads(command: Command) -> anyhow::Result<()> {
    let handed = Handed::take().tcp().context("the service manager's socket")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.context("threads")?.block_on(run(command, handed))
}

async fn run(command: Command, handed: Option<TcpListener>) -> anyhow::Result<()> {
    match command {
        Command::Serve { config, check } => {
            let config = Config::load(&config)?;
            if check {
                return Ok(());
            }
            let app = bidroom::start::open(config, Arc::new(SystemClock::default())).await?;
            let server = bidroom::http::serve_on(app, true, handed)?;
            bidroom::service::ready(&format!("serving on {}", server.https));
            let ended = server.wait().await.context("server");
            bidroom::service::stopping();
            ended
        }
        Command::Custody { config, check } => custody(&config, check),
        Command::Identity { config, out } => {
            let app = bidroom::start::open(Config::load(&config)?, Arc::new(SystemClock::default())).await?;
            let identity = bidroom_canon::to_canonical(app.signer.identity())?;
            std::fs::write(&out, identity).with_context(|| out.display().to_string())
        }
        Command::Tender(command) => bidroom::tender_cli::run(command, SystemClock::default().now()),
        Command::Ceremony(command) => {
            Box::pin(bidroom::ceremony_cli::run(command, SystemClock::default().now())).await
        }
        Command::Crl(command) => bidroom::crl_cli::run(command, SystemClock::default().now()),
        Command::Export(arguments) => bidroom::archive::run_export(arguments),
        Command::Similarity(arguments) => bidroom::similarity_cli::run(arguments),
        Command::Price(arguments) => bidroom::price_cli::run(&arguments),
        Command::Demo(arguments) => Box::pin(bidroom::demo::run(arguments)).await,
    }
}

/// Holds the devices until it is killed: every answer is durable before it is given, so there is nothing to finish.
fn custody(config: &std::path::Path, check: bool) -> anyhow::Result<()> {
    let config = ProcessConfig::load(config)?;
    if check {
        return Ok(());
    }
    match bidroom_custody::memory::keep_in() {
        Ok(()) => {}
        Err(error) if config.drill => {
            tracing::warn!(%error, "a drill goes on with memory that is not kept in")
        }
        Err(error) => return Err(error.into()),
    }
    let handed = Handed::take().unix().context("the service manager's socket")?;
    let socket = match handed {
        Some(listener) => SocketServer::on(listener, config.server_uid),
        None => SocketServer::bind(&config.socket, config.server_uid)?,
    };
    let keeper = open_keeper(&config, Arc::new(MachineClock))?;
    tracing::info!(socket = %config.socket.display(), "custody answers");
    let answering: Answering = Arc::new(move |request| keeper.answer(request));
    show_life(answering.clone())?;
    bidroom::service::ready("custody answers");
    Ok(bidroom_custody::socket::serve(&socket, &answering)?)
}

/// Gives signs of life for as long as custody answers a question that needs no device: it is restarted when it is stuck,
/// and not when a device is away.
fn show_life(answering: Answering) -> anyhow::Result<()> {
    let mut signs = SignsOfLife::from_environment();
    let Some(every) = signs.every() else { return Ok(()) };
    let shows = move || loop {
        // A refusal is an answer too.
        let _ = answering(Request::Devices);
        signs.give();
        std::thread::sleep(every);
    };
    std::thread::Builder::new().name("signs of life".to_owned()).spawn(shows).context("threads")?;
    Ok(())
}

/// Messages go to standard error; `BIDROOM_LOG` chooses which (`debug`, `bidroom=trace`).
fn log(default: &str) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("BIDROOM_LOG");
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(default));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
