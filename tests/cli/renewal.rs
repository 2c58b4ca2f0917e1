//! Tokens that end by the calendar are renewed by the daemon, and by nobody else.

use std::fs;

use crate::support::scene::Scene;

/// Returns how often a token was renewed.
fn renewals(scene: &Scene) -> usize {
    let path = "/refresh_access_token";
    scene.requests("received", "GET", path).len()
}

#[test]
fn a_daemon_renews_the_tokens_that_end_and_later_runs_use_the_new_ones() {
    let mut scene = Scene::new(&[]);
    let _ = scene
        .world
        .hayon(["post", "One", "--to", "threads"])
        .code(0);
    assert_eq!(renewals(&scene), 0, "a post renews nothing");
    let _ = scene.world.hayon(["daemon", "--once"]).code(0).quiet();
    // Instagram's and Threads': a Page's has no end.
    assert_eq!(renewals(&scene), 2);
    let _ = scene.world.hayon(["daemon", "--once"]).code(0).quiet();
    assert_eq!(renewals(&scene), 2, "once a week is enough");

    let kept = scene.world.path("state").join("hayon/sessions.toml");
    let kept = fs::read_to_string(kept).expect("kept tokens");
    assert!(kept.contains("sandbox-threads-renewed-"), "{kept}");
    assert!(kept.contains("expires_at"), "{kept}");
    let _ = scene
        .world
        .hayon(["post", "Two", "--to", "threads"])
        .code(0);
    assert_eq!(scene.public("threads").len(), 2);

    // A new token in the configuration counts at once.
    scene
        .world
        .set("HAYON_THREADS_TOKEN", "sandbox-threads-token-revoked");
    let _ = scene
        .world
        .hayon(["post", "Three", "--to", "threads"])
        .code(5);
}

#[test]
fn a_token_that_cannot_be_renewed_is_said_while_it_still_works() {
    let fault = "threads GET /refresh_access_token #1 status:503";
    let scene = Scene::with_faults(&[fault]);
    let said = scene.world.hayon(["daemon", "--once"]).code(0);
    let warning = "warning: the token of `threads` could not be renewed: ";
    assert!(said.stderr.starts_with(warning), "{said}");
    let _ = scene.world.hayon(["daemon", "--once"]).code(0).quiet();
    assert_eq!(renewals(&scene), 3);
}
