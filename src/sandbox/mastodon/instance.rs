//! What the instance says of itself: its version and its limits.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::Value;
use serde_json::json;

use crate::sandbox::MastodonVersion;
use crate::sandbox::mastodon::Mastodon;
use crate::sandbox::mastodon::media;
use crate::sandbox::mastodon::statuses;
use crate::sandbox::mastodon::text;

impl MastodonVersion {
    fn number(self) -> &'static str {
        match self {
            Self::V4_5 => "4.5.15",
            Self::V4_6 => "4.6.5",
        }
    }

    // 4.5 speaks version 7 of the API (docs.joinmastodon.org, read 2026-11-23).
    // QUESTION: the number of 4.6 was not found; it lies above 4.5's.
    fn api_version(self) -> u32 {
        match self {
            Self::V4_5 => 7,
            Self::V4_6 => 8,
        }
    }
}

/// `GET /api/v2/instance`
pub(crate) async fn v2(State(mastodon): State<Arc<Mastodon>>) -> Json<Value> {
    Json(json!({
        "domain": mastodon.domain(),
        "title": "hayon sandbox",
        "version": mastodon.version.number(),
        "source_url": "https://github.com/mastodon/mastodon",
        "description": "Nothing here leaves this machine",
        "usage": {"users": {"active_month": 2}},
        "thumbnail": {"url": null},
        "languages": ["en"],
        "configuration": mastodon.configuration(),
        "registrations": {"enabled": false, "approval_required": false, "message": null},
        "api_versions": {"mastodon": mastodon.version.api_version()},
        "contact": {"email": "", "account": null},
        "rules": [],
    }))
}

/// `GET /api/v1/instance`
pub(crate) async fn v1(State(mastodon): State<Arc<Mastodon>>) -> Json<Value> {
    Json(json!({
        "uri": mastodon.domain(),
        "title": "hayon sandbox",
        "short_description": "Nothing here leaves this machine",
        "description": "Nothing here leaves this machine",
        "email": "",
        "version": mastodon.version.number(),
        "urls": {},
        "stats": {"user_count": 2, "status_count": 0, "domain_count": 1},
        "thumbnail": null,
        "languages": ["en"],
        "registrations": false,
        "approval_required": false,
        "invites_enabled": false,
        "configuration": mastodon.configuration(),
        "contact_account": null,
        "rules": [],
    }))
}

impl Mastodon {
    fn domain(&self) -> &str {
        self.base_url.trim_start_matches("http://")
    }

    fn configuration(&self) -> Value {
        json!({
            "urls": {"streaming": null},
            "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
            "statuses": {
                "max_characters": statuses::CHARACTERS_MAX,
                "max_media_attachments": statuses::MEDIA_MAX,
                "characters_reserved_per_url": text::CHARACTERS_PER_URL,
            },
            "media_attachments": {
                "description_limit": self.description_max(),
                "supported_mime_types": media::MIME_TYPES,
                "image_size_limit": media::IMAGE_BYTES_MAX,
                "image_matrix_limit": media::IMAGE_PIXELS_MAX,
                "video_size_limit": media::VIDEO_BYTES_MAX,
                "video_frame_rate_limit": 120,
                "video_matrix_limit": 8_294_400,
            },
            "polls": {
                "max_options": 4,
                "max_characters_per_option": 50,
                "min_expiration": 300,
                "max_expiration": 2_629_746,
            },
            "translation": {"enabled": false},
        })
    }
}
