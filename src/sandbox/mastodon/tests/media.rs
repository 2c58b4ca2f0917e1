//! What can be uploaded, and attached once.

use serde_json::Value;
use serde_json::json;

use crate::clock::Clock;
use crate::sandbox::MastodonVersion;
use crate::sandbox::Options;
use crate::sandbox::accounts::MASTODON_ALICE;
use crate::sandbox::accounts::MASTODON_BOB;
use crate::sandbox::mastodon::tests::PNG_PART;
use crate::sandbox::mastodon::tests::STATUSES;
use crate::sandbox::mastodon::tests::check_refused;
use crate::sandbox::mastodon::tests::get;
use crate::sandbox::mastodon::tests::id;
use crate::sandbox::mastodon::tests::status;
use crate::sandbox::mastodon::tests::upload;
use crate::sandbox::testing::Ask;
use crate::sandbox::testing::World;
use crate::sandbox::testing::png;

#[tokio::test]
async fn an_upload_can_be_attached_once() {
    let world = World::ordinary();
    let uploaded = world.ask(upload(&png())).await;
    assert_eq!(uploaded.status, 200);
    assert_eq!(uploaded.json()["meta"]["original"]["width"], 3);
    let media = id(&uploaded);
    let with_media = json!({"status": "hello", "media_ids": [media]});
    let posted = world.ask(status(&with_media)).await.json();
    assert_eq!(posted["media_attachments"][0]["description"], "a black box");
    assert_eq!(
        world
            .ask(get(&format!("/api/v1/media/{media}")))
            .await
            .status,
        404
    );
    let again = world.ask(status(&with_media)).await;
    let words = format!("Media {media} not found or already attached to another post");
    check_refused(&again, 422, &words);
    let ledger = &world.posts()[0]["media"][0];
    assert_eq!(ledger["alt"], "a black box");
    assert_eq!(ledger["size_bytes"], png().len());
}

#[tokio::test]
async fn an_upload_that_is_not_ready_cannot_be_posted_yet() {
    let mut options = Options::new(Clock::System);
    options.media_delay_polls = 2;
    let world = World::new(&options);
    let uploaded = world.ask(upload(&png())).await;
    assert_eq!(uploaded.status, 202);
    assert_eq!(uploaded.json()["url"], Value::Null);
    let media = id(&uploaded);
    let early = world.ask(status(&json!({"media_ids": [media]}))).await;
    let words = "Cannot attach files that have not finished processing. Try again in a moment!";
    check_refused(&early, 422, words);
    let path = format!("/api/v1/media/{media}");
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(world.ask(get(&path)).await.status);
    }
    assert_eq!(seen, [206, 206, 200]);
    assert_eq!(
        world
            .ask(status(&json!({"media_ids": [media]})))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_file_must_have_a_name_a_type_and_be_what_it_says() {
    let world = World::ordinary();
    let nameless = "Content-Disposition: form-data; name=\"file\"\r\nContent-Type: image/png";
    let typeless = "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"";
    let as_jpeg = "Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\
                   Content-Type: image/jpeg";
    let lie = "Validation failed: File has contents that are not what they are reported to be";
    let table = [
        (nameless, png(), "Validation failed: File can't be blank"),
        (typeless, png(), "Validation failed: File can't be blank"),
        (as_jpeg, png(), lie),
        (
            PNG_PART,
            b"text".to_vec(),
            "File type of uploaded media could not be verified",
        ),
    ];
    for (head, file, words) in table {
        let ask = Ask::post("/api/v2/media")
            .bearer(MASTODON_ALICE.token)
            .upload(head, &file, "");
        check_refused(&world.ask(ask).await, 422, words);
    }
}

#[tokio::test]
async fn five_files_and_the_files_of_others_are_refused() {
    let world = World::ordinary();
    let media = id(&world.ask(upload(&png())).await);
    let five = json!({"media_ids": ["1", "2", "3", "4", "5"]});
    let told = world.ask(status(&five)).await;
    check_refused(&told, 422, "Cannot attach more than 4 files");
    let stolen = Ask::post(STATUSES)
        .bearer(MASTODON_BOB.token)
        .json(&json!({"media_ids": [media]}));
    assert_eq!(world.ask(stolen).await.status, 422);
}

#[tokio::test]
async fn an_alternative_text_has_a_limit_that_the_instance_tells() {
    for (version, limit) in [
        (MastodonVersion::V4_5, 1_500),
        (MastodonVersion::V4_6, 10_000),
    ] {
        let mut options = Options::new(Clock::System);
        options.mastodon_version = version;
        let world = World::new(&options);
        let instance = world.ask(Ask::get("/api/v2/instance")).await.json();
        let told = &instance["configuration"]["media_attachments"]["description_limit"];
        assert_eq!(*told, limit);
        for (length, status) in [(limit, 200), (limit + 1, 422)] {
            let ask = Ask::post("/api/v2/media")
                .bearer(MASTODON_ALICE.token)
                .upload(PNG_PART, &png(), &"é".repeat(length));
            assert_eq!(world.ask(ask).await.status, status, "{length}");
        }
    }
}
