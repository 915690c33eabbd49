//! The window by `pinentry`, the PIN dialog of GnuPG that every Linux desktop has, with or without a display.
//!
//! One program per window: it is asked, answers and ends; a window that is no longer wanted is closed by ending it.

mod assuan;

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use zeroize::Zeroizing;

use self::assuan::{Answer, Assuan};
use super::sheet::{Sheet, Shown, Window, WindowError};
use super::words::Tongue;

/// A forgotten window closes after so many seconds: an unlock window lasts longer.
const SECONDS: u32 = 600;
/// How long the program may take to end.
const FAREWELL: Duration = Duration::from_secs(2);
/// The protocol's lines have at most 1000 bytes, with their ends.
const LINE: usize = 990;

/// Which of the answers there are: `ERR` with one of these codes (libgpg-error) is a no.
const NO: [u32; 4] = [99, 114, 198, 62];
/// No pinentry, no such device, or a system's error: nothing can be shown here.
const NOT_HERE: [u32; 2] = [86, 85];
const SYSTEM: u32 = 0x8000;

/// A window by `pinentry`.
#[derive(Debug, Clone)]
pub struct Pinentry {
    program: PathBuf,
    tongue: Tongue,
}

impl Pinentry {
    /// By this program.
    pub fn new(program: impl Into<PathBuf>, tongue: Tongue) -> Self {
        Self { program: program.into(), tongue }
    }

    /// The first `pinentry` of the search path; on Windows also where Gpg4win puts it.
    pub fn find(tongue: Tongue) -> Option<Self> {
        let file = format!("pinentry{}", std::env::consts::EXE_SUFFIX);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut places: Vec<PathBuf> =
            std::env::split_paths(&path).map(|folder| folder.join(&file)).collect();
        if cfg!(windows) {
            let programs = ["ProgramFiles", "ProgramFiles(x86)"].into_iter().filter_map(std::env::var_os);
            places.extend(programs.map(|folder| Path::new(&folder).join("Gpg4win\\bin").join(&file)));
        }
        places.into_iter().find(|place| place.is_file()).map(|program| Self::new(program, tongue))
    }

    /// The program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Starts the program and gives it the sheet; the answer to `command`.
    async fn say(&self, sheet: &Sheet, command: &str) -> Result<Answer, WindowError> {
        let mut child = tokio::process::Command::new(&self.program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| WindowError::Start { program: self.program.display().to_string(), source })?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(WindowError::Protocol("no pipes".to_owned()));
        };
        let answer = converse(Assuan::new(from, to), &self.options(), &self.lines(sheet), command).await;
        // It was asked to end, and gets the moment it needs to give the terminal back; otherwise it is ended.
        if tokio::time::timeout(FAREWELL, child.wait()).await.is_err() {
            drop(child.kill().await);
        }
        answer
    }

    /// Where a window without a display appears, and in which language its own words are.
    fn options(&self) -> Vec<String> {
        let mut options = Vec::new();
        if let Some(terminal) = terminal() {
            options.push(format!("OPTION ttyname={}", terminal.display()));
            if let Ok(kind) = std::env::var("TERM") {
                options.push(format!("OPTION ttytype={kind}"));
            }
        }
        let locale = self.tongue.pick("zh_CN.UTF-8", "en_US.UTF-8");
        options.push(format!("OPTION lc-ctype={locale}"));
        options.push(format!("OPTION lc-messages={locale}"));
        options
    }

    fn lines(&self, sheet: &Sheet) -> Vec<String> {
        let title = self.tongue.pick("开评标室助手程序", "BidRoom helper");
        let text = [900, 600, 300].map(|most| assuan::escape(&sheet.text(self.tongue.code(), most)));
        let text = text.into_iter().find(|text| text.len() + "SETDESC ".len() <= LINE).unwrap_or_default();
        let mut lines = vec![
            format!("SETTITLE {}", assuan::escape(title)),
            format!("SETDESC {text}"),
            format!("SETOK {}", button(&sheet.yes)),
            format!("SETTIMEOUT {SECONDS}"),
        ];
        if !sheet.no.is_empty() {
            lines.push(format!("SETCANCEL {}", button(&sheet.no)));
        }
        if !sheet.prompt.is_empty() {
            lines.push(format!("SETPROMPT {}", assuan::escape(&sheet.prompt)));
        }
        if let Some(trouble) = &sheet.trouble {
            let most = trouble.char_indices().map(|(at, _)| at).take_while(|at| *at <= 600).last();
            let cut = trouble.get(..most.unwrap_or_default()).unwrap_or_default();
            let whole = if trouble.len() <= 600 { trouble.as_str() } else { cut };
            lines.push(format!("SETERROR {}", assuan::escape(whole)));
        }
        lines
    }
}

/// An underscore in a button's words would mark a key.
fn button(words: &str) -> String {
    assuan::escape(&words.replace('_', "__"))
}

/// The terminal that the helper was started from.
fn terminal() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("GPG_TTY").filter(|value| !value.is_empty()) {
        return Some(named.into());
    }
    if !std::io::stdin().is_terminal() {
        return None;
    }
    std::fs::read_link("/proc/self/fd/0").ok()
}

async fn converse<R, W>(
    mut assuan: Assuan<R, W>,
    options: &[String],
    lines: &[String],
    command: &str,
) -> Result<Answer, WindowError>
where
    R: tokio::io::AsyncRead + Unpin,
    W: tokio::io::AsyncWrite + Unpin,
{
    assuan.greeting().await?;
    for option in options {
        // Not every pinentry knows every option.
        assuan.command(option).await?;
    }
    for line in lines {
        if let Answer::Error { text, .. } = assuan.command(line).await? {
            // Older ones know no SETTIMEOUT.
            if !line.starts_with("SETTIMEOUT") {
                return Err(WindowError::Protocol(text));
            }
        }
    }
    let answer = assuan.command(command).await?;
    assuan.bye().await;
    Ok(answer)
}

/// Yes, no, or why neither.
fn decided(answer: Answer) -> Result<Option<Zeroizing<String>>, WindowError> {
    match answer {
        Answer::Done(data) => Ok(Some(data)),
        Answer::Error { code, .. } if NO.contains(&(code & 0xffff)) => Ok(None),
        Answer::Error { code, text } => {
            let reason = code & 0xffff;
            if NOT_HERE.contains(&reason) || reason & SYSTEM != 0 {
                Err(WindowError::NoDisplay(text))
            } else {
                Err(WindowError::Protocol(text))
            }
        }
    }
}

impl Window for Pinentry {
    fn show<'a>(&'a self, sheet: &'a Sheet) -> Shown<'a, ()> {
        Box::pin(async {
            let answer = self.say(sheet, "MESSAGE").await?;
            let unknown = matches!(&answer, Answer::Error { code, .. } if UNKNOWN.contains(&(code & 0xffff)));
            let answer = if unknown { self.say(sheet, "CONFIRM --one-button").await? } else { answer };
            decided(answer).map(drop)
        })
    }

    fn ask<'a>(&'a self, sheet: &'a Sheet) -> Shown<'a, bool> {
        Box::pin(async { decided(self.say(sheet, "CONFIRM").await?).map(|yes| yes.is_some()) })
    }

    fn pin<'a>(&'a self, sheet: &'a Sheet) -> Shown<'a, Option<Zeroizing<String>>> {
        Box::pin(async { decided(self.say(sheet, "GETPIN").await?) })
    }
}

/// Unknown command, unknown IPC command, not implemented.
const UNKNOWN: [u32; 3] = [175, 275, 69];

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

    use super::*;

    fn sheet() -> Sheet {
        let sheet = Sheet {
            head: "同意提交解密吗？".to_owned(),
            yes: "同意_提交".to_owned(),
            no: "取消".to_owned(),
            prompt: "PIN (100%)".to_owned(),
            trouble: Some("PIN 不正确".to_owned()),
            ..Sheet::default()
        };
        sheet.row("项目", "第 1 包")
    }

    /// Talks to a script of lines that are expected and answered.
    async fn play(script: Vec<(&str, &str)>, command: &str) -> Result<Answer, WindowError> {
        let (here, there) = tokio::io::duplex(4096);
        let script: Vec<(String, String)> =
            script.into_iter().map(|(said, answer)| (said.to_owned(), answer.to_owned())).collect();
        let program = tokio::spawn(async move {
            let (from, mut to) = tokio::io::split(there);
            let mut from = BufReader::new(from);
            for (expected, answer) in script {
                if !expected.is_empty() {
                    let mut line = String::new();
                    from.read_line(&mut line).await.unwrap();
                    assert_eq!(line.trim_end(), expected);
                }
                // Who has heard enough hangs up.
                drop(to.write_all(answer.as_bytes()).await);
            }
        });
        let window = Pinentry::new("pinentry", Tongue::Chinese);
        let (from, to) = tokio::io::split(here);
        let done = converse(Assuan::new(from, to), &[], &window.lines(&sheet()), command).await;
        program.await.unwrap();
        done
    }

    fn opening() -> Vec<(&'static str, &'static str)> {
        vec![
            ("", "OK Pleased to meet you\n"),
            ("SETTITLE 开评标室助手程序", "OK\n"),
            ("SETDESC 同意提交解密吗？%0A项目  第 1 包", "OK\n"),
            ("SETOK 同意__提交", "OK\n"),
            ("SETTIMEOUT 600", "ERR 536871187 Unknown IPC command <User defined source 1>\n"),
            ("SETCANCEL 取消", "OK\n"),
            ("SETPROMPT PIN (100%25)", "OK\n"),
            ("SETERROR PIN 不正确", "# a comment\nS A_STATUS line\nOK\n"),
        ]
    }

    async fn answered(last: (&'static str, &'static str)) -> Result<Option<Zeroizing<String>>, WindowError> {
        let mut script = opening();
        script.push(last);
        script.push(("BYE", "OK closing connection\n"));
        decided(play(script, last.0).await.unwrap())
    }

    #[tokio::test]
    async fn a_pin_is_asked_for_and_read() {
        let pin = answered(("GETPIN", "D 12%2534\nD %0D56\nOK\n")).await.unwrap();
        assert_eq!(pin.unwrap().as_str(), "12%34\r56");
        assert_eq!(answered(("GETPIN", "OK\n")).await.unwrap().unwrap().as_str(), "");
        let cancelled = ("GETPIN", "ERR 83886179 Operation cancelled <Pinentry>\n");
        assert!(answered(cancelled).await.unwrap().is_none());
        let late = ("GETPIN", "ERR 83886142 Timeout <Pinentry>\n");
        assert!(answered(late).await.unwrap().is_none());
        for wrong in ["D %zz\nOK\n", "D %4\nOK\n"] {
            let mut script = opening();
            script.push(("GETPIN", wrong));
            let error = play(script, "GETPIN").await.unwrap_err();
            assert!(matches!(error, WindowError::Protocol(_)), "{wrong:?}: {error}");
        }
    }

    #[tokio::test]
    async fn a_question_is_answered_with_yes_or_no() {
        assert!(answered(("CONFIRM", "OK\n")).await.unwrap().is_some());
        let no = ("CONFIRM", "ERR 83886194 Not confirmed <Pinentry>\n");
        assert!(answered(no).await.unwrap().is_none());
        let nowhere = ("CONFIRM", "ERR 83918950 Inappropriate ioctl for device <Pinentry>\n");
        assert!(matches!(answered(nowhere).await, Err(WindowError::NoDisplay(_))));
        let broken = ("CONFIRM", "ERR 83886081 General error <Pinentry>\n");
        assert!(matches!(answered(broken).await, Err(WindowError::Protocol(_))));
    }

    #[tokio::test]
    async fn a_program_that_speaks_something_else_is_no_window() {
        for greeting in ["hello\n", "ERR 1 no\n", "", &"x".repeat(2000), "\u{0}\n"] {
            let error = play(vec![("", greeting)], "CONFIRM").await.unwrap_err();
            assert!(matches!(error, WindowError::Protocol(_)), "{greeting:?}: {error}");
        }
        let missing = Pinentry::new("/nowhere/pinentry", Tongue::English);
        assert!(matches!(missing.ask(&sheet()).await, Err(WindowError::Start { .. })));
    }

    #[test]
    fn long_texts_fit_into_a_line() {
        let window = Pinentry::new("pinentry", Tongue::Chinese);
        let mut long = sheet();
        long.note = "%".repeat(5000);
        long.trouble = Some("错".repeat(5000));
        for line in window.lines(&long) {
            assert!(line.len() <= LINE + 10, "{} bytes", line.len());
            assert!(!line.contains('\n'));
        }
    }
}
