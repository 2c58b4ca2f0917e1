//! What a look finds: what the container says, and the newest posts.

use serde_json::Value;
use serde_json::json;

use crate::platforms::graph::testing::AFTER;
use crate::platforms::graph::testing::BEFORE;
use crate::platforms::graph::testing::SENT_AT;
use crate::platforms::graph::testing::asked;
use crate::platforms::graph::testing::ended;
use crate::platforms::graph::testing::look;
use crate::platforms::graph::testing::page;
use crate::platforms::graph::testing::page_before;
use crate::platforms::graph::testing::refused;
use crate::platforms::instagram::tests::CONTAINER;
use crate::platforms::instagram::tests::LIST;
use crate::platforms::instagram::tests::failed;
use crate::platforms::instagram::tests::post_with;
use crate::platforms::instagram::tests::publisher;
use crate::platforms::instagram::tests::state;
use crate::platforms::testing::Delivery;
use crate::platforms::testing::server::Reply;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::server::text_reply;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Published;

fn sent() -> Delivery {
    Delivery::new(None)
        .with_done("create container", &json!({"id": "100", "at": SENT_AT}))
        .with_unanswered("publish container", SENT_AT)
}

fn listed(id: &str) -> Value {
    json!({"id": id, "caption": "hello", "timestamp": AFTER, "media_type": "IMAGE",
           "permalink": format!("https://www.instagram.com/p/{id}/")})
}

fn found(id: &str) -> Looked {
    Looked::Found(Published {
        remote_id: Some(id.to_owned()),
        url: Some(format!("https://www.instagram.com/p/{id}/")),
    })
}

async fn look_in(
    delivery: &Delivery,
    replies: impl IntoIterator<Item = (&'static str, Reply)>,
) -> Result<Looked, PublishError> {
    let server = Server::new(replies).await;
    look(
        &server,
        &publisher(&server),
        &post_with(1, "hello"),
        delivery,
    )
    .await
}

#[tokio::test]
async fn the_container_and_the_list_together_say_what_became_of_it() {
    let public = Looked::Found(Published::default());
    let failed = failed("Error: Media upload has failed with error code 2207053");
    let (unseen, unsure) = (Looked::Unseen, Looked::CannotTell);
    for (state, none, two) in [
        (state("PUBLISHED"), public.clone(), public),
        // Its state may lag behind: the same container may be published after a while.
        (state("FINISHED"), Looked::Absent, unsure.clone()),
        // No proof either way, once a publication was sent.
        (failed, unseen.clone(), unsure.clone()),
        (state("EXPIRED"), unseen.clone(), unsure.clone()),
        (refused(400, 24, 2_207_006), unseen.clone(), unsure.clone()),
        (refused(400, 100, 33), unseen, unsure),
    ] {
        for (posts, looked) in [
            (vec![listed("900")], found("900")),
            (vec![], none),
            (vec![listed("901"), listed("900")], two),
        ] {
            let replies = [(CONTAINER, state.clone()), (LIST, page(&posts))];
            assert_eq!(look_in(&sent(), replies).await, Ok(looked), "{state:?}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_read_again_later() {
    for (state, word) in [
        (state("IN_PROGRESS"), "unclear"),
        (refused(500, 2, 0), "unclear"),
        (text_reply(502, "text/html", "<html>"), "unclear"),
        (refused(400, 4, 0), "wait"),
        (refused(400, 190, 463), "login"),
        (json_reply(200, &json!({})), "unclear"),
    ] {
        assert_eq!(ended(look_in(&sent(), [(CONTAINER, state)]).await), word);
    }
    for (list, word) in [
        (refused(500, 1, 0), "unclear"),
        (refused(400, 100, 33), "unclear"),
        (refused(400, 4, 0), "wait"),
        (json_reply(200, &json!({"data": null})), "unclear"),
        (text_reply(200, "text/html", "<p>"), "unclear"),
    ] {
        let replies = [(CONTAINER, state("FINISHED")), (LIST, list)];
        assert_eq!(ended(look_in(&sent(), replies).await), word);
    }
}

#[tokio::test]
async fn only_a_post_that_says_the_same_and_is_not_older_is_ours() {
    let with = |field: &str, value: Value| {
        let mut post = listed("900");
        post[field] = value;
        post
    };
    for other in [
        with("caption", json!("hello!")),
        with("caption", json!(null)),
        with("media_type", json!("VIDEO")),
        with("media_type", json!("CAROUSEL_ALBUM")),
        with("timestamp", json!(BEFORE)),
        with("id", json!("../900")),
    ] {
        let posts = page(std::slice::from_ref(&other));
        let replies = [(CONTAINER, state("FINISHED")), (LIST, posts)];
        assert_eq!(
            look_in(&sent(), replies).await,
            Ok(Looked::Absent),
            "{other}"
        );
    }
    // Other line ends and another form of the same letters are the same text.
    let same = with("caption", json!(" hello\r\n"));
    let replies = [(CONTAINER, state("FINISHED")), (LIST, page(&[same]))];
    assert_eq!(look_in(&sent(), replies).await, Ok(found("900")));
}

#[tokio::test]
async fn a_carousel_has_as_many_pictures() {
    for (children, looked) in [
        (json!({"data": [{"id": "1"}, {"id": "2"}]}), found("900")),
        (json!({"data": [{"id": "1"}]}), Looked::Absent),
        (json!(null), found("900")),
    ] {
        let mut post = listed("900");
        post["media_type"] = json!("CAROUSEL_ALBUM");
        post["children"] = children;
        let replies = [(CONTAINER, state("FINISHED")), (LIST, page(&[post]))];
        let server = Server::new(replies).await;
        let ours = post_with(2, "hello");
        let seen = look(&server, &publisher(&server), &ours, &sent()).await;
        assert_eq!(seen, Ok(looked));
    }
}

#[tokio::test]
async fn a_post_of_another_delivery_is_not_ours() {
    let mut delivery = sent();
    delivery.taken.push("901".to_owned());
    let posts = [listed("901"), listed("900")];
    let replies = [(CONTAINER, state("FINISHED")), (LIST, page(&posts))];
    assert_eq!(look_in(&delivery, replies).await, Ok(found("900")));
    let replies = [(CONTAINER, state("FINISHED")), (LIST, page(&posts[..1]))];
    assert_eq!(look_in(&delivery, replies).await, Ok(Looked::Absent));
}

#[tokio::test]
async fn times_are_compared_by_the_servers_clock() {
    for (date, made_at, looked) in [
        // Half an hour ahead of ours.
        (
            "Mon, 23 Nov 2026 12:30:00 GMT",
            "2026-11-23T12:20:01+0000",
            found("900"),
        ),
        (
            "Mon, 23 Nov 2026 12:30:00 GMT",
            "2026-11-23T12:10:00+0000",
            Looked::Absent,
        ),
        // Half an hour behind it.
        (
            "Mon, 23 Nov 2026 11:30:00 GMT",
            "2026-11-23T11:20:01+0000",
            found("900"),
        ),
        (
            "Mon, 23 Nov 2026 11:30:00 GMT",
            "2026-11-23T11:10:00+0000",
            Looked::Absent,
        ),
    ] {
        let mut post = listed("900");
        post["timestamp"] = json!(made_at);
        let list = page(&[post]).with_header("date", date);
        let replies = [(CONTAINER, state("FINISHED")), (LIST, list)];
        assert_eq!(
            look_in(&sent(), replies).await,
            Ok(looked),
            "{date} {made_at}"
        );
    }
}

#[tokio::test]
async fn the_list_is_asked_from_an_hour_before_and_page_by_page() {
    let server = Server::new([
        (CONTAINER, state("FINISHED")),
        (LIST, page_before("two", &[])),
        (LIST, page_before("three", &[])),
        (LIST, page(&[listed("900")])),
    ])
    .await;
    let post = post_with(1, "hello");
    let looked = look(&server, &publisher(&server), &post, &sent()).await;
    assert_eq!(looked, Ok(found("900")));
    let asked_after: Vec<Option<String>> = server
        .received(LIST)
        .iter()
        .map(|received| asked(received, "after"))
        .collect();
    let expected = [None, Some("two".to_owned()), Some("three".to_owned())];
    assert_eq!(asked_after, expected);
    // 10:49:00Z: a minute's margin, and an hour by which the clocks may stand apart.
    let since = asked(&server.received(LIST)[0], "since");
    assert_eq!(since.as_deref(), Some("1795430940"));
}

#[tokio::test]
async fn a_list_that_does_not_end_leaves_open_what_is_further_down() {
    let pages = || (0..5).map(|_| (LIST, page_before("next", &[])));
    let with = |container| [(CONTAINER, container)].into_iter().chain(pages());
    let looked = look_in(&sent(), with(state("FINISHED"))).await;
    assert_eq!(looked, Ok(Looked::CannotTell));
    let looked = look_in(&sent(), with(state("PUBLISHED"))).await;
    assert_eq!(looked, Ok(Looked::Found(Published::default())));
}

#[tokio::test]
async fn a_key_adopts_the_newest_post_of_the_last_day_that_says_the_same() {
    let mut yesterday = listed("800");
    yesterday["timestamp"] = json!("2026-11-22T11:00:00+0000");
    for (posts, looked) in [
        (vec![listed("901"), listed("900")], found("901")),
        (vec![listed("900")], found("900")),
        (vec![yesterday], Looked::Absent),
        (vec![], Looked::Absent),
    ] {
        let delivery = Delivery::new(Some("release-1"));
        assert_eq!(look_in(&delivery, [(LIST, page(&posts))]).await, Ok(looked));
    }
}

#[tokio::test]
async fn without_its_container_nobody_can_tell() {
    let delivery = Delivery::new(None).with_unanswered("publish container", SENT_AT);
    assert_eq!(look_in(&delivery, []).await, Ok(Looked::CannotTell));
}
