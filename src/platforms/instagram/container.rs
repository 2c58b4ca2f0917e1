//! The requests that make and publish a container (developers.facebook.com, `ig-user/media`,
//! `ig-user/media_publish` and `content_publishing_limit`, read 2026-11-23).

use crate::clock::Clock;
use crate::media::address::Lifetime;
use crate::platforms::graph::answer::Phase;
use crate::platforms::graph::answer::accept;
use crate::platforms::graph::answer::cause;
use crate::platforms::graph::answer::names_gone;
use crate::platforms::graph::answer::unheard;
use crate::platforms::graph::container::Created;
use crate::platforms::graph::container::LIFETIME;
use crate::platforms::graph::container::check_quota;
use crate::platforms::graph::container::id_in;
use crate::platforms::graph::container::items_not_found;
use crate::platforms::graph::container::unusable_container;
use crate::platforms::instagram::InstagramPublisher;
use crate::platforms::upload::unread;
use crate::post::media::Media;
use crate::publish::PublishError;
use crate::publish::Published;

const A_CONTAINER: &str = "the id of a container";

impl InstagramPublisher {
    /// `POST /{ig-user}/media` for a post of one picture.
    pub(crate) async fn create_single(
        &self,
        media: &Media,
        caption: &str,
        clock: &Clock,
    ) -> Result<Created, PublishError> {
        let caption = (!caption.is_empty()).then_some(("caption", caption));
        self.create_image(media, caption, clock).await
    }

    /// `POST /{ig-user}/media` for an item of a carousel, which has no caption of its own.
    pub(crate) async fn create_item(
        &self,
        media: &Media,
        clock: &Clock,
    ) -> Result<Created, PublishError> {
        let is_item = Some(("is_carousel_item", "true"));
        self.create_image(media, is_item, clock).await
    }

    async fn create_image(
        &self,
        media: &Media,
        more: Option<(&str, &str)>,
        clock: &Clock,
    ) -> Result<Created, PublishError> {
        let lifetime = Lifetime {
            from: clock.now(),
            length: LIFETIME,
        };
        let address = self.media.address(&media.key, lifetime).await;
        let address = address.map_err(|error| unread(&error))?;
        let mut fields = vec![("image_url", address.expose())];
        if !media.alt.is_empty() {
            fields.push(("alt_text", &media.alt));
        }
        fields.extend(more);
        let answer = self
            .client
            .post(&self.edge("media"), &fields, clock)
            .await?;
        let answer = answer.without(address.expose());
        let answer = accept(answer, Phase::Hidden, clock.now())?;
        let id = id_in(&answer, A_CONTAINER)?;
        Ok(Created {
            id,
            at: clock.now(),
        })
    }

    /// `POST /{ig-user}/media` for a carousel of `items`.
    pub(crate) async fn create_carousel(
        &self,
        items: &[Created],
        caption: &str,
        clock: &Clock,
    ) -> Result<Created, PublishError> {
        let ids: Vec<&str> = items.iter().map(|item| item.id.as_str()).collect();
        let children = ids.join(",");
        let mut fields = vec![("media_type", "CAROUSEL"), ("children", &children)];
        if !caption.is_empty() {
            fields.push(("caption", caption));
        }
        let answer = self
            .client
            .post(&self.edge("media"), &fields, clock)
            .await?;
        if names_gone(&answer) {
            return Err(items_not_found(items, cause(&answer), clock.now()));
        }
        let answer = accept(answer, Phase::Hidden, clock.now())?;
        let id = id_in(&answer, A_CONTAINER)?;
        Ok(Created {
            id,
            at: clock.now(),
        })
    }

    /// `POST /{ig-user}/media_publish`. This is what makes the post public.
    pub(crate) async fn publish_container(
        &self,
        container: &Created,
        items: usize,
        clock: &Clock,
    ) -> Result<Published, PublishError> {
        let fields = [("creation_id", container.id.as_str())];
        let path = self.edge("media_publish");
        let answer = self.client.publish(&path, &fields, clock).await?;
        if let Some(error) = unusable_container(&answer, container, items, clock.now()) {
            return Err(error);
        }
        let answer = accept(answer, Phase::Visible, clock.now())?;
        let id = id_in(&answer, "the id of a post").map_err(unheard)?;
        Ok(Published {
            remote_id: Some(id),
            url: None,
        })
    }

    /// `GET /{ig-user}/content_publishing_limit`: says to wait if the day's posts are used up. What
    /// cannot be learnt is no reason to wait: the publication itself will say.
    pub(crate) async fn check_quota(&self, clock: &Clock) -> Result<(), PublishError> {
        let query = [("fields", "config,quota_usage")];
        let path = self.edge("content_publishing_limit");
        let answer = self.client.get_if_quick(&path, &query, clock).await;
        check_quota(answer, clock.now())
    }

    fn edge(&self, name: &str) -> String {
        format!("{}/{name}", self.user_id)
    }
}
