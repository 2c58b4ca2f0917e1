//! The limits that hold for each account: the built-in table, or what a Mastodon instance says of
//! itself, asked at most once a day.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;
use url::Url;

use crate::cli::addressing::Place;
use crate::cli::context::Context;
use crate::cli::context::block_on;
use crate::cli::error::CliError;
use crate::clock::elapsed;
use crate::config::Config;
use crate::config::account::AccountKind;
use crate::http::Http;
use crate::paths::create_private_dir;
use crate::paths::write_private;
use crate::platforms::mastodon::instance;
use crate::post::account_name::AccountName;
use crate::post::limits::Addressee;
use crate::post::limits::HandOver;
use crate::post::limits::ImageLimits;
use crate::post::limits::Limits;
use crate::post::platform::Platform;

/// How long what an instance says of itself is believed.
const BELIEVED_FOR: Duration = Duration::from_hours(24);

/// Whom to ask for limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// The instance, unless it was asked within a day.
    Servers,
    /// Nobody: the built-in table holds.
    Nobody,
}

/// What an instance said, as it is kept in the cache.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    asked_at: i64,
    text_max: usize,
    url_length: usize,
    images_max: usize,
    image_bytes_max: u64,
    image_pixels_max: Option<u64>,
    image_types: Vec<String>,
    alt_max: Option<usize>,
}

/// Returns each of `places` with the limits that hold there.
pub(crate) fn addressees(
    context: &Context,
    config: &Config,
    places: &[Place<'_>],
    ask: Ask,
) -> Result<Vec<Addressee>, CliError> {
    let instances = instances(places);
    let file = config.cache_dir.join("limits.json");
    let now = context.clock.now();
    let mut kept = if ask == Ask::Servers {
        read(&file)
    } else {
        BTreeMap::new()
    };
    let stale: Vec<&Url> = instances
        .iter()
        .filter(|address| ask == Ask::Servers && !is_fresh(kept.get(address.as_str()), now))
        .collect();
    if !stale.is_empty() {
        for (address, said) in block_on(async { Ok(ask_all(&stale).await) })? {
            match said {
                Ok(limits) => {
                    kept.insert(address.to_string(), keep(&limits, now));
                }
                Err(reason) => context.ui.warn(&format!(
                    "{reason}; {} are assumed",
                    if kept.contains_key(address.as_str()) {
                        "its last"
                    } else {
                        "usual limits"
                    },
                )),
            }
        }
        write(&file, &kept);
    }
    let is_fetchable = config.media.bucket.is_some() || config.media.public_url.is_some();
    let addressee = |place| addressee(place, &kept, is_fetchable);
    places.iter().map(addressee).collect()
}

fn instance_of(place: &Place<'_>) -> Option<Url> {
    let Place::Account(account) = place else {
        return None;
    };
    match &account.kind {
        AccountKind::Mastodon {
            instance, api_url, ..
        } => Some(api_url.clone().unwrap_or_else(|| instance.clone())),
        _ => None,
    }
}

fn instances(places: &[Place<'_>]) -> Vec<Url> {
    let mut instances: Vec<Url> = places.iter().filter_map(instance_of).collect();
    instances.sort();
    instances.dedup();
    instances
}

async fn ask_all<'a>(addresses: &[&'a Url]) -> Vec<(&'a Url, Result<Limits, String>)> {
    let http = Arc::new(Http::new());
    let asked = addresses.iter().map(|address| {
        let http = Arc::clone(&http);
        async move {
            let base = Limits::built_in(Platform::Mastodon);
            let said = instance::limits(&http, address, base).await;
            (*address, said.map_err(|error| error.to_string()))
        }
    });
    join_all(asked).await
}

fn addressee(
    place: &Place<'_>,
    kept: &BTreeMap<String, Kept>,
    is_fetchable: bool,
) -> Result<Addressee, CliError> {
    let (account, platform) = match place {
        Place::Account(account) => (account.name.clone(), account.platform()),
        Place::Platform(platform) => (named_like(*platform)?, *platform),
    };
    let built_in = Limits::built_in(platform);
    let known = instance_of(place).and_then(|address| kept.get(address.as_str()));
    let mut limits = known.map_or_else(|| built_in.clone(), |kept| restore(kept, &built_in));
    // A platform without an account of ours is asked after its rules, not after our media store.
    let is_ours = matches!(place, Place::Account(_));
    if limits.hand_over == HandOver::Address && is_ours && !is_fetchable {
        limits.hand_over = HandOver::NoAddress;
    }
    Ok(Addressee {
        account,
        platform,
        limits,
    })
}

fn named_like(platform: Platform) -> Result<AccountName, CliError> {
    platform
        .name()
        .parse()
        .map_err(|error| CliError::usage(format!("{error}")))
}

fn is_fresh(kept: Option<&Kept>, now: Timestamp) -> bool {
    kept.and_then(|kept| Timestamp::from_millisecond(kept.asked_at).ok())
        .is_some_and(|asked_at| asked_at <= now && elapsed(asked_at, now) < BELIEVED_FOR)
}

fn keep(limits: &Limits, now: Timestamp) -> Kept {
    Kept {
        asked_at: now.as_millisecond(),
        text_max: limits.text_max,
        url_length: limits.url_length,
        images_max: limits.images_max,
        image_bytes_max: limits.image.bytes_max,
        image_pixels_max: limits.image.pixels_max,
        image_types: limits.image.types.clone(),
        alt_max: limits.alt_max,
    }
}

fn restore(kept: &Kept, built_in: &Limits) -> Limits {
    Limits {
        text_max: kept.text_max,
        url_length: kept.url_length,
        images_max: kept.images_max,
        image: ImageLimits {
            bytes_max: kept.image_bytes_max,
            pixels_max: kept.image_pixels_max,
            types: kept.image_types.clone(),
            ..built_in.image.clone()
        },
        alt_max: kept.alt_max,
        ..built_in.clone()
    }
}

/// A cache that cannot be read or written is no error: the servers are asked again.
fn read(file: &Path) -> BTreeMap<String, Kept> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

fn write(file: &Path, kept: &BTreeMap<String, Kept>) {
    let folder = file.parent().unwrap_or(Path::new("."));
    if let (Ok(()), Ok(text)) = (create_private_dir(folder), serde_json::to_vec(kept)) {
        let _ = write_private(file, &text);
    }
}
