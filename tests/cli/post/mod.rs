//! `hayon post`: what is published, promised, or refused, and how that is told.

mod addressees;
mod cards;
mod endings;
mod files;
mod fitting;
mod keys;
mod pictures;
mod texts;
mod times;

use serde_json::json;

use crate::alone;
use crate::fields;
use crate::rules;
use crate::support::World;
use crate::support::scene::Scene;
use crate::support::scene::delivery;

impl World {
    /// Asserts that nothing was ever stored here.
    #[track_caller]
    fn has_stored_nothing(&self) {
        if self.outbox().exists() {
            assert!(self.list().is_empty(), "a post was stored");
        }
        assert!(!self.path("media/posts").exists(), "media were stored");
        assert!(!self.path("data/hayon/media").exists(), "media were stored");
    }
}

#[test]
fn a_text_is_published_to_every_default_account_and_told() {
    let scene = Scene::new(&[]);
    let said = scene.world.hayon(["post", "Hello"]).code(0).quiet();
    assert!(
        said.stdout.starts_with("post 1 is published everywhere\n"),
        "{said}"
    );
    for platform in ["bluesky", "mastodon"] {
        let public = scene.public(platform);
        assert_eq!(public.len(), 1);
        assert_eq!(public[0]["text"], "Hello");
    }
    let post = scene.world.show(1);
    for account in ["bluesky", "mastodon"] {
        let url = delivery(&post, account)["url"].as_str().unwrap();
        assert!(
            said.stdout.contains(&format!("delivered  {url}\n")),
            "{said}"
        );
    }
}

/// The fields of a post in JSON.
const POST_FIELDS: [&str; 16] = [
    "card",
    "created_at",
    "deliveries",
    "due_at",
    "id",
    "in_doubt",
    "key",
    "media",
    "number",
    "status",
    "tags",
    "text",
    "texts",
    "to",
    "when",
    "zone",
];

#[test]
fn a_published_post_has_the_json_of_the_contract() {
    let scene = Scene::new(&[]);
    let picture = scene.world.picture("cat.png", 40, 30);
    let picture = picture.display().to_string();
    let arguments = [
        "post", "--json", "Hello", "--media", &picture, "--alt", "A cat",
    ];
    let post = scene.world.hayon(arguments).code(0).quiet().json();
    assert_eq!(fields(&post), POST_FIELDS);
    assert_eq!(post["number"], 1);
    assert_eq!(
        (&post["status"], &post["text"]),
        (&json!("COMPLETED"), &json!("Hello"))
    );
    assert_eq!(post["key"], json!(null));
    assert_eq!(post["in_doubt"], false);
    for time in ["created_at", "due_at"] {
        let time = post[time].as_str().unwrap();
        let is_utc = time.ends_with('Z') && time.parse::<jiff::Timestamp>().is_ok();
        assert!(is_utc, "{time}");
    }
    let id = post["id"].as_str().unwrap();
    assert_eq!(uuid::Uuid::parse_str(id).unwrap().get_version_num(), 7);
    let media = &post["media"][0];
    let key = media["key"].as_str().unwrap();
    assert!(key.starts_with(&format!("posts/sandbox/{id}/")), "{key}");
    assert_eq!(key.rsplit_once('.').unwrap().1, "png");
    let size_bytes = std::fs::metadata(&picture).unwrap().len();
    let facts = json!({"key": key, "kind": "image", "mime": "image/png", "width": 40, "height": 30,
        "size_bytes": size_bytes, "alt": "A cat", "renditions": []});
    assert_eq!(post["media"], json!([facts]));
    let delivery = delivery(&post, "mastodon");
    assert_eq!(
        fields(delivery),
        [
            "account",
            "attempts",
            "due_at",
            "error",
            "next_at",
            "platform",
            "published_at",
            "reason",
            "remote_id",
            "state",
            "taken_down_at",
            "url"
        ]
    );
    assert_eq!(delivery["platform"], "mastodon");
    assert_eq!(delivery["state"], "delivered");
    assert_eq!(delivery["attempts"], 1);
    assert_eq!(delivery["reason"], json!(null));
    assert_eq!(delivery["error"], json!(null));
    assert!(delivery["published_at"].as_str().unwrap().ends_with('Z'));
    assert!(delivery["remote_id"].is_string() && delivery["url"].is_string());
}

#[test]
fn every_violation_is_told_at_once_with_how_to_mend_it() {
    let scene = Scene::new(&[]);
    let text = "x".repeat(600);
    let arguments = [
        "post",
        &text,
        "--to",
        "bluesky,mastodon",
        "--lang",
        "x_y",
        "--text-for",
        "nobody=hi",
    ];
    let refused = scene.world.hayon(arguments);
    let _ = refused.code(3).complains(
        "error: the draft is refused for 5 reasons\n\
         caused by: there is a text for `nobody`, but no account of that name (correct the name, or \
         add the account to the configuration)\n\
         caused by: `bluesky`: the text has 600 graphemes; Bluesky takes 300 (shorten it by 300, or \
         give this account a text of its own with `--text-for bluesky=…`)\n\
         caused by: `bluesky`: `x_y` is no language tag (use one such as `en`, `pt-BR` or `zh-Hant`)\n\
         caused by: `mastodon`: the text has 600 characters; Mastodon takes 500 (shorten it by 100, \
         or give this account a text of its own with `--text-for mastodon=…`)\n\
         caused by: `mastodon`: `x_y` is no language tag (use one such as `en`, `pt-BR` or \
         `zh-Hant`)\n",
    );
    let refused = scene.world.hayon(arguments.into_iter().chain(["--json"]));
    let error = refused.code(3).error_json();
    assert_eq!(
        fields(&error["error"]),
        ["causes", "hints", "kind", "message", "violations"]
    );
    assert_eq!(error["error"]["kind"], "violation");
    assert_eq!(
        error["error"]["violations"][1],
        json!({"account": "bluesky", "platform": "bluesky", "rule": "text_too_long",
            "message": "the text has 600 graphemes; Bluesky takes 300",
            "fix": "shorten it by 300, or give this account a text of its own with \
                    `--text-for bluesky=…`"})
    );
    assert_eq!(error["error"]["violations"].as_array().unwrap().len(), 5);
    scene.world.has_stored_nothing();
}

#[test]
fn language_visibility_and_content_warning_reach_mastodon() {
    let scene = Scene::new(&[]);
    let arguments = [
        "post",
        "Fin",
        "--to",
        "mastodon",
        "--lang",
        "fr",
        "--visibility",
        "unlisted",
        "--cw",
        "Plot",
    ];
    let _ = scene.world.hayon(arguments).code(0).quiet();
    let public = &scene.public("mastodon")[0];
    assert_eq!(public["lang"], "fr", "{public:#}");
    assert_eq!(public["visibility"], "unlisted", "{public:#}");
    assert_eq!(public["cw"], "Plot", "{public:#}");
}

#[test]
fn an_option_that_a_platform_lacks_is_a_warning_and_an_unknown_word_is_refused() {
    let world = alone();
    let _ = world
        .hayon(["post", "--queue", "hi", "--cw", "Plot"])
        .code(0)
        .mentions(["warning: Bluesky has no `cw`: the post appears there without it"]);
    let _ = world
        .hayon(["post", "hi", "--visibility", "friends"])
        .code(2)
        .mentions([
            "invalid value 'friends' for '--visibility <WHO>'",
            "[possible values: public, unlisted, private, direct]",
        ]);
}

#[test]
fn what_is_meant_for_few_is_not_shown_to_everybody() {
    let world = alone();
    for visibility in ["private", "direct"] {
        let arguments = ["post", "--queue", "hi", "--visibility", visibility];
        let _ = world.hayon(arguments).code(3).complains(
            "error: `bluesky`: Bluesky has no `visibility`: everybody would see the post there\n\
             hint: send this post to Mastodon accounts only\n",
        );
    }
    world.has_stored_nothing();
    let _ = world
        .hayon(["post", "--queue", "hi", "--visibility", "unlisted"])
        .code(0)
        .mentions(["warning: Bluesky has no `visibility`: the post appears there without it"]);
}

#[test]
fn a_queued_post_is_promised_and_not_sent() {
    let scene = Scene::new(&[]);
    let said = scene
        .world
        .hayon(["post", "--queue", "Later", "--json"])
        .code(0)
        .quiet();
    let post = said.json();
    assert_eq!(post["status"], "PENDING");
    assert_eq!(delivery(&post, "bluesky")["state"], "queued");
    assert_eq!(delivery(&post, "bluesky")["published_at"], json!(null));
    assert!(scene.public("bluesky").is_empty() && scene.public("mastodon").is_empty());
}

#[test]
fn a_dry_run_shows_what_each_account_would_get_and_stores_and_sends_nothing() {
    let scene = Scene::new(&[]);
    let picture = scene.world.picture("cat.png", 8, 8).display().to_string();
    let arguments = [
        "post",
        "--dry-run",
        "Hello",
        "--media",
        &picture,
        "--alt",
        "A cat",
    ];
    let said = scene.world.hayon(arguments).code(0).quiet();
    assert_eq!(
        said.stdout,
        "bluesky (Bluesky): 5 of 300 graphemes\n    Hello\n    [image/png 8×8: A cat]\n\
         mastodon (Mastodon): 5 of 500 characters\n    Hello\n    [image/png 8×8: A cat]\n\
         tumblr (Tumblr): 5 of 900000 code points\n    Hello\n    [image/png 8×8: A cat]\n",
    );
    let refused = scene
        .world
        .hayon(["post", "--dry-run", "--json", "--lang", "x_y", "Hello"]);
    let document = refused.code(3).quiet().json();
    assert_eq!(
        rules(&document["accounts"][0]["violations"]),
        [("bluesky", "bad_lang")]
    );
    assert!(!scene.world.outbox().exists());
    scene.world.has_stored_nothing();
    let asked: Vec<_> = scene
        .sandbox
        .log()
        .iter()
        .map(|line| line["path"].clone())
        .collect();
    assert!(
        asked.iter().all(|path| path == "/api/v2/instance"),
        "{asked:?}"
    );
}
