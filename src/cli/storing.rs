//! Media on their way to a post: in `temp/`, promoted to `posts/`, and only then the row that refers
//! to them. A crash in between leaves litter, never a row without its picture.

use futures_util::StreamExt;
use futures_util::TryStreamExt;
use futures_util::stream;

use crate::cli::checking::owner;
use crate::cli::context::on_store;
use crate::cli::error::CliError;
use crate::cli::publishers::media_store;
use crate::cli::publishers::media_store_of;
use crate::cli::reading::ReadMedia;
use crate::config::Config;
use crate::media::MediaStore;
use crate::media::keys::Owner;
use crate::post::media::Media;

/// How many media are on their way at a time.
const AT_A_TIME: usize = 8;

/// Puts what was `read` under the keys that are `planned` for it, marked with the id of their
/// `outbox`, has the row written that refers to them, and clears up.
pub(crate) fn with_media<T>(
    config: &Config,
    outbox: &str,
    planned: &[Media],
    read: &[ReadMedia],
    write: impl FnOnce() -> Result<T, CliError>,
) -> Result<T, CliError> {
    if read.is_empty() {
        return write();
    }
    let store = media_store_of(config, outbox);
    on_store(config, async {
        let temps = put(config, store.as_ref(), planned, read).await?;
        let written = write()?;
        // The row refers to `posts/` alone; what is left in `temp/` is only litter.
        delete(store.as_ref(), &temps).await;
        Ok(written)
    })
}

/// Deletes media that no row refers to any more. What cannot be deleted is litter.
pub(crate) fn forget_media(config: &Config, keys: &[String]) -> Result<(), CliError> {
    if keys.is_empty() {
        return Ok(());
    }
    let store = media_store(config);
    on_store(config, async {
        delete(store.as_ref(), keys).await;
        Ok(())
    })
}

/// Puts the media in `temp/` and promotes them to `posts/`, some side by side. Returns the keys in
/// `temp/`.
async fn put(
    config: &Config,
    store: &dyn MediaStore,
    planned: &[Media],
    read: &[ReadMedia],
) -> Result<Vec<String>, CliError> {
    let owner = owner(config)?;
    let putting: Vec<_> = planned
        .iter()
        .zip(read)
        .map(|(planned, read)| put_one(store, &owner, planned, read))
        .collect();
    stream::iter(putting)
        .buffered(AT_A_TIME)
        .try_collect()
        .await
}

/// Puts one of the media in `temp/` and promotes it. Returns its key in `temp/`.
async fn put_one(
    store: &dyn MediaStore,
    owner: &Owner,
    planned: &Media,
    read: &ReadMedia,
) -> Result<String, CliError> {
    // What was uploaded before is copied within the store.
    let uploaded = read.stored.as_ref().filter(|key| key.is_temp());
    let temp = if let Some(key) = uploaded {
        key.clone()
    } else {
        let temp = read.name.in_temp(owner);
        store.put(temp.as_str(), read.bytes.clone()).await?;
        temp
    };
    store.promote(temp.as_str(), &planned.key).await?;
    Ok(temp.as_str().to_owned())
}

async fn delete(store: &dyn MediaStore, keys: &[String]) {
    let deleting: Vec<_> = keys.iter().map(|key| store.delete(key)).collect();
    let _ = stream::iter(deleting)
        .buffer_unordered(AT_A_TIME)
        .collect::<Vec<_>>()
        .await;
}
