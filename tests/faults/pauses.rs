//! A process that is stopped where it is and goes on later, as on a laptop that sleeps: the lock is
//! still its own, nobody else sends meanwhile, and nothing is sent twice.

use rusqlite::Connection;
use rusqlite::OpenFlags;

use crate::columns::COLUMNS;
use crate::support::Running;
use crate::support::eventually;
use crate::support::scene::Scene;

/// More requests than a post with one picture makes anywhere.
const REQUESTS_MAX: usize = 20;

/// How often it is looked whether something ends soon, a hundred times a second.
const LOOKS_MAX: usize = 1_000;

/// Waits until the sandbox has received request number `n` of the post; whether there was one.
fn is_received(scene: &Scene, post: &mut Running, n: usize) -> bool {
    eventually("a request, or the end", || {
        let has_ended = post.has_ended();
        let log = scene.sandbox.log();
        let received = log.iter().filter(|line| line["event"] == "received");
        (received.count() >= n)
            .then_some(true)
            .or_else(|| has_ended.then_some(false))
    })
}

/// Whether `running` ends by itself within some ten seconds.
#[track_caller]
fn ends_soon(running: &mut Running) -> bool {
    let mut looks = 0;
    eventually("the end, or that it does not come", || {
        looks += 1;
        let has_ended = running.has_ended();
        (has_ended || looks > LOOKS_MAX).then_some(has_ended)
    })
}

/// Stops a post at its request number `n`; whether it made that many.
#[track_caller]
fn stop_at(platform: &str, n: usize) -> bool {
    let scene = Scene::with_bucket_and_faults(&[&format!("{platform} * * #{n} slow:500ms")]);
    let pictures = scene.world.pictures(1);
    let words = ["post", "stopped", "--to", platform].map(str::to_owned);
    let mut post = scene.world.start(words.iter().chain(&pictures));
    let is_made = is_received(&scene, &mut post, n);
    if is_made && !post.has_ended() {
        post.stop();
        let list = scene.world.list();
        let is_sending = list
            .iter()
            .any(|post| post["deliveries"][0]["state"] == "sending");
        let beside = ["daemon", "--once", "--wait", "600ms"];
        let mut beside = scene.world.start(beside);
        // It may have been stopped while it held the lock of its sessions, for which others wait.
        let has_ended = ends_soon(&mut beside);
        if !has_ended {
            post.go_on();
        }
        let told = beside.wait().any_code([0, 1, 6]);
        // It may have been stopped within a transaction, too.
        let words = ["is the sender of this outbox", "database is locked"];
        let is_told = words.iter().any(|words| told.stderr.contains(words));
        assert!(is_told || !is_sending || !has_ended, "{told}");
        if has_ended {
            post.go_on();
        }
    }
    let _ = post.wait().code(0);
    let public = scene.public(platform);
    assert_eq!(public.len(), 1, "request {n}: {public:#?}");
    // One whose picture is stored and that is not yet sent is sent by whoever comes first.
    assert_eq!(scene.sent(platform), 1, "request {n}");
    is_made
}

#[test]
fn stopped_at_any_request_it_goes_on_and_nobody_sends_meanwhile() {
    std::thread::scope(|scope| {
        for platform in ["mastodon", "threads"] {
            assert!(COLUMNS.iter().any(|column| column.platform == platform));
            scope.spawn(move || {
                let made = (1..REQUESTS_MAX).take_while(|n| stop_at(platform, *n));
                assert!(made.count() > 2, "a post on {platform} is some requests");
            });
        }
    });
}

#[test]
fn an_outbox_that_a_stopped_process_holds_is_told_and_what_was_said_can_be_said_again() {
    let scene = Scene::new(&[]);
    let post = ["post", "--queue", "Held up", "--to", "mastodon"];
    let _ = scene.world.hayon(["post", "--queue", "First"]).code(0);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    let holder = Connection::open_with_flags(scene.world.outbox(), flags).expect("an outbox");
    holder.execute_batch("BEGIN IMMEDIATE").expect("its lock");
    let told = scene.world.hayon(post).code(1);
    assert!(told.stderr.contains("another process holds it"), "{told}");
    drop(holder);
    let _ = scene.world.hayon(post).code(0);
    assert_eq!(scene.world.list().len(), 2);
}

#[test]
fn an_outbox_that_a_stopped_process_holds_whole_is_told_after_seconds() {
    let scene = Scene::new(&[]);
    let _ = scene.world.hayon(["post", "--queue", "First"]).code(0);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    let holder = Connection::open_with_flags(scene.world.outbox(), flags).expect("an outbox");
    // As whoever repairs the log, or copies all of it, does for a moment.
    holder
        .execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM notices;")
        .expect("its lock");
    // Nobody waits for longer than the test does.
    for command in [
        &["list"][..],
        &["post", "--queue", "Held up", "--to", "mastodon"],
    ] {
        let told = scene.world.hayon(command).code(1);
        assert!(told.stderr.contains("another process holds it"), "{told}");
    }
    drop(holder);
    assert_eq!(scene.world.list().len(), 1);
}
