//! Sessions on a real PDS: kept, refreshed when they expire, and mourned when they are revoked.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;
use serde_json::json;
use sha2::Digest as _;
use sha2::Sha256;

use crate::bluesky;
use crate::server::Server;
use crate::support::http;

const BLOCK_BYTES: usize = 64;

#[test]
fn a_session_is_kept_and_refreshed_without_a_new_log_in() {
    let scene = bluesky::scene();
    let _ = scene.post("logs in", &[]).wait().code(0);
    assert_eq!(scene.proxy.count("com.atproto.server.createSession"), 1);

    scene.proxy.clear();
    let _ = scene.post("keeps the session", &[]).wait().code(0);
    assert_eq!(
        scene.proxy.count("com.atproto.server."),
        0,
        "{:?}",
        scene.proxy.lines()
    );

    expire_sessions(
        &scene.world.path("state"),
        scene.server.get("PDS_JWT_SECRET"),
    );
    scene.proxy.clear();
    let _ = scene.post("refreshes", &[]).wait().code(0);
    assert_eq!(scene.proxy.count("com.atproto.server.refreshSession"), 1);
    assert_eq!(scene.proxy.count("com.atproto.server.createSession"), 0);
    assert_eq!(bluesky::count(&scene.server, "refreshes"), 1);
}

#[test]
fn a_revoked_password_parks_the_post_until_a_new_one_is_there() {
    let mut scene = bluesky::scene();
    let _ = scene.post("logs in", &[]).wait().code(0);
    let main = log_in(&scene.server);
    let revoked = json!({"name": "hayon"});
    call(
        &scene.server,
        "com.atproto.server.revokeAppPassword",
        &main,
        &revoked,
    );
    // An access token outlives its password; only a refresh is refused.
    expire_sessions(
        &scene.world.path("state"),
        scene.server.get("PDS_JWT_SECRET"),
    );

    let ended = scene.post("needs a log-in", &[]).wait().code(5);
    let post = ended.json();
    assert_eq!(post["deliveries"][0]["state"], "parked", "{ended}");
    assert_eq!(post["deliveries"][0]["reason"], "login_needed", "{ended}");
    assert_eq!(bluesky::count(&scene.server, "needs a log-in"), 0);

    let name = json!({"name": "again"});
    let again = call(
        &scene.server,
        "com.atproto.server.createAppPassword",
        &main,
        &name,
    );
    let password = again["password"].as_str().expect("a password");
    scene.world.set("HAYON_ME_PASSWORD", password);
    let _ = scene
        .world
        .hayon(["retry", post["id"].as_str().expect("an id")])
        .code(0);
    let _ = scene
        .world
        .hayon(["daemon", "--once", "--wait", "60s"])
        .code(0);
    assert_eq!(bluesky::count(&scene.server, "needs a log-in"), 1);
}

/// Logs in by the account's main password, not through `hayon`, and returns the access token.
#[track_caller]
fn log_in(server: &Server) -> String {
    let body = json!({
        "identifier": server.get("ALICE_HANDLE"),
        "password": server.get("ALICE_PASSWORD"),
    });
    let session = call(server, "com.atproto.server.createSession", "", &body);
    session["accessJwt"].as_str().expect("a token").to_owned()
}

#[track_caller]
fn call(server: &Server, method: &str, token: &str, body: &Value) -> Value {
    let path = format!("/xrpc/{method}");
    let answer = http::post(server.get("PDS_URL"), &path, token, body);
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap_or(Value::Null)
}

/// Puts an expired access token, signed by the server's own secret, in the place of each stored
/// one; wherever below `folder` and however `hayon` stores them.
#[track_caller]
fn expire_sessions(folder: &Path, secret: &str) {
    let mut expired = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder of sessions") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let tokens: Vec<&str> = text.split(|char: char| !is_of_token(char)).collect();
                let mut changed = text.clone();
                for (token, stale) in tokens.iter().filter_map(|token| stale(token, secret)) {
                    changed = changed.replace(token, &stale);
                    expired += 1;
                }
                fs::write(&path, changed).expect("the file of sessions");
            }
        }
    }
    assert!(expired > 0, "no access token below {}", folder.display());
}

fn is_of_token(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | '_')
}

/// Returns `token` and the same one expired, if it is an access token.
fn stale<'a>(token: &'a str, secret: &str) -> Option<(&'a str, String)> {
    let mut parts = token.split('.');
    let (head, claims) = (parts.next()?, parts.next()?);
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?;
    let mut claims: Value = serde_json::from_slice(&claims).ok()?;
    let scope = claims["scope"].as_str()?;
    if scope == "com.atproto.refresh" {
        return None;
    }
    claims["iat"] = json!(1_700_000_000);
    claims["exp"] = json!(1_700_000_001);
    let signed = format!(
        "{head}.{}",
        BASE64_URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let signature = BASE64_URL_SAFE_NO_PAD.encode(hmac_sha256(secret.as_bytes(), &signed));
    Some((token, format!("{signed}.{signature}")))
}

/// HMAC as RFC 2104 has it, for keys no longer than a block.
fn hmac_sha256(key: &[u8], message: &str) -> Vec<u8> {
    let mut block = [0; BLOCK_BYTES];
    block[..key.len()].copy_from_slice(key);
    let hash = |pad: u8, message: &[u8]| {
        let padded = block.map(|byte| byte ^ pad);
        Sha256::new()
            .chain_update(padded)
            .chain_update(message)
            .finalize()
    };
    hash(0x5c, &hash(0x36, message.as_bytes())).to_vec()
}

#[test]
fn an_expired_token_is_what_a_real_server_calls_expired() {
    let server = Server::start("pds");
    let token = log_in(&server);
    let (_, stale) = stale(&token, server.get("PDS_JWT_SECRET")).expect("an access token");
    let path = "/xrpc/com.atproto.server.getSession";
    let url = server.get("PDS_URL");
    assert_eq!(http::get(url, path, &token).status, 200);
    let answer = http::get(url, path, &stale);
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("ExpiredToken"), "{}", answer.body);
}
