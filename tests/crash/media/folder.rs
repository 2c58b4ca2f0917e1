//! Killed at every system call that changes the disk.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;

use crate::media::errand::ERRANDS;
use crate::media::errand::Errand;
use crate::media::errand::Store;
use crate::pool::check_each;
use crate::support::World;
use crate::support::run::Run;
use crate::support::scene::Scene;
use crate::support::strace;

/// What changes the names of files and makes them last. A picture's bytes are written under a name that
/// nobody knows, and the outbox is SQLite's, so that writing is no moment of its own.
const CALLS: &str = "rmdir,link,linkat,rename,renameat,renameat2,unlink,unlinkat,fsync,fdatasync";

/// An errand, and the call before which it is killed.
struct Case {
    errand: Errand,
    call: String,
    /// Which of the calls with this name.
    number: usize,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            errand,
            call,
            number,
        } = self;
        write!(f, "{errand:?} killed before {call} {number}")
    }
}

/// Runs `hayon` under strace, which is told `what` to do with the calls.
fn traced(world: &World, what: &str, command: &[String]) -> Run {
    let script = format!("exec strace -f -qq -o calls {what} \"$@\"");
    world.shell(&script, command)
}

#[track_caller]
fn assert_all_is_well(scene: &Scene, world: &World, case: (Errand, &str), command: &[String]) {
    let (errand, text) = case;
    let store = Store::folder(world);
    errand.end_well(world, command);
    store.assert_a_sweep_leaves_what_posts_have();
    let public = scene.sandbox.ledger()["posts"].clone();
    errand.assert_public(text, public.as_array().expect("posts"));
}

/// Returns a case for every call that `errand` makes.
fn cases(scene: &Scene, errand: Errand) -> Vec<Case> {
    let world = scene.another_machine();
    let text = format!("{errand:?} in peace");
    let command = errand.prepare(&world, &text, false);
    let _ = traced(&world, &format!("-e trace={CALLS}"), &command).code(0);
    let log = fs::read_to_string(world.path("calls")).expect("a log of strace");
    assert_all_is_well(scene, &world, (errand, &text), &command);
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut cases, mut was) = (Vec::new(), "");
    // `1234 unlink("/…`: the id of the process, which has one thread.
    for line in log.lines() {
        let call = line.split_once('(').map_or(line, |(before, _)| before);
        let call = call.split_whitespace().next_back().unwrap_or_default();
        let number = numbers.entry(call).or_default();
        *number += 1;
        // What makes names last is a moment of its own where a name has just changed.
        let is_moment = !call.ends_with("sync") || !was.ends_with("sync");
        was = call;
        if !is_moment {
            continue;
        }
        cases.push(Case {
            errand,
            call: call.to_owned(),
            number: *number,
        });
    }
    assert!(cases.len() >= 4, "{errand:?}: {log}");
    cases
}

#[test]
fn killed_at_any_call_that_changes_the_folder_no_row_dangles_and_a_sweep_leaves_nothing() {
    if !strace::is_there() {
        return;
    }
    let scene = Scene::new(&[]);
    let cases: Vec<Case> = ERRANDS
        .into_iter()
        .flat_map(|errand| cases(&scene, errand))
        .collect();
    check_each(&cases, |case| {
        let world = scene.another_machine();
        let text = case.to_string();
        let command = case.errand.prepare(&world, &text, false);
        let Case { call, number, .. } = case;
        let kill = format!("-e trace={call} -e inject={call}:signal=KILL:when={number}");
        let _ = traced(&world, &kill, &command).killed();
        Store::folder(&world).assert_nothing_dangles();
        assert_all_is_well(&scene, &world, (case.errand, &text), &command);
    });
}
