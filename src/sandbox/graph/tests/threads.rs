//! What a client of Threads sees.

use std::time::Duration;

use axum::http::Method;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

use crate::clock::Clock;
use crate::sandbox::Options;
use crate::sandbox::accounts::THREADS_ALICE;
use crate::sandbox::graph::behaviour::Counting;
use crate::sandbox::graph::tests::behaviour;
use crate::sandbox::graph::tests::check_refused;
use crate::sandbox::graph::tests::id;
use crate::sandbox::graph::tests::world;
use crate::sandbox::graph::text;
use crate::sandbox::testing::Ask;
use crate::sandbox::testing::Told;
use crate::sandbox::testing::World;
use crate::sandbox::testing::host;

fn create(body: &Value) -> Ask {
    Ask::post("/v1.0/me/threads")
        .bearer(THREADS_ALICE.token)
        .json(body)
}

fn get(path: &str) -> Ask {
    Ask::get(path).bearer(THREADS_ALICE.token)
}

async fn text(world: &World, text: &str) -> String {
    let body = json!({"media_type": "TEXT", "text": text});
    id(&world.ask(create(&body)).await)
}

async fn publish(world: &World, container: &str) -> Told {
    let ask = Ask::post("/v1.0/me/threads_publish").bearer(THREADS_ALICE.token);
    world
        .ask(ask.json(&json!({"creation_id": container})))
        .await
}

async fn status(world: &World, container: &str) -> String {
    let path = format!("/v1.0/{container}?fields=status,error_message");
    let told = world.ask(get(&path)).await.json();
    told["status"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_text_is_published_by_way_of_a_container_and_keeps_everything() {
    let world = World::ordinary();
    let body = json!({
        "media_type": "TEXT",
        "text": "hello",
        "reply_control": "followers_only",
        "topic_tag": "rust",
        "link_attachment": "https://example.com/a",
    });
    let container = id(&world.ask(create(&body)).await);
    assert_eq!(status(&world, &container).await, "FINISHED");
    assert!(world.posts().is_empty());
    let post = id(&publish(&world, &container).await);
    assert_eq!(status(&world, &container).await, "PUBLISHED");
    let fields = "id,text,media_type,permalink,shortcode,timestamp,topic_tag,link_attachment_url";
    let told = world
        .ask(get(&format!("/v1.0/{post}?fields={fields}")))
        .await;
    let told = told.json();
    assert_eq!(told["media_type"], "TEXT_POST");
    assert_eq!(told["topic_tag"], "rust");
    let posts = world.posts();
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0]["platform"], "threads");
    assert_eq!(posts[0]["text"], "hello");
    assert_eq!(posts[0]["reply_control"], "followers_only");
    assert_eq!(posts[0]["topic_tag"], "rust");
    assert_eq!(posts[0]["link"], "https://example.com/a");
    assert_eq!(posts[0]["url"], told["permalink"]);
    let page = told["permalink"].as_str().unwrap();
    let page = page.strip_prefix("http://127.0.0.1:4000").unwrap();
    assert!(world.ask(Ask::get(page)).await.text.contains("hello"));
}

#[tokio::test]
async fn pictures_are_jpeg_or_png_and_carousels_keep_the_ids_of_their_items() {
    let (world, host) = (World::ordinary(), host().await);
    let mut items = Vec::new();
    for name in ["a.jpg", "a.png"] {
        let body = json!({
            "media_type": "IMAGE",
            "image_url": format!("{host}/{name}"),
            "is_carousel_item": true,
            "alt_text": name,
        });
        items.push(id(&world.ask(create(&body)).await));
    }
    let body = json!({"media_type": "CAROUSEL", "children": items, "text": "two"});
    let parent = id(&world.ask(create(&body)).await);
    let post = id(&publish(&world, &parent).await);
    let told = world
        .ask(get(&format!("/v1.0/{post}?fields=media_type,children")))
        .await;
    let told = told.json();
    assert_eq!(told["media_type"], "CAROUSEL_ALBUM");
    assert_eq!(told["children"]["data"][1]["id"], items[1]);
    assert_eq!(world.posts()[0]["media"][1]["alt"], "a.png");
    for count in [1, 21] {
        let children = vec![items[0].clone(); count];
        let body = json!({"media_type": "CAROUSEL", "children": children});
        check_refused(&world.ask(create(&body)).await, 500, 100, None);
    }
}

#[tokio::test]
async fn a_picture_that_cannot_be_fetched_is_refused() {
    let (world, host) = (World::ordinary(), host().await);
    let image = |url: String| create(&json!({"media_type": "IMAGE", "image_url": url}));
    for wrong in ["private", "page", "bytes", "moved"] {
        let told = world.ask(image(format!("{host}/{wrong}"))).await;
        check_refused(&told, 500, 1, Some(2_207_052));
    }
    let told = world.ask(image("not an address".to_owned())).await;
    check_refused(&told, 500, 100, None);
    let words = told.json()["error"]["message"].to_string();
    assert!(
        words.contains("Param image_url is not a valid URI"),
        "{words}"
    );
    let wide = world.ask(image(format!("{host}/wide.jpg"))).await;
    check_refused(&wide, 400, 36_003, Some(2_207_009));
    let tall = world.ask(image(format!("{host}/tall.jpg"))).await;
    assert_eq!(tall.status, 200, "{}", tall.text);
}

#[test]
fn threads_counts_emoji_in_bytes_and_everything_so_where_it_is_chosen() {
    let table = [
        ("hello", 5, 5),
        ("it’s", 4, 6),
        ("日本", 2, 6),
        ("👍", 4, 4),
        ("👨‍👩‍👧‍👦", 25, 25),
        ("1️⃣", 7, 7),
    ];
    for (words, documented, bytes) in table {
        assert_eq!(
            text::threads_length(words, Counting::Documented),
            documented,
            "{words}"
        );
        assert_eq!(
            text::threads_length(words, Counting::Bytes),
            bytes,
            "{words}"
        );
    }
}

#[tokio::test]
async fn what_is_too_long_or_has_too_many_links_makes_no_container() {
    let world = world(&["count=bytes"]);
    let fits = create(&json!({"media_type": "TEXT", "text": "a".repeat(500)}));
    assert_eq!(world.ask(fits).await.status, 200);
    let quotes = format!("{}’", "a".repeat(498));
    let told = world
        .ask(create(&json!({"media_type": "TEXT", "text": quotes})))
        .await;
    check_refused(&told, 500, 100, None);
    let words = told.json()["error"]["message"].to_string();
    assert!(
        words.contains("Param text must be at most 500 characters long"),
        "{words}"
    );
    let links = |count: usize| -> String {
        (0..count)
            .map(|n| format!("https://example.com/{n} "))
            .collect()
    };
    let five = json!({
        "media_type": "TEXT",
        "text": links(5),
        "link_attachment": "https://example.com/4",
    });
    assert_eq!(world.ask(create(&five)).await.status, 200);
    let six = json!({"media_type": "TEXT", "text": links(6)});
    let told = world.ask(create(&six)).await;
    let words = told.json()["error"]["message"].to_string();
    assert!(
        words.contains("THREADS_API__LINK_LIMIT_EXCEEDED"),
        "{words}"
    );
}

#[tokio::test]
async fn what_does_not_belong_together_is_refused() {
    let (world, host) = (World::ordinary(), host().await);
    let url = format!("{host}/a.jpg");
    for body in [
        json!({"media_type": "TEXT"}),
        json!({"media_type": "VIDEO", "text": "a"}),
        json!({"media_type": "TEXT", "text": "a", "alt_text": "b"}),
        json!({"media_type": "TEXT", "text": "a", "image_url": url}),
        json!({"media_type": "TEXT", "text": "a", "reply_control": "nobody"}),
        json!({"media_type": "TEXT", "text": "a", "topic_tag": "a.b"}),
        json!({"media_type": "TEXT", "text": "a", "reply_to_id": "24300000099999999"}),
        json!({"media_type": "IMAGE", "image_url": url, "link_attachment": "https://a.example"}),
    ] {
        check_refused(&world.ask(create(&body)).await, 500, 100, None);
    }
}

#[tokio::test]
async fn a_container_that_is_not_there_is_not_found_in_threads_own_way() {
    let world = World::ordinary();
    let told = publish(&world, "24200000099999999").await;
    check_refused(&told, 400, 24, Some(4_279_009));
    assert_eq!(told.json()["error"]["is_transient"], false);
    let read = world
        .ask(get("/v1.0/24200000099999999?fields=status"))
        .await;
    check_refused(&read, 400, 24, Some(4_279_009));
}

#[tokio::test]
async fn a_post_has_no_status_as_a_container_has() {
    let world = World::ordinary();
    let container = text(&world, "hello").await;
    let post = id(&publish(&world, &container).await);
    let told = world.ask(get(&format!("/v1.0/{post}?fields=status"))).await;
    check_refused(&told, 500, 100, None);
}

#[tokio::test(start_paused = true)]
async fn a_container_is_in_progress_then_finished_and_expires_after_a_day() {
    let start: Timestamp = "2026-11-25T10:00:00Z".parse().unwrap();
    let mut options = Options::new(Clock::paused(start));
    options.graph = behaviour(&["ready-after=30s"]);
    let world = World::new(&options);
    let container = text(&world, "hello").await;
    assert_eq!(status(&world, &container).await, "IN_PROGRESS");
    let early = publish(&world, &container).await;
    check_refused(&early, 400, 9007, Some(2_207_027));
    tokio::time::advance(Duration::from_secs(30)).await;
    assert_eq!(status(&world, &container).await, "FINISHED");
    tokio::time::advance(Duration::from_hours(24)).await;
    assert_eq!(status(&world, &container).await, "EXPIRED");
    let late = publish(&world, &container).await;
    check_refused(&late, 500, -2, Some(2_207_020));
    assert!(world.posts().is_empty());
}

#[tokio::test]
async fn a_container_may_be_in_progress_for_a_number_of_polls() {
    let mut options = Options::new(Clock::System);
    options.media_delay_polls = 2;
    let world = World::new(&options);
    let container = text(&world, "hello").await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(status(&world, &container).await);
    }
    assert_eq!(seen, ["IN_PROGRESS", "IN_PROGRESS", "FINISHED"]);
}

#[tokio::test]
async fn a_reply_is_listed_among_replies_and_counted_so() {
    let world = World::ordinary();
    let root = text(&world, "root").await;
    let root = id(&publish(&world, &root).await);
    let body = json!({"media_type": "TEXT", "text": "answer", "reply_to_id": root});
    let answer = id(&world.ask(create(&body)).await);
    id(&publish(&world, &answer).await);
    let fields = "fields=text,is_reply,replied_to";
    let posts = world
        .ask(get(&format!("/v1.0/me/threads?{fields}")))
        .await
        .json();
    assert_eq!(posts["data"].as_array().unwrap().len(), 1);
    assert_eq!(posts["data"][0]["text"], "root");
    let replies = world
        .ask(get(&format!("/v1.0/me/replies?{fields}")))
        .await
        .json();
    assert_eq!(replies["data"][0]["replied_to"]["id"], root);
    assert_eq!(world.posts()[1]["reply_to"], root);
    let path = "/v1.0/me/threads_publishing_limit?fields=quota_usage,config,reply_quota_usage";
    let limit = world.ask(get(path)).await.json();
    assert_eq!(limit["data"][0]["quota_usage"], 1);
    assert_eq!(limit["data"][0]["reply_quota_usage"], 1);
    assert_eq!(limit["data"][0]["config"]["quota_total"], 250);
}

#[tokio::test]
async fn a_deleted_post_is_gone_and_what_is_gone_is_no_permission() {
    let world = World::ordinary();
    let container = text(&world, "hello").await;
    let post = id(&publish(&world, &container).await);
    let delete = || Ask::new(Method::DELETE, &format!("/v1.0/{post}")).bearer(THREADS_ALICE.token);
    let told = world.ask(delete()).await.json();
    assert_eq!(told, json!({"success": true, "deleted_id": post}));
    assert!(world.posts().is_empty());
    check_refused(&world.ask(delete()).await, 500, 10, None);
}

#[tokio::test]
async fn who_may_only_read_is_refused_with_500() {
    let world = World::ordinary();
    let ask = Ask::post("/v1.0/me/threads").bearer("sandbox-threads-token-to-read");
    let told = world
        .ask(ask.json(&json!({"media_type": "TEXT", "text": "a"})))
        .await;
    check_refused(&told, 500, 10, None);
}
