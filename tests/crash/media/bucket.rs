//! Killed at every request to the bucket.

use std::fmt;

use serde_json::Value;

use crate::media::errand::ERRANDS;
use crate::media::errand::Errand;
use crate::media::errand::Store;
use crate::pool::check_each;
use crate::support::Running;
use crate::support::eventually;
use crate::support::scene::Scene;

const TEXT: &str = "killed on the way to a bucket";

/// An errand, and the request to the bucket at which it is killed.
struct Case {
    errand: Errand,
    /// Which of the requests to the bucket, from the first of the preparations.
    request: usize,
    /// What it asks for.
    asks: String,
    has_acted: bool,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let when = if self.has_acted { "after" } else { "before" };
        let (errand, asks) = (self.errand, &self.asks);
        write!(f, "{errand:?} killed {when} {asks} ({})", self.request)
    }
}

fn scene(faults: &[&str]) -> Scene {
    let mut scene = Scene::with_faults(faults);
    scene.world.keep_media_in(&scene.sandbox);
    scene
}

/// Returns the requests to the bucket so far, such as `PUT temp`.
fn requests(scene: &Scene) -> Vec<String> {
    let log = scene.sandbox.log().into_iter();
    let asked = log.filter(|line| line["platform"] == "s3" && line["event"] == "received");
    let words = |line: Value| {
        let path = line["path"].as_str().expect("a path");
        let area = path.split('/').nth(2).unwrap_or_default();
        format!("{} {area}", line["method"].as_str().expect("a method"))
    };
    asked.map(words).collect()
}

#[track_caller]
fn assert_all_is_well(scene: &Scene, errand: Errand, command: &[String]) {
    let store = Store::bucket(&scene.world, &scene.sandbox);
    errand.end_well(store.world, command);
    store.assert_a_sweep_leaves_what_posts_have();
    let public = scene.sandbox.ledger()["posts"].clone();
    errand.assert_public(TEXT, public.as_array().expect("posts"));
}

/// Returns a case for every request that `errand` makes and that is a moment of its own: before a
/// change, the bucket is as it was after the one before it; and what only asks is met in one errand.
fn cases(errand: Errand) -> Vec<Case> {
    let scene = scene(&[]);
    let command = errand.prepare(&scene.world, TEXT, true);
    let before = requests(&scene).len();
    let _ = scene.world.hayon(&command).code(0);
    let requests: Vec<String> = requests(&scene).into_iter().skip(before).collect();
    let moves = |what: &str| requests.iter().filter(|asks| asks.as_str() == what).count();
    let files = if errand == Errand::Delete { 0 } else { 2 };
    assert_eq!(moves("PUT posts"), files, "{errand:?}: {requests:?}");
    assert!(moves("DELETE temp") + moves("DELETE posts") > 0);
    assert_all_is_well(&scene, errand, &command);
    let (mut cases, mut is_first) = (Vec::new(), true);
    for (request, asks) in (before + 1..).zip(requests) {
        let changes = asks.starts_with("PUT") || asks.starts_with("DELETE");
        let moments = match (changes, is_first) {
            (true, true) => &[false, true][..],
            (true, false) => &[true],
            (false, _) if errand == Errand::PostKey => &[false],
            (false, _) => &[],
        };
        is_first &= !changes;
        cases.extend(moments.iter().map(|&has_acted| Case {
            errand,
            request,
            asks: asks.clone(),
            has_acted,
        }));
    }
    cases
}

/// Waits until the request has come, and the server has acted if it is to.
#[track_caller]
fn wait_for(scene: &Scene, case: &Case, running: &mut Running) {
    eventually("the request", || {
        let log = scene.sandbox.log();
        let of_bucket = log.iter().filter(|line| line["platform"] == "s3");
        let mut received = of_bucket.filter(|line| line["event"] == "received");
        let Some(request) = received.nth(case.request - 1) else {
            assert!(!running.has_ended(), "it ended: {}", running.stderr());
            return None;
        };
        let acted = |line: &&Value| line["n"] == request["n"] && line["event"] == "acted";
        (!case.has_acted || log.iter().any(|line| acted(&line))).then_some(())
    });
}

#[test]
fn killed_at_any_request_to_the_bucket_no_row_dangles_and_a_sweep_leaves_nothing() {
    let cases: Vec<Case> = ERRANDS.into_iter().flat_map(cases).collect();
    check_each(&cases, |case| {
        let deed = if case.has_acted {
            "act-and-hang"
        } else {
            "hang"
        };
        let scene = scene(&[&format!("s3 * * #{} {deed}", case.request)]);
        let command = case.errand.prepare(&scene.world, TEXT, true);
        let mut running = scene.world.start(&command);
        wait_for(&scene, case, &mut running);
        let _ = running.kill().killed();
        Store::bucket(&scene.world, &scene.sandbox).assert_nothing_dangles();
        assert_all_is_well(&scene, case.errand, &command);
    });
}
