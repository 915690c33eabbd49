//! `bidroom-bidder`: the command line of the bidder's tool. Exit codes: `docs/bidder.md`.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
