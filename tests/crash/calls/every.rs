//! Every call of a publish on every platform, or a share of them that is the same in every run.

use std::iter;

use crate::calls::killed::Before;
use crate::calls::killed::Killed;
use crate::calls::killed::Outcome;
use crate::calls::traced::shorten;
use crate::chance::Chance;
use crate::chance::SEED;
use crate::pool::each;
use crate::pool::say;
use crate::road::Road;
use crate::support::scene::Scene;
use crate::support::strace;

/// One of how many calls is struck unless all are asked for.
const SHARE: usize = 20;

/// The same of a publish that makes the outbox first: hundreds of its writes fill it with zeros.
const SHARE_OF_FIRST: usize = 100;

/// Of how many that are killed one is killed again while it recovers, and after how many calls at most.
const AGAIN: usize = 3;
const CALLS_AGAIN_MAX: usize = 60;

/// On one of how many roads it is killed after its last call in any case.
const TOLD: usize = 3;

/// Returns a machine that has an outbox, in which there is no post.
pub(crate) fn warm() -> Scene {
    let mut scene = Scene::new(&[]);
    shorten(&mut scene.world);
    let _ = scene.world.hayon(["daemon", "--once"]).code(0);
    scene
}

/// Returns where each of `ways` is killed: after every call, or after one of each share.
fn points<'w>(ways: &[Killed<'w>]) -> Vec<Killed<'w>> {
    let mut points = Vec::new();
    for (at, count) in each(ways, Killed::count) {
        let way = ways[at];
        // Its own, whoever ends first, and however many calls the others make.
        let mut chance = Chance::of(at as u64);
        let share = match way.before {
            _ if strace::is_whole() => 1,
            Before::Nothing => SHARE_OF_FIRST,
            Before::Outbox(_) => SHARE,
        };
        let first = 1 + chance.below(share);
        let mut calls: Vec<usize> = (first..=count).step_by(share).collect();
        // After the last it has told what came of it.
        if chance.below(TOLD) == 0 && calls.last() != Some(&count) {
            calls.push(count);
        }
        points.extend(calls.into_iter().map(|calls| {
            let is_killed_again = chance.below(AGAIN) == 0;
            let calls_again = is_killed_again.then(|| 1 + chance.below(CALLS_AGAIN_MAX));
            Killed {
                calls,
                calls_again,
                ..way
            }
        }));
    }
    points
}

fn sum(outcomes: &[(usize, Outcome)], of: impl Fn(&Outcome) -> usize) -> usize {
    outcomes.iter().map(|(_, outcome)| of(outcome)).sum()
}

#[test]
fn killed_after_any_system_call_a_post_is_public_exactly_once() {
    if !strace::is_there() {
        return;
    }
    let warm = warm();
    let way = |road, before| Killed {
        road,
        before,
        calls: 0,
        calls_again: None,
    };
    let roads = Road::plain();
    let first = way(roads[0], Before::Nothing);
    let ways = roads
        .iter()
        .map(|road| way(*road, Before::Outbox(&warm.world)));
    let ways: Vec<Killed> = ways.chain(iter::once(first)).collect();
    let points = points(&ways);
    let outcomes = each(&points, Killed::survive);
    let kills = sum(&outcomes, |it| it.kills);
    say(&format!(
        "{} points on {} roads (seed {SEED}): {kills} killed, {} of them again, {} acknowledged, \
         {} delivered, {} in doubt, none twice",
        points.len(),
        ways.len(),
        sum(&outcomes, |it| it.kills_again),
        sum(&outcomes, |it| it.acknowledged),
        sum(&outcomes, |it| it.delivered),
        sum(&outcomes, |it| it.in_doubt),
    ));
    // A publish may make a few calls fewer than it did when they were counted.
    assert!(kills * 20 >= points.len() * 19, "only {kills} were killed");
}
