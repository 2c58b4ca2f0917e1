//! `hayon daemon`: what it says and how it ends; what it delivers is told elsewhere.

use std::fs;

use serde_json::json;

use crate::alone;
use crate::support::World;
use crate::support::eventually;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

#[test]
fn once_around_with_nothing_due_says_nothing() {
    let mut world = alone();
    world.set("HAYON_BLUESKY_PASSWORD", "secret");
    let said = world.hayon(["daemon", "--once"]).code(0).quiet();
    assert_eq!(said.stdout, "");
    let said = world.hayon(["daemon", "--once", "--json"]).code(0).quiet();
    assert_eq!(said.json(), json!([]));
}

#[test]
fn once_around_shows_each_post_that_was_due() {
    let scene = Scene::new(&[]);
    let later = ["post", "Later", "--at", "2999-01-01T00:00:00Z"];
    let _ = scene.world.hayon(later).code(0).quiet();
    let _ = scene
        .world
        .hayon(["post", "--queue", "Now"])
        .code(0)
        .quiet();
    let said = scene.world.hayon(["daemon", "--once"]).code(0).quiet();
    assert!(
        said.stdout.starts_with("post 2 is published everywhere\n"),
        "{said}"
    );
    assert_eq!(said.stdout.matches("delivered").count(), 3, "{said}");
    let _ = scene
        .world
        .hayon(["post", "--queue", "Again"])
        .code(0)
        .quiet();
    let posts = scene
        .world
        .hayon(["daemon", "--once", "--json"])
        .code(0)
        .quiet()
        .json();
    assert_eq!(posts.as_array().unwrap().len(), 1);
    assert_eq!(
        (&posts[0]["number"], &posts[0]["status"]),
        (&json!(3), &json!("COMPLETED"))
    );
}

#[test]
fn once_around_ends_by_what_is_newly_parked() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #1 status:422"]);
    let _ = scene
        .world
        .hayon(["post", "--queue", "Hello"])
        .code(0)
        .quiet();
    let said = scene.world.hayon(["daemon", "--once"]).code(4).quiet();
    let _ = said.shows([
        "post 1 is published in part\n",
        "hint: `hayon retry 1 --account mastodon`",
    ]);
    // What was parked before is no news.
    let said = scene.world.hayon(["daemon", "--once"]).code(0).quiet();
    assert_eq!(said.stdout, "");
}

#[test]
fn once_around_without_a_credential_says_which_and_leaves_its_posts_alone() {
    let scene = Scene::new(&[]);
    let mut world = scene.another_machine();
    let _ = world
        .hayon(["post", "--queue", "Hello", "--to", "mastodon"])
        .code(0)
        .quiet();
    world.unset("HAYON_MASTODON_TOKEN");
    let said = world.hayon(["daemon", "--once"]).code(5);
    let _ = said.mentions([
        "warning: account `mastodon` has no access token; its deliveries are left alone\n",
        "hint: set `HAYON_MASTODON_TOKEN`",
    ]);
    let _ = world
        .hayon(["daemon", "--once", "--json"])
        .code(5)
        .mentions(["warning: "]);
    assert_eq!(delivery(&world.show(1), "mastodon")["attempts"], 0);
}

#[test]
fn without_accounts_it_warns() {
    let mut world = World::new();
    world.set("HAYON_OUTBOX", &world.outbox().display().to_string());
    let said = world.hayon(["daemon", "--once"]).code(0);
    assert_eq!(
        said.stderr,
        "warning: there is no account: everything that is queued is left alone\n"
    );
}

#[test]
fn it_says_when_it_delivers_and_when_it_has_stopped() {
    let scene = Scene::new(&[]);
    let daemon = scene.world.start_daemon();
    daemon.terminate();
    let said = daemon.wait().code(0);
    assert_eq!(
        said.stderr,
        "delivering; SIGTERM or Ctrl-C ends it\n\
         stopping: what is under way is ended first; a second Ctrl-C abandons it\nstopped\n"
    );
    assert_eq!(said.stdout, "");
}

#[test]
fn what_it_parks_it_says_at_once() {
    let scene = Scene::with_faults(&["mastodon POST /api/v1/statuses #* status:422"]);
    let _ = scene.world.hayon(["post", "Before"]).code(4).quiet();
    let daemon = scene.world.start_daemon();
    let _ = scene
        .world
        .hayon(["post", "--queue", "Hello"])
        .code(0)
        .quiet();
    eventually("the warning", || {
        daemon
            .stderr()
            .contains("hint: `hayon retry 2 --account mastodon` tries again\n")
            .then_some(())
    });
    daemon.terminate();
    let said = daemon
        .wait()
        .code(0)
        .mentions(["warning: post 2: `mastodon` is parked (refused)  the server answered 422"]);
    // What was parked before is no news.
    assert!(!said.stderr.contains("post 1"), "{said}");
}

#[test]
fn quiet_leaves_what_was_delivered() {
    let scene = Scene::new(&[]);
    let _ = scene
        .world
        .hayon(["post", "--queue", "Hello"])
        .code(0)
        .quiet();
    let said = scene
        .world
        .hayon(["daemon", "--once", "--quiet"])
        .code(0)
        .quiet();
    assert!(
        said.stdout.starts_with("post 1 is published everywhere\n"),
        "{said}"
    );
}

#[test]
fn a_lock_file_names_its_holder_only_while_it_is_held() {
    let scene = Scene::new(&[]);
    let daemon = scene.world.start_daemon();
    let lock = scene.world.path("outbox.db.lock");
    let holder = format!("`hayon daemon` (process {})", daemon.pid());
    assert_eq!(fs::read_to_string(&lock).unwrap(), holder);
    daemon.terminate();
    let _ = daemon.wait().code(0);
    assert_eq!(fs::read_to_string(&lock).unwrap(), "");
}

#[test]
fn what_is_overdue_too_long_is_parked_as_late_and_goes_out_only_when_a_person_says_so() {
    let mut scene = Scene::new(&[]);
    scene.world.set("HAYON_DAEMON_MAX_LATE", "1h");
    for (text, minutes) in [("Just in time", 50), ("Too late", 190)] {
        let at = ["post", text, "--to", "mastodon", "--at", "in 1h"];
        let _ = scene.world.hayon(at).code(0).quiet();
        // The machine slept; the clock of the binary is real, so the rows are aged instead.
        let asleep = (60 + minutes) * 60_000;
        scene.world.tamper(&format!(
            "UPDATE posts SET asked_at = asked_at - {asleep}, due_at = due_at - {asleep}
             WHERE number = (SELECT max(number) FROM posts);
             UPDATE deliveries SET due_at = due_at - {asleep}, next_at = next_at - {asleep}
             WHERE post = (SELECT max(number) FROM posts);"
        ));
    }
    let said = scene.world.hayon(["daemon", "--once"]).code(1).quiet();
    let _ = said.shows([
        "post 1 is published everywhere\n",
        "post 2 is not published\n",
        "parked (late)  it was due 3 h ago\n",
        "hint: `hayon retry 2 --account mastodon` tries again\n",
    ]);
    let texts = |scene: &Scene| -> Vec<_> {
        let public = scene.public("mastodon");
        public.iter().map(|post| post["text"].clone()).collect()
    };
    assert_eq!(texts(&scene), ["Just in time"]);
    let post = scene.world.show(2);
    assert_eq!(delivery(&post, "mastodon")["reason"], "late");
    let _ = scene.world.hayon(["daemon", "--once"]).code(0).quiet();
    assert_eq!(texts(&scene), ["Just in time"]);
    let _ = scene.world.hayon(["retry", "2"]).code(0);
    let _ = scene.world.hayon(["daemon", "--once"]).code(0);
    let mut public = texts(&scene);
    public.sort_by_key(ToString::to_string);
    assert_eq!(public, ["Just in time", "Too late"]);
}
