//! The checkup of a Tumblr account: whose keys they are, whether they may write the blog, and what is
//! left of the day's posts. It only asks.

use std::sync::Arc;

use serde_json::Value;

use crate::clock::Clock;
use crate::config::sessions::SessionStore;
use crate::http::Http;
use crate::platforms::answer::excerpt;
use crate::platforms::answer::text_field;
use crate::platforms::checkup::in_words;
use crate::platforms::checkup::server_ahead;
use crate::platforms::checkup::unreachable;
use crate::platforms::tumblr::TumblrAccount;
use crate::platforms::tumblr::answer::Counter;
use crate::platforms::tumblr::answer::accept;
use crate::platforms::tumblr::answer::response;
use crate::platforms::tumblr::client::Client;
use crate::platforms::tumblr::client::List;
use crate::platforms::tumblr::client_of;
use crate::post::limits::Limits;
use crate::post::platform::Platform;
use crate::publish::PublishError;
use crate::publish::checkup::Checkup;
use crate::publish::checkup::Finding;

const NEW_KEYS: &str = "log in again with `hayon account add tumblr`, or look at the application on \
                        https://www.tumblr.com/oauth/apps, allow it to write the blog once more, and \
                        store its keys where the old ones are";

/// Looks at `account` and its blog.
pub(crate) async fn check(
    http: &Arc<Http>,
    sessions: &Arc<SessionStore>,
    account: TumblrAccount,
    clock: &Clock,
) -> Checkup {
    let client = client_of(Arc::clone(http), &account, Arc::clone(sessions));
    let asked_at = clock.now();
    let answer = match client.user_info(clock).await {
        Ok(answer) => answer,
        Err(error) => return unreachable(&error, client.origin()),
    };
    let server_ahead = server_ahead(&answer, asked_at, clock.now());
    let limits = in_words(&Limits::built_in(Platform::Tumblr));
    let mut findings = vec![Finding::fine("limits", limits)];
    match accept(answer, clock.now()) {
        Ok(answer) => {
            let user = response(&answer).unwrap_or_default();
            findings.push(log_in(&user["user"]));
            findings.push(blog(&client, &user["user"]));
            findings.push(reading(&client, clock).await);
            findings.push(left_today(&client, clock).await);
        }
        Err(error) => findings.push(refused(&error)),
    }
    Checkup {
        findings,
        server_ahead,
        ends_at: client.ends_at(),
    }
}

fn refused(error: &PublishError) -> Finding {
    let finding = Finding::of_error("log-in", error);
    if matches!(error, PublishError::LoginNeeded(_)) {
        return finding.hint(NEW_KEYS);
    }
    finding
}

fn log_in(user: &Value) -> Finding {
    let name = text_field(user, "name").map_or_else(|| "somebody".to_owned(), excerpt);
    Finding::fine("log-in", format!("is accepted, and is that of `{name}`"))
}

/// Whether the blog is one of those that the user may write.
fn blog(client: &Client, user: &Value) -> Finding {
    let configured = client.blog();
    let name = configured.strip_suffix(".tumblr.com").unwrap_or(configured);
    let blogs = user["blogs"].as_array().map_or(&[][..], Vec::as_slice);
    let is_it = |blog: &&Value| {
        let is_of_host = || {
            let url = text_field(blog, "url").and_then(|url| url::Url::parse(url).ok());
            url.is_some_and(|url| url.host_str() == Some(configured))
        };
        blog["name"] == name || blog["uuid"] == configured || is_of_host()
    };
    if blogs.iter().any(|blog| is_it(&blog)) {
        return Finding::fine("blog", format!("`{configured}` may be written"));
    }
    let names: Vec<String> = blogs
        .iter()
        .filter_map(|blog| text_field(blog, "name"))
        .map(|name| format!("`{}`", excerpt(name)))
        .collect();
    let message = format!("`{configured}` is none of the blogs that this log-in may write");
    Finding::trouble("blog", message)
        .hint(format!("set `blog` to one of them: {}", names.join(", ")))
}

/// Whether a look can find a post whose answer was lost.
async fn reading(client: &Client, clock: &Clock) -> Finding {
    match client.page(List::Published, 0, clock).await {
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

async fn left_today(client: &Client, clock: &Clock) -> Finding {
    match client.left_today(Counter::Posts, clock).await {
        Some(0) => Finding::warning(
            "today",
            "no post is left of the day's: others wait for tomorrow",
        ),
        Some(left) => Finding::fine("today", format!("{left} posts are left of the day's")),
        None => Finding::skipped("today", "the server does not tell how many posts are left"),
    }
}
