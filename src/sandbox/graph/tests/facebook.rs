//! What a client of Facebook Pages sees.

use axum::http::Method;
use image::ImageFormat;
use serde_json::Value;
use serde_json::json;

use crate::sandbox::accounts::FACEBOOK_ALICE;
use crate::sandbox::accounts::FACEBOOK_BOB;
use crate::sandbox::graph::tests::check_refused;
use crate::sandbox::graph::tests::id;
use crate::sandbox::graph::tests::world;
use crate::sandbox::testing::Ask;
use crate::sandbox::testing::World;
use crate::sandbox::testing::host;
use crate::sandbox::testing::picture;

const FEED: &str = "/v26.0/me/feed";
const PHOTOS: &str = "/v26.0/me/photos";
const PART: &str = "Content-Disposition: form-data; name=\"source\"; filename=\"a\"\r\n\
                    Content-Type: image/jpeg";

fn post(path: &str, body: &Value) -> Ask {
    Ask::post(path).bearer(FACEBOOK_ALICE.token).json(body)
}

fn get(path: &str) -> Ask {
    Ask::get(path).bearer(FACEBOOK_ALICE.token)
}

/// Returns a photo's upload; what else it names stands in the query, as Graph allows.
fn upload(file: &[u8], parameters: &str) -> Ask {
    Ask::post(&format!("{PHOTOS}?{parameters}"))
        .bearer(FACEBOOK_ALICE.token)
        .upload(PART, file, "")
}

fn jpeg() -> Vec<u8> {
    picture(40, 40, ImageFormat::Jpeg)
}

async fn staged(world: &World, alt: &str) -> String {
    let parameters = format!("published=false&alt_text_custom={alt}");
    let told = world.ask(upload(&jpeg(), &parameters)).await;
    assert!(told.json().get("post_id").is_none(), "{}", told.text);
    id(&told)
}

#[tokio::test]
async fn a_text_is_public_at_once_and_can_tell_its_address_in_the_same_answer() {
    let world = World::ordinary();
    let path = format!("/v26.0/{}/feed?fields=id,permalink_url", FACEBOOK_ALICE.id);
    let told = world.ask(post(&path, &json!({"message": "hello"}))).await;
    let made = told.json();
    let posts = world.posts();
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0]["platform"], "facebook");
    assert_eq!(posts[0]["account"], "alice");
    assert_eq!(posts[0]["text"], "hello");
    assert_eq!(posts[0]["id"], made["id"]);
    assert_eq!(posts[0]["url"], made["permalink_url"]);
    let own = format!("{}_", FACEBOOK_ALICE.id);
    assert!(made["id"].as_str().unwrap().starts_with(&own), "{made}");
    let page = made["permalink_url"].as_str().unwrap();
    let page = page.strip_prefix("http://127.0.0.1:4000").unwrap();
    assert!(world.ask(Ask::get(page)).await.text.contains("hello"));
}

#[tokio::test]
async fn a_link_is_kept_and_one_that_cannot_be_shared_is_refused() {
    let world = World::ordinary();
    let link = |link: &str| post(FEED, &json!({"message": "a", "link": link}));
    id(&world.ask(link("https://example.com/a")).await);
    assert_eq!(world.posts()[0]["link"], "https://example.com/a");
    for (wrong, subcode) in [
        ("https://www.facebook.com/a", Some(1_609_008)),
        ("https://example.invalid/a", Some(1_609_005)),
        ("example", None),
    ] {
        check_refused(&world.ask(link(wrong)).await, 400, 100, subcode);
    }
}

#[tokio::test]
async fn an_empty_post_is_refused() {
    let world = World::ordinary();
    for body in [json!({}), json!({"message": ""})] {
        check_refused(&world.ask(post(FEED, &body)).await, 400, 197, None);
    }
    let long = json!({"message": "a".repeat(63_207)});
    check_refused(&world.ask(post(FEED, &long)).await, 400, 100, None);
}

#[tokio::test]
async fn a_published_photo_names_its_post() {
    let world = World::ordinary();
    let told = world
        .ask(upload(&jpeg(), "message=hello&alt_text_custom=black"))
        .await;
    let told = told.json();
    let posts = world.posts();
    assert_eq!(posts[0]["id"], told["post_id"]);
    assert_eq!(posts[0]["text"], "hello");
    assert_eq!(posts[0]["media"][0]["alt"], "black");
    let photo = told["id"].as_str().unwrap();
    let path = format!("/v26.0/{photo}?fields=page_story_id,alt_text_custom");
    let read = world.ask(get(&path)).await.json();
    assert_eq!(read["page_story_id"], told["post_id"]);
    assert_eq!(read["alt_text_custom"], "black");
}

#[tokio::test]
async fn photos_are_staged_unseen_and_attached_in_order_once() {
    let world = World::ordinary();
    let (first, second) = (staged(&world, "one").await, staged(&world, "two").await);
    assert!(world.posts().is_empty());
    let attached = json!([{"media_fbid": first}, {"media_fbid": second}]);
    let body = json!({"message": "two", "attached_media": attached});
    let made = id(&world.ask(post(FEED, &body)).await);
    let posts = world.posts();
    assert_eq!(posts.len(), 1);
    assert_eq!(posts[0]["media"][0]["alt"], "one");
    assert_eq!(posts[0]["media"][1]["alt"], "two");
    let again = world.ask(post(FEED, &body)).await;
    check_refused(&again, 400, 100, Some(1_366_051));
    assert_eq!(world.posts().len(), 1);
    let fields = "attachments%7Btype,subattachments%7Btarget%7D%7D";
    let told = world
        .ask(get(&format!("/v26.0/{made}?fields={fields}")))
        .await;
    let album = &told.json()["attachments"]["data"][0];
    assert_eq!(album["type"], "album");
    let target = &album["subattachments"]["data"][1]["target"]["id"];
    assert_eq!(*target, second);
    let usual = world.ask(get(&format!("/v26.0/{made}?fields=attachments")));
    let usual = usual.await.json();
    assert_eq!(usual["attachments"]["data"][0]["type"], "album");
}

#[tokio::test]
async fn a_form_attaches_by_index_or_as_json() {
    let world = World::ordinary();
    for (n, form) in [
        "attached_media[0]={\"media_fbid\":\"ID\"}",
        "attached_media=[{\"media_fbid\":\"ID\"}]",
    ]
    .into_iter()
    .enumerate()
    {
        let photo = staged(&world, "one").await;
        let form = format!("message=a&{}", form.replace("ID", &photo));
        let told = world
            .ask(Ask::post(FEED).bearer(FACEBOOK_ALICE.token).form(&form))
            .await;
        assert_eq!(told.unknown, Vec::<String>::new());
        id(&told);
        assert_eq!(world.posts()[n]["media"][0]["alt"], "one");
    }
}

#[tokio::test]
async fn what_cannot_be_attached_is_refused() {
    let world = World::ordinary();
    let photo = staged(&world, "one").await;
    let attached = json!([{"media_fbid": photo}]);
    let both = json!({"attached_media": attached, "link": "https://example.com"});
    check_refused(&world.ask(post(FEED, &both)).await, 400, 100, None);
    let missing = json!({"attached_media": [{"media_fbid": "122100000009999999"}]});
    check_refused(&world.ask(post(FEED, &missing)).await, 400, 100, None);
    let bob = Ask::post(FEED).bearer(FACEBOOK_BOB.token);
    let bob = bob.json(&json!({"attached_media": attached}));
    check_refused(&world.ask(bob).await, 400, 100, None);
}

#[tokio::test]
async fn a_photo_is_a_picture_of_at_most_ten_megabytes() {
    let (world, host) = (World::ordinary(), host().await);
    let without = world.ask(post(PHOTOS, &json!({"message": "a"}))).await;
    check_refused(&without, 400, 324, None);
    let mut large = jpeg();
    large.resize((10 << 20) + 1, 0);
    for wrong in [&b"hello"[..], &large] {
        let told = world.ask(upload(wrong, "")).await;
        check_refused(&told, 400, 100, Some(1_366_046));
    }
    let fetched = json!({"url": format!("{host}/a.png")});
    assert_eq!(world.ask(post(PHOTOS, &fetched)).await.status, 200);
    let private = json!({"url": format!("{host}/private")});
    let told = world.ask(post(PHOTOS, &private)).await;
    check_refused(&told, 400, 324, Some(2_069_019));
}

#[tokio::test]
async fn a_draft_becomes_public_once_however_often_it_is_asked() {
    let world = World::ordinary();
    let draft = json!({"message": "later", "published": false});
    let draft = id(&world.ask(post(FEED, &draft)).await);
    assert!(world.posts().is_empty());
    let path = format!("/v26.0/{draft}");
    let read = world.ask(get(&format!("{path}?fields=is_published"))).await;
    assert_eq!(read.json()["is_published"], false);
    for _ in 0..2 {
        let told = world.ask(post(&path, &json!({"is_published": true}))).await;
        assert_eq!(told.json(), json!({"success": true}));
        assert_eq!(world.posts().len(), 1);
    }
    let back = world
        .ask(post(&path, &json!({"is_published": false})))
        .await;
    check_refused(&back, 400, 100, None);
}

#[tokio::test]
async fn other_words_replace_those_of_a_post() {
    let world = World::ordinary();
    let made = id(&world.ask(post(FEED, &json!({"message": "hello"}))).await);
    let path = format!("/v26.0/{made}");
    let told = world.ask(post(&path, &json!({"message": "goodbye"}))).await;
    assert_eq!(told.status, 200);
    assert_eq!(world.posts()[0]["text"], "goodbye");
}

#[tokio::test]
async fn a_page_lists_its_newest_first_and_no_drafts() {
    let world = World::ordinary();
    for message in ["one", "two"] {
        id(&world.ask(post(FEED, &json!({"message": message}))).await);
    }
    id(&world
        .ask(post(
            FEED,
            &json!({"message": "draft", "published": "false"}),
        ))
        .await);
    for edge in ["feed", "posts", "published_posts"] {
        let fields = "id,message,created_time,permalink_url,application";
        let told = world
            .ask(get(&format!("/v26.0/me/{edge}?fields={fields}")))
            .await;
        let told = told.json();
        let messages: Vec<&str> = told["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["message"].as_str().unwrap())
            .collect();
        assert_eq!(messages, ["two", "one"]);
        let created = told["data"][0]["created_time"].as_str().unwrap();
        assert!(created.ends_with("+0000"), "{created}");
    }
}

#[tokio::test]
async fn a_post_like_the_last_is_posted_unless_it_is_chosen_otherwise() {
    let body = json!({"message": "hello"});
    let lenient = World::ordinary();
    let strict = world(&["duplicates=refused"]);
    for world in [&lenient, &strict] {
        id(&world.ask(post(FEED, &body)).await);
    }
    assert_eq!(lenient.ask(post(FEED, &body)).await.status, 200);
    let told = strict.ask(post(FEED, &body)).await;
    check_refused(&told, 400, 506, None);
    assert_eq!((lenient.posts().len(), strict.posts().len()), (2, 1));
}

#[tokio::test]
async fn a_deleted_post_is_gone_with_its_photos() {
    let world = World::ordinary();
    let photo = staged(&world, "one").await;
    let body = json!({"attached_media": [{"media_fbid": photo}]});
    let made = id(&world.ask(post(FEED, &body)).await);
    let delete =
        |id: &str| Ask::new(Method::DELETE, &format!("/v26.0/{id}")).bearer(FACEBOOK_ALICE.token);
    let told = world.ask(delete(&made)).await;
    assert_eq!(told.json(), json!({"success": true}));
    assert!(world.posts().is_empty());
    check_refused(&world.ask(delete(&made)).await, 400, 100, Some(33));
    let photo = world.ask(get(&format!("/v26.0/{photo}"))).await;
    check_refused(&photo, 400, 100, Some(33));
    let unused = staged(&world, "two").await;
    assert_eq!(world.ask(delete(&unused)).await.status, 200);
}

#[tokio::test]
async fn who_may_only_read_posts_nothing() {
    let world = World::ordinary();
    let ask = Ask::post(FEED).bearer("sandbox-facebook-token-to-read");
    let told = world.ask(ask.json(&json!({"message": "hello"}))).await;
    check_refused(&told, 403, 200, None);
}
