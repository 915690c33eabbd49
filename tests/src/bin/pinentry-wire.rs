//! A pinentry whose person is a test: whatever the helper says goes over the socket `window` beside this program's name,
//! and whatever the test answers comes back. It ends when either side ends.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

fn main() -> anyhow::Result<()> {
    // Started through a link in the test's folder: its name says where the test listens.
    let name = PathBuf::from(std::env::args_os().next().unwrap_or_default());
    let test = UnixStream::connect(name.with_file_name("window"))?;
    let (mut said, mut answered) = (test.try_clone()?, test);
    std::thread::spawn(move || {
        drop(carry(&mut std::io::stdin().lock(), &mut said));
        drop(said.shutdown(std::net::Shutdown::Write));
    });
    carry(&mut answered, &mut std::io::stdout().lock())
}

fn carry(from: &mut impl Read, to: &mut impl Write) -> anyhow::Result<()> {
    let mut part = [0; 4096];
    loop {
        let came = from.read(&mut part)?;
        if came == 0 {
            return Ok(());
        }
        to.write_all(part.get(..came).unwrap_or_default())?;
        to.flush()?;
    }
}
