//! `hayon post --draft`, `hayon submit`, `hayon delete`, and the guard against pressing twice.

use std::fs;

use serde_json::json;

use crate::alone;
use crate::support::World;
use crate::support::scene::Scene;

/// Returns the files under `posts/` of the media folder.
fn kept_files(world: &World) -> usize {
    fn count(folder: &std::path::Path) -> usize {
        let Ok(entries) = fs::read_dir(folder) else {
            return 0;
        };
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths
            .map(|path| if path.is_dir() { count(&path) } else { 1 })
            .sum()
    }
    count(&world.path("media"))
}

#[test]
fn a_draft_is_stored_and_nothing_of_it_is_sent_until_it_is_submitted() {
    let scene = Scene::new(&[]);
    let said = scene
        .world
        .hayon(["post", "--draft", "Not yet", "--to", "mastodon"])
        .code(0);
    assert_eq!(said.stdout, "post 1 is a draft for mastodon\n");
    let _ = said.mentions(["hint: `hayon edit 1` changes it, `hayon submit 1` promises it"]);
    let _ = scene.world.hayon(["daemon", "--once"]).code(0);
    let draft = scene.world.show(1);
    assert_eq!(draft["status"], "DRAFT");
    assert_eq!(draft["deliveries"], json!([]));
    assert_eq!(draft["to"], json!(["mastodon"]));
    assert!(scene.public("mastodon").is_empty());

    let submitted = scene.world.hayon(["submit", "1", "--json"]).code(0).json();
    assert_eq!(submitted["status"], "PENDING");
    assert!(scene.public("mastodon").is_empty());
    let _ = scene.world.hayon(["daemon", "--once"]).code(0);
    assert_eq!(scene.public("mastodon")[0]["text"], "Not yet");
    let _ = scene.world.hayon(["submit", "1"]).code(1).complains(
        "error: post 1 is no draft\n\
         hint: `hayon show 1` says how it stands\n",
    );
    assert_eq!(scene.public("mastodon").len(), 1);
}

#[test]
fn a_draft_may_break_rules_and_is_refused_when_it_is_submitted() {
    let world = alone();
    let long = "x".repeat(301);
    let said = world.hayon(["post", "--draft", &long]).code(0);
    let _ = said.mentions(["warning: as it is, it would be refused: "]);
    let refused = world.hayon(["submit", "1", "--json"]).code(3);
    let error = refused.error_json();
    assert_eq!(error["error"]["violations"][0]["rule"], "text_too_long");
    assert_eq!(world.show(1)["status"], "DRAFT");
    let _ = world.hayon(["edit", "1", "Shorter"]).code(0);
    let submitted = world.hayon(["submit", "1", "--json"]).code(0).json();
    assert_eq!(submitted["text"], "Shorter");
}

#[test]
fn a_picture_that_cannot_be_used_is_refused_even_for_a_draft() {
    let world = alone();
    world.write("cat.png", "no picture");
    let _ = world
        .hayon(["post", "--draft", "Hi", "--media", "cat.png"])
        .code(3);
    assert!(world.list().is_empty());
}

#[test]
fn a_draft_is_submitted_for_its_own_time_or_for_another() {
    let world = alone();
    let later = "2999-01-01T09:00:00Z";
    for text in ["One", "Two", "Three"] {
        let draft = ["post", "--draft", text, "--at", later];
        let said = world.hayon(draft).code(0);
        assert!(said.stdout.contains("to be submitted for 2999-01-01"));
    }
    let one = world.hayon(["submit", "1", "--json"]).code(0).json();
    assert_eq!(
        (&one["status"], &one["due_at"]),
        (&json!("SCHEDULED"), &json!(later))
    );
    let other = [
        "submit",
        "2",
        "--at",
        "2998-01-01 09:00",
        "--tz",
        "Asia/Tokyo",
        "--json",
    ];
    let two = world.hayon(other).code(0).json();
    assert_eq!(two["due_at"], "2998-01-01T00:00:00Z");
    let three = world
        .hayon(["submit", "3", "--at", "now", "--json"])
        .code(0);
    assert_eq!(three.json()["status"], "PENDING");
}

#[test]
fn a_draft_whose_time_is_over_says_so_and_stays_a_draft() {
    let scene = Scene::new(&[]);
    let draft = ["post", "--draft", "Old", "--at", "2999-01-01T09:00:00Z"];
    let _ = scene.world.hayon(draft).code(0);
    scene
        .world
        .tamper("UPDATE posts SET asked_at = 1000, due_at = 1000");
    let said = scene.world.hayon(["submit", "1"]).code(2);
    let _ = said.mentions([
        "error: the time is in the past: 1970-01-01",
        "hint: give another with `--at WHEN`, or `--at now`",
    ]);
    assert_eq!(scene.world.show(1)["status"], "DRAFT");
}

#[test]
fn a_draft_is_neither_cancelled_nor_sent_by_its_key() {
    let world = alone();
    let _ = world.hayon(["post", "--draft", "Hi", "--key", "k"]).code(0);
    let _ = world.hayon(["cancel", "1"]).code(1).complains(
        "error: post 1 is a draft: nothing of it was promised\n\
         hint: `hayon delete 1` forgets it\n",
    );
    let said = world.hayon(["post", "--queue", "Hi", "--key", "k"]).code(1);
    let _ = said.mentions([
        "error: post 1 has this key, and is a draft\n",
        "hint: `hayon submit 1` publishes it\n",
    ]);
    let again = world.hayon(["post", "--draft", "Hi", "--key", "k"]).code(0);
    let _ = again.mentions(["post 1 has this key already; nothing new was stored\n"]);
    assert_eq!(world.list().len(), 1);
}

#[test]
fn to_delete_a_post_deletes_its_pictures_and_leaves_what_is_public() {
    let scene = Scene::new(&[]);
    scene.world.picture("cat.png", 8, 8);
    let post = ["post", "Hi", "--media", "cat.png", "--alt", "A cat"];
    let _ = scene.world.hayon(post).code(0);
    assert!(kept_files(&scene.world) > 0);
    let deleted = scene.world.hayon(["delete", "1", "--json"]).code(0).json();
    assert_eq!(deleted["status"], "COMPLETED");
    assert_eq!(kept_files(&scene.world), 0);
    assert!(scene.world.list().is_empty());
    assert_eq!(scene.public("mastodon").len(), 1);
    let _ = scene.world.hayon(["show", "1"]).code(1);
}

#[test]
fn what_is_still_to_be_sent_is_not_deleted() {
    let world = alone();
    let _ = world.hayon(["post", "--queue", "Hi"]).code(0);
    let _ = world.hayon(["delete", "1"]).code(1).complains(
        "error: the delivery of post 1 to `bluesky` is queued\n\
         hint: first take it back: `hayon cancel 1`\n",
    );
    let _ = world.hayon(["cancel", "1"]).code(0);
    let said = world.hayon(["delete", "1"]).code(0).quiet();
    assert_eq!(said.stdout, "post 1 is deleted\n");
}

#[test]
fn a_key_that_has_published_publishes_nothing_more_when_its_post_is_deleted() {
    let scene = Scene::new(&[]);
    let post = ["post", "Out", "--key", "release-1"];
    let _ = scene.world.hayon(post).code(0);
    let _ = scene.world.hayon(["delete", "1"]).code(0);
    let said = scene.world.hayon(post).code(1);
    let _ = said.mentions(["error: post 1 had this key, was published, and is deleted\n"]);
    assert_eq!(scene.public("mastodon").len(), 1);
    assert_eq!(scene.public("bluesky").len(), 1);
}

#[test]
fn the_same_words_to_the_same_account_are_refused_unless_they_are_wanted_again() {
    let scene = Scene::new(&[]);
    let _ = scene.world.hayon(["post", "Hello"]).code(0);
    let said = scene
        .world
        .hayon(["post", "Hello", "--to", "mastodon"])
        .code(1);
    assert_eq!(said.stdout, "");
    let _ = said.mentions([
        "error: post 1 says the same to `mastodon`, and went out at ",
        "hint: `hayon show 1` shows it\n",
        "hint: to say it once more, add `--again`\n",
    ]);
    let refused = scene.world.hayon(["post", "Hello", "--json"]).code(1);
    assert_eq!(refused.error_json()["error"]["kind"], "said_already");
    assert_eq!(scene.world.list().len(), 1);
    let again = ["post", "Hello", "--to", "mastodon", "--again"];
    let _ = scene.world.hayon(again).code(0);
    assert_eq!(scene.public("mastodon").len(), 2);
}

#[test]
fn a_refused_twin_leaves_no_picture_behind() {
    let world = {
        let mut world = alone();
        world.set(
            "HAYON_MEDIA_FOLDER",
            &world.path("media").display().to_string(),
        );
        world
    };
    world.picture("cat.png", 8, 8);
    let post = [
        "post", "--queue", "Hi", "--media", "cat.png", "--alt", "A cat",
    ];
    let _ = world.hayon(post).code(0);
    let files = kept_files(&world);
    let _ = world.hayon(post).code(1);
    assert_eq!(kept_files(&world), files);
}

#[test]
fn a_draft_that_another_post_says_already_is_submitted_only_if_it_is_wanted_again() {
    let world = alone();
    let _ = world.hayon(["post", "--draft", "Hi"]).code(0);
    let _ = world.hayon(["post", "--queue", "Hi"]).code(0);
    let said = world.hayon(["submit", "1"]).code(1);
    let _ = said.mentions(["error: post 2 says the same to `bluesky`, and is queued\n"]);
    let _ = world.hayon(["submit", "1", "--again"]).code(0);
}

#[test]
fn on_a_terminal_the_person_is_asked_whether_the_same_is_meant_once_more() {
    let world = alone();
    let _ = world.hayon(["post", "--queue", "Hi"]).code(0);
    let again = ["post", "--queue", "Hi", "--color", "never"];
    let said = world.on_terminal_typing("n", 200, &again).code(1);
    let asked = "post 1 says the same to `bluesky`, and is queued; once more?";
    assert!(said.stdout.contains(asked), "{said}");
    assert_eq!(world.list().len(), 1);
    let said = world.on_terminal_typing("y", 200, &again).code(0);
    assert!(said.stdout.contains(asked), "{said}");
    assert_eq!(world.list().len(), 2);
    // Programs are not asked.
    let json = ["post", "--queue", "Hi", "--json"];
    let _ = world.on_terminal_typing("y", 200, &json).code(1);
}
