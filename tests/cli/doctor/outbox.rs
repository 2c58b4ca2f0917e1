//! What a doctor finds on this machine: in the outbox, beside it, and where the pictures are.

use std::fs;
use std::path::Path;

use crate::doctor::checks;
use crate::doctor::says;
use crate::doctor::wrong;
use crate::support::scene::Scene;

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a file of this world");
}

#[cfg(unix)]
#[test]
fn files_that_others_may_read_are_told_of() {
    let scene = Scene::new(&[]);
    let mut world = scene.another_machine();
    let _ = world.hayon(["post", "Hello"]).code(0).quiet();
    set_mode(&world.outbox(), 0o644);
    let open = checks(&world, 0, ["--offline"]);
    assert_eq!(wrong(&open), ["outbox access warning"]);
    let hint = says(&open, "outbox", "access", "its mode is 0644");
    assert_eq!(
        hint,
        format!("run `chmod 600 {}`", world.outbox().display())
    );
    set_mode(&world.outbox(), 0o600);

    world.unset("HAYON_MASTODON_TOKEN");
    let secret = &scene.sandbox.account("mastodon").secret;
    let credentials = format!("[mastodon]\ntoken = \"{secret}\"\n");
    let credentials = world.write("state/hayon/credentials.toml", credentials);
    set_mode(&credentials, 0o640);
    let refused = checks(&world, 5, ["--offline"]);
    assert_eq!(wrong(&refused), ["secrets token trouble"]);
    let hint = says(&refused, "secrets", "token", "can be read by others");
    assert!(hint.starts_with("run `chmod 600"), "{hint}");
    set_mode(&credentials, 0o600);
    let private = checks(&world, 0, ["--offline"]);
    says(&private, "secrets", "token", "which only you may read");
}

#[test]
fn posts_that_are_not_as_they_were_stored_are_named() {
    let scene = Scene::new(&[]);
    for text in ["one", "two", "three"] {
        let _ = scene.world.hayon(["post", text]).code(0).quiet();
    }
    scene
        .world
        .tamper("UPDATE posts SET content = replace(content, 'two', 'owt')");
    let checks = checks(&scene.world, 1, ["--offline"]);
    assert_eq!(wrong(&checks), ["outbox posts trouble"]);
    says(&checks, "outbox", "posts", "1 of 3 not as stored: 2");
}

#[test]
fn a_damaged_database_is_told_in_the_words_of_sqlite_and_left_as_it_is() {
    let scene = Scene::new(&[]);
    let world = &scene.world;
    let _ = world.hayon(["post", "Hello"]).code(0).quiet();
    world.tamper("PRAGMA wal_checkpoint(TRUNCATE)");
    let sound = fs::read(world.outbox()).unwrap();
    // An index that has lost its rows: only a thorough look finds that.
    let root: u32 = world
        .database()
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'attempts_of'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let mut damaged = sound.clone();
    let page = (root as usize - 1) * 4096;
    damaged[page + 3..page + 5].fill(0);
    fs::write(world.outbox(), &damaged).unwrap();
    let found = checks(world, 1, ["--offline"]);
    let hints = says(&found, "outbox", "database", "it is damaged: ");
    assert!(hints.contains(".recover"), "{hints}");
    assert_eq!(fs::read(world.outbox()).unwrap(), damaged);

    for contents in [
        &b"a letter to a friend, long enough for a database"[..],
        &sound[..5000],
    ] {
        fs::write(world.outbox(), contents).unwrap();
        let found = checks(world, 1, ["--offline"]);
        let troubles = wrong(&found);
        assert!(
            troubles.iter().all(|it| it.starts_with("outbox ")),
            "{troubles:?}"
        );
        assert_eq!(fs::read(world.outbox()).unwrap(), contents);
    }
}

#[test]
fn an_outbox_of_a_newer_hayon_is_told() {
    let scene = Scene::new(&[]);
    let _ = scene.world.hayon(["post", "Hello"]).code(0).quiet();
    scene.world.tamper("PRAGMA user_version = 99");
    let checks = checks(&scene.world, 1, ["--offline"]);
    assert_eq!(wrong(&checks), ["outbox file trouble"]);
    let hint = says(&checks, "outbox", "file", "has version 99");
    assert!(hint.contains("use the newer hayon"), "{hint}");
}

#[test]
fn an_outbox_of_an_older_hayon_is_not_upgraded_by_a_look() {
    let scene = Scene::new(&[]);
    let _ = scene.world.hayon(["post", "Hello"]).code(0).quiet();
    scene.world.tamper("PRAGMA user_version = 0");
    let checks = checks(&scene.world, 0, ["--offline"]);
    says(
        &checks,
        "outbox",
        "file",
        "is upgraded, after a backup, when",
    );
    let version = scene
        .world
        .database()
        .query_row("PRAGMA user_version", [], |row| row.get(0));
    assert_eq!(version, Ok(0));
}

#[test]
fn who_sends_is_named_and_not_disturbed() {
    let scene = Scene::new(&[]);
    let daemon = scene.world.start_daemon();
    let held = checks(&scene.world, 0, ["--offline"]);
    let holder = format!("`hayon daemon` (process {}) sends", daemon.pid());
    says(&held, "outbox", "sender", &holder);
    let _ = scene
        .world
        .hayon(["post", "--queue", "Hello"])
        .code(0)
        .quiet();
    scene.wait_for("answered", "POST", "/api/v1/statuses", 1);
    daemon.terminate();
    let _ = daemon.wait().code(0);
    let free = checks(&scene.world, 0, ["--offline"]);
    says(&free, "outbox", "sender", "nobody sends now");
}

#[test]
fn what_waits_for_a_person_or_for_a_daemon_is_told_with_the_command_for_it() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 status:422"]);
    let _ = scene
        .world
        .hayon(["post", "refused", "--to", "mastodon"])
        .code(1);
    for _ in 0..2 {
        let queue = ["post", "queued", "--to", "mastodon", "--queue", "--again"];
        let _ = scene.world.hayon(queue).code(0).quiet();
    }
    let fresh = checks(&scene.world, 0, ["--offline"]);
    assert_eq!(
        wrong(&fresh),
        ["outbox parked warning"],
        "what is just due is not overdue"
    );
    scene
        .world
        .tamper("UPDATE deliveries SET next_at = next_at - 120000 WHERE state = 'queued'");
    let late = checks(&scene.world, 0, ["--offline"]);
    assert_eq!(
        wrong(&late),
        ["outbox queue warning", "outbox parked warning"]
    );
    let hint = says(&late, "outbox", "queue", "2 overdue, and nobody sends");
    assert!(hint.contains("`hayon daemon`"), "{hint}");
    let hint = says(&late, "outbox", "parked", "1 parked (refused)");
    let command = hint.split('`').nth(1).expect("a command");
    let shown = scene
        .world
        .hayon(command.split(' ').skip(1))
        .code(0)
        .quiet();
    let _ = shown.shows(["refused"]);
    scene
        .world
        .tamper("UPDATE deliveries SET account = 'gone' WHERE state = 'queued'");
    let gone = checks(&scene.world, 0, ["--offline"]);
    says(
        &gone,
        "outbox",
        "queue",
        "what waits for `gone` has no account to go to",
    );
}

#[test]
fn what_is_in_the_way_of_an_outbox_or_of_pictures_is_told() {
    let mut world = crate::alone();
    world.set("HAYON_BLUESKY_PASSWORD", "xxxx-xxxx-xxxx-xxxx");
    let file = world.write("file", "in the way").display().to_string();
    world.set("HAYON_MEDIA_FOLDER", &file);
    let outbox = world.path("file").join("outbox.db");
    world.set("HAYON_OUTBOX", &outbox.display().to_string());
    let checks = checks(&world, 1, ["--offline"]);
    assert_eq!(
        wrong(&checks),
        ["outbox file trouble", "media folder trouble"]
    );
    let obstacle = format!("none can be made: `{file}` is no folder");
    says(&checks, "media", "folder", &obstacle);
    let hint = says(&checks, "outbox", "file", &obstacle);
    assert!(hint.contains("`--outbox`"), "{hint}");
}
