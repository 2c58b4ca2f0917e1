//! What the media store hands to others: whether somebody with nothing but an address gets a picture as
//! it is, with its type, in parts if they ask for parts, and without being sent elsewhere.
//!
//! That is how Instagram and Threads fetch (developers.facebook.com/docs/instagram-platform/content-publishing,
//! read 2026-11-25). Nothing is stored for it: the newest picture that is there is tried.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::CONTENT_LENGTH;
use reqwest::header::CONTENT_RANGE;
use reqwest::header::CONTENT_TYPE;
use reqwest::header::RANGE;
use url::Url;

use crate::clock::elapsed;
use crate::http::Answer;
use crate::http::Http;
use crate::http::SendError;
use crate::media::Listed;
use crate::media::MediaError;
use crate::media::MediaStore;
use crate::media::address::Lifetime;
use crate::media::file::mime_of_name;
use crate::platforms::retry_after::server_time;
use crate::publish::checkup::Finding;

const SUBJECT: &str = "address";

/// How long the address is good that is tried.
const LIFETIME: Duration = Duration::from_mins(1);

/// How many bytes are fetched, each time.
const BYTES: usize = 1024;

/// Fetches the newest of what `owner` has in `store`, as somebody else would at `now`.
pub(crate) async fn check(store: &dyn MediaStore, owner: &str, now: Timestamp) -> Vec<Finding> {
    let newest = match newest(store, owner).await {
        Ok(Some(newest)) => newest,
        Ok(None) => {
            let message = "not tried: nothing is there yet that could be fetched";
            let hint = "look again after a first `hayon media upload`";
            return vec![Finding::skipped(SUBJECT, message).hint(hint)];
        }
        Err(error) => return vec![failed(&error)],
    };
    let lifetime = Lifetime {
        from: now,
        length: LIFETIME,
    };
    let address = match store.address(&newest.key, lifetime).await {
        Ok(address) => address,
        Err(error) => return vec![failed(&error)],
    };
    let is_signed = address.good_until.is_some();
    let hint = if is_signed {
        "let nothing stand between the storage and the Internet that changes its answers"
    } else {
        "set `public_url` in `[media]` to where a web server shows the media as they are"
    };
    let findings = match fetch(address.expose()).await {
        Ok((whole, _)) if whole.status == 403 && is_signed && is_skewed(&whole, now) => {
            let message = format!(
                "`{}` is not served: this machine's clock is wrong",
                newest.key
            );
            let hint = "set the clock: a signed address is good by that of the storage";
            return vec![Finding::trouble(SUBJECT, message).hint(hint)];
        }
        Ok((whole, part)) => faults(&newest, &whole, &part),
        Err(error) => vec![format!("cannot be fetched: {error}")],
    };
    if findings.is_empty() {
        let kind = if is_signed { "a signed" } else { "the public" };
        let message = format!("{kind} one serves what is there, with its type and in parts");
        return vec![Finding::fine(SUBJECT, message)];
    }
    let trouble = |fault: String| {
        let message = format!("`{}` {fault}", newest.key);
        Finding::trouble(SUBJECT, message).hint(hint)
    };
    findings.into_iter().map(trouble).collect()
}

/// Returns the newest of what is in `posts/`, else in `temp/`, among the first that the store lists.
async fn newest(store: &dyn MediaStore, owner: &str) -> Result<Option<Listed>, MediaError> {
    for area in ["posts", "temp"] {
        let page = store.list(&format!("{area}/{owner}/"), None).await?;
        let listed = page.listed.into_iter();
        let newest = listed
            .filter(|line| line.size_bytes > 0)
            .max_by_key(|line| line.modified_at);
        if newest.is_some() {
            return Ok(newest);
        }
    }
    Ok(None)
}

/// Fetches the beginning of what is under `url`, as the whole that it is and as a part.
async fn fetch(url: &str) -> Result<(Answer, Answer), SendError> {
    let http = Http::new();
    let url = Url::parse(url).map_err(|error| SendError::NoClient(error.to_string()))?;
    let whole = http.request(Method::GET, url.clone())?;
    let part = http.request(Method::GET, url)?;
    let part = part.header(RANGE, format!("bytes=0-{}", BYTES - 1));
    Ok((
        http.begin(whole, BYTES).await?,
        http.begin(part, BYTES).await?,
    ))
}

/// Whether the server's clock is so far from `now` that an address was over before it was asked for, or
/// had not begun.
fn is_skewed(answer: &Answer, now: Timestamp) -> bool {
    let far = |server: Timestamp| elapsed(server, now).max(elapsed(now, server)) >= LIFETIME;
    server_time(answer).is_some_and(far)
}

/// Returns what is wrong with how `listed` was served.
fn faults(listed: &Listed, whole: &Answer, part: &Answer) -> Vec<String> {
    match whole.status {
        200 => {}
        300..400 => {
            return vec![format!(
                "leads elsewhere (status {}), where platforms do not follow",
                whole.status
            )];
        }
        status => return vec![format!("is not served (status {status})")],
    }
    let mut faults = Vec::new();
    let expected = mime_of_name(&listed.key).unwrap_or_default();
    let mime = whole.header(CONTENT_TYPE.as_str()).unwrap_or("nothing");
    let essence = mime.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case(expected) {
        faults.push(format!("is served as `{mime}` and is `{expected}`"));
    }
    let length = whole.header(CONTENT_LENGTH.as_str());
    let length = length.and_then(|length| length.parse().ok());
    if length != Some(listed.size_bytes) {
        let length = length.map_or("an unknown number of".to_owned(), |it: u64| it.to_string());
        let size_bytes = listed.size_bytes;
        faults.push(format!(
            "is served with {length} bytes and has {size_bytes}"
        ));
    }
    let range = part.header(CONTENT_RANGE.as_str()).unwrap_or_default();
    if part.status != 206 || !range.starts_with("bytes 0-") || part.body != whole.body {
        faults.push(format!(
            "is not served in parts (status {} where a part was asked for)",
            part.status
        ));
    }
    faults
}

fn failed(error: &MediaError) -> Finding {
    Finding::trouble(SUBJECT, error.to_string()).hint(error.hint())
}
