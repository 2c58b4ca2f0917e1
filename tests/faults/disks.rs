//! Disks: full ones, ones that may not be written to, and ones that fail at the worst moment.

use std::fs;

use crate::support::Running;
use crate::support::World;
use crate::support::disk::Disk;
use crate::support::run::Ended;
use crate::support::scene::Scene;
use crate::support::strace;

const STATUSES: &str = "/api/v1/statuses";
const ONCE: [&str; 4] = ["daemon", "--once", "--wait", "60s"];

/// Returns a scene whose outbox is on a disk of 8 MiB.
fn on_a_small_disk(faults: &[&str]) -> Option<(Scene, Disk)> {
    let mut scene = Scene::with_faults(faults);
    let disk = Disk::of_size(&scene.world, "disk", 8 << 20)?;
    let outbox = scene.world.path("disk/outbox.db").display().to_string();
    scene.world.set("HAYON_OUTBOX", &outbox);
    Some((scene, disk))
}

#[test]
fn an_outcome_still_fits_on_a_disk_that_has_filled_up_meanwhile() {
    let slow = "mastodon POST /api/v1/statuses #1 slow:2s";
    let Some((scene, disk)) = on_a_small_disk(&[slow]) else {
        return;
    };
    let post = disk.start(&scene.world, ["post", "once", "--to", "mastodon"]);
    scene.wait_for("received", "POST", STATUSES, 1);
    disk.fill();
    let told = post.wait().code(0);
    assert!(told.stdout.contains("published everywhere"), "{told}");
    let shown = disk.hayon(&scene.world, ["show", "1", "--json"]).code(0);
    assert_eq!(shown.json()["status"], "COMPLETED");
    let _ = disk.hayon(&scene.world, ONCE).code(0);
    assert_eq!(scene.public("mastodon").len(), 1);
}

/// Queues long posts until no more are accepted, and returns how many were.
#[track_caller]
fn queue_until_full(scene: &Scene, disk: &Disk) -> (usize, Ended) {
    for number in 1..100 {
        let text = format!("post {number}: {}", "long ".repeat(10_000));
        let run = disk.hayon(&scene.world, ["post", &text, "--to", "tumblr", "--queue"]);
        if run.code != Some(0) {
            return (number - 1, run.code(1));
        }
    }
    panic!("the disk is never full");
}

#[test]
fn on_a_full_disk_nothing_more_is_accepted_and_what_was_is_published_once() {
    let Some((scene, disk)) = on_a_small_disk(&[]) else {
        return;
    };
    let _ = disk.hayon(&scene.world, ["list"]).code(0);
    disk.fill();
    let (accepted, refused) = queue_until_full(&scene, &disk);
    assert!(accepted > 0, "{refused}");
    assert!(refused.stderr.contains("full"), "{refused}");
    assert!(refused.stderr.contains("hint:"), "{refused}");
    // Delivered or not, by as many starts as it takes to see that there is no loop in it.
    for _ in 0..3 {
        let _ = disk.hayon(&scene.world, ONCE).any_code([0, 1]);
    }
    disk.free();
    let _ = disk.hayon(&scene.world, ONCE).code(0);
    assert_eq!(scene.public("tumblr").len(), accepted);
    let list = disk.hayon(&scene.world, ["list", "--json"]).code(0).json();
    let list = list.as_array().expect("a list");
    assert_eq!(list.len(), accepted);
    assert!(list.iter().all(|post| post["status"] == "COMPLETED"));
}

/// Asserts that `hayon` can look at what is queued in `world`, and neither changes nor sends anything.
#[track_caller]
fn assert_only_looks(scene: &Scene, start: impl Fn(&[&str]) -> Running) {
    for command in [&["list"][..], &["show", "1"], &["list", "--json"]] {
        let told = start(command).wait().code(0);
        assert!(told.stdout.contains("kept"), "{told}");
    }
    for command in [
        &["post", "more", "--to", "mastodon", "--queue"][..],
        &["post", "more", "--to", "mastodon"],
        &["cancel", "1"],
        &["daemon", "--once"],
        &["daemon"],
    ] {
        let told = start(command).wait().code(1);
        assert!(told.stderr.starts_with("error: "), "{told}");
        assert!(told.stderr.contains("hint: "), "{told}");
    }
    let sent = scene.requests("received", "POST", STATUSES);
    assert!(sent.is_empty(), "{sent:?}");
}

#[track_caller]
fn queue_kept(world: &World) {
    let post = ["post", "kept", "--to", "mastodon", "--queue"];
    let _ = world.hayon(post).code(0);
}

/// Returns a scene with a queued post, whose outbox is in a folder of its own.
fn with_a_folder() -> Scene {
    let mut scene = Scene::new(&[]);
    let outbox = scene.world.path("kept/outbox.db").display().to_string();
    scene.world.set("HAYON_OUTBOX", &outbox);
    queue_kept(&scene.world);
    scene
}

#[test]
fn an_outbox_on_a_disk_that_is_read_only_is_looked_at_and_nothing_is_sent() {
    let scene = with_a_folder();
    let Some(disk) = Disk::read_only(&scene.world, "kept") else {
        return;
    };
    assert_only_looks(&scene, |command| disk.start(&scene.world, command));
    let _ = scene.world.hayon(ONCE).code(0);
    assert_eq!(scene.public("mastodon").len(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn an_outbox_that_may_not_be_written_is_looked_at_and_nothing_is_sent() {
    use std::os::unix::fs::PermissionsExt as _;

    let scene = with_a_folder();
    let folder = scene.world.path("kept");
    let set_mode = |path: &std::path::Path, mode| {
        let mode = fs::Permissions::from_mode(mode);
        fs::set_permissions(path, mode).expect("a mode");
    };
    for ending in ["", "-wal", "-shm"] {
        set_mode(&folder.join(format!("outbox.db{ending}")), 0o400);
    }
    set_mode(&folder, 0o500);
    assert_only_looks(&scene, |command| {
        // Root may write anywhere, unless it gives that up.
        let given_up = "--bounding-set=-dac_override,-dac_read_search";
        let always = [given_up, env!("CARGO_BIN_EXE_hayon")];
        let words = always.iter().chain(command);
        if rustix::process::getuid().is_root() {
            scene.world.start_program("setpriv", words)
        } else {
            scene.world.start(command)
        }
    });
    set_mode(&folder, 0o700);
    for ending in ["", "-wal", "-shm"] {
        set_mode(&folder.join(format!("outbox.db{ending}")), 0o600);
    }
    let _ = scene.world.hayon(ONCE).code(0);
    assert_eq!(scene.public("mastodon").len(), 1);
}

/// Runs `hayon` where the fsync number `n` of the outbox fails (in each thread, which `strace` counts
/// by itself), and returns how it ended and its fsyncs from the failed one on.
#[track_caller]
fn with_failing_sync(
    world: &World,
    n: usize,
    command: &[&str],
) -> (Option<i32>, Ended, Vec<String>) {
    let log = world.path(&format!("calls-{n}"));
    let inject = format!("inject=fsync,fdatasync:error=EIO:when={n}");
    let files = ["", "-wal"].map(|ending| format!("{}{ending}", world.outbox().display()));
    let log_name = log.display().to_string();
    let always = [
        ["-f", "-qq", "-o", &log_name, "-e", "trace=fsync,fdatasync"],
        ["-e", &inject, "-P", &files[0], "-P", &files[1]],
    ];
    let always = always.iter().flatten();
    let words = always.chain(&[env!("CARGO_BIN_EXE_hayon")]).chain(command);
    let run = world.start_program("strace", words).wait();
    let calls = fs::read_to_string(log).expect("a log of strace");
    let calls = calls.lines().filter(|call| call.contains("sync("));
    let from_failed = calls.skip_while(|call| !call.contains("EIO"));
    (
        run.code,
        run.ended,
        from_failed.map(str::to_owned).collect(),
    )
}

/// Runs `command` again and again, each time on a scene of its own and with a later fsync failing,
/// until none fails any more. Returns how many have failed.
#[track_caller]
fn with_each_sync_failing(before: &[&str], command: &[&str]) -> usize {
    for n in 1..50 {
        let scene = Scene::new(&[]);
        let _ = scene.world.hayon(before).code(0);
        let (code, told, calls) = with_failing_sync(&scene.world, n, command);
        if calls.is_empty() {
            assert_eq!(code, Some(0), "{told}");
            return n - 1;
        }
        assert_eq!(code, Some(1), "fsync {n}: {told}");
        assert!(!told.stdout.contains("queued"), "fsync {n}: {told}");
        assert!(!told.stdout.contains("published"), "fsync {n}: {told}");
        assert!(told.stderr.contains("error: "), "fsync {n}: {told}");
        // The kernel may have dropped what it could not write, and say yes the next time.
        assert_eq!(calls.len(), 1, "fsync {n}: {calls:#?}");
        let _ = scene.world.hayon(ONCE).code(0);
        let accepted = scene.world.list().len();
        assert_eq!(scene.public("mastodon").len(), accepted, "fsync {n}");
    }
    panic!("there is no end of fsyncs");
}

#[test]
fn after_a_failed_fsync_nothing_is_called_done_and_nothing_more_is_sent() {
    if !strace::is_there() {
        return;
    }
    let queue = ["post", "once", "--to", "mastodon", "--queue"];
    assert_eq!(with_each_sync_failing(&["list"], &queue), 1);
    let failed = with_each_sync_failing(&queue, &["daemon", "--once"]);
    assert!(failed > 1, "a delivery is some fsyncs, not {failed}");
}
