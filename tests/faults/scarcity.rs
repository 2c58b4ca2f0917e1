//! A machine that has little left: hardly any file descriptors.

use crate::support::platforms::PLATFORMS;
use crate::support::scene::Scene;

/// How many descriptors there are: from too few to begin to nearly enough.
const DESCRIPTORS: [usize; 7] = [4, 8, 12, 16, 20, 26, 32];

#[test]
fn without_file_descriptors_nothing_is_lost_and_nothing_is_sent_twice() {
    std::thread::scope(|scope| {
        for descriptors in DESCRIPTORS {
            scope.spawn(move || with_descriptors(descriptors));
        }
    });
}

#[track_caller]
fn with_descriptors(descriptors: usize) {
    let scene = Scene::with_bucket(&[]);
    let pictures = scene.world.pictures(2);
    let limit = format!("--nofile={descriptors}");
    let always = [
        &limit,
        env!("CARGO_BIN_EXE_hayon"),
        "post",
        "scarce",
        "--to",
        "all",
    ];
    let words = always.iter().map(ToString::to_string);
    let post = scene.world.start_program("prlimit", words.chain(pictures));
    let told = post.wait().any_code([0, 1, 4, 6, 127]);
    let is_stored = !scene.world.list().is_empty();
    assert!(is_stored || told.stderr.contains("error"), "{told}");
    if !is_stored {
        return;
    }
    let _ = scene.world.hayon(["retry", "1"]).any_code([0, 1]);
    let once = ["daemon", "--once", "--wait", "60s"];
    let _ = scene.world.hayon(once).code(0);
    let post = scene.world.show(1);
    assert_eq!(
        post["status"], "COMPLETED",
        "{descriptors}: {post:#}\n{told}"
    );
    for platform in PLATFORMS {
        let public = scene.public(platform);
        assert_eq!(public.len(), 1, "{descriptors} {platform}: {public:#?}");
    }
}
