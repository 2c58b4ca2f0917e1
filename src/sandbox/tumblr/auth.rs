//! Who asks: a request that is signed (OAuth 1.0a, RFC 5849), or one with an access token of OAuth 2.

use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::Uri;
use axum::http::header::AUTHORIZATION;
use axum::http::header::CONTENT_TYPE;
use axum::http::header::HOST;
use axum::http::header::USER_AGENT;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Hmac;
use hmac::KeyInit as _;
use hmac::Mac as _;
use sha1::Sha1;
use url::form_urlencoded;

use crate::sandbox::accounts::TUMBLR_BLOGS;
use crate::sandbox::accounts::TUMBLR_CLIENT_ID;
use crate::sandbox::accounts::TUMBLR_CLIENT_SECRET;
use crate::sandbox::accounts::TumblrBlog;
use crate::sandbox::tumblr::Tumblr;
use crate::sandbox::tumblr::refusal::Refusal;

/// How far the time of a signature may be from the server's.
const SECONDS_APART_MAX: i64 = 300;

/// What of a request says who asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asking<'a> {
    pub(crate) method: &'a Method,
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// A request that was signed with the application's keys, and with those of a token if it names one.
#[derive(Debug)]
pub(crate) struct Signed {
    pub(crate) token: Option<String>,
    fields: Vec<(String, String)>,
}

impl Signed {
    /// Returns a field of the header.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        field(&self.fields, name)
    }
}

/// Who asks with a token, and what the token may do.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    /// Their first blog.
    pub(crate) blog: TumblrBlog,
    pub(crate) may_write: bool,
}

impl Tumblr {
    /// Returns who asks.
    pub(crate) fn authorize(&self, asking: Asking<'_>) -> Result<Asker, Refusal> {
        if !asking.headers.contains_key(USER_AGENT) {
            return Err(Refusal::forbidden("User-Agent required"));
        }
        let header = authorization(asking.headers);
        let asker = if let Some(token) = header.strip_prefix("Bearer ") {
            self.bearer(token)
        } else {
            self.signer(asking)
        };
        asker.ok_or_else(Refusal::unauthorized)
    }

    /// Returns who asks, where an API key would do.
    pub(crate) fn authorize_to_read(&self, asking: Asking<'_>) -> Result<Option<Asker>, Refusal> {
        let query = asking.uri.query().unwrap_or_default().as_bytes();
        let mut query = form_urlencoded::parse(query);
        let key = query.find_map(|(name, value)| (name == "api_key").then_some(value));
        if key.is_some_and(|key| key == TUMBLR_CLIENT_ID) {
            return Ok(None);
        }
        self.authorize(asking).map(Some)
    }

    fn bearer(&self, token: &str) -> Option<Asker> {
        let mut blogs = TUMBLR_BLOGS.into_iter();
        if let Some(blog) = blogs.find(|blog| blog.access_token == token) {
            let may_write = true;
            return Some(Asker { blog, may_write });
        }
        let state = self.state();
        let bearer = state.bearers.get(token)?;
        bearer.asker(self.clock.now())
    }

    fn signer(&self, asking: Asking<'_>) -> Option<Asker> {
        let given = |token: &str| self.state().keys.get(token).cloned();
        let secret = |token: Option<&str>| {
            let mut blogs = TUMBLR_BLOGS.into_iter();
            let built_in = blogs.find(|blog| Some(blog.token) == token);
            let built_in = built_in.map(|blog| blog.token_secret.to_owned());
            built_in.or_else(|| given(token?).map(|keys| keys.secret))
        };
        let token = self.signed(asking, secret).ok()?.token?;
        let mut blogs = TUMBLR_BLOGS.into_iter();
        let built_in = blogs.find(|blog| blog.token == token);
        let blog = built_in.or_else(|| Some(given(&token)?.blog))?;
        let may_write = true;
        Some(Asker { blog, may_write })
    }

    /// Returns a request whose signature is right; `secret` knows what goes with each token, and with
    /// none. What is wrong is said as Tumblr says it.
    pub(crate) fn signed(
        &self,
        asking: Asking<'_>,
        secret: impl Fn(Option<&str>) -> Option<String>,
    ) -> Result<Signed, &'static str> {
        let header = authorization(asking.headers);
        let fields = header.strip_prefix("OAuth ").map(fields);
        let fields = fields.ok_or("oauth_consumer_key is missing")?;
        let of = |name: &str| field(&fields, name);
        let is_version_1 = of("oauth_version").is_none_or(|version| version == "1.0");
        if of("oauth_signature_method") != Some("HMAC-SHA1") || !is_version_1 {
            return Err("Missing or invalid oauth_signature_method");
        }
        let timestamp: Option<i64> = of("oauth_timestamp").and_then(|it| it.parse().ok());
        let apart = timestamp.map(|it| (self.clock.now().as_second() - it).abs());
        if apart.is_none_or(|apart| apart > SECONDS_APART_MAX) {
            return Err("Missing or invalid oauth_timestamp");
        }
        if of("oauth_consumer_key") != Some(TUMBLR_CLIENT_ID) {
            return Err("oauth_consumer_key not recognized");
        }
        let token = of("oauth_token").filter(|token| !token.is_empty());
        let secret = secret(token).ok_or("Missing or invalid oauth_token")?;
        let key = format!("{}&{}", escape(TUMBLR_CLIENT_SECRET), escape(&secret));
        let wrong = "oauth_signature does not match expected value";
        let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).map_err(|_| wrong)?;
        mac.update(base_string(asking, &fields).ok_or(wrong)?.as_bytes());
        let given = of("oauth_signature").and_then(|it| STANDARD.decode(it).ok());
        mac.verify_slice(&given.unwrap_or_default())
            .map_err(|_| wrong)?;
        let nonce = of("oauth_nonce").ok_or("Missing or invalid oauth_nonce")?;
        let nonce = format!("{} {nonce}", timestamp.unwrap_or_default());
        if !self.state().nonces.insert(nonce) {
            return Err("oauth_nonce already used");
        }
        Ok(Signed {
            token: token.map(str::to_owned),
            fields,
        })
    }
}

fn authorization(headers: &HeaderMap) -> &str {
    let header = headers.get(AUTHORIZATION);
    header
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn field<'f>(fields: &'f [(String, String)], name: &str) -> Option<&'f str> {
    let found = fields.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

/// Returns the fields of an `Authorization` header (section 3.5.1).
fn fields(header: &str) -> Vec<(String, String)> {
    let fields = header
        .split(',')
        .filter_map(|field| field.trim().split_once('='));
    fields
        .map(|(name, value)| (unescape(name), unescape(value.trim_matches('"'))))
        .collect()
}

/// Returns the signature base string (section 3.4.1).
fn base_string(asking: Asking<'_>, fields: &[(String, String)]) -> Option<String> {
    let host = asking.headers.get(HOST)?.to_str().ok()?;
    let address = format!("http://{}{}", host.to_lowercase(), asking.uri.path());
    let kind = asking.headers.get(CONTENT_TYPE);
    let is_form = kind.is_some_and(|kind| kind == "application/x-www-form-urlencoded");
    let query = asking.uri.query().unwrap_or_default().as_bytes();
    let body = if is_form { asking.body } else { b"" };
    let of_request = form_urlencoded::parse(query)
        .chain(form_urlencoded::parse(body))
        .map(|(name, value)| (escape(&name), escape(&value)));
    let of_header = fields
        .iter()
        .filter(|(name, _)| name != "oauth_signature" && name != "realm")
        .map(|(name, value)| (escape(name), escape(value)));
    let mut parameters: Vec<(String, String)> = of_request.chain(of_header).collect();
    parameters.sort();
    let parameters: Vec<String> = parameters
        .into_iter()
        .map(|(name, value)| name + "=" + &value)
        .collect();
    let parts = [asking.method.as_str(), &address, &parameters.join("&")];
    Some(parts.map(escape).join("&"))
}

fn escape(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let escape = |byte: u8| match byte {
        byte if is_plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

fn unescape(text: &str) -> String {
    // A form's `+` is a space, and a header's is not.
    let text = text.replace('+', "%2B");
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    pairs.next().map_or_else(String::new, |(name, value)| {
        // What was not escaped though it should be, a `=` at the end of a signature for one.
        if value.is_empty() {
            name.into_owned()
        } else {
            format!("{name}={value}")
        }
    })
}
