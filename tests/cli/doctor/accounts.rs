//! What a doctor finds out about accounts, and of whom.

use std::net::TcpListener;

use serde_json::Value;
use serde_json::json;

use crate::doctor::checks;
use crate::doctor::says;
use crate::doctor::wrong;
use crate::support::http;
use crate::support::scene::Scene;

#[test]
fn a_missing_secret_is_a_log_in_that_is_needed() {
    let scene = Scene::new(&[]);
    let mut world = scene.another_machine();
    world.unset("HAYON_MASTODON_TOKEN");
    let checks = checks(&world, 5, []);
    assert_eq!(wrong(&checks), ["secrets token trouble"]);
    let hint = says(
        &checks,
        "secrets",
        "token",
        "account `mastodon` has no access token",
    );
    assert!(hint.contains("set `HAYON_MASTODON_TOKEN`"), "{hint}");
    says(
        &checks,
        "account",
        "server",
        "there is no secret to log in with",
    );
}

#[test]
fn a_log_in_that_is_not_accepted_is_told_with_how_to_renew_it() {
    let scene = Scene::new(&[]);
    let mut world = scene.another_machine();
    world.set("HAYON_MASTODON_TOKEN", "revoked");
    world.set("HAYON_BLUESKY_PASSWORD", "revo-ked-revo-ked");
    let checks = checks(&world, 5, []);
    assert_eq!(
        wrong(&checks),
        ["account log-in trouble", "account token trouble"]
    );
    let hint = says(
        &checks,
        "account",
        "log-in",
        "Invalid identifier or password",
    );
    assert!(hint.contains("make an app password"), "{hint}");
    let hint = says(&checks, "account", "token", "The access token is invalid");
    assert!(hint.contains("`write:statuses`"), "{hint}");
}

/// Logs alice in with these scopes, and returns her token.
#[track_caller]
fn token(sandbox: &str, scopes: &str) -> String {
    let oob = "urn:ietf:wg:oauth:2.0:oob";
    let app = json!({"client_name": "test", "redirect_uris": oob, "scopes": scopes});
    let app = http::post(sandbox, "/api/v1/apps", "", &app).json();
    let word = |value: &Value| value.as_str().expect("a word").to_owned();
    let (id, secret) = (word(&app["client_id"]), word(&app["client_secret"]));
    let scope = scopes.replace(' ', "%20");
    let page = http::get(
        sandbox,
        &format!(
            "/oauth/authorize?response_type=code&client_id={id}&redirect_uri={oob}&scope={scope}"
        ),
        "",
    );
    let (_, rest) = page.body.split_once("value=\"").expect("a code");
    let (code, _) = rest.split_once('"').expect("a code");
    let grant = json!({"grant_type": "authorization_code", "code": code, "client_id": id,
                       "client_secret": secret, "redirect_uri": oob});
    word(&http::post(sandbox, "/oauth/token", "", &grant).json()["access_token"])
}

#[test]
fn a_token_that_may_do_less_than_is_needed_is_told_by_what_that_means() {
    let scene = Scene::new(&[]);
    let mut world = scene.another_machine();
    let sandbox = &scene.sandbox.address;
    let mastodon = ["--account", "mastodon"];

    world.set("HAYON_MASTODON_TOKEN", &token(sandbox, "read write:media"));
    let mute = checks(&world, 5, mastodon);
    assert_eq!(wrong(&mute), ["account scopes trouble"]);
    says(&mute, "account", "scopes", "it lacks `write:statuses`");

    world.set(
        "HAYON_MASTODON_TOKEN",
        &token(sandbox, "read write:statuses"),
    );
    let pictureless = checks(&world, 0, mastodon);
    assert_eq!(wrong(&pictureless), ["account scopes warning"]);

    world.set("HAYON_MASTODON_TOKEN", &token(sandbox, "profile write"));
    let blind = checks(&world, 0, mastodon);
    assert_eq!(wrong(&blind), ["account reading warning"]);
    says(&blind, "account", "reading", "may end in doubt");

    world.set("HAYON_MASTODON_TOKEN", &token(sandbox, "write"));
    let nameless = checks(&world, 0, mastodon);
    assert_eq!(
        wrong(&nameless),
        ["account token warning", "account reading warning"]
    );
}

#[test]
fn a_server_whose_clock_is_far_from_ours_is_told() {
    let verify = "mastodon GET /api/v1/accounts/verify_credentials #1";
    let fault = format!("{verify} status:403 date: Mon, 23 Nov 2020 12:00:00 GMT");
    let scene = Scene::with_faults(&[&fault]);
    let checks = checks(&scene.world, 1, ["--account", "mastodon"]);
    let hint = says(&checks, "account", "clock", "ahead of the server's");
    assert!(hint.contains("timedatectl"), "{hint}");
    assert!(wrong(&checks).contains(&"account clock trouble".to_owned()));
}

#[test]
fn a_server_that_cannot_be_reached_is_told_and_the_other_is_asked() {
    let scene = Scene::new(&[]);
    let mut world = scene.another_machine();
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let nowhere = format!("http://{}", free.unwrap());
    world.set("HAYON_MASTODON_INSTANCE", &nowhere);
    let checks = checks(&world, 1, []);
    assert_eq!(wrong(&checks), ["account server trouble"]);
    let hint = says(&checks, "account", "server", "cannot connect");
    assert!(hint.contains(&nowhere), "{hint}");
    says(&checks, "account", "session", "made with an app password");
}
