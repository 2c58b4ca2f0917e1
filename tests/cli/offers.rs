//! `hayon completions --candidates`: what a shell offers in the middle of a command line.

use std::fs;

use serde_json::json;

use crate::alone;
use crate::support::World;

#[test]
fn posts_are_offered_by_number_the_last_first_with_what_they_are() {
    let world = alone();
    for text in ["One", "Two\tand\nmore a\u{202e}gpj"] {
        let _ = world.hayon(["post", "--queue", text]).code(0).quiet();
    }
    let later = ["post", "--at", "2999-01-01T00:00:00Z", &"x".repeat(100)];
    let _ = world.hayon(later).code(0).quiet();
    let asked = ["completions", "--candidates", "posts"];
    let said = world.hayon(asked).code(0).quiet();
    let long = "x".repeat(39);
    assert_eq!(
        said.stdout,
        format!("3\tSCHEDULED {long}…\n2\tPENDING Two and more a\\u{{202e}}gpj\n1\tPENDING One\n")
    );
    let said = world.hayon(asked.iter().chain(&["--json"])).code(0).quiet();
    assert_eq!(
        said.json()[2],
        json!({"value": "1", "description": "PENDING One"})
    );
}

#[test]
fn accounts_are_offered_and_for_to_whatever_stands_for_several() {
    let mut world = World::new();
    let config = "[accounts.sky]\nplatform = \"bluesky\"\nhandle = \"a.example.com\"\n\
                  [accounts.mastodon]\nplatform = \"mastodon\"\ninstance = \"https://a.example\"\n";
    let config = world.write("config.toml", config).display().to_string();
    world.set("HAYON_CONFIG", &config);
    let offered = |kind: &str| {
        let said = world.hayon(["completions", "--candidates", kind]);
        said.code(0).quiet().stdout
    };
    let accounts = offered("accounts");
    let mut names: Vec<&str> = accounts.lines().collect();
    names.sort_unstable();
    assert_eq!(names, ["mastodon\tMastodon", "sky\tBluesky"]);
    assert_eq!(
        offered("to"),
        accounts + "bluesky\tall accounts on Bluesky\nall\tall accounts\n"
    );
}

#[test]
fn to_offer_changes_nothing_and_says_nothing() {
    let mut world = alone();
    for kind in ["posts", "accounts", "to"] {
        let said = world.hayon(["completions", "--candidates", kind]).code(0);
        let _ = said.quiet();
    }
    assert!(!world.outbox().exists());
    let _ = world.hayon(["post", "--queue", "hi"]).code(0).quiet();
    let log = world.path("outbox.db-wal");
    let before = fs::read(&log).unwrap();
    let said = world
        .hayon(["completions", "--candidates", "posts"])
        .code(0);
    assert_eq!(said.quiet().stdout, "1\tPENDING hi\n");
    assert_eq!(fs::read(&log).unwrap(), before);
    world.tamper("PRAGMA user_version = 99");
    let empty = |world: &World| {
        let said = world
            .hayon(["completions", "--candidates", "posts"])
            .code(0);
        assert_eq!(said.quiet().stdout, "");
    };
    empty(&world);
    fs::write(world.outbox(), "no database at all").unwrap();
    empty(&world);
    let broken = world.write("config.toml", "[[[").display().to_string();
    world.set("HAYON_CONFIG", &broken);
    empty(&world);
}
