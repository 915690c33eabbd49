//! The command line: reads arguments and files, calls the library, says what happened.
//!
//! What a command did goes to standard output, in the language asked for; progress, notices and errors go to standard
//! error.

mod args;
mod bar;
mod bridge;
mod check;
mod cms;
mod fault;
mod inputs;
mod inspect;
mod locks;
mod remedy_key;
mod room;
mod say;
mod seal;
mod tell;
mod verify;

use std::process::ExitCode;

use clap::Parser as _;

use self::args::{Args, Task};
use self::fault::CliError;
use self::say::Say;

/// Runs the tool.
pub fn run() -> ExitCode {
    let args = Args::parse();
    let say = Say::new(args.lang);
    let done = match &args.task {
        Task::Seal(seal) => seal::run(seal, say).map(|()| 0),
        Task::Inspect(inspect) => inspect::run(inspect, say).map(|()| 0),
        Task::Verify(verify) => verify::run(verify, say),
        Task::Bridge(args) => online_with(bridge::run(args, say)),
        Task::Check(args) => online_with(check::run(args, say)),
        Task::Cms(cms) => cms::run(cms, say).map(|()| 0),
        Task::Fetch(fetch) => online(room::fetch(fetch, say)),
        Task::Send(send) => online(room::send(send, say)),
        Task::Status(at) => online(room::status(at, say)),
        Task::Probe(at) => online(locks::probe(at, say)),
        Task::Rewrap(rewrap) => online(locks::rewrap(rewrap, say)),
        Task::SignIn(at) => online(room::sign_in(at, say)),
        Task::Unlock(unlock) => online(room::unlock(unlock, say)),
        Task::Remedy(remedy) => online(room::remedy(remedy, say)),
        Task::RemedyKey(args) => online(remedy_key::remedy_key(args, say)),
        Task::Trustee(args) => online(remedy_key::trustee(args, say)),
        Task::Confirm(confirm) => online(room::confirm(confirm, say)),
        Task::Object(object) => online(room::object(object, say)),
        Task::Withdraw(at) => online(room::withdraw(at, say)),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            say.error(&error.sentence(), &error.to_string());
            ExitCode::from(error.exit())
        }
    }
}

fn online<F: Future<Output = Result<(), CliError>>>(work: F) -> Result<u8, CliError> {
    online_with(async { work.await.map(|()| 0) })
}

fn online_with<F: Future<Output = Result<u8, CliError>>>(work: F) -> Result<u8, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(CliError::Runtime)?;
    let done = runtime.block_on(work);
    // A lock's library that hangs must not keep the program from ending.
    runtime.shutdown_background();
    done
}
