//! `--key` on another machine: an outbox that knows nothing finds what the first one published.

use serde_json::Value;

use crate::support::Running;
use crate::support::World;
use crate::support::platforms::PLATFORMS;
use crate::support::platforms::at_visible;
use crate::support::platforms::visible;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

const TEXT: &str = "version 1.2 is out: https://example.com/releases #release";

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
        let scene = Scene::with_bucket(&["--mastodon-version", version]);
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
    let scene = Scene::with_bucket(&[]);
    let _ = release(&scene.world).wait().code(0);
    let again = release(&scene.world).wait().code(0).json();
    assert_eq!(again["number"], 1, "{again:#}");
    assert_eq!(scene.world.list().len(), 1);
    assert_public_once(&scene, &scene.world);
}

#[test]
fn a_second_machine_finishes_what_the_first_was_killed_over() {
    for at in ["hang", "act-and-hang"] {
        let faults = PLATFORMS.map(|platform| at_visible(platform, at));
        let scene = Scene::with_bucket_and_faults(&faults.each_ref().map(String::as_str));
        let first = release(&scene.world);
        let event = if at == "hang" { "received" } else { "acted" };
        for platform in PLATFORMS {
            let (method, path) = visible(platform);
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
    let scene = Scene::with_bucket(&[]);
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
