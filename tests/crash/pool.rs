//! Runs the cases of a table a few at a time, and names every one that fails.

use std::fmt::Display;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Mutex;
use std::thread;

/// How many cases run at once. They mostly wait.
const AT_ONCE: usize = 4;

/// Runs `check` with each of `cases`.
#[track_caller]
pub(crate) fn check_each<C: Display + Sync>(cases: &[C], check: impl Fn(&C) + Sync) {
    assert!(!cases.is_empty(), "no cases");
    let left = Mutex::new(cases.iter());
    let failed = Mutex::new(Vec::new());
    let work = || {
        loop {
            let Some(case) = left.lock().expect("cases").next() else {
                return;
            };
            let checked = catch_unwind(AssertUnwindSafe(|| check(case)));
            if let Err(panic) = checked {
                let why = panic.downcast_ref::<String>().cloned();
                let why = why.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
                let why = why.unwrap_or_default();
                failed
                    .lock()
                    .expect("failures")
                    .push(format!("{case}: {why}"));
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
}
