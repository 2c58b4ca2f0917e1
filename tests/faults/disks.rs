//! Disks: full ones, ones that may not be written to, and ones that fail at the worst moment.

use std::fs;

use crate::support::Running;
use crate::support::World;
use crate::support::disk::Disk;
use crate::support::eventually;
use crate::support::run::Ended;
use crate::support::run::Run;
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

/// What makes every fsync of the outbox of `world` fail from now on, as a command of strace.
fn failing_syncs(world: &World, log: &str) -> Vec<String> {
    let always = ["-f", "-qq", "-o", log, "-e", "trace=fsync,fdatasync"];
    let inject = ["-e", "inject=fsync,fdatasync:error=EIO"];
    let words = always.iter().chain(&inject).map(ToString::to_string);
    let files = ["", "-wal"].map(|ending| format!("{}{ending}", world.outbox().display()));
    words
        .chain(files.into_iter().flat_map(|file| ["-P".to_owned(), file]))
        .collect()
}

/// Asserts that `run` was told that its disk fails, has called nothing done, and has not asked the disk
/// again: the kernel may have dropped what it could not write, and say yes the next time.
#[track_caller]
fn assert_ended(run: Run, log: &str) {
    let told = run.code(1);
    assert!(!told.stdout.contains("is queued"), "{told}");
    assert!(!told.stdout.contains("published"), "{told}");
    assert!(told.stderr.contains("error: "), "{told}");
    let calls = fs::read_to_string(log).expect("a log of strace");
    let syncs = calls.lines().filter(|call| call.contains("sync("));
    assert_eq!(syncs.count(), 1, "{calls}\n{told}");
}

#[test]
fn what_a_failed_fsync_was_to_accept_is_not_called_accepted() {
    if !strace::is_there() {
        return;
    }
    for more in [&["--queue"][..], &[]] {
        let scene = Scene::new(&[]);
        let _ = scene.world.hayon(["list"]).code(0);
        let log = scene.world.path("calls").display().to_string();
        let post = ["post", "once", "--to", "mastodon"];
        let words = failing_syncs(&scene.world, &log).into_iter();
        let words = words.chain([env!("CARGO_BIN_EXE_hayon").to_owned()]);
        let words = words.chain(post.iter().chain(more).map(ToString::to_string));
        let run = scene.world.start_program("strace", words).wait();
        let hint = "what was being written may be there after all";
        assert!(run.ended.stderr.contains(hint), "{}", run.ended);
        assert_ended(run, &log);
        assert!(scene.public("mastodon").is_empty());
        let _ = scene.world.hayon(ONCE).code(0);
        let accepted = scene.world.list().len();
        assert_eq!(scene.public("mastodon").len(), accepted);
    }
}

/// Lets the disk of a post fail while the server takes its time over `path`, and returns the scene.
#[track_caller]
fn failing_during(path: &str) -> Scene {
    let scene = Scene::with_faults(&[&format!("mastodon POST {path} #1 slow:5s")]);
    let pictures = scene.world.pictures(1);
    let words = ["post", "once", "--to", "mastodon"].map(str::to_owned);
    let post = scene.world.start(words.iter().chain(&pictures));
    scene.wait_for("received", "POST", path, 1);
    let log = scene.world.path("calls").display().to_string();
    let words = failing_syncs(&scene.world, &log).into_iter();
    let words = words.chain(["-p".to_owned(), post.pid().to_string()]);
    let _strace = scene.world.start_program("strace", words);
    let tasks = format!("/proc/{}/task", post.pid());
    eventually("strace", || {
        let tasks = fs::read_dir(&tasks).expect("a process");
        let is_traced = tasks.flatten().all(|task| {
            let status = fs::read_to_string(task.path().join("status"));
            status.is_ok_and(|status| !status.contains("TracerPid:\t0\n"))
        });
        is_traced.then_some(())
    });
    assert_ended(post.wait(), &log);
    scene
}

#[test]
fn after_a_failed_fsync_nothing_more_is_sent_and_the_next_start_goes_on() {
    if !strace::is_there() {
        return;
    }
    for (path, sent) in [("/api/v2/media", 0), (STATUSES, 1)] {
        let scene = failing_during(path);
        let count = scene.requests("received", "POST", STATUSES).len();
        assert_eq!(count, sent, "during {path}");
        let _ = scene.world.hayon(ONCE).code(0);
        assert_eq!(scene.world.show(1)["status"], "COMPLETED");
        assert_eq!(scene.public("mastodon").len(), 1);
    }
}
