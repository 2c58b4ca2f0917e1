//! How every command speaks: help, streams, forms, colours and pipes.

use crate::alone;
use crate::fields;
use crate::support::World;
use crate::support::scene::Scene;

const COMMANDS: [&[&str]; 12] = [
    &[],
    &["post"],
    &["validate"],
    &["list"],
    &["show"],
    &["cancel"],
    &["retry"],
    &["resolve"],
    &["daemon"],
    &["sandbox"],
    &["completions"],
    &["man"],
];

#[test]
fn every_command_helps_with_examples_on_stdout() {
    let world = World::new();
    for command in COMMANDS {
        let said = world
            .hayon(command.iter().chain(&["--help"]))
            .code(0)
            .quiet();
        let begin = format!("  hayon {}", command.concat());
        let (_, examples) = said.stdout.split_once("\nExamples:\n").expect("examples");
        assert!(examples.starts_with(begin.trim_end()), "{said}");
        assert!(!said.stdout.contains('\u{1b}'), "{said}");
        assert!(
            said.stdout.lines().all(|line| line.chars().count() <= 100),
            "{said}"
        );
    }
    let said = world.hayon(["--version"]).code(0).quiet();
    assert_eq!(
        said.stdout,
        format!("hayon {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn wrong_usage_is_told_on_stderr_in_words_or_as_one_document() {
    let world = World::new();
    for wrong in [
        &["pst"][..],
        &["post", "--bogus"],
        &["cancel"],
        &["show", "1", "2"],
        &["post", "hi", "--wait", "soon"],
        &["post", "hi", "--wait", "1m", "--queue"],
        &["list", "--reason", "in_doubt"],
        &["daemon", "--wait", "1m"],
        &["resolve", "1", "--account", "a"],
    ] {
        let said = world.hayon(wrong).code(2).mentions(["error: "]);
        assert_eq!(said.stdout, "", "{said}");
        let said = world.hayon(wrong.iter().chain(&["--json"])).code(2);
        assert_eq!(said.stdout, "", "{said}");
        let error = &said.error_json()["error"];
        assert_eq!(fields(error), ["causes", "hints", "kind", "message"]);
        assert_eq!(error["kind"], "usage");
        assert!(
            !error["message"].as_str().unwrap().starts_with("error"),
            "{said}"
        );
    }
}

#[test]
fn an_error_is_one_document_on_stderr_even_after_warnings() {
    // Nobody answers for the instance, which is a warning; then there is no credential.
    let mut world = World::new();
    world.set("HAYON_MASTODON_INSTANCE", "http://127.0.0.1:9");
    let said = world.hayon(["post", "hi", "--json"]).code(5);
    assert_eq!(said.stdout, "");
    let error = &said.error_json()["error"];
    assert_eq!(
        fields(error),
        ["causes", "hints", "kind", "message", "warnings"]
    );
    assert_eq!(error["kind"], "login_needed");
    let warning = error["warnings"][0].as_str().unwrap();
    assert!(
        warning.starts_with("`http://127.0.0.1:9` does not tell its limits"),
        "{warning}"
    );
}

#[test]
fn without_an_error_json_warns_people_and_nothing_else() {
    let world = alone();
    world.picture("a.png", 8, 8);
    let arguments = ["post", "--queue", "hi", "--media", "a.png", "--json"];
    let said = world.hayon(arguments).code(0);
    assert_eq!(said.json()["number"], 1);
    assert_eq!(said.stderr.lines().count(), 1, "{said}");
    let _ = said.mentions(["warning: `a.png` has no alt text"]);
    let _ = world.hayon(["list", "--parked", "--json"]).code(0).quiet();
    let _ = world
        .hayon(arguments.iter().chain(&["--quiet", "--again"]))
        .code(0)
        .quiet();
}

#[test]
fn quiet_leaves_the_answer_and_the_errors() {
    let world = alone();
    world.picture("a.png", 8, 8);
    let said = world
        .hayon(["post", "--queue", "hi", "--media", "a.png", "-q"])
        .code(0)
        .quiet();
    assert!(said.stdout.starts_with("post 1 is queued\n"), "{said}");
    let _ = world.hayon(["list", "--parked", "-q"]).code(0).quiet();
    let _ = world
        .hayon(["show", "9", "--quiet"])
        .code(1)
        .complains("error: the outbox has no post `9`\nhint: `hayon list` shows the posts\n");
    let _ = world.hayon(["list", "-q", "-v"]).code(2);
}

#[test]
fn colour_comes_when_asked_for_and_never_to_a_file_by_itself() {
    let mut world = alone();
    let red = "\u{1b}[1m\u{1b}[31merror\u{1b}[0m: the outbox has no post `9`\n";
    let plain = "error: the outbox has no post `9`\n";
    let check = |world: &World, flags: &[&str], expected: &str| {
        let said = world.hayon(["show", "9"].iter().chain(flags)).code(1);
        assert!(
            said.stderr.starts_with(expected),
            "{flags:?} {:?}",
            said.stderr
        );
    };
    check(&world, &[], plain);
    check(&world, &["--color", "auto"], plain);
    check(&world, &["--color", "never"], plain);
    check(&world, &["--color", "always"], red);
    world.set("CLICOLOR_FORCE", "1");
    check(&world, &[], red);
    check(&world, &["--color", "never"], plain);
    world.unset("CLICOLOR_FORCE");
    world.set("NO_COLOR", "1");
    check(&world, &[], plain);
    // Who asks on the command line wins over the environment.
    check(&world, &["--color", "always"], red);
    let said = world
        .hayon(["show", "9", "--color", "always", "--json"])
        .code(1);
    assert_eq!(said.error_json()["error"]["kind"], "no_such_post");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let world = alone();
    for n in 1..=40 {
        let _ = world
            .hayon(["post", "--queue", &format!("Post {n} {}", "x".repeat(200))])
            .code(0);
    }
    for form in [&["list"][..], &["list", "--json"]] {
        let said = world.shell("{ \"$@\"; echo \"ended $?\" >&2; } | head -c 1", form);
        assert_eq!(said.code(0).stderr, "ended 0\n");
    }
}

#[test]
fn a_closed_pipe_changes_nothing_about_how_a_command_ends() {
    let world = alone();
    let _ = world.hayon(["post", "--queue", "hi"]).code(0);
    // Nobody reads, neither answers nor errors.
    let script = "{ { \"$@\"; echo $? >&3; } 2>&1 | true; } 3>&1";
    for (command, code) in [
        (&["list"][..], 0),
        (&["list", "--json"], 0),
        (&["show", "1"], 0),
        (&["show", "1", "--json"], 0),
        (&["show", "9"], 1),
        (&["validate", "hi"], 0),
        (&["post", "--dry-run", "hi"], 0),
        (&["post", "--queue", "ho"], 0),
        (&["post", "hi", "--to", "nobody"], 2),
        (&["post", &"x".repeat(301)], 3),
        (&["cancel", "1"], 0),
        (&["cancel", "1", "--json"], 0),
        (&["retry", "1"], 1),
        (
            &["resolve", "1", "--account", "bluesky", "--not-published"],
            1,
        ),
        (&["daemon", "--once", "-vv"], 5),
        (&["completions", "bash"], 0),
        (&["completions", "--candidates", "posts"], 0),
        (&["man"], 0),
        (&["--help"], 0),
        (&["list", "--help"], 0),
        (&["--version"], 0),
        (&["pots"], 2),
    ] {
        let said = world.shell(script, command).code(0);
        assert_eq!(said.stdout, format!("{code}\n"), "{command:?}\n{said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_question_whose_answer_cannot_be_written_fails_and_a_deed_is_still_done() {
    let world = alone();
    let full = "\"$@\" >/dev/full";
    let said = world.shell(full, ["post", "--queue", "hi"]).code(0);
    let _ = said.mentions(["warning: cannot write to stdout: No space left on device"]);
    for question in [
        &["list"][..],
        &["list", "--json"],
        &["show", "1"],
        &["validate", "hi"],
    ] {
        let said = world.shell(full, question).code(1);
        let _ = said.mentions([
            "cannot write to stdout",
            "No space left on device",
            "make room",
        ]);
    }
    let _ = world.shell("\"$@\" 2>/dev/full", ["show", "9"]).code(1);
    let daemon = ["daemon", "--once", "-vv"];
    let _ = world.shell("\"$@\" 2>/dev/full", daemon).code(5);
    let _ = world.shell("\"$@\" >&- 2>&-", ["list"]).any_code([0, 1]);
    assert_eq!(world.list().len(), 1);
}

#[test]
fn a_terminal_is_not_needed_and_nothing_is_drawn_where_nobody_watches() {
    let scene = Scene::new(&[]);
    let said = scene.world.hayon(["post", "hi"]).code(0).quiet();
    assert!(!said.stdout.contains(['\u{1b}', '\r']), "{said}");
}
