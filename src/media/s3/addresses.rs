//! Signed addresses: with one of them, whoever has no credentials may do one thing for a while.

use std::time::Duration;
use std::time::SystemTime;

use aws_sdk_s3::config::ProvideCredentials as _;
use aws_sdk_s3::presigning::PresignedRequest;
use aws_sdk_s3::presigning::PresigningConfig;
use jiff::SignedDuration;
use jiff::Timestamp;

use crate::media::MediaError;
use crate::media::address::Address;
use crate::media::address::Lifetime;
use crate::media::keys::MediaKey;
use crate::media::s3::S3Store;
use crate::media::s3::failure;
use crate::media::s3::failure::BucketError;

/// The longest that a signature may be good for
/// (docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html, read 2026-11-25).
pub(crate) const LIFETIME_MAX: Duration = Duration::from_hours(7 * 24);

/// What somebody else is going to upload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Announced<'a> {
    pub(crate) key: &'a MediaKey,
    pub(crate) mime: &'a str,
    /// How large it is to be, if that is known; then nothing else is accepted.
    pub(crate) size_bytes: Option<u64>,
}

/// How somebody else uploads something: a PUT to the address, with exactly these headers.
#[derive(Clone, Debug)]
pub(crate) struct Invitation {
    pub(crate) address: Address,
    /// Their names are in lower case.
    pub(crate) headers: Vec<(String, String)>,
}

/// When credentials stop working, and with them what they have signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CredentialsEnd {
    Never,
    At(Timestamp),
    /// They are those of a session, which ends, and nobody says when.
    Untold,
}

impl S3Store {
    /// Returns the name of the object under `key`, as other tools write it.
    pub(crate) fn name_of(&self, key: &MediaKey) -> String {
        format!("s3://{}/{key}", self.bucket())
    }

    /// Returns an address from which `key` can be fetched.
    pub(super) async fn presign_get(
        &self,
        key: &str,
        lifetime: Lifetime,
    ) -> Result<Address, MediaError> {
        let lifetime = self.lifetime(key, lifetime).await?;
        let request = self.client().await.get_object().bucket(self.bucket());
        let signed = request
            .key(key)
            .presigned(self.signing(key, lifetime)?)
            .await;
        let signed = signed.map_err(|error| self.failed(key, &error))?;
        Ok(address(&signed, lifetime))
    }

    /// Returns how somebody without credentials uploads what was announced.
    pub(crate) async fn presign_put(
        &self,
        announced: Announced<'_>,
        lifetime: Lifetime,
    ) -> Result<Invitation, MediaError> {
        let key = announced.key.as_str();
        let lifetime = self.lifetime(key, lifetime).await?;
        let size = announced.size_bytes.and_then(|it| i64::try_from(it).ok());
        let request = self.client().await.put_object().bucket(self.bucket());
        let request = request
            .key(key)
            .content_type(announced.mime)
            .set_content_length(size)
            .set_metadata(Some(self.marks()));
        let signed = request.presigned(self.signing(key, lifetime)?).await;
        let signed = signed.map_err(|error| self.failed(key, &error))?;
        let header = |(name, value): (&str, &str)| (name.to_ascii_lowercase(), value.to_owned());
        let mut headers: Vec<_> = signed.headers().map(header).collect();
        headers.sort();
        Ok(Invitation {
            address: address(&signed, lifetime),
            headers,
        })
    }

    /// Returns `lifetime`, cut to that of the credentials: what they have signed ends with them.
    async fn lifetime(&self, key: &str, lifetime: Lifetime) -> Result<Lifetime, MediaError> {
        let mut length = lifetime.length.min(LIFETIME_MAX);
        if let CredentialsEnd::At(end) = self.credentials_end(key).await? {
            let left = end.duration_since(lifetime.from).max(SignedDuration::ZERO);
            length = length.min(left.unsigned_abs());
        }
        Ok(Lifetime { length, ..lifetime })
    }

    /// Returns when what is signed ends, however long it was meant to be good. A request about `key`
    /// needs to know.
    pub(crate) async fn credentials_end(&self, key: &str) -> Result<CredentialsEnd, MediaError> {
        let Some(provider) = &self.connected().await.credentials else {
            return Ok(CredentialsEnd::Never);
        };
        let credentials = provider.provide_credentials().await.map_err(|error| {
            let told = failure::no_credentials(&error);
            MediaError::Bucket(BucketError::new(&self.settings, key, told))
        })?;
        let end = credentials.expiry();
        Ok(match end.and_then(|it| Timestamp::try_from(it).ok()) {
            Some(end) => CredentialsEnd::At(end),
            None if credentials.session_token().is_some() => CredentialsEnd::Untold,
            None => CredentialsEnd::Never,
        })
    }

    fn signing(&self, key: &str, lifetime: Lifetime) -> Result<PresigningConfig, MediaError> {
        let since = lifetime.from.duration_since(Timestamp::UNIX_EPOCH);
        let since = since.max(SignedDuration::ZERO).unsigned_abs();
        PresigningConfig::builder()
            .start_time(SystemTime::UNIX_EPOCH + since)
            .expires_in(lifetime.length)
            .build()
            .map_err(|error| {
                let told = failure::refused(error.to_string());
                MediaError::Bucket(BucketError::new(&self.settings, key, told))
            })
    }
}

fn address(signed: &PresignedRequest, lifetime: Lifetime) -> Address {
    let length = SignedDuration::try_from(lifetime.length).unwrap_or(SignedDuration::ZERO);
    let end = lifetime.from.checked_add(length).unwrap_or(lifetime.from);
    Address::signed(signed.uri().to_owned(), end)
}
