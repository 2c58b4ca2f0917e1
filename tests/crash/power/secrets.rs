//! Files that are replaced are the old one or the new one when the power fails, whole; and a secret that
//! moves is in one of its two places.

use std::fs;

use crate::power::disk::Disk;
use crate::power::disk::Rest;
use crate::power::trace::Trace;
use crate::support::World;
use crate::support::strace;

const ACCOUNT: &str =
    "[accounts.work]\nplatform = \"mastodon\"\ninstance = \"https://example.org\"\n";
const BEFORE: &str = "secrets = \"command\"\nsecret_command = [\"/bin/echo\", \"told\"]\n";
const AFTER: &str = "secrets = \"file\"\n";
const CREDENTIALS: &str = "[work]\ntoken = \"told\"\n";

/// How many disks are tried at each call that keep a part of what was not synced.
const IN_PART: usize = 4;

#[test]
fn when_the_power_fails_while_a_secret_moves_one_of_its_places_has_it_whole() {
    if !strace::is_there() {
        return;
    }
    let world = World::new();
    world.write("config/hayon/config.toml", format!("{ACCOUNT}{BEFORE}"));
    let root = world.path("");
    let held = Disk::holding(&root);
    let mut trace = Trace::of(&world);
    let moving = ["account", "move", "work", "--to", "file"].map(str::to_owned);
    let _ = trace.run(&world, &moving).code(0);
    let machine = World::new();
    let (old, new) = (format!("{ACCOUNT}{BEFORE}"), format!("{ACCOUNT}{AFTER}"));
    let mut seen_new = 0;
    for line in 0..=trace.lines {
        let in_part = (0..IN_PART).map(|at| Rest::KeptInPart((line * IN_PART + at) as u64));
        for rest in in_part.chain([Rest::Lost]) {
            let mut disk = held.clone();
            disk.play(&trace.calls, line);
            disk.leave(&machine.path(""), rest);
            let read = |name: &str| fs::read_to_string(machine.path(name)).unwrap_or_default();
            let config = read("config/hayon/config.toml");
            let credentials = read("state/hayon/credentials.toml");
            let is_whole = credentials.is_empty() || credentials == CREDENTIALS;
            assert!(is_whole, "line {line}, {rest:?}: {credentials}");
            if config != old {
                assert_eq!(config, new, "line {line}, {rest:?}");
                assert_eq!(credentials, CREDENTIALS, "line {line}, {rest:?}");
                seen_new += 1;
            }
        }
    }
    let mut disk = held;
    disk.play(&trace.calls, trace.lines);
    disk.leave(&machine.path(""), Rest::Lost);
    let config = fs::read_to_string(machine.path("config/hayon/config.toml"));
    assert_eq!(config.expect("a file"), new, "what was said to be done is");
    assert!(seen_new > 0, "nothing moved");
}
