//! Where nobody can tell on Meta's platforms, beside the matrix: containers that end before anybody
//! looks, lists that cannot be read, posts that say the same.

use jiff::SignedDuration;
use jiff::Timestamp;

use crate::support::eventually;
use crate::support::platforms::at_visible;
use crate::support::platforms::visible;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

const ONCE: [&str; 4] = ["daemon", "--once", "--wait", "60s"];

/// Returns the words of a post with one picture.
fn words(scene: &Scene, platform: &str) -> Vec<String> {
    let words = ["post", "by a container", "--to", platform].map(str::to_owned);
    words.into_iter().chain(scene.world.pictures(1)).collect()
}

/// Returns a scene in which `hayon` was killed while it made a post public, before or after the
/// server acted.
#[track_caller]
fn killed_while_publishing(platform: &str, has_acted: bool, more: &[&str]) -> Scene {
    let deed = if has_acted { "act-and-hang" } else { "hang" };
    let at = at_visible(platform, deed);
    let scene = Scene::with_bucket(&[&["--fault", &at][..], more].concat());
    let running = scene.world.start(words(&scene, platform));
    let (method, path) = visible(platform);
    let event = if has_acted { "acted" } else { "received" };
    scene.wait_for(event, method, path, 1);
    let _ = running.kill().killed();
    scene
}

#[track_caller]
fn assert_in_doubt(scene: &Scene, platform: &str) {
    let post = scene.world.show(1);
    assert_eq!(post["in_doubt"], true, "{post:#}");
    let parked = delivery(&post, platform);
    assert_eq!(parked["reason"], "in_doubt", "{post:#}");
    assert_eq!(scene.sent(platform), 1, "sent again");
}

/// Waits until what was made more than `lifetime` ago has expired.
fn outlive(lifetime: SignedDuration) {
    #[expect(clippy::disallowed_methods, reason = "the sandbox has the real clock")]
    let now = Timestamp::now;
    let end = now() + lifetime;
    eventually("the end of the container", || (now() > end).then_some(()));
}

#[test]
fn a_container_that_expired_unseen_after_it_was_sent_is_in_doubt_and_no_other_is_made() {
    for platform in ["threads", "instagram"] {
        let lifetime = ["--graph", "lifetime=5s"];
        let scene = killed_while_publishing(platform, false, &lifetime);
        outlive(SignedDuration::from_secs(5));
        let _ = scene.world.hayon(ONCE).code(7);
        assert_in_doubt(&scene, platform);
        assert!(scene.public(platform).is_empty());
    }
}

#[test]
fn a_container_that_was_published_is_found_however_late() {
    for platform in ["threads", "instagram"] {
        let lifetime = ["--graph", "lifetime=5s"];
        let scene = killed_while_publishing(platform, true, &lifetime);
        outlive(SignedDuration::from_secs(5));
        let _ = scene.world.hayon(ONCE).code(0);
        let post = scene.world.show(1);
        let public = scene.public(platform);
        assert_eq!(public.len(), 1);
        assert_eq!(delivery(&post, platform)["remote_id"], public[0]["id"]);
        assert_eq!(scene.sent(platform), 1);
    }
}

#[test]
fn what_cannot_be_read_is_read_again_until_patience_ends_and_then_it_is_in_doubt() {
    for (platform, list) in [
        ("threads", "/v1.0/me/threads"),
        ("instagram", "/v26.0/*/media"),
        ("facebook", "/v26.0/*/published_posts"),
    ] {
        // Of the photo, too, nothing can be read.
        let list = format!("{platform} GET {list} #* error:100/33");
        let photo = "facebook GET /v26.0/1221* #* error:100/33";
        let faults = ["--fault", &list, "--fault", photo];
        let mut scene = killed_while_publishing(platform, true, &faults);
        scene.world.set("HAYON_DAEMON_GIVE_UP_AFTER", "2s");
        let _ = scene.world.hayon(ONCE).code(7);
        assert_in_doubt(&scene, platform);
        assert_eq!(scene.public(platform).len(), 1);
    }
}

#[test]
fn a_list_that_lags_behind_is_read_again() {
    for platform in ["threads", "instagram", "facebook"] {
        let lags = ["--graph", "listed-after=3s"];
        let mut scene = killed_while_publishing(platform, true, &lags);
        scene.world.set("HAYON_DAEMON_SETTLE", "8s");
        let _ = scene.world.hayon(ONCE).code(0);
        assert_eq!(scene.world.show(1)["status"], "COMPLETED");
        assert_eq!(scene.public(platform).len(), 1);
        assert_eq!(scene.sent(platform), 1, "sent again");
    }
}

#[test]
fn the_same_words_twice_are_two_posts_though_an_answer_is_lost() {
    for platform in ["threads", "instagram", "facebook"] {
        for deed in ["act-and-hang-up", "cut"] {
            let (method, path) = visible(platform);
            let fault = format!("{platform} {method} {path} #2 {deed}");
            let scene = Scene::with_bucket_and_faults(&[&fault]);
            for _ in 0..2 {
                let more = ["--queue", "--again"].map(str::to_owned);
                let words = words(&scene, platform).into_iter().chain(more);
                let _ = scene.world.hayon(words.collect::<Vec<_>>()).code(0);
            }
            let _ = scene.world.hayon(ONCE).code(0);
            let public = scene.public(platform);
            assert_eq!(public.len(), 2, "{platform} {deed}: {public:#?}");
            let named = [1, 2].map(|number| {
                let post = scene.world.show(number);
                delivery(&post, platform)["remote_id"].clone()
            });
            assert_ne!(named[0], named[1]);
            for post in &public {
                assert!(named.contains(&post["id"]), "{named:?}");
            }
        }
    }
}
