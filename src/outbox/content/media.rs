//! The stored shape of a post's media: the originals, and what was made of them for accounts.
//!
//! What came later has a default, and is left out where there is nothing to say: a row from before is
//! read as it was stored, and what could be stored then looks the same now.

use std::time::Duration;

use serde::Deserialize;
use serde::Serialize;

use crate::post::account_name::AccountName;
use crate::post::media::Details;
use crate::post::media::Media;
use crate::post::media::MediaFacts;
use crate::post::media::MediaKind;
use crate::post::media::Rendition;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StoredMedia {
    key: String,
    kind: String,
    mime: String,
    width: u32,
    height: u32,
    size_bytes: u64,
    sha256: String,
    alt: String,
    #[serde(default, skip_serializing_if = "StoredDetails::is_nothing")]
    details: StoredDetails,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    renditions: Vec<StoredRendition>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredRendition {
    accounts: Vec<String>,
    key: String,
    kind: String,
    mime: String,
    width: u32,
    height: u32,
    size_bytes: u64,
    sha256: String,
    #[serde(default, skip_serializing_if = "StoredDetails::is_nothing")]
    details: StoredDetails,
    changes: Vec<String>,
}

#[derive(Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct StoredDetails {
    is_turned: bool,
    metadata_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    codec: Option<String>,
}

impl StoredDetails {
    fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

pub(super) fn stored_media(media: &Media) -> StoredMedia {
    StoredMedia {
        key: media.key.clone(),
        kind: media.facts.kind.name().to_owned(),
        mime: media.facts.mime.clone(),
        width: media.facts.width,
        height: media.facts.height,
        size_bytes: media.facts.size_bytes,
        sha256: media.facts.sha256.clone(),
        alt: media.alt.clone(),
        details: stored_details(&media.facts.details),
        renditions: media.renditions.iter().map(stored_rendition).collect(),
    }
}

fn stored_rendition(rendition: &Rendition) -> StoredRendition {
    let facts = &rendition.facts;
    StoredRendition {
        accounts: rendition.accounts.iter().map(ToString::to_string).collect(),
        key: rendition.key.clone(),
        kind: facts.kind.name().to_owned(),
        mime: facts.mime.clone(),
        width: facts.width,
        height: facts.height,
        size_bytes: facts.size_bytes,
        sha256: facts.sha256.clone(),
        details: stored_details(&facts.details),
        changes: rendition.changes.clone(),
    }
}

fn stored_details(details: &Details) -> StoredDetails {
    let milliseconds = |duration: Duration| u64::try_from(duration.as_millis()).ok();
    StoredDetails {
        is_turned: details.is_turned,
        metadata_bytes: details.metadata_bytes,
        duration_ms: details.duration.and_then(milliseconds),
        codec: details.codec.clone(),
    }
}

pub(super) fn read_media(stored: StoredMedia) -> Result<Media, String> {
    let facts = MediaFacts {
        kind: read_kind(&stored.kind)?,
        mime: stored.mime,
        width: stored.width,
        height: stored.height,
        size_bytes: stored.size_bytes,
        sha256: stored.sha256,
        details: read_details(stored.details),
    };
    let renditions = stored.renditions.into_iter().map(read_rendition);
    Ok(Media {
        key: stored.key,
        facts,
        alt: stored.alt,
        renditions: renditions.collect::<Result<_, _>>()?,
    })
}

fn read_rendition(stored: StoredRendition) -> Result<Rendition, String> {
    let facts = MediaFacts {
        kind: read_kind(&stored.kind)?,
        mime: stored.mime,
        width: stored.width,
        height: stored.height,
        size_bytes: stored.size_bytes,
        sha256: stored.sha256,
        details: read_details(stored.details),
    };
    let accounts = stored.accounts.iter().map(|name| {
        name.parse::<AccountName>()
            .map_err(|error| error.to_string())
    });
    Ok(Rendition {
        accounts: accounts.collect::<Result<_, _>>()?,
        key: stored.key,
        facts,
        changes: stored.changes,
    })
}

fn read_details(stored: StoredDetails) -> Details {
    Details {
        is_turned: stored.is_turned,
        metadata_bytes: stored.metadata_bytes,
        duration: stored.duration_ms.map(Duration::from_millis),
        codec: stored.codec,
    }
}

fn read_kind(name: &str) -> Result<MediaKind, String> {
    MediaKind::from_name(name).ok_or_else(|| format!("`{name}` is no kind of media"))
}
