//! What a look finds: what the container says, and the newest posts.

use serde_json::Value;
use serde_json::json;

use crate::platforms::graph::testing::AFTER;
use crate::platforms::graph::testing::BEFORE;
use crate::platforms::graph::testing::SENT_AT;
use crate::platforms::graph::testing::ended;
use crate::platforms::graph::testing::look;
use crate::platforms::graph::testing::page;
use crate::platforms::graph::testing::refused;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::picture;
use crate::platforms::testing::post;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::threads::tests::CONTAINER;
use crate::platforms::threads::tests::LIST;
use crate::platforms::threads::tests::failed;
use crate::platforms::threads::tests::publisher;
use crate::platforms::threads::tests::state;
use crate::post::media::Media;
use crate::post::platform::Platform;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Published;

fn sent() -> Delivery {
    Delivery::new(None)
        .with_done("create container", &json!({"id": "100", "at": SENT_AT}))
        .with_unanswered("publish container", SENT_AT)
}

fn listed(id: &str) -> Value {
    json!({"id": id, "text": "hello", "timestamp": AFTER, "media_type": "TEXT_POST",
           "is_quote_post": false, "permalink": format!("https://www.threads.com/@me/post/{id}")})
}

fn found(id: &str) -> Looked {
    Looked::Found(Published {
        remote_id: Some(id.to_owned()),
        url: Some(format!("https://www.threads.com/@me/post/{id}")),
    })
}

async fn look_for(
    media: Vec<Media>,
    delivery: &Delivery,
    replies: impl IntoIterator<Item = (&'static str, Reply)>,
) -> Result<Looked, PublishError> {
    let server = Server::new(replies).await;
    let post = post(Platform::Threads, "hello", media);
    look(&server, &publisher(&server), &post, delivery).await
}

#[tokio::test]
async fn the_container_and_the_list_together_say_what_became_of_it() {
    let public = Looked::Found(Published::default());
    let (unseen, unsure) = (Looked::Unseen, Looked::CannotTell);
    for (state, none, two) in [
        (state("PUBLISHED"), public.clone(), public),
        (state("FINISHED"), Looked::Absent, unsure.clone()),
        (failed("UNKNOWN"), unseen.clone(), unsure.clone()),
        (state("EXPIRED"), unseen.clone(), unsure.clone()),
        (refused(400, 24, 4_279_009), unseen.clone(), unsure.clone()),
        (refused(500, 24, 4_279_009), unseen.clone(), unsure.clone()),
        (refused(400, 100, 33), unseen, unsure),
    ] {
        for (posts, looked) in [
            (vec![listed("900")], found("900")),
            (vec![], none),
            (vec![listed("901"), listed("900")], two),
        ] {
            let replies = [(CONTAINER, state.clone()), (LIST, page(&posts))];
            let seen = look_for(vec![], &sent(), replies).await;
            assert_eq!(seen, Ok(looked), "{state:?}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_read_again_later() {
    let in_progress = [(CONTAINER, state("IN_PROGRESS"))];
    assert_eq!(
        ended(look_for(vec![], &sent(), in_progress).await),
        "unclear"
    );
    let unreadable = [(CONTAINER, state("FINISHED")), (LIST, refused(500, 2, 0))];
    assert_eq!(
        ended(look_for(vec![], &sent(), unreadable).await),
        "unclear"
    );
    let without_scope = [(CONTAINER, state("FINISHED")), (LIST, refused(500, 10, 0))];
    assert_eq!(
        ended(look_for(vec![], &sent(), without_scope).await),
        "login"
    );
}

#[tokio::test]
async fn only_a_post_that_says_the_same_and_is_not_older_is_ours() {
    for (field, value) in [
        ("text", json!("hello!")),
        ("text", json!(null)),
        ("media_type", json!("IMAGE")),
        ("media_type", json!("REPOST_FACADE")),
        ("is_quote_post", json!(true)),
        ("timestamp", json!(BEFORE)),
    ] {
        let mut other = listed("900");
        other[field] = value;
        let replies = [
            (CONTAINER, state("FINISHED")),
            (LIST, page(std::slice::from_ref(&other))),
        ];
        let seen = look_for(vec![], &sent(), replies).await;
        assert_eq!(seen, Ok(Looked::Absent), "{other}");
    }
    let mut delivery = sent();
    delivery.taken.push("900".to_owned());
    let replies = [
        (CONTAINER, state("FINISHED")),
        (LIST, page(&[listed("900")])),
    ];
    let seen = look_for(vec![], &delivery, replies).await;
    assert_eq!(seen, Ok(Looked::Absent));
}

#[tokio::test]
async fn a_picture_is_an_image_and_several_are_a_carousel_of_as_many() {
    let children = |ids: &[&str]| {
        let ids: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
        json!({"data": ids})
    };
    for (pictures, kind, children, looked) in [
        (1, "IMAGE", json!(null), found("900")),
        (1, "TEXT_POST", json!(null), Looked::Absent),
        (2, "CAROUSEL_ALBUM", children(&["1", "2"]), found("900")),
        (2, "CAROUSEL_ALBUM", children(&["1"]), Looked::Absent),
        (2, "IMAGE", json!(null), Looked::Absent),
    ] {
        let mut post = listed("900");
        post["media_type"] = json!(kind);
        post["children"] = children;
        let replies = [(CONTAINER, state("FINISHED")), (LIST, page(&[post]))];
        let media = vec![picture("a.png", ""); pictures];
        assert_eq!(
            look_for(media, &sent(), replies).await,
            Ok(looked),
            "{kind}"
        );
    }
}

#[tokio::test]
async fn a_key_adopts_the_newest_post_that_says_the_same() {
    let delivery = Delivery::new(Some("release-1"));
    let posts = page(&[listed("901"), listed("900")]);
    let looked = look_for(vec![], &delivery, [(LIST, posts)]).await;
    assert_eq!(looked, Ok(found("901")));
}
