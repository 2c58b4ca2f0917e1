//! `hayon retry`, `hayon resolve` and `hayon cancel`: what a person decides.

use serde_json::Value;
use serde_json::json;

use crate::alone;
use crate::fields;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

/// Returns a scene with one post that is published on Bluesky and parked on Mastodon.
#[track_caller]
fn refused() -> Scene {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 status:422"]);
    let _ = scene.world.hayon(["post", "Hello"]).code(4).quiet();
    scene
}

/// Returns the same, but nobody knows whether it is public on Mastodon.
#[track_caller]
fn in_doubt() -> Scene {
    let scene = refused();
    scene.world.tamper(
        "UPDATE deliveries SET reason = 'in_doubt' WHERE state = 'parked';
         UPDATE sendings SET mark = 'begun', output = NULL
         WHERE visible = 1 AND delivery = (SELECT id FROM deliveries WHERE state = 'parked')",
    );
    scene
}

/// Asserts that the command is refused and changes nothing.
#[track_caller]
fn check_refused(scene: &Scene, arguments: &[&str], kind: &str, words: &str) {
    let before = scene.world.show(1);
    let _ = scene.world.hayon(arguments).code(1).complains(words);
    let error = scene
        .world
        .hayon(arguments.iter().chain(&["--json"]))
        .code(1)
        .error_json();
    assert_eq!(error["error"]["kind"], kind);
    assert_eq!(scene.world.show(1), before);
}

#[test]
fn a_retry_queues_what_is_parked_and_sends_nothing_itself() {
    let scene = refused();
    let said = scene.world.hayon(["retry", "#1"]).code(0);
    assert_eq!(
        said.stderr,
        "hint: a running daemon sends it; or `hayon daemon --once`\n"
    );
    let said = said.shows([
        "post 1 is not published everywhere yet\n",
        "mastodon  mastodon  queued  ",
    ]);
    assert!(!said.stdout.contains("hint:"), "{said}");
    assert!(scene.public("mastodon").is_empty());
    let _ = scene.world.hayon(["daemon", "--once"]).code(0);
    assert_eq!(scene.public("mastodon").len(), 1);
    assert_eq!(scene.public("bluesky").len(), 1);
    assert_eq!(scene.world.show(1)["status"], "COMPLETED");
}

#[test]
fn a_retry_prints_the_post_in_json() {
    let scene = refused();
    let arguments = ["retry", "1", "--account", "mastodon", "--json"];
    let post = scene.world.hayon(arguments).code(0).quiet().json();
    assert_eq!(delivery(&post, "mastodon")["state"], "queued");
    assert_eq!(delivery(&post, "mastodon")["reason"], json!(null));
    assert_eq!(delivery(&post, "bluesky")["state"], "delivered");
}

#[test]
fn a_retry_of_nothing_parked_or_of_a_wrong_account_is_refused() {
    let scene = refused();
    check_refused(
        &scene,
        &["retry", "1", "--account", "bluesky"],
        "nothing_parked",
        "error: post 1 has nothing parked for `bluesky`\n\
         hint: `hayon show 1` says how it stands\n",
    );
    check_refused(
        &scene,
        &["retry", "1", "--account", "nosuch"],
        "no_such_delivery",
        "error: post 1 does not go to `nosuch`\nhint: `hayon show 1` lists where it goes\n",
    );
    let _ = scene.world.hayon(["retry", "1"]).code(0);
    check_refused(
        &scene,
        &["retry", "1"],
        "nothing_parked",
        "error: post 1 has nothing parked\nhint: `hayon show 1` says how it stands\n",
    );
    let _ = scene
        .world
        .hayon(["retry", "1", "--account", "A b"])
        .code(2);
}

#[test]
fn a_retry_of_an_account_queues_what_waited_for_a_log_in_and_nothing_else() {
    let scene = refused();
    check_refused(
        &scene,
        &["retry", "--account", "mastodon"],
        "nothing_parked",
        "error: nothing parked for `mastodon` (login needed)\n\
         hint: `hayon list --parked` shows what is parked, and why\n",
    );
    let named = [
        "retry",
        "--account",
        "mastodon",
        "--reason",
        "refused",
        "--json",
    ];
    let posts = scene.world.hayon(named).code(0).quiet().json();
    assert_eq!(delivery(&posts[0], "mastodon")["state"], "queued");
    assert_eq!(posts.as_array().map(Vec::len), Some(1));
}

#[test]
fn a_person_who_found_it_public_says_where() {
    let scene = in_doubt();
    let url = "https://example.social/@alice/1";
    let arguments = ["resolve", "1", "--account", "mastodon", "--published", url];
    let said = scene.world.hayon(arguments).code(0).quiet();
    let _ = said.shows([
        "post 1 is published everywhere\n",
        &format!("delivered  {url}\n"),
    ]);
    let post = scene.world.show(1);
    let resolved = delivery(&post, "mastodon");
    assert_eq!(
        (&resolved["url"], &resolved["remote_id"]),
        (&json!(url), &json!(null))
    );
    assert_eq!(post["in_doubt"], false);
    let _ = scene.world.hayon(["daemon", "--once"]).code(0);
    assert!(scene.public("mastodon").is_empty());
}

#[test]
fn a_person_who_found_nothing_has_it_queued() {
    let scene = in_doubt();
    let arguments = ["resolve", "1", "--account", "mastodon", "--not-published"];
    let said = scene.world.hayon(arguments).code(0);
    let _ = said.mentions(["hint: a running daemon sends it; or `hayon daemon --once`\n"]);
    let _ = scene.world.hayon(["daemon", "--once"]).code(0);
    assert_eq!(scene.public("mastodon").len(), 1);
}

#[test]
fn what_is_not_in_doubt_is_not_resolved() {
    let scene = refused();
    let resolve = |account| ["resolve", "1", "--account", account, "--not-published"];
    check_refused(
        &scene,
        &resolve("bluesky"),
        "not_parked",
        "error: the delivery of post 1 to `bluesky` is delivered, not parked\n\
         hint: `hayon show 1` says how it stands\n",
    );
    check_refused(
        &scene,
        &resolve("mastodon"),
        "not_in_doubt",
        "error: the delivery of post 1 to `mastodon` is parked as refused, not in doubt\n\
         hint: `hayon retry 1` sends it again\n",
    );
    check_refused(
        &scene,
        &resolve("nosuch"),
        "no_such_delivery",
        "error: post 1 does not go to `nosuch`\nhint: `hayon show 1` lists where it goes\n",
    );
    for wrong in [
        &["resolve", "1", "--account", "mastodon"][..],
        &["resolve", "1", "--not-published"],
        &[
            "resolve",
            "1",
            "--account",
            "mastodon",
            "--published",
            "here",
        ],
        &[
            "resolve",
            "1",
            "--account",
            "mastodon",
            "--published",
            "javascript:alert(1)",
        ],
        &[
            "resolve",
            "1",
            "--account",
            "mastodon",
            "--published",
            "https://a.b/",
            "--not-published",
        ],
    ] {
        let _ = scene.world.hayon(wrong).code(2);
    }
}

#[test]
fn what_was_never_sent_is_cancelled() {
    let scene = Scene::new(&[]);
    let _ = scene
        .world
        .hayon(["post", "--queue", "Hello", "--to", "bluesky,mastodon"])
        .code(0)
        .quiet();
    let said = scene.world.hayon(["cancel", "1"]).code(0).quiet();
    assert_eq!(
        said.stdout,
        "post 1\n  bluesky: cancelled, it was never sent\n  mastodon: cancelled, it was never sent\n"
    );
    let _ = scene.world.hayon(["daemon", "--once"]).code(0);
    assert!(scene.public("bluesky").is_empty() && scene.public("mastodon").is_empty());
    // To cancel once more changes nothing.
    let _ = scene.world.hayon(["cancel", "1"]).code(0);
}

#[test]
fn what_is_delivered_is_too_late_and_the_rest_is_cancelled() {
    let scene = refused();
    let said = scene.world.hayon(["cancel", "1"]).code(1).quiet();
    assert!(
        said.stdout
            .contains("  bluesky: too late, delivered  https://"),
        "{said}"
    );
    let _ = said.shows(["  mastodon: cancelled, it was never sent\n"]);
    assert_eq!(scene.world.show(1)["status"], "PARTIAL_SUCCESS");
}

#[test]
fn a_person_who_resolves_says_one_thing_or_the_other() {
    let neither = ["resolve", "1", "--account", "mastodon"];
    let _ = alone()
        .hayon(neither)
        .code(2)
        .mentions(["<--published <URL>|--not-published>"]);
}

#[test]
fn a_cancel_answers_for_each_delivery_in_json() {
    let scene = refused();
    let post: Value = scene
        .world
        .hayon(["cancel", "1", "--json"])
        .code(1)
        .quiet()
        .json();
    assert_eq!(delivery(&post, "bluesky")["answer"], "too late");
    assert_eq!(delivery(&post, "mastodon")["answer"], "cancelled");
    assert!(fields(&post).contains(&"status"));
}

#[test]
fn what_is_in_doubt_is_under_way_until_somebody_has_looked() {
    let scene = in_doubt();
    let said = scene.world.hayon(["cancel", "1"]).code(6);
    let said = said.mentions([
        "hint: a running daemon looks, and sends nothing; or `hayon daemon --once`\n",
        "hint: what is under way ends by itself; `hayon show 1` will say how\n",
    ]);
    let _ = said.shows([
        "  mastodon: under way, it will end by itself: hayon looks whether it is public\n",
    ]);
    let _ = scene
        .world
        .hayon(["daemon", "--once", "--wait", "30s"])
        .code(0);
    assert_eq!(
        delivery(&scene.world.show(1), "mastodon")["state"],
        "cancelled"
    );
    assert!(scene.public("mastodon").is_empty());
}
