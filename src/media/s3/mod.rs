//! Media in a bucket of S3, or of any storage that speaks as S3 does.
//!
//! The AWS SDK sends the requests, and repeats those whose answer was lost: every request here may
//! be repeated, since it writes bytes of ours under a key of ours. It finds the credentials, too. What
//! an object belongs to is said in its metadata, for a bucket may serve more than one outbox.
//!
//! What the credentials must allow on the bucket: `s3:ListBucket`, and on its objects
//! `s3:GetObject`, `s3:PutObject`, `s3:DeleteObject`, `s3:AbortMultipartUpload` and
//! `s3:ListMultipartUploadParts`; for `hayon media setup` also `s3:GetBucketCORS`,
//! `s3:PutBucketCORS`, `s3:GetLifecycleConfiguration` and `s3:PutLifecycleConfiguration`.

pub(crate) mod addresses;
mod client;
mod codes;
pub(crate) mod failure;
mod objects;
mod part;
mod promote;
pub(crate) mod setup;
pub(crate) mod transport;
mod unfinished;
mod upload;

#[cfg(test)]
mod tests;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::SharedCredentialsProvider;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::error::SdkError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use bytes::Bytes;
use tokio::sync::OnceCell;
use url::Url;

use crate::media::Described;
use crate::media::MediaError;
use crate::media::MediaStore;
use crate::media::Page;
use crate::media::address::Address;
use crate::media::address::Lifetime;
use crate::media::file::Progress;
use crate::media::file::Upload;
use crate::media::file::Uploaded;
use crate::media::keys::MediaKey;
use crate::media::s3::client::Connected;
use crate::media::s3::failure::BucketError;
use crate::post::media::Media;

/// Under which name an object's metadata have the id of its outbox.
const OUTBOX: &str = "hayon-outbox";

/// Under which name the metadata of what was promoted have the entity tag of what it was copied from.
const SOURCE: &str = "hayon-source";

/// Where the bucket is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct S3Settings {
    pub(crate) bucket: String,
    /// As the SDK finds it, if it is not said.
    pub(crate) region: Option<String>,
    /// Amazon's own, if it is not said.
    pub(crate) endpoint: Option<Url>,
    pub(crate) path_style: bool,
    /// Where a web server shows the bucket.
    pub(crate) public_url: Option<Url>,
}

/// A bucket that keeps media.
#[derive(Debug)]
pub(crate) struct S3Store {
    settings: S3Settings,
    /// What every object is marked with that is stored.
    outbox: Option<String>,
    /// Instead of what the SDK would find.
    credentials: Option<SharedCredentialsProvider>,
    connected: OnceCell<Connected>,
}

impl S3Store {
    /// Returns the store in the bucket of `settings`, for the outbox with this id. Nothing is looked
    /// up before it is used.
    pub(crate) fn new(settings: S3Settings, outbox: Option<String>) -> Self {
        Self {
            settings,
            outbox,
            credentials: None,
            connected: OnceCell::new(),
        }
    }

    /// Whether a web server of the user's shows the bucket, so that nothing need be signed.
    pub(crate) fn is_public(&self) -> bool {
        self.settings.public_url.is_some()
    }

    async fn connected(&self) -> &Connected {
        let connect = || client::connect(&self.settings, self.credentials.clone());
        self.connected.get_or_init(connect).await
    }

    async fn client(&self) -> &Client {
        &self.connected().await.client
    }

    fn bucket(&self) -> &str {
        &self.settings.bucket
    }

    /// Returns what it means that a request about `key` failed.
    fn failed<E>(&self, key: &str, error: &SdkError<E, HttpResponse>) -> MediaError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let about = failure::told(error);
        if about.is_missing() {
            return MediaError::Missing {
                key: key.to_owned(),
            };
        }
        MediaError::Bucket(BucketError::new(&self.settings, key, about))
    }

    /// Returns the error of a request that asks for nothing that could be missing.
    fn refused<E>(&self, key: &str, error: &SdkError<E, HttpResponse>) -> MediaError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let about = failure::told(error).where_nothing_can_be_missing();
        MediaError::Bucket(BucketError::new(&self.settings, key, about))
    }
}

/// Returns `key` if it is one.
fn checked(key: &str) -> Result<MediaKey, MediaError> {
    key.parse()
}

#[async_trait]
impl MediaStore for S3Store {
    async fn put(&self, key: &str, bytes: Bytes) -> Result<(), MediaError> {
        let key = checked(key)?;
        let mime = objects::mime_of_key(&key);
        self.put_object(key.as_str(), bytes, mime).await
    }

    async fn promote(&self, temp: &str, posts: &str) -> Result<(), MediaError> {
        let (temp, posts) = (checked(temp)?, checked(posts)?);
        self.promote_object(temp.as_str(), posts.as_str()).await
    }

    async fn delete(&self, key: &str) -> Result<(), MediaError> {
        self.delete_object(checked(key)?.as_str()).await
    }

    async fn get(&self, key: &str, bytes_max: u64) -> Result<Bytes, MediaError> {
        checked(key)?;
        self.get_object(key, bytes_max).await
    }

    async fn read(&self, media: &Media) -> Result<Bytes, MediaError> {
        checked(&media.key)?;
        self.read_object(media).await
    }

    async fn upload(
        &self,
        upload: &Upload<'_>,
        progress: Progress<'_>,
    ) -> Result<Uploaded, MediaError> {
        self.upload_file(upload, progress).await
    }

    async fn list(&self, prefix: &str, after: Option<&str>) -> Result<Page, MediaError> {
        self.list_objects(prefix, after).await
    }

    async fn describe(&self, key: &str) -> Result<Option<Described>, MediaError> {
        let head = self.head(checked(key)?.as_str()).await?;
        Ok(head.as_ref().map(objects::described))
    }

    async fn address(&self, key: &str, lifetime: Lifetime) -> Result<Address, MediaError> {
        let key = checked(key)?;
        match &self.settings.public_url {
            Some(base) => Ok(Address::public(base, key.as_str())),
            None => self.presign_get(key.as_str(), lifetime).await,
        }
    }
}
