//! Bluesky: the AT Protocol's `com.atproto.*` on the server that holds the account (its PDS).
//!
//! The road is `uploadBlob` for each picture, or for that of a link card, then the whole record is composed and written down,
//! then `putRecord` puts it under a record key of our own with `swapRecord: null`. The same again
//! changes nothing, and other content under that key is refused, so a repeat is never a second
//! post; what is public is read back by that key ([`look`]).

pub(crate) mod answer;
pub(crate) mod blob;
pub(crate) mod check;
mod client;
mod handle;
pub(crate) mod identity;
pub(crate) mod log_in;
pub(crate) mod look;
pub(crate) mod record;
pub(crate) mod session;
mod take_down;
#[cfg(test)]
mod tests;
mod tid;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use url::Url;

use crate::clock;
use crate::clock::Clock;
use crate::config::secret::Secret;
use crate::config::sessions::SessionStore;
use crate::http::Answer;
use crate::http::Http;
use crate::media::MediaStore;
use crate::platforms::answer::unusable;
use crate::platforms::bluesky::answer::accept;
use crate::platforms::bluesky::answer::cause;
use crate::platforms::bluesky::answer::error_name;
use crate::platforms::bluesky::client::Client;
use crate::platforms::bluesky::record::Composed;
use crate::platforms::bluesky::record::Shown;
use crate::platforms::card::CARD;
use crate::platforms::card::Card;
use crate::platforms::card::Fetched;
use crate::platforms::card::Pictures;
use crate::platforms::card::Wanted;
use crate::platforms::card::forget_unreached;
use crate::platforms::upload;
use crate::post::account_name::AccountName;
use crate::post::limits::ImageLimits;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Published;
use crate::publish::Publisher;
use crate::publish::Renewal;
use crate::publish::Renewed;
use crate::publish::Server;
use crate::publish::TakenDown;
use crate::publish::step::Step;
use crate::publish::step_log::StepLog;

/// The kind of record that a post is.
const COLLECTION: &str = "app.bsky.feed.post";

/// How long a request may go on after its answer was lost.
const SETTLE: Duration = Duration::from_secs(10);

/// How old a record may be that was never sent. Readers sort by `createdAt`: a post that waited for
/// hours would appear below what was written meanwhile.
const UNSENT_AGE_MAX: Duration = Duration::from_mins(10);

const COMPOSE: &str = "compose";
const PUT_RECORD: &str = "put record";

/// An account on Bluesky.
#[derive(Clone, Debug)]
pub(crate) struct BlueskyAccount {
    pub(crate) name: AccountName,
    pub(crate) handle: String,
    /// An app password.
    pub(crate) password: Secret,
    /// The server that holds the account; if absent it is found by the handle.
    pub(crate) service: Option<Url>,
    /// Another directory of `did:plc` than the public one, to find it in.
    pub(crate) plc_url: Option<Url>,
}

/// Publishes for one Bluesky account.
pub(crate) struct BlueskyPublisher {
    account: AccountName,
    client: Client,
    media: Arc<dyn MediaStore>,
}

/// What the sendings of the visible step before this one are known to have done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Unknown,
}

impl BlueskyPublisher {
    /// Returns the publisher of `account`, whose session is kept in `sessions`.
    pub(crate) fn new(
        http: Arc<Http>,
        media: Arc<dyn MediaStore>,
        account: BlueskyAccount,
        sessions: Arc<SessionStore>,
    ) -> Self {
        Self {
            account: account.name.clone(),
            client: Client::new(http, account, sessions),
            media,
        }
    }

    /// Returns the link card of `post`, with its picture uploaded.
    async fn card(&self, post: &Post, steps: &StepLog<'_>) -> Result<Option<Card>, PublishError> {
        let Some(wanted) = Wanted::of(post, &self.account) else {
            return Ok(None);
        };
        if !steps.is_unanswered() {
            forget_unreached(steps, &[]).await?;
        }
        let fetch = || self.fetch_card(&wanted, steps.clock());
        let fetched = steps.step(Step::repeatable(CARD), fetch).await?;
        Ok(fetched.card)
    }

    async fn fetch_card(&self, wanted: &Wanted, clock: &Clock) -> Result<Fetched, PublishError> {
        let limits = ImageLimits::of_card();
        let (mut fetched, picture) = wanted.fetch(Pictures::Within(&limits)).await;
        if let (Some(card), Some(picture)) = (&mut fetched.card, picture) {
            let uploaded = self.upload_bytes(&picture.mime, picture.bytes, clock).await;
            card.picture = match uploaded {
                // The post is worth more than its card's picture: it goes out without.
                Err(PublishError::Refused(_) | PublishError::Unclear { .. }) => None,
                uploaded => Some(uploaded?),
            };
        }
        Ok(fetched)
    }

    /// Returns the record as it is to be sent, fixed before it is sent: a repeat must be the same.
    async fn composed(
        &self,
        post: &Post,
        shown: &Shown,
        steps: &StepLog<'_>,
    ) -> Result<Composed, PublishError> {
        let earlier = steps.output::<Composed>(COMPOSE).transpose()?;
        let stale = earlier.filter(|composed| {
            let age = clock::elapsed(composed.created_at(), steps.clock().now());
            let is_old = age > UNSENT_AGE_MAX || !composed.shows(shown);
            is_old && !steps.is_unanswered()
        });
        if stale.is_some() {
            steps.forget(&[COMPOSE.to_owned()]).await?;
        }
        // The key stays: should the older one be public after all, this one is refused.
        let compose = || self.compose(post, shown, stale, steps);
        steps.step(Step::harmless(COMPOSE), compose).await
    }

    async fn put_record(
        &self,
        composed: &Composed,
        pictures: usize,
        before: Before,
        clock: &Clock,
    ) -> Result<Published, PublishError> {
        let did = self.client.did(clock).await?;
        if let Some(cause) = composed.is_elsewhere(&did) {
            // Neither the record nor the blobs are of any use in another repository.
            let steps = all_before_put(pictures);
            return Err(PublishError::Stale { steps, cause });
        }
        let body = json!({
            "repo": composed.repo,
            "collection": COLLECTION,
            "rkey": composed.rkey,
            "record": composed.record,
            "swapRecord": null,
        });
        let method = "com.atproto.repo.putRecord";
        let answer = self.client.post_json(method, &body, clock).await?;
        match error_name(&answer).as_deref() {
            // Something lives under our key: a look tells what.
            Some("InvalidSwap") => Err(unclear(&answer)),
            // Pictures that no record refers to are cleared away after some hours.
            Some("BlobNotFound") if before == Before::Unknown => Err(unclear(&answer)),
            Some("BlobNotFound") => Err(PublishError::Stale {
                steps: all_before_put(pictures),
                cause: cause(&answer),
            }),
            _ => {
                let answer = accept(answer, clock.now())?;
                if record::is_put(&answer, &composed.uri()) {
                    Ok(composed.published())
                } else {
                    Err(unusable(&answer, "the address of our record"))
                }
            }
        }
    }
}

/// Returns the hidden steps of a post with so many pictures, or with a card.
fn all_before_put(pictures: usize) -> Vec<String> {
    let mut steps = upload::step_names(pictures);
    steps.extend([CARD, COMPOSE].map(str::to_owned));
    steps
}

fn unclear(answer: &Answer) -> PublishError {
    PublishError::Unclear {
        cause: cause(answer),
        server: Server::Done,
    }
}

#[async_trait]
impl Publisher for BlueskyPublisher {
    fn account(&self) -> &AccountName {
        &self.account
    }

    fn platform(&self) -> Platform {
        Platform::Bluesky
    }

    fn place(&self) -> &str {
        self.client.handle()
    }

    fn host(&self) -> &str {
        self.client.service_origin()
    }

    fn settle(&self) -> Duration {
        SETTLE
    }

    fn knows_step(&self, step: &str) -> bool {
        [CARD, COMPOSE, PUT_RECORD].contains(&step) || upload::is_step_name(step)
    }

    async fn publish(&self, post: &Post, steps: &StepLog<'_>) -> Result<Published, PublishError> {
        let clock = steps.clock();
        let upload = |media| self.upload_blob(media, clock);
        let media = post.media_for(&self.account);
        let blobs = upload::upload_all(&media, steps, upload).await?;
        let card = self.card(post, steps).await?;
        let shown = Shown { blobs, card };
        let composed = self.composed(post, &shown, steps).await?;
        let before = if steps.is_unanswered() {
            Before::Unknown
        } else {
            Before::Nothing
        };
        let step = Step::repeatable(PUT_RECORD).visible().last();
        let put = || self.put_record(&composed, post.media.len(), before, clock);
        steps.step(step, put).await
    }

    async fn take_down(&self, remote_id: &str, clock: &Clock) -> Result<TakenDown, PublishError> {
        self.delete_record(remote_id, clock).await
    }

    async fn look(&self, _: &Post, steps: &StepLog<'_>) -> Result<Looked, PublishError> {
        self.look_under_our_key(steps).await
    }

    /// An app password has no end; its session is renewed when it is found to have ended.
    async fn renew_credential(
        &self,
        when: Renewal,
        clock: &Clock,
    ) -> Result<Renewed, PublishError> {
        if when == Renewal::Now {
            self.client.renew_session(clock).await?;
        }
        Ok(Renewed::Lasting)
    }
}
