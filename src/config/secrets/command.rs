//! A program of the user's that tells secrets, such as `pass show hayon/work/token`.
//!
//! Started without a shell, with a limit to its time and to what it may say. What it prints is the
//! secret, so that is never shown; what it says on stderr is.

use std::io;
use std::io::Read;
use std::process::Child;
use std::process::Command;
use std::process::ExitStatus;
use std::process::Stdio;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::Duration;

use crate::config::secrets::SecretField;
use crate::paths::Environment;
use crate::post::account_name::AccountName;

/// How long the program may take: long enough to type a short passphrase.
const LIMIT: Duration = Duration::from_secs(10);

/// How often the program is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// The longest secret, in bytes.
const SECRET_BYTES_MAX: usize = 64 << 10;

/// How much of what it says on stderr is shown, in characters.
const SAID_MAX: usize = 300;

/// Why the program told no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CommandError {
    #[error("`{program}`, which tells the secrets of `{account}`, cannot be started: {why}")]
    NotStarted {
        account: AccountName,
        program: String,
        why: String,
    },
    #[error("`{program}` did not tell `{}` of `{account}` within {} seconds", field.name(), LIMIT.as_secs())]
    Slow {
        account: AccountName,
        program: String,
        field: SecretField,
    },
    #[error("`{program}` did not tell `{}` of `{account}` ({status}){}", field.name(), also(said))]
    Failed {
        account: AccountName,
        program: String,
        field: SecretField,
        status: ExitStatus,
        /// What it said on stderr.
        said: String,
    },
    #[error("what `{program}` tells as `{}` of `{account}` is no secret: it is not UTF-8, or longer than 64 KiB", field.name())]
    NoText {
        account: AccountName,
        program: String,
        field: SecretField,
    },
}

fn also(said: &str) -> String {
    if said.is_empty() {
        String::new()
    } else {
        format!(": {said}")
    }
}

impl CommandError {
    /// Returns what a person can do about it.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::NotStarted { account, .. } => {
                format!(
                    "mend `secret_command` below `[accounts.{account}]`: its first word is a program"
                )
            }
            Self::Slow { .. } => {
                "run it yourself once: perhaps it waits for a passphrase, which hayon cannot type"
                    .into()
            }
            Self::Failed { .. } | Self::NoText { .. } => {
                "run it yourself: it has to print the secret alone, and to end with exit code 0"
                    .into()
            }
        }
    }
}

/// Asks the program and arguments of `command` for `field` of `account`, and returns what it prints.
///
/// It gets none of hayon's own variables of `environment`: they may hold secrets of other accounts.
pub(super) fn ask(
    command: &[String],
    environment: &Environment,
    account: &AccountName,
    field: SecretField,
) -> Result<String, CommandError> {
    let words: Vec<String> = command
        .iter()
        .map(|word| filled(word, account, field))
        .collect();
    let (program, arguments) = words
        .split_first()
        .map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let program_name = || program.to_owned();
    let not_started = |error: io::Error| CommandError::NotStarted {
        account: account.clone(),
        program: program_name(),
        why: error.to_string(),
    };
    let mut asked = Command::new(program);
    asked
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for own in environment.names().filter(|it| it.starts_with("HAYON_")) {
        asked.env_remove(own);
    }
    let mut child = asked.spawn().map_err(not_started)?;
    let told = reading(child.stdout.take(), SECRET_BYTES_MAX);
    let said = reading(child.stderr.take(), SAID_MAX * 4);
    let slow = || CommandError::Slow {
        account: account.clone(),
        program: program_name(),
        field,
    };
    let status = wait(&mut child).ok_or_else(slow)?;
    if !status.success() {
        return Err(CommandError::Failed {
            account: account.clone(),
            program: program_name(),
            field,
            status,
            said: shown(&said.recv_timeout(LIMIT).unwrap_or_default()),
        });
    }
    // Something that it has started may still hold the other end.
    let told = told.recv_timeout(LIMIT).map_err(|_| slow())?;
    let fits = told.len() <= SECRET_BYTES_MAX;
    let text = String::from_utf8(told).ok().filter(|_| fits);
    text.ok_or_else(|| CommandError::NoText {
        account: account.clone(),
        program: program_name(),
        field,
    })
}

/// Puts the account and the field where a word of the command wants them.
fn filled(word: &str, account: &AccountName, field: SecretField) -> String {
    word.replace("{account}", account.as_str())
        .replace("{field}", field.name())
}

/// Reads at most `bytes_max` and a byte more, and the rest only so that nobody waits to write it.
fn reading(pipe: Option<impl Read + Send + 'static>, bytes_max: usize) -> Receiver<Vec<u8>> {
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            let bounded = pipe.by_ref().take(bytes_max as u64 + 1);
            let read = io::BufReader::new(bounded).read_to_end(&mut bytes);
            let _ = read.and_then(|_| io::copy(&mut pipe, &mut io::sink()));
        }
        // Whoever asked may have given up.
        let _ = tell.send(bytes);
    });
    told
}

/// Waits for the end of `child`; `None` if that takes too long: then it is ended.
fn wait(child: &mut Child) -> Option<ExitStatus> {
    let looks = LIMIT.as_millis() / LOOK_EVERY.as_millis();
    for _ in 0..looks {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) => thread::sleep(LOOK_EVERY),
            Err(_) => break,
        }
    }
    // It may have ended by itself in between.
    let _ = child.kill();
    let _ = child.wait();
    None
}

/// Makes a line for people of what a program said.
fn shown(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    let line: Vec<&str> = text.split_whitespace().collect();
    let printable = line.join(" ");
    let printable = printable.chars().filter(|c| !c.is_control());
    printable.take(SAID_MAX).collect()
}
