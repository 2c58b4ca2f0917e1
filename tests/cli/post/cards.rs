//! Link cards: which page is shown under a post, and what it must not cost.

use serde_json::json;

use crate::alone;
use crate::rules;
use crate::support::scene::Scene;
use crate::support::web::Manner;
use crate::support::web::Web;

const BOTH: [&str; 2] = ["--to", "bluesky,tumblr"];

#[test]
fn the_first_link_of_a_text_is_shown_as_a_card() {
    let (scene, web) = (Scene::new(&[]), Web::start(Manner::Answers));
    let text = format!("see {} and https://example.com/", web.page());
    let post = ["post", &text, "--allow-private"];
    let said = scene.world.hayon(post.iter().chain(&BOTH)).code(0).quiet();
    assert!(said.stdout.starts_with("post 1 is published everywhere\n"));
    for platform in ["bluesky", "tumblr"] {
        let public = &scene.public(platform)[0];
        assert_eq!(public["text"], text.as_str());
        assert_eq!(public["link"], web.page().as_str(), "{public:#}");
        assert_eq!(public["card"]["description"], "a page & more");
        let has_picture = public["card"]["picture"]["width"] == 40;
        assert_eq!(has_picture, platform == "bluesky", "{public:#}");
    }
    // Each account's card is its own: what one has fetched is not taken for the other's.
    assert_eq!(web.visits(), 2);
    assert_eq!(scene.world.show(1)["card"], json!(null));
}

#[test]
fn another_page_can_be_named_and_none_can_be_wanted() {
    let (scene, web) = (Scene::new(&[]), Web::start(Manner::Answers));
    let page = web.page();
    let named = ["post", "read this", "--card", &page, "--allow-private"];
    let _ = scene.world.hayon(named.iter().chain(&BOTH)).code(0).quiet();
    assert_eq!(scene.world.show(1)["card"], page.as_str());
    assert_eq!(scene.public("bluesky")[0]["link"], page.as_str());
    let visits = web.visits();
    let text = format!("see {page}");
    let none = ["post", &text, "--no-card", "--allow-private"];
    let _ = scene.world.hayon(none.iter().chain(&BOTH)).code(0).quiet();
    assert_eq!(scene.world.show(2)["card"], json!(false));
    for platform in ["bluesky", "tumblr"] {
        assert_eq!(scene.public(platform)[1]["link"], json!(null));
    }
    assert_eq!(web.visits(), visits);
}

#[test]
fn a_page_of_a_private_network_is_not_asked_for_by_itself() {
    let (scene, web) = (Scene::new(&[]), Web::start(Manner::Answers));
    let text = format!("see {}", web.page());
    let _ = scene
        .world
        .hayon(["post", &text].iter().chain(&BOTH))
        .code(0)
        .quiet();
    assert_eq!(scene.public("bluesky")[0]["card"], json!(null));
    // A page that was named is told of with what is known, and why there is no more.
    let named = ["post", "read", "--card", &web.page(), "--to", "bluesky"];
    let said = scene.world.hayon(named).code(0);
    let _ = said.mentions(["the page of the card cannot be read: only addresses that begin with"]);
    let card = &scene.public("bluesky")[1]["card"];
    assert_eq!(
        (&card["title"], &card["description"]),
        (&json!("127.0.0.1"), &json!(""))
    );
    assert_eq!(web.visits(), 0);
}

#[test]
fn a_page_that_keeps_silent_neither_holds_up_nor_fails_a_post() {
    let (scene, web) = (Scene::new(&[]), Web::start(Manner::KeepsSilent));
    let text = format!("see {}", web.page());
    let post = ["post", &text, "--allow-private", "--to", "bluesky"];
    let _ = scene.world.hayon(post).code(0).quiet();
    let public = &scene.public("bluesky")[0];
    assert_eq!(
        (&public["text"], &public["card"]),
        (&json!(text), &json!(null))
    );
    assert_eq!(web.visits(), 1);
}

#[test]
fn what_was_said_about_the_card_holds_for_the_daemon_too() {
    let (scene, web) = (Scene::new(&[]), Web::start(Manner::Answers));
    let queued = ["post", "x", "--card", &web.page(), "--allow-private"];
    let draft = [
        "--draft",
        "--to",
        "bluesky",
        "--at",
        "2999-01-01 09:00",
        "--json",
    ];
    let _ = scene.world.hayon(queued.iter().chain(&draft)).code(0);
    let edited = scene.world.hayon(["edit", "1", "y", "--json"]).code(0);
    assert_eq!(edited.json()["card"], web.page().as_str());
    let _ = scene.world.hayon(["submit", "1", "--at", "now"]).code(0);
    assert_eq!(web.visits(), 0);
    let _ = scene.world.hayon(["daemon", "--once"]).code(0);
    assert_eq!(scene.public("bluesky")[0]["card"]["title"], "visit 1");
}

#[test]
fn a_preview_names_the_page_and_asks_nobody() {
    let (world, web) = (alone(), Web::start(Manner::Answers));
    let page = web.page();
    let draft = [
        "--to",
        "bluesky",
        "--allow-private",
        "read",
        "--card",
        &page,
    ];
    for command in [
        &["validate"][..],
        &["validate", "--offline"],
        &["post", "--dry-run"],
    ] {
        let said = world.hayon(command.iter().chain(&draft)).code(0).quiet();
        let _ = said.shows([&format!("    [card: {page}]\n")]);
        let all = command.iter().chain(&draft).chain(&["--json"]);
        let document = world.hayon(all).code(0).quiet().json();
        assert_eq!(document["accounts"][0]["card"], page.as_str());
    }
    assert_eq!(web.visits(), 0);
}

#[test]
fn a_file_and_an_edit_say_which_card_it_is() {
    let world = alone();
    world.write(
        "none.md",
        "+++\ncard = false\n+++\nsee https://example.com/",
    );
    let file = ["post", "--file", "none.md", "--draft", "--json"];
    assert_eq!(world.hayon(file).code(0).json()["card"], json!(false));
    let card = |arguments: &[&str]| {
        let edit = ["edit", "1", "--json"];
        let edited = world.hayon(edit.iter().chain(arguments)).code(0);
        edited.json()["card"].clone()
    };
    let page = "https://example.com/a";
    assert_eq!(card(&["--card", page]), page);
    assert_eq!(card(&["another text"]), page);
    assert_eq!(card(&["--no-card"]), json!(false));
    world.write("first.md", "see https://example.com/");
    assert_eq!(card(&["--file", "first.md"]), json!(null));
}

#[test]
fn what_cannot_be_a_card_is_refused_before_anything_is_stored() {
    let world = alone();
    world.picture("a.png", 8, 8);
    let page = "https://example.com/";
    for (more, rule) in [
        (&["--card", "example.com"][..], "bad_card"),
        (&["--card", page, "--media", "a.png"], "card_with_media"),
    ] {
        let post = ["post", "Hi", "--queue", "--json"];
        let refused = world.hayon(post.iter().chain(more)).code(3).error_json();
        assert_eq!(rules(&refused["error"]["violations"]), [("-", rule)]);
    }
    let _ = world
        .hayon(["post", "Hi", "--card", page, "--no-card"])
        .code(2);
    world.has_stored_nothing();
}

#[test]
fn the_same_key_with_another_card_is_another_post() {
    let world = alone();
    let post = ["post", "Hi", "--queue", "--key", "k"];
    let _ = world.hayon(post).code(0);
    let other = ["--card", "https://example.com/"];
    let refused = world.hayon(post.iter().chain(&other)).code(1);
    let _ = refused.mentions(["post 1 has this key, and says something else"]);
    // And without a key, who wants another card does not repeat himself by accident.
    let other = ["post", "Hi", "--queue", "--card", "https://example.com/"];
    let _ = world.hayon(other).code(0);
    let _ = world.hayon(other).code(1);
}
