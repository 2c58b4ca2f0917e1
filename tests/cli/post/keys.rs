//! `--key`: the same key never publishes a second post.

use crate::alone;
use crate::rules;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

#[test]
fn a_second_run_with_the_same_key_stores_and_sends_nothing_new() {
    let scene = Scene::new(&[]);
    let arguments = ["post", "Out now", "--key", "release-1"];
    let first = scene.world.hayon(arguments).code(0).quiet();
    let second = scene.world.hayon(arguments).code(0);
    assert_eq!(second.stdout, first.stdout);
    let _ = second.mentions(["post 1 has this key already; nothing new was stored\n"]);
    assert_eq!(scene.public("bluesky").len(), 1);
    assert_eq!(scene.public("mastodon").len(), 1);
    let post = scene
        .world
        .hayon(arguments.iter().chain(&["--json"]))
        .code(0)
        .quiet()
        .json();
    assert_eq!(
        (post["number"].as_u64(), post["key"].as_str()),
        (Some(1), Some("release-1"))
    );
    assert_eq!(scene.world.list().len(), 1);
}

#[test]
fn another_text_account_picture_or_time_under_the_same_key_is_refused() {
    let scene = Scene::new(&[]);
    let picture = scene.world.picture("cat.png", 8, 8).display().to_string();
    let _ = scene
        .world
        .hayon(["post", "--queue", "One", "--key", "k"])
        .code(0);
    for other in [
        &["Two"][..],
        &["One", "--to", "bluesky"],
        &["One", "--media", &picture, "--alt", "A cat"],
        &["One", "--at", "2999-01-01T00:00:00Z"],
        &["One", "--lang", "en"],
    ] {
        let refused = scene
            .world
            .hayon(["post", "--queue", "--key", "k"].iter().chain(other));
        let _ = refused.code(1).complains(
            "error: post 1 has this key, and says something else\n\
             hint: `hayon show 1` shows it; choose another key for another post\n",
        );
    }
    let refused = scene
        .world
        .hayon(["post", "Two", "--key", "k", "--json"])
        .code(1);
    assert_eq!(
        refused.error_json()["error"]["kind"],
        "other_post_under_key"
    );
    assert_eq!(refused.stdout, "");
    assert_eq!(scene.world.list().len(), 1);
    assert!(!scene.world.path("media/posts").exists());
}

#[test]
fn a_second_run_delivers_what_is_still_due_and_ends_as_the_post_stands() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 status:503"]);
    let arguments = ["post", "Out now", "--key", "k", "--json"];
    let first = scene.world.hayon(arguments).code(6).json();
    assert_eq!(delivery(&first, "bluesky")["state"], "delivered");
    let second = scene
        .world
        .hayon(arguments.iter().chain(&["--wait", "30s"]))
        .code(0)
        .json();
    assert_eq!(second["status"], "COMPLETED");
    assert_eq!(scene.public("bluesky").len(), 1);
    assert_eq!(scene.public("mastodon").len(), 1);
}

#[test]
fn a_second_run_that_only_queues_ends_as_the_post_stands_too() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #* status:422"]);
    let arguments = ["post", "Out now", "--key", "k"];
    let _ = scene.world.hayon(arguments).code(4);
    let _ = scene
        .world
        .hayon(arguments.iter().chain(&["--queue"]))
        .code(4);
    let _ = scene.world.hayon(arguments).code(4);
    assert_eq!(scene.public("bluesky").len(), 1);
}

#[test]
fn a_second_run_may_come_after_the_time_that_the_first_asked_for() {
    let scene = Scene::new(&[]);
    let arguments = [
        "post",
        "Out",
        "--key",
        "k",
        "--at",
        "2999-01-01T00:00:00Z",
        "--to",
        "bluesky",
    ];
    let _ = scene.world.hayon(arguments).code(0).quiet();
    // The clock of the binary is real, so the rows are aged instead.
    let past = jiff::Timestamp::UNIX_EPOCH;
    scene.world.tamper(
        "UPDATE posts SET asked_at = 0, due_at = 0; UPDATE deliveries SET due_at = 0, next_at = 0",
    );
    let again = [
        "post",
        "Out",
        "--key",
        "k",
        "--at",
        &past.to_string(),
        "--to",
        "bluesky",
    ];
    let _ = scene
        .world
        .hayon(again)
        .code(0)
        .mentions(["nothing new was stored"]);
    assert_eq!(scene.world.list().len(), 1);
}

#[test]
fn a_key_is_a_short_line_of_text() {
    let world = alone();
    for key in [
        String::new(),
        " ".to_owned(),
        "a\tb".to_owned(),
        "k".repeat(256),
    ] {
        let error = world
            .hayon(["post", "--queue", "--json", "hi", "--key", &key])
            .code(3);
        let error = error.error_json();
        assert_eq!(rules(&error["error"]["violations"]), [("-", "bad_key")]);
    }
    let _ = world
        .hayon(["post", "--queue", "hi", "--key", &"k".repeat(255)])
        .code(0);
}
