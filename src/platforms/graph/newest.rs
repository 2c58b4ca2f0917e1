//! The newest posts of an account, to find one of ours among them.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::clock::earlier;
use crate::http::Answer;
use crate::platforms::answer::is_plain_id;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::answer::unusable;
use crate::platforms::graph::answer::Phase;
use crate::platforms::graph::answer::accept;
use crate::platforms::graph::client::Client;
use crate::platforms::permalink::Home;
use crate::platforms::retry_after::server_time;
use crate::publish::PublishError;
use crate::publish::Published;
use crate::publish::step_log::StepLog;

/// The most pages that are read.
const PAGES_MAX: usize = 5;

/// The most posts of one page (developers.facebook.com, Graph paginated results, read 2026-11-23).
const PAGE_LENGTH: &str = "100";

/// How far the server's clock may stand apart from ours before the list leaves ours out: the times
/// are compared by the server's own clock, once it has told it.
const CLOCKS_APART_MAX: Duration = Duration::from_hours(1);

/// Which list, and what of each post.
#[derive(Clone, Copy, Debug)]
pub(crate) struct List<'a> {
    pub(crate) path: &'a str,
    pub(crate) fields: &'a str,
    /// The field that says when a post was made.
    pub(crate) made_at: &'static str,
    /// The field of the address at which people see it.
    pub(crate) url: &'static str,
    /// Where such addresses lead.
    pub(crate) domains: &'static [&'static str],
}

/// What a list shows of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It, and nothing that could be taken for it.
    Once(Published),
    /// Several that could be it; the newest.
    Often(Published),
    /// Nothing, in all that could be it.
    Never,
    /// Nothing, but there is more than was read.
    Unread,
}

/// Looks for a post that is what `is_it` says, among those that were made since `since` by our clock.
pub(crate) async fn find(
    client: &Client,
    list: List<'_>,
    is_it: impl Fn(&Value) -> bool,
    since: Timestamp,
    steps: &StepLog<'_>,
) -> Result<Seen, PublishError> {
    let from = earlier(since, CLOCKS_APART_MAX).as_second().to_string();
    let mut found: Vec<Published> = Vec::new();
    let mut after: Option<String> = None;
    for _ in 0..PAGES_MAX {
        let mut query = vec![
            ("fields", list.fields),
            ("limit", PAGE_LENGTH),
            ("since", &from),
        ];
        query.extend(after.as_deref().map(|cursor| ("after", cursor)));
        let clock = steps.clock();
        let answer = client.get(list.path, &query, clock).await?;
        let answer = accept(answer, Phase::Reading, clock.now())?;
        let (page, next) = page(&answer)?;
        let since = by_clock_of(&answer, since, clock.now());
        let ours = page.iter().filter(|post| {
            let made_at = time(post, list.made_at);
            made_at.is_none_or(|made_at| made_at >= since) && is_it(post)
        });
        let home = Home {
            server: client.base(),
            domains: list.domains,
        };
        for post in ours.filter_map(|post| published(post, list.url, home)) {
            let id = post.remote_id.as_deref().unwrap_or_default();
            if !steps.belongs_to_another(id).await? {
                found.push(post);
            }
        }
        if next.is_none() {
            return Ok(seen(found, Seen::Never));
        }
        after = next;
    }
    Ok(seen(found, Seen::Unread))
}

fn seen(mut found: Vec<Published>, otherwise: Seen) -> Seen {
    match (found.len(), found.is_empty()) {
        (_, true) => otherwise,
        (1, _) => Seen::Once(found.swap_remove(0)),
        _ => Seen::Often(found.swap_remove(0)),
    }
}

/// Returns the posts of a page, and where the next one begins if there is one.
pub(crate) fn page(answer: &Answer) -> Result<(Vec<Value>, Option<String>), PublishError> {
    let mut body = json(answer).unwrap_or_default();
    let next = body.pointer("/paging/next").is_some();
    let after = body
        .pointer("/paging/cursors/after")
        .and_then(Value::as_str);
    let after = after.filter(|_| next).map(ToOwned::to_owned);
    match body.get_mut("data").map(Value::take) {
        Some(Value::Array(posts)) => Ok((posts, after)),
        _ => Err(unusable(answer, "a list of posts")),
    }
}

/// Returns what a post of a list is called, if it has an id. Its address is in the field `url`.
pub(crate) fn published(post: &Value, url: &str, home: Home<'_>) -> Option<Published> {
    let id = text_field(post, "id").filter(|id| is_plain_id(id))?;
    Some(Published {
        remote_id: Some(id.to_owned()),
        url: text_field(post, url).and_then(|url| home.believed(url)),
    })
}

/// Reads a time such as `2026-11-23T12:00:00+0000`.
fn time(post: &Value, field: &str) -> Option<Timestamp> {
    text_field(post, field)?.parse().ok()
}

/// Returns what the clock of the server that gave `answer` shows when ours shows `at`.
fn by_clock_of(answer: &Answer, at: Timestamp, now: Timestamp) -> Timestamp {
    let skew = server_time(answer).map(|server_now| server_now.duration_since(now));
    skew.and_then(|skew| at.checked_add(skew).ok())
        .unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metas_times_are_read() {
        let post = serde_json::json!({"timestamp": "2026-11-23T12:00:00+0000"});
        let expected: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        assert_eq!(time(&post, "timestamp"), Some(expected));
    }
}
