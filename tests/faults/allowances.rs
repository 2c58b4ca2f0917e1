//! How much Meta lets an account do, in an hour or a day: what is left is read before it is used up,
//! and a limit that comes as anything but a 429 is a limit.

use jiff::SignedDuration;

use crate::meta::assert_delivered_once;
use crate::meta::assert_waits;
use crate::meta::later;
use crate::meta::pause_after;
use crate::meta::publish;
use crate::moments::moment;
use crate::moments::now;
use crate::support::platforms::at_visible;
use crate::support::platforms::visible;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

#[test]
fn limits_that_come_as_errors_wait_and_use_up_no_attempt() {
    let hour = SignedDuration::from_hours(1);
    for (platform, error) in [
        ("threads", "error:4"),
        ("threads", "error:9/2207042"),
        ("instagram", "error:80002"),
        ("instagram", "error:9/2207042"),
        ("facebook", "error:32"),
        ("facebook", "error:80001"),
        ("facebook", "error:368/1390008"),
    ] {
        let scene = Scene::with_bucket_and_faults(&[&at_visible(platform, error)]);
        let post = publish(&scene, platform, &[], 6);
        assert_waits(&post, platform, "");
        let (_, path) = visible(platform);
        let pause = pause_after(&scene, &post, platform, path);
        assert!(
            pause >= hour - SignedDuration::from_secs(1),
            "{error}: {pause:#}"
        );
        let _ = scene.world.hayon(["daemon", "--once"]).code(6);
        assert_eq!(scene.sent(platform), 1, "nothing is sent early");
        later(&scene);
        assert_delivered_once(&scene, platform);
    }
}

#[test]
fn a_days_posts_that_are_used_up_are_waited_for() {
    for platform in ["threads", "instagram"] {
        let scene = Scene::with_bucket(&["--graph", "quota=1"]);
        let _ = publish(&scene, platform, &[], 0);
        let post = publish(&scene, platform, &["--again"], 6);
        assert_waits(&post, platform, "1 of the 1 posts");
        let told = scene.world.hayon(["show", "2"]).code(0);
        assert!(told.stdout.contains("1 of the 1 posts"), "{told}");
        let now = now();
        let next_at = moment(delivery(&post, platform), "next_at");
        let pause = next_at.duration_since(now);
        assert!(pause > SignedDuration::from_mins(55), "{pause:#}");
        assert_eq!(scene.sent(platform), 1, "nothing was sent");
        assert_eq!(scene.public(platform).len(), 1);
    }
}

#[test]
fn an_account_that_has_nearly_used_up_its_calls_slows_down() {
    for platform in ["threads", "instagram", "facebook"] {
        let scene = Scene::with_bucket(&["--graph", "usage=90"]);
        for _ in 0..2 {
            let _ = publish(&scene, platform, &["--queue", "--again"], 0);
        }
        let _ = scene.world.hayon(["daemon", "--once"]).code(6);
        assert_eq!(scene.public(platform).len(), 1, "the first");
        assert_eq!(scene.sent(platform), 1, "nothing of the second was sent");
        let post = scene.world.show(2);
        assert_waits(&post, platform, "90 % of what Meta lets this app ask for");
        let next_at = moment(delivery(&post, platform), "next_at");
        let published_at = moment(delivery(&scene.world.show(1), platform), "published_at");
        let pause = next_at.duration_since(published_at);
        assert!(pause > SignedDuration::from_mins(5), "{pause:#}");
        let told = scene.world.hayon(["show", "2"]).code(0);
        assert!(told.stdout.contains("90 %"), "{told}");
    }
}
