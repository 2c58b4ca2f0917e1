//! The sandbox's timeline in a real browser: what is there, how it looks, how it keeps up.

use std::fs;

use serde_json::Value;
use serde_json::json;

use crate::browser::Browser;
use crate::browser::Look;
use crate::page::IS_TOLD;
use crate::page::POSTS;
use crate::page::only;
use crate::page::text;
use crate::page::wait_for_pictures;
use crate::page::wait_until;
use crate::server::install;
use crate::support::http;
use crate::support::scene::Scene;
use crate::support::web::Manner;
use crate::support::web::Web;

const ALT: &str = "A drawing of a calm bay at sunrise: a small white sailing boat, low violet \
                   hills, and the sun's path on the water.";

/// Text that would do harm if a browser took it for more than text.
const HARM: &str = "<img src=x onerror=alert(1)> & <script>document.title = 'harmed'</script> \
                    </li></ol> {{posts}} \"'";

/// The platforms of these posts: one that marks up what is sent, and one that does so itself.
const BOTH: &str = "bluesky,mastodon";

/// Each post's element as text.
const ELEMENTS: &str =
    "return [...document.querySelectorAll('#posts article')].map((it) => it.outerHTML);";

#[test]
fn the_page_shows_every_post_as_a_reader_would_see_it() {
    let scene = furnished();
    let browser = Browser::start();
    browser.look(Look::Desk);
    browser.open(&format!("{}/", scene.sandbox.address));
    wait_until(&browser, "the script", IS_TOLD);
    let posts = wait_for_pictures(&browser);
    let shown: Vec<(&str, &str)> = posts
        .iter()
        .map(|post| (text(post, "platform"), text(post, "who")))
        .collect();
    let (sky, tooter) = (("bluesky", "@alice.sandbox.test"), ("mastodon", "@alice"));
    // The two of one post may come in either order.
    assert_eq!(shown.len(), 8, "{posts:#?}");
    assert_eq!(shown.iter().filter(|it| **it == sky).count(), 3);
    assert_eq!(shown.iter().filter(|it| **it == tooter).count(), 5);

    let hello = only(&posts, "bluesky", "Good morning!");
    assert_eq!(hello["links"], json!(["https://example.com/hayon"]));
    assert_eq!(hello["marked"], json!(["#hello"]));
    assert_eq!(
        hello["pictures"],
        json!([[ALT, format!("Alt {ALT}"), true]])
    );
    let hello = only(&posts, "mastodon", "Good morning!");
    assert!(text(hello, "text").contains(": example.com/hayon #hello"));
    assert_eq!(hello["links"], json!(["https://example.com/hayon"]));
    assert_eq!(hello["marked"], json!(["#hello"]));
    assert_eq!(
        hello["pictures"],
        json!([[ALT, format!("Alt {ALT}"), true]])
    );

    let warned = only(&posts, "mastodon", "Everybody gets home");
    assert_eq!(warned["warning"], "The last chapter");
    let four = only(&posts, "bluesky", "Four views");
    assert_eq!(four["pictures"].as_array().map(Vec::len), Some(4));
    assert_eq!(four["pictures"][3][1], "Without a description");
    assert_eq!(four["marked"], json!(["@bob.sandbox.test"]));
    for platform in ["bluesky", "mastodon"] {
        assert_eq!(only(&posts, platform, "<img")["text"], HARM);
    }
    let card = &only(&posts, "bluesky", "<img")["card"];
    assert_eq!(
        (&card[1], &card[2]),
        (&json!("visit 1"), &json!("a page & more"))
    );
    assert_eq!(only(&posts, "mastodon", "<img")["card"], json!([]));
    let state = "return [document.title, document.querySelectorAll('script').length, \
                 document.querySelectorAll('#posts > li').length, \
                 document.getElementById('count').textContent];";
    let whole = json!(["Timeline · hayon sandbox", 1, 8, "8 posts"]);
    assert_eq!(browser.run(state), whole);
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
fn one_post_to_six_platforms_is_shown_six_times() {
    let mut scene = Scene::new(&[]);
    scene.world.keep_media_in(&scene.sandbox);
    let hello = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/hello.md");
    let _ = scene.world.hayon(["post", "--file", hello]).code(0);
    let browser = Browser::start();
    browser.look(Look::Desk);
    browser.open(&format!("{}/", scene.sandbox.address));
    wait_until(&browser, "the script", IS_TOLD);
    let posts = wait_for_pictures(&browser);
    assert_eq!(posts.len(), 6, "{posts:#?}");
    for platform in [
        "bluesky",
        "mastodon",
        "threads",
        "instagram",
        "facebook",
        "tumblr",
    ] {
        let post = only(&posts, platform, "Good morning!");
        let pictures = json!([[ALT, format!("Alt {ALT}"), true]]);
        assert_eq!(post["pictures"], pictures, "{platform}");
        assert_eq!(post["marked"], json!(["#hello"]), "{platform}");
        let links = match platform {
            // In a caption, an address is only text.
            "instagram" => json!([]),
            _ => json!(["https://example.com/hayon"]),
        };
        assert_eq!(post["links"], links, "{platform}");
    }
    browser.keep_picture("six");
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
fn nothing_runs_over_the_edge_and_the_tools_find_no_barrier() {
    let scene = furnished();
    let axe = fs::read_to_string(&install("axe")["AXE"]).expect("axe");
    let browser = Browser::start();
    for look in Look::ALL {
        browser.look(look);
        browser.open(&format!("{}/", scene.sandbox.address));
        wait_until(&browser, "the script", IS_TOLD);
        wait_for_pictures(&browser);
        browser.keep_picture(look.name());
        let width = "return document.documentElement.scrollWidth <= window.innerWidth;";
        assert_eq!(browser.run(width), true, "{}", look.name());
        browser.run("document.querySelectorAll('details').forEach((it) => { it.open = true; });");
        for (part, found_by) in [("warning", "details"), ("pictures", "[data-count='4']")] {
            let article = format!("document.querySelector(\"{found_by}\").closest('article')");
            browser.run(&format!("{article}.scrollIntoView();"));
            browser.keep_picture(&format!("{}-{part}", look.name()));
        }
        assert_eq!(barriers(&browser, &axe), json!([]), "{}", look.name());
    }
}

#[test]
fn the_page_keeps_up_by_itself_and_leaves_alone_what_has_not_changed() {
    let scene = Scene::new(&[]);
    let browser = Browser::start();
    browser.look(Look::Phone);
    browser.open(&format!("{}/", scene.sandbox.address));
    let empty = "return !document.getElementById('empty').hidden \
                 && document.getElementById('bar').hidden;";
    assert_eq!(browser.run(empty), true);
    browser.keep_picture("empty");

    let _ = scene
        .world
        .hayon(["post", "The first", "--to", "mastodon", "--cw", "Careful"])
        .code(0);
    wait_until(
        &browser,
        "the first post",
        "return document.querySelectorAll('article').length === 1;",
    );
    assert_eq!(browser.run(empty), false);
    let news = "return document.getElementById('news').textContent;";
    assert_eq!(browser.run(news), "New on Mastodon: @alice");
    browser.run("window.kept = document.querySelector('article'); kept.querySelector('details').open = true;");

    let web = Web::start(Manner::Answers);
    let harm = ["post", HARM, "--to", BOTH];
    let card = ["--card", &web.page(), "--allow-private"];
    let _ = scene.world.hayon(harm.iter().chain(&card)).code(0);
    furnish(&scene);
    wait_until(
        &browser,
        "all posts",
        "return document.querySelectorAll('article').length === 9;",
    );
    let is_kept = "return document.querySelector('#posts > li:last-child article') === window.kept \
                   && window.kept.querySelector('details').open;";
    assert_eq!(browser.run(is_kept), true);
    wait_until(
        &browser,
        "all pictures",
        "return [...document.images].every((it) => it.complete);",
    );

    let first = scene.public("mastodon").swap_remove(0);
    let path = format!("/api/v1/statuses/{}", first["id"].as_str().expect("an id"));
    let token = &scene.sandbox.account("mastodon").secret;
    let deleted = http::exchange(&scene.sandbox.address, &format!("DELETE {path}"), token, "");
    assert_eq!(deleted.expect("an answer").status, 200);
    wait_until(
        &browser,
        "one less",
        "return document.querySelectorAll('article').length === 8;",
    );
    assert_eq!(browser.run("return window.kept.isConnected;"), false);

    // What the script has built is what the server writes.
    wait_until(
        &browser,
        "the same age",
        "return document.querySelectorAll('.fresh').length > 0;",
    );
    let built = ages_left_out(&browser.run(ELEMENTS));
    browser.reload();
    wait_until(&browser, "the script", IS_TOLD);
    assert_eq!(ages_left_out(&browser.run(ELEMENTS)), built);
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
fn the_page_says_when_the_sandbox_has_ended() {
    let scene = furnished();
    let browser = Browser::start();
    browser.open(&format!("{}/", scene.sandbox.address));
    wait_until(&browser, "the script", IS_TOLD);
    drop(scene);
    let state = "return document.getElementById('state').textContent !== '';";
    wait_until(&browser, "a word about it", state);
    let posts = browser.run(POSTS);
    assert_eq!(posts.as_array().map(Vec::len), Some(8));
}

#[test]
fn the_page_is_whole_without_scripts() {
    let scene = furnished();
    let browser = Browser::start();
    browser.look(Look::Phone);
    browser.open_without_scripts(&format!("{}/", scene.sandbox.address));
    assert_eq!(browser.run(IS_TOLD), false);
    let posts = browser.run(POSTS);
    assert_eq!(posts.as_array().map(Vec::len), Some(8));
    let said = "return document.body.innerText.includes('reload it to see what is new');";
    assert_eq!(browser.run(said), true);
}

#[test]
fn the_keyboard_reaches_everything_and_shows_where_it_is() {
    let scene = Scene::new(&[]);
    let _ = scene
        .world
        .hayon([
            "post",
            "See https://example.com/a",
            "--to",
            "mastodon",
            "--cw",
            "Careful",
        ])
        .code(0);
    let browser = Browser::start();
    browser.look(Look::Desk);
    browser.open(&format!("{}/", scene.sandbox.address));
    wait_until(&browser, "the script", IS_TOLD);
    let outlined = "const at = document.activeElement;
        const shown = at.closest('label') ?? at;
        return [at.localName, getComputedStyle(shown).outlineStyle];";
    let stops: Vec<Value> = (0..4)
        .map(|_| {
            browser.press_tab();
            browser.run(outlined)
        })
        .collect();
    let stops = Value::Array(stops);
    let expected = json!([
        ["input", "solid"],
        ["a", "solid"],
        ["summary", "solid"],
        ["a", "solid"],
    ]);
    assert_eq!(stops, expected);
}

#[test]
fn one_platform_can_be_looked_at_alone() {
    let scene = furnished();
    let browser = Browser::start();
    browser.open(&format!("{}/", scene.sandbox.address));
    let seen = "return [...document.querySelectorAll('article')]
        .filter((it) => it.checkVisibility()).map((it) => it.dataset.platform);";
    let choose = |platform: &str| {
        browser.run(&format!(
            "document.querySelector('[value={platform}]').click();"
        ));
        browser.run(seen)
    };
    assert_eq!(choose("mastodon"), json!(vec!["mastodon"; 5]));
    assert_eq!(choose("bluesky"), json!(vec!["bluesky"; 3]));
    assert_eq!(choose("all").as_array().map(Vec::len), Some(8));
}

/// Returns a scene with eight posts.
#[track_caller]
fn furnished() -> Scene {
    let scene = Scene::new(&[]);
    let web = Web::start(Manner::Answers);
    let harm = ["post", HARM, "--to", BOTH];
    let card = ["--card", &web.page(), "--allow-private"];
    let _ = scene.world.hayon(harm.iter().chain(&card)).code(0);
    furnish(&scene);
    scene
}

/// Publishes what a person might: six posts.
#[track_caller]
fn furnish(scene: &Scene) {
    let world = &scene.world;
    let pictures: Vec<String> = [
        ("dawn.png", 900, 600),
        ("noon.png", 800, 800),
        ("dusk.png", 600, 900),
        ("night.png", 800, 600),
    ]
    .map(|(name, width, height)| world.picture(name, width, height).display().to_string())
    .to_vec();
    let four = "Four views of one hill, taken between six and nine with the same lens.\n\n\
                @bob.sandbox.test was there.";
    let mut views = vec!["post", four, "--to", BOTH];
    for (picture, alt) in pictures.iter().zip([
        "The hill at dawn",
        "The hill at noon, and a sheep that looks a little surprised at the camera",
        "The hill at dusk",
        "",
    ]) {
        views.extend(["--media", picture]);
        if !alt.is_empty() {
            views.extend(["--alt", alt]);
        }
    }
    let _ = world.hayon(views).code(0);
    let cw = [
        "--to",
        "mastodon",
        "--cw",
        "The last chapter",
        "--visibility",
        "unlisted",
    ];
    let warned = ["post", "Everybody gets home. #spoilers"];
    let _ = world.hayon(warned.iter().chain(&cw)).code(0).quiet();
    let arabic = [
        "post",
        "مرحبا بالعالم 🌙",
        "--lang",
        "ar",
        "--to",
        "mastodon",
    ];
    let _ = world.hayon(arabic).code(0).quiet();
    let hello = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/hello.md");
    let hello = ["post", "--file", hello, "--to", BOTH];
    let _ = world.hayon(hello).code(0).quiet();
}

/// Ages are told in minutes, and one may end between two looks.
fn ages_left_out(elements: &Value) -> Vec<String> {
    let elements = elements.as_array().expect("a list").iter();
    elements
        .map(|element| {
            let element = element.as_str().expect("text");
            let (before, rest) = element.split_once("<time ").expect("a time");
            let (time, after) = rest.split_once("</time>").expect("its end");
            let (attributes, _) = time.split_once('>').expect("its beginning");
            format!("{before}<time {attributes}></time>{after}")
        })
        .collect()
}

/// Returns what axe finds that would keep somebody out.
#[track_caller]
fn barriers(browser: &Browser, axe: &str) -> Value {
    browser.run(&format!(
        "{axe};
         return axe.run(document).then((found) => found.violations.map((it) =>
             [it.id, it.help, ...it.nodes.map((node) => node.html)]));"
    ))
}
