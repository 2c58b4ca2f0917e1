//! What an instance takes: `GET /api/v2/instance`, and version 1 where there is no version 2.

use reqwest::Method;
use serde_json::Value;
use url::Url;

use crate::http::Http;
use crate::platforms::answer::is_success;
use crate::platforms::answer::json;
use crate::platforms::answer::unanswered;
use crate::platforms::mastodon::answer::cause;
use crate::platforms::mastodon::client::address;
use crate::post::limits::ImageLimits;
use crate::post::limits::Limits;

/// The largest figure that is believed; what is larger is no limit but a mistake.
const FIGURE_MAX: u64 = 1 << 40;

/// The most MIME types that are read, and the longest of them.
const TYPES_MAX: usize = 64;
const TYPE_BYTES_MAX: usize = 64;

/// An instance that does not tell its limits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{instance}` does not tell its limits: {reason}")]
pub(crate) struct LimitsUntold {
    pub(crate) instance: String,
    pub(crate) reason: String,
}

/// Returns what `instance` takes; where it says nothing, `base` holds.
pub(crate) async fn limits(
    http: &Http,
    instance: &Url,
    base: Limits,
) -> Result<Limits, LimitsUntold> {
    Ok(read(&described(http, instance).await?, base))
}

/// Returns what `instance` says of itself.
pub(crate) async fn described(http: &Http, instance: &Url) -> Result<Value, LimitsUntold> {
    let described = match describe(http, instance, "/api/v2/instance").await {
        // Before Mastodon 4, and on other servers, there is only version 1.
        Err(_) => describe(http, instance, "/api/v1/instance").await,
        described => described,
    };
    described.map_err(|reason| LimitsUntold {
        instance: instance.origin().ascii_serialization(),
        reason,
    })
}

/// Returns the version of Mastodon's API: only Mastodon and its forks, of version 4.3 or later, tell
/// it (docs.joinmastodon.org/entities/Instance, `api_versions`, read 2026-11-23).
pub(crate) fn api_version(described: &Value) -> Option<u64> {
    described.pointer("/api_versions/mastodon")?.as_u64()
}

async fn describe(http: &Http, instance: &Url, path: &str) -> Result<Value, String> {
    let request = http.request(Method::GET, address(instance, path));
    let request = request.map_err(|error| unanswered(error).to_string())?;
    let answer = http.send(request).await;
    let answer = answer.map_err(|error| unanswered(error).to_string())?;
    if !is_success(&answer) {
        return Err(cause(&answer).message);
    }
    json(&answer)
        .filter(Value::is_object)
        .ok_or_else(|| format!("the server answered {} without JSON", answer.status))
}

/// Reads the description of an instance (docs.joinmastodon.org/entities: Instance, `V1_Instance`,
/// read 2026-11-23); where it says nothing, `base` holds. `max_toot_chars` is what forks said before
/// there was a standard place.
pub(crate) fn read(described: &Value, base: Limits) -> Limits {
    let figure = |pointer: &str| {
        let figure = described.pointer(pointer).and_then(Value::as_u64);
        figure.filter(|figure| (1..=FIGURE_MAX).contains(figure))
    };
    let count = |pointer: &str| figure(pointer).and_then(|figure| usize::try_from(figure).ok());
    Limits {
        text_max: count("/configuration/statuses/max_characters")
            .or_else(|| count("/max_toot_chars"))
            .unwrap_or(base.text_max),
        url_length: count("/configuration/statuses/characters_reserved_per_url")
            .unwrap_or(base.url_length),
        images_max: count("/configuration/statuses/max_media_attachments")
            .unwrap_or(base.images_max),
        image: ImageLimits {
            bytes_max: figure("/configuration/media_attachments/image_size_limit")
                .unwrap_or(base.image.bytes_max),
            pixels_max: figure("/configuration/media_attachments/image_matrix_limit")
                .or(base.image.pixels_max),
            types: image_types(described).unwrap_or(base.image.types),
            ..base.image
        },
        alt_max: count("/configuration/media_attachments/description_limit").or(base.alt_max),
        ..base
    }
}

fn image_types(described: &Value) -> Option<Vec<String>> {
    let types = described.pointer("/configuration/media_attachments/supported_mime_types")?;
    let types = types.as_array()?.iter().filter_map(Value::as_str);
    let images: Vec<String> = types
        .filter(|mime| mime.starts_with("image/") && mime.len() <= TYPE_BYTES_MAX)
        .take(TYPES_MAX)
        .map(ToOwned::to_owned)
        .collect();
    (!images.is_empty()).then_some(images)
}
