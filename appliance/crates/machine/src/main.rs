//! `bidroom-machine`: the appliance's own hands, run by units and by nobody else.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bidroom_machine::board::{Difference, Profile};
use bidroom_machine::check::{Machine, examine, examine_boot};
use clap::{Parser, Subcommand};

/// 设备自检与密封。 The appliance's self-check and sealing.
#[derive(Parser)]
#[command(name = "bidroom-machine", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 自检：这台机器是不是它应当是的样子。 Whether this machine is what it should be; 1 if not.
    Check {
        /// 只看启动，不看数据卷。 Only how the machine was started, before there is a data volume.
        #[arg(long)]
        boot: bool,
    },
    /// 主板固件的设置是否如配置文件所写，不同之处怎么改。 Compares the board with its profile and says what to change; 1 if anything differs.
    Board {
        /// 主板配置文件。 The board's profile (`firmware-config/boards`).
        #[arg(long)]
        profile: PathBuf,
    },
    /// 产生随机密钥并用 TPM 密封。 Makes random bytes and seals them with the TPM before they are written.
    Seal {
        /// 凭据名。 The credential's name.
        #[arg(long)]
        name: String,
        /// 输出文件。 Output.
        #[arg(long)]
        out: PathBuf,
    },
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Check { boot } => check(boot),
        Command::Board { profile } => match board(&profile) {
            Ok(code) => code,
            Err(error) => {
                eprintln!("{}: {error:#}", profile.display());
                ExitCode::from(2)
            }
        },
        Command::Seal { name, out } => match bidroom_machine::seal::seal(&name, &out) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("密封失败 / not sealed: {error:#}");
                ExitCode::FAILURE
            }
        },
    }
}

fn board(profile: &Path) -> anyhow::Result<ExitCode> {
    let profile = Profile::parse(&std::fs::read_to_string(profile)?)?;
    let differences = profile.compare(Path::new("/"));
    for Difference { part, found, advice } in &differences {
        println!("{part}: {advice} [{found}]");
    }
    if differences.is_empty() {
        println!("主板设置符合要求 / the board is as it should be");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}

fn check(boot: bool) -> ExitCode {
    let machine = Machine::here();
    let findings = if boot { examine_boot(&machine) } else { examine(&machine) };
    for finding in &findings {
        println!("{finding}");
    }
    if findings.iter().all(bidroom_machine::check::Finding::is_sound) {
        println!("selfcheck: passed: 自检通过，可以开始服务 / this machine is what it should be");
        return ExitCode::SUCCESS;
    }
    println!(
        "selfcheck: failed: 自检不通过，不提供服务 / this machine is not what it should be and serves nobody"
    );
    ExitCode::FAILURE
}
