//! Where the pictures are: `temp/` while they are uploaded, `posts/` once a post has them.
//!
//! A row of the outbox never refers to media that is not yet under `posts/`. The order is: put in
//! `temp/`, promote to `posts/`, commit the row, delete from `temp/`. A crash leaves litter, never
//! a dangling row.

pub(crate) mod address;
#[cfg(test)]
pub(crate) mod contract;
pub(crate) mod file;
pub(crate) mod fit;
pub(crate) mod folder;
pub(crate) mod keys;
pub(crate) mod probe;
pub(crate) mod s3;
#[cfg(test)]
pub(crate) mod samples;

use std::path::PathBuf;

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;

use crate::media::address::Address;
use crate::media::address::Lifetime;
use crate::media::file::Progress;
use crate::media::file::Upload;
use crate::media::file::Uploaded;
use crate::media::s3::failure::BucketError;
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

    /// Reads what is under `key`, of which nothing is known yet: at most `bytes_max`.
    async fn get(&self, key: &str, bytes_max: u64) -> Result<Bytes, MediaError>;

    /// Stores a file of any size under a key of `temp/`, in constant memory. What was interrupted
    /// goes on where it stopped, under the key that it had then; a file that changes meanwhile is
    /// never stored.
    async fn upload(
        &self,
        upload: &Upload<'_>,
        progress: Progress<'_>,
    ) -> Result<Uploaded, MediaError>;

    /// Lists what is under the keys that begin with `prefix`, in the order of the keys, a page at a
    /// time; `after` is what the page before said comes next.
    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Page, MediaError>;

    /// Finds what processes that died have left below `prefix` under no key, if it is older than
    /// `before`, and removes it if it is to. Nothing, where what is there is whole or not at all; a
    /// bucket has a rule of its own for uploads in parts that were never ended.
    async fn clear_away(
        &self,
        _prefix: &str,
        _before: Timestamp,
        _clearing: Clearing,
    ) -> Result<Vec<Listed>, MediaError> {
        Ok(Vec::new())
    }

    /// Says what is under `key`, or nothing if nothing is.
    async fn describe(&self, key: &str) -> Result<Option<Described>, MediaError>;

    /// Returns the address from which others can fetch what is under `key`, whether or not anything
    /// is. It lives as asked or shorter, where the credentials do.
    async fn address(&self, key: &str, lifetime: Lifetime) -> Result<Address, MediaError>;
}

/// A part of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) listed: Vec<Listed>,
    /// What to ask for the next page with, if there is one.
    pub(crate) next: Option<String>,
}

/// Whether litter is only looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clearing {
    Lists,
    Removes,
}

/// A line of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    /// Its key; of what is under none, the name that stands for one.
    pub(crate) key: String,
    pub(crate) size_bytes: u64,
    pub(crate) modified_at: Timestamp,
}

/// What a store knows of something that it keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Described {
    pub(crate) size_bytes: u64,
    pub(crate) modified_at: Timestamp,
    /// The type that it is served as; a folder knows none.
    pub(crate) mime: Option<String>,
    /// The id of the outbox that it belongs to, if it was said when it was stored.
    pub(crate) outbox: Option<String>,
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
    #[error("`{key}` has more than {bytes_max} bytes")]
    TooLarge { key: String, bytes_max: u64 },
    #[error("the media store failed at `{key}`: {source}")]
    Io { key: String, source: std::io::Error },
    /// Something about a bucket, which says itself what to do.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    #[error("nobody else can fetch `{key}` from a folder of this machine")]
    NoAddress { key: String },
    #[error("`{}` cannot be uploaded: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("`{}` changed while it was uploaded", path.display())]
    FileChanged { path: PathBuf },
    #[error("`{}` is uploaded by another process just now", path.display())]
    FileBusy { path: PathBuf },
}

impl MediaError {
    /// Returns a stable word for programs.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::BadKey { .. } => "bad_key",
            Self::Missing { .. } => "no_such_media",
            Self::Bucket(error) => error.kind(),
            _ => "media",
        }
    }

    /// Returns what a person can do about it.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::BadKey { .. } => "`hayon media list` shows the keys".into(),
            Self::Missing { .. } => {
                "was it uploaded more than a day ago? `hayon media list` shows what is there".into()
            }
            Self::Changed { .. } => "post it anew".into(),
            Self::TooLarge { .. } => "no platform takes so much: make it smaller".into(),
            Self::Io { .. } => {
                "nothing was sent; is the media folder writable, and is there room?".into()
            }
            Self::Bucket(error) => error.hint(),
            Self::NoAddress { .. } => {
                "set `public_url` in `[media]` to where your web server shows the folder, or use a \
                 bucket"
                    .into()
            }
            Self::File { .. } => "name a file that you can read".into(),
            Self::FileChanged { .. } => "upload it again when nothing writes to it any more".into(),
            Self::FileBusy { .. } => "wait until that has ended".into(),
        }
    }
}
