//! What a look finds: the post that shows the staged photos, or one that says what ours says.

use serde_json::Value;
use serde_json::json;

use crate::platforms::facebook::tests::PHOTO;
use crate::platforms::facebook::tests::POSTS;
use crate::platforms::facebook::tests::STORY;
use crate::platforms::facebook::tests::publisher;
use crate::platforms::facebook::tests::staged;
use crate::platforms::graph::testing::AFTER;
use crate::platforms::graph::testing::BEFORE;
use crate::platforms::graph::testing::SENT_AT;
use crate::platforms::graph::testing::ended;
use crate::platforms::graph::testing::look;
use crate::platforms::graph::testing::page;
use crate::platforms::graph::testing::page_before;
use crate::platforms::graph::testing::refused;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::picture;
use crate::platforms::testing::post;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::post::platform::Platform;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Published;

const PUBLISH: &str = "publish post";

fn sent() -> Delivery {
    Delivery::new(None).with_unanswered(PUBLISH, SENT_AT)
}

fn sent_with(photos: &[&str]) -> Delivery {
    staged(SENT_AT, photos).with_unanswered(PUBLISH, SENT_AT)
}

fn listed(id: &str) -> Value {
    json!({"id": id, "message": "hello", "created_time": AFTER,
           "permalink_url": format!("https://www.facebook.com/7/posts/{id}")})
}

/// A post that shows pictures; `None` for one whose id the list does not have.
fn showing(id: &str, photos: &[Option<&str>]) -> Value {
    let photo = |id: Option<&str>| match id {
        Some(id) => json!({"type": "photo", "target": {"id": id}}),
        None => json!({"type": "photo"}),
    };
    let photos: Vec<Value> = photos.iter().copied().map(photo).collect();
    let attachments = match photos.as_slice() {
        [only] => json!([only]),
        several => json!([{"type": "album", "subattachments": {"data": several}}]),
    };
    let mut post = listed(id);
    post["attachments"] = json!({"data": attachments});
    post
}

fn found(id: &str) -> Looked {
    Looked::Found(Published {
        remote_id: Some(id.to_owned()),
        url: Some(format!("https://www.facebook.com/7/posts/{id}")),
    })
}

async fn look_for(
    pictures: usize,
    delivery: &Delivery,
    replies: impl IntoIterator<Item = (&'static str, Reply)>,
) -> Result<Looked, PublishError> {
    let server = Server::new(replies).await;
    let media = vec![picture("a.png", ""); pictures];
    let post = post(Platform::Facebook, "hello", media);
    look(&server, &publisher(&server), &post, delivery).await
}

#[tokio::test]
async fn one_post_that_says_the_same_is_ours_and_its_absence_proves_nothing() {
    for (posts, looked) in [
        (vec![listed("7_900")], found("7_900")),
        (vec![], Looked::Unseen),
        (vec![listed("7_901"), listed("7_900")], Looked::CannotTell),
    ] {
        let seen = look_for(0, &sent(), [(POSTS, page(&posts))]).await;
        assert_eq!(seen, Ok(looked));
    }
    let endless = (0..5).map(|_| (POSTS, page_before("next", &[])));
    assert_eq!(look_for(0, &sent(), endless).await, Ok(Looked::Unseen));
}

#[tokio::test]
async fn what_says_something_else_or_is_older_or_anothers_is_not_ours() {
    for (field, value) in [
        ("message", json!("hello!")),
        ("message", json!(null)),
        ("created_time", json!(BEFORE)),
        ("attachments", json!({"data": [{"type": "photo"}]})),
    ] {
        let mut other = listed("7_900");
        other[field] = value;
        let seen = look_for(0, &sent(), [(POSTS, page(std::slice::from_ref(&other)))]).await;
        assert_eq!(seen, Ok(Looked::Unseen), "{other}");
    }
    let mut delivery = sent();
    delivery.taken.push("7_900".to_owned());
    let seen = look_for(0, &delivery, [(POSTS, page(&[listed("7_900")]))]).await;
    assert_eq!(seen, Ok(Looked::Unseen));
    // The card of a link is no picture.
    let mut with_card = listed("7_900");
    with_card["attachments"] = json!({"data": [{"type": "share", "target": {"url": "x"}}]});
    let seen = look_for(0, &sent(), [(POSTS, page(&[with_card]))]).await;
    assert_eq!(seen, Ok(found("7_900")));
}

#[tokio::test]
async fn a_staged_photo_names_the_post_that_shows_it() {
    let url = "https://www.facebook.com/7/posts/7_900";
    let photo = json_reply(200, &json!({"id": "501", "page_story_id": "7_900"}));
    let story = |is_published: bool| {
        let story = json!({"id": "7_900", "is_published": is_published, "permalink_url": url});
        json_reply(200, &story)
    };
    let delivery = sent_with(&["501", "502"]);
    let replies = [(PHOTO, photo.clone()), (STORY, story(true))];
    assert_eq!(look_for(2, &delivery, replies).await, Ok(found("7_900")));
    // Not public, not readable, or the post of another delivery: the list is read.
    for (story, taken) in [
        (story(false), None),
        (refused(400, 100, 33), None),
        (json_reply(200, &json!({"id": "7_900"})), None),
        (story(true), Some("7_900")),
    ] {
        let mut delivery = sent_with(&["501", "502"]);
        delivery.taken.extend(taken.map(ToOwned::to_owned));
        let replies = [(PHOTO, photo.clone()), (STORY, story), (POSTS, page(&[]))];
        assert_eq!(look_for(2, &delivery, replies).await, Ok(Looked::Unseen));
    }
}

#[tokio::test]
async fn where_the_photo_names_no_post_the_list_tells_by_the_ids_it_shows() {
    let none = || json_reply(200, &json!({"id": "501"}));
    for (shown, looked) in [
        (&[Some("501"), Some("502")][..], found("7_900")),
        (&[Some("502"), Some("501")], found("7_900")),
        (&[Some("501"), Some("503")], Looked::Unseen),
        (&[Some("601"), Some("602")], Looked::Unseen),
        (&[Some("501")], Looked::Unseen),
        (&[], Looked::Unseen),
        // Without ids, as many pictures and the same text.
        (&[None, None], found("7_900")),
        (&[None, None, None], Looked::Unseen),
    ] {
        let delivery = sent_with(&["501", "502"]);
        let replies = [(PHOTO, none()), (POSTS, page(&[showing("7_900", shown)]))];
        assert_eq!(
            look_for(2, &delivery, replies).await,
            Ok(looked),
            "{shown:?}"
        );
    }
    for (shown, looked) in [("501", found("7_900")), ("601", Looked::Unseen)] {
        let posts = page(&[showing("7_900", &[Some(shown)])]);
        let replies = [(PHOTO, none()), (POSTS, posts)];
        let seen = look_for(1, &sent_with(&["501"]), replies).await;
        assert_eq!(seen, Ok(looked));
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_read_again_later() {
    for (list, word) in [
        (refused(500, 2, 0), "unclear"),
        (refused(400, 100, 33), "unclear"),
        (refused(400, 80_001, 0), "wait"),
        (refused(400, 190, 460), "login"),
        (json_reply(200, &json!({"data": "none"})), "unclear"),
    ] {
        assert_eq!(ended(look_for(0, &sent(), [(POSTS, list)]).await), word);
    }
    for (photo, word) in [
        (refused(500, 2, 0), "unclear"),
        (refused(400, 80_001, 0), "wait"),
        (refused(400, 190, 460), "login"),
    ] {
        let seen = look_for(1, &sent_with(&["501"]), [(PHOTO, photo)]).await;
        assert_eq!(ended(seen), word);
    }
    // A photo that is not shown to us says nothing.
    let replies = [(PHOTO, refused(400, 100, 33)), (POSTS, page(&[]))];
    let seen = look_for(1, &sent_with(&["501"]), replies).await;
    assert_eq!(seen, Ok(Looked::Unseen));
}

#[tokio::test]
async fn a_key_adopts_the_newest_post_that_says_the_same() {
    let delivery = || Delivery::new(Some("release-1"));
    for (posts, looked) in [
        (vec![listed("7_901"), listed("7_900")], found("7_901")),
        (vec![], Looked::Absent),
    ] {
        let seen = look_for(0, &delivery(), [(POSTS, page(&posts))]).await;
        assert_eq!(seen, Ok(looked));
    }
    let posts = page(&[showing("7_900", &[Some("601"), Some("602")])]);
    let seen = look_for(2, &delivery(), [(POSTS, posts)]).await;
    assert_eq!(seen, Ok(found("7_900")));
    let endless = (0..5).map(|_| (POSTS, page_before("next", &[])));
    let seen = look_for(0, &delivery(), endless).await;
    assert_eq!(seen, Ok(Looked::CannotTell));
}
