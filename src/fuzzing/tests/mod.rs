//! Every target on what is kept in `tests/corpus/`, and then on changes of it.
//!
//! By default a few changes, always the same ones. `HAYON_FUZZ_SECONDS` says how long to go on in all,
//! with others each time; `HAYON_FUZZ_SEED` has them again. What fails is written to a file: mend it,
//! and keep the file in the corpus of its target under a name that says what it is.

mod change;

use std::any::Any;
use std::fs;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;

use fastrand::Rng;

use crate::fuzzing::TARGETS;
use crate::fuzzing::run;
use crate::fuzzing::tests::change::Changer;

/// How many changes are tried where nobody says how long.
const TRIES: usize = 100;

/// How long one input may take: whatever takes longer lets a stranger hold us up.
const TIME_MAX: Duration = Duration::from_secs(5);

fn corpus_of(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/corpus")
        .join(target)
}

/// Returns what is kept for `target`, by file.
fn kept(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = corpus_of(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|_| panic!("no {}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).unwrap();
        (path, bytes)
    };
    paths.into_iter().map(read).collect()
}

#[expect(clippy::disallowed_methods, reason = "a setting of the tests alone")]
fn setting(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(
        value
            .parse()
            .unwrap_or_else(|_| panic!("{name} is no number")),
    )
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long it takes is what is tested"
)]
fn time() -> Instant {
    Instant::now()
}

/// Runs one input, and says in which file it is if something does not hold.
fn check(target: &str, bytes: &[u8], origin: &str) {
    let began = time();
    let held = catch_unwind(AssertUnwindSafe(|| run(target, bytes)));
    let took = began.elapsed();
    if held.is_ok() && took <= TIME_MAX {
        return;
    }
    let why = held
        .err()
        .map_or_else(|| format!("took {took:?}"), |panic| words(&*panic));
    let path = written(target, bytes);
    panic!(
        "`{target}` does not hold for {} ({origin}): {why}",
        path.display()
    );
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let fixed = || panic.downcast_ref::<&str>().map(|it| (*it).to_owned());
    text.or_else(fixed).unwrap_or_default()
}

/// Writes an input down where a person finds it.
#[expect(clippy::disallowed_methods, reason = "a setting of the tests alone")]
fn written(target: &str, bytes: &[u8]) -> PathBuf {
    let folder = match std::env::var_os("CI_ARTIFACTS") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("target/artefacts"),
    };
    fs::create_dir_all(&folder).unwrap();
    let digest = crate::media::probe::sha256(bytes);
    let path = folder.join(format!("{target}-{}", &digest[..12]));
    fs::write(&path, bytes).unwrap();
    path
}

/// Replays what is kept for `target`, and then tries changes of it.
#[expect(
    clippy::print_stderr,
    reason = "the seed, for whoever wants these changes again"
)]
fn fuzz(target: &str) {
    let kept = kept(target);
    for (path, bytes) in &kept {
        check(target, bytes, &format!("kept as {}", path.display()));
    }
    let seconds = setting("HAYON_FUZZ_SECONDS");
    let seed = setting("HAYON_FUZZ_SEED");
    let seed = seed.or(seconds.map(|_| fastrand::u64(..))).unwrap_or(1);
    let share = seconds.map(share);
    let began = time();
    let mut changer = Changer::new(
        kept.into_iter().map(|(_, bytes)| bytes).collect(),
        Rng::with_seed(seed),
    );
    let mut tries = 0;
    while share.map_or(tries < TRIES, |share| began.elapsed() < share) {
        let bytes = changer.next();
        check(
            target,
            &bytes,
            &format!("HAYON_FUZZ_SEED={seed}, change {tries}"),
        );
        tries += 1;
    }
    eprintln!("{target}: {tries} changes, HAYON_FUZZ_SEED={seed}");
}

/// Returns how long each target has, of so many seconds in all: they run side by side.
fn share(seconds: u64) -> Duration {
    let beside = std::thread::available_parallelism().map_or(1, usize::from);
    let shares = TARGETS.len().div_ceil(beside);
    Duration::from_secs(seconds) / u32::try_from(shares).unwrap()
}

#[test]
fn front_matter() {
    fuzz("front_matter");
}

#[test]
fn config() {
    fuzz("config");
}

#[test]
fn image() {
    fuzz("image");
}

#[test]
fn card_page() {
    fuzz("card_page");
}

#[test]
fn answer_bluesky() {
    fuzz("answer_bluesky");
}

#[test]
fn answer_mastodon() {
    fuzz("answer_mastodon");
}

#[test]
fn answer_graph() {
    fuzz("answer_graph");
}

#[test]
fn answer_tumblr() {
    fuzz("answer_tumblr");
}

#[test]
fn answer_log_in() {
    fuzz("answer_log_in");
}

#[test]
fn retry_after() {
    fuzz("retry_after");
}

#[test]
fn redirected() {
    fuzz("redirected");
}

#[test]
fn media_key() {
    fuzz("media_key");
}

#[test]
fn foreign_address() {
    fuzz("foreign_address");
}

#[test]
fn facets() {
    fuzz("facets");
}

#[test]
fn npf() {
    fuzz("npf");
}

#[test]
fn when() {
    fuzz("when");
}

#[test]
fn outbox_row() {
    fuzz("outbox_row");
}

#[test]
fn every_target_has_a_test_and_a_corpus_and_no_corpus_is_of_nobody() {
    let known: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    for name in &known {
        let call = format!("fuzz(\"{name}\")");
        assert!(include_str!("mod.rs").contains(&call), "no test for {name}");
        assert!(corpus_of(name).is_dir(), "no corpus for {name}");
    }
    for folder in fs::read_dir(corpus_of("")).unwrap() {
        let folder = folder.unwrap().file_name();
        assert!(known.iter().any(|name| folder == *name), "{folder:?}");
    }
}

#[test]
fn the_crate_for_cargo_fuzz_has_every_target() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/Cargo.toml");
    let manifest = fs::read_to_string(manifest).unwrap();
    for (name, _) in TARGETS {
        let line = format!("name = \"{name}\"");
        assert!(manifest.lines().any(|it| it == line), "no {name}");
    }
}

#[test]
fn what_does_not_hold_is_told_with_its_file() {
    let held = catch_unwind(|| check("no such target", b"x", "by hand"));
    let why = words(&*held.unwrap_err());
    assert!(why.contains("no such target-2d711642b726"), "{why}");
    let (_, path) = why.split_once(" for ").unwrap();
    let (path, _) = path.split_once(" (by hand)").unwrap();
    assert_eq!(fs::read(path).unwrap(), b"x");
    fs::remove_file(path).unwrap();
}
