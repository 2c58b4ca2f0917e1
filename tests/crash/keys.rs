//! `--key` on another machine: an outbox that knows nothing finds what the first one published.

use serde_json::Value;

use crate::support::Running;
use crate::support::World;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

/// The draft that is created first.
const DRAFT: &str = "/v2/blog/alice/posts/790123456789016576";

const TEXT: &str = "version 1.2 is out: https://example.com/releases #release";

/// Starts what a CI job starts, with two pictures.
fn release(world: &World) -> Running {
    let pictures = ["one.png", "two.png"].map(|name| {
        let picture = world.picture(name, 30, 20);
        picture.display().to_string()
    });
    let [one, two] = &pictures;
    let words = [
        "post",
        TEXT,
        "--to",
        "bluesky,mastodon,tumblr",
        "--key",
        "v1.2",
    ];
    let media = [
        "--media", one, "--alt", "one", "--media", two, "--alt", "two",
    ];
    let patience = ["--wait", "60s", "--json"];
    world.start(words.iter().chain(&media).chain(&patience))
}

#[track_caller]
fn assert_public_once(scene: &Scene, world: &World) {
    let post = world.show(1);
    assert_eq!(post["status"], "COMPLETED", "{post:#}");
    for platform in ["bluesky", "mastodon", "tumblr"] {
        let public = scene.public(platform);
        assert_eq!(public.len(), 1, "{platform}: {public:#?}");
        let alts: Vec<&Value> = public[0]["media"]
            .as_array()
            .expect("media")
            .iter()
            .map(|picture| &picture["alt"])
            .collect();
        assert_eq!(alts, ["one", "two"], "{platform}");
        let delivery = delivery(&post, platform);
        assert_eq!(delivery["remote_id"], public[0]["id"], "{post:#}");
    }
}

#[test]
fn a_second_machine_finds_what_the_first_has_published() {
    for version in ["4.5", "4.6"] {
        let scene = Scene::new(&["--mastodon-version", version]);
        let _ = release(&scene.world).wait().code(0);
        let second = scene.another_machine();
        let _ = release(&second).wait().code(0);
        for world in [&scene.world, &second] {
            assert_public_once(&scene, world);
        }
    }
}

#[test]
fn the_same_machine_stores_nothing_new_under_the_same_key() {
    let scene = Scene::new(&[]);
    let _ = release(&scene.world).wait().code(0);
    let again = release(&scene.world).wait().code(0).json();
    assert_eq!(again["number"], 1, "{again:#}");
    assert_eq!(scene.world.list().len(), 1);
    assert_public_once(&scene, &scene.world);
}

#[test]
fn a_second_machine_finishes_what_the_first_was_killed_over() {
    for at in ["hang", "act-and-hang"] {
        let put = format!("bluesky POST /xrpc/com.atproto.repo.putRecord #1 {at}");
        let status = format!("mastodon POST /api/v1/statuses #1 {at}");
        let edit = format!("tumblr PUT {DRAFT} #1 {at}");
        let scene = Scene::with_faults(&[&put, &status, &edit]);
        let first = release(&scene.world);
        let event = if at == "hang" { "received" } else { "acted" };
        scene.wait_for(event, "POST", "/xrpc/com.atproto.repo.putRecord", 1);
        scene.wait_for(event, "POST", "/api/v1/statuses", 1);
        scene.wait_for(event, "PUT", DRAFT, 1);
        let _ = first.kill().killed();
        let second = scene.another_machine();
        let _ = release(&second).wait().code(0);
        assert_public_once(&scene, &second);
        // And the first one, put back into service, finds what the second has done.
        let once = ["daemon", "--once", "--wait", "60s"];
        let _ = scene.world.hayon(once).code(0);
        assert_public_once(&scene, &scene.world);
    }
}

#[test]
fn another_text_under_the_same_key_is_refused() {
    let scene = Scene::new(&[]);
    let _ = release(&scene.world).wait().code(0);
    let other = [
        "post",
        "another text",
        "--to",
        "bluesky,mastodon,tumblr",
        "--key",
        "v1.2",
    ];
    let refused = scene.world.hayon(other).code(1);
    assert!(
        refused
            .stderr
            .contains("post 1 has this key, and says something else"),
        "{refused}"
    );
    assert_public_once(&scene, &scene.world);
}
