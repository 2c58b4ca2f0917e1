//! The checkup of an account on Meta's API: whose token it is, what is left of the day's posts, and
//! whether own posts can be read back. It only asks.

use jiff::Timestamp;

use crate::clock::Clock;
use crate::clock::elapsed;
use crate::platforms::answer::excerpt;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::checkup::in_words;
use crate::platforms::checkup::server_ahead;
use crate::platforms::checkup::unreachable;
use crate::platforms::graph::answer::Phase;
use crate::platforms::graph::answer::accept;
use crate::platforms::graph::client::Client;
use crate::platforms::graph::container::quota;
use crate::platforms::graph::token::End;
use crate::post::limits::Limits;
use crate::post::platform::Platform;
use crate::publish::PublishError;
use crate::publish::checkup::Checkup;
use crate::publish::checkup::Finding;

/// How long a token should live: a week that nobody renews it may follow.
const DAYS_ADVISED: u64 = 14;

/// What to ask, and how to make good what is wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Questions<'a> {
    pub(crate) platform: Platform,
    /// The user or Page that is configured.
    pub(crate) whose: &'a str,
    /// The field of the name that people know.
    pub(crate) name: &'static str,
    /// Where the day's limit is told, where there is one.
    pub(crate) limit: Option<&'a str>,
    /// Where own posts are listed.
    pub(crate) list: &'a str,
    /// What to do about a token that is not accepted.
    pub(crate) new_token: &'static str,
}

/// Looks at an account.
pub(crate) async fn check(client: &Client, questions: Questions<'_>, clock: &Clock) -> Checkup {
    let asked_at = clock.now();
    let fields = format!("id,{}", questions.name);
    let query = [("fields", fields.as_str())];
    let answer = match client.get(questions.whose, &query, clock).await {
        Ok(answer) => answer,
        Err(error) => return unreachable(&error, client.origin()),
    };
    let server_ahead = server_ahead(&answer, asked_at, clock.now());
    let limits = in_words(&Limits::built_in(questions.platform));
    let mut findings = vec![Finding::fine("limits", limits)];
    match accept(answer, Phase::Reading, clock.now()) {
        Ok(answer) => {
            let user = json(&answer).unwrap_or_default();
            let name = text_field(&user, questions.name);
            let name = name.map_or_else(|| "somebody".to_owned(), excerpt);
            findings.push(Finding::fine(
                "log-in",
                format!("is accepted, and is that of `{name}`"),
            ));
            findings.extend(life(client.token_end(), clock.now()));
            findings.push(reading(client, questions.list, clock).await);
            if let Some(path) = questions.limit {
                findings.push(left_today(client, path, clock).await);
            }
        }
        Err(error) => findings.push(refused(&error, questions.new_token)),
    }
    Checkup {
        findings,
        server_ahead,
        ends_at: client.token_ends_at(),
    }
}

fn refused(error: &PublishError, new_token: &'static str) -> Finding {
    let finding = Finding::of_error("log-in", error);
    if matches!(error, PublishError::LoginNeeded(_)) {
        return finding.hint(new_token);
    }
    finding
}

/// How long the token lives, where it ends by the calendar.
fn life(end: End, now: Timestamp) -> Option<Finding> {
    let renewing = "`hayon post` and `hayon daemon` renew it every week";
    match end {
        End::Never => None,
        End::At(at) => {
            let days = elapsed(now, at).as_secs() / (24 * 60 * 60);
            let message = format!("lives for at most {days} more days, until {at:.0}");
            Some(if days < DAYS_ADVISED {
                Finding::warning("token", message).hint(renewing)
            } else {
                Finding::fine("token", message)
            })
        }
        End::Unknown => Some(Finding::fine(
            "token",
            format!("ends 60 days after it was made; {renewing}"),
        )),
    }
}

/// Whether a look can find a post whose answer was lost.
async fn reading(client: &Client, path: &str, clock: &Clock) -> Finding {
    let query = [("fields", "id"), ("limit", "1")];
    let asked = client.get(path, &query, clock).await;
    let read = asked.and_then(|answer| accept(answer, Phase::Reading, clock.now()));
    match read {
        Ok(_) => Finding::fine("reading", "own posts can be read back"),
        Err(error) => Finding::warning(
            "reading",
            format!(
                "own posts cannot be read back ({error}): a post whose answer is lost may end in \
                 doubt, and `--key` finds no earlier one"
            ),
        ),
    }
}

async fn left_today(client: &Client, path: &str, clock: &Clock) -> Finding {
    let query = [("fields", "config,quota_usage")];
    let answer = client.get_if_quick(path, &query, clock).await;
    let body = answer.and_then(|answer| json(&answer)).unwrap_or_default();
    match quota(&body) {
        Some((used, total)) if used >= total => Finding::warning(
            "today",
            format!("all {total} posts of 24 hours are used up: others wait"),
        ),
        Some((used, total)) => Finding::fine(
            "today",
            format!("{} of {total} posts are left of 24 hours", total - used),
        ),
        None => Finding::skipped("today", "the server does not tell how many posts are left"),
    }
}
