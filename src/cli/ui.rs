//! How hayon speaks: what was asked for on stdout, everything else to people on stderr.
//!
//! The only file that writes to either. A closed pipe is no error: whoever closed it has seen
//! enough. Nothing that a terminal would obey goes to stderr; what goes to stdout in words is made
//! printable by whoever formats it. With `--json` an error is the only document on stderr: people
//! are told nothing on the way, and warnings wait for the end.

use std::io;
use std::io::IsTerminal as _;
use std::io::Write;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::time::Duration;

use anstyle::AnsiColor;
use anstyle::AnsiColor::Cyan;
use anstyle::AnsiColor::Red;
use anstyle::AnsiColor::Yellow;
use dialoguer::Confirm;
use indicatif::ProgressBar;
use indicatif::ProgressStyle;
use serde_json::Value;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::cli::error::CliError;
use crate::text::printable::Lines;
use crate::text::printable::printable;
use crate::text::printable::printable_json;

/// The longest line to people, in characters.
const LINE_MAX: usize = 4000;

/// The columns of a terminal that does not say how many it has.
const COLUMNS: usize = 80;

/// Warnings that wait for the end, with `--json`.
static HELD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Why stdout did not take an answer.
static UNANSWERED: OnceLock<String> = OnceLock::new();

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

impl Progress {
    /// Runs `say` with the sign out of the way.
    pub(crate) fn make_room(&self, say: impl FnOnce()) {
        self.0.suspend(say);
    }
}

/// How far a transfer is, with its rate and the time that is left; gone when it is dropped. Nothing
/// where nobody watches.
pub(crate) struct Transfer(ProgressBar);

impl Transfer {
    /// Shows that `bytes` more were there already; they say nothing of the rate.
    pub(crate) fn find(&self, bytes: u64) {
        self.0.inc(bytes);
        self.0.reset_eta();
    }

    /// Runs `say` with the bar out of the way.
    pub(crate) fn make_room(&self, say: impl FnOnce()) {
        self.0.suspend(say);
    }

    /// Shows that `bytes` more have been sent.
    pub(crate) fn send(&self, bytes: u64) {
        self.0.inc(bytes);
        set_template(&self.0, PACE);
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// What is shown of a transfer before anything says how fast it is.
const TRANSFER: &str = "{wide_bar} {bytes} of {total_bytes}";

/// What is shown then: how much, how fast, for how long still.
const PACE: &str = "{wide_bar} {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left";

fn set_template(bar: &ProgressBar, template: &str) {
    // A template that cannot be read would be seen by everybody; the usual bar is there then.
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
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

    /// Returns how many columns the terminal has on which stdout is shown; nothing if it is none.
    #[expect(
        clippy::unused_self,
        reason = "where a command speaks, as with everything else here"
    )]
    pub(crate) fn columns(self) -> Option<usize> {
        let stdout = io::stdout();
        let size = terminal_size::terminal_size_of(&stdout);
        stdout.is_terminal().then(|| {
            // A terminal that does not say is taken for the one that all others imitate.
            size.map_or(COLUMNS, |(width, _)| usize::from(width.0))
        })
    }

    /// Prints what was asked for, in words. Nothing with `--json`.
    pub(crate) fn print(self, text: &str) {
        if self.form == Form::Words {
            let text = text.trim_end_matches('\n');
            answer(&mut anstream::stdout().lock(), &format!("{text}\n"));
        }
    }

    /// Prints what was asked for as one JSON document. Nothing without `--json`.
    pub(crate) fn print_json(self, value: &Value) {
        if self.form == Form::Json {
            let text = printable_json(&format!("{value:#}\n"));
            answer(&mut io::stdout().lock(), &text);
        }
    }

    /// Prints one line of JSON at once, for a program that reads while hayon goes on.
    #[cfg(feature = "sandbox")]
    pub(crate) fn print_json_line(self, value: &Value) {
        if self.form != Form::Json {
            return;
        }
        let text = printable_json(&format!("{value}\n"));
        answer(&mut io::stdout().lock(), &text);
    }

    /// Tells people something on the way. Nothing with `--json`.
    pub(crate) fn tell(self, text: &str) {
        if self.form == Form::Words {
            self.say("", text);
        }
    }

    /// Tells people several lines.
    pub(crate) fn tell_lines(self, text: &str) {
        text.lines().for_each(|line| self.tell(line));
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

    /// Shows how far a transfer of `size_bytes` is, where somebody watches.
    pub(crate) fn transfer(self, size_bytes: u64) -> Transfer {
        let bar = if self.volume > Volume::Quiet && self.form == Form::Words {
            ProgressBar::new(size_bytes)
        } else {
            ProgressBar::hidden()
        };
        set_template(&bar, TRANSFER);
        bar.enable_steady_tick(SPINNER_TICK);
        Transfer(bar)
    }

    /// Warns people. With `--json` at the end, if there is no error that carries it.
    pub(crate) fn warn(self, text: &str) {
        if self.form == Form::Json {
            held().push(text.to_owned());
        } else {
            self.say(&label("warning", Yellow), text);
        }
    }

    /// Warns people now of what was held back.
    pub(crate) fn release(self) {
        for warning in std::mem::take(&mut *held()) {
            self.say(&label("warning", Yellow), &warning);
        }
    }

    /// Hints at what to do next. Nothing with `--json`.
    pub(crate) fn hint(self, text: &str) {
        if self.form == Form::Words {
            self.say(&label("hint", Cyan), text);
        }
    }

    /// Says why a command did not do as asked: words, or one JSON document with `--json`.
    pub(crate) fn fail(self, error: &CliError) {
        if self.form == Form::Json {
            let mut document = error.to_json();
            let warnings = std::mem::take(&mut *held());
            if !warnings.is_empty() {
                document["error"]["warnings"] = warnings.into();
            }
            let text = printable_json(&format!("{document:#}\n"));
            complain(&mut io::stderr().lock(), &text);
            return;
        }
        complain(&mut anstream::stderr().lock(), &in_words(error));
    }

    /// Says what went wrong to somebody who may mend it at once. Nothing where nobody can.
    pub(crate) fn fail_on_the_way(self, error: &CliError) {
        if self.can_ask() {
            complain(&mut anstream::stderr().lock(), &in_words(error));
        }
    }

    /// Says what is wrong with the arguments, or helps.
    pub(crate) fn refuse_arguments(error: &clap::Error) {
        let plain = without_colours(&error.render().ansi().to_string());
        let shown = printable(&plain, Lines::Many, usize::MAX);
        if shown == plain {
            // A closed pipe is no error.
            let _ = error.print();
        } else {
            // An argument is repeated that a terminal would obey.
            complain(&mut io::stderr().lock(), &shown);
        }
    }

    /// Asks a person a question that yes or no answers. Nothing where nobody can answer: in a pipe, and
    /// with `--json` or `--quiet`.
    ///
    /// # Errors
    /// If the terminal cannot be read.
    pub(crate) fn ask(self, question: &str) -> Result<Option<bool>, CliError> {
        if !self.can_ask() {
            return Ok(None);
        }
        let answer = Confirm::new()
            .with_prompt(printable(question, Lines::One, LINE_MAX))
            .default(false)
            .interact_opt();
        answer
            .map(|answer| answer.or(Some(false)))
            .map_err(|error| {
                CliError::new("terminal", "cannot ask on this terminal").cause(error.to_string())
            })
    }

    /// Whether somebody reads a question and can answer it.
    pub(crate) fn can_ask(self) -> bool {
        let is_heard = self.form == Form::Words && self.volume > Volume::Quiet;
        is_heard && is_stdin_terminal() && is_stderr_terminal()
    }

    fn say(self, label: &str, text: &str) {
        if self.volume > Volume::Quiet {
            complain(&mut anstream::stderr().lock(), &line(label, text));
        }
    }
}

/// Whether stderr is a terminal, so that somebody reads hints there.
pub(crate) fn is_stderr_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Whether stdin is a terminal, so that nobody has piped a text in.
pub(crate) fn is_stdin_terminal() -> bool {
    io::stdin().is_terminal()
}

/// Writes a trace to stderr: warnings, and if `is_verbose` what is sent and decided. With `--json` only if
/// it was asked for: an error is to be alone there. No secret is traced.
pub(crate) fn trace(ui: Ui, is_verbose: bool) {
    let level = match is_verbose {
        _ if ui.volume == Volume::Quiet => return,
        true => tracing::Level::DEBUG,
        false if ui.form == Form::Json => return,
        false => tracing::Level::WARN,
    };
    let to_stderr = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(false)
        // Where a trace cannot be written, there is nobody left to tell: to try would end in a panic.
        .log_internal_errors(false);
    let own = Targets::new().with_target("hayon", level);
    tracing_subscriber::registry()
        .with(to_stderr)
        .with(own)
        .init();
}

/// Returns `text` without the sequences that set a colour.
fn without_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        rest = end.strip_prefix('m').unwrap_or_else(|| {
            plain.push('\u{1b}');
            // What is left begins with the bracket.
            &rest[before.len() + 1..]
        });
    }
    plain + rest
}

/// Returns why something that was asked for could not be written to stdout.
pub(crate) fn unanswered() -> Option<&'static str> {
    UNANSWERED.get().map(String::as_str)
}

/// Writes to stdout, and remembers if that failed.
fn answer(to: &mut impl Write, text: &str) {
    if let Err(error) = write(to, text) {
        // The first failure says why; what follows is more of the same.
        let _ = UNANSWERED.set(error.to_string());
    }
}

fn held() -> MutexGuard<'static, Vec<String>> {
    // A list that somebody panicked over is whole all the same.
    HELD.lock().unwrap_or_else(PoisonError::into_inner)
}

fn in_words(error: &CliError) -> String {
    let mut text = line(&label("error", Red), &error.message);
    for cause in &error.causes {
        text.push_str(&line("caused by: ", cause));
    }
    for hint in &error.hints {
        text.push_str(&line(&label("hint", Cyan), hint));
    }
    text
}

fn label(word: &str, color: AnsiColor) -> String {
    let style = color.on_default().bold();
    format!("{style}{word}{style:#}: ")
}

fn line(label: &str, text: &str) -> String {
    format!("{label}{}\n", printable(text, Lines::One, LINE_MAX))
}

/// Writes to stderr. Where that fails, there is nobody left to tell.
fn complain(to: &mut impl Write, text: &str) {
    let _ = write(to, text);
}

/// A closed pipe is no error: whoever closed it has seen enough.
fn write(to: &mut impl Write, text: &str) -> io::Result<()> {
    match to.write_all(text.as_bytes()).and_then(|()| to.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
