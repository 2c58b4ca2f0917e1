//! The matrix itself: every road, every request, every blow.

use crate::case::Blow;
use crate::case::Case;
use crate::case::Strike;
use crate::chance::Chance;
use crate::expected::is_visible;
use crate::pool::check_each;
use crate::road::Request;
use crate::road::Road;
use crate::support::strace;

/// How many of the cases with two kills are run.
const KILLED_TWICE: usize = 24;

/// What every request meets.
const ALWAYS: [Blow; 2] = [Blow::KilledAfter, Blow::LostAfter];

/// What the requests that make nothing public meet in turn.
const IN_TURN: [Blow; 3] = [Blow::KilledBefore, Blow::LostBefore, Blow::Cut];

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
    let cases = cases(&[Blow::KilledAndActsLater]);
    assert_eq!(cases.len(), Road::all().len(), "one visible request a road");
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
    let mut cases = cases_with_turns(&blows);
    chance.shuffle(&mut cases);
    if !strace::is_whole() {
        cases.truncate(KILLED_TWICE);
    }
    for (case, first) in &mut cases {
        let later = *first + 1 + chance.below(RECOVERY_REQUESTS_MAX);
        case.strikes.push(Strike {
            blow: blows[chance.below(blows.len())],
            request: format!("* * #{later}"),
        });
    }
    let cases: Vec<Case> = cases.into_iter().map(|(case, _)| case).collect();
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

/// Returns the cases of every road and request with these blows.
///
/// A request that makes a post public meets each of them. Every other one meets the two after which
/// the server has acted and nobody knows it, and the rest in turn, or all of it where all is asked for.
fn cases(blows: &[Blow]) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut turn = 0;
    for (road, requests) in Road::all() {
        for request in requests {
            turn += 1;
            let is_visible = is_visible(road.platform, &request.method, &request.path);
            let in_turn = IN_TURN[turn % IN_TURN.len()];
            let is_its_turn =
                |blow: &Blow| *blow == in_turn || (strace::is_whole() && IN_TURN.contains(blow));
            let is_run = |blow: &&Blow| is_visible || ALWAYS.contains(blow) || is_its_turn(blow);
            cases.extend(
                blows
                    .iter()
                    .filter(is_run)
                    .map(|&blow| case(*road, blow, request)),
            );
        }
    }
    cases
}

/// Returns the same, each with how many requests of the platform it takes until it strikes.
fn cases_with_turns(blows: &[Blow]) -> Vec<(Case, usize)> {
    let mut cases = Vec::new();
    for (road, requests) in Road::all() {
        for (turn, request) in (1..).zip(requests) {
            cases.extend(blows.iter().map(|&blow| (case(*road, blow, request), turn)));
        }
    }
    cases
}

fn case(road: Road, blow: Blow, request: &Request) -> Case {
    let strikes = vec![Strike {
        blow,
        request: request.to_string(),
    }];
    Case { road, strikes }
}
