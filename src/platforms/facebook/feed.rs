//! The requests that stage photos and make a post (developers.facebook.com, Pages API posts, and the
//! Graph reference of `page/photos` and `page/feed`, read 2026-11-23).

use std::time::Duration;

use jiff::Timestamp;
use reqwest::multipart::Form;
use reqwest::multipart::Part;
use serde::Deserialize;
use serde::Serialize;
use serde_json::json;

use crate::clock::Clock;
use crate::clock::elapsed;
use crate::http::Answer;
use crate::platforms::answer::json as body_of;
use crate::platforms::answer::text_field;
use crate::platforms::facebook::DOMAINS;
use crate::platforms::facebook::FacebookPublisher;
use crate::platforms::graph::answer::Phase;
use crate::platforms::graph::answer::accept;
use crate::platforms::graph::answer::cause;
use crate::platforms::graph::answer::code_of;
use crate::platforms::graph::answer::meaning;
use crate::platforms::graph::answer::unheard;
use crate::platforms::graph::codes::Meaning;
use crate::platforms::graph::container::id_in;
use crate::platforms::permalink::Home;
use crate::platforms::upload::step_names;
use crate::platforms::upload::unread;
use crate::post::media::Media;
use crate::post::post::Post;
use crate::publish::Cause;
use crate::publish::PublishError;
use crate::publish::Published;
use crate::publish::Server;

/// How old a staged photo may be when it is attached. How long Meta keeps one that is not is written
/// nowhere; its containers live for a day.
const STAGED_FOR: Duration = Duration::from_hours(20);

/// A photo that nobody sees yet: what an upload step leaves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Staged {
    pub(crate) id: String,
    pub(crate) at: Timestamp,
}

impl FacebookPublisher {
    /// `POST /{page}/photos`, unpublished.
    pub(crate) async fn stage_photo(
        &self,
        media: &Media,
        clock: &Clock,
    ) -> Result<Staged, PublishError> {
        let bytes = self.media.read(media).await;
        let bytes = bytes.map_err(|error| unread(&error))?;
        let name = media.key.rsplit('/').next().unwrap_or(&media.key);
        let file = Part::stream(bytes)
            .file_name(name.to_owned())
            .mime_str(&media.facts.mime)
            .map_err(|_| bad_type(&media.facts.mime))?;
        let mut form = Form::new().text("published", "false");
        if !media.alt.is_empty() {
            form = form.text("alt_text_custom", media.alt.clone());
        }
        let form = form.part("source", file);
        let path = format!("{}/photos", self.page_id);
        let answer = self.client.post_file(&path, form, clock).await?;
        let answer = accept(answer, Phase::Hidden, clock.now())?;
        let id = id_in(&answer, "the id of a photo")?;
        Ok(Staged {
            id,
            at: clock.now(),
        })
    }

    /// Has photos staged anew that may be gone by now.
    pub(crate) fn check_age(photos: &[Staged], clock: &Clock) -> Result<(), PublishError> {
        let now = clock.now();
        if photos.iter().all(|it| elapsed(it.at, now) < STAGED_FOR) {
            return Ok(());
        }
        Err(PublishError::Stale {
            steps: step_names(photos.len()),
            cause: Cause::new("the photos were uploaded too long ago"),
        })
    }

    /// `POST /{page}/feed`. This is what makes the post public. The answer names its address, too.
    pub(crate) async fn publish_post(
        &self,
        post: &Post,
        photos: &[Staged],
        clock: &Clock,
    ) -> Result<Published, PublishError> {
        let attached: Vec<(String, String)> = photos
            .iter()
            .enumerate()
            .map(|(index, photo)| {
                let media = json!({"media_fbid": photo.id}).to_string();
                (format!("attached_media[{index}]"), media)
            })
            .collect();
        let mut fields = vec![("fields", "id,permalink_url")];
        let message = post.text_for(&self.account);
        // An empty one beside photos is refused with 197 (trypostit/trypost#41, read 2026-11-23).
        if !message.is_empty() {
            fields.push(("message", message));
        }
        let attached_fields = attached.iter().map(|(name, media)| (&**name, &**media));
        fields.extend(attached_fields);
        let path = format!("{}/feed", self.page_id);
        let card = post.card_for(&self.account);
        let mut answer = match &card {
            Some(card) => {
                let with_card = [fields.as_slice(), &[("link", card)]].concat();
                self.client.publish(&path, &with_card, clock).await?
            }
            None => self.client.publish(&path, &fields, clock).await?,
        };
        // Refused for its card, so that nothing was published: the text goes without it.
        if card.is_some() && is_about_link(&answer) {
            answer = self.client.publish(&path, &fields, clock).await?;
        }
        // Each photo is attached once: an earlier sending has done it.
        if meaning(&answer) == Some(Meaning::Duplicate) && !photos.is_empty() {
            return Err(PublishError::Unclear {
                cause: cause(&answer),
                server: Server::AtWork,
            });
        }
        let answer = accept(answer, Phase::Visible, clock.now())?;
        let id = id_in(&answer, "the id of a post").map_err(unheard)?;
        let body = body_of(&answer).unwrap_or_default();
        Ok(Published {
            url: Some(self.address(&body, &id)),
            remote_id: Some(id),
        })
    }

    /// Returns where people see the post `id`, of which the server tells `body`.
    pub(crate) fn address(&self, body: &serde_json::Value, id: &str) -> String {
        let home = Home {
            server: self.client.base(),
            domains: DOMAINS,
        };
        address(body, id, home)
    }
}

/// Returns where people see the post `id`: as the answer says, else as Facebook forwards it
/// (developers.facebook.com, Pages API posts, read 2026-11-23).
pub(crate) fn address(body: &serde_json::Value, id: &str, home: Home<'_>) -> String {
    let told = text_field(body, "permalink_url").and_then(|url| home.believed(url));
    told.unwrap_or_else(|| format!("https://www.facebook.com/{id}"))
}

/// Whether the answer refuses the link: a page of Facebook's own, or one that it cannot reach
/// (gitroomhq/postiz-app, read 2026-11-23).
fn is_about_link(answer: &Answer) -> bool {
    let about_link = [1_609_005, 1_609_008];
    let is_one = |number: Option<i64>| number.is_some_and(|it| about_link.contains(&it));
    let is_clear = (400..500).contains(&answer.status);
    is_clear && code_of(answer).is_some_and(|(code, subcode)| is_one(Some(code)) || is_one(subcode))
}

fn bad_type(mime: &str) -> PublishError {
    PublishError::Refused(Cause::new(format!("`{mime}` is no type of a file")))
}
