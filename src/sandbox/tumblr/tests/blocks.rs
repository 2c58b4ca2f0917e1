//! Which blocks Tumblr takes.

use serde_json::Value;
use serde_json::json;

use crate::sandbox::accounts::TUMBLR_BOB;
use crate::sandbox::tumblr::tests::check_refused;
use crate::sandbox::tumblr::tests::post;
use crate::sandbox::tumblr::tests::world;

async fn status_of(content: Value) -> u16 {
    let told = world().ask(post(&json!({ "content": content }))).await;
    if told.status != 201 {
        check_refused(&told, 400, 8001);
    }
    told.status
}

fn text(text: &str, formatting: &Value) -> Value {
    json!([{"type": "text", "text": text, "formatting": formatting}])
}

#[tokio::test]
async fn a_text_block_has_a_text_of_at_most_4096_code_points() {
    let block = |text: &str| json!([{"type": "text", "text": text}]);
    assert_eq!(status_of(block(&"🌳".repeat(4096))).await, 201);
    assert_eq!(status_of(block(&"🌳".repeat(4097))).await, 400);
    assert_eq!(status_of(json!([{"type": "text"}])).await, 400);
    assert_eq!(status_of(json!([{"type": "text", "text": 1}])).await, 400);
}

#[tokio::test]
async fn content_is_a_list_of_blocks_with_types_and_is_not_empty() {
    for content in [
        json!(null),
        json!([]),
        json!([{"text": "x"}]),
        json!([{"type": "poem", "text": "x"}]),
        json!(["x"]),
        json!([{"type": "text", "text": ""}]),
        json!([{"type": "image"}]),
        json!([{"type": "image", "media": []}]),
        json!([{"type": "link", "url": "example.com"}]),
        json!([{"type": "link", "url": "https://example.com", "title": 1}]),
        json!([{"type": "link", "url": "https://example.com", "description": null}]),
        json!([{"type": "link", "url": "https://example.com", "titel": "x"}]),
    ] {
        assert_eq!(status_of(content.clone()).await, 400, "{content}");
    }
    let link = json!([{"type": "link", "url": "https://example.com"}]);
    assert_eq!(status_of(link).await, 201);
    let told = json!([{"type": "link", "url": "https://example.com", "title": "x",
                       "description": "y", "site_name": "z"}]);
    assert_eq!(status_of(told).await, 201);
}

#[tokio::test]
async fn formatting_is_counted_in_code_points_and_lies_inside_its_block() {
    let link = |start: i64, end: i64| json!([{"type": "link", "start": start, "end": end, "url": "https://a.example"}]);
    assert_eq!(status_of(text("🌳ab", &link(1, 3))).await, 201);
    for (start, end) in [(1, 4), (2, 2), (-1, 2)] {
        assert_eq!(status_of(text("🌳ab", &link(start, end))).await, 400);
    }
    let without = json!([{"type": "link", "start": 0, "end": 1}]);
    assert_eq!(status_of(text("ab", &without)).await, 400);
    let unknown = json!([{"type": "blink", "start": 0, "end": 1}]);
    assert_eq!(status_of(text("ab", &unknown)).await, 400);
}

#[tokio::test]
async fn a_mention_is_of_a_blog_by_its_id() {
    let mention =
        |id: &str| json!([{"type": "mention", "start": 0, "end": 2, "blog": {"uuid": id}}]);
    assert_eq!(status_of(text("@b", &mention(TUMBLR_BOB.id))).await, 201);
    assert_eq!(status_of(text("@b", &mention("bob"))).await, 400);
}

#[tokio::test]
async fn there_are_limits_of_blocks_links_and_bytes() {
    let blocks = |count: usize| Value::from(vec![json!({"type": "text", "text": "x"}); count]);
    assert_eq!(status_of(blocks(1000)).await, 201);
    assert_eq!(status_of(blocks(1001)).await, 400);
    let links = |count: usize| {
        let link = json!({"type": "link", "start": 0, "end": 1, "url": "https://a.example"});
        text("x", &Value::from(vec![link; count]))
    };
    assert_eq!(status_of(links(100)).await, 201);
    assert_eq!(status_of(links(101)).await, 400);
    let long = Value::from(vec![json!({"type": "text", "text": "x".repeat(4000)}); 300]);
    assert_eq!(status_of(long).await, 400);
}
