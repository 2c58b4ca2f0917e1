//! The look: which post shows the staged photos, or says what ours says?
//!
//! What a Page lists is ranked, about 600 posts a year of them all (developers.facebook.com, Graph
//! reference `page/feed`, read 2026-11-23): that a post is not in it proves nothing.

use serde_json::Value;

use crate::clock::Clock;
use crate::platforms::answer::is_plain_id;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::facebook::DOMAINS;
use crate::platforms::facebook::FacebookPublisher;
use crate::platforms::facebook::feed::Staged;
use crate::platforms::graph::answer::Phase;
use crate::platforms::graph::answer::accept;
use crate::platforms::graph::newest;
use crate::platforms::graph::newest::List;
use crate::platforms::graph::newest::Seen;
use crate::platforms::upload::step_names;
use crate::post::post::Post;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Published;
use crate::publish::step_log::StepLog;
use crate::text::normalise;

impl FacebookPublisher {
    /// Looks for `post`.
    pub(crate) async fn look_for(
        &self,
        post: &Post,
        steps: &StepLog<'_>,
    ) -> Result<Looked, PublishError> {
        let photos = if steps.is_unanswered() {
            self.staged(post, steps)?
        } else {
            Vec::new()
        };
        if let Some(first) = photos.first()
            && let Some(published) = self.story_of(first, steps).await?
        {
            return Ok(Looked::Found(published));
        }
        let path = format!("{}/published_posts", self.page_id);
        let list = List {
            path: &path,
            fields: "id,message,created_time,permalink_url,\
                     attachments{type,target,subattachments{target}}",
            made_at: "created_time",
            url: "permalink_url",
            domains: DOMAINS,
        };
        let is_it = |found: &Value| self.is_it(found, post, &photos);
        let since = steps.public_since();
        let seen = newest::find(&self.client, list, is_it, since, steps).await?;
        Ok(match (seen, steps.is_unanswered()) {
            (Seen::Once(published), _) | (Seen::Often(published), false) => {
                Looked::Found(published)
            }
            (Seen::Often(_), true) | (Seen::Unread, false) => Looked::CannotTell,
            (Seen::Never, false) => Looked::Absent,
            (Seen::Never | Seen::Unread, true) => Looked::Unseen,
        })
    }

    fn staged(&self, post: &Post, steps: &StepLog<'_>) -> Result<Vec<Staged>, PublishError> {
        let media = post.media_for(&self.account);
        let staged = step_names(media.len())
            .into_iter()
            .filter_map(|step| steps.output::<Staged>(&step));
        staged.collect()
    }

    /// Returns the post that shows `photo`, if the photo names one and it is public.
    async fn story_of(
        &self,
        photo: &Staged,
        steps: &StepLog<'_>,
    ) -> Result<Option<Published>, PublishError> {
        let clock = steps.clock();
        let query = [("fields", "page_story_id")];
        let Some(body) = self.read(&photo.id, &query, clock).await? else {
            return Ok(None);
        };
        let story = text_field(&body, "page_story_id").filter(|id| is_plain_id(id));
        let Some(id) = story else {
            return Ok(None);
        };
        let query = [("fields", "id,is_published,permalink_url")];
        let Some(body) = self.read(id, &query, clock).await? else {
            return Ok(None);
        };
        if body["is_published"] != true || steps.belongs_to_another(id).await? {
            return Ok(None);
        }
        Ok(Some(Published {
            remote_id: Some(id.to_owned()),
            url: Some(self.address(&body, id)),
        }))
    }

    /// Reads the object `id`; nothing if the server says that it shows none.
    async fn read(
        &self,
        id: &str,
        query: &[(&str, &str)],
        clock: &Clock,
    ) -> Result<Option<Value>, PublishError> {
        let answer = self.client.get(id, query, clock).await?;
        let is_denied = (400..500).contains(&answer.status);
        match accept(answer, Phase::Reading, clock.now()) {
            Ok(answer) => Ok(json(&answer)),
            Err(PublishError::Refused(_) | PublishError::Unclear { .. }) if is_denied => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether `found`, one of the Page's posts, says what `post` says and shows as many pictures:
    /// the `photos`, where the list names them.
    fn is_it(&self, found: &Value, post: &Post, photos: &[Staged]) -> bool {
        let message = normalise(found["message"].as_str().unwrap_or_default());
        let shown = photos_in(found);
        let are_ours = || photos.iter().all(|photo| shown.contains(&Some(&*photo.id)));
        let are_named = !shown.is_empty() && shown.iter().all(Option::is_some);
        message == post.text_for(&self.account)
            && shown.len() == post.media_for(&self.account).len()
            && (!are_named || are_ours())
    }
}

/// Returns the photos that a post of the list shows, each with its id where the list has it.
pub(crate) fn photos_in(post: &Value) -> Vec<Option<&str>> {
    let attachments = post.pointer("/attachments/data").and_then(Value::as_array);
    let attachments = attachments.map_or(&[][..], Vec::as_slice);
    let mut photos = Vec::new();
    for attachment in attachments {
        let several = attachment.pointer("/subattachments/data");
        match several.and_then(Value::as_array) {
            Some(several) if !several.is_empty() => {
                photos.extend(several.iter().map(|it| it.pointer("/target/id")?.as_str()));
            }
            _ if attachment["type"] == "photo" => {
                photos.push(attachment.pointer("/target/id").and_then(Value::as_str));
            }
            _ => {}
        }
    }
    photos
}
