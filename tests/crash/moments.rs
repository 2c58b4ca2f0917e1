//! Killed at any moment, not only at a request: between two writes, in the middle of a start.

use std::fmt;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use crate::chance::Chance;
use crate::pool::check_each;
use crate::pool::say;
use crate::support::Running;
use crate::support::World;
use crate::support::scene::Scene;

/// How many moments are tried.
const MOMENTS: usize = 24;

/// The latest moment: a little later than a post takes here.
const LATEST_MS: usize = 2_000;

/// How often one post is killed, at most: the third time it is parked as one that kills.
const KILLS: usize = 2;

struct Moments([Duration; KILLS]);

impl fmt::Display for Moments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "killed after {:?}", self.0)
    }
}

/// Starts what a script would start again and again: the key says that it is one post.
fn post(world: &World) -> Running {
    let picture = world.picture("one.png", 360, 270).display().to_string();
    let words = ["post", "any moment", "--to", "all", "--key", "moment"];
    let media = ["--media", &picture, "--alt", "one", "--wait", "60s"];
    world.start(words.iter().chain(&media))
}

#[test]
fn killed_at_any_moment_and_started_again_a_post_is_public_exactly_once() {
    let mut chance = Chance::new();
    let mut moment = || Duration::from_millis(chance.below(LATEST_MS) as u64);
    let cases: Vec<Moments> = (0..MOMENTS)
        .map(|_| Moments([moment(), moment()]))
        .collect();
    let doubts = AtomicUsize::new(0);
    check_each(&cases, |Moments(moments)| {
        let scene = Scene::with_bucket(&["--latency", "30ms"]);
        for moment in moments {
            let mut running = post(&scene.world);
            // Not a wait for something: the moment itself is what is tried.
            thread::sleep(*moment);
            if !running.has_ended() {
                drop(running);
            }
        }
        let _ = post(&scene.world).wait().any_code([0, 7]);
        for platform in ["bluesky", "mastodon", "tumblr", "threads", "instagram"] {
            let public = scene.public(platform);
            assert_eq!(public.len(), 1, "{platform}: {public:#?}");
        }
        assert_eq!(scene.world.list().len(), 1);
        // Killed between the mark and the answer, what was to go on a Page is in doubt, unless it
        // is to be seen there.
        let on_page = scene.public("facebook").len();
        let post = scene.world.show(1);
        assert_eq!(post["in_doubt"], on_page == 0, "{post:#}");
        assert!(on_page <= 1, "public {on_page} times");
        let status = if on_page == 1 {
            "COMPLETED"
        } else {
            "PARTIAL_SUCCESS"
        };
        assert_eq!(post["status"], status, "{post:#}");
        doubts.fetch_add(1 - on_page, Ordering::Relaxed);
    });
    let doubts = doubts.into_inner();
    say(&format!("{doubts} in doubt, on a Page"));
    assert!(doubts * 3 <= MOMENTS, "{doubts} of {MOMENTS} are in doubt");
}
