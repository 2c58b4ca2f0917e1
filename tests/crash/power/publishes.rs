//! The power fails while a post is being published: what may be public is known to be so.

use std::fmt;

use crate::calls::killed::Before;
use crate::calls::killed::Killed;
use crate::calls::killed::Outcome;
use crate::calls::traced::Manner;
use crate::calls::traced::Traced;
use crate::chance::Chance;
use crate::chance::SEED;
use crate::expected::is_visible;
use crate::pool::each;
use crate::pool::say;
use crate::power::disk::Disk;
use crate::power::disk::Rest;
use crate::power::trace::Call;
use crate::power::trace::Deed;
use crate::power::trace::Trace;
use crate::power::trace::WHOLE;
use crate::road::Road;
use crate::support::scene::Scene;
use crate::support::strace;

/// How often the power fails on each road, and the same for the whole.
const CUTS: usize = 2;
const CUTS_WHOLE: usize = 17;

/// As many calls as most publishes make: where one makes fewer, the power fails after it. And more than
/// any makes.
const CALLS_MAX: usize = 100;
const AFTER_ITS_END: usize = 10_000;

/// A publish, the call after which the power fails, and what of the rest the disk keeps.
struct Failure<'w> {
    killed: Killed<'w>,
    rest: Rest,
}

impl fmt::Display for Failure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, what was not synced is {:?}", self.killed, self.rest)
    }
}

impl Failure<'_> {
    /// Lets the power fail, starts again what a person or cron would start, and asserts that it ended
    /// well. Returns how many requests that make a post public had been sent, too.
    #[track_caller]
    fn survive(&self) -> (Outcome, u32) {
        let scene = self.killed.scene();
        let words = self.killed.road.words(&scene.world);
        let root = scene.world.path("");
        let traced = Traced::start_with(
            &scene.world,
            "calls",
            Manner::StopsAfterEach,
            &WHOLE,
            &words,
        );
        // The trace has the whole of what was struck, and more than anybody wants to read.
        let held = Disk::holding(&root);
        let (run, struck) = traced.kill_after(self.killed.calls);
        let at = format!("call {}", self.killed.calls);
        let mut trace = Trace::of(&scene.world);
        trace.add(&std::fs::read_to_string(scene.world.path("calls")).expect("strace's log"));
        let sent = self.assert_intents_were_durable(&scene, &held, &trace.calls);
        let mut disk = held;
        disk.play(&trace.calls, trace.lines);
        disk.leave(&root, self.rest);
        let outcome = self.killed.go_on(&scene, &run, &at);
        let kills = usize::from(struck.is_some());
        (Outcome { kills, ..outcome }, sent)
    }

    /// Asserts of every request that makes a post public that the outbox said so, durably, before the
    /// first byte of it left. Returns how many there were.
    #[track_caller]
    fn assert_intents_were_durable(&self, scene: &Scene, held: &Disk, calls: &[Call]) -> u32 {
        let platform = self.killed.road.platform;
        let sent = calls.iter().filter(|call| match &call.deed {
            Deed::Send(bytes) => makes_public(platform, bytes),
            _ => false,
        });
        let mut count = 0;
        for call in sent {
            count += 1;
            let machine = scene.another_machine();
            let mut disk = held.clone();
            disk.play(calls, call.began);
            disk.leave(&machine.path(""), Rest::Lost);
            let begun = "SELECT count(*) FROM sendings WHERE visible = 1";
            let begun: u32 = machine
                .database()
                .query_row(begun, [], |row| row.get(0))
                .expect("an outbox");
            assert!(
                begun >= count,
                "sent {count} times, and {begun} are durable"
            );
        }
        count
    }
}

/// Whether `bytes` begin a request that makes a post public.
fn makes_public(platform: &str, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(1_000)]);
    let line = text.lines().next().unwrap_or_default();
    let mut words = line.split(' ');
    let (method, target) = (words.next(), words.next());
    let path = target.and_then(|target| target.split('?').next());
    is_visible(
        platform,
        method.unwrap_or_default(),
        path.unwrap_or_default(),
    )
}

#[test]
fn when_the_power_fails_in_a_publish_it_is_public_exactly_once() {
    if !strace::is_there() {
        return;
    }
    let warm = crate::calls::every::warm();
    let cuts = if strace::is_whole() { CUTS_WHOLE } else { CUTS };
    let mut chance = Chance::new();
    let failures: Vec<Failure> = Road::plain()
        .into_iter()
        .flat_map(|road| (0..cuts).map(move |cut| (road, cut)))
        .map(|(road, cut)| Failure {
            killed: Killed {
                road,
                before: Before::Outbox(&warm.world),
                calls: match cut {
                    0 => AFTER_ITS_END,
                    _ => 1 + chance.below(CALLS_MAX),
                },
                calls_again: None,
            },
            rest: match cut % 2 {
                0 => Rest::Lost,
                _ => Rest::KeptInPart(chance.below(usize::MAX) as u64),
            },
        })
        .collect();
    let outcomes = each(&failures, Failure::survive);
    let sum = |of: fn(&Outcome) -> usize| -> usize {
        outcomes.iter().map(|(_, (outcome, _))| of(outcome)).sum()
    };
    let sent: u32 = outcomes.iter().map(|(_, (_, sent))| sent).sum();
    say(&format!(
        "{} power cuts (seed {SEED}), {} of them in the middle: {} delivered, {} in doubt, none \
         twice; {sent} requests sent, each with a durable intent",
        failures.len(),
        sum(|it| it.kills),
        sum(|it| it.delivered),
        sum(|it| it.in_doubt),
    ));
    let roads = Road::plain().len();
    assert!(sent as usize >= roads, "each road is gone to its end once");
}
