//! Threads: a container is made of the text and of pictures that Meta fetches, and then published.
//!
//! developers.facebook.com, Threads posts, read 2026-11-23. As on Instagram, the container does what a
//! key of ours would: its id is written down before it is published, and it tells whether it was. So
//! a text has one too: `auto_publish_text` would publish at once, with nothing to ask afterwards.

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
use crate::config::meta::ReplyControl;
use crate::config::secret::Secret;
use crate::config::sessions::SessionStore;
use crate::http::Http;
use crate::media::MediaStore;
use crate::platforms::graph::carousel::create_items;
use crate::platforms::graph::carousel::wait_for_items;
use crate::platforms::graph::client::Client;
use crate::platforms::graph::client::THREADS_VERSION;
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

/// Where its posts are seen: `threads.com`, and `threads.net`, which works too (developers.facebook.com,
/// Threads, read 2026-11-23).
const DOMAINS: &[&str] = &["threads.com", "threads.net"];

const FIELDS: Fields = Fields {
    state: "status",
    reason: "error_message",
};

/// The user whose token it is: a number that was stored has been refused with a token that is good
/// (a client's issue, mimi-seed-sdk#15, read 2026-11-23).
const ME: &str = "me";

/// An account on Threads.
#[derive(Clone, Debug)]
pub(crate) struct ThreadsAccount {
    pub(crate) name: AccountName,
    /// Whose the token is; whoever that is, if nobody says.
    pub(crate) user_id: Option<String>,
    /// Who may reply; whoever the profile says, if nobody says.
    pub(crate) reply_control: Option<ReplyControl>,
    pub(crate) api: Url,
    pub(crate) token: Secret,
}

/// Publishes for one account.
pub(crate) struct ThreadsPublisher {
    account: AccountName,
    user_id: Option<String>,
    reply_control: Option<ReplyControl>,
    client: Client,
    media: Arc<dyn MediaStore>,
}

/// Returns the client of `account`.
fn client_of(http: Arc<Http>, account: &ThreadsAccount, sessions: Arc<SessionStore>) -> Client {
    let (api, configured) = (&account.api, account.token.clone());
    let token = Token::renewed(
        Platform::Threads,
        "th_refresh_token",
        api,
        configured,
        sessions,
    );
    Client::new(http, api, THREADS_VERSION, token)
}

impl ThreadsPublisher {
    /// Returns the publisher of `account`.
    pub(crate) fn new(
        http: Arc<Http>,
        media: Arc<dyn MediaStore>,
        account: ThreadsAccount,
        sessions: Arc<SessionStore>,
    ) -> Self {
        Self {
            client: client_of(http, &account, sessions),
            account: account.name,
            user_id: account.user_id,
            reply_control: account.reply_control,
            media,
        }
    }

    /// Makes the container of `post`: of its text, of one picture, or of the items of a carousel.
    async fn create(
        &self,
        post: &Post,
        media: &[Media],
        steps: &StepLog<'_>,
    ) -> Result<Created, PublishError> {
        let clock = steps.clock();
        let create = Step::repeatable(CREATE_CONTAINER);
        if let [] | [_] = media {
            let single = || self.create_single(post, media.first(), clock);
            return steps.step(create, single).await;
        }
        let item = |media| self.create_item(media, clock);
        let items = create_items(media, steps, item).await?;
        let carousel = || async {
            wait_for_items(&self.client, &items, FIELDS, clock).await?;
            self.create_carousel(&items, post, clock).await
        };
        steps.step(create, carousel).await
    }

    /// Whether `found`, one of the newest posts, says what `post` says.
    fn is_it(&self, found: &Value, post: &Post) -> bool {
        let media = post.media_for(&self.account).len();
        let kind = match media {
            0 => "TEXT_POST",
            1 => "IMAGE",
            _ => "CAROUSEL_ALBUM",
        };
        let children = found["children"]["data"].as_array().map(Vec::len);
        let has_as_many = media < 2 || children.is_none_or(|children| children == media);
        let text = normalise(found["text"].as_str().unwrap_or_default());
        // The list has no replies.
        let is_quote = found["is_quote_post"] == true;
        !is_quote
            && found["media_type"] == kind
            && has_as_many
            && text == post.text_for(&self.account)
    }
}

#[async_trait]
impl Publisher for ThreadsPublisher {
    fn account(&self) -> &AccountName {
        &self.account
    }

    fn platform(&self) -> Platform {
        Platform::Threads
    }

    fn place(&self) -> &str {
        self.user_id.as_deref().unwrap_or(ME)
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

        let (created, is_left) = join!(self.create(post, &media, steps), self.check_quota(clock));
        let created = created?;
        is_left?;
        let state = settled(&self.client, &created, FIELDS, clock).await?;

        let is_it = |found: &Value| self.is_it(found, post);
        let lookup = self.lookup(&is_it);
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

    /// Needs the scope `threads_delete`.
    async fn take_down(&self, remote_id: &str, clock: &Clock) -> Result<TakenDown, PublishError> {
        take_down::delete(&self.client, remote_id, clock).await
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
        self.lookup(&is_it).look(steps).await
    }
}

impl ThreadsPublisher {
    fn lookup<'a>(&'a self, is_it: &'a (dyn Fn(&Value) -> bool + Sync)) -> Lookup<'a> {
        Lookup {
            client: &self.client,
            fields: FIELDS,
            list: List {
                path: "me/threads",
                fields: "id,text,timestamp,media_type,permalink,is_quote_post,children{id}",
                made_at: "timestamp",
                url: "permalink",
                domains: DOMAINS,
            },
            is_it,
        }
    }
}
