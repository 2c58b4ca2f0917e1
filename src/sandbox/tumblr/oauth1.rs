//! Logging in by OAuth 1.0a: a request token, a person who says yes, and keys without an end.
//!
//! RFC 5849, section 2, and tumblr/docs 708be10, api.md, `OAuth1 Authorization`, read 2026-11-23. What
//! is answered is a form, and what is refused a line of text. Outside, these paths are on
//! www.tumblr.com; here they begin with the platform's name.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse as _;
use axum::response::Response;
use jiff::Timestamp;
use url::Url;
use url::form_urlencoded;

use crate::clock::elapsed;
use crate::sandbox::accounts::REDIRECT_URL;
use crate::sandbox::accounts::TUMBLR_ALICE;
use crate::sandbox::accounts::TUMBLR_BOB;
use crate::sandbox::accounts::TumblrBlog;
use crate::sandbox::consent;
use crate::sandbox::consent::Asked;
use crate::sandbox::consent::Consent;
use crate::sandbox::consent::Decision;
use crate::sandbox::platform::Platform;
use crate::sandbox::tumblr::Tumblr;
use crate::sandbox::tumblr::auth::Asking;

/// How long a request token can be allowed, and exchanged. No document says.
const REQUEST_LIFETIME: Duration = Duration::from_mins(15);

/// Those who can log in.
pub(crate) const PEOPLE: [TumblrBlog; 2] = [TUMBLR_ALICE, TUMBLR_BOB];

/// What may become keys.
#[derive(Clone, Debug)]
pub(crate) struct KeyRequest {
    secret: String,
    callback: String,
    issued_at: Timestamp,
    /// Of whom, and what proves it, once somebody has allowed it.
    allowed: Option<(TumblrBlog, String)>,
}

/// Keys that sign requests.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    pub(crate) secret: String,
    pub(crate) blog: TumblrBlog,
}

/// `POST /oauth/request_token`
pub(crate) async fn begin(
    State(tumblr): State<Arc<Tumblr>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asking = Asking {
        method: &method,
        uri: &uri,
        headers: &headers,
        body: &body,
    };
    let without_token = |token: Option<&str>| token.is_none().then(String::new);
    let signed = match tumblr.signed(asking, without_token) {
        Ok(signed) => signed,
        Err(words) => return refused(words),
    };
    let callback = signed.field("oauth_callback").unwrap_or_default();
    if !is_registered(callback) {
        return refused("Invalid callback URL: it is not one that is registered for the app");
    }
    let (token, secret) = (consent::random_word(), consent::random_word());
    let request = KeyRequest {
        secret: secret.clone(),
        callback: callback.to_owned(),
        issued_at: tumblr.clock.now(),
        allowed: None,
    };
    tumblr.state().requests.insert(token.clone(), request);
    form(&[
        ("oauth_token", &token),
        ("oauth_token_secret", &secret),
        ("oauth_callback_confirmed", "true"),
    ])
}

/// Whether the browser may be sent to `callback`: to the registered address, or to a program on the
/// person's own machine.
pub(crate) fn is_registered(callback: &str) -> bool {
    let Ok(url) = callback.parse::<Url>() else {
        return false;
    };
    let is_own = matches!(url.host_str(), Some("127.0.0.1" | "localhost"));
    callback == REDIRECT_URL || url.scheme() == "http" && is_own
}

/// `GET` and `POST /oauth/authorize`: shows the page, and sends the browser back with what was decided.
pub(crate) async fn authorize(
    State(tumblr): State<Arc<Tumblr>>,
    uri: Uri,
    body: Bytes,
) -> Response {
    let asked = Asked::of(&uri, &body);
    let mut state = tumblr.state();
    let request = state.requests.get_mut(asked.text("oauth_token"));
    let Some(request) = request.filter(|request| request.is_open(tumblr.clock.now())) else {
        return consent::refused(
            Platform::Tumblr,
            "This request for access is no longer valid",
        );
    };
    let Ok(mut target) = request.callback.parse::<Url>() else {
        return consent::refused(Platform::Tumblr, "Invalid callback URL");
    };
    match asked.decision() {
        Decision::Open => return page(&asked, &[]),
        // RFC 5849 has no words for it: the browser comes back with nothing.
        Decision::Denied => {
            state.requests.remove(asked.text("oauth_token"));
        }
        Decision::Allowed { person, .. } => {
            let verifier = consent::random_word();
            target
                .query_pairs_mut()
                .append_pair("oauth_token", asked.text("oauth_token"))
                .append_pair("oauth_verifier", &verifier);
            request.allowed = Some((named(&person), verifier));
        }
    }
    target.set_fragment(Some("_=_"));
    consent::redirect(target.as_str())
}

/// Returns the page that asks a person.
pub(crate) fn page(asked: &Asked, scopes: &[String]) -> Response {
    let people = PEOPLE.map(|blog| blog.name);
    let page = Consent {
        platform: Platform::Tumblr,
        scopes,
        people: &people,
    };
    page.html(asked)
}

/// Returns the first blog of `person`; of nobody, that of the first.
pub(crate) fn named(person: &str) -> TumblrBlog {
    let mut people = PEOPLE.into_iter();
    people
        .find(|blog| blog.name == person)
        .unwrap_or(TUMBLR_ALICE)
}

/// `POST /oauth/access_token`: keys for a request token that was allowed, once.
pub(crate) async fn issue(
    State(tumblr): State<Arc<Tumblr>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asking = Asking {
        method: &method,
        uri: &uri,
        headers: &headers,
        body: &body,
    };
    let secret = |token: Option<&str>| {
        let state = tumblr.state();
        let request = state.requests.get(token?)?;
        Some(request.secret.clone())
    };
    let signed = match tumblr.signed(asking, secret) {
        Ok(signed) => signed,
        Err(words) => return refused(words),
    };
    let mut state = tumblr.state();
    let request = state
        .requests
        .remove(&signed.token.clone().unwrap_or_default());
    let request = request.filter(|request| request.is_alive(tumblr.clock.now()));
    let Some((blog, verifier)) = request.and_then(|request| request.allowed) else {
        return refused("Missing or invalid oauth_token");
    };
    if signed.field("oauth_verifier") != Some(&verifier) {
        return refused("Missing or invalid oauth_verifier");
    }
    let (token, secret) = (consent::random_word(), consent::random_word());
    let keys = Keys {
        secret: secret.clone(),
        blog,
    };
    state.keys.insert(token.clone(), keys);
    form(&[("oauth_token", &token), ("oauth_token_secret", &secret)])
}

impl KeyRequest {
    fn is_alive(&self, now: Timestamp) -> bool {
        elapsed(self.issued_at, now) < REQUEST_LIFETIME
    }

    /// Whether nobody has decided on it yet.
    fn is_open(&self, now: Timestamp) -> bool {
        self.is_alive(now) && self.allowed.is_none()
    }
}

fn form(fields: &[(&str, &str)]) -> Response {
    let mut form = form_urlencoded::Serializer::new(String::new());
    let form = form.extend_pairs(fields).finish();
    ([(CONTENT_TYPE, "application/x-www-form-urlencoded")], form).into_response()
}

fn refused(words: &'static str) -> Response {
    (StatusCode::UNAUTHORIZED, words).into_response()
}
