//! `bidroom`: the server and its tools, one command line.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use bidroom::clock::SystemClock;
use bidroom::config::Config;
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
}

fn main() -> ExitCode {
    log();
    let Arguments { command } = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime.context("threads").and_then(|runtime| runtime.block_on(run(command)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve { config, check } => {
            let config = Config::load(&config)?;
            if check {
                return Ok(());
            }
            let app = bidroom::start::open(config, Arc::new(SystemClock::default())).await?;
            let server = bidroom::http::serve(app, true)?;
            server.wait().await.context("server")
        }
    }
}

/// Messages go to standard error; `BIDROOM_LOG` chooses which (`debug`, `bidroom=trace`).
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("BIDROOM_LOG");
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
