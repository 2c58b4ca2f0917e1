//! How hayon speaks: what was asked for on stdout, everything else to people on stderr.
//!
//! The only file that writes to either. A closed pipe is no error: whoever closed it has seen
//! enough. Text from servers, files and posts is made printable by whoever formats it.

use std::io;
use std::io::IsTerminal as _;
use std::io::Write;
use std::time::Duration;

use indicatif::ProgressBar;
use serde_json::Value;

use crate::cli::error::CliError;

/// In what form a command answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Words,
    Json,
}

/// How much people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Volume {
    Quiet,
    Normal,
}

/// A sign that something is under way; gone when it is dropped. Nothing where nobody watches.
pub(crate) struct Progress(ProgressBar);

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

const SPINNER_TICK: Duration = Duration::from_millis(100);

/// Where a command speaks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ui {
    pub(crate) form: Form,
    pub(crate) volume: Volume,
}

impl Ui {
    /// Whether a program reads stdout.
    pub(crate) fn is_json(self) -> bool {
        self.form == Form::Json
    }

    /// Prints what was asked for, in words. Nothing with `--json`.
    pub(crate) fn print(self, text: &str) {
        if self.form == Form::Words {
            let text = text.trim_end_matches('\n');
            write(&mut anstream::stdout().lock(), &format!("{text}\n"));
        }
    }

    /// Prints what was asked for as one JSON document. Nothing without `--json`.
    pub(crate) fn print_json(self, value: &Value) {
        if self.form == Form::Json {
            write(&mut io::stdout().lock(), &format!("{value:#}\n"));
        }
    }

    /// Prints one line of JSON at once, for a program that reads while hayon goes on.
    pub(crate) fn print_json_line(self, value: &Value) {
        write(&mut io::stdout().lock(), &format!("{value}\n"));
    }

    /// Tells people something on the way.
    pub(crate) fn tell(self, text: &str) {
        if self.volume > Volume::Quiet {
            write(&mut anstream::stderr().lock(), &format!("{text}\n"));
        }
    }

    /// Shows that something is under way, where somebody watches, until the value is dropped.
    pub(crate) fn progress(self, what: &'static str) -> Progress {
        let bar = if self.volume > Volume::Quiet && self.form == Form::Words {
            ProgressBar::new_spinner()
        } else {
            ProgressBar::hidden()
        };
        bar.set_message(what);
        bar.enable_steady_tick(SPINNER_TICK);
        Progress(bar)
    }

    /// Warns people.
    pub(crate) fn warn(self, text: &str) {
        let label = styled("warning", anstyle::AnsiColor::Yellow);
        self.tell(&format!("{label}: {text}"));
    }

    /// Hints at what to do next.
    pub(crate) fn hint(self, text: &str) {
        let label = styled("hint", anstyle::AnsiColor::Cyan);
        self.tell(&format!("{label}: {text}"));
    }

    /// Says why a command did not do as asked: words, or one JSON document with `--json`.
    pub(crate) fn fail(self, error: &CliError) {
        if self.form == Form::Json {
            write(
                &mut io::stderr().lock(),
                &format!("{:#}\n", error.to_json()),
            );
            return;
        }
        let mut text = format!(
            "{}: {}\n",
            styled("error", anstyle::AnsiColor::Red),
            error.message
        );
        for cause in &error.causes {
            text.push_str(&format!("caused by: {cause}\n"));
        }
        for hint in &error.hints {
            text.push_str(&format!(
                "{}: {hint}\n",
                styled("hint", anstyle::AnsiColor::Cyan)
            ));
        }
        write(&mut anstream::stderr().lock(), &text);
    }
}

/// Whether stdin is a terminal, so that nobody has piped a text in.
pub(crate) fn is_stdin_terminal() -> bool {
    io::stdin().is_terminal()
}

/// Writes a trace to stderr: warnings, and as much more as a person asked for; `verbose` is how
/// often. No secret is traced.
pub(crate) fn trace(volume: Volume, verbose: u8) {
    let level = match verbose {
        _ if volume == Volume::Quiet => return,
        0 => tracing::Level::WARN,
        1 => tracing::Level::DEBUG,
        _ => tracing::Level::TRACE,
    };
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(format!("hayon={level}")))
        .with_writer(io::stderr)
        .with_ansi(false)
        .init();
}

fn styled(word: &str, color: anstyle::AnsiColor) -> String {
    let style = color.on_default().bold();
    format!("{style}{word}{style:#}")
}

fn write(to: &mut impl Write, text: &str) {
    // A closed pipe is no error, and there is nobody left to tell about a full log.
    let _ = to.write_all(text.as_bytes()).and_then(|()| to.flush());
}
