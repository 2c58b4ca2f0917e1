//! What a client of Tumblr sees.

mod blocks;
mod log_in;
mod signing;

use serde_json::Value;
use serde_json::json;

use crate::clock::Clock;
use crate::sandbox::Options;
use crate::sandbox::accounts::TUMBLR_ALICE;
use crate::sandbox::accounts::TUMBLR_BOB;
use crate::sandbox::accounts::TUMBLR_CLIENT_ID;
use crate::sandbox::testing::Ask;
use crate::sandbox::testing::Told;
use crate::sandbox::testing::World;
use crate::sandbox::testing::png;

const POSTS: &str = "/v2/blog/alice/posts";

fn world() -> World {
    let start = "2026-11-25T10:00:00Z".parse().unwrap();
    World::new(&Options::new(Clock::paused(start)))
}

fn asked(ask: Ask) -> Ask {
    ask.header("user-agent", "a client")
        .bearer(TUMBLR_ALICE.access_token)
}

fn get(path: &str) -> Ask {
    asked(Ask::get(path))
}

fn post(body: &Value) -> Ask {
    asked(Ask::post(POSTS)).json(body)
}

fn put(id: &str, body: &Value) -> Ask {
    asked(Ask::new(axum::http::Method::PUT, &format!("{POSTS}/{id}"))).json(body)
}

fn text(text: &str, state: &str) -> Value {
    json!({"content": [{"type": "text", "text": text}], "state": state, "slug": "a-slug"})
}

/// Returns the id in an answer that reports success.
#[track_caller]
fn id(told: &Told) -> String {
    assert!(told.status < 300, "{told:?}");
    told.json()["response"]["id"].as_str().unwrap().to_owned()
}

#[track_caller]
fn check_refused(told: &Told, status: u16, code: i64) {
    let body = told.json();
    assert_eq!(
        (told.status, body["meta"]["status"].as_u64()),
        (status, Some(status.into()))
    );
    assert_eq!(body["errors"][0]["code"], code, "{body}");
}

fn posts(told: &Told) -> Vec<Value> {
    assert_eq!(told.status, 200, "{told:?}");
    told.json()["response"]["posts"].as_array().unwrap().clone()
}

/// Asks for a post with one picture, whose part is called `named`.
fn with_picture(body: &Value, named: &str, file: &[u8]) -> Ask {
    let mut form = Vec::new();
    form.extend_from_slice(b"--edge\r\nContent-Disposition: form-data; name=\"json\"\r\n");
    form.extend_from_slice(format!("Content-Type: application/json\r\n\r\n{body}\r\n").as_bytes());
    let head = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"{named}\"; filename=\"a.png\"\r\n\
         Content-Type: image/png\r\n\r\n"
    );
    form.extend_from_slice(head.as_bytes());
    form.extend_from_slice(file);
    form.extend_from_slice(b"\r\n--edge--\r\n");
    asked(Ask::post(POSTS)).body("multipart/form-data; boundary=edge", form.into())
}

fn picture_of(identifier: &str) -> Value {
    let media = json!([{"type": "image/png", "identifier": identifier, "width": 3, "height": 2}]);
    json!({"content": [{"type": "image", "media": media, "alt_text": "a black box"}], "state": "draft"})
}

#[tokio::test]
async fn a_draft_that_is_published_gets_another_id_and_names_the_old_one() {
    let world = world();
    let draft = id(&world.ask(post(&text("hello", "draft"))).await);
    assert!(world.posts().is_empty(), "a draft is seen by nobody");
    let public = id(&world.ask(put(&draft, &text("hello", "published"))).await);
    assert_ne!(draft, public);
    let number: u64 = public.parse().unwrap();
    assert!(number > 1 << 53, "a double would lose digits");

    let list = posts(&world.ask(get(&format!("{POSTS}?npf=true"))).await);
    assert_eq!(list.len(), 1);
    assert_eq!(list[0]["id_string"], public.as_str());
    assert_eq!(list[0]["genesis_post_id"], draft.as_str());
    assert_eq!(list[0]["slug"], "a-slug");
    let ledger = world.posts();
    assert_eq!(ledger.len(), 1);
    assert_eq!(
        (&ledger[0]["id"], &ledger[0]["text"]),
        (&json!(public), &json!("hello"))
    );

    // The old name leads nowhere, so that a repeat does nothing.
    for told in [
        world.ask(get(&format!("{POSTS}/{draft}"))).await,
        world.ask(put(&draft, &text("hello", "published"))).await,
    ] {
        check_refused(&told, 404, 0);
    }
    assert_eq!(world.posts().len(), 1);
}

#[tokio::test]
async fn a_public_post_is_edited_under_its_own_id() {
    let world = world();
    let public = id(&world.ask(post(&text("hello", "published"))).await);
    let again = id(&world.ask(put(&public, &text("bye", "published"))).await);
    assert_eq!(public, again);
    assert_eq!(world.posts()[0]["text"], "bye");
}

#[tokio::test]
async fn strangers_see_what_is_published_and_nothing_else() {
    let world = world();
    for state in ["published", "queue", "draft", "private"] {
        let _ = id(&world.ask(post(&text(state, state))).await);
    }
    let path = format!("{POSTS}?npf=true&api_key={TUMBLR_CLIENT_ID}");
    let stranger = posts(&world.ask(Ask::get(&path)).await);
    let own = posts(&world.ask(get(&format!("{POSTS}?npf=true"))).await);
    let states =
        |posts: &[Value]| -> Vec<Value> { posts.iter().map(|it| it["state"].clone()).collect() };
    assert_eq!(states(&stranger), ["published"]);
    assert_eq!(states(&own), ["private", "published"]);
    let queue = posts(&world.ask(get(&format!("{POSTS}/queue?npf=true"))).await);
    let drafts = posts(&world.ask(get(&format!("{POSTS}/draft?npf=true"))).await);
    assert_eq!(
        (states(&queue), states(&drafts)),
        (vec![json!("queued")], vec![json!("draft")])
    );
    assert_eq!(stranger[0].get("genesis_post_id"), None);
}

#[tokio::test]
async fn what_is_asked_for_must_be_a_state() {
    for state in ["queued", "public", ""] {
        let told = world().ask(post(&text("hello", state))).await;
        check_refused(&told, 400, 8001);
    }
    let told = world()
        .ask(post(
            &json!({"content": [{"type": "text", "text": "x"}], "tags": ["a"]}),
        ))
        .await;
    check_refused(&told, 400, 8001);
}

#[tokio::test]
async fn a_picture_travels_with_its_post_and_is_to_be_had_afterwards() {
    let world = world();
    let draft = id(&world
        .ask(with_picture(&picture_of("one"), "one", &png()))
        .await);
    let told = world
        .ask(get(&format!("{POSTS}/{draft}?post_format=npf")))
        .await;
    let content = told.json()["response"]["content"].clone();
    let media = &content[0]["media"][0];
    assert_eq!(
        (&media["width"], &media["type"]),
        (&json!(3), &json!("image/png"))
    );
    let url = media["url"]
        .as_str()
        .unwrap()
        .replace("http://127.0.0.1:4000", "");
    assert_eq!(world.ask(Ask::get(&url)).await.status, 200);

    let published = json!({"content": content, "state": "published"});
    let _ = id(&world.ask(put(&draft, &published)).await);
    let ledger = world.posts();
    assert_eq!(ledger[0]["media"][0]["alt"], "a black box");
    assert_eq!(ledger[0]["media"][0]["width"], 3);
}

#[tokio::test]
async fn a_picture_may_have_twenty_megabytes() {
    let world = world();
    for (size_bytes, status) in [(20_000_000, 201), (20_000_001, 400)] {
        let mut picture = png();
        picture.resize(size_bytes, 0);
        let told = world
            .ask(with_picture(&picture_of("one"), "one", &picture))
            .await;
        assert_eq!(told.status, status, "{told:?}");
    }
}

#[tokio::test]
async fn a_picture_is_named_by_its_part_and_is_one() {
    let world = world();
    let told = world
        .ask(with_picture(&picture_of("two"), "one", &png()))
        .await;
    check_refused(&told, 400, 8001);
    let told = world
        .ask(with_picture(&picture_of("one"), "one", b"no picture"))
        .await;
    check_refused(&told, 400, 8005);
    let unknown =
        json!({"content": [{"type": "image", "media": [{"url": "https://a.example/x.png"}]}]});
    check_refused(&world.ask(post(&unknown)).await, 400, 0);
}

#[tokio::test]
async fn a_form_cannot_be_put() {
    let world = world();
    let draft = id(&world.ask(post(&text("hello", "draft"))).await);
    let form =
        put(&draft, &json!({})).body("multipart/form-data; boundary=edge", "--edge--".into());
    // The first of two content types counts.
    let told = world.ask(form).await;
    assert_eq!(told.status, 400, "{told:?}");
    assert!(world.posts().is_empty());
}

#[tokio::test]
async fn a_blog_has_three_names() {
    let world = world();
    let host = format!("{}.tumblr.com", TUMBLR_ALICE.name);
    for name in [TUMBLR_ALICE.name, &host, TUMBLR_ALICE.id] {
        let told = world.ask(get(&format!("/v2/blog/{name}/info"))).await;
        assert_eq!(
            told.json()["response"]["blog"]["uuid"],
            TUMBLR_ALICE.id,
            "{name}"
        );
    }
    check_refused(&world.ask(get("/v2/blog/nobody/info")).await, 404, 0);
}

#[tokio::test]
async fn a_blog_is_written_by_its_owner_alone() {
    let world = world();
    let body = text("hello", "published");
    let other = Ask::post(POSTS)
        .header("user-agent", "a client")
        .bearer(TUMBLR_BOB.access_token)
        .json(&body);
    check_refused(&world.ask(other).await, 403, 0);
    let nobody = Ask::post(POSTS)
        .header("user-agent", "a client")
        .bearer("x");
    check_refused(&world.ask(nobody.json(&body)).await, 401, 1016);
    let nameless = Ask::post(POSTS).bearer(TUMBLR_ALICE.access_token);
    check_refused(&world.ask(nameless.json(&body)).await, 403, 0);
    assert!(world.posts().is_empty());
}

#[tokio::test]
async fn lists_come_in_pages() {
    let world = world();
    for number in 0..25 {
        let _ = id(&world
            .ask(post(&text(&number.to_string(), "published")))
            .await);
    }
    let first = posts(&world.ask(get(&format!("{POSTS}?npf=true"))).await);
    let second = posts(&world.ask(get(&format!("{POSTS}?npf=true&offset=20"))).await);
    assert_eq!((first.len(), second.len()), (20, 5));
    assert_eq!(first[0]["content"][0]["text"], "24");
    check_refused(&world.ask(get(&format!("{POSTS}?limit=21"))).await, 400, 0);
    let both = format!("{POSTS}?offset=1&before=1795435200");
    check_refused(&world.ask(get(&both)).await, 400, 0);
}

#[tokio::test]
async fn drafts_come_in_pages_by_id() {
    let world = world();
    for number in 0..25 {
        let _ = id(&world.ask(post(&text(&number.to_string(), "draft"))).await);
    }
    let path = format!("{POSTS}/draft");
    let first = posts(&world.ask(get(&format!("{path}?npf=true"))).await);
    let last = first[19]["id_string"].as_str().unwrap();
    let second = posts(
        &world
            .ask(get(&format!("{path}?npf=true&before_id={last}")))
            .await,
    );
    assert_eq!((first.len(), second.len()), (20, 5));
    assert_eq!(second[4]["content"][0]["text"], "0");
}

#[tokio::test]
async fn a_list_that_does_not_ask_for_blocks_gets_html() {
    let world = world();
    let _ = id(&world.ask(post(&text("a < b", "published"))).await);
    let list = posts(&world.ask(get(POSTS)).await);
    assert_eq!(list[0]["body"], "<p>a &lt; b</p>");
    assert_eq!(list[0].get("content"), None);
}

#[tokio::test]
async fn a_deleted_post_is_gone() {
    let world = world();
    let public = id(&world.ask(post(&text("hello", "published"))).await);
    let delete = || asked(Ask::post("/v2/blog/alice/post/delete")).json(&json!({"id": public}));
    assert_eq!(world.ask(delete()).await.status, 200);
    assert!(world.posts().is_empty());
    check_refused(&world.ask(delete()).await, 404, 0);
}

#[tokio::test]
async fn the_page_of_a_post_is_for_everybody_who_may_see_it() {
    let world = world();
    for (state, status) in [("published", 200), ("private", 404), ("draft", 404)] {
        let name = id(&world.ask(post(&text("hello <you>", state))).await);
        let told = world.ask(Ask::get(&format!("/tumblr/alice/{name}"))).await;
        assert_eq!(told.status, status, "{state}");
        assert_eq!(told.text.contains("hello &lt;you&gt;"), status == 200);
    }
}

#[tokio::test]
async fn every_answer_tells_the_limits() {
    let told = world().ask(get("/v2/user/info")).await;
    assert_eq!(told.header("x-ratelimit-perhour-limit"), "1000");
    assert_eq!(told.header("x-ratelimit-perday-remaining"), "4999");
    assert_eq!(told.json()["response"]["user"]["blogs"][0]["name"], "alice");
    let told = world().ask(get("/v2/user/limits")).await;
    assert_eq!(told.json()["response"]["user"]["posts"]["remaining"], 250);
}
