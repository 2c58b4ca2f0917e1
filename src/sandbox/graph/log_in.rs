//! Logging in at Meta: a person says yes on a page, a code comes back, and tokens are given for it.
//!
//! developers.facebook.com, Instagram business login, Threads "get access tokens", Facebook "manually
//! build a login flow" and "long-lived tokens", read 2026-11-23: a code is good once and for an hour,
//! the token for it lives for an hour, and one of 60 days is given in exchange for that.
//!
//! Outside, the pages and the codes of Instagram and Threads have hosts of their own; here their paths
//! begin with the platform's name.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::response::IntoResponse as _;
use axum::response::Response;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::clock::elapsed;
use crate::clock::later;
use crate::sandbox::accounts::App;
use crate::sandbox::accounts::FACEBOOK_ACCOUNTS;
use crate::sandbox::accounts::FACEBOOK_APP;
use crate::sandbox::accounts::GraphAccount;
use crate::sandbox::accounts::INSTAGRAM_ACCOUNTS;
use crate::sandbox::accounts::INSTAGRAM_APP;
use crate::sandbox::accounts::REDIRECT_URL;
use crate::sandbox::accounts::THREADS_ACCOUNTS;
use crate::sandbox::accounts::THREADS_APP;
use crate::sandbox::consent;
use crate::sandbox::consent::Asked;
use crate::sandbox::consent::Consent;
use crate::sandbox::consent::Decision;
use crate::sandbox::graph::Graph;
use crate::sandbox::graph::call::Call;
use crate::sandbox::graph::refusal::Refusal;
use crate::sandbox::graph::route;
use crate::sandbox::graph::state;
use crate::sandbox::graph::token::End;
use crate::sandbox::graph::token::Kind;
use crate::sandbox::graph::token::LIFETIME;
use crate::sandbox::graph::token::Life;
use crate::sandbox::graph::token::Token;
use crate::sandbox::platform::Platform;

const CODE_LIFETIME: Duration = Duration::from_hours(1);
const SHORT_LIFETIME: Duration = Duration::from_hours(1);

/// What may be asked for beside [`Kind::scopes`], and opens nothing here.
const OTHER_SCOPES: [&str; 2] = ["business_management", "pages_manage_engagement"];

/// What a code stands for.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    platform: Platform,
    redirect_url: String,
    account: GraphAccount,
    scopes: Vec<String>,
    issued_at: Timestamp,
    is_used: bool,
}

/// Why a code gives no token. Each platform has its own form of saying so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Denial {
    UnknownApp,
    WrongSecret,
    Unknown,
    Used,
    Expired,
    OtherRedirect,
}

fn app_of(platform: Platform) -> App {
    match platform {
        Platform::Instagram => INSTAGRAM_APP,
        Platform::Threads => THREADS_APP,
        _ => FACEBOOK_APP,
    }
}

fn kind_of(platform: Platform) -> Kind {
    match platform {
        Platform::Instagram => Kind::Instagram,
        Platform::Threads => Kind::Threads,
        _ => Kind::User,
    }
}

/// Returns those who can log in. The other Page of the first person logs in nowhere.
fn people_of(platform: Platform) -> &'static [GraphAccount] {
    match platform {
        Platform::Instagram => &INSTAGRAM_ACCOUNTS,
        Platform::Threads => &THREADS_ACCOUNTS,
        _ => &FACEBOOK_ACCOUNTS[..2],
    }
}

/// `GET` and `POST` of the page: shows it, and sends the browser back with what was decided.
pub(crate) async fn authorize(State(graph): State<Arc<Graph>>, uri: Uri, body: Bytes) -> Response {
    // Facebook's page has a path that does not name it.
    let platform = Platform::of_path(uri.path()).unwrap_or(Platform::Facebook);
    let asked = Asked::of(&uri, &body);
    if let Err(words) = check(platform, &uri, &asked) {
        return consent::refused(platform, &words);
    }
    let mut target = match asked.text("redirect_uri").parse::<Url>() {
        Ok(target) => target,
        Err(error) => return consent::refused(platform, &error.to_string()),
    };
    match asked.decision() {
        Decision::Open => {
            let people: Vec<&str> = people_of(platform).iter().map(|it| it.name).collect();
            let (scopes, people) = (&asked.scopes()[..], &people[..]);
            let page = Consent {
                platform,
                scopes,
                people,
            };
            return page.html(&asked);
        }
        Decision::Denied => {
            target
                .query_pairs_mut()
                .append_pair("error", "access_denied")
                .append_pair("error_reason", "user_denied")
                .append_pair("error_description", "The user denied your request");
        }
        Decision::Allowed { person, granted } => {
            let code = graph.grant(platform, &asked, &person, &granted);
            target.query_pairs_mut().append_pair("code", &code);
        }
    }
    if let Some(state) = asked.get("state") {
        target.query_pairs_mut().append_pair("state", state);
    }
    // It is no part of the code, and whoever takes it for one is found out.
    target.set_fragment(Some("_"));
    consent::redirect(target.as_str())
}

/// Refuses what is wrong with how an application asks. The person is told, and nobody else.
fn check(platform: Platform, uri: &Uri, asked: &Asked) -> Result<(), String> {
    let segments = route::segments(uri.path());
    if let (Some(version), _) = route::split_version(&segments)
        && !route::is_served(platform, version)
    {
        return Err("This version of the API is not available".to_owned());
    }
    if asked.text("client_id") != app_of(platform).id {
        return Err("Invalid platform app: the app id is unknown".to_owned());
    }
    if asked.text("redirect_uri") != REDIRECT_URL {
        return Err(
            "Invalid redirect_uri: it is not one that is registered for the app".to_owned(),
        );
    }
    let is_facebook = platform == Platform::Facebook;
    let response_type = asked.get("response_type");
    if response_type != Some("code") && !(is_facebook && response_type.is_none()) {
        return Err("Invalid response_type: expected code".to_owned());
    }
    let known = kind_of(platform).scopes();
    let is_known = |scope: &&String| {
        let scope = scope.as_str();
        known.contains(&scope) || is_facebook && OTHER_SCOPES.contains(&scope)
    };
    let scopes = asked.scopes();
    if let Some(unknown) = scopes.iter().find(|scope| !is_known(scope)) {
        return Err(format!("Invalid Scopes: {unknown}"));
    }
    // Both of the others name a scope without which nothing works.
    if !is_facebook && !scopes.iter().any(|scope| scope == known[0]) {
        return Err(format!("Invalid Scopes: {} is needed", known[0]));
    }
    Ok(())
}

impl Graph {
    /// Returns a new code.
    fn grant(&self, platform: Platform, asked: &Asked, person: &str, granted: &[String]) -> String {
        let people = people_of(platform);
        let account = people.iter().find(|it| it.name == person);
        let mut scopes = asked.scopes();
        scopes.retain(|scope| granted.contains(scope));
        let grant = Grant {
            platform,
            redirect_url: asked.text("redirect_uri").to_owned(),
            account: *account.unwrap_or(&people[0]),
            scopes,
            issued_at: self.now(),
            is_used: false,
        };
        let code = consent::random_word();
        self.state().grants.insert(code.clone(), grant);
        code
    }
}

/// `POST /oauth/access_token` of Instagram and of Threads.
pub(crate) async fn issue(State(graph): State<Arc<Graph>>, uri: Uri, body: Bytes) -> Response {
    let Some(platform) = Platform::of_path(uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let form = Asked::read(&body);
    if form.text("grant_type") != "authorization_code" {
        return told_flatly("Invalid grant_type: expected authorization_code");
    }
    let now = graph.now();
    let mut state = graph.state();
    match state.redeem(platform, &form, now) {
        Ok(token) => {
            let text = state.give(&token, "short");
            let user_id: u64 = token.account.id.parse().unwrap_or_default();
            let mut answer = json!({"access_token": text, "user_id": user_id});
            if platform == Platform::Instagram {
                answer["permissions"] = json!(token.scopes);
            }
            Json(answer).into_response()
        }
        Err(denial) => told_flatly(match denial {
            Denial::UnknownApp => "Invalid platform app",
            Denial::WrongSecret => "Error validating client secret.",
            Denial::Unknown | Denial::Used => "Matching code was not found or was already used",
            Denial::Expired => "This authorization code has expired.",
            Denial::OtherRedirect => OTHER_REDIRECT,
        }),
    }
}

const OTHER_REDIRECT: &str = "Error validating verification code. Please make sure your \
                              redirect_uri is identical to the one you used in the OAuth dialog \
                              request";

/// The form that these two endpoints alone have ("Sample Rejected Response").
fn told_flatly(words: &str) -> Response {
    let body = json!({"error_type": "OAuthException", "code": 400, "error_message": words});
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

/// `GET /oauth/access_token` of Facebook: for a code, or for a token that lives short.
pub(crate) fn issue_at_facebook(
    state: &mut state::State,
    call: &Call,
    now: Timestamp,
) -> Result<Value, Refusal> {
    let mut form = Asked::default();
    for name in ["client_id", "client_secret", "redirect_uri", "code"] {
        form.set(name, call.params.text(name)?.unwrap_or_default());
    }
    if call.params.text("grant_type")?.as_deref() == Some("fb_exchange_token") {
        check_app(Platform::Facebook, &form).map_err(|denial| told_by_graph(call, denial))?;
        let text = call.params.required("fb_exchange_token")?;
        let token = state.tokens.get(&text).cloned();
        let token = token.filter(|token| token.kind == Kind::User);
        let token = token.ok_or_else(|| call.error(190, None))?;
        token.check_life(call, now)?;
        return Ok(state.exchange(token, now));
    }
    let redeemed = state.redeem(Platform::Facebook, &form, now);
    let token = redeemed.map_err(|denial| told_by_graph(call, denial))?;
    let text = state.give(&token, "user-short");
    Ok(json!({
        "access_token": text,
        "token_type": "bearer",
        "expires_in": SHORT_LIFETIME.as_secs(),
    }))
}

fn told_by_graph(call: &Call, denial: Denial) -> Refusal {
    let (code, subcode, words) = match denial {
        Denial::UnknownApp => (
            101,
            None,
            "Error validating application. Cannot get application info due to a system error.",
        ),
        Denial::WrongSecret => (1, None, "Error validating client secret."),
        Denial::Unknown => (100, None, "Invalid verification code format."),
        Denial::Used => (100, Some(36_009), "This authorization code has been used."),
        Denial::Expired => (100, Some(36_007), "This authorization code has expired."),
        Denial::OtherRedirect => (100, Some(36_008), OTHER_REDIRECT),
    };
    call.error(code, subcode)
        .saying(words)
        .with_status(StatusCode::BAD_REQUEST)
}

/// `GET /access_token` of Instagram and of Threads: 60 days for a token that has an hour. Of one that
/// has them already, Meta says that the session key is invalid.
pub(crate) fn exchange(
    state: &mut state::State,
    call: &Call,
    now: Timestamp,
) -> Result<Value, Refusal> {
    let grant_type = match call.platform {
        Platform::Instagram => "ig_exchange_token",
        Platform::Threads => "th_exchange_token",
        _ => return Err(Refusal::unknown_path(call.platform, "access_token")),
    };
    let is_meant = call.params.required("grant_type")? == grant_type;
    let Some(secret) = call.params.text("client_secret")?.filter(|_| is_meant) else {
        return Err(call.params.refuse("Invalid grant type or client secret"));
    };
    let token = state.token(call, now)?;
    if token.life == Life::Long {
        return Err(call.error(452, 4_279_019));
    }
    if secret != app_of(call.platform).secret {
        return Err(told_by_graph(call, Denial::WrongSecret));
    }
    Ok(state.exchange(token, now))
}

fn check_app(platform: Platform, form: &Asked) -> Result<(), Denial> {
    let app = app_of(platform);
    if form.text("client_id") != app.id {
        return Err(Denial::UnknownApp);
    }
    if form.text("client_secret") != app.secret {
        return Err(Denial::WrongSecret);
    }
    Ok(())
}

impl state::State {
    /// Returns the token that a code stands for. A code is good for one try.
    fn redeem(
        &mut self,
        platform: Platform,
        form: &Asked,
        now: Timestamp,
    ) -> Result<Token, Denial> {
        check_app(platform, form)?;
        let grant = self.grants.get_mut(form.text("code"));
        let grant = grant.filter(|grant| grant.platform == platform);
        let grant = grant.ok_or(Denial::Unknown)?;
        if std::mem::replace(&mut grant.is_used, true) {
            return Err(Denial::Used);
        }
        if elapsed(grant.issued_at, now) >= CODE_LIFETIME {
            return Err(Denial::Expired);
        }
        if grant.redirect_url != form.text("redirect_uri") {
            return Err(Denial::OtherRedirect);
        }
        Ok(Token {
            kind: kind_of(platform),
            account: grant.account,
            scopes: grant.scopes.clone(),
            issued_at: now,
            end: End::At(later(now, SHORT_LIFETIME)),
            life: Life::Short,
        })
    }

    /// Returns the text of `token`, which is good from now on. A prefix tells routes whose it is.
    fn give(&mut self, token: &Token, what: &str) -> String {
        let platform = token.kind.platform();
        let text = format!("sandbox-{platform}-{what}-{}", consent::random_word());
        self.tokens.insert(text.clone(), token.clone());
        text
    }

    /// Gives a token of 60 days for one that lives short; Facebook's can be exchanged again, and get
    /// no longer a life by it.
    fn exchange(&mut self, token: Token, now: Timestamp) -> Value {
        let what = match token.kind {
            Kind::User => "user-long",
            _ => "long",
        };
        let end = match token.life {
            Life::Short => later(now, LIFETIME),
            Life::Long => match token.end {
                End::At(end) => end,
                End::Never | End::Revoked => later(now, LIFETIME),
            },
        };
        let long = Token {
            issued_at: now,
            end: End::At(end),
            life: Life::Long,
            ..token
        };
        json!({
            "access_token": self.give(&long, what),
            "token_type": "bearer",
            "expires_in": elapsed(now, end).as_secs(),
        })
    }
}
