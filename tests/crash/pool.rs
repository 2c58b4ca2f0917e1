//! Runs the cases of a table a few at a time, and names every one that fails.

use std::fmt::Display;
use std::io;
use std::io::Write as _;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Mutex;
use std::thread;

/// How many cases run at once. They mostly wait.
const AT_ONCE: usize = 6;

/// Runs `check` with each of `cases`, and says how many there were.
#[track_caller]
pub(crate) fn check_each<C: Display + Sync>(cases: &[C], check: impl Fn(&C) + Sync) {
    let _ = each(cases, check);
    say(&format!("{} cases", cases.len()));
}

/// Says something of the running test, past its own output, which is shown only if it fails.
pub(crate) fn say(words: &str) {
    let name = thread::current().name().unwrap_or_default().to_owned();
    let _ = writeln!(io::stderr(), "{name}: {words}");
}

/// Runs `ask` with each of `cases`, and returns what came of it with the number of its case.
#[track_caller]
pub(crate) fn each<C: Display + Sync, T: Send>(
    cases: &[C],
    ask: impl Fn(&C) -> T + Sync,
) -> Vec<(usize, T)> {
    assert!(!cases.is_empty(), "no cases");
    let left = Mutex::new(cases.iter().enumerate());
    let failed = Mutex::new(Vec::new());
    let found = Mutex::new(Vec::new());
    let work = || {
        loop {
            let Some((at, case)) = left.lock().expect("cases").next() else {
                return;
            };
            let asked = catch_unwind(AssertUnwindSafe(|| ask(case)));
            match asked {
                Ok(answer) => found.lock().expect("answers").push((at, answer)),
                Err(panic) => {
                    let why = panic.downcast_ref::<String>().cloned();
                    let why = why.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
                    let why = why.unwrap_or_default();
                    failed
                        .lock()
                        .expect("failures")
                        .push(format!("{case}: {why}"));
                }
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(work);
        }
    });
    let failed = failed.into_inner().expect("failures");
    let (bad, all) = (failed.len(), cases.len());
    assert!(
        bad == 0,
        "{bad} of {all} cases fail:\n{}",
        failed.join("\n")
    );
    found.into_inner().expect("answers")
}
