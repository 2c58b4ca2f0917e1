//! A post under which the process keeps dying is parked, so that it does not keep the others from
//! being sent; and what may be public is looked at even then.

use crate::support::scene::Scene;
use crate::support::scene::delivery;

const CREATE_SESSION: &str = "/xrpc/com.atproto.server.createSession";
const VERIFY: &str = "/api/v1/accounts/verify_credentials";
const ONCE: [&str; 4] = ["daemon", "--once", "--wait", "60s"];

#[test]
fn a_post_under_which_the_process_died_three_times_is_parked_and_the_next_is_sent() {
    let fault = |n| format!("bluesky POST {CREATE_SESSION} #{n} hang");
    let faults: Vec<String> = (1..=3).map(fault).collect();
    let faults: Vec<&str> = faults.iter().map(String::as_str).collect();
    let scene = Scene::with_faults(&faults);
    let queue = |text| {
        let post = ["post", text, "--to", "bluesky", "--queue"];
        let _ = scene.world.hayon(post).code(0);
    };
    queue("poison");
    for n in 1..=3 {
        let running = scene.world.start(ONCE);
        scene.wait_for("received", "POST", CREATE_SESSION, n);
        let _ = running.kill().killed();
    }
    queue("bread");
    let told = scene.world.hayon(ONCE).code(1);
    assert!(
        told.stdout.contains("the program ended under it 3 times"),
        "{told}"
    );
    let post = scene.world.show(1);
    assert_eq!(
        delivery(&post, "bluesky")["reason"],
        "exhausted",
        "{post:#}"
    );
    assert_eq!(scene.world.show(2)["status"], "COMPLETED");
    let _ = scene.world.hayon(["retry", "1"]).code(0);
    let _ = scene.world.hayon(ONCE).code(0);
    assert_eq!(scene.world.show(1)["status"], "COMPLETED");
    assert_eq!(scene.public("bluesky").len(), 2);
}

#[test]
fn what_may_be_public_is_looked_at_before_a_post_is_parked_for_its_crashes() {
    for (at, status, code) in [("act-and-hang", "COMPLETED", 0), ("hang", "FAILED", 1)] {
        let post = format!("mastodon POST /api/v1/statuses #1 {at}");
        let look = |n| format!("mastodon GET {VERIFY} #{n} hang");
        let scene = Scene::with_faults(&[&post, &look(1), &look(2)]);
        let running = scene.world.start(["post", "thrice", "--to", "mastodon"]);
        let event = if at == "hang" { "received" } else { "acted" };
        scene.wait_for(event, "POST", "/api/v1/statuses", 1);
        let _ = running.kill().killed();
        for n in 1..=2 {
            let running = scene.world.start(ONCE);
            scene.wait_for("received", "GET", VERIFY, n);
            let _ = running.kill().killed();
        }
        let _ = scene.world.hayon(ONCE).code(code);
        assert_eq!(scene.world.show(1)["status"], status, "{at}");
        let is_public = status == "COMPLETED";
        assert_eq!(scene.public("mastodon").len(), usize::from(is_public));
        assert_eq!(
            scene.requests("received", "POST", "/api/v1/statuses").len(),
            1
        );
    }
}
