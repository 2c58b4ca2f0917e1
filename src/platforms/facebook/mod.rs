//! Facebook Pages: photos are staged where nobody sees them, and then one request makes the post.
//!
//! developers.facebook.com, Pages API posts, read 2026-11-23. Nothing in that API takes a key of ours,
//! and what a Page lists may leave posts out, so that a post whose answer was lost is looked for and
//! never sent again. The staged photos help: their ids are written down, each is attached once, and
//! they name the post that shows them.
//!
//! A text could be made unpublished and then published, which would leave an id to ask for. Meta's
//! guide has not described that since 2012, so that it is not relied on.

pub(crate) mod check;
pub(crate) mod feed;
pub(crate) mod log_in;
pub(crate) mod look;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use url::Url;

use crate::clock::Clock;
use crate::config::secret::Secret;
use crate::http::Http;
use crate::media::MediaStore;
use crate::platforms::facebook::feed::Staged;
use crate::platforms::graph::client::Client;
use crate::platforms::graph::client::GRAPH_VERSION;
use crate::platforms::graph::take_down;
use crate::platforms::graph::token::Token;
use crate::platforms::upload::is_step_name;
use crate::platforms::upload::upload_all;
use crate::post::account_name::AccountName;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Published;
use crate::publish::Publisher;
use crate::publish::TakenDown;
use crate::publish::step::Step;
use crate::publish::step_log::StepLog;

/// How long a post may be missing from what the Page lists after its answer was lost. How long that
/// takes is written nowhere, and the list is ranked: what is not in it after this may be there.
const SETTLE: Duration = Duration::from_mins(10);

/// Where its posts are seen (developers.facebook.com, Pages API posts, read 2026-11-23).
const DOMAINS: &[&str] = &["facebook.com"];

const PUBLISH_POST: &str = "publish post";

/// A Page on Facebook.
#[derive(Clone, Debug)]
pub(crate) struct FacebookAccount {
    pub(crate) name: AccountName,
    pub(crate) page_id: String,
    pub(crate) api: Url,
    /// The Page's own token.
    pub(crate) token: Secret,
}

/// Publishes on one Page.
pub(crate) struct FacebookPublisher {
    account: AccountName,
    page_id: String,
    client: Client,
    media: Arc<dyn MediaStore>,
}

impl FacebookPublisher {
    /// Returns the publisher of `account`.
    pub(crate) fn new(
        http: Arc<Http>,
        media: Arc<dyn MediaStore>,
        account: FacebookAccount,
    ) -> Self {
        Self {
            client: Client::new(
                http,
                &account.api,
                GRAPH_VERSION,
                Token::lasting(account.token),
            ),
            account: account.name,
            page_id: account.page_id,
            media,
        }
    }
}

#[async_trait]
impl Publisher for FacebookPublisher {
    fn account(&self) -> &AccountName {
        &self.account
    }

    fn platform(&self) -> Platform {
        Platform::Facebook
    }

    fn place(&self) -> &str {
        &self.page_id
    }

    fn host(&self) -> &str {
        self.client.origin()
    }

    fn settle(&self) -> Duration {
        SETTLE
    }

    fn knows_step(&self, step: &str) -> bool {
        is_step_name(step) || step == PUBLISH_POST
    }

    async fn publish(&self, post: &Post, steps: &StepLog<'_>) -> Result<Published, PublishError> {
        let clock = steps.clock();
        self.client.check_usage(clock)?;
        let media = post.media_for(&self.account);
        let stage = |media| self.stage_photo(media, clock);
        let photos: Vec<Staged> = upload_all(&media, steps, stage).await?;
        Self::check_age(&photos, clock)?;

        let publish = || self.publish_post(post, &photos, clock);
        let step = Step::once(PUBLISH_POST).visible().last();
        steps.step(step, publish).await
    }

    async fn take_down(&self, remote_id: &str, clock: &Clock) -> Result<TakenDown, PublishError> {
        take_down::delete(&self.client, remote_id, clock).await
    }

    async fn look(&self, post: &Post, steps: &StepLog<'_>) -> Result<Looked, PublishError> {
        self.look_for(post, steps).await
    }
}
