//! The command line: reads arguments and files, calls the library, says what happened.
//!
//! What a command did goes to standard output, in the language asked for; progress, notices and errors go to standard
//! error.

mod args;
mod bar;
mod fault;
mod inputs;
mod inspect;
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
        Task::Fetch(fetch) => online(room::fetch(fetch, say)),
        Task::Send(send) => online(room::send(send, say)),
        Task::Status(at) => online(room::status(at, say)),
        Task::SignIn(at) => online(room::sign_in(at, say)),
        Task::Unlock(unlock) => online(room::unlock(unlock, say)),
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
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(CliError::Runtime)?.block_on(work).map(|()| 0)
}
