//! Instagram: a container is made of pictures that Meta fetches, and then published.
//!
//! developers.facebook.com, Instagram content publishing, read 2026-11-23. Instagram knows no key of
//! ours, but the container does what a key would: its id is written down before it is published, and
//! it tells whether it was. A second container would be a second post, so that another one is made
//! only where the first was certainly never published.
//!
//! Both log-ins work: at Instagram (graph.instagram.com) and at Facebook (graph.facebook.com).

pub(crate) mod check;
mod container;
pub(crate) mod log_in;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;
use tokio::join;
use url::Url;

use crate::clock::Clock;
use crate::config::secret::Secret;
use crate::config::sessions::SessionStore;
use crate::http::Http;
use crate::media::MediaStore;
use crate::platforms::graph::carousel::create_items;
use crate::platforms::graph::carousel::wait_for_items;
use crate::platforms::graph::client::Client;
use crate::platforms::graph::client::GRAPH_VERSION;
use crate::platforms::graph::container::CREATE_CONTAINER;
use crate::platforms::graph::container::Created;
use crate::platforms::graph::container::Fields;
use crate::platforms::graph::container::PUBLISH_CONTAINER;
use crate::platforms::graph::container::is_public;
use crate::platforms::graph::container::knows_step;
use crate::platforms::graph::container::settled;
use crate::platforms::graph::container::steps_of;
use crate::platforms::graph::look::Lookup;
use crate::platforms::graph::newest::List;
use crate::platforms::graph::permalink::with_address;
use crate::platforms::graph::take_down;
use crate::platforms::graph::token::Token;
use crate::post::account_name::AccountName;
use crate::post::media::Media;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Published;
use crate::publish::Publisher;
use crate::publish::Renewal;
use crate::publish::Renewed;
use crate::publish::TakenDown;
use crate::publish::step::Step;
use crate::publish::step_log::StepLog;
use crate::text::normalise;

/// How long a publication may go on, and its traces may be missing, after its answer was lost.
const SETTLE: Duration = Duration::from_mins(1);

/// The host of the API for a log-in at Facebook.
const LOGIN_AT_FACEBOOK: &str = "graph.facebook.com";

/// Where the API is for a log-in at Instagram.
const LOGIN_AT_INSTAGRAM: &str = "https://graph.instagram.com";

/// Where its posts are seen (developers.facebook.com, `ig-media`, `permalink`, read 2026-11-23).
const DOMAINS: &[&str] = &["instagram.com"];

const FIELDS: Fields = Fields {
    state: "status_code",
    reason: "status",
};

/// An account on Instagram.
#[derive(Clone, Debug)]
pub(crate) struct InstagramAccount {
    pub(crate) name: AccountName,
    /// The id of the professional account, to publish with.
    pub(crate) user_id: String,
    pub(crate) api: Url,
    pub(crate) token: Secret,
}

/// Publishes for one account.
pub(crate) struct InstagramPublisher {
    account: AccountName,
    user_id: String,
    client: Client,
    media: Arc<dyn MediaStore>,
}

/// Returns the client of `account`. Only a token of the log-in at Instagram is renewed: one of the
/// log-in at Facebook has no end, or none that can be moved.
fn client_of(http: Arc<Http>, account: &InstagramAccount, sessions: Arc<SessionStore>) -> Client {
    let (api, configured) = (&account.api, account.token.clone());
    let token = if api.host_str() == Some(LOGIN_AT_FACEBOOK) {
        Token::lasting(configured)
    } else {
        Token::renewed(
            Platform::Instagram,
            "ig_refresh_token",
            api,
            configured,
            sessions,
        )
    };
    Client::new(http, api, GRAPH_VERSION, token)
}

impl InstagramPublisher {
    /// Returns the publisher of `account`.
    pub(crate) fn new(
        http: Arc<Http>,
        media: Arc<dyn MediaStore>,
        account: InstagramAccount,
        sessions: Arc<SessionStore>,
    ) -> Self {
        Self {
            client: client_of(http, &account, sessions),
            account: account.name,
            user_id: account.user_id,
            media,
        }
    }

    /// Makes the container of `post`: of one picture, or of the items of a carousel.
    async fn create(
        &self,
        caption: &str,
        media: &[Media],
        steps: &StepLog<'_>,
    ) -> Result<Created, PublishError> {
        let clock = steps.clock();
        let create = Step::repeatable(CREATE_CONTAINER);
        if let [only] = media {
            let single = || self.create_single(only, caption, clock);
            return steps.step(create, single).await;
        }
        let item = |media| self.create_item(media, clock);
        let items = create_items(media, steps, item).await?;
        let carousel = || async {
            wait_for_items(&self.client, &items, FIELDS, clock).await?;
            self.create_carousel(&items, caption, clock).await
        };
        steps.step(create, carousel).await
    }

    /// Whether `found`, one of the newest posts, says what `post` says.
    fn is_it(&self, found: &Value, post: &Post) -> bool {
        let media = post.media_for(&self.account).len();
        let kind = if media == 1 {
            "IMAGE"
        } else {
            "CAROUSEL_ALBUM"
        };
        let children = found["children"]["data"].as_array().map(Vec::len);
        let has_as_many = media == 1 || children.is_none_or(|children| children == media);
        let caption = normalise(found["caption"].as_str().unwrap_or_default());
        found["media_type"] == kind && has_as_many && caption == post.text_for(&self.account)
    }
}

#[async_trait]
impl Publisher for InstagramPublisher {
    fn account(&self) -> &AccountName {
        &self.account
    }

    fn platform(&self) -> Platform {
        Platform::Instagram
    }

    fn place(&self) -> &str {
        &self.user_id
    }

    fn host(&self) -> &str {
        self.client.origin()
    }

    fn settle(&self) -> Duration {
        SETTLE
    }

    fn knows_step(&self, step: &str) -> bool {
        knows_step(step)
    }

    async fn publish(&self, post: &Post, steps: &StepLog<'_>) -> Result<Published, PublishError> {
        let clock = steps.clock();
        self.client.check_usage(clock)?;
        let media = post.media_for(&self.account);
        let caption = post.text_for(&self.account);

        let (created, is_left) =
            join!(self.create(caption, &media, steps), self.check_quota(clock));
        let created = created?;
        is_left?;
        let state = settled(&self.client, &created, FIELDS, clock).await?;

        let is_it = |found: &Value| self.is_it(found, post);
        let path = self.list_path();
        let lookup = self.lookup(&path, &is_it);
        let is_public = match is_public(state, &steps_of(media.len())) {
            Err(error) if steps.was_tried(PUBLISH_CONTAINER) => {
                lookup.before_another(error, &created, steps).await?;
                true
            }
            is_public => is_public?,
        };
        let publish = || async {
            if is_public {
                return Ok(lookup.name(&created, steps).await);
            }
            match self.publish_container(&created, media.len(), clock).await {
                Err(error) => lookup.before_another(error, &created, steps).await,
                published => published,
            }
        };
        // What a second publication of a container does is written nowhere.
        let step = Step::once(PUBLISH_CONTAINER).visible();
        let published = steps.step(step, publish).await?;
        Ok(with_address(&self.client, published, DOMAINS, clock).await)
    }

    /// Only with a log-in at Facebook, since 2025-12-03 (facebook/facebook-business-sdk-codegen ad2b0b6,
    /// where `IGMedia` can be deleted and `IGMediaForIGOnlyAPI` cannot, read 2026-11-23).
    async fn take_down(&self, remote_id: &str, clock: &Clock) -> Result<TakenDown, PublishError> {
        let why = "Instagram deletes only for programs with a log-in at Facebook";
        if self.client.origin() == LOGIN_AT_INSTAGRAM {
            return Ok(TakenDown::NotPossible(why.to_owned()));
        }
        match take_down::delete(&self.client, remote_id, clock).await {
            Err(PublishError::Refused(cause)) => {
                let why = format!("{why}: {}", cause.message);
                Ok(TakenDown::NotPossible(why))
            }
            other => other,
        }
    }

    async fn renew_credential(
        &self,
        when: Renewal,
        clock: &Clock,
    ) -> Result<Renewed, PublishError> {
        self.client.renew_token(when, clock).await
    }

    fn credential_ends_at(&self) -> Option<Timestamp> {
        self.client.token_ends_at()
    }

    async fn look(&self, post: &Post, steps: &StepLog<'_>) -> Result<Looked, PublishError> {
        let is_it = |found: &Value| self.is_it(found, post);
        self.lookup(&self.list_path(), &is_it).look(steps).await
    }
}

impl InstagramPublisher {
    fn list_path(&self) -> String {
        format!("{}/media", self.user_id)
    }

    fn lookup<'a>(
        &'a self,
        path: &'a str,
        is_it: &'a (dyn Fn(&Value) -> bool + Sync),
    ) -> Lookup<'a> {
        Lookup {
            client: &self.client,
            fields: FIELDS,
            list: List {
                path,
                fields: "id,caption,timestamp,media_type,permalink,children{id}",
                made_at: "timestamp",
                url: "permalink",
                domains: DOMAINS,
            },
            is_it,
        }
    }
}
