//! What an instance tells of its limits.

use serde_json::Value;
use serde_json::json;

use crate::http::Http;
use crate::platforms::mastodon::instance::limits;
use crate::platforms::testing::server::Server;
use crate::platforms::testing::server::json_reply;
use crate::platforms::testing::server::text_reply;
use crate::post::limits::ImageLimits;
use crate::post::limits::Limits;
use crate::post::limits::Unit;
use crate::post::platform::Platform;

const V1: &str = "GET /api/v1/instance";
const V2: &str = "GET /api/v2/instance";

fn base() -> Limits {
    Limits {
        unit: Unit::MastodonCharacters,
        text_max: 500,
        text_bytes_max: None,
        url_length: 23,
        images_max: 4,
        image: ImageLimits {
            bytes_max: 16_777_216,
            types: vec!["image/png".to_owned()],
            ..ImageLimits::unbounded()
        },
        alt_max: Some(1500),
        ..Limits::built_in(Platform::Mastodon)
    }
}

fn described() -> Value {
    json!({"configuration": {
        "statuses": {"max_characters": 5000, "max_media_attachments": 8, "characters_reserved_per_url": 30},
        "media_attachments": {
            "supported_mime_types": ["image/jpeg", "video/mp4", "image/webp", 5],
            "image_size_limit": 1000, "image_matrix_limit": 2000, "description_limit": 10000},
    }})
}

#[tokio::test]
async fn version_2_is_read() {
    let server = Server::new([(V2, json_reply(200, &described()))]).await;
    let read = limits(&Http::new(), &server.origin, base()).await.unwrap();
    let told = Limits {
        text_max: 5000,
        url_length: 30,
        images_max: 8,
        image: ImageLimits {
            bytes_max: 1000,
            pixels_max: Some(2000),
            types: vec!["image/jpeg".to_owned(), "image/webp".to_owned()],
            ..base().image
        },
        alt_max: Some(10_000),
        ..base()
    };
    assert_eq!(read, told);
}

#[tokio::test]
async fn version_1_is_asked_where_there_is_no_version_2() {
    for no in [
        json_reply(404, &json!({"error": "Record not found"})),
        text_reply(200, "text/html", "<html>"),
        text_reply(500, "text/plain", ""),
    ] {
        let told = json_reply(200, &json!({"max_toot_chars": 1000}));
        let server = Server::new([(V2, no), (V1, told)]).await;
        let read = limits(&Http::new(), &server.origin, base()).await.unwrap();
        assert_eq!(
            read,
            Limits {
                text_max: 1000,
                ..base()
            }
        );
    }
}

#[tokio::test]
async fn figures_that_cannot_be_are_not_believed() {
    let odd = json!({"configuration": {
        "statuses": {"max_characters": 0, "max_media_attachments": -1, "characters_reserved_per_url": "23"},
        "media_attachments": {"supported_mime_types": "all", "image_size_limit": 1e300}}});
    let server = Server::new([(V2, json_reply(200, &odd))]).await;
    let read = limits(&Http::new(), &server.origin, base()).await.unwrap();
    assert_eq!(read, base());
}

#[tokio::test]
async fn an_instance_that_tells_nothing_is_named() {
    let no = || {
        json_reply(
            401,
            &json!({"error": "This method requires an authenticated user"}),
        )
    };
    let server = Server::new([(V2, no()), (V1, no())]).await;
    let error = limits(&Http::new(), &server.origin, base())
        .await
        .unwrap_err();
    let origin = server.origin.origin().ascii_serialization();
    assert_eq!(
        error.to_string(),
        format!(
            "`{origin}` does not tell its limits: the server answered 401: \"This method requires an authenticated user\""
        )
    );
}
