//! Where the pictures are: `temp/` while they are uploaded, `posts/` once a post has them.
//!
//! A row of the outbox never refers to media that is not yet under `posts/`. The order is: put in
//! `temp/`, promote to `posts/`, commit the row, delete from `temp/`. A crash leaves litter, never
//! a dangling row.

#[cfg(test)]
mod contract;
pub(crate) mod fit;
pub(crate) mod folder;
pub(crate) mod keys;
pub(crate) mod probe;
#[cfg(test)]
mod samples;

use async_trait::async_trait;
use bytes::Bytes;

use crate::post::media::Media;

/// A place for media. Keys look like paths with `/`, and begin with `temp/` or `posts/`;
/// [`keys::MediaName`] builds them, and anything else is a [`MediaError::BadKey`].
#[async_trait]
pub(crate) trait MediaStore: Send + Sync {
    /// Stores `bytes` under `key`; durable when it returns.
    async fn put(&self, key: &str, bytes: Bytes) -> Result<(), MediaError>;

    /// Copies `temp` to `posts`; durable when it returns. Doing it twice is the same as once, even
    /// if `temp` has been deleted in between.
    async fn promote(&self, temp: &str, posts: &str) -> Result<(), MediaError>;

    /// Deletes what is under `key`, if anything is.
    async fn delete(&self, key: &str) -> Result<(), MediaError>;

    /// Reads the bytes of `media` and proves that they are what was promised: same length, same
    /// SHA-256.
    async fn read(&self, media: &Media) -> Result<Bytes, MediaError>;
}

/// Why the media store did not do as asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MediaError {
    #[error("`{key}` is no key of the media store")]
    BadKey { key: String },
    #[error("the media store has no `{key}`")]
    Missing { key: String },
    #[error("`{key}` is not what it was when the post was made")]
    Changed { key: String },
    #[error("the media store failed at `{key}`: {source}")]
    Io { key: String, source: std::io::Error },
}
