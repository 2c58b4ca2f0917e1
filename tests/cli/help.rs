//! How hayon helps somebody who has mistyped.

use crate::alone;
use crate::support::World;

#[test]
fn what_is_mistyped_is_refused_with_the_nearest() {
    let world = alone();
    for (typed, nearest) in [
        (&["pots", "hi"][..], "a similar subcommand exists: 'post'"),
        (&["reslove", "1"], "a similar subcommand exists: 'resolve'"),
        (
            &["post", "hi", "--quuee"],
            "a similar argument exists: '--queue'",
        ),
        (
            &["retry", "1", "--acount", "a"],
            "a similar argument exists: '--account'",
        ),
        (
            &["post", "hi", "--visibility", "publik"],
            "a similar value exists: 'public'",
        ),
        (
            &["list", "--parked", "--reason", "indoubt"],
            "a similar value exists: 'in_doubt'",
        ),
        (&["completions", "fsh"], "a similar value exists: 'fish'"),
        (&["post", "hi", "--to", "bluesk"], "did you mean `bluesky`?"),
    ] {
        let _ = world.hayon(typed).code(2).mentions([nearest]);
    }
    let error = world.hayon(["pots", "--json"]).code(2).error_json();
    let hint = "a similar subcommand exists: 'post'";
    assert_eq!(error["error"]["hints"][0], hint, "{error:#}");
}

#[test]
fn a_mistyped_account_is_refused_with_the_nearest_wherever_it_stands() {
    let mut world = alone();
    let _ = world.hayon(["post", "--queue", "hi"]).code(0).quiet();
    let file = "+++\nto = [\"blusky\"]\n+++\nhi\n";
    let _ = world.write("post.md", file);
    for (typed, code) in [
        (&["post", "hi", "--to", "blusky"][..], 2),
        (&["post", "--file", "post.md"], 2),
        (&["post", "hi", "--text-for", "blusky=hey"], 3),
        (&["validate", "hi", "--to", "blusky"], 2),
        (&["list", "--account", "blusky"], 2),
        (&["retry", "1", "--account", "blusky"], 1),
        (
            &["resolve", "1", "--account", "blusky", "--not-published"],
            1,
        ),
    ] {
        let said = world.hayon(typed).code(code);
        let _ = said.mentions(["did you mean `bluesky`?"]);
    }
    let config = world.write("config.toml", "default_to = [\"blusky\"]\n");
    world.set("HAYON_CONFIG", &config.display().to_string());
    let said = world.hayon(["post", "hi"]).code(1);
    let _ = said.mentions(["there is no account `blusky`", "did you mean `bluesky`?"]);
}

#[test]
fn a_first_run_says_the_two_commands_to_a_first_post() {
    let world = World::new();
    for (typed, code) in [(&["post", "hi"][..], 2), (&["list"], 0)] {
        let _ = world.hayon(typed).code(code).mentions([
            "hint: to see hayon work without one: `hayon sandbox --demo`\n",
            "hint: two commands to a first post: `hayon account add`, \
             `hayon post \"Hello, everyone\"`\n",
        ]);
    }
}
