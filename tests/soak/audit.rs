//! After the storm: everything is brought to an end, and every word of the outbox is held against the
//! servers' own ledgers.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::storm::Calm;
use crate::storm::text_of;
use crate::support::World;
use crate::support::scene::Scene;

/// How often what was parked is tried again: some faults are still ahead.
const ROUNDS: usize = 40;

/// How many posts of an account a look on Instagram and Threads reads, the newest: of one that publishes more
/// in an hour, which neither lets anybody do, it cannot tell that something is absent
/// (`src/platforms/graph/newest.rs`).
const READ_MAX: usize = 500;

/// What was found.
#[derive(Default)]
pub(crate) struct Verdict {
    pub(crate) delivered: usize,
    cancelled: usize,
    in_doubt: usize,
    in_doubt_and_public: usize,
    /// How many requests went wrong.
    struck: usize,
    /// What is not as it was promised, a line each.
    pub(crate) wrong: Vec<String>,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (delivered, cancelled) = (self.delivered, self.cancelled);
        let (in_doubt, public) = (self.in_doubt, self.in_doubt_and_public);
        let (struck, wrong) = (self.struck, self.wrong.len());
        write!(
            f,
            "{struck} faults, {delivered} delivered, {cancelled} cancelled, {in_doubt} in doubt ({public} of them public), {wrong} wrong"
        )
    }
}

/// Delivers what is left, until everything is delivered, cancelled or in doubt.
#[track_caller]
pub(crate) fn drain(world: &World) {
    let mut left = Vec::new();
    for round in 0..ROUNDS {
        let _ = world
            .hayon(["daemon", "--once", "--wait", "60s"])
            .any_code([0, 1, 4, 5, 6, 7]);
        left = all(world);
        left.retain(|post| !is_over(post, round > 0));
        if left.is_empty() {
            return;
        }
        for post in &left {
            let number = post["number"].to_string();
            let _ = world.hayon(["retry", &number]).any_code([0, 1]);
        }
    }
    panic!("something is never over:\n{left:#?}");
}

/// Returns every post: `list` alone shows the newest ones.
#[track_caller]
fn all(world: &World) -> Vec<Value> {
    let list = world.hayon(["list", "--limit", "10000", "--json"]);
    let list = list.code(0).json();
    list.as_array().expect("a list").clone()
}

fn is_over(post: &Value, was_looked_at_again: bool) -> bool {
    let mut deliveries = deliveries(post).iter();
    deliveries.all(|it| {
        ["delivered", "cancelled"].contains(&word(it, "state"))
            || word(it, "reason") == "in_doubt" && was_looked_at_again
    })
}

/// Holds the outbox against the ledger.
#[track_caller]
pub(crate) fn judge(scene: &Scene, calm: &Calm) -> Verdict {
    let log = scene.sandbox.log();
    let is_struck = |line: &&Value| line["event"] == "received" && line["fault"].is_string();
    let mut verdict = Verdict {
        struck: log.iter().filter(is_struck).count(),
        ..Verdict::default()
    };
    let mut public = BTreeMap::new();
    let mut on_platform = BTreeMap::new();
    let ledger = scene.sandbox.ledger();
    for post in ledger["posts"].as_array().expect("posts") {
        let of = (
            word(post, "text").to_owned(),
            word(post, "platform").to_owned(),
        );
        *on_platform.entry(of.1.clone()).or_insert(0_usize) += 1;
        *public.entry(of).or_insert(0_usize) += 1;
    }
    let posts = all(&scene.world);
    for post in &posts {
        for delivery in deliveries(post) {
            let (text, account) = (word(post, "text"), word(delivery, "account"));
            let times = public.remove(&(text.to_owned(), account.to_owned()));
            let is_read_whole = on_platform.get(account).is_none_or(|all| *all <= READ_MAX);
            verdict.note(
                delivery,
                times.unwrap_or(0),
                leaves_nothing_to_ask_for(account, is_read_whole),
                &format!("`{text}` to {account}"),
            );
        }
    }
    for ((text, platform), times) in public {
        let wrong =
            format!("`{text}` is public on {platform} {times} times, and nobody promised it");
        verdict.wrong.push(wrong);
    }
    for &promised in &calm.promised {
        let text = text_of(promised);
        let is_kept = posts
            .iter()
            .filter(|post| word(post, "text") == text)
            .count();
        if is_kept != 1 {
            verdict
                .wrong
                .push(format!("`{text}` was promised, and kept {is_kept} times"));
        }
    }
    verdict
}

impl Verdict {
    /// Holds a delivery against how often it is public, and whether it may be in doubt.
    fn note(&mut self, delivery: &Value, times: usize, may_be_in_doubt: bool, whose: &str) {
        let right = match (word(delivery, "state"), word(delivery, "reason")) {
            ("delivered", _) => {
                self.delivered += 1;
                times == 1
            }
            ("cancelled", _) => {
                self.cancelled += 1;
                times == 0
            }
            ("parked", "in_doubt") => {
                self.in_doubt += 1;
                self.in_doubt_and_public += times;
                times <= 1 && may_be_in_doubt
            }
            _ => false,
        };
        if !right {
            self.wrong
                .push(format!("{whose} is public {times} times: {delivery}"));
        }
    }
}

/// Whether a platform may leave it open what became of a lost answer: a Page does (`tests/crash/expected.rs`).
fn leaves_nothing_to_ask_for(platform: &str, is_read_whole: bool) -> bool {
    match platform {
        "facebook" => true,
        "instagram" | "threads" => !is_read_whole,
        _ => false,
    }
}

fn deliveries(post: &Value) -> &[Value] {
    post["deliveries"].as_array().expect("deliveries")
}

fn word<'v>(value: &'v Value, field: &str) -> &'v str {
    value[field].as_str().unwrap_or_default()
}
