//! Two posts with the same words, on purpose: each is public once, and neither is taken for the
//! other.

use std::collections::BTreeSet;

use crate::support::scene::Scene;
use crate::support::scene::delivery;

const STATUSES: &str = "/api/v1/statuses";

/// Queues the same words twice, lets the sendings meet `deeds` in turn, and asserts that at the end
/// there are two posts, and that each delivery names its own.
#[track_caller]
fn check(version: &str, deeds: &[&str]) {
    let faults = (1..).zip(deeds);
    let faults: Vec<String> = faults
        .map(|(nth, deed)| format!("mastodon POST {STATUSES} #{nth} {deed}"))
        .collect();
    let mut arguments = vec!["--mastodon-version", version];
    for fault in &faults {
        arguments.extend(["--fault", fault]);
    }
    let scene = Scene::new(&arguments);
    for _ in 0..2 {
        let post = ["post", "the same", "--to", "mastodon", "--queue", "--again"];
        let _ = scene.world.hayon(post).code(0);
    }
    let _ = scene
        .world
        .hayon(["daemon", "--once", "--wait", "90s"])
        .code(0);
    let id = |value: &serde_json::Value| value.as_str().expect("an id").to_owned();
    let public: BTreeSet<String> = scene
        .public("mastodon")
        .iter()
        .map(|p| id(&p["id"]))
        .collect();
    let named: BTreeSet<String> = [1, 2]
        .map(|number| {
            let post = scene.world.show(number);
            assert_eq!(post["status"], "COMPLETED", "{deeds:?}: {post:#}");
            id(&delivery(&post, "mastodon")["remote_id"])
        })
        .into();
    assert_eq!(public.len(), 2, "{deeds:?}");
    assert_eq!(named, public, "{deeds:?}");
}

#[test]
fn the_same_words_twice_are_two_posts_whichever_answer_is_lost() {
    const NOTHING: &str = "refuse-and-hang-up";
    const ARRIVED: &str = "act-and-hang-up";
    for deeds in [
        [ARRIVED, ARRIVED],
        [NOTHING, NOTHING],
        [ARRIVED, NOTHING],
        // The first is looked for, and what is found is the second.
        [NOTHING, ARRIVED],
    ] {
        check("4.5", &deeds);
    }
}

#[test]
fn what_a_person_found_public_is_not_taken_for_another_post_with_the_same_words() {
    let verify = "mastodon GET /api/v1/accounts/verify_credentials";
    let scene = Scene::with_faults(&[
        &format!("mastodon POST {STATUSES} #1 refuse-and-hang-up"),
        &format!("mastodon POST {STATUSES} #2 act-and-hang-up"),
        &format!("{verify} #1 status:401"),
        &format!("{verify} #2 status:401"),
    ]);
    for _ in 0..2 {
        let post = ["post", "the same", "--to", "mastodon", "--queue", "--again"];
        let _ = scene.world.hayon(post).code(0);
    }
    let once = ["daemon", "--once", "--wait", "60s"];
    let _ = scene.world.hayon(once).code(7);
    let url = scene.public("mastodon")[0]["url"].clone();
    let url = url.as_str().expect("an address");
    let resolve = ["resolve", "2", "--account", "mastodon", "--published", url];
    let _ = scene.world.hayon(resolve).code(0);
    let _ = scene.world.hayon(["retry", "1"]).code(0);
    let _ = scene.world.hayon(once).code(0);
    assert_eq!(scene.public("mastodon").len(), 2);
    assert_ne!(delivery(&scene.world.show(1), "mastodon")["url"], url);
}
