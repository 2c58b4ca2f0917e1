//! What a person and a program see of `hayon`: the real binary, a file for each command.
//!
//! [`account`], [`stores`], [`post`], [`validate`], [`list`], [`list_show`], [`drafts`], [`edits`],
//! [`taking_down`], [`retry_resolve_cancel`], [`renewal`], [`notices`],
//! [`daemon`], [`doctor`], [`media`] and [`sandbox`] are about the commands; [`help`], [`output`],
//! [`terminal`] and [`watched`] are about how all of them speak, [`secrets`] about what none of them
//! may say, [`hostile`] about servers that mean harm, [`ci`] about what a CI job is told, [`offers`] about what a shell is, [`cost`] about what
//! those that need no network must not do.

#![expect(
    clippy::expect_used,
    reason = "what fails outside a test function fails the test as well"
)]

mod account;
mod ci;
mod cost;
mod daemon;
mod doctor;
mod drafts;
mod edits;
mod help;
mod hostile;
mod list;
mod list_show;
mod litter;
mod media;
mod notices;
mod offers;
mod output;
mod post;
mod presigned;
mod proxies;
mod publishing_cost;
mod renewal;
mod retry_resolve_cancel;
mod sandbox;
mod secrets;
mod server;
mod stores;
mod supervised;
#[path = "../support/mod.rs"]
mod support;
mod taking_down;
mod terminal;
mod validate;
mod watched;

use serde_json::Value;

use crate::support::World;
use crate::support::run::Ended;

/// Returns a world whose one account is on Bluesky and needs nobody's answer to be checked.
fn alone() -> World {
    let mut world = World::new();
    world.set("HAYON_BLUESKY_HANDLE", "alice.example.com");
    world.set("HAYON_OUTBOX", &world.outbox().display().to_string());
    world
}

/// Returns the names of the fields of a JSON object, sorted.
#[track_caller]
fn fields(object: &Value) -> Vec<&str> {
    let object = object.as_object().expect("an object");
    let mut names: Vec<&str> = object.keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// Returns who breaks which rule, in the order of the document.
#[track_caller]
fn rules(violations: &Value) -> Vec<(&str, &str)> {
    let violations = violations.as_array().expect("violations").iter();
    violations
        .map(|violation| {
            let account = violation["account"].as_str().unwrap_or("-");
            (account, violation["rule"].as_str().expect("a rule"))
        })
        .collect()
}

impl Ended {
    /// Asserts that stderr is exactly `expected`.
    #[track_caller]
    fn complains(self, expected: &str) -> Self {
        assert_eq!(self.stderr, expected, "\n{self}");
        assert_eq!(self.stdout, "", "\n{self}");
        self
    }

    /// Asserts that stderr contains each of `parts`.
    #[track_caller]
    fn mentions<const N: usize>(self, parts: [&str; N]) -> Self {
        for part in parts {
            assert!(self.stderr.contains(part), "no `{part}` on stderr\n{self}");
        }
        self
    }

    /// Asserts that stdout contains each of `parts`.
    #[track_caller]
    fn shows<const N: usize>(self, parts: [&str; N]) -> Self {
        for part in parts {
            assert!(self.stdout.contains(part), "no `{part}` on stdout\n{self}");
        }
        self
    }
}
