//! Which signatures Tumblr takes: made here by the rules of RFC 5849, not by what checks them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Hmac;
use hmac::KeyInit as _;
use hmac::Mac as _;
use sha1::Sha1;

use crate::sandbox::accounts::TUMBLR_ALICE;
use crate::sandbox::accounts::TUMBLR_CLIENT_ID;
use crate::sandbox::accounts::TUMBLR_CLIENT_SECRET;
use crate::sandbox::testing::Ask;
use crate::sandbox::tumblr::tests::check_refused;
use crate::sandbox::tumblr::tests::world;

/// 2026-11-25T10:00:00Z, when every world begins.
const NOW: i64 = 1_795_600_800;

const PATH: &str = "/v2/blog/alice/posts?npf=true&tag=a%20b";

/// Returns a request for [`PATH`] that is signed with `token_secret` at `timestamp`.
fn signed(token_secret: &str, timestamp: i64, nonce: &str) -> Ask {
    // Sorted, and everything in it escaped twice.
    let parameters = format!(
        "npf%3Dtrue%26oauth_consumer_key%3D{TUMBLR_CLIENT_ID}%26oauth_nonce%3D{nonce}%26\
         oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D{timestamp}%26\
         oauth_token%3D{token}%26oauth_version%3D1.0%26tag%3Da%2520b",
        token = TUMBLR_ALICE.token
    );
    let base =
        format!("GET&http%3A%2F%2F127.0.0.1%3A4000%2Fv2%2Fblog%2Falice%2Fposts&{parameters}");
    let key = format!("{TUMBLR_CLIENT_SECRET}&{token_secret}");
    let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(base.as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    let signature = signature
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    let header = format!(
        "OAuth oauth_consumer_key=\"{TUMBLR_CLIENT_ID}\",oauth_nonce=\"{nonce}\",\
         oauth_signature_method=\"HMAC-SHA1\",oauth_timestamp=\"{timestamp}\",\
         oauth_token=\"{}\",oauth_version=\"1.0\",oauth_signature=\"{signature}\"",
        TUMBLR_ALICE.token
    );
    Ask::get(PATH)
        .header("user-agent", "a client")
        .header("host", "127.0.0.1:4000")
        .header("authorization", &header)
}

#[tokio::test]
async fn a_signature_is_good_once() {
    let world = world();
    let ask = || signed(TUMBLR_ALICE.token_secret, NOW, "one");
    assert_eq!(world.ask(ask()).await.status, 200);
    check_refused(&world.ask(ask()).await, 401, 1016);
    let next = signed(TUMBLR_ALICE.token_secret, NOW, "two");
    assert_eq!(world.ask(next).await.status, 200);
}

#[tokio::test]
async fn a_signature_by_another_secret_or_at_another_time_is_none() {
    let world = world();
    for ask in [
        signed("wrong", NOW, "one"),
        signed(TUMBLR_ALICE.token_secret, NOW - 301, "two"),
        signed(TUMBLR_ALICE.token_secret, NOW + 301, "three"),
    ] {
        check_refused(&world.ask(ask).await, 401, 1016);
    }
}
