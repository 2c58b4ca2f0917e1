//! The requests that make and publish a container (developers.facebook.com, Threads posts, publishing
//! reference and troubleshooting, read 2026-11-23).

use crate::clock::Clock;
use crate::media::address::Address;
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
use crate::platforms::threads::ThreadsPublisher;
use crate::platforms::upload::unread;
use crate::post::media::Media;
use crate::post::post::Post;
use crate::publish::PublishError;
use crate::publish::Published;

const A_CONTAINER: &str = "the id of a container";

impl ThreadsPublisher {
    /// `POST /me/threads` for a post of a text alone, or of one picture.
    pub(crate) async fn create_single(
        &self,
        post: &Post,
        media: Option<&Media>,
        clock: &Clock,
    ) -> Result<Created, PublishError> {
        let Some(media) = media else {
            let card = post.card_for(&self.account);
            let mut fields = vec![("media_type", "TEXT")];
            fields.extend(card.as_deref().map(|card| ("link_attachment", card)));
            return self.create_post(fields, &[], post, clock).await;
        };
        let address = self.address_of(media, clock).await?;
        let fields = image_fields(media, &address);
        self.create_post(fields, &[], post, clock).await
    }

    /// `POST /me/threads` for an item of a carousel, which has no text of its own.
    pub(crate) async fn create_item(
        &self,
        media: &Media,
        clock: &Clock,
    ) -> Result<Created, PublishError> {
        let address = self.address_of(media, clock).await?;
        let mut fields = image_fields(media, &address);
        fields.push(("is_carousel_item", "true"));
        self.create_container(&fields, &[], clock).await
    }

    /// `POST /me/threads` for a carousel of `items`.
    pub(crate) async fn create_carousel(
        &self,
        items: &[Created],
        post: &Post,
        clock: &Clock,
    ) -> Result<Created, PublishError> {
        let ids: Vec<&str> = items.iter().map(|item| item.id.as_str()).collect();
        let children = ids.join(",");
        let fields = vec![("media_type", "CAROUSEL"), ("children", &children)];
        self.create_post(fields, items, post, clock).await
    }

    /// Makes a container that will be published, with everything about `post` but its pictures.
    async fn create_post<'a>(
        &'a self,
        mut fields: Vec<(&'a str, &'a str)>,
        items: &[Created],
        post: &'a Post,
        clock: &Clock,
    ) -> Result<Created, PublishError> {
        let text = post.text_for(&self.account);
        if !text.is_empty() {
            fields.push(("text", text));
        }
        if let Some(control) = self.reply_control {
            fields.push(("reply_control", control.name()));
        }
        if let Some(topic) = post.tags.first() {
            fields.push(("topic_tag", topic));
        }
        self.create_container(&fields, items, clock).await
    }

    async fn create_container(
        &self,
        fields: &[(&str, &str)],
        items: &[Created],
        clock: &Clock,
    ) -> Result<Created, PublishError> {
        let mut answer = self.client.post("me/threads", fields, clock).await?;
        for (_, address) in fields.iter().filter(|(name, _)| *name == "image_url") {
            answer = answer.without(address);
        }
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

    async fn address_of(&self, media: &Media, clock: &Clock) -> Result<Address, PublishError> {
        let lifetime = Lifetime {
            from: clock.now(),
            length: LIFETIME,
        };
        let address = self.media.address(&media.key, lifetime).await;
        address.map_err(|error| unread(&error))
    }

    /// `POST /me/threads_publish`. This is what makes the post public.
    pub(crate) async fn publish_container(
        &self,
        container: &Created,
        items: usize,
        clock: &Clock,
    ) -> Result<Published, PublishError> {
        let fields = [("creation_id", container.id.as_str())];
        let answer = self
            .client
            .publish("me/threads_publish", &fields, clock)
            .await?;
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

    /// `GET /me/threads_publishing_limit`: says to wait if the day's posts are used up. What cannot be
    /// learnt is no reason to wait: the publication itself will say.
    pub(crate) async fn check_quota(&self, clock: &Clock) -> Result<(), PublishError> {
        let query = [("fields", "quota_usage,config")];
        let path = "me/threads_publishing_limit";
        let answer = self.client.get_if_quick(path, &query, clock).await;
        check_quota(answer, clock.now())
    }
}

fn image_fields<'a>(media: &'a Media, address: &'a Address) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("media_type", "IMAGE"), ("image_url", address.expose())];
    if !media.alt.is_empty() {
        fields.push(("alt_text", &media.alt));
    }
    fields
}
