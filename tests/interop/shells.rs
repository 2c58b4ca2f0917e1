//! The completion scripts, as the shells themselves read them, and the manual, as `man` does.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::support::World;

/// Seconds that a shell may take: one that waits for what never comes would wait for ever.
const PATIENCE: &str = "60";

/// What is typed, what completes it, and what does not.
const CASES: [(&[&str], [&str; 2], &str); 3] = [
    (&["hayon", "re"], ["resolve", "retry"], "validate"),
    (&["hayon", "post", "--qu"], ["--queue", "--quiet"], "--wait"),
    (
        &["hayon", "list", "--parked", "--reason", "re"],
        ["refused", "restored"],
        "late",
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
    let script = project("tests/interop/shells").join(script);
    let (script, scripts) = (script.display().to_string(), project("completions"));
    let scripts = scripts.display().to_string();
    for (typed, offers, other) in CASES {
        let asked = [script.as_str(), scripts.as_str()];
        let call = [PATIENCE].iter().chain(shell).chain(&asked).chain(typed);
        let said = world.start_program("timeout", call).wait().code(0);
        assert_eq!(said.stderr, "", "{said}");
        for offer in offers {
            assert!(said.stdout.contains(offer), "no `{offer}`\n{said}");
        }
        assert!(!said.stdout.contains(other), "`{other}`\n{said}");
    }
}

fn world() -> World {
    let mut world = World::new();
    world.set("PATH", "/usr/local/bin:/usr/bin:/bin");
    world.set("TERM", "dumb");
    world
}

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
