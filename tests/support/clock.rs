//! A clock on the wall that a test sets, under the real program: libfaketime between it and the kernel.
//! Where there is none, a test says so, and fails in CI.

use std::fs;
use std::path::PathBuf;

use crate::support::World;

/// Where Debian keeps it, below a folder for the kind of machine.
const LIBRARY: &str = "faketime/libfaketimeMT.so.1";

/// The clock of a world.
pub(crate) struct WallClock {
    file: PathBuf,
}

impl WallClock {
    /// Gives `world` a clock that is right at first.
    pub(crate) fn of(world: &mut World) -> Option<Self> {
        let library = library()?;
        let file = world.write("wall-clock", "+0");
        world.set("LD_PRELOAD", &library.display().to_string());
        world.set("FAKETIME_TIMESTAMP_FILE", &file.display().to_string());
        world.set("FAKETIME_NO_CACHE", "1");
        // Timers go by the time that passes, as they do where somebody sets the clock.
        world.set("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        world.set("NO_FAKE_STAT", "1");
        Some(Self { file })
    }

    /// Sets it this far from the right time, such as `+10d` or `-1h`, also for what runs already.
    pub(crate) fn set(&self, offset: &str) {
        // In one piece: it is read at any moment.
        let new = self.file.with_extension("new");
        fs::write(&new, offset).expect("a clock set");
        fs::rename(new, &self.file).expect("a clock set");
    }
}

fn library() -> Option<PathBuf> {
    let machines = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let found = machines
        .map(|machine| machine.path().join(LIBRARY))
        .find(|path| path.exists());
    #[expect(
        clippy::disallowed_methods,
        reason = "a test of the product's environment has one of its own"
    )]
    let must = std::env::var_os("CI").is_some();
    assert!(
        found.is_some() || !must,
        "install faketime: this was not tested"
    );
    #[expect(
        clippy::print_stderr,
        reason = "to whoever runs the tests, who would take silence for success"
    )]
    if found.is_none() {
        eprintln!("not tested: there is no libfaketime");
    }
    found
}
