//! An outbox that is put back from a backup, or has lost its log: nothing that may have been sent
//! since goes out by itself. One that a CI job carries in a cache is none of that.

use std::fs;
use std::path::PathBuf;

use crate::support::World;
use crate::support::run::Ended;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

const STATUSES: &str = "/api/v1/statuses";
const ONCE: [&str; 4] = ["daemon", "--once", "--wait", "30s"];
const TOLD: &str = "the outbox was put back from a backup";

#[track_caller]
fn queue(world: &World, text: &str, platform: &str) {
    let post = ["post", text, "--to", platform, "--queue"];
    let _ = world.hayon(post).code(0);
}

fn file(world: &World, ending: &str) -> PathBuf {
    world.path(&format!("outbox.db{ending}"))
}

/// Copies the outbox and its log beside them.
#[track_caller]
fn back_up(world: &World) {
    for ending in ["", "-wal"] {
        let kept = file(world, &format!("{ending}.kept"));
        fs::copy(file(world, ending), kept).expect("a copy");
    }
}

/// Puts the copy in the place of the outbox.
#[track_caller]
fn put_back(world: &World) {
    fs::remove_file(file(world, "-shm")).expect("no index");
    for ending in ["", "-wal"] {
        let kept = file(world, &format!("{ending}.kept"));
        fs::copy(kept, file(world, ending)).expect("a copy put back");
    }
}

#[track_caller]
fn assert_waits(world: &World, number: u64, account: &str, reason: &str) {
    let post = world.show(number);
    let parked = delivery(&post, account);
    assert_eq!(parked["state"], "parked", "{post:#}");
    assert_eq!(parked["reason"], reason, "{post:#}");
}

#[track_caller]
fn once(world: &World) -> Ended {
    world.hayon(ONCE).code(0)
}

#[test]
fn what_a_backup_shows_as_not_yet_sent_waits_for_a_person() {
    let scene = Scene::new(&[]);
    let mut world = scene.another_machine();
    queue(&world, "sent since", "mastodon");
    queue(&world, "not sent", "bluesky");
    back_up(&world);
    world.unset("HAYON_BLUESKY_PASSWORD");
    let _ = world.hayon(ONCE).any_code([0, 5]);
    let url = world.show(1)["deliveries"][0]["url"].clone();
    let url = url.as_str().expect("an address").to_owned();
    let (password, secret) = scene.sandbox.account("bluesky").secret_variable();
    world.set(&password, &secret);
    // A backup may be put back more than once.
    for _ in 0..2 {
        put_back(&world);
        let told = once(&world);
        assert!(told.stderr.contains(TOLD), "{told}");
        assert_waits(&world, 1, "mastodon", "restored");
        assert_waits(&world, 2, "bluesky", "restored");
        // It is said once.
        let told = once(&world);
        assert!(!told.stderr.contains(TOLD), "{told}");
    }
    world.set("COLUMNS", "200");
    let told = world.hayon(["show", "1"]).code(0);
    assert!(told.stdout.contains("parked (restored)"), "{told}");
    let resolve = ["resolve", "1", "--account", "mastodon", "--published", &url];
    let _ = world.hayon(resolve).code(0);
    let _ = world.hayon(["retry", "2"]).code(0);
    let _ = once(&world);
    for number in [1, 2] {
        assert_eq!(world.show(number)["status"], "COMPLETED");
    }
    assert_eq!(scene.public("mastodon").len(), 1);
    assert_eq!(scene.public("bluesky").len(), 1);
    // What is new is sent as ever.
    let _ = world.hayon(["post", "new", "--to", "mastodon"]).code(0);
    assert_eq!(scene.public("mastodon").len(), 2);
}

#[test]
fn a_new_post_beside_a_backup_is_sent_and_the_old_ones_wait() {
    let scene = Scene::new(&[]);
    let world = &scene.world;
    queue(world, "sent since", "mastodon");
    back_up(world);
    let _ = once(world);
    put_back(world);
    let told = world.hayon(["post", "new", "--to", "mastodon"]).code(0);
    assert!(told.stderr.contains(TOLD), "{told}");
    assert_waits(world, 1, "mastodon", "restored");
    assert_eq!(world.show(2)["status"], "COMPLETED");
    assert_eq!(scene.public("mastodon").len(), 2);
}

#[test]
fn what_was_being_sent_when_the_backup_was_made_is_looked_for_and_not_sent_again() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 act-and-hang"]);
    let world = &scene.world;
    queue(world, "under way", "mastodon");
    let daemon = world.start_daemon();
    scene.wait_for("acted", "POST", STATUSES, 1);
    back_up(world);
    let _ = daemon.kill().killed();
    let _ = once(world);
    queue(world, "later", "mastodon");
    let _ = once(world);
    put_back(world);
    let _ = once(world);
    assert_waits(world, 1, "mastodon", "in_doubt");
    let _ = world.hayon(["retry", "1"]).code(0);
    let _ = once(world);
    assert_eq!(world.show(1)["status"], "COMPLETED");
    assert_eq!(scene.public("mastodon").len(), 2);
}

#[test]
fn an_outbox_that_has_lost_its_log_sends_nothing_again() {
    let scene = Scene::new(&[]);
    let world = &scene.world;
    queue(world, "once", "mastodon");
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    let database = world.database();
    database
        .query_row(checkpoint, [], |_| Ok(()))
        .expect("a checkpoint");
    drop(database);
    let _ = once(world);
    for ending in ["-wal", "-shm"] {
        fs::remove_file(file(world, ending)).expect("a file of the outbox");
    }
    let told = once(world);
    assert!(told.stderr.contains(TOLD), "{told}");
    assert_waits(world, 1, "mastodon", "restored");
    assert_eq!(scene.public("mastodon").len(), 1);
}

#[test]
fn an_outbox_from_the_cache_of_a_ci_job_is_none_that_was_put_back() {
    for is_job in [true, false] {
        let scene = Scene::new(&[]);
        let mut world = scene.another_machine();
        if is_job {
            world.set("CI", "true");
        }
        let _ = world.hayon(["post", "before", "--to", "mastodon"]).code(0);
        back_up(&world);
        let _ = world.hayon(["post", "beside", "--to", "mastodon"]).code(0);
        if !is_job {
            // Another machine than that on which the cache was made.
            let state = world.path("state").with_file_name("another-state");
            world.set("XDG_STATE_HOME", &state.display().to_string());
        }
        put_back(&world);
        queue(&world, "from the cache", "mastodon");
        let told = once(&world);
        assert!(!told.stderr.contains(TOLD), "{told}");
        assert_eq!(world.show(2)["status"], "COMPLETED");
        assert_eq!(scene.public("mastodon").len(), 3);
    }
}
