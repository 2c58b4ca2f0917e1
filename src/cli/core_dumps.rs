//! What the process holds in memory stays there: tokens and passwords would be in a core dump, and in
//! what another program of the same user could read.
//!
//! The limit is the soft one, which the programs that hayon starts inherit and may raise; the other
//! mark ends when they are started. Both are asked for and not insisted on: without them a post goes
//! out as well.

/// Asks the system to write no core dump of this process, and to let nobody but root look into it.
#[cfg(unix)]
pub(crate) fn prevent() {
    use rustix::process::Resource;
    use rustix::process::Rlimit;
    use rustix::process::getrlimit;
    use rustix::process::setrlimit;

    let limit = Rlimit {
        current: Some(0),
        ..getrlimit(Resource::Core)
    };
    // To lower a limit is always allowed.
    let _ = setrlimit(Resource::Core, limit);
    close();
}

/// Somewhere else nothing is written by itself.
#[cfg(not(unix))]
pub(crate) const fn prevent() {}

/// Where dumps go to a program, as on most desktops, the limit does not count, but this does
/// (core(5) and `PR_SET_DUMPABLE` in prctl(2), read 2026-11-26).
#[cfg(target_os = "linux")]
fn close() {
    use rustix::process::DumpableBehavior;
    use rustix::process::set_dumpable_behavior;

    // Whoever traces it sees everything anyway, and could read no argument of a system call any more.
    if !is_traced() {
        // There is no reason for which it could be refused.
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
const fn close() {}

/// Whether a debugger has started it.
#[cfg(target_os = "linux")]
fn is_traced() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let tracer = status
        .lines()
        .find_map(|line| line.strip_prefix("TracerPid:"));
    tracer.is_some_and(|tracer| tracer.trim() != "0")
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use rustix::process::DumpableBehavior;
    use rustix::process::Resource;
    use rustix::process::dumpable_behavior;
    use rustix::process::getrlimit;

    use super::*;

    #[test]
    fn nothing_is_dumped_and_nobody_looks_in() {
        assert!(!is_traced());
        prevent();
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
        let behaviour = dumpable_behavior().unwrap();
        assert_eq!(behaviour, DumpableBehavior::NotDumpable);
    }
}
