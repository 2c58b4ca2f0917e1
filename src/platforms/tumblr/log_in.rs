//! Logging in on Tumblr: by OAuth 1.0a, whose keys have no documented end, or by OAuth 2, whose access
//! tokens live for 42 minutes and are renewed with a refresh token that lives for 42 days.
//!
//! tumblr/docs 708be10, api.md, "Authentication", and RFC 5849, section 2, read 2026-11-23; the 42 days
//! are in docs#134.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use reqwest::RequestBuilder;
use reqwest::header::AUTHORIZATION;
use reqwest::header::HeaderValue;
use serde_json::Value;
use url::Url;
use url::form_urlencoded;

use crate::clock::Clock;
use crate::clock::later;
use crate::config::blog;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::http::Answer;
use crate::http::Http;
use crate::platforms::answer::excerpt;
use crate::platforms::answer::is_success;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::answer::unanswered;
use crate::platforms::log_in::Failure;
use crate::platforms::log_in::LogInError;
use crate::platforms::log_in::LoggedIn;
use crate::platforms::oauth::state::State;
use crate::platforms::tumblr::answer::accept;
use crate::platforms::tumblr::answer::response;
use crate::platforms::tumblr::client::Client;
use crate::platforms::tumblr::client::Login;
use crate::platforms::tumblr::no_log_in::APP;
use crate::platforms::tumblr::no_log_in::refused;
use crate::platforms::tumblr::no_log_in::unusable;
use crate::platforms::tumblr::oauth1;
use crate::platforms::tumblr::oauth1::Keys;
use crate::platforms::tumblr::oauth1::Once;
use crate::platforms::tumblr::rotation::first_session;

/// Where the API is, if nobody says otherwise.
pub(crate) const API: &str = "https://api.tumblr.com";

/// Where the pages are, and the requests of OAuth 1.0a.
const PAGES: &str = "https://www.tumblr.com";

/// What posting and looking needs, and a refresh token.
const SCOPES: &str = "basic write offline_access";

/// The application that a person has registered.
#[derive(Clone, Debug)]
pub(crate) struct App {
    /// Its consumer key.
    pub(crate) client_id: Secret,
    pub(crate) client_secret: Secret,
}

/// One log-in.
pub(crate) struct LogIn<'l> {
    pub(crate) http: &'l Arc<Http>,
    pub(crate) clock: &'l Clock,
    /// Where the API is.
    pub(crate) api: &'l Url,
    pub(crate) app: &'l App,
}

/// A token and its secret.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) token: Secret,
    pub(crate) secret: Secret,
}

/// What OAuth 2 has given.
#[derive(Clone, Debug)]
pub(crate) struct Granted {
    pub(crate) access: Secret,
    pub(crate) refresh: Option<Secret>,
    pub(crate) expires_at: Option<Timestamp>,
    /// What it may do, if the server tells.
    scopes: Option<String>,
}

impl Granted {
    /// Returns tokens that a person has brought; nobody tells what they may do.
    pub(crate) const fn pasted(access: Secret, refresh: Option<Secret>) -> Self {
        Self {
            access,
            refresh,
            expires_at: None,
            scopes: None,
        }
    }
}

/// How an account signs in from now on.
#[derive(Clone, Debug)]
pub(crate) enum Keep {
    /// Keys of OAuth 1.0a.
    Keys(Pair),
    /// Tokens of OAuth 2.
    Tokens(Granted),
}

/// A blog that may be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blog {
    /// Outlives its name.
    pub(crate) uuid: String,
    pub(crate) name: String,
    pub(crate) is_primary: bool,
}

impl LogIn<'_> {
    /// `POST /oauth/request_token`: returns what a person is to allow. `callback` is where their browser
    /// is sent back to.
    pub(crate) async fn request_token(&self, callback: &str) -> Result<Pair, LogInError> {
        let own = [("oauth_callback", callback)];
        let nobody = Secret::new("");
        self.ask_pair("request_token", &own, &nobody, "ask for a log-in")
            .await
    }

    /// Returns the address at which a person allows `request`.
    pub(crate) fn authorize(&self, request: &Pair) -> Result<Url, LogInError> {
        let mut address = self.page("oauth/authorize")?;
        address
            .query_pairs_mut()
            .append_pair("oauth_token", request.token.expose());
        Ok(address)
    }

    /// `POST /oauth/access_token`: returns the keys for what was allowed.
    pub(crate) async fn keys(&self, request: &Pair, verifier: &Secret) -> Result<Pair, LogInError> {
        let own = [
            ("oauth_token", request.token.expose()),
            ("oauth_verifier", verifier.expose()),
        ];
        self.ask_pair("access_token", &own, &request.secret, "get the keys")
            .await
    }

    /// Returns the address at which a person agrees to OAuth 2, and is sent back to `redirect`.
    pub(crate) fn authorize_oauth2(
        &self,
        redirect: &str,
        state: &State,
    ) -> Result<Url, LogInError> {
        let mut address = self.page("oauth2/authorize")?;
        address
            .query_pairs_mut()
            .append_pair("client_id", self.app.client_id.expose())
            .append_pair("response_type", "code")
            .append_pair("scope", SCOPES)
            .append_pair("state", state.expose())
            .append_pair("redirect_uri", redirect);
        Ok(address)
    }

    /// `POST /v2/oauth2/token`: exchanges the code for tokens.
    pub(crate) async fn redeem(
        &self,
        redirect: &str,
        code: &Secret,
    ) -> Result<Granted, LogInError> {
        let what = "exchange the code";
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("client_id", self.app.client_id.expose()),
            ("client_secret", self.app.client_secret.expose()),
            ("redirect_uri", redirect),
        ];
        let mut address = self.api.clone();
        address.set_path("v2/oauth2/token");
        let request = self.fresh(address, what)?.form(&form);
        let answer = self.send(request, what).await?;
        let answer = answer
            .without(self.app.client_secret.expose())
            .without(code.expose());
        if !is_success(&answer) {
            return Err(refused(&answer, what));
        }
        let told = json(&answer).unwrap_or_default();
        let text = |name| text_field(&told, name).map(Secret::new);
        let life = told["expires_in"].as_u64().map(Duration::from_secs);
        Ok(Granted {
            access: text("access_token").ok_or_else(|| unusable(what))?,
            refresh: text("refresh_token"),
            expires_at: life.map(|life| later(self.clock.now(), life)),
            scopes: text_field(&told, "scope").map(str::to_owned),
        })
    }

    /// `GET /v2/user/info`: the blogs that `keep` may write.
    pub(crate) async fn blogs(&self, keep: &Keep) -> Result<Vec<Blog>, LogInError> {
        let what = "list the blogs of the log-in";
        let login = match keep {
            Keep::Keys(keys) => Login::Signed(self.signing(&keys.token, &keys.secret)),
            Keep::Tokens(granted) => Login::Bearer(granted.access.clone()),
        };
        let client = Client::new(
            Arc::clone(self.http),
            self.api.clone(),
            String::new(),
            login,
        );
        let answer = client.user_info(self.clock).await;
        let answer = answer.and_then(|answer| accept(answer, self.clock.now()));
        let answer = answer.map_err(|error| LogInError::of(&error, what).hint(APP))?;
        let user = response(&answer).unwrap_or_default();
        let blogs = user.pointer("/user/blogs").and_then(Value::as_array);
        let blogs = blogs.map_or(&[][..], Vec::as_slice);
        Ok(blogs.iter().filter_map(blog_in).collect())
    }

    /// Returns the account of `blog`.
    pub(crate) fn logged_in(&self, blog: Blog, keep: Keep) -> Result<LoggedIn, LogInError> {
        let app = [
            (SecretField::ClientId, self.app.client_id.clone()),
            (SecretField::ClientSecret, self.app.client_secret.clone()),
        ];
        let (mut secrets, mut notes, mut session) = (Vec::new(), Vec::new(), None);
        match keep {
            Keep::Keys(keys) => {
                secrets.push((SecretField::Token, keys.token));
                secrets.push((SecretField::TokenSecret, keys.secret));
            }
            Keep::Tokens(granted) => {
                notes.extend(lacking(&granted)?);
                if let Some(refresh) = granted.refresh {
                    let (access, end) = (&granted.access, granted.expires_at);
                    let now = self.clock.now();
                    session = Some(first_session(self.api, access, &refresh, end, now));
                    secrets.push((SecretField::RefreshToken, refresh));
                }
                secrets.push((SecretField::Token, granted.access));
            }
        }
        secrets.extend(app);
        Ok(LoggedIn {
            // By its name, which its address is made of.
            settings: vec![(
                "blog",
                blog::parse(&blog.name).unwrap_or_else(|| blog.uuid.clone()),
            )],
            secrets,
            who: blog.name,
            stable_id: blog.uuid,
            // Keys have none, and tokens are renewed as long as somebody posts.
            expires_at: None,
            session,
            notes,
        })
    }

    /// Sends a signed request that a pair answers.
    async fn ask_pair(
        &self,
        name: &str,
        own: &[(&str, &str)],
        token_secret: &Secret,
        what: &str,
    ) -> Result<Pair, LogInError> {
        let address = self.page(&format!("oauth/{name}"))?;
        let keys = self.signing(&Secret::new(""), token_secret);
        let once = Once {
            timestamp: self.clock.now().as_second(),
            nonce: format!("{:032x}", fastrand::u128(..)),
        };
        let header = oauth1::authorization_with(own, "POST", &address, &keys, &once);
        let bad = |_| LogInError::new(Failure::Refused, "no header can hold the consumer key", APP);
        let mut header = HeaderValue::from_str(&header).map_err(bad)?;
        header.set_sensitive(true);
        let request = self.fresh(address, what)?.header(AUTHORIZATION, header);
        let answer = self.send(request, what).await?;
        let secrets = own.iter().filter(|(name, _)| *name != "oauth_callback");
        let answer = secrets.fold(answer, |answer, (_, secret)| answer.without(secret));
        if !is_success(&answer) {
            return Err(refused(&answer, what));
        }
        pair_in(&answer).ok_or_else(|| unusable(what))
    }

    fn signing(&self, token: &Secret, token_secret: &Secret) -> Keys {
        Keys {
            client_id: self.app.client_id.clone(),
            client_secret: self.app.client_secret.clone(),
            token: token.clone(),
            token_secret: token_secret.clone(),
        }
    }

    /// Returns the address of a page, which is at Tumblr's only while the API is. Anywhere else, as in
    /// the sandbox, it is on the same server.
    fn page(&self, path: &str) -> Result<Url, LogInError> {
        let address = if self.api.origin().ascii_serialization() == API {
            Url::parse(&format!("{PAGES}/{path}"))
        } else {
            self.api.join(&format!("/tumblr/{path}"))
        };
        address.map_err(|_| unusable("log in"))
    }

    fn fresh(&self, address: Url, what: &str) -> Result<RequestBuilder, LogInError> {
        let request = self.http.request_on_fresh_connection(Method::POST, address);
        request
            .map_err(unanswered)
            .map_err(|error| LogInError::of(&error, what))
    }

    async fn send(&self, request: RequestBuilder, what: &str) -> Result<Answer, LogInError> {
        let answer = self.http.send(request).await.map_err(unanswered);
        answer.map_err(|error| LogInError::of(&error, what))
    }
}

/// Returns the error that there is no such blog among `blogs`.
pub(crate) fn no_blog(wanted: &str, blogs: &[Blog]) -> LogInError {
    let names: Vec<String> = blogs
        .iter()
        .map(|blog| format!("`{}`", blog.name))
        .collect();
    LogInError::new(
        Failure::Refused,
        format!("`{wanted}` is none of the blogs of this log-in"),
        if names.is_empty() {
            "it may write no blog; make one on Tumblr first".to_owned()
        } else {
            format!("its blogs are {}", names.join(", "))
        },
    )
}

pub(crate) fn blog_in(blog: &Value) -> Option<Blog> {
    let uuid = text_field(blog, "uuid").map(excerpt)?;
    Some(Blog {
        name: text_field(blog, "name").map_or_else(|| uuid.clone(), excerpt),
        uuid,
        is_primary: blog["primary"] == true,
    })
}

/// Reads the form that OAuth 1.0a answers with.
pub(crate) fn pair_in(answer: &Answer) -> Option<Pair> {
    let of = |name: &str| {
        let mut pairs = form_urlencoded::parse(&answer.body);
        let found = pairs.find(|(known, _)| known == name);
        let value = found.map(|(_, value)| value.into_owned());
        value.filter(|value| !value.is_empty()).map(Secret::new)
    };
    Some(Pair {
        token: of("oauth_token")?,
        secret: of("oauth_token_secret")?,
    })
}

/// Returns what a person should know who did not agree to everything.
fn lacking(granted: &Granted) -> Result<Option<String>, LogInError> {
    let scopes = granted.scopes.as_deref();
    let has = |scope| scopes.is_none_or(|it| it.split_whitespace().any(|it| it == scope));
    if !has("write") {
        return Err(LogInError::new(
            Failure::Refused,
            "the token may not post: `write` is missing",
            "start again, and leave everything ticked",
        ));
    }
    let ends = "there is no refresh token, so that this log-in ends after 42 minutes; `offline_access` was \
                not granted";
    Ok(granted.refresh.is_none().then(|| ends.to_owned()))
}
