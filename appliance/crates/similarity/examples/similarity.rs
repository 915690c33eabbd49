//! The command by itself, without the server: `similarity --bids MANIFEST.json --out DIR`.

use clap::Parser;

/// Similarity analysis over opened bids.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(flatten)]
    arguments: bidroom_similarity::cli::SimilarityArguments,
}

fn main() -> anyhow::Result<()> {
    bidroom_similarity::cli::run(Arguments::parse().arguments)
}
