//! Mastodon, and every server that speaks its client API.
//!
//! The road is `POST /api/v2/media` for each picture, then `POST /api/v1/statuses` with an
//! `Idempotency-Key`. The key is good for an hour on Mastodon, is mistaken in some versions, and is
//! ignored by other servers; so what tells whether a lost answer was a post is [`look`]: our own
//! newest statuses.

pub(crate) mod answer;
pub(crate) mod check;
pub(crate) mod client;
pub(crate) mod html;
pub(crate) mod instance;
pub(crate) mod log_in;
mod look;
mod media;
pub(crate) mod status;
#[cfg(test)]
mod tests;
mod wanted;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::StatusCode;
use url::Url;

use crate::clock::Clock;
use crate::config::secret::Secret;
use crate::http::Http;
use crate::media::MediaStore;
use crate::platforms::answer::unusable;
use crate::platforms::fingerprint::fingerprint;
use crate::platforms::fingerprint::hexadecimal;
use crate::platforms::mastodon::answer::accept;
use crate::platforms::mastodon::answer::cause;
use crate::platforms::mastodon::client::Client;
use crate::platforms::mastodon::status::NewStatus;
use crate::platforms::mastodon::status::Status;
use crate::platforms::upload;
use crate::post::account_name::AccountName;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::post::post::Visibility;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Published;
use crate::publish::Publisher;
use crate::publish::Server;
use crate::publish::TakenDown;
use crate::publish::step::Step;
use crate::publish::step_log::StepLog;

/// How long the server remembers an `Idempotency-Key`: an hour, less a margin
/// (`app/services/post_status_service.rb` of Mastodon 4.3 to 4.6, read 2026-11-23).
const KEY_LIFETIME: Duration = Duration::from_mins(55);

/// How long a request may go on after its answer was lost.
const SETTLE: Duration = Duration::from_secs(30);

const VERIFY_ACCOUNT: &str = "verify account";
const POST_STATUS: &str = "post status";

/// An account on a Mastodon instance.
#[derive(Clone, Debug)]
pub(crate) struct MastodonAccount {
    pub(crate) name: AccountName,
    pub(crate) instance: Url,
    pub(crate) token: Secret,
}

/// Publishes for one Mastodon account.
pub(crate) struct MastodonPublisher {
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

impl MastodonPublisher {
    /// Returns the publisher of `account`.
    pub(crate) fn new(
        http: Arc<Http>,
        media: Arc<dyn MediaStore>,
        account: MastodonAccount,
    ) -> Self {
        Self {
            client: Client::new(http, account.instance, account.token),
            account: account.name,
            media,
        }
    }

    /// Returns the key that makes a repeat harmless for an hour: from the user's own key, which is
    /// the same on every machine, or else from the delivery.
    async fn idempotency_key(&self, steps: &StepLog<'_>) -> Result<String, PublishError> {
        let identity = steps.identity();
        let Some(key) = &identity.key else {
            return Ok(hexadecimal(fingerprint(&["delivery", &identity.delivery])));
        };
        let verify = || async {
            let account = self.client.verify_account(steps.clock()).await?;
            Ok(account.id)
        };
        let account_id: String = steps.step(Step::repeatable(VERIFY_ACCOUNT), verify).await?;
        let instance = self.client.origin();
        let words = ["key", key, "mastodon", instance, &account_id];
        Ok(hexadecimal(fingerprint(&words)))
    }

    async fn post_status(
        &self,
        status: &NewStatus<'_>,
        key: &str,
        before: Before,
        clock: &Clock,
    ) -> Result<Published, PublishError> {
        let answer = self.client.post_status(status, key).await?;
        if answer.status == StatusCode::UNPROCESSABLE_ENTITY
            && self.is_any_gone(&status.media_ids).await
        {
            let cause = cause(&answer);
            return Err(match before {
                Before::Nothing => PublishError::Stale {
                    steps: upload::step_names(status.media_ids.len()),
                    cause,
                },
                // Gone may mean attached, by the sending that nobody heard of.
                Before::Unknown => PublishError::Unclear {
                    cause,
                    server: Server::Done,
                },
            });
        }
        let answer = accept(answer, clock.now())?;
        Status::of(&answer)
            .map(|status| status.published(self.client.instance()))
            .ok_or_else(|| unusable(&answer, "the id of a status"))
    }
}

/// Returns the step that makes `post` public. Servers that ignore the key are found out by a look;
/// but what is not public some of them hide from it, so that there a repeat is never safe.
fn post_step(post: &Post) -> Step {
    let step = match post.visibility {
        Some(Visibility::Private | Visibility::Direct) => Step::once(POST_STATUS),
        Some(Visibility::Public | Visibility::Unlisted) | None => {
            Step::repeatable_within(POST_STATUS, KEY_LIFETIME)
        }
    };
    step.visible().last()
}

#[async_trait]
impl Publisher for MastodonPublisher {
    fn account(&self) -> &AccountName {
        &self.account
    }

    fn platform(&self) -> Platform {
        Platform::Mastodon
    }

    fn place(&self) -> &str {
        self.client.origin()
    }

    fn host(&self) -> &str {
        self.client.origin()
    }

    fn settle(&self) -> Duration {
        SETTLE
    }

    fn knows_step(&self, step: &str) -> bool {
        [VERIFY_ACCOUNT, POST_STATUS].contains(&step) || upload::is_step_name(step)
    }

    async fn publish(&self, post: &Post, steps: &StepLog<'_>) -> Result<Published, PublishError> {
        let clock = steps.clock();
        let upload = |media| self.upload(media, clock);
        let media = post.media_for(&self.account);
        let media_ids = upload::upload_all(&media, steps, upload).await?;
        let key = self.idempotency_key(steps).await?;
        let status = NewStatus::of(post, &self.account, media_ids);
        let before = if steps.is_unanswered() {
            Before::Unknown
        } else {
            Before::Nothing
        };
        let send = || self.post_status(&status, &key, before, clock);
        steps.step(post_step(post), send).await
    }

    async fn take_down(&self, remote_id: &str, clock: &Clock) -> Result<TakenDown, PublishError> {
        let answer = self.client.delete_status(remote_id).await?;
        if answer.status == 404 {
            return Ok(TakenDown::Before);
        }
        accept(answer, clock.now()).map(|_| TakenDown::Now)
    }

    async fn look(&self, post: &Post, steps: &StepLog<'_>) -> Result<Looked, PublishError> {
        look::look(&self.client, post, &self.account, steps).await
    }
}
