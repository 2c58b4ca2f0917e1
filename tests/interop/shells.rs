//! The completion scripts, as the shells themselves read them, and the manual, as `man` does.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::support::World;
use crate::support::run::Ended;

/// Seconds that a shell may take: one that waits for what never comes would wait for ever.
const PATIENCE: &str = "60";

/// What is typed, what completes it, and what does not.
type Case = (
    &'static [&'static str],
    &'static [&'static str],
    &'static str,
);

const CASES: [Case; 10] = [
    (&["hayon", "re"], &["resolve", "retry"], "validate"),
    (
        &["hayon", "post", "--qu"],
        &["--queue", "--quiet"],
        "--wait",
    ),
    (
        &["hayon", "list", "--parked", "--reason", "re"],
        &["refused", "restored"],
        "late",
    ),
    // What there is, only hayon knows.
    (
        &["hayon", "post", "--to", "s"],
        &["sky", "sea-side"],
        "bluesky",
    ),
    (
        &["hayon", "post", "--to", ""],
        &["sky", "bluesky", "all"],
        "mastodon",
    ),
    (
        &["hayon", "list", "--account", "s"],
        &["sky", "sea-side"],
        "all",
    ),
    (
        &["hayon", "post", "--to", "sky,se"],
        &["sky,sea-side"],
        "bluesky",
    ),
    (&["hayon", "show", "1"], &["1", "10", "11"], "9"),
    (&["hayon", "retry", ""], &["9", "10", "11"], "--account"),
    (
        &["hayon", "account", "check", "s"],
        &["sky", "sea-side"],
        "all",
    ),
];

#[test]
fn bash_completes_commands_flags_and_words() {
    completes(&["bash", "--norc"], "ask.bash");
}

#[test]
fn zsh_completes_commands_flags_and_words() {
    completes(&["zsh", "-f"], "ask.zsh");
}

#[test]
fn fish_completes_commands_flags_and_words() {
    completes(&["fish", "--no-config"], "ask.fish");
}

#[test]
fn where_there_is_nothing_a_shell_says_nothing() {
    for (shell, script) in [
        (&["bash", "--norc"][..], "ask.bash"),
        (&["zsh", "-f"], "ask.zsh"),
        (&["fish", "--no-config"], "ask.fish"),
    ] {
        let mut world = world();
        world.set("HAYON_CONFIG", "/nowhere/config.toml");
        for typed in [&["hayon", "show", ""][..], &["hayon", "post", "--to", "s"]] {
            let said = ask(&world, shell, script, typed);
            assert!(!said.stdout.contains("nowhere"), "{said}");
        }
        assert!(!world.outbox().exists(), "{shell:?} made an outbox");
    }
}

#[test]
fn man_shows_every_page_without_a_warning() {
    let world = world();
    let pages = fs::read_dir(project("man")).unwrap().flatten();
    let pages: Vec<String> = pages
        .map(|page| page.path().display().to_string())
        .collect();
    assert!(!pages.is_empty(), "no pages");
    for page in pages {
        let options = ["--warnings", "--encoding=UTF-8", "--local-file", &page];
        let shown = world.start_program("man", options).wait().code(0);
        assert_eq!(shown.stderr, "", "{page}");
        assert!(shown.stdout.contains("EXAMPLES"), "{shown}");
    }
}

/// Asserts that `shell` completes each case, by the script beside this file that asks it.
#[track_caller]
fn completes(shell: &[&str], script: &str) {
    let world = world();
    for n in 1..=11 {
        let text = format!("Post number {n}: `echo` $(echo) 'x");
        let _ = world
            .hayon(["post", "--queue", "--to", "sky", &text])
            .code(0);
    }
    for (typed, offers, other) in CASES {
        let said = ask(&world, shell, script, typed);
        for offer in offers {
            assert!(said.stdout.contains(offer), "no `{offer}`\n{said}");
        }
        assert!(!said.stdout.contains(other), "`{other}`\n{said}");
    }
}

#[track_caller]
fn ask(world: &World, shell: &[&str], script: &str, typed: &[&str]) -> Ended {
    let script = project("tests/interop/shells").join(script);
    let (script, scripts) = (script.display().to_string(), project("completions"));
    let scripts = scripts.display().to_string();
    let asked = [script.as_str(), scripts.as_str()];
    let call = [PATIENCE].iter().chain(shell).chain(&asked).chain(typed);
    let said = world.start_program("timeout", call).wait().code(0);
    assert_eq!(said.stderr, "", "{said}");
    said
}

fn world() -> World {
    let mut world = World::new();
    let binary = Path::new(env!("CARGO_BIN_EXE_hayon"));
    let folder = binary.parent().expect("a folder").display().to_string();
    world.set("PATH", &format!("{folder}:/usr/local/bin:/usr/bin:/bin"));
    world.set("TERM", "dumb");
    world.set("HAYON_OUTBOX", &world.outbox().display().to_string());
    let accounts = ["sky", "sea-side"].map(|name| {
        format!("[accounts.{name}]\nplatform = \"bluesky\"\nhandle = \"{name}.example.com\"\n")
    });
    let config = world.write("config.toml", accounts.concat());
    world.set("HAYON_CONFIG", &config.display().to_string());
    world
}

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
