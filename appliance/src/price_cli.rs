//! `bidroom price`: the price engine on files.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use bidroom_pricing::cli::{self, Answer};
use clap::Args;

/// Arguments of `bidroom price`.
#[derive(Debug, Args)]
pub struct PriceArguments {
    /// 评标办法文件。 The method.
    #[arg(long, required_unless_present_any = ["catalogue", "schema"])]
    method: Option<PathBuf>,
    /// 投标数据文件。 The bids.
    #[arg(long, required_unless_present_any = ["catalogue", "schema"])]
    bids: Option<PathBuf>,
    /// 输出 JSON，含每个数值的推导。 Prints JSON with the derivation of every number.
    #[arg(long)]
    json: bool,
    /// 只输出一个投标人本人的得分与排序。 Prints what one bidder is told of its own bid.
    #[arg(long, value_name = "BID", conflicts_with_all = ["catalogue", "schema"])]
    own: Option<String>,
    /// 列出现成的评标办法，或输出其中一个。 Lists the ready methods, or prints one.
    #[arg(long, value_name = "ID", num_args = 0..=1, conflicts_with = "schema")]
    catalogue: Option<Option<String>>,
    /// 输出格式的 JSON Schema：method、bids、outcome。 Prints the schema of a format.
    #[arg(long, value_name = "FORMAT")]
    schema: Option<String>,
}

/// Does it: prints to standard output.
///
/// # Errors
/// Why the method or the bids are unusable, in both languages, or which file cannot be read.
pub fn run(arguments: &PriceArguments) -> anyhow::Result<()> {
    let Answer { stdout, failure } = answer(arguments)?;
    std::io::stdout().write_all(stdout.as_bytes()).context("standard output")?;
    failure.map_or(Ok(()), |failure| Err(anyhow!(failure)))
}

fn answer(arguments: &PriceArguments) -> anyhow::Result<Answer> {
    if let Some(id) = &arguments.catalogue {
        return Ok(cli::catalogue(id.as_deref()));
    }
    if let Some(format) = &arguments.schema {
        return Ok(cli::schema_of(format));
    }
    let (Some(method), Some(bids)) = (&arguments.method, &arguments.bids) else {
        return Err(anyhow!("--method, --bids"));
    };
    let (method, bids) = (read(method)?, read(bids)?);
    Ok(match &arguments.own {
        Some(bid) => cli::own(&method, &bids, bid),
        None => cli::price(&method, &bids, arguments.json),
    })
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| path.display().to_string())
}
