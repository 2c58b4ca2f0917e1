//! `hayon edit` and `hayon reschedule`: changes of what was not sent yet.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;
use serde_json::json;

use crate::alone;
use crate::support::World;
use crate::support::run::Ended;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

const LATER: &str = "2999-01-01T09:00:00Z";

/// Returns a world whose media folder is its own.
fn with_media() -> World {
    let mut world = alone();
    let folder = world.path("media").display().to_string();
    world.set("HAYON_MEDIA_FOLDER", &folder);
    world
}

/// Lets `script` be the editor: `$1` is the file that it is to change.
fn with_editor(world: &mut World, script: &str) {
    let path = world.write("editor", format!("#!/bin/sh\n{script}\n"));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a program");
    world.set("EDITOR", &path.display().to_string());
    world.set("PATH", "/usr/bin:/bin");
}

/// Returns how the post is after an edit with `flags`.
#[track_caller]
fn edit(world: &World, flags: &[&str]) -> Value {
    let always = ["edit", "1", "--json"];
    world.hayon(always.iter().chain(flags)).code(0).json()
}

fn media_files(world: &World) -> usize {
    let found = world
        .shell("find media -type f ! -name '.*' | wc -l", [""; 0])
        .code(0);
    found.stdout.trim().parse().expect("a count")
}

#[test]
fn flags_replace_what_they_name_and_leave_the_rest() {
    let scene = Scene::new(&[]);
    let _ = scene
        .world
        .hayon([
            "post", "One", "--cw", "spoiler", "--at", LATER, "--to", "mastodon",
        ])
        .code(0);
    let edited = edit(&scene.world, &["Two", "--lang", "en"]);
    assert_eq!(edited["text"], "Two");
    assert_eq!(edited["due_at"], LATER);
    let edited = edit(&scene.world, &["--to", "mastodon,bluesky", "--cw", ""]);
    assert_eq!(edited["text"], "Two");
    assert_eq!(edited["to"], json!(["mastodon", "bluesky"]));
    let bluesky = delivery(&edited, "bluesky");
    assert_eq!(
        (&bluesky["state"], &bluesky["due_at"]),
        (&json!("queued"), &json!(LATER))
    );
    let edited = edit(&scene.world, &["--to", "bluesky"]);
    assert_eq!(edited["deliveries"].as_array().unwrap().len(), 1);
    let _ = scene
        .world
        .hayon(["reschedule", "1", "--at", "now"])
        .code(0);
    let _ = scene.world.hayon(["daemon", "--once"]).code(0);
    assert_eq!(scene.public("bluesky")[0]["text"], "Two");
    assert!(scene.public("mastodon").is_empty());
}

#[test]
fn pictures_are_kept_replaced_and_left_out_with_their_files() {
    let world = with_media();
    world.picture("one.png", 8, 8);
    world.picture("two.png", 9, 9);
    let post = [
        "post", "Hi", "--at", LATER, "--media", "one.png", "--alt", "One",
    ];
    let _ = world.hayon(post).code(0);
    let key = world.show(1)["media"][0]["key"].clone();
    let edited = edit(&world, &["Still the same picture"]);
    assert_eq!((&edited["media"][0]["key"], media_files(&world)), (&key, 1));
    let edited = edit(&world, &["--media", "two.png", "--alt", "Two"]);
    assert_eq!(edited["media"][0]["alt"], "Two");
    assert_ne!(edited["media"][0]["key"], key);
    assert_eq!(media_files(&world), 1);
    let edited = edit(&world, &["--no-media"]);
    assert_eq!((&edited["media"], media_files(&world)), (&json!([]), 0));
}

#[test]
fn what_breaks_a_rule_is_refused_and_the_post_stays_as_it_was() {
    let world = alone();
    let _ = world.hayon(["post", "Hi", "--at", LATER]).code(0);
    let long = "x".repeat(301);
    let refused = world.hayon(["edit", "1", &long, "--json"]).code(3);
    let error = refused.error_json();
    assert_eq!(error["error"]["violations"][0]["rule"], "text_too_long");
    assert_eq!(world.show(1)["text"], "Hi");
}

#[test]
fn what_is_delivered_is_not_edited() {
    let scene = Scene::new(&[]);
    let _ = scene
        .world
        .hayon(["post", "Out", "--to", "mastodon"])
        .code(0);
    let _ = scene.world.hayon(["edit", "1", "Other"]).code(1).complains(
        "error: the delivery of post 1 to `mastodon` is delivered\n\
         hint: `hayon show 1` says how it stands\n",
    );
    let moved = scene
        .world
        .hayon(["reschedule", "1", "--at", "in 2h"])
        .code(1);
    let _ = moved.complains(
        "error: the delivery of post 1 to `mastodon` is delivered\n\
         hint: `hayon show 1` says how it stands\n",
    );
    assert_eq!(scene.world.show(1)["text"], "Out");
}

#[test]
fn a_post_that_a_platform_has_refused_is_mended_and_sent_once() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 status:422"]);
    let _ = scene
        .world
        .hayon(["post", "Bad", "--to", "mastodon"])
        .code(1);
    let said = scene.world.hayon(["edit", "1", "Good"]).code(0);
    let _ = said.mentions(["hint: what is parked stays so until `hayon retry 1`"]);
    let _ = scene.world.hayon(["retry", "1"]).code(0);
    let _ = scene.world.hayon(["daemon", "--once"]).code(0);
    let public = scene.public("mastodon");
    assert_eq!((public.len(), &public[0]["text"]), (1, &json!("Good")));
}

#[test]
fn without_flags_the_post_is_opened_in_an_editor_as_a_file() {
    let mut world = with_media();
    world.picture("one.png", 8, 8);
    let post = [
        "post",
        "Hello there",
        "--at",
        "2999-07-01 09:00",
        "--tz",
        "Europe/Berlin",
        "--lang",
        "en",
        "--media",
        "one.png",
        "--alt",
        "A \"quoted\" cat",
        "--text-for",
        "bluesky=For the sky",
    ];
    let _ = world.hayon(post).code(0);
    let before = world.show(1);
    let key = before["media"][0]["key"].as_str().unwrap();
    let seen = world.path("seen.md").display().to_string();
    with_editor(
        &mut world,
        &format!("cp \"$1\" '{seen}'; sed -i 's/Hello/Goodbye/' \"$1\""),
    );
    world.set("HAYON_BLUESKY_PASSWORD", "abcd-abcd-abcd-abcd");
    let said = world.hayon(["edit", "1"]).code(0).quiet();
    assert!(
        said.stdout
            .starts_with("post 1 is scheduled for 2999-07-01 09:00"),
        "{said}"
    );
    let file = fs::read_to_string(&seen).unwrap();
    assert_eq!(
        file,
        format!(
            "+++\nto = [\"bluesky\"]\nmedia = [\"{key}\"]\nalt = ['A \"quoted\" cat']\n\
             at = \"2999-07-01 09:00\"\ntz = \"Europe/Berlin\"\nlang = \"en\"\n\n\
             [texts]\nbluesky = \"For the sky\"\n+++\nHello there\n"
        )
    );
    let after = world.show(1);
    assert_eq!(after["text"], "Goodbye there");
    for same in ["due_at", "zone", "when", "media", "texts", "to"] {
        assert_eq!(after[same], before[same], "{same}");
    }
}

#[test]
fn an_editor_is_told_no_secret_and_leaves_no_file() {
    let mut world = alone();
    let _ = world.hayon(["post", "--draft", "Hi"]).code(0);
    world.set("HAYON_BLUESKY_PASSWORD", "abcd-abcd-abcd-abcd");
    let seen = world.path("environment").display().to_string();
    with_editor(
        &mut world,
        &format!("env > '{seen}'; ls -l \"$1\" >> '{seen}'; echo \"$1\" > name"),
    );
    let said = world.hayon(["edit", "1"]).code(0);
    let _ = said.mentions(["nothing was changed\n"]);
    let environment = fs::read_to_string(&seen).unwrap();
    assert!(!environment.contains("HAYON_") && environment.contains("EDITOR="));
    assert!(environment.contains("-rw-------"), "{environment}");
    let name = fs::read_to_string(world.path("name")).unwrap();
    assert!(!std::path::Path::new(name.trim()).exists());
}

/// Asserts that an edit in an editor failed, changed nothing, and kept what was written.
#[track_caller]
fn check_kept(world: &World, said: &Ended, written: &str) {
    let path = world.path("state/hayon/edit-1.md");
    let hint = format!(
        "what you wrote is kept: mend it, then `hayon edit 1 --file '{}'`",
        path.display()
    );
    assert!(said.stderr.contains(&hint), "{said}");
    let kept = fs::read_to_string(&path).expect("what was written");
    assert!(kept.contains(written), "{kept}");
    assert_eq!(world.show(1)["text"], "Hi");
}

#[test]
fn what_was_written_in_vain_is_kept() {
    let mut world = alone();
    let _ = world.hayon(["post", "Hi", "--at", LATER]).code(0);
    with_editor(&mut world, "sed -i 's/^to = .*/to = 5/' \"$1\"");
    let said = world.hayon(["edit", "1"]).code(3);
    check_kept(&world, &said, "to = 5");
    let long = "x".repeat(301);
    with_editor(&mut world, &format!("sed -i 's/Hi/{long}/' \"$1\""));
    let said = world.hayon(["edit", "1"]).code(3);
    check_kept(&world, &said, &long);
    with_editor(&mut world, "exit 7");
    let said = world.hayon(["edit", "1"]).code(1);
    assert!(said.stderr.contains("the editor `"), "{said}");
    assert!(said.stderr.contains("hint: nothing was changed"), "{said}");
}

#[test]
fn without_anything_to_change_or_an_editor_it_says_how() {
    let world = alone();
    let _ = world.hayon(["post", "--draft", "Hi"]).code(0);
    let _ = world.hayon(["edit", "1"]).code(2).complains(
        "error: nobody said what is to change\n\
         hint: name it with flags, hand it over with `--file`, or set `EDITOR`\n",
    );
}

#[test]
fn a_file_replaces_everything_and_keeps_pictures_by_their_keys() {
    let world = with_media();
    world.picture("one.png", 8, 8);
    let post = [
        "post", "--draft", "Hi", "--media", "one.png", "--alt", "One",
    ];
    let _ = world.hayon(post).code(0);
    let key = world.show(1)["media"][0]["key"].clone();
    let file = format!("+++\nto = [\"bluesky\"]\nmedia = [{key}]\nalt = [\"Another\"]\n+++\nNew\n");
    let edited = world.hayon_reading(&file, ["edit", "1", "--file", "-", "--json"]);
    let edited = edited.code(0).json();
    assert_eq!(edited["text"], "New");
    assert_eq!(
        (&edited["media"][0]["key"], &edited["media"][0]["alt"]),
        (&key, &json!("Another"))
    );
    world.write("new.md", "+++\nto = [\"bluesky\"]\n+++\nNewer\n");
    let edited = edit(&world, &["--file", "new.md"]);
    assert_eq!(
        (&edited["text"], &edited["media"]),
        (&json!("Newer"), &json!([]))
    );
}

#[test]
fn another_time_is_told_as_for_a_new_post_and_the_old_words_are_forgotten() {
    let world = alone();
    let _ = world.hayon(["post", "Hi", "--at", LATER]).code(0);
    let move_it = [
        "reschedule",
        "1",
        "--at",
        "2999-07-01 9:00",
        "--tz",
        "Asia/Tokyo",
    ];
    let said = world.hayon(move_it).code(0).quiet();
    assert!(
        said.stdout.starts_with(
            "post 1 is scheduled for 2999-07-01 09:00:00 JST (Asia/Tokyo), 2999-07-01T00:00:00Z, in "
        ),
        "{said}"
    );
    let post = world.show(1);
    assert_eq!(
        (&post["when"], &post["zone"]),
        (&json!("2999-07-01 9:00"), &json!("Asia/Tokyo"))
    );
    let past = world
        .hayon(["reschedule", "1", "--at", "2001-01-01 09:00"])
        .code(2);
    let _ = past.mentions(["hint: for at once, write `--at now`\n"]);
    let _ = world.hayon(["reschedule", "1"]).code(2);
}

#[test]
fn a_post_that_is_parked_as_late_goes_out_at_its_new_time() {
    let mut scene = Scene::new(&[]);
    scene.world.set("HAYON_DAEMON_MAX_LATE", "1h");
    let _ = scene
        .world
        .hayon(["post", "Hi", "--queue", "--to", "mastodon"])
        .code(0);
    scene
        .world
        .tamper("UPDATE deliveries SET due_at = 1000, next_at = 1000");
    let _ = scene.world.hayon(["daemon", "--once"]).code(1);
    assert_eq!(delivery(&scene.world.show(1), "mastodon")["reason"], "late");
    let _ = scene
        .world
        .hayon(["reschedule", "1", "--at", "now"])
        .code(0);
    let _ = scene.world.hayon(["daemon", "--once"]).code(0);
    assert_eq!(scene.public("mastodon").len(), 1);
}
