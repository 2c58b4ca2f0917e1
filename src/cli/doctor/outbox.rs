//! The outbox: whether it is sound, who sends from it, what waits in it, and the disk that it is on.

use std::path::Path;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::cli::doctor::disk;
use crate::cli::error::CliError;
use crate::cli::view::one_line;
use crate::config::account::Account;
use crate::outbox::OutboxError;
use crate::outbox::checkup::Patient;
use crate::outbox::checkup::Thoroughness;
use crate::outbox::checkup::Waiting;
use crate::outbox::schema::Found;
use crate::outbox::sender_lock::holder;
use crate::outbox::sender_lock::lock_path;
use crate::outbox::state::ParkReason;
use crate::paths::disk::is_writable;
use crate::paths::disk::nearest_folder;
use crate::publish::checkup::Finding;

const ELSEWHERE: &str = "let hayon write there, or name another place with `--outbox` or \
                         `HAYON_OUTBOX`";

/// How many damaged posts are named.
const NAMED_MAX: usize = 10;

/// Looks at the outbox at `path`, whose deliveries are for `accounts`.
pub(crate) fn check(path: &Path, accounts: &[Account], now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    let canonical = match Patient::open(path) {
        Ok(None) => return vec![absent(path), disk::free_room(nearest_folder(path))],
        Ok(Some(mut patient)) => {
            findings.extend(contents(&mut patient, accounts, now));
            patient.path().to_owned()
        }
        Err(error) => {
            findings.push(failed("file", error));
            path.to_owned()
        }
    };
    findings.push(disk::free_room(nearest_folder(&canonical)));
    if !is_writable(&canonical) {
        let message = format!("hayon may not write to `{}`", canonical.display());
        findings.push(Finding::trouble("access", message).hint(ELSEWHERE));
    }
    let files = files_of(&canonical);
    findings.extend(disk::private(files.iter().map(PathBuf::as_path)));
    findings
}

fn absent(path: &Path) -> Finding {
    let shown = path.display();
    match disk::obstacle(path) {
        Some(obstacle) => {
            let message = format!("there is none at `{shown}`, and none can be made: {obstacle}");
            Finding::trouble("file", message).hint(ELSEWHERE)
        }
        None => Finding::fine("file", format!("there is none yet at `{shown}`")),
    }
}

/// The database, and what SQLite and the senders keep beside it.
fn files_of(path: &Path) -> [PathBuf; 4] {
    let beside = |suffix: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        PathBuf::from(name)
    };
    [
        path.to_owned(),
        beside("-wal"),
        beside("-shm"),
        lock_path(path),
    ]
}

fn failed(subject: &'static str, error: OutboxError) -> Finding {
    let told = CliError::from(error);
    let mut finding = Finding::trouble(subject, told.message);
    finding.hints = told.hints;
    finding
}

fn contents(patient: &mut Patient, accounts: &[Account], now: Timestamp) -> Vec<Finding> {
    let path = patient.path().display().to_string();
    let mut findings = Vec::new();
    match patient.version() {
        Ok(Found::Present(version)) => {
            findings.push(Finding::fine(
                "file",
                format!("`{path}` has version {version}"),
            ));
        }
        Ok(Found::Older(version)) => {
            let message = format!(
                "`{path}` has version {version}, and is upgraded, after a backup, when a command \
                 next uses it"
            );
            findings.extend([Finding::fine("file", message), soundness(patient)]);
            findings.push(sender(patient.path()).0);
            return findings;
        }
        Ok(Found::Empty) => {
            let message = format!("`{path}` is empty: a command that stopped early has made it");
            findings.push(Finding::fine("file", message));
            return findings;
        }
        Err(error) => {
            findings.push(failed("file", error));
            return findings;
        }
    }
    findings.push(soundness(patient));
    findings.push(posts(patient));
    let (sender, sends) = sender(patient.path());
    findings.push(sender);
    match patient.waiting(now) {
        Ok(waiting) => findings.extend(deliveries(&waiting, sends, accounts)),
        Err(error) => findings.push(failed("queue", error)),
    }
    findings
}

fn soundness(patient: &Patient) -> Finding {
    let sound = match patient.soundness() {
        Ok(sound) => sound,
        Err(error) => return failed("database", error),
    };
    match (sound.problems.as_slice(), sound.read) {
        ([], Thoroughness::Everything) => Finding::fine("database", "SQLite finds it sound"),
        ([], Thoroughness::Pages) => Finding::fine(
            "database",
            "SQLite finds its pages sound; its indexes are not compared, as it is large",
        ),
        ([first, rest @ ..], _) => {
            let more = match rest.len() {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            Finding::trouble(
                "database",
                format!("it is damaged: {}{more}", one_line(first)),
            )
            .hint("stop what sends, copy the file and those beside it, and keep the copy")
            .hint("then try `sqlite3 FILE .recover` on another copy")
        }
    }
}

fn posts(patient: &Patient) -> Finding {
    let (count, damaged) = match patient.damaged() {
        Ok(found) => found,
        Err(error) => return failed("posts", error),
    };
    if damaged.is_empty() {
        return Finding::fine("posts", format!("{count}, each as it was stored"));
    }
    let named = damaged.iter().take(NAMED_MAX).map(i64::to_string);
    let named = named.collect::<Vec<_>>().join(", ");
    let first = damaged.first().copied().unwrap_or_default();
    let message = format!("{} of {count} not as stored: {named}", damaged.len());
    Finding::trouble("posts", message)
        .hint("what is not as it was stored is never published: post it anew, under no old `--key`")
        .hint(format!(
            "`hayon cancel {first}` ends what was not sent of it"
        ))
}

/// Whether anybody sends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sends {
    Somebody,
    Nobody,
}

fn sender(path: &Path) -> (Finding, Sends) {
    match holder(path) {
        Ok(Some(holder)) => {
            let message = format!("{} sends", one_line(&holder));
            (Finding::fine("sender", message), Sends::Somebody)
        }
        Ok(None) => (Finding::fine("sender", "nobody sends now"), Sends::Nobody),
        Err(error) => {
            let message = format!("the lock cannot be looked at: {error}");
            let finding = Finding::trouble("sender", message)
                .hint(format!("look at `{}`", lock_path(path).display()));
            (finding, Sends::Somebody)
        }
    }
}

fn deliveries(waiting: &Waiting, sends: Sends, accounts: &[Account]) -> Vec<Finding> {
    let mut findings = vec![queue(waiting, sends)];
    let is_known = |name: &&String| accounts.iter().any(|it| it.name.as_str() == *name);
    let strangers = waiting.accounts.iter().filter(|name| !is_known(name));
    let strangers: Vec<String> = strangers.map(|name| format!("`{name}`")).collect();
    if !strangers.is_empty() {
        let message = format!(
            "what waits for {} has no account to go to",
            strangers.join(", ")
        );
        findings.push(
            Finding::warning("queue", message)
                .hint("configure the account again, or cancel those posts: `hayon list`"),
        );
    }
    findings.extend(parked(waiting));
    findings
}

fn queue(waiting: &Waiting, sends: Sends) -> Finding {
    let overdue: u32 = waiting.overdue.values().sum();
    if sends == Sends::Nobody && (overdue > 0 || waiting.sending > 0) {
        let message = match (overdue, waiting.sending) {
            (0, sending) => format!("{sending} interrupted, and nobody sends"),
            (overdue, 0) => format!("{overdue} overdue, and nobody sends"),
            (overdue, sending) => {
                format!("{overdue} overdue and {sending} interrupted, and nobody sends")
            }
        };
        return Finding::warning("queue", message).hint(
            "`hayon daemon` sends what is due for as long as it runs, `hayon daemon --once` once",
        );
    }
    let overdue = match overdue {
        0 => String::new(),
        overdue => format!(", {overdue} of them overdue"),
    };
    let (queued, sending) = (waiting.queued, waiting.sending);
    Finding::fine(
        "queue",
        format!("{queued} queued{overdue}; {sending} under way"),
    )
}

fn parked(waiting: &Waiting) -> Vec<Finding> {
    let told = waiting.parked.iter().map(|(reason, count)| {
        let words = reason.replace('_', " ");
        let message = format!("{count} parked ({words}): a person must look");
        let finding = Finding::warning("parked", message).hint(format!(
            "`hayon list --parked --reason {reason}` shows them"
        ));
        if *reason == ParkReason::LoginNeeded.name() {
            return finding.hint("`hayon account add` logs in again, then `hayon retry --account ACCOUNT` sends them");
        }
        finding
    });
    let told: Vec<Finding> = told.collect();
    if told.is_empty() {
        return vec![Finding::fine("parked", "nothing")];
    }
    told
}
