//! What a command must not cost: those that need no network start no threads, open no socket and
//! read no certificates, and to accept a post is one fsync.
//!
//! The kernel is asked, through strace.

#![cfg(target_os = "linux")]

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::thread;

use crate::support::World;
use crate::support::eventually;
use crate::support::scene::Scene;
use crate::support::strace;

/// Runs `hayon` and returns the system calls that it made, a line each.
#[track_caller]
pub(crate) fn calls(world: &World, arguments: &[&str]) -> Vec<String> {
    let log = world.path("calls");
    let calls = "trace=clone,clone3,fork,vfork,socket,openat,fsync,fdatasync,sync_file_range";
    let script = format!(
        "exec strace -f -y -qq -o '{}' -e {calls} \"$@\"",
        log.display()
    );
    let _ = world.shell(&script, arguments).code(0);
    let log = fs::read_to_string(log).expect("a log of strace");
    log.lines().map(str::to_owned).collect()
}

/// Returns how many of `calls` have one of `words`.
pub(crate) fn count(calls: &[String], words: &[&str]) -> usize {
    let is_one = |call: &&String| words.iter().any(|word| call.contains(word));
    calls.iter().filter(is_one).count()
}

const THREADS: [&str; 4] = [" clone(", " clone3(", " fork(", " vfork("];
const SOCKETS: [&str; 1] = [" socket("];
const CERTIFICATES: [&str; 3] = ["/certs", "ca-certificates", "/ssl/"];
/// What waits until something is on the disk.
pub(crate) const SYNCS: [&str; 3] = [" fsync(", " fdatasync(", " sync_file_range("];

/// More posts than the log has room for, and how many after them are counted.
const MANY: usize = 24;
const COUNTED: usize = 12;

/// Returns a scene whose outbox and limits are warm.
fn warm() -> Scene {
    let scene = Scene::new(&[]);
    scene.world.picture("cat.png", 8, 8);
    let _ = scene
        .world
        .hayon(["post", "--queue", "Hello"])
        .code(0)
        .quiet();
    scene
}

#[test]
fn what_needs_no_network_starts_no_thread_opens_no_socket_and_reads_no_certificate() {
    if !strace::is_there() {
        return;
    }
    let scene = warm();
    let picture = ["--media", "cat.png", "--alt", "A cat"];
    for command in [
        &["list"][..],
        &["show", "1"],
        &["post", "--queue", "Other words"],
        &["post", "--at", "2999-01-01T00:00:00Z", "Hello"],
        &["post", "--dry-run", "Hello"],
        &["validate", "--offline", "Hello"],
        &["cancel", "1"],
        &["completions", "--candidates", "posts"],
        &["--help"],
    ] {
        let calls = calls(&scene.world, command);
        for what in [&THREADS[..], &SOCKETS, &CERTIFICATES] {
            assert_eq!(count(&calls, what), 0, "{command:?}: {what:?}\n{calls:#?}");
        }
    }
    let command = ["post", "--queue", "A cat"];
    let with_picture: Vec<&str> = command.into_iter().chain(picture).collect();
    let calls = calls(&scene.world, &with_picture);
    assert_eq!(count(&calls, &THREADS), 0, "{calls:#?}");
}

#[test]
fn what_does_need_the_network_is_noticed_by_these_tests() {
    if !strace::is_there() {
        return;
    }
    let mut scene = warm();
    let world = &mut scene.world;
    let at_once = calls(world, &["post", "At once"]);
    assert!(count(&at_once, &THREADS) > 0, "{at_once:#?}");
    assert!(count(&at_once, &SOCKETS) > 0, "{at_once:#?}");
    // Its servers here have none to show.
    assert_eq!(count(&at_once, &CERTIFICATES), 0, "{at_once:#?}");

    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    world.set("HAYON_MASTODON_INSTANCE", &format!("https://{address}"));
    // It hangs up when its certificate could have been checked.
    let log = world.path("calls");
    let server = thread::spawn(move || {
        let _greeted = listener.accept().expect("a client");
        eventually("a certificate that is read", || {
            let calls = fs::read_to_string(&log).unwrap_or_default();
            CERTIFICATES
                .iter()
                .any(|it| calls.contains(it))
                .then_some(())
        });
    });
    let asked = calls(world, &["validate", "Words", "--to", "mastodon"]);
    server.join().expect("a server");
    assert!(count(&asked, &CERTIFICATES) > 0, "{asked:#?}");
}

#[test]
fn to_accept_a_post_is_one_fsync() {
    if !strace::is_there() {
        return;
    }
    let scene = warm();
    for command in [
        &["post", "--queue", "Other words"][..],
        &["post", "--queue", "Hello", "--key", "k"],
        &[
            "post",
            "--at",
            "2999-01-01T00:00:00Z",
            "Hello",
            "--to",
            "mastodon",
        ],
    ] {
        let calls = calls(&scene.world, command);
        assert_eq!(count(&calls, &SYNCS), 1, "{command:?}\n{calls:#?}");
    }
}

#[test]
fn to_accept_many_posts_is_hardly_more_than_one_fsync_each_and_the_log_does_not_grow() {
    if !strace::is_there() {
        return;
    }
    let scene = warm();
    let length = || {
        let log = scene.world.outbox().with_extension("db-wal");
        fs::metadata(log).expect("a log").len()
    };
    let before = length();
    let accept = |number: usize| format!("post {number}");
    for number in 0..MANY {
        let _ = scene
            .world
            .hayon(["post", "--queue", &accept(number)])
            .code(0);
    }
    let syncs = (MANY..MANY + COUNTED).map(|number| {
        let look = calls(&scene.world, &["list"]);
        assert_eq!(count(&look, &SYNCS), 0, "who only looks copies nothing");
        let calls = calls(&scene.world, &["post", "--queue", &accept(number)]);
        count(&calls, &SYNCS)
    });
    let syncs: usize = syncs.sum();
    // Now and then the log is copied into the database.
    assert!(
        syncs <= COUNTED + COUNTED / 2,
        "{syncs} for {COUNTED} posts"
    );
    assert_eq!(length(), before);
}

#[test]
fn to_look_is_no_fsync() {
    if !strace::is_there() {
        return;
    }
    let scene = warm();
    for command in [
        &["list"][..],
        &["show", "1"],
        &["list", "--parked", "--json"],
        &["list", "--status", "pending", "--since", "yesterday"],
        &["completions", "--candidates", "posts"],
    ] {
        let calls = calls(&scene.world, command);
        assert_eq!(count(&calls, &SYNCS), 0, "{command:?}\n{calls:#?}");
    }
}

#[test]
fn to_tell_a_time_one_zone_is_read_and_no_folder_of_them() {
    if !strace::is_there() {
        return;
    }
    // A machine may have no rules of its own.
    if !Path::new("/usr/share/zoneinfo/Europe/Berlin").exists() {
        return;
    }
    let mut scene = warm();
    scene.world.set("TZ", "Europe/Berlin");
    let at = ["post", "--at", "2999-01-01T00:00:00Z", "Later"];
    for command in [&at[..], &["list"], &["show", "1"]] {
        let calls = calls(&scene.world, command);
        let zones = count(&calls, &["/zoneinfo"]);
        assert_eq!(zones, 1, "{command:?}\n{calls:#?}");
    }
}
