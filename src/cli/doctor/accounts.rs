//! The accounts: each one's log-in, scopes and limits, and its server's clock beside ours.
//!
//! What there is to ask is for each platform to know; all are asked side by side.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::SignedDuration;
use jiff::Timestamp;

use crate::cli::beside::Beside;
use crate::cli::beside::beside;
use crate::cli::doctor::Area;
use crate::cli::doctor::Section;
use crate::cli::publishers::OnPlatform;
use crate::cli::publishers::on_platform;
use crate::clock::Clock;
use crate::config::account::Account;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::config::secrets::Secrets;
use crate::config::sessions::SessionStore;
use crate::http::Http;
use crate::platforms::bluesky;
use crate::platforms::facebook;
use crate::platforms::instagram;
use crate::platforms::mastodon;
use crate::platforms::threads;
use crate::platforms::tumblr;
use crate::publish::checkup::Checkup;
use crate::publish::checkup::Finding;

/// How far two clocks may differ before posts are noticeably early or late. Time services keep it
/// far below.
const SKEW_ADVISED: Duration = Duration::from_mins(1);

/// How far they may differ before others mind: whoever takes signed requests refuses those of another
/// time (S3 calls that `RequestTimeTooSkewed`), and readers of Bluesky see posts in the order of the
/// times that we give them (`createdAt`, docs.bsky.app/docs/advanced-guides/timestamps, read
/// 2026-11-23).
const SKEW_MAX: Duration = Duration::from_mins(5);

/// Returns a section for each account that says `why` nobody was asked.
pub(crate) fn unasked<'a>(accounts: &[&'a Account], why: &str) -> Vec<Section<'a>> {
    let section = |account: &&'a Account| Section {
        area: Area::Account(account),
        findings: vec![Finding::skipped("server", why)],
    };
    accounts.iter().map(section).collect()
}

/// What the server of an account has told.
pub(crate) struct Told<'a> {
    pub(crate) account: &'a Account,
    pub(crate) findings: Vec<Finding>,
    /// When the credential ends by the calendar, as far as that is known.
    pub(crate) ends_at: Option<Timestamp>,
}

impl<'a> Told<'a> {
    /// Returns it as a section of the doctor's.
    pub(crate) fn section(self) -> Section<'a> {
        Section {
            area: Area::Account(self.account),
            findings: self.findings,
        }
    }
}

/// Asks the server of each account.
pub(crate) async fn check<'a>(
    accounts: &[&'a Account],
    secrets: &Secrets,
    clock: &Clock,
) -> Vec<Told<'a>> {
    let http = Arc::new(Http::new());
    let asked = accounts.iter().map(|&account| {
        let field = SecretField::needed_by(account.platform());
        let secret = secrets.get(account, field).ok().flatten();
        let beside = beside(secrets, account).unwrap_or_default();
        let sessions = Arc::new(secrets.sessions(&account.name, account.store));
        let http = &http;
        async move {
            match secret {
                Some(secret) => ask(account, secret, beside, http, &sessions, clock).await,
                // Said among the secrets, with what to do about it.
                None => Told {
                    account,
                    findings: vec![Finding::skipped(
                        "server",
                        "not asked: there is no secret to log in with",
                    )],
                    ends_at: None,
                },
            }
        }
    });
    join_all(asked).await
}

async fn ask<'a>(
    account: &'a Account,
    secret: Secret,
    beside: Beside,
    http: &Arc<Http>,
    sessions: &Arc<SessionStore>,
    clock: &Clock,
) -> Told<'a> {
    let Checkup {
        mut findings,
        server_ahead,
        ends_at,
    } = match on_platform(account, secret, beside) {
        OnPlatform::Mastodon(account) => mastodon::check::check(http, account, clock).await,
        OnPlatform::Bluesky(account) => bluesky::check::check(http, sessions, account, clock).await,
        OnPlatform::Tumblr(account) => tumblr::check::check(http, sessions, account, clock).await,
        OnPlatform::Instagram(account) => {
            instagram::check::check(http, sessions, account, clock).await
        }
        OnPlatform::Threads(account) => threads::check::check(http, sessions, account, clock).await,
        OnPlatform::Facebook(account) => facebook::check::check(http, account, clock).await,
    };
    // Some servers send no `Date` (snac 2.75).
    let untold = || Finding::skipped("clock", "the server has not told its time");
    findings.push(server_ahead.map_or_else(untold, skew));
    Told {
        account,
        findings,
        ends_at,
    }
}

fn skew(server_ahead: SignedDuration) -> Finding {
    let apart = server_ahead.unsigned_abs();
    if apart < SKEW_ADVISED {
        return Finding::fine("clock", "agrees with the server's");
    }
    let seconds = apart.as_secs();
    let apart_in_words = match (seconds / 3600, seconds % 3600 / 60, seconds % 60) {
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    };
    let (direction, effect) = if server_ahead.is_positive() {
        ("behind", "posts go out late, and are dated too early")
    } else {
        ("ahead of", "posts go out early, and are dated too late")
    };
    let message = format!("this machine's is {apart_in_words} {direction} the server's: {effect}");
    let finding = if apart < SKEW_MAX {
        Finding::warning("clock", message)
    } else {
        Finding::trouble("clock", message)
    };
    finding.hint("let a time service set the clock, such as by `timedatectl set-ntp true`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::checkup::Grade;

    #[track_caller]
    fn check(seconds: i64, grade: Grade, words: &str) {
        let finding = skew(SignedDuration::from_secs(seconds));
        assert_eq!(finding.grade, grade);
        assert!(finding.message.contains(words), "{}", finding.message);
    }

    #[test]
    fn the_further_apart_two_clocks_are_the_worse() {
        check(0, Grade::Fine, "agrees");
        check(-59, Grade::Fine, "agrees");
        check(60, Grade::Warning, "1 min 0 s behind the server's");
        check(-299, Grade::Warning, "4 min 59 s ahead of the server's");
        check(300, Grade::Trouble, "5 min 0 s behind");
        check(-7_380, Grade::Trouble, "2 h 3 min ahead of");
    }
}
