//! What comes back from a log-in: the servers' answers, and the address that a browser brings.

use serde_json::Value;
use url::Url;
use url::form_urlencoded;

use crate::config::secret::Secret;
use crate::fuzzing::input;
use crate::fuzzing::input::assert_showable;
use crate::fuzzing::input::now;
use crate::platforms::answer::json;
use crate::platforms::graph;
use crate::platforms::oauth::redirected;
use crate::platforms::oauth::redirected::RedirectError;
use crate::platforms::oauth::state::State;
use crate::platforms::tumblr;

/// The value that ties an answer to its question.
const STATE: &str = "S1";

pub(super) fn answer(bytes: &[u8]) {
    let answer = input::answer(bytes);
    if let Some(pair) = tumblr::log_in::pair_in(&answer) {
        assert!(!pair.token.expose().is_empty() && !pair.secret.expose().is_empty());
    }
    let Some(body) = json(&answer) else {
        return;
    };
    if let Some(granted) = graph::log_in::granted(&body, now()) {
        assert!(!granted.token.expose().trim().is_empty());
        assert!(granted.expires_at.is_none_or(|at| at >= now()));
        granted
            .scopes
            .iter()
            .flatten()
            .for_each(|it| assert_showable(it));
        let _ = granted.lives_short(now());
        assert!(
            !format!("{granted:?}").contains(granted.token.expose()) || is_short(&granted.token)
        );
    }
    if let Some(id) = graph::log_in::id_in(&body["id"]) {
        assert!(id.bytes().all(|byte| byte.is_ascii_digit()), "{id}");
    }
    let blogs = body
        .pointer("/response/user/blogs")
        .and_then(Value::as_array);
    for blog in blogs
        .into_iter()
        .flatten()
        .filter_map(tumblr::log_in::blog_in)
    {
        assert_showable(&blog.name);
        assert_showable(&blog.uuid);
        assert!(!blog.uuid.is_empty());
    }
}

/// Whether a token is a word that stands elsewhere, too.
fn is_short(token: &Secret) -> bool {
    token.expose().len() < 12
}

/// The whole address, or whatever a person has copied.
pub(super) fn redirected(bytes: &[u8]) {
    let text = input::text(bytes);
    let state = State::given(Secret::new(STATE));
    for (read, name) in [
        (redirected::code(&text, &state), "state"),
        (redirected::verifier(&text, &state), "oauth_token"),
    ] {
        match read {
            Ok(code) => {
                assert!(!code.expose().trim().is_empty());
                assert_answers(text.trim(), name);
            }
            Err(error) => {
                assert_showable(&error.to_string());
                assert!(!error.hint().is_empty());
                if let RedirectError::Refused(words) = error {
                    assert!(says_error(&text), "{words}");
                }
            }
        }
    }
}

/// Whether `error` is in an address as a parser reads it: without line breaks and tabs, decoded.
fn says_error(text: &str) -> bool {
    let text = text.replace(['\t', '\r', '\n'], "");
    form_urlencoded::parse(text.as_bytes())
        .any(|(key, value)| key.contains("error") || value.contains("error"))
}

/// Asserts that an address whose code was taken has the state of the question.
#[track_caller]
fn assert_answers(text: &str, name: &str) {
    let text = text.split('#').next().unwrap_or_default();
    let Ok(url) = Url::parse(text) else { return };
    if !matches!(url.scheme(), "http" | "https") {
        return;
    }
    let query = url.query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let told = pairs.find(|(key, _)| key == name).map(|(_, value)| value);
    assert_eq!(told.as_deref(), Some(STATE), "{text}");
}
