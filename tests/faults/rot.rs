//! Bit rot: bytes of the outbox that are not what was written. What it leaves readable is sent as it
//! was written or not at all.

use std::fs;
use std::path::PathBuf;

use crate::support::World;
use crate::support::scene::Scene;

/// How many places are damaged in each way that has a place.
const PLACES: usize = 8;

const PAGE: usize = 4096;

const TEXTS: [&str; 3] = ["one of three", "two of three", "three of three"];

/// What happens to the files of an outbox.
#[derive(Clone, Copy, Debug)]
enum Damage {
    Flip(&'static str, usize),
    Truncate(&'static str, usize),
    ZeroPage(usize),
    ForeignLog,
}

fn file(world: &World, ending: &str) -> PathBuf {
    world.path(&format!("outbox.db{ending}"))
}

/// Queues the texts, and keeps the files of the outbox beside it: all in the log, or none.
#[track_caller]
fn queue_and_keep(world: &World, is_in_log: bool) {
    for text in TEXTS {
        let post = ["post", text, "--to", "mastodon", "--queue"];
        let _ = world.hayon(post).code(0);
    }
    if !is_in_log {
        let truncate = "PRAGMA wal_checkpoint(TRUNCATE)";
        let database = world.database();
        database
            .query_row(truncate, [], |_| Ok(()))
            .expect("a checkpoint");
    }
    for ending in ["", "-wal"] {
        // Without a word in it, the log goes with whoever had it open last.
        let bytes = fs::read(file(world, ending)).unwrap_or_default();
        fs::write(file(world, &format!("{ending}.kept")), bytes).expect("a copy");
    }
}

/// What becomes of the bytes of a file.
type Change = Box<dyn Fn(&mut Vec<u8>)>;

impl Damage {
    fn all() -> Vec<(bool, Self)> {
        let mut all = vec![(true, Self::ForeignLog)];
        for place in 0..PLACES {
            all.push((false, Self::Flip("", place)));
            all.push((true, Self::Flip("-wal", place)));
            all.push((false, Self::ZeroPage(place)));
        }
        for place in 0..PLACES / 2 {
            all.push((false, Self::Truncate("", place)));
            all.push((true, Self::Truncate("-wal", place)));
        }
        all
    }

    #[track_caller]
    fn befall(self, world: &World, other: &World) {
        let (ending, change): (_, Change) = match self {
            Self::Flip(ending, place) => (
                ending,
                Box::new(move |bytes| {
                    // The first is in the header; the others are spread over all that is used.
                    let used = used(bytes);
                    let at = if place == 0 {
                        40
                    } else {
                        used * place / PLACES
                    };
                    for byte in &mut bytes[at..at + 16] {
                        *byte ^= 0x55;
                    }
                }),
            ),
            Self::Truncate(ending, place) => (
                ending,
                Box::new(move |bytes| bytes.truncate(used(bytes) * place / (PLACES / 2) + 1)),
            ),
            Self::ZeroPage(place) => (
                "",
                Box::new(move |bytes| {
                    let at = place * PAGE;
                    bytes[at..at + PAGE].fill(0);
                }),
            ),
            Self::ForeignLog => {
                let log = fs::read(file(other, "-wal")).expect("a log");
                ("-wal", Box::new(move |bytes| bytes.clone_from(&log)))
            }
        };
        let mut bytes = fs::read(file(world, ending)).expect("a file of the outbox");
        change(&mut bytes);
        fs::write(file(world, ending), bytes).expect("damage done");
    }
}

/// Returns how much of a file is more than room that was set aside.
fn used(bytes: &[u8]) -> usize {
    let last = bytes.iter().rposition(|byte| *byte != 0);
    last.map_or(64, |last| last.clamp(64, 64 * PAGE))
}

#[test]
fn what_rot_leaves_readable_is_sent_as_it_was_written_or_not_at_all() {
    let scene = Scene::new(&[]);
    let worlds = [false, true].map(|is_in_log| {
        let mut world = scene.another_machine();
        // Each damage begins from the same state of the outbox, which would be a backup put back.
        world.set("CI", "true");
        queue_and_keep(&world, is_in_log);
        world
    });
    let other = scene.another_machine();
    let post = ["post", "of another outbox", "--to", "mastodon", "--queue"];
    let _ = other.hayon(post).code(0);
    let mut silent = 0;
    for (is_in_log, damage) in Damage::all() {
        let world = &worlds[usize::from(is_in_log)];
        let _ = fs::remove_file(file(world, "-shm"));
        for ending in ["", "-wal"] {
            let kept = file(world, &format!("{ending}.kept"));
            fs::copy(kept, file(world, ending)).expect("a copy put back");
        }
        damage.befall(world, &other);
        let before = scene.public("mastodon").len();
        let once = ["daemon", "--once", "--wait", "20s"];
        let told = world.hayon(once).any_code([0, 1, 6]);
        let public = scene.public("mastodon");
        let mut sent: Vec<_> = public[before..].iter().map(|post| &post["text"]).collect();
        let count = sent.len();
        for text in &sent {
            let is_ours = TEXTS.iter().any(|ours| *text == ours);
            let is_others = matches!(damage, Damage::ForeignLog) && *text == "of another outbox";
            assert!(is_ours || is_others, "{damage:?} sent {text}\n{told}");
        }
        sent.sort_by_key(|text| text.as_str());
        sent.dedup();
        assert_eq!(sent.len(), count, "{damage:?} sent one twice\n{told}");
        silent += usize::from(count == TEXTS.len());
        // It never ends in a panic, and never without a word.
        if told.stderr.is_empty() && told.stdout.is_empty() {
            assert!(count == 0, "{damage:?}\n{told}");
        }
    }
    assert!(silent > 0, "every damage struck something: too coarse");
}
