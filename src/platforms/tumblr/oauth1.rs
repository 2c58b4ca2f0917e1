//! OAuth 1.0a: every request is signed (RFC 5849), which is what keeps a log-in for good: Tumblr
//! names no end for these tokens, while those of OAuth 2 end after 42 minutes.
//!
//! The signature is HMAC-SHA1 and goes into the header only (tumblr/docs 708be10, api.md, `OAuth1
//! Authorization`, read 2026-11-25). A body that is no form is not part of it (RFC 5849, section
//! 3.4.1.3), and hayon sends none that is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Hmac;
use hmac::KeyInit as _;
use hmac::Mac as _;
use sha1::Sha1;
use url::Url;

use crate::config::secret::Secret;

/// What a request is signed with.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    /// The application's consumer key.
    pub(crate) client_id: Secret,
    pub(crate) client_secret: Secret,
    pub(crate) token: Secret,
    pub(crate) token_secret: Secret,
}

/// What makes a signature good for one request only.
#[derive(Clone, Debug)]
pub(crate) struct Once {
    /// In seconds since 1970.
    pub(crate) timestamp: i64,
    pub(crate) nonce: String,
}

/// Returns the `Authorization` header of a request.
pub(crate) fn authorization(method: &str, url: &Url, keys: &Keys, once: &Once) -> String {
    let token = [("oauth_token", keys.token.expose())];
    authorization_with(&token, method, url, keys, once)
}

/// Returns the `Authorization` header of a request of a log-in, which has `own` fields.
pub(crate) fn authorization_with(
    own: &[(&str, &str)],
    method: &str,
    url: &Url,
    keys: &Keys,
    once: &Once,
) -> String {
    let timestamp = once.timestamp.to_string();
    let mut fields = vec![
        ("oauth_consumer_key", keys.client_id.expose()),
        ("oauth_nonce", &once.nonce),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", &timestamp),
    ];
    fields.extend(own);
    fields.push(("oauth_version", "1.0"));
    let signature = signature(&base_string(method, url, &fields), keys);
    fields.push(("oauth_signature", &signature));
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}=\"{}\"", encode(value)))
        .collect();
    format!("OAuth {}", fields.join(", "))
}

/// Returns the signature base string (RFC 5849, section 3.4.1).
fn base_string(method: &str, url: &Url, fields: &[(&str, &str)]) -> String {
    let of_query = url.query_pairs();
    let of_query = of_query.map(|(name, value)| (encode(&name), encode(&value)));
    let of_header = fields
        .iter()
        .map(|(name, value)| (encode(name), encode(value)));
    let mut parameters: Vec<(String, String)> = of_query.chain(of_header).collect();
    parameters.sort();
    let parameters: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let address = format!("{}{}", url.origin().ascii_serialization(), url.path());
    format!(
        "{method}&{}&{}",
        encode(&address),
        encode(&parameters.join("&"))
    )
}

fn signature(base_string: &str, keys: &Keys) -> String {
    let key = format!(
        "{}&{}",
        encode(keys.client_secret.expose()),
        encode(keys.token_secret.expose())
    );
    // HMAC takes a key of any length, so that this never fails.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key.as_bytes()) else {
        return String::new();
    };
    mac.update(base_string.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// Returns `text` with everything but letters, digits and `-._~` of ASCII escaped (RFC 5849, section
/// 3.6).
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(client: (&str, &str), token: (&str, &str)) -> Keys {
        Keys {
            client_id: Secret::new(client.0),
            client_secret: Secret::new(client.1),
            token: Secret::new(token.0),
            token_secret: Secret::new(token.1),
        }
    }

    /// RFC 5849, section 3.4.1.1, less its form body: ours are never forms.
    #[test]
    fn the_base_string_is_that_of_the_standard() {
        let url = "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b&c2=&a3=2+q";
        let fields = [
            ("oauth_consumer_key", "9djdj82h48djs9d2"),
            ("oauth_token", "kkk9d7dh3k39sjv7"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131201"),
            ("oauth_nonce", "7d8f3e4a"),
        ];
        let expected = "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q\
             %26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_\
             key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_m\
             ethod%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk\
             9d7dh3k39sjv7";
        assert_eq!(
            base_string("POST", &url.parse().unwrap(), &fields),
            expected
        );
    }

    /// RFC 5849, section 1.2: the request for a photograph, whose header has no `oauth_version`.
    #[test]
    fn the_signature_is_that_of_the_standard() {
        let keys = keys(
            ("dpf43f3p2l4k3l03", "kd94hf93k423kf44"),
            ("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00"),
        );
        let url = "http://photos.example.net/photos?file=vacation.jpg&size=original";
        let fields = [
            ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
            ("oauth_token", "nnch734d00sl2jdk"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131202"),
            ("oauth_nonce", "chapoH"),
        ];
        let base = base_string("GET", &url.parse().unwrap(), &fields);
        assert_eq!(signature(&base, &keys), "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
    }

    #[test]
    fn the_header_names_everything_but_the_secrets() {
        let once = Once {
            timestamp: 1,
            nonce: "n".to_owned(),
        };
        let keys = keys(("id", "client-secret"), ("t/1", "token-secret"));
        let url = "https://api.tumblr.com:443/v2/user/info".parse().unwrap();
        let header = authorization("GET", &url, &keys, &once);
        let expected = "OAuth oauth_consumer_key=\"id\", oauth_nonce=\"n\", \
             oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1\", oauth_token=\"t%2F1\", \
             oauth_version=\"1.0\", oauth_signature=\"";
        assert!(header.starts_with(expected), "{header}");
        assert!(!header.contains("secret"), "{header}");
    }

    #[test]
    fn a_port_counts_unless_it_is_the_usual_one() {
        let base = |url: &str| base_string("GET", &url.parse().unwrap(), &[]);
        assert_eq!(
            base("http://127.0.0.1:4000/v2/x?"),
            "GET&http%3A%2F%2F127.0.0.1%3A4000%2Fv2%2Fx&"
        );
        assert_eq!(
            base("https://EXAMPLE.com:443/a%20b"),
            "GET&https%3A%2F%2Fexample.com%2Fa%2520b&"
        );
    }
}
