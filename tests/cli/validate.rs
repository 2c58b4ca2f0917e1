//! `hayon validate`: what each account would get, and everything that is wrong with it.

use serde_json::Value;
use serde_json::json;

use crate::alone;
use crate::fields;
use crate::rules;
use crate::server::Server;
use crate::support::World;
use crate::support::scene::Scene;

/// Returns how often the sandbox's instance was asked for its limits.
#[track_caller]
fn times_asked(scene: &Scene) -> usize {
    scene.requests("received", "GET", "/api/v2/instance").len()
}

#[test]
fn without_any_account_every_platform_is_checked_against_the_table() {
    let world = World::new();
    let said = world.hayon(["validate", "Hello"]).code(0).quiet();
    assert_eq!(
        said.stdout,
        "bluesky (Bluesky): 5 of 300 graphemes\n    Hello\n\
         mastodon (Mastodon): 5 of 500 characters\n    Hello\n\
         threads (Threads): 5 of 500 characters\n    Hello\n\
         facebook (Facebook): 5 of 63206 code points\n    Hello\n\
         tumblr (Tumblr): 5 of 900000 code points\n    Hello\n"
    );
    world.picture("cat.png", 800, 800);
    let with_picture = ["validate", "--media", "cat.png", "--alt", "A cat", "Hello"];
    let said = world.hayon(with_picture).code(0).quiet();
    let _ = said.shows(["\ninstagram (Instagram): 5 of 2200 code points\n"]);
    let said = world
        .hayon(["validate", "--to", "mastodon", "Hello"])
        .code(0)
        .quiet();
    assert_eq!(
        said.stdout,
        "mastodon (Mastodon): 5 of 500 characters\n    Hello\n"
    );
    assert!(!world.path("data").exists(), "validating made an outbox");
}

#[test]
fn a_platform_without_an_account_is_checked_beside_accounts() {
    let said = alone()
        .hayon(["validate", "--to", "bluesky,mastodon", "hi", "--json"])
        .code(0);
    let document = said.quiet().json();
    assert_eq!(document["accounts"][0]["account"], "bluesky");
    assert_eq!(document["accounts"][1]["account"], "mastodon");
    let said = alone().hayon(["validate", "--to", "nosuch", "hi"]).code(2);
    let _ = said.mentions(["error: `nosuch` is no account and no platform\n"]);
}

#[test]
fn each_platform_counts_in_its_own_unit() {
    let world = World::new();
    let length = |text: &str, platform: usize| {
        let said = world
            .hayon(["validate", "--offline", "--json", text])
            .code(0)
            .quiet();
        let account = &said.json()["accounts"][platform];
        (account["length"].clone(), account["unit"].clone())
    };
    let family = "👨\u{200d}👩\u{200d}👧";
    assert_eq!(length(family, 0), (json!(1), json!("graphemes")));
    assert_eq!(length(family, 1), (json!(1), json!("characters")));
    let url = format!("https://example.com/{}", "a".repeat(80));
    assert_eq!(length(&url, 0).0, 100);
    assert_eq!(length(&url, 1).0, 23);
    let mention = "@alice@a-very-long-host.example";
    assert_eq!(length(mention, 0).0, 31);
    assert_eq!(length(mention, 1).0, "@alice".len());
}

#[test]
fn the_document_is_that_of_the_contract() {
    let world = World::new();
    let picture = world.picture("cat.png", 80, 60);
    let size = std::fs::metadata(picture).unwrap().len();
    let text = "hello https://example.com/a #tag";
    let arguments = [
        "validate",
        "--offline",
        "--to",
        "bluesky",
        "--json",
        text,
        "--media",
        "cat.png",
    ];
    let said = world.hayon(arguments).code(0).quiet();
    let fix = "say what it shows with `--alt`, or with `alt` in the file";
    assert_eq!(
        said.json(),
        json!({
            "accounts": [{
                "account": "bluesky", "platform": "bluesky", "text": text,
                "length": 32, "limit": 300, "unit": "graphemes",
                "facets": [
                    {"kind": "link", "byte_start": 6, "byte_end": 27,
                     "value": "https://example.com/a"},
                    {"kind": "tag", "byte_start": 28, "byte_end": 32, "value": "tag"},
                ],
                "media": [{"kind": "image", "mime": "image/png", "width": 80, "height": 60,
                    "size_bytes": size, "alt": "", "changes": []}],
                "card": null,
                "violations": [],
                "warnings": [{"rule": "missing_alt", "fix": fix,
                    "message": "`cat.png` has no alt text: people who cannot see it miss what it \
                                shows"}],
            }],
            "violations": [], "warnings": [],
        })
    );
}

#[test]
fn a_dry_run_has_the_same_document() {
    let scene = Scene::new(&[]);
    let draft = ["Hi #tag", "--lang", "en", "--cw", "Plot", "--json"];
    let validated = scene.world.hayon(["validate"].iter().chain(&draft)).code(0);
    let tried = scene
        .world
        .hayon(["post", "--dry-run"].iter().chain(&draft))
        .code(0);
    assert_eq!(validated.json(), tried.json());
}

#[test]
fn violations_are_told_by_account_with_how_to_mend_them() {
    let world = World::new();
    let text = "x".repeat(501);
    let said = world
        .hayon(["validate", "--offline", &text, "--lang", "x_y"])
        .code(3)
        .quiet();
    let said = said.shows([
        "bluesky (Bluesky): 501 of 300 graphemes\n",
        "  violation: the text has 501 graphemes; Bluesky takes 300\n    shorten it by 201, or",
        "mastodon (Mastodon): 501 of 500 characters\n",
        "  violation: the text has 501 characters; Mastodon takes 500\n    shorten it by 1, or",
    ]);
    assert_eq!(
        said.stdout
            .matches("violation: `x_y` is no language tag\n")
            .count(),
        5,
        "{said}"
    );
    let said = world
        .hayon(["validate", "--offline", &text, "--json"])
        .code(3)
        .quiet();
    let document = said.json();
    let violation = &document["accounts"][1]["violations"][0];
    assert_eq!(
        fields(violation),
        ["account", "fix", "message", "platform", "rule"]
    );
    assert_eq!(violation["rule"], "text_too_long");
}

#[test]
fn several_files_are_checked_and_a_broken_one_hides_none_of_the_others() {
    let world = alone();
    world.write("good.md", "Fine\n");
    world.write("broken.md", "+++\nwhom = 1\n+++\n");
    world.write("long.md", "x".repeat(301));
    world.write(
        "late.md",
        "+++\nat = \"tomorrow\"\nmedia = [\"nosuch.png\"]\n+++\nHi",
    );
    let names = ["good.md", "broken.md", "nosuch.md", "long.md", "late.md"];
    let files: Vec<&str> = names.iter().flat_map(|name| ["--file", name]).collect();
    let arguments = ["validate", "--json"].iter().chain(&files);
    let documents = world.hayon(arguments).code(3).quiet().json();
    let of = |file: usize| -> Vec<String> {
        let document: &Value = &documents[file];
        assert_eq!(document["file"], names[file]);
        let mut broken = rules(&document["violations"]);
        for account in document["accounts"].as_array().unwrap() {
            broken.extend(rules(&account["violations"]));
        }
        broken.iter().map(|(_, rule)| (*rule).to_owned()).collect()
    };
    assert_eq!(of(0), [""; 0]);
    assert_eq!(of(1), ["unreadable_draft"]);
    assert_eq!(of(2), ["unreadable_draft"]);
    assert_eq!(of(3), ["text_too_long"]);
    assert_eq!(of(4), ["unreadable_media", "bad_time"]);
    let said = world
        .hayon(["validate"].iter().chain(&files))
        .code(3)
        .quiet();
    let _ = said.shows([
        "good.md:\nbluesky (Bluesky): 4 of 300 graphemes\n    Fine\n",
        "broken.md:\nviolation: the draft `broken.md` cannot be read: line 2, column 1: unknown key \
         `whom`",
        "long.md:\n",
        "violation: the picture `nosuch.png` cannot be used: there is no such file\n",
        "violation: `tomorrow` has no time of day\n  add one, as in `tomorrow 09:00`\n",
    ]);
}

#[test]
fn files_say_themselves_where_they_go() {
    let world = World::new();
    world.write("a.md", "+++\nto = [\"mastodon\"]\n+++\nHi");
    let document = world
        .hayon(["validate", "--file", "a.md", "--json"])
        .code(0)
        .json();
    assert_eq!(document["file"], "a.md");
    assert_eq!(document["accounts"].as_array().unwrap().len(), 1);
    assert_eq!(document["accounts"][0]["account"], "mastodon");
}

#[test]
fn an_instance_is_asked_once_a_day_and_never_with_offline() {
    let scene = Scene::new(&[]);
    let _ = scene
        .world
        .hayon(["validate", "--offline", "hi"])
        .code(0)
        .quiet();
    assert_eq!(times_asked(&scene), 0);
    for command in [
        &["validate"][..],
        &["validate"],
        &["post", "--queue"],
        &["post", "--dry-run"],
    ] {
        let _ = scene
            .world
            .hayon(command.iter().chain(&["hi"]))
            .code(0)
            .quiet();
    }
    assert_eq!(times_asked(&scene), 1);
    // Another machine has not asked yet.
    let _ = scene
        .another_machine()
        .hayon(["validate", "hi"])
        .code(0)
        .quiet();
    assert_eq!(times_asked(&scene), 2);
    // What is only on Bluesky is no reason to ask.
    let _ = scene
        .another_machine()
        .hayon(["validate", "--to", "bluesky", "hi"])
        .code(0)
        .quiet();
    assert_eq!(times_asked(&scene), 2);
}

#[test]
fn a_cache_that_is_damaged_or_a_day_old_is_asked_for_again() {
    let scene = Scene::new(&[]);
    let _ = scene.world.hayon(["validate", "hi"]).code(0).quiet();
    let cache = scene.world.path("cache/hayon/limits.json");
    let kept = std::fs::read_to_string(&cache).unwrap();
    scene
        .world
        .write("cache/hayon/limits.json", &kept[..kept.len() / 2]);
    let _ = scene.world.hayon(["validate", "hi"]).code(0).quiet();
    assert_eq!(times_asked(&scene), 2);
    let mut kept: Value = serde_json::from_str(&kept).unwrap();
    for instance in kept.as_object_mut().unwrap().values_mut() {
        let asked_at = instance["asked_at"].as_i64().unwrap();
        instance["asked_at"] = (asked_at - 25 * 3_600_000).into();
    }
    scene
        .world
        .write("cache/hayon/limits.json", kept.to_string());
    let _ = scene.world.hayon(["validate", "hi"]).code(0).quiet();
    assert_eq!(times_asked(&scene), 3);
}

#[test]
fn what_an_instance_takes_is_believed() {
    let takes = json!({"configuration": {"statuses": {"max_characters": 5000,
        "max_media_attachments": 1, "characters_reserved_per_url": 10}}});
    let server = Server::start(move |_, _| (200, takes.to_string()));
    let mut world = World::new();
    world.set("HAYON_MASTODON_INSTANCE", &server.address);
    let said = world
        .hayon(["validate", "https://example.com/abc", "--json"])
        .code(0)
        .quiet();
    let account = &said.json()["accounts"][0];
    assert_eq!(
        (&account["limit"], &account["length"]),
        (&json!(5000), &json!(10))
    );
    let said = world
        .hayon(["validate", "--offline", "hi", "--json"])
        .code(0)
        .quiet();
    assert_eq!(said.json()["accounts"][0]["limit"], 500);
}

#[test]
fn an_instance_that_knows_only_version_1_is_asked_that_way() {
    let server = Server::start(|line, _| match line {
        "GET /api/v1/instance" => (200, json!({"max_toot_chars": 1234}).to_string()),
        _ => (404, json!({"error": "Not found"}).to_string()),
    });
    let mut world = World::new();
    world.set("HAYON_MASTODON_INSTANCE", &server.address);
    let said = world.hayon(["validate", "hi", "--json"]).code(0).quiet();
    assert_eq!(said.json()["accounts"][0]["limit"], 1234);
}

#[test]
fn an_instance_that_cannot_be_reached_is_a_warning_and_the_table_holds() {
    let mut world = World::new();
    world.set("HAYON_MASTODON_INSTANCE", "http://127.0.0.1:9");
    let said = world.hayon(["validate", "hi"]).code(0);
    assert_eq!(
        said.stdout,
        "mastodon (Mastodon): 2 of 500 characters\n    hi\n"
    );
    assert_eq!(
        said.stderr,
        "warning: `http://127.0.0.1:9` does not tell its limits: cannot connect: Connection \
         refused (os error 111); usual limits are assumed\n"
    );
    let said = world.hayon(["validate", "hi", "--json"]).code(0);
    assert_eq!(said.json()["accounts"][0]["limit"], 500);
}

#[test]
fn a_server_that_talks_nonsense_is_a_warning_and_the_table_holds() {
    for body in ["<html>no</html>", "[]", "", "{\"configuration\":"] {
        let server = Server::start(move |_, _| (200, body.to_owned()));
        let mut world = World::new();
        world.set("HAYON_MASTODON_INSTANCE", &server.address);
        let said = world.hayon(["validate", "hi"]).code(0);
        let said = said.mentions(["does not tell its limits", "usual limits are assumed"]);
        assert!(said.stdout.contains("2 of 500"), "{said}");
    }
}
