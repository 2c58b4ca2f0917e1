//! Damage on this machine: a flipped byte, a lost picture, a newer outbox, a full disk. Nothing
//! that is not what was promised is ever published.

use std::fs;
use std::path::PathBuf;

use crate::support::World;
use crate::support::run::Ended;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

#[track_caller]
fn queue_with_picture(scene: &Scene, platform: &str) -> PathBuf {
    let picture = scene.world.picture("one.png", 30, 20).display().to_string();
    let post = ["post", "a picture", "--to", platform, "--queue", "--json"];
    let media = ["--media", &picture, "--alt", "one"];
    let post = scene.world.hayon(post.iter().chain(&media)).code(0).json();
    let key = post["media"][0]["key"].as_str().expect("a key").to_owned();
    scene.world.path("media").join(key)
}

#[track_caller]
fn deliver(world: &World, code: i32) -> Ended {
    world
        .hayon(["daemon", "--once", "--wait", "30s"])
        .code(code)
}

#[track_caller]
fn assert_refused(scene: &Scene, platform: &str, words: &str) {
    let post = scene.world.show(1);
    let parked = delivery(&post, platform);
    assert_eq!(parked["state"], "parked", "{post:#}");
    assert_eq!(parked["reason"], "refused", "{post:#}");
    let said = parked["error"]["message"].as_str().unwrap_or_default();
    assert!(said.contains(words), "{post:#}");
    assert!(scene.public(platform).is_empty());
}

#[test]
fn a_damaged_row_is_never_published() {
    let damages = [
        "UPDATE posts SET content = replace(content, 'Hello', 'Hallo')",
        "UPDATE posts SET digest = replace(digest, substr(digest, 1, 1), 'z')",
        "UPDATE posts SET content = ''",
        // A flipped bit may leave what is no text at all.
        "UPDATE posts SET key = CAST(X'FF' AS TEXT)",
        "UPDATE deliveries SET identity = CAST(X'FF' AS TEXT)",
        "UPDATE deliveries SET platform = CAST(X'6DFF' AS TEXT)",
    ];
    for damage in damages {
        let scene = Scene::new(&[]);
        let post = ["post", "Hello", "--to", "mastodon", "--queue"];
        let _ = scene.world.hayon(post).code(0);
        scene.world.tamper(damage);
        let told = deliver(&scene.world, 1);
        assert!(told.stdout.contains("the row is damaged"), "{told}");
        assert_refused(&scene, "mastodon", "the row is damaged");
        // It is still listed and shown, and can be cancelled.
        let listed = scene.world.hayon(["list"]).code(0);
        assert!(listed.stdout.contains("FAILED"), "{listed}");
        let _ = scene.world.hayon(["cancel", "1"]).code(0);
    }
}

#[test]
fn a_picture_that_was_altered_is_not_published() {
    for platform in ["bluesky", "mastodon"] {
        let scene = Scene::new(&[]);
        let file = queue_with_picture(&scene, platform);
        let mut bytes = fs::read(&file).expect("the picture");
        *bytes.last_mut().expect("a byte") ^= 1;
        fs::write(&file, bytes).expect("a picture altered");
        let told = deliver(&scene.world, 1);
        assert!(told.stdout.contains("parked (refused)"), "{told}");
        assert_refused(
            &scene,
            platform,
            "is not what it was when the post was made",
        );
    }
}

#[test]
fn a_post_whose_picture_is_gone_is_not_published() {
    for platform in ["bluesky", "mastodon"] {
        let scene = Scene::new(&[]);
        let file = queue_with_picture(&scene, platform);
        fs::remove_file(&file).expect("a picture removed");
        let told = deliver(&scene.world, 1);
        assert!(told.stdout.contains("parked (refused)"), "{told}");
        assert_refused(&scene, platform, "the media store has no");
    }
}

#[test]
fn an_upload_that_has_expired_is_refused_and_nothing_is_stored() {
    for scene in [Scene::new(&[]), Scene::with_bucket(&[])] {
        let picture = scene.world.picture("one.png", 30, 20).display().to_string();
        let upload = ["media", "upload", &picture, "--json"];
        let uploaded = scene.world.hayon(upload).code(0).json();
        let key = uploaded[0]["key"].as_str().expect("a key");
        assert!(key.starts_with("temp/"), "{key}");
        // As the rule of a bucket does after some days.
        let places = [scene.world.path("media"), scene.sandbox.objects()];
        let removed = places.map(|place| fs::remove_file(place.join(key)));
        assert!(removed.iter().any(Result::is_ok), "{removed:?}");
        let post = [
            "post", "late", "--to", "mastodon", "--media", key, "--alt", "x",
        ];
        let told = scene.world.hayon(post).any_code([1, 3]);
        assert!(told.stderr.contains(key), "{told}");
        assert!(scene.world.list().is_empty());
        assert!(scene.public("mastodon").is_empty());
    }
}

#[test]
fn a_post_does_not_need_the_file_that_it_was_made_from() {
    let scene = Scene::new(&[]);
    let _ = queue_with_picture(&scene, "mastodon");
    fs::remove_file(scene.world.path("one.png")).expect("the original removed");
    let _ = deliver(&scene.world, 0);
    let public = scene.public("mastodon");
    assert_eq!(public[0]["media"][0]["alt"], "one", "{public:#?}");
}

#[test]
fn the_outbox_of_a_newer_hayon_is_refused_and_left_as_it_is() {
    let scene = Scene::new(&[]);
    let post = ["post", "kept", "--to", "mastodon", "--queue"];
    let _ = scene.world.hayon(post).code(0);
    let version: i64 = scene
        .world
        .database()
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .expect("a version");
    scene.world.tamper("PRAGMA user_version = 99");
    for command in [
        &["list"][..],
        &["daemon", "--once"],
        &["post", "another", "--to", "mastodon"],
        &["cancel", "1"],
    ] {
        let told = scene.world.hayon(command).code(1);
        assert!(told.stderr.contains("has version 99"), "{told}");
        assert!(told.stderr.contains("use the newer hayon"), "{told}");
    }
    scene
        .world
        .tamper(&format!("PRAGMA user_version = {version}"));
    assert_eq!(scene.world.list().len(), 1);
    assert!(scene.public("mastodon").is_empty());
}

#[test]
fn a_daemon_stops_when_a_newer_hayon_upgrades_the_outbox_under_it() {
    let scene = Scene::new(&[]);
    let daemon = scene.world.start_daemon();
    scene.world.tamper("PRAGMA user_version = 99");
    let told = daemon.wait().code(1);
    assert!(
        told.stderr
            .contains("a newer hayon has upgraded the outbox"),
        "{told}"
    );
}

#[test]
fn what_is_no_outbox_is_refused_and_left_as_it_is() {
    let scene = Scene::new(&[]);
    let contents = "a letter to a friend, long enough to be mistaken for a database of somebody's";
    let path = scene.world.write("outbox.db", contents);
    let told = scene
        .world
        .hayon(["post", "lost", "--to", "mastodon"])
        .code(1);
    assert!(told.stderr.contains("error:"), "{told}");
    assert!(told.stderr.contains("hint:"), "{told}");
    assert_eq!(fs::read_to_string(&path).expect("the letter"), contents);
    assert!(scene.public("mastodon").is_empty());
}

/// Makes `hayon` run where no file can grow beyond 64 KiB, as on a disk that is all but full.
#[track_caller]
fn on_a_full_disk(world: &World, arguments: &[&str], code: i32) -> Ended {
    let script = r#"trap '' XFSZ; ulimit -f 128; exec "$0" "$@""#;
    let hayon = crate::support::binary::hayon();
    let shell = ["-c", script, hayon];
    world
        .start_program("sh", shell.iter().chain(arguments))
        .wait()
        .code(code)
}

#[test]
fn a_full_disk_accepts_nothing_and_sends_nothing() {
    let scene = Scene::new(&[]);
    let post = ["post", "lost", "--to", "mastodon"];
    let told = on_a_full_disk(&scene.world, &post, 1);
    assert!(told.stderr.contains("error: the outbox failed"), "{told}");
    assert!(
        scene
            .requests("received", "POST", "/api/v1/statuses")
            .is_empty()
    );
    // Once there is room, nothing stands in the way.
    let _ = scene.world.hayon(post).code(0);
    assert_eq!(scene.public("mastodon").len(), 1);
}

#[test]
fn an_outbox_that_cannot_be_made_is_an_error_and_nothing_is_sent() {
    let mut scene = Scene::new(&[]);
    let _ = scene.world.write("file", "in the way");
    let path = scene
        .world
        .path("file")
        .join("outbox.db")
        .display()
        .to_string();
    scene.world.set("HAYON_OUTBOX", &path);
    let told = scene
        .world
        .hayon(["post", "lost", "--to", "mastodon"])
        .code(1);
    assert!(told.stderr.contains("cannot make the folder"), "{told}");
    assert!(told.stderr.contains("hint:"), "{told}");
    assert!(scene.public("mastodon").is_empty());
}

/// Keeps the outbox from being written while the sandbox takes its time over `path`.
#[track_caller]
fn unwritable_during(path: &str) -> Scene {
    let scene = Scene::with_faults(&[&format!("mastodon POST {path} #1 slow:1s")]);
    let picture = scene.world.picture("one.png", 30, 20).display().to_string();
    let post = [
        "post", "lost", "--to", "mastodon", "--media", &picture, "--alt", "one",
    ];
    let running = scene.world.start(post);
    scene.wait_for("received", "POST", path, 1);
    let database = scene.world.database();
    database.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let told = running.wait().code(1);
    assert!(told.stderr.contains("so nothing more was sent"), "{told}");
    assert!(
        told.stderr
            .contains("what was under way is cleared up first"),
        "{told}"
    );
    database.execute_batch("ROLLBACK").expect("a lock");
    scene
}

#[test]
fn an_outcome_that_cannot_be_written_down_is_found_again_by_the_next_start() {
    let scene = unwritable_during("/api/v1/statuses");
    assert_eq!(scene.public("mastodon").len(), 1);
    let _ = deliver(&scene.world, 0);
    assert_eq!(scene.world.show(1)["status"], "COMPLETED");
    assert_eq!(scene.public("mastodon").len(), 1);
}

#[test]
fn nothing_public_is_sent_that_could_not_be_written_down_first() {
    let scene = unwritable_during("/api/v2/media");
    assert!(
        scene
            .requests("received", "POST", "/api/v1/statuses")
            .is_empty()
    );
    let _ = deliver(&scene.world, 0);
    assert_eq!(scene.public("mastodon").len(), 1);
}
