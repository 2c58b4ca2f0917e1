//! Logging in on a Mastodon server: the application is registered, a person agrees in a browser, and
//! the code that comes back is exchanged for a token that has no end
//! (docs.joinmastodon.org/client/authorized, /methods/oauth and /methods/apps, read 2026-11-25).

use reqwest::Method;
use serde_json::Value;
use url::Url;

use crate::clock::Clock;
use crate::config::apps::App;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::http::Answer;
use crate::http::Http;
use crate::platforms::answer::excerpt;
use crate::platforms::answer::is_success;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::answer::unanswered;
use crate::platforms::answer::unusable;
use crate::platforms::log_in::Failure;
use crate::platforms::log_in::LogInError;
use crate::platforms::log_in::LoggedIn;
use crate::platforms::mastodon::answer::accept;
use crate::platforms::mastodon::client::address;
use crate::platforms::mastodon::client::id_of;
use crate::platforms::oauth::pkce;
use crate::platforms::oauth::pkce::Pkce;
use crate::platforms::oauth::state::State;
use crate::publish::PublishError;

/// Shows the code on a page of the server's, for a person to copy.
pub(crate) const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// The path of the redirect to this machine.
pub(crate) const REDIRECT_PATH: &str = "/callback";

/// The redirect to this machine as it is registered. The port does not count where both addresses are
/// loopback numbers (doorkeeper's `uri_checker.rb`, read 2026-11-23).
const ON_ANY_PORT: &str = "http://127.0.0.1/callback";

/// What posting and looking needs, and no more. `profile` is told whose the token is, since 4.3
/// (docs.joinmastodon.org/api/oauth-scopes, read 2026-11-25).
const SCOPES: &str = "profile read:statuses write:statuses write:media";

/// The same before there was `profile`.
const SCOPES_BEFORE_4_3: &str = "read:accounts read:statuses write:statuses write:media";

/// Who the person at the browser is told asks.
const CLIENT_NAME: &str = "hayon";

/// What is told of a server that answers as no Mastodon server does.
const IS_IT_ONE: &str = "is it the address of a Mastodon server? it is what stands behind the last \
                         `@` of a handle, such as `mastodon.social`";

/// One server, to log in on.
pub(crate) struct Server<'s> {
    pub(crate) http: &'s Http,
    pub(crate) instance: &'s Url,
    pub(crate) clock: &'s Clock,
}

/// What an exchange has given.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) token: Secret,
    /// What the token may do, if the server tells.
    scopes: Option<String>,
}

impl Granted {
    /// Returns a token that a person has brought; nobody tells what it may do.
    pub(crate) const fn pasted(token: Secret) -> Self {
        Self {
            token,
            scopes: None,
        }
    }
}

impl Server<'_> {
    /// Returns the scopes to ask for. Since 4.3 a server tells which it has (RFC 8414); others tell
    /// nothing.
    pub(crate) async fn scopes(&self) -> Result<&'static str, LogInError> {
        let answer = self.get("/.well-known/oauth-authorization-server").await?;
        let told = json(&answer).filter(|_| is_success(&answer));
        let told = told.as_ref().and_then(|told| told.get("scopes_supported"));
        let told = told.and_then(Value::as_array);
        let has_profile = told.is_some_and(|told| told.iter().any(|scope| scope == "profile"));
        Ok(if has_profile {
            SCOPES
        } else {
            SCOPES_BEFORE_4_3
        })
    }

    /// `POST /api/v1/apps`. A server takes five in ten minutes from one place (Mastodon's
    /// `rack_attack.rb`, read 2026-11-23), so what comes of it is to be kept. `port` is where this
    /// machine will listen if it can: some servers want the very address.
    pub(crate) async fn register(&self, scopes: &str, port: u16) -> Result<App, LogInError> {
        let here = format!("http://127.0.0.1:{port}{REDIRECT_PATH}");
        let redirects = format!("{ON_ANY_PORT}\n{here}\n{OUT_OF_BAND}");
        let form = [
            ("client_name", CLIENT_NAME),
            ("redirect_uris", redirects.as_str()),
            ("scopes", scopes),
        ];
        let what = format!("register at `{}`", self.origin());
        let answer = self.post("/api/v1/apps", &form, &what).await?;
        let told = json(&answer).unwrap_or_default();
        let app = || {
            Some(App {
                client_id: Secret::new(text_field(&told, "client_id")?),
                client_secret: Secret::new(text_field(&told, "client_secret")?),
                scopes: scopes.to_owned(),
                port,
            })
        };
        app().ok_or_else(|| self.is_none(&unusable(&answer, "a registered application")))
    }

    /// Whether the server still knows `app`, by a token that nobody's account stands behind
    /// (docs.joinmastodon.org/client/token, read 2026-11-25).
    pub(crate) async fn knows(&self, app: &App) -> Result<bool, LogInError> {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", app.client_id.expose()),
            ("client_secret", app.client_secret.expose()),
            ("redirect_uri", OUT_OF_BAND),
            ("scope", app.scopes.as_str()),
        ];
        let answer = self.send("/oauth/token", &form).await;
        let answer = answer.map_err(|error| self.is_none(&error))?;
        let error = json(&answer).and_then(|told| Some(text_field(&told, "error")?.to_owned()));
        Ok(answer.status != 401 && error.as_deref() != Some("invalid_client"))
    }

    /// Returns the address at which a person agrees, and is sent back to `redirect`.
    pub(crate) fn authorize(&self, app: &App, redirect: &str, state: &State, pkce: &Pkce) -> Url {
        let mut address = address(self.instance, "/oauth/authorize");
        address
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", app.client_id.expose())
            .append_pair("redirect_uri", redirect)
            .append_pair("scope", &app.scopes)
            .append_pair("state", state.expose())
            .append_pair("code_challenge", &pkce.challenge)
            .append_pair("code_challenge_method", pkce::METHOD);
        address
    }

    /// `POST /oauth/token`: exchanges the code for a token.
    pub(crate) async fn exchange(
        &self,
        app: &App,
        redirect: &str,
        code: &Secret,
        pkce: &Pkce,
    ) -> Result<Granted, LogInError> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("client_id", app.client_id.expose()),
            ("client_secret", app.client_secret.expose()),
            ("redirect_uri", redirect),
            ("code_verifier", pkce.verifier.expose()),
        ];
        let what = format!("exchange the code at `{}`", self.origin());
        let answer = self
            .post("/oauth/token", &form, &what)
            .await
            .map_err(|error| {
                let hint = "a code is good once and for minutes only: start again";
                LogInError {
                    failure: Failure::Refused,
                    ..error
                }
                .hint(hint)
            })?;
        let told = json(&answer).unwrap_or_default();
        let token = text_field(&told, "access_token").map(Secret::new);
        let token = token.ok_or_else(|| self.is_none(&unusable(&answer, "a token")))?;
        let scopes = text_field(&told, "scope").map(excerpt);
        Ok(Granted { token, scopes })
    }

    /// Asks whose the token is that `granted` has.
    pub(crate) async fn logged_in(
        &self,
        granted: Granted,
        asked: &str,
    ) -> Result<LoggedIn, LogInError> {
        let own = address(self.instance, "/api/v1/accounts/verify_credentials");
        let request = self.http.request(Method::GET, own).map_err(unanswered);
        let request = request.map_err(|error| self.is_none(&error))?;
        let answer = self.http.send(request.bearer_auth(granted.token.expose()));
        let answer = answer.await.map_err(unanswered);
        let answer = answer.and_then(|answer| accept(answer, self.clock.now()));
        let what = format!("read whose the token is, at `{}`", self.origin());
        let answer = answer.map_err(|error| {
            LogInError::of(&error, &what).hint_unless_limited(&error, NEEDS_PROFILE)
        })?;
        let own = json(&answer).unwrap_or_default();
        let (Some(id), Some(name)) = (id_of(&own), text_field(&own, "acct")) else {
            return Err(self.is_none(&unusable(&answer, "an account")));
        };
        let who = self.handle_of(&excerpt(name));
        Ok(LoggedIn {
            settings: vec![("instance", self.origin()), ("handle", who.clone())],
            notes: lacking(asked, granted.scopes.as_deref()),
            secrets: vec![(SecretField::Token, granted.token)],
            who,
            stable_id: id,
            expires_at: None,
            session: None,
        })
    }

    /// `POST /oauth/revoke`: ends a token of `app`. Doing it twice is the same as once.
    pub(crate) async fn revoke(&self, app: &App, token: &Secret) -> Result<(), LogInError> {
        let form = [
            ("client_id", app.client_id.expose()),
            ("client_secret", app.client_secret.expose()),
            ("token", token.expose()),
        ];
        let what = format!("revoke the token at `{}`", self.origin());
        self.post("/oauth/revoke", &form, &what).await.map(|_| ())
    }

    fn origin(&self) -> String {
        self.instance.origin().ascii_serialization()
    }

    /// A server names its own accounts without itself.
    fn handle_of(&self, name: &str) -> String {
        if name.contains('@') {
            return format!("@{name}");
        }
        let host = self.instance.host_str().unwrap_or_default();
        match self.instance.port() {
            Some(port) => format!("@{name}@{host}:{port}"),
            None => format!("@{name}@{host}"),
        }
    }

    /// Returns the error that what answers here is no Mastodon server, or nothing does.
    fn is_none(&self, error: &PublishError) -> LogInError {
        let what = format!("log in at `{}`", self.origin());
        LogInError::of(error, &what).hint_unless_limited(error, IS_IT_ONE)
    }

    async fn get(&self, path: &str) -> Result<Answer, LogInError> {
        let request = self.http.request(Method::GET, address(self.instance, path));
        let request = request
            .map_err(unanswered)
            .map_err(|it| self.is_none(&it))?;
        let answer = self.http.send(request).await.map_err(unanswered);
        answer.map_err(|error| self.is_none(&error))
    }

    async fn post(
        &self,
        path: &str,
        form: &[(&str, &str)],
        what: &str,
    ) -> Result<Answer, LogInError> {
        let answer = self.send(path, form).await;
        let answer = answer.and_then(|answer| accept(answer, self.clock.now()));
        answer.map_err(|error| LogInError::of(&error, what).hint_unless_limited(&error, IS_IT_ONE))
    }

    async fn send(&self, path: &str, form: &[(&str, &str)]) -> Result<Answer, PublishError> {
        let address = address(self.instance, path);
        let request = self.http.request_on_fresh_connection(Method::POST, address);
        let request = request.map_err(unanswered)?.form(form);
        let answer = self.http.send(request).await.map_err(unanswered)?;
        let secret =
            |name: &str| matches!(name, "client_secret" | "code" | "code_verifier" | "token");
        let sent = form.iter().filter(|(name, _)| secret(name));
        Ok(sent.fold(answer, |answer, (_, secret)| answer.without(secret)))
    }
}

/// What to do about a token that may not tell whose it is.
const NEEDS_PROFILE: &str = "the token needs the scopes `read`, `write:statuses` and `write:media`; leave \
                             it out to make one in the browser";

/// Returns what a person is told if `granted` is less than `asked`. `write` stands for every `write:…`.
fn lacking(asked: &str, granted: Option<&str>) -> Vec<String> {
    let Some(granted) = granted else {
        return Vec::new();
    };
    let has = |scope: &str| {
        let family = scope.split(':').next();
        granted
            .split_whitespace()
            .any(|it| it == scope || Some(it) == family)
    };
    let lacking = asked.split_whitespace().filter(|scope| !has(scope));
    let lacking: Vec<String> = lacking.map(|scope| format!("`{scope}`")).collect();
    if lacking.is_empty() {
        return Vec::new();
    }
    vec![format!("the server did not grant {}", lacking.join(", "))]
}
