//! What publishing costs: the requests that a platform is asked, and how often the disk is waited for.
//!
//! The counts are exact, so that one more is noticed by whoever adds it.

use crate::cost::SYNCS;
use crate::cost::calls;
use crate::cost::count;
use crate::support::scene::Scene;
use crate::support::strace;

/// A platform, how many pictures, and how many requests a post of them is once the log-in and the
/// limits are known. Threads and Instagram are asked for the day's quota, whether each container is
/// ready, and where the post is; Tumblr what it has made of a picture.
const REQUESTS: [(&str, usize, usize); 14] = [
    ("bluesky", 0, 1),
    ("bluesky", 4, 5),
    ("mastodon", 0, 1),
    ("mastodon", 4, 5),
    ("threads", 0, 5),
    ("threads", 1, 5),
    ("threads", 3, 11),
    ("instagram", 1, 5),
    ("instagram", 3, 11),
    ("facebook", 0, 1),
    ("facebook", 1, 2),
    ("facebook", 3, 4),
    ("tumblr", 0, 2),
    ("tumblr", 1, 3),
];

#[test]
fn a_post_is_as_many_requests_as_its_platform_needs() {
    let scene = Scene::with_bucket(&[]);
    let pictures = scene.world.pictures(4);
    let post = |platform: &str, count: usize, words: &str| {
        let media = pictures.iter().take(4 * count).map(String::as_str);
        let command = ["post", words, "--to", platform];
        let _ = scene.world.hayon(command.into_iter().chain(media)).code(0);
    };
    post("all", 1, "the log-ins and the limits");
    for (platform, pictures, expected) in REQUESTS {
        let received = || {
            let log = scene.sandbox.log();
            let of_platform = log
                .into_iter()
                .filter(|line| line["event"] == "received" && line["platform"] == platform);
            of_platform.map(|line| format!("{} {}", line["method"], line["path"]))
        };
        let before = received().count();
        post(platform, pictures, &format!("{pictures} pictures"));
        let requests: Vec<String> = received().skip(before).collect();
        let what = format!("{platform} with {pictures} pictures: {requests:#?}");
        assert_eq!(requests.len(), expected, "{what}");
    }
}

/// How often the disk is waited for until a post without pictures is delivered: before the request that
/// makes it public, after that if another follows, and at the end. What comes before that request is on
/// disk when it is, in the same wait.
const SYNCS_OF_DELIVERY: [(&str, usize); 3] = [("mastodon", 2), ("bluesky", 2), ("threads", 3)];

/// Returns how often a daemon waits for the disk while it delivers `posts` that are due.
fn syncs_of(scene: &Scene, platform: &str, posts: usize) -> usize {
    for number in 0..posts {
        let words = format!("{number} of {posts}");
        let command = ["post", "--queue", &words, "--to", platform];
        let _ = scene.world.hayon(command).code(0);
    }
    let calls = calls(&scene.world, &["daemon", "--once"]);
    let syncs: Vec<String> = calls
        .into_iter()
        .filter(|call| count(std::slice::from_ref(call), &SYNCS) > 0)
        .collect();
    // A log that is full begins anew, with a sync of the database and two more of the log.
    let anew = count(&syncs, &["outbox.db>"]);
    count(&syncs, &["outbox.db-wal>"]) - 2 * anew
}

#[test]
fn a_delivery_waits_for_the_disk_as_often_as_a_crash_makes_it() {
    if !strace::is_there() {
        return;
    }
    let scene = Scene::new(&[]);
    for (platform, expected) in SYNCS_OF_DELIVERY {
        let command = ["post", "the log-in", "--to", platform];
        let _ = scene.world.hayon(command).code(0);
        // What a start and an end cost is in both.
        let few = syncs_of(&scene, platform, 1);
        let more = syncs_of(&scene, platform, 4);
        // A log that began anew in one run may be synced for it in the next.
        let is_so = (more - few).abs_diff(3 * expected) <= 1;
        assert!(is_so, "{platform}: {few}, {more}");
    }
}
