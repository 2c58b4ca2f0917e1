//! Clients that others wrote: they must not tell our sandbox from a real server.
//!
//! Each runs against the real server first, which shows that it asks for the right things. Meta's
//! has no such server; its own client was written by who wrote that.

use serde_json::Value;
use serde_json::json;

use crate::server::Server;
use crate::server::run_with_node;
use crate::server::run_with_python;
use crate::server::run_with_tumblr_js;
use crate::support::World;
use crate::support::sandbox::Sandbox;

const TEXT: &str = "Grüße 👋🏽 https://example.com/a?b=c und #Käse";
const ALT: &str = "ein Bild, \"rot\"";

/// Where a client logs in, and as whom.
struct Login<'a> {
    address: &'a str,
    name: &'a str,
    secret: &'a str,
}

#[test]
fn the_atproto_client_posts_to_a_real_pds() {
    let server = Server::start("pds");
    post_with_atproto(&Login {
        address: server.get("PDS_URL"),
        name: server.get("ALICE_HANDLE"),
        secret: server.get("ALICE_APP_PASSWORD"),
    });
}

#[test]
fn the_atproto_client_posts_to_the_sandbox() {
    let sandbox = Sandbox::start(&[]);
    let account = sandbox.account("bluesky");
    post_with_atproto(&Login {
        address: &sandbox.address,
        name: &account.login,
        secret: &account.secret,
    });
}

#[test]
fn mastodon_py_posts_to_a_real_server() {
    let server = Server::start("snac");
    post_with_mastodon_py(&Login {
        address: server.get("SNAC_URL"),
        name: "alice",
        secret: server.get("ALICE_TOKEN"),
    });
}

#[test]
fn mastodon_py_posts_to_the_sandbox() {
    let sandbox = Sandbox::start(&[]);
    let account = sandbox.account("mastodon");
    post_with_mastodon_py(&Login {
        address: &sandbox.address,
        name: &account.login,
        secret: &account.secret,
    });
}

/// There is no real Tumblr to run beside it.
#[test]
fn tumblr_js_posts_to_the_sandbox() {
    let sandbox = Sandbox::start(&[]);
    let account = sandbox.account("tumblr");
    let world = World::new();
    let path = world.picture("red.png", 160, 90).display().to_string();
    let other = |field: &str| account.other_secrets[field].as_str();
    let arguments = [
        sandbox.address.as_str(),
        other("client_id"),
        other("client_secret"),
        &account.secret,
        other("token_secret"),
        TEXT,
        &path,
        ALT,
    ];
    let told = run_with_tumblr_js("tumblr_post.mjs", &arguments);
    assert_eq!(told["blog"], account.login.as_str(), "{told}");
    for truth in ["areNamesStrings", "isOne", "isHidden"] {
        assert_eq!(told[truth], true, "{truth}: {told}");
    }
    assert_eq!(
        (&told["draftsLeft"], &told["postsAfter"]),
        (&json!(0), &json!(0))
    );
    let post = &told["post"];
    assert_eq!(post["tags"], json!(["slow travel", "film"]), "{told}");
    assert_eq!(post["content"][0]["text"], TEXT, "{told}");
    assert_eq!(post["content"][1]["alt_text"], ALT, "{told}");
    assert_eq!(post["content"][1]["media"][0]["width"], 160, "{told}");
}

#[test]
fn the_clients_of_meta_and_of_others_post_to_the_sandbox() {
    let sandbox = Sandbox::start(&[]);
    let picture = World::new();
    let path = picture.picture("red.jpg", 160, 90).display().to_string();
    let servers = sandbox.servers.to_string();
    let arguments = [&sandbox.address, &servers, TEXT, &path, ALT];
    let told = run_with_python("graph-py", "graph_post.py", &arguments);
    let config = json!({"quota_total": 100, "quota_duration": 86_400});
    let expected = json!({
        "instagram": {
            "status": "FINISHED",
            "is_newest": true,
            "caption": TEXT,
            "alts": [ALT, ALT],
            "quota": {"quota_usage": 1, "config": config},
        },
        "facebook": {
            "is_newest": true,
            "message": TEXT,
            "photos": 2,
            "refused": [400, 100, 1_366_051],
            "deleted": true,
        },
        "threads": {
            "status": "FINISHED",
            "is_newest": true,
            "text": TEXT,
            "alt": ALT,
            "deleted": true,
        },
    });
    assert_eq!(told, expected);
    let ledger = sandbox.ledger();
    let posts = ledger["posts"].as_array().expect("posts");
    let platforms: Vec<&Value> = posts.iter().map(|post| &post["platform"]).collect();
    assert_eq!(platforms, ["instagram", "facebook"], "{ledger}");
    let log = sandbox.log();
    let unknown = log.iter().find(|line| line["event"] == "unknown_parameter");
    assert_eq!(
        unknown, None,
        "Meta's own client names what the sandbox does not know"
    );
}

#[track_caller]
fn post_with_atproto(login: &Login<'_>) {
    let picture = World::new();
    let path = picture.picture("red.png", 160, 90).display().to_string();
    let arguments = [login.address, login.name, login.secret, TEXT, &path, ALT];
    let told = run_with_node("atproto_post.mjs", &arguments);
    let record = &told["record"];
    assert_eq!(told["isSame"], true, "{told}");
    assert_eq!(record["text"], TEXT, "{told}");
    assert_eq!(record["langs"], json!(["en"]), "{told}");
    let features: Vec<&Value> = record["facets"]
        .as_array()
        .expect("facets")
        .iter()
        .map(|facet| &facet["features"][0])
        .collect();
    assert_eq!(features[0]["uri"], "https://example.com/a?b=c", "{told}");
    assert_eq!(features[1]["tag"], "Käse", "{told}");
    let image = &record["embed"]["images"][0];
    assert_eq!(image["alt"], ALT, "{told}");
    assert_eq!(image["image"]["$type"], "blob", "{told}");
    assert_eq!(image["image"]["mimeType"], "image/png", "{told}");
}

#[track_caller]
fn post_with_mastodon_py(login: &Login<'_>) {
    let picture = World::new();
    let path = picture.picture("red.png", 160, 90).display().to_string();
    let arguments = [login.address, login.secret, TEXT, &path, ALT];
    let told = run_with_python("mastodon-py", "mastodon_post.py", &arguments);
    let name = login.name.trim_start_matches('@').split('@').next();
    assert_eq!(told["username"].as_str(), name, "{told}");
    assert_eq!(told["is_newest"], true, "{told}");
    assert_eq!(told["alts"], json!([ALT]), "{told}");
    assert_eq!(told["tags"], json!(["käse"]), "{told}");
    assert_eq!(told["visibility"], "public", "{told}");
    let content = told["content"].as_str().expect("content");
    assert!(
        content.contains("href=\"https://example.com/a?b=c\""),
        "{told}"
    );
}
