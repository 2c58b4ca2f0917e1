//! Logging in by OAuth 2: a code for a person's yes, an access token of 42 minutes for the code, and a
//! refresh token of 42 days that is good once.
//!
//! tumblr/docs 708be10, api.md, `OAuth2 Authorization`, and docs#134 for the 42 days, read 2026-11-23.
//! Whether the old refresh token dies with its use is written nowhere; here it does, so that who would
//! use it twice is found out.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::response::IntoResponse;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::clock::elapsed;
use crate::sandbox::accounts::REDIRECT_URL;
use crate::sandbox::accounts::TUMBLR_CLIENT_ID;
use crate::sandbox::accounts::TUMBLR_CLIENT_SECRET;
use crate::sandbox::accounts::TumblrBlog;
use crate::sandbox::consent;
use crate::sandbox::consent::Asked;
use crate::sandbox::consent::Decision;
use crate::sandbox::platform::Platform;
use crate::sandbox::tumblr::Tumblr;
use crate::sandbox::tumblr::auth::Asker;
use crate::sandbox::tumblr::oauth1;
use crate::sandbox::tumblr::oauth1::is_registered;
use crate::sandbox::tumblr::state;

/// No document says how long a code is good.
const CODE_LIFETIME: Duration = Duration::from_mins(10);
const ACCESS_LIFETIME: Duration = Duration::from_mins(42);
const REFRESH_LIFETIME: Duration = Duration::from_hours(42 * 24);

const SCOPES: [&str; 3] = ["basic", "write", "offline_access"];

/// What a code stands for.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    redirect_url: String,
    blog: TumblrBlog,
    scopes: Vec<String>,
    issued_at: Timestamp,
}

/// What an access token stands for.
#[derive(Clone, Debug)]
pub(crate) struct Bearer {
    blog: TumblrBlog,
    scopes: Vec<String>,
    issued_at: Timestamp,
}

/// What a refresh token stands for.
#[derive(Clone, Debug)]
pub(crate) struct Refresh {
    bearer: Bearer,
    is_spent: bool,
}

/// Why there is no token.
#[derive(Clone, Copy, Debug)]
struct Refused(StatusCode, &'static str, &'static str);

const INVALID_CLIENT: Refused = Refused(
    StatusCode::UNAUTHORIZED,
    "invalid_client",
    "The client credentials are invalid",
);
const INVALID_CODE: Refused = Refused(
    StatusCode::BAD_REQUEST,
    "invalid_grant",
    "Authorization code doesn't exist or is invalid for the client",
);
const EXPIRED_CODE: Refused = Refused(
    StatusCode::BAD_REQUEST,
    "invalid_grant",
    "The authorization code has expired",
);
const OTHER_REDIRECT: Refused = Refused(
    StatusCode::BAD_REQUEST,
    "redirect_uri_mismatch",
    "The redirect URI is missing or do not match",
);
const INVALID_REFRESH: Refused = Refused(
    StatusCode::UNAUTHORIZED,
    "invalid_grant",
    "Invalid refresh token",
);
const UNSUPPORTED_GRANT: Refused = Refused(
    StatusCode::BAD_REQUEST,
    "unsupported_grant_type",
    "Grant type not supported",
);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self(status, error, words) = self;
        let body = json!({"error": error, "error_description": words});
        (status, Json(body)).into_response()
    }
}

/// `GET` and `POST /oauth2/authorize`: shows the page, and sends the browser back with what was decided.
pub(crate) async fn authorize(
    State(tumblr): State<Arc<Tumblr>>,
    uri: Uri,
    body: Bytes,
) -> Response {
    let asked = Asked::of(&uri, &body);
    let mut target = match check(&asked) {
        Ok(target) => target,
        Err(words) => return consent::refused(Platform::Tumblr, words),
    };
    match asked.decision() {
        Decision::Open => return oauth1::page(&asked, &asked.scopes()),
        Decision::Denied => {
            target
                .query_pairs_mut()
                .append_pair("error", "access_denied")
                .append_pair(
                    "error_description",
                    "The user denied access to your application",
                );
        }
        Decision::Allowed { person, granted } => {
            let code = consent::random_word();
            let grant = Grant {
                redirect_url: asked.text("redirect_uri").to_owned(),
                blog: oauth1::named(&person),
                scopes: granted,
                issued_at: tumblr.clock.now(),
            };
            tumblr.state().grants.insert(code.clone(), grant);
            target.query_pairs_mut().append_pair("code", &code);
        }
    }
    target
        .query_pairs_mut()
        .append_pair("state", asked.text("state"));
    target.set_fragment(Some("_=_"));
    consent::redirect(target.as_str())
}

/// Returns where the browser goes back to, if an application may ask so. Alone of all, Tumblr insists
/// on a `state`.
fn check(asked: &Asked) -> Result<Url, &'static str> {
    if asked.text("client_id") != TUMBLR_CLIENT_ID {
        return Err("The client id supplied is invalid");
    }
    if asked.text("response_type") != "code" {
        return Err("Invalid or missing response type");
    }
    if asked.get("state").is_none() {
        return Err("The state parameter is required");
    }
    let scopes = asked.scopes();
    let is_known = |scope: &String| SCOPES.contains(&scope.as_str());
    if scopes.is_empty() || !scopes.iter().all(is_known) {
        return Err("An unsupported scope was requested");
    }
    let redirect = asked.get("redirect_uri").unwrap_or(REDIRECT_URL);
    let wrong = "The redirect URI provided is missing or does not match";
    if !is_registered(redirect) {
        return Err(wrong);
    }
    redirect.parse().map_err(|_| wrong)
}

/// `POST /v2/oauth2/token`
pub(crate) async fn issue(State(tumblr): State<Arc<Tumblr>>, body: Bytes) -> Response {
    let form = Asked::read(&body);
    let (now, mut state) = (tumblr.clock.now(), tumblr.state());
    if form.text("client_id") != TUMBLR_CLIENT_ID
        || form.text("client_secret") != TUMBLR_CLIENT_SECRET
    {
        return INVALID_CLIENT.into_response();
    }
    let bearer = match form.text("grant_type") {
        "authorization_code" => state.redeem(&form, now),
        "refresh_token" => state.spend(form.text("refresh_token"), now),
        _ => Err(UNSUPPORTED_GRANT),
    };
    match bearer {
        Ok(bearer) => Json(state.give(bearer)).into_response(),
        Err(refused) => refused.into_response(),
    }
}

impl state::State {
    /// A code is good for one try.
    fn redeem(&mut self, form: &Asked, now: Timestamp) -> Result<Bearer, Refused> {
        let grant = self.grants.remove(form.text("code")).ok_or(INVALID_CODE)?;
        if elapsed(grant.issued_at, now) >= CODE_LIFETIME {
            return Err(EXPIRED_CODE);
        }
        if grant.redirect_url != form.text("redirect_uri") {
            return Err(OTHER_REDIRECT);
        }
        Ok(Bearer {
            blog: grant.blog,
            scopes: grant.scopes,
            issued_at: now,
        })
    }

    fn spend(&mut self, token: &str, now: Timestamp) -> Result<Bearer, Refused> {
        let refresh = self.refreshes.get_mut(token).ok_or(INVALID_REFRESH)?;
        if std::mem::replace(&mut refresh.is_spent, true) {
            self.spent_again += 1;
            return Err(INVALID_REFRESH);
        }
        let bearer = refresh.bearer.clone();
        if elapsed(bearer.issued_at, now) >= REFRESH_LIFETIME {
            return Err(INVALID_REFRESH);
        }
        Ok(Bearer {
            issued_at: now,
            ..bearer
        })
    }

    fn give(&mut self, bearer: Bearer) -> Value {
        let access = consent::random_word();
        let mut answer = json!({
            "access_token": access,
            "expires_in": ACCESS_LIFETIME.as_secs(),
            "token_type": "bearer",
            "scope": bearer.scopes.join(" "),
        });
        if bearer.scopes.iter().any(|scope| scope == "offline_access") {
            let refresh = consent::random_word();
            answer["refresh_token"] = json!(refresh);
            let is_spent = false;
            let spare = Refresh {
                bearer: bearer.clone(),
                is_spent,
            };
            self.refreshes.insert(refresh, spare);
        }
        self.bearers.insert(access, bearer);
        answer
    }
}

impl Bearer {
    /// Returns who asks with it, while it lives.
    pub(crate) fn asker(&self, now: Timestamp) -> Option<Asker> {
        let is_alive = elapsed(self.issued_at, now) < ACCESS_LIFETIME;
        is_alive.then(|| Asker {
            blog: self.blog,
            may_write: self.scopes.iter().any(|scope| scope == "write"),
        })
    }
}
