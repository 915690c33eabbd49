//! The person before the helper's window: each window is a real `pinentry` conversation, answered by the test.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};

/// Where the helper's windows appear.
pub struct Windows {
    program: PathBuf,
    listener: UnixListener,
}

/// What a window does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It tells something.
    Message,
    /// It asks yes or no.
    Question,
    /// It asks for the PIN.
    Pin,
}

/// A window that is open.
pub struct Open {
    /// What it does.
    pub kind: Kind,
    /// Its text.
    pub text: String,
    /// What it says went wrong before.
    pub trouble: String,
    /// Label of its field.
    pub prompt: String,
    from: BufReader<OwnedReadHalf>,
    to: OwnedWriteHalf,
}

impl Windows {
    /// Listens in a folder, where the helper finds its pinentry.
    ///
    /// # Errors
    /// If the program was not built, or the folder cannot be written.
    pub fn new(folder: &Path) -> anyhow::Result<Self> {
        let program = folder.join("pinentry");
        let built = crate::built("pinentry-wire")?;
        std::os::unix::fs::symlink(built, &program)?;
        Ok(Self { program, listener: UnixListener::bind(folder.join("window"))? })
    }

    /// What the helper starts as its pinentry.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The next window that opens, once it has said everything.
    ///
    /// # Errors
    /// If what comes is no pinentry conversation.
    pub async fn next(&self) -> anyhow::Result<Open> {
        let (stream, _) = self.listener.accept().await?;
        open(stream).await
    }
}

async fn open(stream: UnixStream) -> anyhow::Result<Open> {
    let (from, mut to) = stream.into_split();
    let mut from = BufReader::new(from);
    let (mut text, mut trouble, mut prompt) = (String::new(), String::new(), String::new());
    to.write_all(b"OK Pleased to meet you\n").await?;
    loop {
        let mut line = String::new();
        ensure!(from.read_line(&mut line).await? > 0, "the helper hung up in the middle");
        ensure!(line.len() <= 1000, "a line of {} bytes", line.len());
        let line = line.trim_end_matches('\n');
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let kind = match word {
            "GETPIN" => Kind::Pin,
            "CONFIRM" => Kind::Question,
            "MESSAGE" => Kind::Message,
            "SETDESC" => {
                text = unescape(rest);
                to.write_all(b"OK\n").await?;
                continue;
            }
            "SETERROR" => {
                trouble = unescape(rest);
                to.write_all(b"OK\n").await?;
                continue;
            }
            "SETPROMPT" => {
                prompt = unescape(rest);
                to.write_all(b"OK\n").await?;
                continue;
            }
            "OPTION" | "SETTITLE" | "SETOK" | "SETCANCEL" | "SETTIMEOUT" => {
                to.write_all(b"OK\n").await?;
                continue;
            }
            other => bail!("the helper said {other}"),
        };
        return Ok(Open { kind, text, trouble, prompt, from, to });
    }
}

fn unescape(text: &str) -> String {
    text.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
}

impl Open {
    /// Presses the button that agrees, or closes a message.
    ///
    /// # Errors
    /// If the window is gone.
    pub async fn yes(self) -> anyhow::Result<()> {
        self.answer("OK\n").await
    }

    /// Presses the other button.
    ///
    /// # Errors
    /// If the window is gone.
    pub async fn no(self) -> anyhow::Result<()> {
        self.answer("ERR 83886179 Operation cancelled <Pinentry>\n").await
    }

    /// Types a PIN.
    ///
    /// # Errors
    /// If the window is gone, or asks for none.
    pub async fn pin(self, pin: &str) -> anyhow::Result<()> {
        ensure!(self.kind == Kind::Pin, "this window asks for no PIN: {}", self.text);
        self.answer(&format!("D {}\nOK\n", pin.replace('%', "%25"))).await
    }

    async fn answer(mut self, answer: &str) -> anyhow::Result<()> {
        self.to.write_all(answer.as_bytes()).await?;
        self.closed().await
    }

    /// Waits until the helper closes it.
    ///
    /// # Errors
    /// Of the socket.
    pub async fn closed(mut self) -> anyhow::Result<()> {
        let mut line = String::new();
        while self.from.read_line(&mut line).await.context("the window's socket")? > 0 {
            ensure!(line == "BYE\n", "after the answer the helper said {line}");
            line.clear();
        }
        Ok(())
    }
}
