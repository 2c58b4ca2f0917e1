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

impl Tumblr {
    /// Returns the blog that the request may write.
    pub(crate) fn authorize(&self, asking: Asking<'_>) -> Result<TumblrBlog, Refusal> {
        if !asking.headers.contains_key(USER_AGENT) {
            return Err(Refusal::forbidden("User-Agent required"));
        }
        let header = asking.headers.get(AUTHORIZATION);
        let header = header
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let owner = if let Some(token) = header.strip_prefix("Bearer ") {
            TUMBLR_BLOGS
                .into_iter()
                .find(|blog| blog.access_token == token)
        } else {
            self.signer(header, asking)
        };
        owner.ok_or_else(Refusal::unauthorized)
    }

    /// Returns the blog that the request may write, where an API key would do.
    pub(crate) fn authorize_to_read(
        &self,
        asking: Asking<'_>,
    ) -> Result<Option<TumblrBlog>, Refusal> {
        let query = asking.uri.query().unwrap_or_default().as_bytes();
        let mut query = form_urlencoded::parse(query);
        let key = query.find_map(|(name, value)| (name == "api_key").then_some(value));
        if key.is_some_and(|key| key == TUMBLR_CLIENT_ID) {
            return Ok(None);
        }
        self.authorize(asking).map(Some)
    }

    /// Returns the blog whose keys have signed the request.
    fn signer(&self, header: &str, asking: Asking<'_>) -> Option<TumblrBlog> {
        let fields = fields(header.strip_prefix("OAuth ")?);
        let field = |name: &str| {
            let found = fields.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| value.as_str())
        };
        let is_hmac = field("oauth_signature_method")? == "HMAC-SHA1";
        let is_version_1 = field("oauth_version").is_none_or(|version| version == "1.0");
        let timestamp: i64 = field("oauth_timestamp")?.parse().ok()?;
        let apart = self.clock.now().as_second() - timestamp;
        if !is_hmac || !is_version_1 || apart.abs() > SECONDS_APART_MAX {
            return None;
        }
        let mut blogs = TUMBLR_BLOGS.into_iter();
        let blog = blogs.find(|blog| Some(blog.token) == field("oauth_token"))?;
        if field("oauth_consumer_key")? != TUMBLR_CLIENT_ID {
            return None;
        }
        let key = format!(
            "{}&{}",
            escape(TUMBLR_CLIENT_SECRET),
            escape(blog.token_secret)
        );
        let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).ok()?;
        mac.update(base_string(asking, &fields)?.as_bytes());
        let given = STANDARD.decode(field("oauth_signature")?).ok()?;
        mac.verify_slice(&given).ok()?;
        let nonce = format!("{timestamp} {}", field("oauth_nonce")?);
        self.state().nonces.insert(nonce).then_some(blog)
    }
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
