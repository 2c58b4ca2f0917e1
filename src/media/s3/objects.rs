//! One request about one object: put, read, delete, describe, list.

use std::collections::HashMap;

use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::primitives::DateTime;
use bytes::Bytes;
use bytes::BytesMut;
use jiff::Timestamp;

use crate::media::Described;
use crate::media::Listed;
use crate::media::MediaError;
use crate::media::Page;
use crate::media::file::mime_of_name;
use crate::media::keys::MediaKey;
use crate::media::probe;
use crate::media::s3::OUTBOX;
use crate::media::s3::S3Store;
use crate::media::s3::client::patience;
use crate::media::s3::failure;
use crate::media::s3::failure::BucketError;
use crate::post::media::Media;

/// How often an object is read whose bytes do not all arrive.
const READINGS: u32 = 3;

/// The type of what is no known type.
const BYTES: &str = "application/octet-stream";

impl S3Store {
    /// Returns what every object is marked with.
    pub(super) fn marks(&self) -> HashMap<String, String> {
        let outbox = self.outbox.iter();
        outbox.map(|id| (OUTBOX.to_owned(), id.clone())).collect()
    }

    /// Stores `bytes` under `key`.
    pub(super) async fn put_object(
        &self,
        key: &str,
        bytes: Bytes,
        mime: &str,
    ) -> Result<(), MediaError> {
        let size_bytes = bytes.len() as u64;
        let request = self.client().await.put_object().bucket(self.bucket());
        let request = request
            .key(key)
            .content_type(mime)
            .set_metadata(Some(self.marks()))
            .body(ByteStream::from(bytes));
        let sent = request
            .customize()
            .config_override(patience(size_bytes))
            .send()
            .await;
        sent.map(|_| ()).map_err(|error| self.refused(key, &error))
    }

    /// Deletes what is under `key`, if anything is.
    pub(super) async fn delete_object(&self, key: &str) -> Result<(), MediaError> {
        let request = self.client().await.delete_object().bucket(self.bucket());
        match request.key(key).send().await {
            Ok(_) => Ok(()),
            Err(error) => match self.failed(key, &error) {
                MediaError::Missing { .. } => Ok(()),
                error => Err(error),
            },
        }
    }

    /// Reads what is under the key of `media`, and proves that it is what was promised. What breaks
    /// off is read again: the SDK does that only as long as nothing of the answer has come.
    pub(super) async fn read_object(&self, media: &Media) -> Result<Bytes, MediaError> {
        let mut reading = self.read_once(media).await;
        for _ in 1..READINGS {
            match &reading {
                Err(MediaError::Bucket(error)) if error.is_cut() => {
                    reading = self.read_once(media).await;
                }
                _ => break,
            }
        }
        reading
    }

    /// Reads what is under `key`, at most `bytes_max`. What breaks off is read again.
    pub(super) async fn get_object(&self, key: &str, bytes_max: u64) -> Result<Bytes, MediaError> {
        let mut reading = self.get_once(key, bytes_max).await;
        for _ in 1..READINGS {
            match &reading {
                Err(MediaError::Bucket(error)) if error.is_cut() => {
                    reading = self.get_once(key, bytes_max).await;
                }
                _ => break,
            }
        }
        reading
    }

    async fn get_once(&self, key: &str, bytes_max: u64) -> Result<Bytes, MediaError> {
        let too_large = || MediaError::TooLarge {
            key: key.to_owned(),
            bytes_max,
        };
        let request = self.client().await.get_object().bucket(self.bucket());
        let answer = request
            .key(key)
            .customize()
            .config_override(patience(bytes_max))
            .send()
            .await
            .map_err(|error| self.failed(key, &error))?;
        let length = answer.content_length.and_then(|it| u64::try_from(it).ok());
        if length.is_some_and(|length| length > bytes_max) {
            return Err(too_large());
        }
        let mut body = answer.body;
        let mut bytes = BytesMut::new();
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| self.cut(key, &error))?;
            if (bytes.len() + chunk.len()) as u64 > bytes_max {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.freeze())
    }

    async fn read_once(&self, media: &Media) -> Result<Bytes, MediaError> {
        let (key, promised) = (media.key.as_str(), media.facts.size_bytes);
        let changed = || MediaError::Changed {
            key: key.to_owned(),
        };
        let request = self.client().await.get_object().bucket(self.bucket());
        let answer = request
            .key(key)
            .customize()
            .config_override(patience(promised))
            .send()
            .await
            .map_err(|error| self.failed(key, &error))?;
        let length = answer.content_length.and_then(|it| u64::try_from(it).ok());
        if length.is_some_and(|length| length != promised) {
            return Err(changed());
        }
        let mut body = answer.body;
        let mut bytes = BytesMut::new();
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| self.cut(key, &error))?;
            if bytes.len() as u64 + chunk.len() as u64 > promised {
                return Err(changed());
            }
            bytes.extend_from_slice(&chunk);
        }
        if bytes.len() as u64 == promised && probe::sha256(&bytes) == media.facts.sha256 {
            Ok(bytes.freeze())
        } else {
            Err(changed())
        }
    }

    fn cut(&self, key: &str, error: &dyn std::error::Error) -> MediaError {
        let told = failure::cut(error);
        MediaError::Bucket(BucketError::new(&self.settings, key, told))
    }

    /// Asks what is under `key`.
    pub(super) async fn head(&self, key: &str) -> Result<Option<HeadObjectOutput>, MediaError> {
        let request = self.client().await.head_object().bucket(self.bucket());
        let error = match request.key(key).send().await {
            Ok(head) => return Ok(Some(head)),
            Err(error) => error,
        };
        let told = failure::told(&error);
        if told.is_mute() {
            return self.head_in_words(key).await;
        }
        match self.failed(key, &error) {
            MediaError::Missing { .. } => Ok(None),
            error => Err(error),
        }
    }

    /// Asks once more for what a HEAD was refused: the answer to a GET has a body, which says why.
    pub(super) async fn head_in_words(
        &self,
        key: &str,
    ) -> Result<Option<HeadObjectOutput>, MediaError> {
        let request = self.client().await.get_object().bucket(self.bucket());
        match request.key(key).range("bytes=0-0").send().await {
            // It has come to be there since.
            Ok(_) => {
                let request = self.client().await.head_object().bucket(self.bucket());
                let head = request.key(key).send().await;
                head.map(Some).map_err(|error| self.failed(key, &error))
            }
            Err(error) => match self.failed(key, &error) {
                MediaError::Missing { .. } => Ok(None),
                error => Err(error),
            },
        }
    }

    /// Lists one page of what is media.
    pub(super) async fn list_objects(
        &self,
        prefix: &str,
        after: Option<&str>,
    ) -> Result<Page, MediaError> {
        let request = self.client().await.list_objects_v2().bucket(self.bucket());
        let answer = request
            .prefix(prefix)
            .set_continuation_token(after.map(str::to_owned))
            .send()
            .await
            .map_err(|error| self.refused("", &error))?;
        let of_ours = answer.contents().iter().filter_map(|object| {
            let key: MediaKey = object.key()?.parse().ok()?;
            Some(Listed {
                key: key.as_str().to_owned(),
                size_bytes: size(object.size()),
                modified_at: timestamp(object.last_modified()),
            })
        });
        let listed = of_ours.collect();
        let is_truncated = answer.is_truncated().unwrap_or(false);
        let next = answer.next_continuation_token;
        Ok(Page {
            listed,
            next: next.filter(|_| is_truncated),
        })
    }
}

/// Returns what the answer to a HEAD says.
pub(super) fn described(head: &HeadObjectOutput) -> Described {
    let outbox = head.metadata().and_then(|marks| marks.get(OUTBOX));
    Described {
        size_bytes: size(head.content_length()),
        modified_at: timestamp(head.last_modified()),
        mime: head.content_type().map(str::to_owned),
        outbox: outbox.cloned(),
    }
}

/// Returns the type that the extension of a key stands for: it was chosen by what the file is.
pub(super) fn mime_of_key(key: &MediaKey) -> &'static str {
    mime_of_name(key.as_str()).unwrap_or(BYTES)
}

/// Returns a size as the SDK has it.
pub(super) fn size(size: Option<i64>) -> u64 {
    size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0)
}

fn timestamp(time: Option<&DateTime>) -> Timestamp {
    time.and_then(|time| Timestamp::from_second(time.secs()).ok())
        .unwrap_or(Timestamp::MIN)
}
