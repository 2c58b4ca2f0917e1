//! A draft from a file: front matter, and what is wrong with it by line.

use serde_json::Value;
use serde_json::json;

use crate::alone;
use crate::rules;
use crate::support::scene::Scene;

#[test]
fn a_file_says_everything_and_its_media_lie_beside_it() {
    let scene = Scene::new(&[]);
    scene.world.write("drafts/pics/.keep", "");
    scene.world.picture("drafts/pics/cat.png", 12, 9);
    scene.world.write(
        "drafts/POST.md",
        "+++\nto = [\"mastodon\"]\nmedia = [\"pics/cat.png\"]\nalt = [\"A cat\"]\nlang = \"de\"\n\
         cw = \"Cats\"\nvisibility = \"unlisted\"\nkey = \"cat-1\"\n[texts]\nmastodon = \"Miau\"\n\
         +++\nMeow\n",
    );
    let post = scene
        .world
        .hayon(["post", "--file", "drafts/POST.md", "--json"])
        .code(0)
        .json();
    assert_eq!(post["key"], "cat-1");
    assert_eq!(post["text"], "Meow");
    assert_eq!(post["media"][0]["alt"], "A cat");
    let public = &scene.public("mastodon")[0];
    assert_eq!(public["text"], "Miau");
    assert_eq!(public["lang"], "de", "{public:#}");
    assert_eq!(public["cw"], "Cats");
    assert!(scene.public("bluesky").is_empty());
}

#[test]
fn flags_win_over_the_file() {
    let world = alone();
    world.write(
        "POST.md",
        "+++\nto = [\"nosuch\"]\nkey = \"a\"\nlang = \"x_y\"\n+++\nHi\n",
    );
    let flags = ["--to", "bluesky", "--key", "b", "--lang", "en"];
    let arguments = ["post", "--queue", "--json", "--file", "POST.md"];
    let post = world.hayon(arguments.iter().chain(&flags)).code(0).json();
    assert_eq!(post["key"], "b");
}

#[test]
fn a_file_without_front_matter_is_all_text_and_may_come_from_stdin() {
    let world = alone();
    world.write("plain.txt", "Just text\n\nand more\n");
    let arguments = ["post", "--queue", "--json", "--file"];
    let post = world
        .hayon(arguments.iter().chain(&["plain.txt"]))
        .code(0)
        .json();
    assert_eq!(post["text"], "Just text\n\nand more");
    let input = "+++\nkey = \"k\"\n+++\nFrom a pipe\n";
    let post = world
        .hayon_reading(input, arguments.iter().chain(&["-"]))
        .code(0)
        .json();
    assert_eq!(
        (&post["text"], &post["key"]),
        (&json!("From a pipe"), &json!("k"))
    );
}

#[test]
fn a_time_in_the_file_holds_and_a_bad_one_breaks_a_rule() {
    let world = alone();
    world.write("good.md", "+++\nat = \"2999-01-01T09:00:00Z\"\n+++\nHi");
    let post = world
        .hayon(["post", "--file", "good.md", "--json"])
        .code(0)
        .json();
    assert_eq!(post["status"], "SCHEDULED");
    world.write("bad.md", "+++\nat = \"tomorrow\"\n+++\nHi");
    let error = world
        .hayon(["post", "--file", "bad.md", "--json"])
        .code(3)
        .error_json();
    assert_eq!(rules(&error["error"]["violations"]), [("-", "bad_time")]);
}

#[track_caller]
fn check_refused(contents: &[u8], message: &str, fix: &str) {
    let world = alone();
    world.write("POST.md", contents);
    let refused = world.hayon(["post", "--queue", "--file", "POST.md"]);
    let _ = refused.code(3).complains(&format!(
        "error: the draft `POST.md` cannot be read: {message}\nhint: {fix}\n"
    ));
    let error = world
        .hayon(["post", "--queue", "--json", "--file", "POST.md"])
        .code(3)
        .error_json();
    assert_eq!(error["error"]["kind"], "unreadable_draft");
    assert_eq!(
        error["error"]["violations"],
        json!([{"account": null, "platform": null, "rule": "unreadable_draft",
            "message": format!("the draft `POST.md` cannot be read: {message}"), "fix": fix}])
    );
    world.has_stored_nothing();
}

const CORRECT: &str = "correct that line: front matter is TOML between two lines `+++`";

#[test]
fn an_unknown_key_is_refused_with_its_line() {
    check_refused(
        b"+++\nlang = \"en\"\nwhom = \"x\"\n+++\nHi",
        "line 3, column 1: unknown key `whom`, expected one of `to`, `media`, `alt`, `at`, `tz`, \
         `key`, `lang`, `cw`, `visibility`, `fit`, `tags`, `card`, `texts`",
        CORRECT,
    );
}

#[test]
fn bad_toml_is_refused_with_its_line() {
    check_refused(
        b"+++\nto = [\n+++\nHi",
        "line 2, column 7: unclosed array, expected `]`",
        CORRECT,
    );
    check_refused(
        b"+++\nto = []\nHi",
        "line 1, column 1: the table that begins here has no closing line `+++`",
        CORRECT,
    );
    check_refused(
        b"+++\nvisibility = \"friends\"\n+++\nHi",
        "line 2, column 14: `friends` is no visibility: public, unlisted, private, direct",
        CORRECT,
    );
    check_refused(
        b"+++\nat = 2999-01-01T09:00:00Z\n+++\nHi",
        "line 2, column 6: a time is written in quotes: `at = \"2999-01-01T09:00:00Z\"`",
        CORRECT,
    );
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    check_refused(b"caf\xe9", "it is not UTF-8", "save it as UTF-8");
    let huge = vec![b'a'; (1 << 20) + 1];
    check_refused(
        &huge,
        "it is larger than 1 MiB",
        "name a file with the text of the post",
    );
}

#[test]
fn a_file_that_is_not_there_or_a_folder_is_refused() {
    let world = alone();
    let refused = world.hayon(["post", "--queue", "--file", "nosuch.md"]);
    let _ = refused.code(3).complains(
        "error: the draft `nosuch.md` cannot be read: there is no such file\n\
         hint: name a file with the text of the post\n",
    );
    let _ = world
        .hayon(["post", "--queue", "--file", "."])
        .code(3)
        .mentions(["it is a folder"]);
}

#[test]
fn a_text_and_a_file_are_one_too_many() {
    let error = alone()
        .hayon(["post", "hi", "--file", "POST.md", "--json"])
        .code(2)
        .error_json();
    assert_eq!(error["error"]["kind"], Value::from("usage"));
}
