//! Logging in at Tumblr: signed requests for keys, codes, and refresh tokens that are good once.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Hmac;
use hmac::KeyInit as _;
use hmac::Mac as _;
use serde_json::Value;
use serde_json::json;
use sha1::Sha1;
use url::Url;
use url::form_urlencoded;

use crate::sandbox::accounts::TUMBLR_ALICE;
use crate::sandbox::accounts::TUMBLR_BOOKS;
use crate::sandbox::accounts::TUMBLR_CLIENT_ID;
use crate::sandbox::accounts::TUMBLR_CLIENT_SECRET;
use crate::sandbox::testing::Ask;
use crate::sandbox::testing::Told;
use crate::sandbox::testing::World;
use crate::sandbox::tumblr::tests::check_refused;
use crate::sandbox::tumblr::tests::world;

/// 2026-11-25T10:00:00Z, when every world begins.
const NOW: i64 = 1_795_600_800;

const CALLBACK: &str = "http://127.0.0.1:5000/redirect";

fn escape(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Returns a request that is signed by RFC 5849, with `fields` in its header beside the usual ones.
fn signed(method: &str, path: &str, fields: &[(&str, &str)], secrets: (&str, &str)) -> Ask {
    let nonce = format!("{:x}", fastrand::u64(..));
    let now = NOW.to_string();
    let mut all = vec![
        ("oauth_consumer_key", TUMBLR_CLIENT_ID),
        ("oauth_nonce", &nonce),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", &now),
    ];
    all.extend(fields);
    all.sort_unstable();
    let pairs = all
        .iter()
        .map(|(name, value)| format!("{name}={}", escape(value)));
    let pairs: Vec<String> = pairs.collect();
    let address = format!("http://127.0.0.1:4000{path}");
    let base = format!("{method}&{}&{}", escape(&address), escape(&pairs.join("&")));
    let key = format!("{}&{}", secrets.0, secrets.1);
    let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(base.as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    let header = all
        .iter()
        .map(|(name, value)| format!("{name}=\"{}\", ", escape(value)));
    let header: String = header.collect();
    let header = format!("OAuth {header}oauth_signature=\"{}\"", escape(&signature));
    Ask::new(method.parse().unwrap(), path)
        .header("user-agent", "a client")
        .header("host", "127.0.0.1:4000")
        .header("authorization", &header)
}

/// Returns the token and the secret in the form that was answered.
#[track_caller]
fn keys(told: &Told) -> (String, String) {
    assert_eq!(told.status, 200, "{told:?}");
    let pairs: Vec<_> = form_urlencoded::parse(told.text.as_bytes()).collect();
    let of = |name: &str| {
        pairs
            .iter()
            .find(|(it, _)| it == name)
            .unwrap()
            .1
            .to_string()
    };
    (of("oauth_token"), of("oauth_token_secret"))
}

async fn begin(world: &World) -> (String, String) {
    let ask = signed(
        "POST",
        "/tumblr/oauth/request_token",
        &[("oauth_callback", CALLBACK)],
        (TUMBLR_CLIENT_SECRET, ""),
    );
    keys(&world.ask(ask).await)
}

async fn decide(world: &World, page: &str, form: &str) -> Url {
    let told = world.ask(Ask::post(page).form(form)).await;
    assert_eq!(told.status, 303, "{told:?}");
    told.header("location").parse().unwrap()
}

async fn verifier(world: &World, token: &str) -> String {
    let form = format!("oauth_token={token}&decision=allow");
    let back = decide(world, "/tumblr/oauth/authorize", &form).await;
    assert!(back.as_str().starts_with(CALLBACK), "{back}");
    value(&back, "oauth_verifier").unwrap()
}

fn value(url: &Url, name: &str) -> Option<String> {
    let mut pairs = url.query_pairs();
    let found = pairs.find(|(known, _)| known == name);
    found.map(|(_, value)| value.into_owned())
}

async fn issue(world: &World, token: &str, secret: &str, verifier: &str) -> Told {
    let fields = [("oauth_token", token), ("oauth_verifier", verifier)];
    let secrets = (TUMBLR_CLIENT_SECRET, secret);
    world
        .ask(signed(
            "POST",
            "/tumblr/oauth/access_token",
            &fields,
            secrets,
        ))
        .await
}

#[tokio::test]
async fn keys_are_given_for_a_request_that_somebody_has_allowed_and_sign_for_all_blogs() {
    let world = world();
    let (token, secret) = begin(&world).await;
    let page = world
        .ask(Ask::get(&format!(
            "/tumblr/oauth/authorize?oauth_token={token}"
        )))
        .await;
    assert!(page.text.contains(">Allow</button>"), "{}", page.text);
    let verifier = verifier(&world, &token).await;
    let (token, secret) = keys(&issue(&world, &token, &secret, &verifier).await);
    let fields = [("oauth_token", token.as_str())];
    let info = signed(
        "GET",
        "/v2/user/info",
        &fields,
        (TUMBLR_CLIENT_SECRET, &secret),
    );
    let info = world.ask(info).await.json();
    let blogs = &info["response"]["user"]["blogs"];
    assert_eq!(
        [&blogs[0]["uuid"], &blogs[1]["uuid"]],
        [TUMBLR_ALICE.id, TUMBLR_BOOKS.id]
    );
    assert_eq!(
        [&blogs[0]["primary"], &blogs[1]["primary"]],
        [&json!(true), &json!(false)]
    );
}

#[tokio::test]
async fn a_request_for_keys_is_refused_unless_everything_in_it_is_right() {
    let world = world();
    let path = "/tumblr/oauth/request_token";
    let right = [("oauth_callback", CALLBACK)];
    for (fields, secret, words) in [
        (&right[..], "wrong", "oauth_signature"),
        (&[], TUMBLR_CLIENT_SECRET, "callback"),
        (
            &[("oauth_callback", "https://evil.example/")],
            TUMBLR_CLIENT_SECRET,
            "callback",
        ),
        (
            &[("oauth_callback", "oob")],
            TUMBLR_CLIENT_SECRET,
            "callback",
        ),
    ] {
        let told = world.ask(signed("POST", path, fields, (secret, ""))).await;
        assert_eq!(told.status, 401, "{told:?}");
        assert!(told.text.contains(words), "{told:?}");
    }
    let unsigned = world.ask(Ask::post(path)).await;
    assert_eq!(unsigned.status, 401, "{unsigned:?}");
    let (token, secret) = begin(&world).await;
    let early = issue(&world, &token, &secret, "x").await;
    assert_eq!(early.status, 401, "nobody has allowed it: {early:?}");
}

#[tokio::test(start_paused = true)]
async fn a_request_token_is_good_once_for_its_verifier_alone_and_not_for_long() {
    let world = world();
    let (token, secret) = begin(&world).await;
    let word = verifier(&world, &token).await;
    assert_eq!(issue(&world, &token, "wrong", &word).await.status, 401);
    assert_eq!(issue(&world, &token, &secret, &word).await.status, 200);
    assert_eq!(issue(&world, &token, &secret, &word).await.status, 401);

    let (token, secret) = begin(&world).await;
    let _ = verifier(&world, &token).await;
    let told = issue(&world, &token, &secret, "made-up").await;
    assert!(told.text.contains("oauth_verifier"), "{told:?}");

    let (token, _) = begin(&world).await;
    tokio::time::advance(Duration::from_mins(15)).await;
    let page = format!("/tumblr/oauth/authorize?oauth_token={token}");
    assert_eq!(world.ask(Ask::get(&page)).await.status, 400);
}

#[tokio::test]
async fn who_says_no_is_sent_back_without_a_verifier() {
    let world = world();
    let (token, _) = begin(&world).await;
    let form = format!("oauth_token={token}&decision=deny");
    let back = decide(&world, "/tumblr/oauth/authorize", &form).await;
    assert_eq!(back.query(), None);
    let page = format!("/tumblr/oauth/authorize?oauth_token={token}");
    assert_eq!(world.ask(Ask::get(&page)).await.status, 400);
}

const PAGE: &str = "/tumblr/oauth2/authorize";

fn query() -> String {
    format!(
        "client_id={TUMBLR_CLIENT_ID}&response_type=code&scope=basic+write+offline_access&state=s1\
         &redirect_uri=https%3A%2F%2Flocalhost%2F"
    )
}

async fn code(world: &World, decision: &str) -> String {
    let back = decide(world, PAGE, &format!("{}&{decision}", query())).await;
    assert_eq!(value(&back, "state").as_deref(), Some("s1"));
    value(&back, "code").unwrap()
}

async fn ask_token(world: &World, grant: &str, change: (&str, &str)) -> Told {
    let form = format!(
        "client_id={TUMBLR_CLIENT_ID}&client_secret={TUMBLR_CLIENT_SECRET}\
         &redirect_uri=https%3A%2F%2Flocalhost%2F&{grant}"
    );
    let form = form.replace(change.0, change.1);
    world.ask(Ask::post("/v2/oauth2/token").form(&form)).await
}

const AS_IS: (&str, &str) = ("", "");

async fn redeem(world: &World, code: &str, change: (&str, &str)) -> Told {
    let grant = format!("grant_type=authorization_code&code={code}");
    ask_token(world, &grant, change).await
}

async fn refresh(world: &World, token: &Value) -> Told {
    let grant = format!(
        "grant_type=refresh_token&refresh_token={}",
        token.as_str().unwrap()
    );
    ask_token(world, &grant, AS_IS).await
}

#[tokio::test]
async fn an_application_that_asks_in_a_wrong_way_is_told_on_the_page() {
    let world = world();
    for (from, to) in [
        (TUMBLR_CLIENT_ID, "x"),
        ("response_type=code", "response_type=token"),
        ("state=s1", "state="),
        ("basic+", "everything+"),
        ("localhost%2F", "evil.example%2F"),
    ] {
        let told = world
            .ask(Ask::get(&format!("{PAGE}?{}", query().replace(from, to))))
            .await;
        assert_eq!(told.status, 400, "{from} {told:?}");
    }
    let page = world.ask(Ask::get(&format!("{PAGE}?{}", query()))).await;
    assert!(page.text.contains("offline_access"), "{page:?}");
}

#[tokio::test(start_paused = true)]
async fn a_code_is_good_once_for_ten_minutes_and_with_everything_right() {
    let world = world();
    for (change, status, error) in [
        ((TUMBLR_CLIENT_ID, "x"), 401, "invalid_client"),
        ((TUMBLR_CLIENT_SECRET, "x"), 401, "invalid_client"),
        (("localhost%2F", "localhost"), 400, "redirect_uri_mismatch"),
        (
            ("authorization_code", "password"),
            400,
            "unsupported_grant_type",
        ),
        (("&code=", "&code=x"), 400, "invalid_grant"),
    ] {
        let code = code(&world, "decision=allow").await;
        let told = redeem(&world, &code, change).await;
        assert_eq!(
            (told.status, &told.json()["error"]),
            (status, &json!(error))
        );
    }
    let once = code(&world, "decision=allow").await;
    let told = redeem(&world, &once, AS_IS).await.json();
    assert_eq!(told["expires_in"], 2520);
    assert_eq!(told["scope"], "basic write offline_access");
    assert_eq!(redeem(&world, &once, AS_IS).await.status, 400);
    let late = code(&world, "decision=allow").await;
    tokio::time::advance(Duration::from_mins(10)).await;
    assert_eq!(redeem(&world, &late, AS_IS).await.status, 400);
}

#[tokio::test(start_paused = true)]
async fn an_access_token_lives_for_42_minutes_and_a_refresh_token_is_good_once() {
    let world = world();
    let code = code(&world, "decision=allow").await;
    let first = redeem(&world, &code, AS_IS).await.json();
    let info = |told: &Value| {
        Ask::get("/v2/user/info")
            .header("user-agent", "a client")
            .bearer(told["access_token"].as_str().unwrap())
    };
    assert_eq!(world.ask(info(&first)).await.status, 200);
    tokio::time::advance(Duration::from_mins(42)).await;
    check_refused(&world.ask(info(&first)).await, 401, 1016);

    let second = refresh(&world, &first["refresh_token"]).await.json();
    assert_eq!(world.ask(info(&second)).await.status, 200);
    assert_eq!(world.ledger()["refresh_tokens_spent_again"], 0);
    assert_eq!(refresh(&world, &first["refresh_token"]).await.status, 401);
    assert_eq!(world.ledger()["refresh_tokens_spent_again"], 1);
    tokio::time::advance(Duration::from_hours(42 * 24)).await;
    assert_eq!(refresh(&world, &second["refresh_token"]).await.status, 401);
}

#[tokio::test]
async fn without_offline_access_there_is_no_refresh_token_and_without_write_no_post() {
    let world = world();
    let code = code(&world, "decision=allow&person=alice&granted=basic").await;
    let told = redeem(&world, &code, AS_IS).await.json();
    assert_eq!(told.get("refresh_token"), None);
    let post = Ask::post("/v2/blog/alice/posts")
        .header("user-agent", "a client")
        .bearer(told["access_token"].as_str().unwrap())
        .json(&json!({"content": [{"type": "text", "text": "hello"}]}));
    check_refused(&world.ask(post).await, 403, 0);
}
