//! Uploads: `com.atproto.repo.uploadBlob`.

use bytes::Bytes;
use serde_json::Value;

use crate::clock::Clock;
use crate::http::Answer;
use crate::platforms::answer::json;
use crate::platforms::answer::unusable;
use crate::platforms::bluesky::BlueskyPublisher;
use crate::platforms::bluesky::answer::accept;
use crate::platforms::upload::unread;
use crate::post::media::Media;
use crate::publish::PublishError;

impl BlueskyPublisher {
    /// Uploads `media` and returns the blob, as the server put it: its type is the one that the
    /// server found, and a record that says another is refused.
    pub(crate) async fn upload_blob(
        &self,
        media: &Media,
        clock: &Clock,
    ) -> Result<Value, PublishError> {
        let bytes = self
            .media
            .read(media)
            .await
            .map_err(|error| unread(&error))?;
        self.upload_bytes(&media.facts.mime, bytes, clock).await
    }

    /// Uploads a file that is no media of the post.
    pub(crate) async fn upload_bytes(
        &self,
        mime: &str,
        bytes: Bytes,
        clock: &Clock,
    ) -> Result<Value, PublishError> {
        let method = "com.atproto.repo.uploadBlob";
        let answer = self.client.post_bytes(method, mime, bytes, clock).await?;
        let answer = accept(answer, clock.now())?;
        blob_in(&answer).ok_or_else(|| unusable(&answer, "a blob"))
    }
}

/// Returns the blob in an answer, as the server put it.
pub(crate) fn blob_in(answer: &Answer) -> Option<Value> {
    let blob = json(answer)?.get_mut("blob")?.take();
    let has_link = blob.pointer("/ref/$link").is_some_and(Value::is_string);
    has_link.then_some(blob)
}
