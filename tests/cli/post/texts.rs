//! Texts: where they come from, how long they may be, and a text for one account.

use crate::alone;
use crate::rules;
use crate::support::scene::Scene;

#[test]
fn a_text_is_read_from_stdin_where_a_dash_stands() {
    let scene = Scene::new(&[]);
    let arguments = ["post", "-", "--to", "mastodon"];
    let _ = scene
        .world
        .hayon_reading("From a pipe\n", arguments)
        .code(0);
    assert_eq!(scene.public("mastodon")[0]["text"], "From a pipe");
}

#[test]
fn a_text_that_looks_like_a_flag_goes_after_two_dashes() {
    let _ = alone()
        .hayon(["post", "--queue", "--", "-1 degree"])
        .code(0);
}

#[test]
fn without_a_text_nothing_is_read_from_stdin_by_surprise() {
    let world = alone();
    let _ = world
        .hayon_reading("secret notes", ["post"])
        .code(2)
        .complains(
            "error: there is nothing to post\n\
         hint: to read the text from stdin, write `-` in its place\n\
         hint: give a text, or a file with `--file POST.md`\n",
        );
    world.has_stored_nothing();
}

#[test]
fn an_empty_text_is_refused_and_nothing_is_stored() {
    let world = alone();
    for text in ["", "  \n\t "] {
        let _ = world.hayon(["post", "--queue", text]).code(3).complains(
            "error: `bluesky`: there is neither a text nor a picture\n\
             hint: write something, or add a picture with `--media`\n",
        );
    }
    let _ = world.hayon_reading("", ["post", "--queue", "-"]).code(3);
    world.has_stored_nothing();
}

#[test]
fn a_text_with_control_characters_or_nul_is_refused() {
    let world = alone();
    for text in ["a\0b", "a\u{1b}[2Jb", "a\u{85}b"] {
        let refused = world.hayon_reading(text, ["post", "--json", "--queue", "-"]);
        let error = refused.code(3).error_json();
        assert_eq!(
            rules(&error["error"]["violations"]),
            [("bluesky", "control_character")]
        );
    }
    world.has_stored_nothing();
}

#[test]
fn a_stdin_that_is_huge_or_not_utf_8_is_refused() {
    let world = alone();
    let huge = "a".repeat((1 << 20) + 1);
    let _ = world
        .hayon_reading(&huge, ["post", "--queue", "-"])
        .code(3)
        .complains(
            "error: the text on stdin is larger than 1 MiB\n\
         hint: no platform takes so much: shorten it\n",
        );
    world.write("latin1.txt", b"caf\xe9");
    let refused = world.shell("\"$@\" < latin1.txt", ["post", "--queue", "-"]);
    let _ = refused
        .code(3)
        .complains("error: the text on stdin is not UTF-8\nhint: save it as UTF-8\n");
    // Endless, but only as much is read as could be a post.
    let refused = world.shell("\"$@\" < /dev/zero", ["post", "--queue", "-"]);
    let _ = refused.code(3);
    world.has_stored_nothing();
}

#[test]
fn bluesky_counts_graphemes_and_bytes() {
    let world = alone();
    // A family is one grapheme and 25 bytes.
    let family = "👨\u{200d}👩\u{200d}👧\u{200d}👦";
    let check = |text: String, expected: &[(&str, &str)]| {
        let run = world.hayon(["post", "--json", "--queue", &text]);
        if expected.is_empty() {
            let _ = run.code(0);
        } else {
            let error = run.code(3).error_json();
            assert_eq!(rules(&error["error"]["violations"]), expected);
        }
    };
    check("é".repeat(300), &[]);
    check("é".repeat(301), &[("bluesky", "text_too_long")]);
    check(family.repeat(120), &[]);
    check(family.repeat(121), &[("bluesky", "text_too_many_bytes")]);
}

#[test]
fn a_text_for_one_account_replaces_the_text_there_alone() {
    let scene = Scene::new(&[]);
    let arguments = ["post", "Long", "--text-for", "mastodon=Short=er"];
    let _ = scene.world.hayon(arguments).code(0).quiet();
    assert_eq!(scene.public("bluesky")[0]["text"], "Long");
    assert_eq!(scene.public("mastodon")[0]["text"], "Short=er");
    let _ = scene
        .world
        .hayon(["post", "hi", "--text-for", "mastodon"])
        .code(2)
        .mentions(["write it as ACCOUNT=TEXT, such as `work=Hello`"]);
}

#[test]
fn a_text_for_an_account_that_it_does_not_go_to_is_a_warning() {
    let scene = Scene::new(&[]);
    let arguments = ["post", "hi", "--to", "bluesky", "--text-for", "mastodon=Hi"];
    let _ = scene.world.hayon(arguments).code(0).mentions([
        "warning: there is a text for `mastodon`, but the post does not go there (add `--to \
         mastodon`, or leave the text out)",
    ]);
}
