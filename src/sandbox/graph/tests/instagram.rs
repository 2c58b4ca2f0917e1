//! What a client of Instagram sees.

use axum::http::Method;
use serde_json::Value;

use crate::sandbox::accounts::FACEBOOK_ALICE;
use crate::sandbox::accounts::INSTAGRAM_ALICE;
use crate::sandbox::accounts::INSTAGRAM_BOB;
use crate::sandbox::graph::container::ContainerState;
use crate::sandbox::graph::tests::check_refused;
use crate::sandbox::graph::tests::id;
use crate::sandbox::graph::tests::world;
use crate::sandbox::testing::Ask;
use crate::sandbox::testing::Told;
use crate::sandbox::testing::World;
use crate::sandbox::testing::host;

const MEDIA: &str = "/v26.0/me/media";

fn form(path: &str, form: &str) -> Ask {
    Ask::post(path).bearer(INSTAGRAM_ALICE.token).form(form)
}

fn get(path: &str) -> Ask {
    Ask::get(path).bearer(INSTAGRAM_ALICE.token)
}

async fn container(world: &World, parameters: &str) -> String {
    id(&world.ask(form(MEDIA, parameters)).await)
}

async fn publish(world: &World, container: &str) -> Told {
    let creation = format!("creation_id={container}");
    world.ask(form("/v26.0/me/media_publish", &creation)).await
}

async fn status(world: &World, container: &str) -> String {
    let path = format!("/v26.0/{container}?fields=status_code,status");
    let told = world.ask(get(&path)).await;
    assert_eq!(told.status, 200, "{}", told.text);
    told.json()["status_code"].as_str().unwrap().to_owned()
}

async fn refused_image(world: &World, url: &str, code: i64, subcode: u64) -> Value {
    let told = world.ask(form(MEDIA, &format!("image_url={url}"))).await;
    let status = if code < 0 { 500 } else { 400 };
    check_refused(&told, status, code, Some(subcode));
    told.json()["error"].clone()
}

#[tokio::test]
async fn a_picture_is_published_by_way_of_a_container_and_keeps_everything() {
    let (world, host) = (World::ordinary(), host().await);
    let parameters =
        format!("image_url={host}/a.jpg?signature%3Dx&caption=hello+%23a&alt_text=black");
    let container = container(&world, &parameters).await;
    assert_eq!(status(&world, &container).await, "FINISHED");
    assert!(world.posts().is_empty());
    let media = id(&publish(&world, &container).await);
    assert_ne!(media, container);
    assert_eq!(status(&world, &container).await, "PUBLISHED");
    let fields = "id,caption,permalink,media_type,media_product_type,timestamp,alt_text,username";
    let told = world
        .ask(get(&format!("/v26.0/{media}?fields={fields}")))
        .await;
    let told = told.json();
    assert_eq!(told["caption"], "hello #a");
    assert_eq!(told["media_type"], "IMAGE");
    assert_eq!(told["alt_text"], "black");
    let posts = world.posts();
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0]["platform"], "instagram");
    assert_eq!(posts[0]["account"], "alice");
    assert_eq!(posts[0]["text"], "hello #a");
    assert_eq!(posts[0]["media"][0]["alt"], "black");
    assert_eq!(posts[0]["media"][0]["mime"], "image/jpeg");
    assert_eq!(posts[0]["url"], told["permalink"]);
    let page = told["permalink"].as_str().unwrap();
    let page = page.strip_prefix("http://127.0.0.1:4000").unwrap();
    let page = world.ask(Ask::get(page)).await;
    assert!(page.text.contains("hello #a"), "{}", page.text);
    assert!(page.text.contains("alt=\"black\""), "{}", page.text);
}

#[tokio::test]
async fn the_picture_is_fetched_and_what_is_none_is_refused() {
    let (world, host) = (World::ordinary(), host().await);
    for wrong in ["private", "moved", "page", "bytes", "nowhere"] {
        let error = refused_image(&world, &format!("{host}/{wrong}"), 9004, 2_207_052).await;
        assert_eq!(error["is_transient"], false);
        let told = error["error_user_msg"].as_str().unwrap();
        assert!(told.contains(&format!("{host}/{wrong}")), "{told}");
    }
    refused_image(&world, "http://127.0.0.1:1/a.jpg", 9004, 2_207_052).await;
    refused_image(
        &world,
        &format!("{host}/%25C3%25A4%C3%A4.jpg"),
        9004,
        2_207_052,
    )
    .await;
    refused_image(&world, &format!("{host}/large.jpg"), 36_000, 2_207_004).await;
    refused_image(&world, &format!("{host}/a.png"), 36_001, 2_207_005).await;
    refused_image(&world, &format!("{host}/tall.jpg"), 36_003, 2_207_009).await;
    refused_image(&world, &format!("{host}/wide.jpg"), 36_003, 2_207_009).await;
    let without = world.ask(form(MEDIA, "caption=hello")).await;
    check_refused(&without, 400, 100, None);
}

#[tokio::test]
async fn a_caption_has_2200_characters_30_hashtags_and_20_mentions() {
    let (world, host) = (World::ordinary(), host().await);
    let with = |caption: &str| {
        let caption = caption.replace('#', "%23");
        form(MEDIA, &format!("image_url={host}/a.jpg&caption={caption}"))
    };
    for fits in ["é".repeat(2200), "#a+".repeat(30), "@a+".repeat(20)] {
        assert_eq!(world.ask(with(&fits)).await.status, 200, "{fits}");
    }
    for too_much in ["é".repeat(2201), "#a+".repeat(31), "@a+".repeat(21)] {
        let told = world.ask(with(&too_much)).await;
        check_refused(&told, 400, 36_004, Some(2_207_010));
    }
    let alt = "a".repeat(1001);
    let alt = form(MEDIA, &format!("image_url={host}/a.jpg&alt_text={alt}"));
    check_refused(&world.ask(alt).await, 400, 100, None);
}

#[tokio::test]
async fn a_carousel_takes_its_children_first_and_keeps_their_order() {
    let (world, host) = (World::ordinary(), host().await);
    let item =
        |name: &str| format!("image_url={host}/{name}&is_carousel_item=true&alt_text={name}");
    let first = container(&world, &item("b.jpg")).await;
    let second = container(&world, &item("a.jpg")).await;
    check_refused(&publish(&world, &first).await, 400, 100, None);
    let parent = format!("media_type=CAROUSEL&children={first},{second}&caption=two");
    let parent = container(&world, &parent).await;
    let media = id(&publish(&world, &parent).await);
    let path = format!("/v26.0/{media}?fields=media_type,children{{id,alt_text}}");
    let told = world
        .ask(get(&path.replace('{', "%7B").replace('}', "%7D")))
        .await;
    let told = told.json();
    assert_eq!(told["media_type"], "CAROUSEL_ALBUM");
    assert_eq!(told["children"]["data"][0]["alt_text"], "b.jpg");
    assert_ne!(told["children"]["data"][0]["id"], first);
    let edge = world.ask(get(&format!("/v26.0/{media}/children"))).await;
    assert_eq!(edge.json()["data"].as_array().unwrap().len(), 2);
    let alts: Vec<Value> = world.posts()[0]["media"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["alt"].clone())
        .collect();
    assert_eq!(alts, ["b.jpg", "a.jpg"]);
}

#[tokio::test]
async fn a_carousel_has_two_to_ten_children_of_its_own_account() {
    let (world, host) = (World::ordinary(), host().await);
    let item = format!("image_url={host}/a.jpg&is_carousel_item=true");
    let child = container(&world, &item).await;
    for count in [0, 1, 11] {
        let children = vec![child.as_str(); count].join(",");
        let told = world
            .ask(form(
                MEDIA,
                &format!("media_type=CAROUSEL&children={children}"),
            ))
            .await;
        check_refused(&told, 400, 100, Some(2_207_028));
    }
    let of_alice = format!("media_type=CAROUSEL&children={child},{child}");
    let bob = Ask::post(MEDIA).bearer(INSTAGRAM_BOB.token).form(&of_alice);
    check_refused(&world.ask(bob).await, 400, 100, None);
    let with_caption = form(MEDIA, &format!("{item}&caption=hello"));
    check_refused(&world.ask(with_caption).await, 400, 100, None);
}

#[tokio::test]
async fn what_is_in_progress_is_not_published() {
    let (world, host) = (world(&["ready-after=1h"]), host().await);
    let container = container(&world, &format!("image_url={host}/a.jpg")).await;
    assert_eq!(status(&world, &container).await, "IN_PROGRESS");
    let told = publish(&world, &container).await;
    check_refused(&told, 400, 9007, Some(2_207_027));
    assert!(world.posts().is_empty());
}

#[tokio::test]
async fn what_failed_or_expired_says_so_and_is_not_published() {
    let (world, host) = (World::ordinary(), host().await);
    let parameters = format!("image_url={host}/a.jpg");
    for (fate, code, subcode, http) in [
        (ContainerState::Error, 9007, 2_207_027, 400),
        (ContainerState::Expired, -2, 2_207_020, 500),
    ] {
        let made = world.ask(form(MEDIA, &parameters).fated(fate)).await;
        let container = id(&made);
        assert_eq!(status(&world, &container).await, fate.to_string());
        let told = publish(&world, &container).await;
        check_refused(&told, http, code, Some(subcode));
    }
    let missing = publish(&world, "17990000009999999").await;
    check_refused(&missing, 400, 24, Some(2_207_006));
    assert!(world.posts().is_empty());
}

#[tokio::test]
async fn publishing_twice_makes_two_posts_unless_it_is_chosen_otherwise() {
    let host = host().await;
    for (switch, posts) in [("again", 2), ("same", 1), ("refused", 1)] {
        let world = world(&[&format!("repeat={switch}")]);
        let container = container(&world, &format!("image_url={host}/a.jpg")).await;
        let first = publish(&world, &container).await;
        let second = publish(&world, &container).await;
        assert_eq!(world.posts().len(), posts, "{switch}");
        match switch {
            "refused" => check_refused(&second, 400, 24, Some(2_207_008)),
            _ => assert_eq!(id(&first) == id(&second), switch == "same"),
        }
    }
}

#[tokio::test]
async fn a_published_container_may_go_on_saying_that_it_is_not() {
    let (world, host) = (World::ordinary(), host().await);
    let container = container(&world, &format!("image_url={host}/a.jpg")).await;
    let ask = form(
        "/v26.0/me/media_publish",
        &format!("creation_id={container}"),
    );
    id(&world.ask(ask.fated(ContainerState::Finished)).await);
    assert_eq!(world.posts().len(), 1);
    assert_eq!(status(&world, &container).await, "FINISHED");
}

#[tokio::test]
async fn the_quota_is_told_and_holds_where_posts_become_public() {
    let (world, host) = (world(&["quota=1"]), host().await);
    let container = container(&world, &format!("image_url={host}/a.jpg")).await;
    id(&publish(&world, &container).await);
    let told = publish(&world, &container).await;
    check_refused(&told, 400, 9, Some(2_207_042));
    let path = "/v26.0/me/content_publishing_limit?fields=config,quota_usage";
    let limit = world.ask(get(path)).await.json();
    assert_eq!(limit["data"][0]["quota_usage"], 1);
    assert_eq!(limit["data"][0]["config"]["quota_total"], 1);
    assert_eq!(limit["data"][0]["config"]["quota_duration"], 86_400);
}

#[tokio::test]
async fn the_newest_come_first_in_pages_and_within_a_time() {
    let (world, host) = (World::ordinary(), host().await);
    for caption in ["one", "two", "three"] {
        let parameters = format!("image_url={host}/a.jpg&caption={caption}");
        let container = container(&world, &parameters).await;
        id(&publish(&world, &container).await);
    }
    let captions = |told: &Value| -> Vec<String> {
        let posts = told["data"].as_array().unwrap().iter();
        posts
            .map(|it| it["caption"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = world
        .ask(get(&format!("{MEDIA}?fields=caption&limit=2")))
        .await;
    let first = first.json();
    assert_eq!(captions(&first), ["three", "two"]);
    let next = first["paging"]["next"].as_str().unwrap();
    assert!(next.contains(INSTAGRAM_ALICE.token), "{next}");
    let next = next.strip_prefix("http://127.0.0.1:4000").unwrap();
    let second = world.ask(Ask::get(next)).await.json();
    assert_eq!(captions(&second), ["one"]);
    let previous = second["paging"]["previous"].as_str().unwrap();
    let previous = previous.strip_prefix("http://127.0.0.1:4000").unwrap();
    let back = world.ask(Ask::get(previous)).await.json();
    assert_eq!(captions(&back), ["three", "two"]);
    let later = world.ask(get(&format!("{MEDIA}?since=4000000000"))).await;
    assert_eq!(later.json()["data"], Value::Array(vec![]));
    let earlier = world.ask(get(&format!("{MEDIA}?until=4000000000"))).await;
    assert_eq!(earlier.json()["data"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_new_post_may_be_missing_in_the_list_for_a_while() {
    let (world, host) = (world(&["listed-after=1h"]), host().await);
    let container = container(&world, &format!("image_url={host}/a.jpg")).await;
    id(&publish(&world, &container).await);
    assert_eq!(world.posts().len(), 1);
    let listed = world.ask(get(MEDIA)).await.json();
    assert_eq!(listed["data"], Value::Array(vec![]));
}

#[tokio::test]
async fn only_the_log_in_at_facebook_deletes() {
    let (world, host) = (World::ordinary(), host().await);
    let path = format!("/v26.0/{}/media", INSTAGRAM_ALICE.id);
    let ask = Ask::post(&path).bearer(FACEBOOK_ALICE.token);
    let made = world
        .ask(ask.form(&format!("image_url={host}/a.jpg")))
        .await;
    let media = id(&publish(&world, &id(&made)).await);
    let delete = |token| Ask::new(Method::DELETE, &format!("/v26.0/{media}")).bearer(token);
    let told = world.ask(delete(INSTAGRAM_ALICE.token)).await;
    check_refused(&told, 400, 100, Some(33));
    assert_eq!(world.posts().len(), 1);
    let told = world.ask(delete(FACEBOOK_ALICE.token)).await;
    assert_eq!(told.json()["success"], true);
    assert!(world.posts().is_empty());
}

#[tokio::test]
async fn who_may_only_read_publishes_nothing() {
    let (world, host) = (World::ordinary(), host().await);
    let ask = Ask::post(MEDIA).bearer("sandbox-instagram-token-to-read");
    let told = world
        .ask(ask.form(&format!("image_url={host}/a.jpg")))
        .await;
    check_refused(&told, 403, 10, None);
}

#[tokio::test]
async fn a_field_that_does_not_exist_is_refused() {
    let world = World::ordinary();
    let told = world.ask(get("/v26.0/me?fields=shoe_size")).await;
    check_refused(&told, 400, 100, None);
    let words = told.json()["error"]["message"].to_string();
    assert!(words.contains("nonexisting field (shoe_size)"), "{words}");
}
