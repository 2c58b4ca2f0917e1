//! Words of others are shown and not obeyed: nothing that hayon says steers a terminal.
//!
//! Colours are asked for where it matters: to a file, escapes would be left out by themselves.

use std::fs;

use serde_json::Value;
use serde_json::json;

use crate::alone;
use crate::server::Server;
use crate::support::World;
use crate::support::run::Ended;

/// Sets the clipboard, clears the screen, turns the reading direction, and once more in 8 bits.
const EVIL: &str = "\u{1b}]52;c;ZXZpbA==\u{7}\u{1b}[2J\u{202e}gpj\u{9b}2J";

/// How it is shown.
const TAMED: &str = r"\u{1b}]52;c;ZXZpbA==\u{7}\u{1b}[2J\u{202e}gpj\u{9b}2J";

/// The colours that hayon itself uses.
const OWN: [&str; 5] = [
    "\u{1b}[0m",
    "\u{1b}[1m",
    "\u{1b}[31m",
    "\u{1b}[33m",
    "\u{1b}[36m",
];

/// Asserts that nothing it said could steer a terminal, and that `EVIL` was shown on `stream`.
#[track_caller]
fn assert_tame(said: &Ended, stream: &str) {
    for text in [&said.stdout, &said.stderr] {
        let mut rest = text.clone();
        for own in OWN {
            rest = rest.replace(own, "");
        }
        let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!rest.contains(steers), "{text:?}");
    }
    assert!(stream.contains(TAMED), "the words were not shown\n{said}");
}

#[test]
fn what_is_typed_is_shown_and_not_obeyed() {
    let world = alone();
    let always = ["--color", "always"];
    for typed in [
        &["show", EVIL][..],
        &["post", "hi", "--to", EVIL],
        &["post", "hi", "--at", EVIL],
        &["post", "hi", "--visibility", EVIL],
        &["post", "hi", "--media", EVIL],
        &["post", "--file", EVIL],
        &["post", "hi", "--lang", EVIL],
        &["retry", "1", "--account", EVIL],
        &["sandbox", "--fault", EVIL],
        &["list", "--config", EVIL],
        &["list", "--outbox", &format!("/proc/{EVIL}/outbox.db")],
        &[EVIL],
    ] {
        let said = world.hayon(typed.iter().chain(&always)).any_code([1, 2, 3]);
        assert_tame(&said, &said.stderr);
    }
    let said = world.hayon([
        "validate", "--file", EVIL, "--file", EVIL, "--color", "always",
    ]);
    let said = said.code(3);
    assert_tame(&said, &said.stdout);
}

#[test]
fn what_a_draft_says_is_shown_and_not_obeyed() {
    let world = alone();
    let turned = "a\u{202e}gpj";
    fs::create_dir(world.path("pictures")).unwrap();
    let name = format!("pictures/{EVIL}.png");
    world.picture(&name, 8, 8);
    let draft = [
        "--media", &name, "--alt", EVIL, "--key", turned, "--color", "always", turned,
    ];
    let said = world
        .hayon(["post", "--queue"].iter().chain(&draft))
        .code(0);
    assert!(
        !said.stdout.contains(turned) && said.stderr.is_empty(),
        "{said}"
    );
    let said = world.hayon(["show", "1", "--color", "always"]).code(0);
    assert_tame(&said, &said.stdout);
    let said = world
        .hayon(["validate"].iter().chain(&draft[..4]).chain(&draft[6..]))
        .code(0);
    assert_tame(&said, &said.stdout);
    let said = world.hayon(["list"]).code(0).shows([r"a\u{202e}gpj"]);
    assert!(!said.stdout.contains('\u{202e}'));
    let unnamed = [
        "post", "--queue", "hi", "--media", &name, "--color", "always",
    ];
    let said = world.hayon(unnamed).code(0);
    assert_tame(&said, &said.stderr);
}

#[test]
fn json_says_the_same_and_steers_no_terminal_either() {
    let world = alone();
    world.picture("a.png", 8, 8);
    let draft = ["a\u{202e}gpj", "--media", "a.png", "--alt", EVIL];
    let said = world
        .hayon(["post", "--queue", "--json"].iter().chain(&draft))
        .code(0)
        .quiet();
    assert_eq!(said.json()["text"], "a\u{202e}gpj");
    assert_eq!(said.json()["media"][0]["alt"], EVIL);
    let steers = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!said.stdout.contains(steers), "{:?}", said.stdout);
    let said = world.hayon(["show", EVIL, "--json"]).code(1);
    assert!(!said.stderr.contains(steers), "{:?}", said.stderr);
    let message = said.error_json()["error"]["message"].clone();
    assert_eq!(message, format!("the outbox has no post `{EVIL}`"));
}

/// Returns a world whose one account is on a Mastodon server that answers a post with this.
fn beside(server: &Server) -> World {
    let mut world = World::new();
    world.set("HAYON_MASTODON_INSTANCE", &server.address);
    world.set("HAYON_MASTODON_TOKEN", "token");
    world.set("HAYON_OUTBOX", &world.outbox().display().to_string());
    world
}

fn evil_error() -> String {
    json!({"error": EVIL, "error_description": EVIL}).to_string()
}

#[test]
fn what_a_server_says_is_shown_and_not_obeyed() {
    let server = Server::start(|line, _| match line {
        "POST /api/v1/statuses" => (422, evil_error()),
        _ => (404, evil_error()),
    });
    let world = beside(&server);
    let said = world
        .hayon(["post", "hi", "--color", "always", "-vv"])
        .code(1);
    assert_tame(&said, &said.stdout);
    assert_tame(&said, &said.stderr);
    for command in [
        &["show", "1"][..],
        &["daemon", "--once"],
        &["list"],
        &["cancel", "1"],
    ] {
        let said = world
            .hayon(command.iter().chain(&["--color", "always"]))
            .any_code([0, 1]);
        assert!(
            !said.stdout.contains('\u{1b}') && !said.stdout.contains('\u{202e}'),
            "{said}"
        );
        assert!(
            !said.stderr.contains("\u{1b}]") && !said.stderr.contains('\u{202e}'),
            "{said}"
        );
    }
    let said = world.hayon(["show", "1"]).code(0);
    assert_tame(&said, &said.stdout);
}

#[test]
fn an_address_that_a_server_returns_is_shown_and_not_obeyed() {
    let server = Server::start(|line, _| match line {
        "POST /api/v1/statuses" => {
            let status = json!({"id": "1", "url": format!("https://example.com/{EVIL}"),
                "uri": EVIL, "content": EVIL});
            (200, status.to_string())
        }
        _ => (200, json!([]).to_string()),
    });
    let world = beside(&server);
    for command in [&["post", "hi"][..], &["show", "1"], &["cancel", "1"]] {
        let said = world
            .hayon(command.iter().chain(&["--color", "always"]))
            .any_code([0, 1]);
        let text = format!("{}{}", said.stdout, said.stderr.replace("\u{1b}[", ""));
        assert!(
            !text.contains('\u{1b}') && !text.contains('\u{202e}'),
            "{said}"
        );
    }
}

#[test]
fn a_configuration_is_quoted_and_not_obeyed() {
    let mut world = World::new();
    let quoted = Value::from(EVIL).to_string().replace('\u{202e}', "\\u202e");
    let quoted = quoted.replace('\u{9b}', "\\u009b");
    for config in [
        format!("[accounts.a]\nplatform = {quoted}\n"),
        format!("[accounts.a]\nplatform = \"mastodon\"\ninstance = {quoted}\n"),
        format!("{quoted} = 1\n"),
        format!("default_to = [{quoted}]\n"),
    ] {
        let path = world.write("config.toml", &config).display().to_string();
        world.set("HAYON_CONFIG", &path);
        let said = world.hayon(["list", "--color", "always"]).code(1);
        let text = said.stderr.replace("\u{1b}[", "");
        assert!(
            !text.contains('\u{1b}') && !text.contains('\u{202e}'),
            "{config}{said}"
        );
        assert!(
            !text.contains('\u{9b}') && !text.contains('\u{7}'),
            "{config}{said}"
        );
    }
}
