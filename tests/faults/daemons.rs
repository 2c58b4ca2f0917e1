//! Several processes on one outbox: one sends, the others wait, and nothing is sent twice.

use std::fs;

use jiff::SignedDuration;

use crate::moments::moment;
use crate::moments::now;
use crate::support::Running;
use crate::support::eventually;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

const STATUSES: &str = "/api/v1/statuses";

/// How soon a daemon must send what was queued beside it. The design says a tenth of a second
/// until it notices; the rest is for a machine that is busy with other tests.
const NOTICED_WITHIN: SignedDuration = SignedDuration::from_secs(1);

#[track_caller]
fn wait_until_told(daemon: &Running, words: &str) {
    eventually(words, || daemon.stderr().contains(words).then_some(()));
}

#[track_caller]
fn queue(scene: &Scene, text: &str) {
    let post = ["post", text, "--to", "mastodon", "--queue"];
    let _ = scene.world.hayon(post).code(0).quiet();
}

#[test]
fn a_second_daemon_waits_and_takes_over_when_the_first_is_killed() {
    let hang = "mastodon POST /api/v1/statuses #2 act-and-hang";
    let scene = Scene::with_faults(&[hang]);
    let first = scene.world.start_daemon();
    let second = scene.world.start(["daemon"]);
    wait_until_told(&second, "waiting: `hayon daemon` (process");
    assert!(
        second.stderr().contains(&first.pid().to_string()),
        "{}",
        second.stderr()
    );
    queue(&scene, "by the first");
    queue(&scene, "by both");
    scene.wait_for("acted", "POST", STATUSES, 2);
    assert!(
        !second.stderr().contains("delivering"),
        "{}",
        second.stderr()
    );
    let _ = first.kill().killed();
    wait_until_told(&second, "delivering");
    queue(&scene, "by the second");
    for number in [1, 2, 3] {
        eventually("a post delivered", || {
            (scene.world.show(number)["status"] == "COMPLETED").then_some(())
        });
    }
    second.terminate();
    let _ = second.wait().code(0);
    let public = scene.public("mastodon");
    let texts: Vec<_> = public.iter().map(|post| &post["text"]).collect();
    assert_eq!(texts, ["by the first", "by both", "by the second"]);
}

#[test]
fn a_post_beside_a_daemon_is_delivered_by_the_daemon_and_says_how_it_ended() {
    let scene = Scene::new(&[]);
    let daemon = scene.world.start_daemon();
    let post = [
        "post",
        "beside a daemon",
        "--to",
        "bluesky,mastodon",
        "--json",
    ];
    let post = scene.world.hayon(post).code(0).json();
    assert_eq!(post["status"], "COMPLETED", "{post:#}");
    for platform in ["bluesky", "mastodon"] {
        let public = scene.public(platform);
        assert_eq!(public.len(), 1, "{public:#?}");
        let delivery = delivery(&post, platform);
        assert_eq!(delivery["remote_id"], public[0]["id"], "{post:#}");
    }
    daemon.terminate();
    let ended = daemon.wait().code(0);
    assert!(ended.stderr.ends_with("stopped\n"), "{ended}");
}

#[test]
fn a_post_beside_a_daemon_says_when_the_daemon_was_refused() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 status:422"]);
    let _daemon = scene.world.start_daemon();
    let ended = scene
        .world
        .hayon(["post", "refused", "--to", "mastodon"])
        .code(1);
    assert!(ended.stdout.contains("parked (refused)"), "{ended}");
    assert!(
        ended.stdout.contains("`hayon retry 1 --account mastodon`"),
        "{ended}"
    );
    assert!(scene.public("mastodon").is_empty());
}

#[test]
fn a_daemon_notices_a_new_row_at_once() {
    let scene = Scene::new(&[]);
    // So that the instance has been asked for its limits.
    queue(&scene, "before");
    let _daemon = scene.world.start_daemon();
    scene.wait_for("acted", "POST", STATUSES, 1);
    let mut longest = SignedDuration::ZERO;
    for n in 2..=6 {
        queue(&scene, &format!("row {n}"));
        scene.wait_for("acted", "POST", STATUSES, n);
        let post = scene.world.show(n as u64);
        let received = &scene.requests("received", "POST", STATUSES)[n - 1];
        let noticed = moment(received, "at").duration_since(moment(&post, "due_at"));
        longest = longest.max(noticed);
    }
    assert!(longest < NOTICED_WITHIN, "noticed after {longest:#}");
    assert_eq!(scene.public("mastodon").len(), 6);
}

#[test]
fn a_post_gives_up_on_a_lock_in_time_names_the_holder_and_stays_queued() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 hang"]);
    let daemon = scene.world.start_daemon();
    queue(&scene, "hangs");
    scene.wait_for("received", "POST", STATUSES, 1);
    let before = now();
    let post = ["post", "waits", "--to", "mastodon", "--wait", "1s"];
    let ended = scene.world.hayon(post).code(6);
    let waited = now().duration_since(before);
    assert!(waited < SignedDuration::from_secs(20), "waited {waited:#}");
    let holder = format!("`hayon daemon` (process {})", daemon.pid());
    assert!(ended.stderr.contains(&holder), "{ended}");
    assert!(ended.stderr.contains("the post stays queued"), "{ended}");
    assert_eq!(scene.world.show(2)["status"], "PENDING");
    assert_eq!(scene.requests("received", "POST", STATUSES).len(), 1);
    let _ = daemon.kill().killed();
    let _ = scene
        .world
        .hayon(["daemon", "--once", "--wait", "60s"])
        .code(0);
    assert_eq!(scene.public("mastodon").len(), 2);
}

#[test]
fn a_daemon_once_gives_up_on_a_lock_and_says_so() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 hang"]);
    let _daemon = scene.world.start_daemon();
    queue(&scene, "hangs");
    scene.wait_for("received", "POST", STATUSES, 1);
    let ended = scene
        .world
        .hayon(["daemon", "--once", "--wait", "1s"])
        .code(6);
    assert!(
        ended
            .stderr
            .contains("is the sender of this outbox, and did not let go"),
        "{ended}"
    );
}

#[test]
fn two_posts_at_once_take_turns() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 slow:1s"]);
    let post = |text| {
        let post = ["post", text, "--to", "mastodon", "--wait", "60s"];
        scene.world.start(post)
    };
    let running = ["one", "two", "three"].map(post);
    for post in running {
        let _ = post.wait().code(0);
    }
    let public = scene.public("mastodon");
    let mut texts: Vec<_> = public
        .iter()
        .filter_map(|post| post["text"].as_str())
        .collect();
    texts.sort_unstable();
    assert_eq!(texts, ["one", "three", "two"]);
}

#[test]
fn a_sender_whose_lock_file_was_deleted_sends_nothing_more() {
    let scene = Scene::with_faults(&["mastodon POST /api/v2/media #1 slow:3s"]);
    let picture = scene.world.picture("one.png", 30, 20).display().to_string();
    let post = [
        "post", "once", "--to", "mastodon", "--media", &picture, "--alt", "one",
    ];
    let first = scene.world.start(post);
    scene.wait_for("received", "POST", "/api/v2/media", 1);
    fs::remove_file(scene.world.path("outbox.db.lock")).expect("the lock");
    let _ = scene
        .world
        .hayon(["daemon", "--once", "--wait", "60s"])
        .code(0);
    let ended = first.wait().code(1);
    assert!(
        ended
            .stderr
            .contains("another process has become the sender"),
        "{ended}"
    );
    assert_eq!(scene.public("mastodon").len(), 1);
    assert_eq!(scene.world.show(1)["status"], "COMPLETED");
}

#[test]
fn eight_that_start_at_once_publish_each_post_once() {
    let scene = Scene::new(&[]);
    for number in 1..=8 {
        queue(&scene, &format!("post {number}"));
    }
    let daemons: Vec<Running> = (0..8)
        .map(|_| scene.world.start(["daemon", "--once", "--wait", "100s"]))
        .collect();
    for daemon in daemons {
        let _ = daemon.wait().code(0);
    }
    assert_eq!(scene.public("mastodon").len(), 8);
    assert_eq!(scene.requests("received", "POST", STATUSES).len(), 8);
}
