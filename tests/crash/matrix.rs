//! The matrix itself: every road, every request, every blow.

use crate::case::Blow;
use crate::case::Case;
use crate::case::ROADS;
use crate::case::Road;
use crate::case::Strike;
use crate::chance::Chance;
use crate::pool::check_each;

/// How many of the cases with two kills are run.
const KILLED_TWICE: usize = 24;

/// How many requests a recovery may make before it is killed too.
const RECOVERY_REQUESTS_MAX: usize = 6;

#[test]
fn killed_at_any_request_a_post_is_public_exactly_once() {
    let cases = cases(&[Blow::KilledBefore, Blow::KilledAfter]);
    check_each(&cases, |case| {
        assert_eq!(case.survive_kills(), 1, "the request was never made");
    });
}

#[test]
fn killed_while_the_server_is_slow_a_post_is_public_exactly_once() {
    let mut cases = cases(&[Blow::KilledAndActsLater]);
    // The last request is the one that makes the post public.
    cases.retain(|case| case.strikes[0].request == case.road.request_count());
    assert_eq!(cases.len(), ROADS.len());
    check_each(&cases, |case| {
        assert_eq!(case.survive_kills(), 1, "the request was never made");
    });
}

#[test]
fn losing_any_answer_a_post_is_public_exactly_once() {
    let cases = cases(&[Blow::LostBefore, Blow::LostAfter, Blow::Cut]);
    check_each(&cases, Case::survive_losses);
}

#[test]
fn killed_again_while_it_recovers_a_post_is_public_exactly_once() {
    let mut chance = Chance::new();
    let blows = [Blow::KilledBefore, Blow::KilledAfter];
    let mut cases = cases(&blows);
    chance.shuffle(&mut cases);
    cases.truncate(KILLED_TWICE);
    for case in &mut cases {
        let first = case.strikes[0].request;
        case.strikes.push(Strike {
            blow: blows[chance.below(blows.len())],
            request: first + 1 + chance.below(RECOVERY_REQUESTS_MAX),
        });
    }
    let killed_twice = std::sync::atomic::AtomicUsize::new(0);
    check_each(&cases, |case| {
        if case.survive_kills() == 2 {
            killed_twice.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
    });
    let killed_twice = killed_twice.into_inner();
    assert!(
        killed_twice * 3 > cases.len(),
        "only {killed_twice} recoveries were killed"
    );
}

fn cases(blows: &[Blow]) -> Vec<Case> {
    let mut cases = Vec::new();
    for road in ROADS {
        let requests = requests(road);
        for request in 1..=requests.len() {
            cases.extend(blows.iter().map(|&blow| Case {
                road,
                strikes: vec![Strike { blow, request }],
            }));
        }
    }
    cases
}

#[track_caller]
fn requests(road: Road) -> Vec<String> {
    let requests = road.requests();
    let (first, last) = match road.platform {
        "bluesky" => (
            "POST /xrpc/com.atproto.server.createSession",
            "POST /xrpc/com.atproto.repo.putRecord",
        ),
        "tumblr" => (
            "POST /v2/blog/alice/posts",
            "PUT /v2/blog/alice/posts/790123456789016576",
        ),
        _ => ("GET /api/v2/instance", "POST /api/v1/statuses"),
    };
    assert_eq!(requests.len(), road.request_count(), "{requests:?}");
    assert_eq!(requests[0], first, "{requests:?}");
    assert_eq!(requests[requests.len() - 1], last, "{requests:?}");
    requests
}
