//! Uploads: `POST /api/v2/media`, and the wait for a picture that is still being worked on.

use std::time::Duration;

use reqwest::multipart::Form;
use reqwest::multipart::Part;

use crate::clock::Clock;
use crate::platforms::answer::json;
use crate::platforms::answer::unusable;
use crate::platforms::mastodon::MastodonPublisher;
use crate::platforms::mastodon::answer::accept;
use crate::platforms::mastodon::answer::refusal;
use crate::platforms::mastodon::client::id_of;
use crate::platforms::upload::unread;
use crate::post::media::Media;
use crate::publish::Cause;
use crate::publish::PublishError;
use crate::publish::Server;

/// How often a picture that is being worked on is asked after: for about three minutes in all.
const POLLS_MAX: u32 = 24;

const POLL_PAUSE_MIN: Duration = Duration::from_millis(200);
const POLL_PAUSE_MAX: Duration = Duration::from_secs(10);

impl MastodonPublisher {
    /// Uploads `media` and returns its id once it can be attached.
    pub(crate) async fn upload(
        &self,
        media: &Media,
        clock: &Clock,
    ) -> Result<String, PublishError> {
        let form = self.form(media).await?;
        let answer = accept(self.client.post_media(form).await?, clock.now())?;
        let id = json(&answer)
            .and_then(|attachment| id_of(&attachment))
            .ok_or_else(|| unusable(&answer, "the id of an upload"))?;
        // 202: it is still being worked on, and attaching it now would be refused.
        if answer.status == 202 {
            self.wait_until_ready(&id, clock).await?;
        }
        Ok(id)
    }

    /// Whether one of the uploads is certainly no longer to be had.
    pub(crate) async fn is_any_gone(&self, media_ids: &[String]) -> bool {
        for id in media_ids {
            if self.client.is_gone(id).await {
                return true;
            }
        }
        false
    }

    async fn form(&self, media: &Media) -> Result<Form, PublishError> {
        let bytes = self
            .media
            .read(media)
            .await
            .map_err(|error| unread(&error))?;
        // A part without a file name or a type is refused.
        let name = media
            .key
            .rsplit('/')
            .next()
            .unwrap_or(&media.key)
            .to_owned();
        let file = Part::stream(bytes)
            .file_name(name)
            .mime_str(&media.facts.mime)
            .map_err(|_| bad_type(&media.facts.mime))?;
        let form = Form::new().part("file", file);
        Ok(if media.alt.is_empty() {
            form
        } else {
            form.text("description", media.alt.clone())
        })
    }

    async fn wait_until_ready(&self, id: &str, clock: &Clock) -> Result<(), PublishError> {
        let mut pause = POLL_PAUSE_MIN;
        for _ in 0..POLLS_MAX {
            tokio::time::sleep(pause).await;
            let answer = self.client.get_media(id).await?;
            match answer.status {
                206 => pause = (pause * 3 / 2).min(POLL_PAUSE_MAX),
                200 => return Ok(()),
                _ => return Err(refusal(&answer, clock.now())),
            }
        }
        Err(still_processing())
    }
}

fn bad_type(mime: &str) -> PublishError {
    PublishError::Refused(Cause::new(format!("`{mime}` is no type of a file")))
}

fn still_processing() -> PublishError {
    PublishError::Unclear {
        cause: Cause::new("the server is still working on a picture after minutes"),
        server: Server::Done,
    }
}
