//! Tokens that end by the calendar are renewed in time by whatever runs: a daemon, a post.

use std::fs;

use crate::support::scene::Scene;

/// Returns how often a token was renewed.
fn renewals(scene: &Scene) -> usize {
    let path = "/refresh_access_token";
    scene.requests("received", "GET", path).len()
}

/// Returns what is kept of tokens.
fn kept(scene: &Scene) -> String {
    let path = scene.world.path("state").join("hayon/sessions.toml");
    fs::read_to_string(path).expect("kept tokens")
}

/// Makes every token look as if it had been seen or renewed ten days ago.
fn let_time_pass(scene: &Scene) {
    let lines: Vec<String> = kept(scene)
        .lines()
        .map(|line| match line.split_once(" = ") {
            Some(("renewed_at", _)) => "renewed_at = \"2026-11-01T00:00:00Z\"".to_owned(),
            _ => line.to_owned(),
        })
        .collect();
    let path = scene.world.path("state").join("hayon/sessions.toml");
    fs::write(path, lines.join("\n")).expect("a file of sessions");
}

#[test]
fn a_daemon_renews_the_tokens_that_end_and_later_runs_use_the_new_ones() {
    let mut scene = Scene::new(&[]);
    let _ = scene.world.hayon(["daemon", "--once"]).code(0).quiet();
    assert_eq!(
        renewals(&scene),
        0,
        "a token that is new to us is left alone"
    );
    let_time_pass(&scene);
    let _ = scene.world.hayon(["daemon", "--once"]).code(0).quiet();
    // Instagram's and Threads': a Page's has no end.
    assert_eq!(renewals(&scene), 2);
    let _ = scene.world.hayon(["daemon", "--once"]).code(0).quiet();
    assert_eq!(renewals(&scene), 2, "once a week is enough");

    let kept = kept(&scene);
    assert!(kept.contains("sandbox-threads-renewed-"), "{kept}");
    assert!(kept.contains("expires_at"), "{kept}");
    let _ = scene
        .world
        .hayon(["post", "Two", "--to", "threads"])
        .code(0);
    assert_eq!(scene.public("threads").len(), 1);

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
fn a_post_renews_the_tokens_that_it_used() {
    let scene = Scene::new(&[]);
    let post = |text| ["post", text, "--to", "threads"];
    let _ = scene.world.hayon(post("One")).code(0);
    assert_eq!(renewals(&scene), 0);
    let_time_pass(&scene);
    let _ = scene.world.hayon(post("Two")).code(0);
    assert_eq!(renewals(&scene), 1, "Instagram's was not used");
    let _ = scene.world.hayon(post("Three")).code(0);
    assert_eq!(renewals(&scene), 1);
}

#[test]
fn a_token_that_cannot_be_renewed_is_said_while_it_still_works() {
    let fault = "threads GET /refresh_access_token #1 status:503";
    let scene = Scene::with_faults(&[fault]);
    let _ = scene.world.hayon(["daemon", "--once"]).code(0).quiet();
    let_time_pass(&scene);
    let said = scene.world.hayon(["daemon", "--once"]).code(0);
    let warning = "warning: the token of `threads` could not be renewed: ";
    assert!(said.stderr.starts_with(warning), "{said}");
    let _ = scene.world.hayon(["daemon", "--once"]).code(0).quiet();
    assert_eq!(renewals(&scene), 3);
}

#[test]
fn a_refresh_renews_at_once_and_says_until_when() {
    let scene = Scene::new(&[]);
    let said = scene.world.hayon(["account", "refresh"]).code(0);
    let _ = said.shows([
        "bluesky: has no end",
        "mastodon: has no end",
        "threads: renewed, good until 20",
    ]);
    assert_eq!(renewals(&scene), 2);
    let again = ["account", "refresh", "threads"];
    let said = scene.world.hayon(again).code(1);
    let _ = said.shows(["threads: not renewed: ", "not yet 24 hours old"]);
}

#[test]
fn a_refresh_tells_programs_until_when_and_never_the_token() {
    let scene = Scene::new(&[]);
    let one = ["account", "refresh", "threads", "--json"];
    let told = scene.world.hayon(one).code(0).quiet().json();
    assert_eq!(told[0]["state"], "renewed", "{told:#}");
    assert!(told[0]["ends_at"].is_string(), "{told:#}");
    assert!(!told.to_string().contains("sandbox-threads"), "{told:#}");
}

#[test]
fn a_job_is_given_the_token_that_took_the_place_of_the_first() {
    let scene = Scene::new(&[]);
    let values = ["account", "export", "--for-ci", "threads", "--values"];
    let first = scene.world.on_terminal(200, &values).code(0);
    let token = "HAYON_THREADS_TOKEN=sandbox-threads-token-of-alice";
    let is_first = |said: &str| said.lines().any(|line| line.trim_end() == token);
    assert!(is_first(&first.stdout), "{first}");
    let _ = scene.world.hayon(["account", "refresh", "threads"]).code(0);
    let renewed = scene.world.on_terminal(200, &values).code(0);
    assert!(!is_first(&renewed.stdout), "{renewed}");
    assert!(renewed.stdout.contains("HAYON_THREADS_TOKEN="), "{renewed}");
}

#[test]
fn a_refresh_of_a_dead_token_says_that_a_log_in_is_needed() {
    let mut scene = Scene::new(&[]);
    scene
        .world
        .set("HAYON_THREADS_TOKEN", "sandbox-threads-token-expired");
    let said = scene.world.hayon(["account", "refresh", "threads"]).code(5);
    let _ = said
        .shows(["threads: not renewed: "])
        .mentions(["hint: `hayon account add --name threads` logs in anew"]);
}

#[test]
fn a_check_fails_for_a_token_that_ends_too_soon() {
    let scene = Scene::new(&[]);
    let _ = scene.world.hayon(["account", "refresh"]).code(0);
    let _ = scene.world.hayon(["account", "check"]).code(0).quiet();
    let within = |time| ["account", "check", "threads", "--fail-within", time];
    let _ = scene.world.hayon(within("59d")).code(0);
    let said = scene.world.hayon(within("61d")).code(5);
    let _ = said.shows([
        "sooner than asked for",
        "hint: `hayon account refresh threads`",
    ]);
    let _ = scene.world.hayon(within("soon")).code(2);
}

#[test]
fn a_check_fails_for_a_log_in_that_does_not_hold() {
    let mut scene = Scene::new(&[]);
    scene.world.set("HAYON_MASTODON_TOKEN", "revoked");
    let told = ["account", "check", "mastodon", "bluesky", "--json"];
    let told = scene.world.hayon(told).code(5).json();
    assert_eq!(told["ok"], false, "{told:#}");
    let _ = scene.world.hayon(["account", "check", "bluesky"]).code(0);
}
