//! `hayon account`, a file for each of its commands, and for the ways to log in.

mod add;
mod dialogues;
mod pages;
mod returning;
mod tumblr;

use std::fs;

use serde_json::Value;

use crate::support::World;
use crate::support::run::Run;
use crate::support::sandbox::Sandbox;

const PASSWORD: &str = "alic-esan-dbox-pass";
const TOKEN: &str = "sandbox-mastodon-token-of-alice";

/// Returns a sandbox and a machine that knows nothing of it.
fn strangers() -> (Sandbox, World) {
    let mut world = World::new();
    world.set("HAYON_OUTBOX", &world.outbox().display().to_string());
    (Sandbox::start(&[]), world)
}

/// Returns what the configuration file says.
fn config(world: &World) -> String {
    fs::read_to_string(world.path("config/hayon/config.toml")).unwrap_or_default()
}

/// Counts the requests to `path`.
fn requests(sandbox: &Sandbox, path: &str) -> usize {
    let log = sandbox.log();
    let of_path = |line: &&Value| line["event"] == "received" && line["path"] == path;
    log.iter().filter(of_path).count()
}

/// Adds an account on Bluesky without being asked anything.
#[track_caller]
fn bluesky(world: &World, sandbox: &Sandbox, password: &str, flags: &[&str]) -> Run {
    let always = [
        "account",
        "add",
        "bluesky",
        "--secret-stdin",
        "--service",
        &sandbox.address,
    ];
    world.hayon_reading(password, always.iter().chain(flags))
}
