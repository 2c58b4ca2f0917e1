//! Pictures: which alt text belongs to which, and files that are not what they should be.

use std::fs;

use crate::alone;
use crate::rules;
use crate::support::World;
use crate::support::scene::Scene;

#[test]
fn an_alt_text_belongs_to_the_picture_before_it() {
    let world = alone();
    for name in ["a.png", "b.png", "c.png"] {
        world.picture(name, 8, 8);
    }
    let arguments = [
        "post", "--queue", "--json", "--media", "a.png", "--alt", "A", "hi", "--media", "b.png",
        "--media", "c.png", "--alt", "C",
    ];
    let post = world.hayon(arguments).code(0).json();
    let alts: Vec<_> = post["media"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["alt"])
        .collect();
    assert_eq!(alts, ["A", "", "C"]);
}

#[test]
fn an_alt_text_without_a_picture_before_it_is_refused() {
    let world = alone();
    world.picture("a.png", 8, 8);
    let _ = world
        .hayon(["post", "hi", "--alt", "A", "--media", "a.png"])
        .code(2)
        .complains(
            "error: `--alt` says what the `--media` before it shows\n\
         hint: write `--media PATH --alt TEXT`, in this order\n",
        );
    let twice = ["post", "hi", "--media", "a.png", "--alt", "A", "--alt", "B"];
    let _ = world.hayon(twice).code(2).complains(
        "error: a picture has two `--alt`\nhint: write one `--alt TEXT` after each `--media PATH`\n",
    );
    let _ = world.hayon(["post", "hi", "--alt", "A"]).code(2);
    world.has_stored_nothing();
}

#[test]
fn a_missing_alt_text_is_a_warning_or_a_violation_where_it_is_required() {
    let world = alone();
    world.picture("a.png", 8, 8);
    let _ = world.hayon(["post", "--queue", "hi", "--media", "a.png"]).code(0).mentions([
        "warning: `a.png` has no alt text: people who cannot see it miss what it shows (say what \
         it shows with `--alt`, or with `alt` in the file)\n",
    ]);
    let mut strict = alone();
    strict.picture("a.png", 8, 8);
    let config = strict
        .write("config.toml", "require_alt = true\n")
        .display()
        .to_string();
    strict.set("HAYON_CONFIG", &config);
    let refused = strict
        .hayon(["post", "--queue", "--json", "hi", "--media", "a.png"])
        .code(3);
    assert_eq!(
        rules(&refused.error_json()["error"]["violations"]),
        [("bluesky", "missing_alt")]
    );
    strict.has_stored_nothing();
}

#[test]
fn a_picture_alone_is_a_post() {
    let scene = Scene::new(&[]);
    scene.world.picture("a.png", 8, 8);
    let _ = scene
        .world
        .hayon(["post", "--media", "a.png", "--alt", "A"])
        .code(0)
        .quiet();
    assert_eq!(scene.public("mastodon").len(), 1);
}

#[test]
fn every_picture_that_cannot_be_used_is_told_at_once_beside_the_other_violations() {
    let world = alone();
    world.write("lying.jpg", "not a picture");
    world.write("empty.png", "");
    let whole = fs::read(world.picture("whole.png", 40, 40)).unwrap();
    world.write("cut.png", &whole[..whole.len() / 2]);
    let mut arguments = vec!["post", "--queue", "--json", "hi", "--lang", "x_y"];
    for name in [
        "nosuch.png",
        "lying.jpg",
        "empty.png",
        "cut.png",
        ".",
        "whole.png",
    ] {
        arguments.extend(["--media", name]);
    }
    let error = world.hayon(arguments).code(3).error_json();
    let violations = &error["error"]["violations"];
    let unreadable = ("-", "unreadable_media");
    assert_eq!(
        rules(violations),
        [
            unreadable,
            unreadable,
            unreadable,
            unreadable,
            unreadable,
            ("bluesky", "bad_lang")
        ]
    );
    let messages: Vec<&str> = violations.as_array().unwrap()[..5]
        .iter()
        .map(|violation| violation["message"].as_str().unwrap())
        .collect();
    assert_eq!(
        messages,
        [
            "the picture `nosuch.png` cannot be used: there is no such file",
            "the picture `lying.jpg` cannot be used: it is neither a picture nor a video that \
             hayon knows (JPEG, PNG, WebP, GIF)",
            "the picture `empty.png` cannot be used: it is empty",
            "the picture `cut.png` cannot be used: it is cut short or damaged: its PNG data ends \
             too early",
            "the picture `.` cannot be used: it is no regular file",
        ]
    );
    world.has_stored_nothing();
}

#[test]
fn a_draft_whose_only_picture_is_missing_is_not_called_empty() {
    let world = alone();
    let _ = world
        .hayon(["post", "--queue", "--media", "nosuch.png"])
        .code(3)
        .complains(
            "error: the picture `nosuch.png` cannot be used: there is no such file\n\
         hint: name another file, or leave it out\n",
        );
}

#[test]
fn what_a_file_is_counts_and_not_its_name() {
    let scene = Scene::new(&[]);
    let png = fs::read(scene.world.picture("a.png", 8, 8)).unwrap();
    scene.world.write("photo.jpg", png);
    let arguments = ["post", "--json", "hi", "--media", "photo.jpg", "--alt", "A"];
    let post = scene.world.hayon(arguments).code(0).json();
    assert_eq!(post["media"][0]["mime"], "image/png");
    let key = post["media"][0]["key"].as_str().unwrap();
    assert_eq!(key.rsplit_once('.').unwrap().1, "png");
}

#[test]
fn too_many_pictures_are_refused_by_platform() {
    let scene = Scene::new(&[]);
    scene.world.picture("a.png", 8, 8);
    let mut arguments = vec!["post", "--json", "hi"];
    for _ in 0..5 {
        arguments.extend(["--media", "a.png", "--alt", "A"]);
    }
    let error = scene.world.hayon(arguments).code(3).error_json();
    assert_eq!(
        rules(&error["error"]["violations"]),
        [("mastodon", "too_many_images")]
    );
}

#[test]
fn a_queued_post_keeps_its_picture_when_the_file_is_gone() {
    let scene = Scene::new(&[]);
    let picture = scene.world.picture("a.png", 8, 8);
    let arguments = [
        "post", "--queue", "--json", "hi", "--media", "a.png", "--alt", "A",
    ];
    let post = scene.world.hayon(arguments).code(0).json();
    let original = fs::read(&picture).unwrap();
    fs::remove_file(&picture).unwrap();
    let key = post["media"][0]["key"].as_str().unwrap();
    assert_eq!(
        fs::read(scene.world.path("media").join(key)).unwrap(),
        original
    );
    assert_eq!(litter(&scene.world), 0);
    let _ = scene.world.hayon(["daemon", "--once"]).code(0);
    assert_eq!(scene.public("mastodon").len(), 1);
}

/// Returns how many files are left in the media's `temp/`.
fn litter(world: &World) -> usize {
    let mut folders = vec![world.path("media/temp")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                files += 1;
            }
        }
    }
    files
}
