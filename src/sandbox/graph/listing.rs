//! Lists of posts, the newest first, in pages.
//!
//! developers.facebook.com, Graph paginated results, read 2026-11-25. `since` and `until` are whole
//! seconds, as the times of posts are; the addresses of other pages hold the token, as Meta's do.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;
use url::form_urlencoded;

use crate::clock::later;
use crate::sandbox::graph::Graph;
use crate::sandbox::graph::call::Call;
use crate::sandbox::graph::fields::Node;
use crate::sandbox::graph::post::Post;
use crate::sandbox::graph::refusal::Refusal;

/// The parameters of every list.
pub(crate) const PARAMETERS: &[&str] = &["limit", "since", "until", "after", "before"];

const PAGE_DEFAULT: usize = 25;
const PAGE_MAX: usize = 100;

/// Where a page lies in a list.
struct Place {
    since: Option<i64>,
    until: Option<i64>,
    after: Option<String>,
    before: Option<String>,
    limit: usize,
}

impl Place {
    fn read(call: &Call) -> Result<Self, Refusal> {
        let limit = call.params.text("limit")?;
        let limit = limit.map(|text| text.parse::<usize>()).transpose();
        let limit = limit.map_err(|_| call.params.refuse("Param limit must be a number"))?;
        Ok(Self {
            since: second(call, "since")?,
            until: second(call, "until")?,
            after: cursor(call, "after")?,
            before: cursor(call, "before")?,
            limit: limit.unwrap_or(PAGE_DEFAULT).min(PAGE_MAX),
        })
    }

    fn is_in_time(&self, post: &Post) -> bool {
        let at = post.created_at.as_second();
        self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at <= until)
    }

    /// Returns the page's beginning and end in `posts`.
    fn range(&self, posts: &[&Post]) -> std::ops::Range<usize> {
        let at = |id: &String| posts.iter().position(|post| post.id == *id);
        if let Some(before) = &self.before {
            let end = at(before).unwrap_or(0);
            return end.saturating_sub(self.limit)..end;
        }
        let start = match &self.after {
            Some(after) => at(after).map_or(posts.len(), |at| at + 1),
            None => 0,
        };
        start..posts.len().min(start + self.limit)
    }
}

/// Returns the page that `call` asks for, of `posts` in the order of their creation.
pub(crate) fn page<'p>(
    graph: &Graph,
    call: &Call,
    posts: impl Iterator<Item = &'p Post>,
    node: impl Fn(&Post) -> Node,
) -> Result<Value, Refusal> {
    let place = Place::read(call)?;
    let now = graph.now();
    let is_listed = |post: &&Post| later(post.created_at, graph.behaviour.listed_after) <= now;
    let mut posts: Vec<&Post> = posts
        .filter(is_listed)
        .filter(|post| place.is_in_time(post))
        .collect();
    posts.reverse();
    let range = place.range(&posts);
    let shown = &posts[range.clone()];
    let data: Result<Vec<Value>, Refusal> =
        shown.iter().map(|post| node(post).tell(call)).collect();
    let mut answer = json!({ "data": data? });
    if let (Some(first), Some(last)) = (shown.first(), shown.last()) {
        let (before, after) = (encode(&first.id), encode(&last.id));
        answer["paging"] = json!({"cursors": {"before": before, "after": after}});
        if range.end < posts.len() {
            answer["paging"]["next"] = json!(address(graph, call, "after", &after));
        }
        if range.start > 0 {
            answer["paging"]["previous"] = json!(address(graph, call, "before", &before));
        }
    }
    Ok(answer)
}

fn address(graph: &Graph, call: &Call, name: &str, cursor: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if let Some(token) = &call.token {
        query.append_pair("access_token", token);
    }
    for kept in ["fields", "limit", "since", "until"] {
        if let Ok(Some(text)) = call.params.text(kept) {
            query.append_pair(kept, &text);
        }
    }
    query.append_pair(name, cursor);
    format!("{}{}?{}", graph.base_url, call.path, query.finish())
}

fn encode(id: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(id)
}

fn cursor(call: &Call, name: &str) -> Result<Option<String>, Refusal> {
    let Some(text) = call.params.text(name)? else {
        return Ok(None);
    };
    let id = BASE64_URL_SAFE_NO_PAD.decode(&text).ok();
    let id = id.and_then(|id| String::from_utf8(id).ok());
    id.map(Some)
        .ok_or_else(|| call.params.refuse(format!("Invalid cursor in {name}")))
}

/// Returns a time, in seconds since 1970 or as a date.
fn second(call: &Call, name: &str) -> Result<Option<i64>, Refusal> {
    let Some(text) = call.params.text(name)? else {
        return Ok(None);
    };
    let parsed = text.parse().ok();
    let parsed = parsed.or_else(|| text.parse::<Timestamp>().ok().map(Timestamp::as_second));
    let wrong = || {
        call.params
            .refuse(format!("Param {name} must be a timestamp"))
    };
    parsed.map(Some).ok_or_else(wrong)
}
