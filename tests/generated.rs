//! `completions/` and `man/` hold what `hayon completions` and `hayon man` write.

#![expect(
    clippy::expect_used,
    reason = "what fails outside a test function fails the test as well"
)]

mod support;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::support::World;

/// What two machines may differ in, and what the files may not depend on.
const SURROUNDINGS: [[(&str, &str); 4]; 2] = [
    [
        ("COLUMNS", "40"),
        ("TZ", "Asia/Tokyo"),
        ("USER", "alice"),
        ("LANG", "C"),
    ],
    [
        ("COLUMNS", "200"),
        ("TZ", "UTC"),
        ("USER", "bob"),
        ("LANG", "de_DE.UTF-8"),
    ],
];

#[test]
fn the_completion_scripts_are_those_that_hayon_writes() {
    is_fresh("completions");
}

#[test]
fn the_manual_is_the_one_that_hayon_writes() {
    is_fresh("man");
}

#[test]
fn a_script_and_the_main_page_are_printed_as_they_are_written() {
    let world = World::new();
    for (arguments, file) in [
        (&["completions", "bash"][..], "completions/hayon.bash"),
        (&["completions", "zsh"], "completions/_hayon"),
        (&["completions", "fish"], "completions/hayon.fish"),
        (&["completions", "powershell"], "completions/_hayon.ps1"),
        (&["completions", "elvish"], "completions/hayon.elv"),
        (&["man"], "man/hayon.1"),
    ] {
        let printed = world.hayon(arguments).code(0);
        let held = fs::read_to_string(project(file)).unwrap();
        assert_eq!(printed.stdout, held, "`{file}` is stale");
        let document = world.hayon(arguments.iter().chain(&["--json"])).code(0);
        assert_eq!(document.json()["text"], held);
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let world = World::new();
    let file = world.write("file", "").display().to_string();
    for command in ["completions", "man"] {
        let said = world.hayon([command, "--dir", &file]).code(1).stderr;
        let error = format!("error: cannot write `{file}`\ncaused by: ");
        assert!(said.starts_with(&error), "{said}");
    }
}

/// Asserts that the project's `folder` is what the command of that name writes, wherever it runs.
#[track_caller]
fn is_fresh(folder: &str) {
    let held = files(&project(folder));
    for variables in SURROUNDINGS {
        let mut world = World::new();
        for (name, value) in variables {
            world.set(name, value);
        }
        let path = world.path("written");
        let _ = world
            .hayon([folder, "--dir", &path.display().to_string()])
            .code(0);
        let written = files(&path);
        let names = written.keys().chain(held.keys());
        let stale: BTreeSet<&String> = names
            .filter(|name| written.get(*name) != held.get(*name))
            .collect();
        assert!(
            stale.is_empty(),
            "stale in `{folder}/`: {stale:?}\n\
             renew them: rm -r {folder} && cargo run -- {folder} --dir {folder}"
        );
    }
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| {
            let name = entry.file_name().into_string().expect("a name");
            (name, fs::read_to_string(entry.path()).expect("a text"))
        })
        .collect()
}

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
