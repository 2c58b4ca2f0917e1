//! Credentials that are not accepted: what is due for the account parks together, what is due
//! later waits, and all of it goes out after a person has logged in again.

use std::fs;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use jiff::SignedDuration;

use crate::moments::now;
use crate::support::eventually;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

/// Asserts the rule for the account on `platform`, whose secret `hayon` takes from `variable`.
#[track_caller]
fn check(platform: &str, path: &str) {
    let mut scene = Scene::new(&[]);
    let (variable, secret) = scene.sandbox.account(platform).secret_variable();
    let later = (now() + SignedDuration::from_hours(1)).to_string();
    for text in ["one", "two"] {
        let post = ["post", text, "--to", platform, "--queue"];
        let _ = scene.world.hayon(post).code(0);
    }
    let post = ["post", "three", "--to", platform, "--at", &later];
    let _ = scene.world.hayon(post).code(0);
    scene.world.set(&variable, "revoked");
    let told = scene
        .world
        .hayon(["post", "four", "--to", platform])
        .code(5);
    assert!(told.stdout.contains("parked (login needed)"), "{told}");
    let hint = format!("renew the credential of `{platform}`");
    assert!(told.stdout.contains(&hint), "{told}");
    for number in [1, 2, 4] {
        let post = scene.world.show(number);
        let parked = delivery(&post, platform);
        assert_eq!(parked["reason"], "login_needed", "{post:#}");
        assert_eq!(parked["error"]["kind"], "login_needed", "{post:#}");
        assert_eq!(
            parked["attempts"], 0,
            "a log-in uses up no attempt: {post:#}"
        );
    }
    assert_eq!(scene.world.show(3)["status"], "SCHEDULED");
    assert_eq!(
        scene.requests("received", "POST", path).len(),
        1,
        "one is enough to know"
    );
    scene.world.set(&variable, &secret);
    let again = scene.world.hayon(["retry", "--account", platform]).code(0);
    for number in [1, 2, 4] {
        let queued = format!("post {number} is ");
        assert!(again.stdout.contains(&queued), "{again}");
    }
    assert!(!again.stdout.contains("post 3"), "{again}");
    let _ = scene
        .world
        .hayon(["daemon", "--once", "--wait", "60s"])
        .code(0);
    let public = scene.public(platform);
    let mut texts: Vec<_> = public
        .iter()
        .filter_map(|post| post["text"].as_str())
        .collect();
    texts.sort_unstable();
    assert_eq!(texts, ["four", "one", "two"]);
    assert_eq!(scene.world.show(3)["status"], "SCHEDULED");
}

#[test]
fn a_dead_mastodon_token_parks_what_is_due_until_a_person_has_logged_in() {
    check("mastodon", "/api/v1/statuses");
}

#[test]
fn a_dead_app_password_parks_what_is_due_until_a_person_has_logged_in() {
    check("bluesky", "/xrpc/com.atproto.server.createSession");
}

#[test]
fn a_dead_tumblr_token_parks_what_is_due_until_a_person_has_logged_in() {
    check("tumblr", "/v2/blog/alice/posts");
}

#[test]
fn a_daemon_that_finds_a_dead_token_says_that_a_log_in_is_needed() {
    let mut scene = Scene::new(&[]);
    let post = ["post", "queued", "--to", "mastodon", "--queue"];
    let _ = scene.world.hayon(post).code(0);
    scene.world.set("HAYON_MASTODON_TOKEN", "revoked");
    let told = scene.world.hayon(["daemon", "--once"]).code(5);
    assert!(told.stdout.contains("parked (login needed)"), "{told}");
    assert!(scene.public("mastodon").is_empty());
}

#[test]
fn a_missing_token_stores_and_sends_nothing() {
    let mut scene = Scene::new(&[]);
    scene.world.unset("HAYON_MASTODON_TOKEN");
    let told = scene
        .world
        .hayon(["post", "no token", "--to", "bluesky,mastodon"])
        .code(5);
    assert!(told.stderr.contains("nothing was sent or stored"), "{told}");
    assert!(scene.world.list().is_empty());
    assert!(scene.public("bluesky").is_empty());
}

#[test]
fn a_daemon_leaves_an_account_without_a_token_alone_and_serves_the_other() {
    let mut scene = Scene::new(&[]);
    let _ = scene
        .world
        .hayon(["post", "two", "--to", "bluesky,mastodon", "--queue"])
        .code(0);
    scene.world.unset("HAYON_MASTODON_TOKEN");
    let told = scene.world.hayon(["daemon", "--once"]).code(5);
    assert!(
        told.stderr.contains("its deliveries are left alone"),
        "{told}"
    );
    let post = scene.world.show(1);
    assert_eq!(delivery(&post, "bluesky")["state"], "delivered", "{post:#}");
    assert_eq!(delivery(&post, "mastodon")["state"], "queued", "{post:#}");
}

/// Keeps `token` for the account on Mastodon in the file of credentials.
fn keep(scene: &Scene, token: &str) {
    let text = format!("[mastodon]\ntoken = \"{token}\"\n");
    let path = scene.world.path("state/hayon/credentials.toml");
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    let written = scene.world.write("credentials.new", text);
    fs::set_permissions(&written, Permissions::from_mode(0o600)).expect("a private file");
    fs::rename(written, path).expect("a file of credentials");
}

#[test]
fn a_running_daemon_sends_with_the_new_secret_what_waited_for_a_log_in() {
    let mut scene = Scene::new(&[]);
    let (variable, secret) = scene.sandbox.account("mastodon").secret_variable();
    scene.world.unset(&variable);
    keep(&scene, "revoked");
    let daemon = scene.world.start_daemon();
    let post = ["post", "waited", "--to", "mastodon", "--queue"];
    let _ = scene.world.hayon(post).code(0);
    eventually("a log-in that is needed", || {
        let told = daemon.stderr();
        told.contains("parked (login needed)").then_some(())
    });
    keep(&scene, &secret);
    let again = ["retry", "--account", "mastodon"];
    let _ = scene.world.hayon(again).code(0);
    eventually("the post", || {
        (scene.world.show(1)["status"] == "COMPLETED").then_some(())
    });
    assert_eq!(scene.public("mastodon").len(), 1);
    let told = daemon.stderr();
    assert!(
        told.contains("the accounts have changed: read again\n"),
        "{told}"
    );
    daemon.terminate();
    let _ = daemon.wait().code(0);
}

#[test]
fn a_running_daemon_keeps_its_accounts_while_they_cannot_be_read() {
    let scene = Scene::new(&[]);
    let text = fs::read(&scene.sandbox.config).expect("a configuration");
    let config = scene.world.write("config.toml", text);
    let mut world = scene.another_machine();
    world.set("HAYON_CONFIG", &config.display().to_string());
    let daemon = world.start_daemon();
    fs::write(&config, "[accounts.broken\n").expect("a configuration");
    let post = |text| ["post", text, "--to", "mastodon", "--queue"];
    world.set("HAYON_CONFIG", &scene.sandbox.config.display().to_string());
    let _ = world.hayon(post("while it is broken")).code(0);
    eventually("the post", || {
        (world.show(1)["status"] == "COMPLETED").then_some(())
    });
    let told = daemon.stderr();
    assert!(
        told.contains("warning: the accounts stay as they were: "),
        "{told}"
    );
    daemon.terminate();
    let _ = daemon.wait().code(0);
}
