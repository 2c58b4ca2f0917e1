//! `--key` on another machine: an outbox that knows nothing finds what the first one published.

use serde_json::Value;

use crate::support::Running;
use crate::support::World;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

const PLATFORMS: [&str; 6] = [
    "bluesky",
    "mastodon",
    "tumblr",
    "threads",
    "instagram",
    "facebook",
];

/// What makes a post public, as a fault and the log name it.
const VISIBLE: [(&str, &str, &str); 6] = [
    ("bluesky", "POST", "/xrpc/com.atproto.repo.putRecord"),
    ("mastodon", "POST", "/api/v1/statuses"),
    ("tumblr", "PUT", DRAFT),
    ("threads", "POST", "/v1.0/me/threads_publish"),
    (
        "instagram",
        "POST",
        "/v26.0/17841400000000001/media_publish",
    ),
    ("facebook", "POST", "/v26.0/61550000000000001/feed"),
];

/// The draft that is created first.
const DRAFT: &str = "/v2/blog/alice/posts/790123456789016576";

const TEXT: &str = "version 1.2 is out: https://example.com/releases #release";

/// Returns a sandbox with `arguments`, and a machine that keeps its media in the sandbox's bucket.
fn scene(arguments: &[&str]) -> Scene {
    let mut scene = Scene::new(arguments);
    scene.world.keep_media_in(&scene.sandbox);
    scene
}

fn another_machine(scene: &Scene) -> World {
    let mut world = scene.another_machine();
    world.keep_media_in(&scene.sandbox);
    world
}

/// Starts what a CI job starts, with two pictures.
fn release(world: &World) -> Running {
    let pictures = ["one.png", "two.png"].map(|name| {
        let picture = world.picture(name, 360, 270);
        picture.display().to_string()
    });
    let [one, two] = &pictures;
    let to = PLATFORMS.join(",");
    let words = ["post", TEXT, "--to", &to, "--key", "v1.2"];
    let media = [
        "--media", one, "--alt", "one", "--media", two, "--alt", "two",
    ];
    let patience = ["--wait", "60s", "--json"];
    world.start(words.iter().chain(&media).chain(&patience))
}

#[track_caller]
fn assert_public_once(scene: &Scene, world: &World) {
    assert_public_once_but_for(scene, world, None);
}

/// Asserts that the post is public once everywhere, and that `world` knows it, but for the platform
/// on which it is in `doubt`.
#[track_caller]
fn assert_public_once_but_for(scene: &Scene, world: &World, doubt: Option<&str>) {
    let post = world.show(1);
    let status = doubt.map_or("COMPLETED", |_| "PARTIAL_SUCCESS");
    assert_eq!(post["status"], status, "{post:#}");
    for platform in PLATFORMS {
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
        if doubt == Some(platform) {
            assert_eq!(delivery["reason"], "in_doubt", "{post:#}");
        } else {
            assert_eq!(delivery["remote_id"], public[0]["id"], "{post:#}");
        }
    }
}

#[test]
fn a_second_machine_finds_what_the_first_has_published() {
    for version in ["4.5", "4.6"] {
        let scene = scene(&["--mastodon-version", version]);
        let _ = release(&scene.world).wait().code(0);
        let second = another_machine(&scene);
        let _ = release(&second).wait().code(0);
        for world in [&scene.world, &second] {
            assert_public_once(&scene, world);
        }
    }
}

#[test]
fn the_same_machine_stores_nothing_new_under_the_same_key() {
    let scene = scene(&[]);
    let _ = release(&scene.world).wait().code(0);
    let again = release(&scene.world).wait().code(0).json();
    assert_eq!(again["number"], 1, "{again:#}");
    assert_eq!(scene.world.list().len(), 1);
    assert_public_once(&scene, &scene.world);
}

#[test]
fn a_second_machine_finishes_what_the_first_was_killed_over() {
    for at in ["hang", "act-and-hang"] {
        let fault = |(platform, method, path)| format!("{platform} {method} {path} #1 {at}");
        let faults = VISIBLE.map(fault);
        let faults: Vec<&str> = faults.iter().flat_map(|it| ["--fault", it]).collect();
        let scene = scene(&faults);
        let first = release(&scene.world);
        let event = if at == "hang" { "received" } else { "acted" };
        for (_, method, path) in VISIBLE {
            scene.wait_for(event, method, path, 1);
        }
        let _ = first.kill().killed();
        let second = another_machine(&scene);
        let _ = release(&second).wait().code(0);
        assert_public_once(&scene, &second);
        // And the first one, put back into service, finds what the second has done: but not on a
        // Page, where it knows its own photos, and the second has published others.
        let doubt = (at == "hang").then_some("facebook");
        let once = ["daemon", "--once", "--wait", "60s"];
        let code = if doubt.is_some() { 7 } else { 0 };
        let _ = scene.world.hayon(once).code(code);
        assert_public_once_but_for(&scene, &scene.world, doubt);
    }
}

#[test]
fn another_text_under_the_same_key_is_refused() {
    let scene = scene(&[]);
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
