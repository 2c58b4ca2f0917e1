//! What `hayon post` has acknowledged outlives a power cut, and so do its pictures.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;

use serde_json::Value;

use crate::chance::Chance;
use crate::chance::SEED;
use crate::pool::check_each;
use crate::pool::say;
use crate::power::disk::Disk;
use crate::power::disk::Rest;
use crate::power::trace::Deed;
use crate::power::trace::Trace;
use crate::support::World;
use crate::support::scene::Scene;
use crate::support::strace;

/// One of how many posts has a picture.
const WITH_PICTURE: usize = 5;

/// How many posts are accepted, and how many times the power fails; and the same for the whole.
const SHARE: (usize, usize) = (40, 40);
const WHOLE: (usize, usize) = (2_000, 400);

/// So few posts that the log has room for more.
const FEW: usize = 8;

/// A machine that has accepted posts, and what it has done for that.
struct Accepted {
    world: World,
    trace: Trace,
    /// The post, and the line at which it was acknowledged.
    posts: Vec<(String, usize)>,
}

impl Accepted {
    #[track_caller]
    fn posts(scene: &Scene, count: usize) -> Self {
        let world = scene.another_machine();
        let mut trace = Trace::of(&world);
        let mut posts = Vec::new();
        for number in 0..count {
            let run = trace.run(&world, &words(&world, number));
            let id = run.code(0).json()["id"].clone();
            posts.push(id.as_str().expect("an id").to_owned());
        }
        let told = trace.calls.iter();
        let told = told.filter(|call| matches!(call.deed, Deed::Tell));
        let lines: Vec<usize> = told.map(|call| call.began).collect();
        assert_eq!(lines.len(), count, "each is told of in one write");
        let posts = posts.into_iter().zip(lines).collect();
        Self {
            world,
            trace,
            posts,
        }
    }

    /// Returns the posts that were acknowledged before the line `at`.
    fn acknowledged(&self, at: usize) -> BTreeSet<&str> {
        let before = self.posts.iter().filter(|(_, line)| *line <= at);
        before.map(|(id, _)| id.as_str()).collect()
    }
}

fn words(world: &World, number: usize) -> Vec<String> {
    let text = format!("post {number}");
    let words = ["post", &text, "--to", "bluesky", "--no-card", "--json"];
    let mut words = words.map(str::to_owned).to_vec();
    words.extend(["--at", "2999-01-01T00:00:00Z"].map(str::to_owned));
    if number.is_multiple_of(WITH_PICTURE) {
        let picture = world.picture(&format!("{number}.png"), 120, 90);
        let picture = picture.display().to_string();
        words.extend(["--media", &picture, "--alt", "a picture"].map(str::to_owned));
    }
    words
}

/// When the power fails, and what of the rest the disk keeps.
struct Failure {
    line: usize,
    rest: Rest,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}, what was not synced is {:?}",
            self.line, self.rest
        )
    }
}

/// Returns a seeded choice of moments, every other one just after a post was acknowledged.
fn failures(accepted: &Accepted, count: usize) -> Vec<Failure> {
    let mut chance = Chance::new();
    let failures = (0..count).map(|number| {
        let told = accepted.posts[chance.below(accepted.posts.len())].1;
        let any = chance.below(accepted.trace.lines + 1);
        let line = if number % 2 == 0 { told } else { any };
        let rest = match number % 4 {
            0 | 1 => Rest::Lost,
            _ => Rest::KeptInPart(number as u64),
        };
        Failure { line, rest }
    });
    failures.collect()
}

/// Returns the posts that are left in the outbox of `world`, which must be sound.
#[track_caller]
fn left(world: &World) -> Vec<Value> {
    let list = ["list", "--json", "--limit", "100000"];
    let posts = world.hayon(list).code(0).json();
    // What takes up work again, beside what only looks.
    let _ = world.hayon(["daemon", "--once", "--wait", "60s"]).code(0);
    let check = "PRAGMA integrity_check";
    let sound: String = world
        .database()
        .query_row(check, [], |row| row.get(0))
        .expect("a database");
    assert_eq!(sound, "ok");
    posts.as_array().expect("posts").clone()
}

fn ids(posts: &[Value]) -> BTreeSet<&str> {
    posts
        .iter()
        .filter_map(|post| post["id"].as_str())
        .collect()
}

#[track_caller]
fn assert_media_are_whole(before: &World, after: &World, posts: &[Value]) -> usize {
    let media = posts.iter().filter_map(|post| post["media"].as_array());
    let keys = media
        .flatten()
        .map(|media| media["key"].as_str().expect("a key"));
    let read = |world: &World, key: &str| fs::read(world.path("media").join(key));
    let mut count = 0;
    for key in keys {
        let left = read(after, key).unwrap_or_else(|error| panic!("{key}: {error}"));
        assert_eq!(left, read(before, key).expect("a picture"), "{key}");
        count += 1;
    }
    count
}

#[test]
fn what_was_acknowledged_outlives_a_power_cut_whole() {
    if !strace::is_there() {
        return;
    }
    let (posts, cuts) = if strace::is_whole() { WHOLE } else { SHARE };
    let scene = Scene::new(&[]);
    let accepted = Accepted::posts(&scene, posts);
    let failures = failures(&accepted, cuts);
    check_each(&failures, |Failure { line, rest }| {
        let world = scene.another_machine();
        let mut disk = Disk::default();
        disk.play(&accepted.trace.calls, *line);
        disk.leave(&world.path(""), *rest);
        let left = left(&world);
        let (acknowledged, left_ids) = (accepted.acknowledged(*line), ids(&left));
        let lost: Vec<_> = acknowledged.difference(&left_ids).collect();
        assert!(lost.is_empty(), "lost {lost:?} of {}", acknowledged.len());
        let _ = assert_media_are_whole(&accepted.world, &world, &left);
    });
    say(&format!(
        "{posts} posts, {cuts} power cuts (seed {SEED}), none lost"
    ));
    assert_a_log_that_is_not_synced_is_noticed(&scene, accepted);
}

/// Were the outbox's log not synced, posts would be lost, and this would see it.
#[track_caller]
fn assert_a_log_that_is_not_synced_is_noticed(scene: &Scene, mut accepted: Accepted) {
    let is_log = |deed: &Deed| matches!(deed, Deed::Sync(path) if path.ends_with("outbox.db-wal"));
    accepted.trace.calls.retain(|call| !is_log(&call.deed));
    let world = scene.another_machine();
    let mut disk = Disk::default();
    // Before the log is first copied into the database, which is synced then.
    let line = accepted.posts[FEW].1;
    disk.play(&accepted.trace.calls, line);
    disk.leave(&world.path(""), Rest::Lost);
    let list = world.hayon(["list", "--json", "--limit", "100000"]);
    let left = match list.code {
        Some(0) => list.code(0).json().as_array().map_or(0, Vec::len),
        // Not even that could be read.
        _ => 0,
    };
    assert!(left < FEW, "{left} are left");
}
