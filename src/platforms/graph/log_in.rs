//! Logging in at Meta: a person agrees in a browser, the code that comes back is exchanged for a token
//! that lives for an hour, and that one for another that lives for 60 days.
//!
//! developers.facebook.com, Instagram business login, Threads "get access tokens" and "long-lived
//! tokens", read 2026-11-23. This is the log-in that Instagram and Threads have each of their own; that
//! at Facebook leads to Pages, and is in [`crate::platforms::facebook::log_in`].

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use reqwest::RequestBuilder;
use serde_json::Value;
use url::Url;

use crate::clock::Clock;
use crate::clock::elapsed;
use crate::clock::later;
use crate::config::secret::Secret;
use crate::config::sessions::StoredSession;
use crate::http::Answer;
use crate::http::Http;
use crate::platforms::answer::excerpt;
use crate::platforms::answer::is_success;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::answer::unanswered;
use crate::platforms::answer::unusable;
use crate::platforms::graph::answer::Phase;
use crate::platforms::graph::answer::accept;
use crate::platforms::graph::answer::code_of;
use crate::platforms::graph::client::Client;
use crate::platforms::graph::refused::refused;
use crate::platforms::graph::scopes::Scope;
use crate::platforms::graph::scopes::scope_list;
use crate::platforms::graph::token::Token;
use crate::platforms::graph::token::first_session;
use crate::platforms::log_in::Failure;
use crate::platforms::log_in::LogInError;
use crate::platforms::oauth::state::State;
use crate::publish::PublishError;

/// What lives shorter than this is a token as a log-in gives it, of an hour or two.
const SHORT_LIFE_MAX: Duration = Duration::from_hours(3);

/// How long a token lives at most that was lengthened, or made in an app's dashboard: 60 days
/// (developers.facebook.com, "Long-Lived Access Tokens" of Instagram and of Threads, read 2026-11-23).
const LONG_LIFE: Duration = Duration::from_hours(60 * 24);

/// The longest life of a token that is believed.
const LIFE_MAX: Duration = Duration::from_hours(365 * 24);

/// What Meta says of a token that is to be exchanged and lives for 60 days already.
const LONG_ALREADY: (i64, Option<i64>) = (452, Some(4_279_019));

/// The application that a person has registered with Meta, to log in with.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) secret: Secret,
}

/// A log-in as the platform documents it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    pub(crate) platform: &'static str,
    /// Where its API is, if nobody says otherwise.
    pub(crate) api: &'static str,
    pub(crate) version: &'static str,
    /// The page on which a person agrees.
    pub(crate) authorize: &'static str,
    /// Where a code is exchanged.
    pub(crate) token: &'static str,
    /// How a token of 60 days is asked for.
    pub(crate) exchange: &'static str,
    /// Whether `GET /debug_token` is documented for it.
    pub(crate) tells_of_tokens: bool,
    pub(crate) scopes: &'static [Scope],
}

/// One log-in.
pub(crate) struct LogIn<'l> {
    pub(crate) http: &'l Arc<Http>,
    pub(crate) clock: &'l Clock,
    /// Where the API is.
    pub(crate) api: &'l Url,
    pub(crate) way: &'static Way,
}

/// A token, and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Granted {
    pub(crate) token: Secret,
    /// What it may do, if anybody has told.
    pub(crate) scopes: Option<Vec<String>>,
    /// When it ends, if anybody has told.
    pub(crate) expires_at: Option<Timestamp>,
}

impl Granted {
    /// Returns a token of which nothing is known.
    pub(crate) const fn unknown(token: Secret) -> Self {
        Self {
            token,
            scopes: None,
            expires_at: None,
        }
    }

    /// Whether it is one that a log-in gives, for an hour or two.
    pub(crate) fn lives_short(&self, now: Timestamp) -> Option<bool> {
        let end = self.expires_at?;
        Some(elapsed(now, end) < SHORT_LIFE_MAX)
    }
}

/// Returns the address of `page`, which is at Meta's only while `api` is. Anywhere else, as in the
/// sandbox, it is on the same server, at `path`.
pub(crate) fn beside(api: &Url, usual_api: &str, page: &str, path: &str) -> Option<Url> {
    let usual = Url::parse(usual_api).ok()?;
    if api.origin() == usual.origin() {
        return Url::parse(page).ok();
    }
    let mut address = api.clone();
    address.set_path(path);
    address.set_query(None);
    Some(address)
}

impl LogIn<'_> {
    /// Returns the address at which a person agrees, and is sent back to `redirect`.
    pub(crate) fn authorize(
        &self,
        app_id: &str,
        redirect: &str,
        state: &State,
    ) -> Result<Url, LogInError> {
        let mut address = self.address(self.way.authorize, "authorize")?;
        address
            .query_pairs_mut()
            .append_pair("client_id", app_id)
            .append_pair("redirect_uri", redirect)
            .append_pair("response_type", "code")
            .append_pair("scope", &scope_list(self.way.scopes))
            .append_pair("state", state.expose());
        Ok(address)
    }

    /// `POST /oauth/access_token`: exchanges the code for a token of an hour.
    pub(crate) async fn redeem(
        &self,
        app: &App,
        redirect: &str,
        code: &Secret,
    ) -> Result<Granted, LogInError> {
        let form = [
            ("client_id", app.id.as_str()),
            ("client_secret", app.secret.expose()),
            ("grant_type", "authorization_code"),
            ("redirect_uri", redirect),
            ("code", code.expose()),
        ];
        let address = self.address(self.way.token, "access_token")?;
        let request = self.fresh(Method::POST, address, "exchange the code")?;
        let secrets = [&app.secret, code];
        let told = self
            .told(request.form(&form), &secrets, "exchange the code")
            .await?;
        // Documented inside a list, and seen without it.
        let told = told.pointer("/data/0").cloned().unwrap_or(told);
        self.granted(&told, "exchange the code")
    }

    /// `GET /access_token`: exchanges a token of an hour for one of 60 days. One that lives as long
    /// already stays as it is.
    pub(crate) async fn lengthen(
        &self,
        secret: &Secret,
        short: Granted,
    ) -> Result<Granted, LogInError> {
        let what = "exchange the token for one that lives for 60 days";
        let mut address = self.api.clone();
        address.set_path("access_token");
        address
            .query_pairs_mut()
            .append_pair("grant_type", self.way.exchange)
            .append_pair("client_secret", secret.expose())
            .append_pair("access_token", short.token.expose());
        let request = self.fresh(Method::GET, address, what)?;
        let answer = self.http.send(request).await.map_err(unanswered);
        let answer = answer.map_err(|error| LogInError::of(&error, what))?;
        let answer = answer
            .without(secret.expose())
            .without(short.token.expose());
        if code_of(&answer) == Some(LONG_ALREADY) {
            return Ok(short);
        }
        let told = accepted(&answer, what)?;
        let long = self.granted(&told, what)?;
        Ok(Granted {
            scopes: long.scopes.or(short.scopes),
            ..long
        })
    }

    /// `GET /debug_token`: what a token may do, and when it ends, where the platform tells.
    pub(crate) async fn look_at(&self, granted: Granted) -> Granted {
        if !self.way.tells_of_tokens {
            return granted;
        }
        let client = self.client(&granted.token);
        look_at(&client, granted, self.clock).await
    }

    /// `GET /me`: whose the token is, by `fields`.
    pub(crate) async fn me(&self, token: &Secret, fields: &str) -> Result<Value, LogInError> {
        let client = self.client(token);
        let answer = client.get("me", &[("fields", fields)], self.clock).await;
        let answer = answer.and_then(|it| accept(it, Phase::Reading, self.clock.now()));
        let what = format!("read whose the token is, on {}", self.way.platform);
        let answer = answer.map_err(|error| self.no_token(&error, &what))?;
        Ok(json(&answer).unwrap_or_default())
    }

    /// Returns what is kept of the token beside itself: when it ends, or ends at the latest where nobody
    /// tells, so that somebody is warned even if it is never renewed.
    pub(crate) fn session(&self, granted: &Granted) -> StoredSession {
        let now = self.clock.now();
        let end = granted.expires_at.unwrap_or_else(|| later(now, LONG_LIFE));
        first_session(self.api, &granted.token, now, end)
    }

    /// Returns the error for an answer that says nothing of whose the token is.
    pub(crate) fn nobody(&self) -> LogInError {
        LogInError::new(
            Failure::Unusable,
            format!("{} does not tell whose the token is", self.way.platform),
            format!("is `{}` the right address?", self.origin()),
        )
    }

    fn origin(&self) -> String {
        self.api.origin().ascii_serialization()
    }

    fn no_token(&self, error: &PublishError, what: &str) -> LogInError {
        let platform = self.way.platform;
        let told = LogInError::of(error, what);
        match error {
            PublishError::LoginNeeded(_) => told.hint(format!(
                "the token is not one of {platform}'s own log-in, or has ended: make another one in the \
                 app's dashboard"
            )),
            _ => told,
        }
    }

    fn client(&self, token: &Secret) -> Client {
        let token = Token::lasting(token.clone());
        Client::new(Arc::clone(self.http), self.api, self.way.version, token)
    }

    fn address(&self, page: &str, name: &str) -> Result<Url, LogInError> {
        let platform = self.way.platform.to_lowercase();
        let path = format!("{platform}/oauth/{name}");
        beside(self.api, self.way.api, page, &path).ok_or_else(|| self.nobody())
    }

    fn fresh(
        &self,
        method: Method,
        address: Url,
        what: &str,
    ) -> Result<RequestBuilder, LogInError> {
        let request = self.http.request_on_fresh_connection(method, address);
        request
            .map_err(unanswered)
            .map_err(|error| LogInError::of(&error, what))
    }

    async fn told(
        &self,
        request: RequestBuilder,
        secrets: &[&Secret],
        what: &str,
    ) -> Result<Value, LogInError> {
        told(self.http, request, secrets, what).await
    }

    fn granted(&self, told: &Value, what: &str) -> Result<Granted, LogInError> {
        granted(told, self.clock.now()).ok_or_else(|| no_token_in(what))
    }
}

/// Sends a request of a log-in; `secrets` are what it holds.
pub(crate) async fn told(
    http: &Http,
    request: RequestBuilder,
    secrets: &[&Secret],
    what: &str,
) -> Result<Value, LogInError> {
    let answer = http.send(request).await.map_err(unanswered);
    let answer = answer.map_err(|error| LogInError::of(&error, what))?;
    let answer = secrets
        .iter()
        .fold(answer, |answer, secret| answer.without(secret.expose()));
    accepted(&answer, what)
}

fn accepted(answer: &Answer, what: &str) -> Result<Value, LogInError> {
    match json(answer).filter(|told| is_success(answer) && told.get("error").is_none()) {
        Some(told) => Ok(told),
        None if is_success(answer) && json(answer).is_none() => {
            Err(LogInError::of(&unusable(answer, "a token"), what))
        }
        None => Err(refused(answer, what)),
    }
}

/// Returns the error for an answer that reports success and has no token.
pub(crate) fn no_token_in(what: &str) -> LogInError {
    LogInError::new(
        Failure::Unusable,
        format!("cannot {what}: there is no token in the answer"),
        "is the address that of Meta's API?",
    )
}

/// Returns the token in an answer.
pub(crate) fn granted(told: &Value, now: Timestamp) -> Option<Granted> {
    let life = told["expires_in"].as_u64().map(Duration::from_secs);
    let token = text_field(told, "access_token")?;
    // Scopes are shown, and kept where no secret is.
    let scopes = scopes_in(&told["permissions"]).map(|mut scopes| {
        scopes.retain(|scope| !scope.contains(token));
        scopes
    });
    Some(Granted {
        token: Secret::new(token),
        scopes,
        expires_at: life.map(|life| later(now, life.min(LIFE_MAX))),
    })
}

/// Reads scopes, which come as a list or between commas.
fn scopes_in(told: &Value) -> Option<Vec<String>> {
    if let Some(text) = told.as_str() {
        let scopes = text.split(',').map(str::trim);
        return Some(scopes.map(excerpt).collect());
    }
    let scopes = told.as_array()?.iter().filter_map(Value::as_str);
    Some(scopes.map(excerpt).collect())
}

/// `GET /debug_token`: what a token may do, and when it ends. It may ask about itself; what is not told
/// stays as it is known.
pub(crate) async fn look_at(client: &Client, granted: Granted, clock: &Clock) -> Granted {
    let query = [("input_token", granted.token.expose())];
    let answer = client.get_if_quick("debug_token", &query, clock).await;
    let told = answer.filter(is_success).as_ref().and_then(json);
    let told = told.unwrap_or_default();
    let data = &told["data"];
    let end = data["expires_at"].as_i64().filter(|end| *end > 0);
    Granted {
        token: granted.token,
        scopes: scopes_in(&data["scopes"]).or(granted.scopes),
        expires_at: end
            .and_then(|end| Timestamp::from_second(end).ok())
            .or(granted.expires_at),
    }
}

/// Returns an id, which comes as a number or as a text.
pub(crate) fn id_in(value: &Value) -> Option<String> {
    let text = value.as_str().map(str::to_owned);
    let id = text.or_else(|| value.as_u64().map(|id| id.to_string()))?;
    let is_number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then_some(id)
}
