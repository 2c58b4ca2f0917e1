//! Tumblr: a post is created as a draft, and then published.
//!
//! Tumblr knows no key of ours and gives a post another id when it is published, so that a post
//! created as published could be told from another by nothing but its words. A draft can: its id is
//! written down before the draft is published, a draft that is still one was certainly not published
//! ([`look`]), and the published post names it as `genesis_post_id`. A slug of our own, which is a
//! part of the post's address, names it where no id is known: on another machine with the same key.
//!
//! What this rests on that no document says (`draft` and [`look`] ask rather than assume): that a
//! draft is public only after `PUT` with another state, and that the new id is in its answer.

pub(crate) mod answer;
pub(crate) mod check;
pub(crate) mod client;
pub(crate) mod draft;
pub(crate) mod log_in;
mod look;
mod no_log_in;
pub(crate) mod npf;
mod oauth1;
pub(crate) mod rotation;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::OnceCell;
use url::Url;

use crate::clock::Clock;
use crate::config::blog::BlogState;
use crate::config::secret::Secret;
use crate::config::sessions::SessionStore;
use crate::http::Http;
use crate::media::MediaStore;
use crate::platforms::card::CARD;
use crate::platforms::card::Card;
use crate::platforms::card::Pictures;
use crate::platforms::card::Wanted;
use crate::platforms::card::forget_unreached;
use crate::platforms::fingerprint::fingerprint;
use crate::platforms::fingerprint::hexadecimal;
use crate::platforms::tumblr::client::Client;
use crate::platforms::tumblr::client::Login;
use crate::platforms::tumblr::draft::Composed;
use crate::platforms::tumblr::draft::Content;
use crate::platforms::tumblr::oauth1::Keys;
use crate::platforms::tumblr::rotation::Rotating;
use crate::platforms::tumblr::rotation::Rotation;
use crate::post::account_name::AccountName;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::post::post::Visibility;
use crate::publish::Cause;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Published;
use crate::publish::Publisher;
use crate::publish::Renewal;
use crate::publish::Renewed;
use crate::publish::TakenDown;
use crate::publish::step::Step;
use crate::publish::step_log::StepLog;

/// How long a request may go on after its answer was lost.
const SETTLE: Duration = Duration::from_secs(30);

const COMPOSE: &str = "compose";
const CREATE_DRAFT: &str = "create draft";
const READ_DRAFT: &str = "read draft";
const PUBLISH_DRAFT: &str = "publish draft";

/// An account on Tumblr.
#[derive(Clone, Debug)]
pub(crate) struct TumblrAccount {
    pub(crate) name: AccountName,
    /// The blog's name, its host or its id.
    pub(crate) blog: String,
    pub(crate) state: BlogState,
    pub(crate) api: Url,
    /// An access token of OAuth 2, or that of OAuth 1.0a if there is a `signing`.
    pub(crate) token: Secret,
    pub(crate) signing: Option<Signing>,
    /// What the access token of OAuth 2 is renewed with.
    pub(crate) rotation: Option<Rotation>,
}

/// What requests are signed with beside the token (OAuth 1.0a).
#[derive(Clone, Debug)]
pub(crate) struct Signing {
    pub(crate) token_secret: Secret,
    pub(crate) client_id: Secret,
    pub(crate) client_secret: Secret,
}

/// Returns the client of `account`.
fn client_of(http: Arc<Http>, account: &TumblrAccount, sessions: Arc<SessionStore>) -> Client {
    let token = account.token.clone();
    let login = match (account.signing.clone(), account.rotation.clone()) {
        (None, None) => Login::Bearer(token),
        (None, Some(rotation)) => {
            let tokens = Rotating::new(&account.api, token, rotation, sessions);
            Login::Rotating(Arc::new(tokens))
        }
        (Some(signing), _) => Login::Signed(Keys {
            client_id: signing.client_id,
            client_secret: signing.client_secret,
            token,
            token_secret: signing.token_secret,
        }),
    };
    Client::new(http, account.api.clone(), account.blog.clone(), login)
}

/// Publishes on one blog.
pub(crate) struct TumblrPublisher {
    account: AccountName,
    state: BlogState,
    client: Client,
    media: Arc<dyn MediaStore>,
    blog_id: OnceCell<String>,
}

impl TumblrPublisher {
    /// Returns the publisher of `account`.
    pub(crate) fn new(
        http: Arc<Http>,
        media: Arc<dyn MediaStore>,
        account: TumblrAccount,
        sessions: Arc<SessionStore>,
    ) -> Self {
        Self {
            client: client_of(http, &account, sessions),
            account: account.name,
            state: account.state,
            media,
            blog_id: OnceCell::new(),
        }
    }

    /// Returns what becomes of `post`. What is meant for a few is private whatever the account says:
    /// from a queue everybody would see it.
    const fn state_of(&self, post: &Post) -> BlogState {
        match post.visibility {
            Some(Visibility::Private) => BlogState::Private,
            _ => self.state,
        }
    }

    /// Returns the link card of `post`. It has no picture: Tumblr would fetch that from others, at
    /// another time.
    async fn card(&self, post: &Post, steps: &StepLog<'_>) -> Result<Option<Card>, PublishError> {
        let Some(wanted) = Wanted::of(post, &self.account) else {
            return Ok(None);
        };
        if steps.output::<String>(CREATE_DRAFT).is_none() && !steps.was_sent(CREATE_DRAFT) {
            forget_unreached(steps, &[COMPOSE]).await?;
        }
        let fetch = || async {
            let (fetched, _) = wanted.fetch(Pictures::None).await;
            Ok(fetched)
        };
        let fetched = steps.step(Step::repeatable(CARD), fetch).await?;
        Ok(fetched.card)
    }

    /// Returns the slug of the delivery: from the user's own key, which is the same on every machine,
    /// or else from the delivery.
    async fn slug(&self, steps: &StepLog<'_>) -> Result<String, PublishError> {
        let identity = steps.identity();
        let Some(key) = &identity.key else {
            return Ok(hexadecimal(fingerprint(&["delivery", &identity.delivery])));
        };
        let id = self.blog_id(steps.clock()).await?;
        Ok(hexadecimal(fingerprint(&["key", key, "tumblr", id])))
    }

    /// Returns the id of the blog, which stays when its name changes.
    async fn blog_id(&self, clock: &Clock) -> Result<&str, PublishError> {
        let ask = || async {
            let blog = self.client.blog();
            if blog.starts_with("t:") {
                return Ok(blog.to_owned());
            }
            let id = self.client.blog_id(blog, clock).await?;
            id.ok_or_else(|| {
                PublishError::Refused(Cause::answered(404, format!("there is no blog `{blog}`")))
            })
        };
        Ok(self.blog_id.get_or_try_init(ask).await?)
    }

    /// Returns what a post is called that has this `id` in this `state`. Only what everybody sees has
    /// an address.
    fn published(&self, id: String, state: BlogState) -> Published {
        let is_public = state == BlogState::Published;
        Published {
            url: is_public.then(|| self.url(&id)).flatten(),
            remote_id: Some(id),
        }
    }

    /// Returns where people see the post `id`: on Tumblr, or on the blog's own host. A blog that is
    /// configured by its id has a name that we do not know.
    fn url(&self, id: &str) -> Option<String> {
        let blog = self.client.blog();
        if blog.starts_with("t:") {
            return None;
        }
        let name = blog.strip_suffix(".tumblr.com").unwrap_or(blog);
        Some(if name.contains('.') {
            format!("https://{name}/post/{id}")
        } else {
            format!("https://www.tumblr.com/{name}/{id}")
        })
    }
}

#[async_trait]
impl Publisher for TumblrPublisher {
    fn account(&self) -> &AccountName {
        &self.account
    }

    fn platform(&self) -> Platform {
        Platform::Tumblr
    }

    fn place(&self) -> &str {
        self.client.blog()
    }

    fn host(&self) -> &str {
        self.client.origin()
    }

    fn settle(&self) -> Duration {
        SETTLE
    }

    fn knows_step(&self, step: &str) -> bool {
        [CARD, COMPOSE, CREATE_DRAFT, READ_DRAFT, PUBLISH_DRAFT].contains(&step)
    }

    async fn publish(&self, post: &Post, steps: &StepLog<'_>) -> Result<Published, PublishError> {
        let clock = steps.clock();
        let card = self.card(post, steps).await?;
        let compose = || self.compose(post, card.as_ref(), steps);
        let composed: Composed = steps.step(Step::harmless(COMPOSE), compose).await?;

        let media = post.media_for(&self.account);
        // A second draft is seen by nobody but would stay, so that the first is looked for.
        let may_exist = steps.was_sent(CREATE_DRAFT) || steps.identity().key.is_some();
        let create = || self.create_draft(&composed, &media, may_exist, clock);
        let id: String = steps.step(Step::repeatable(CREATE_DRAFT), create).await?;
        if composed.state() == BlogState::Draft {
            return Ok(self.published(id, BlogState::Draft));
        }

        let content = if media.is_empty() {
            Content(composed.text.clone())
        } else {
            // The pictures are named as the draft names them: a form cannot be put.
            let read = || self.read_draft(&id, &composed, &media, clock);
            steps.step(Step::repeatable(READ_DRAFT), read).await?
        };
        let is_first = !steps.is_unanswered();
        let publish = || self.publish_draft(&id, &composed, &content, is_first, steps);
        // Whether a draft that is published twice at the same time becomes two posts is not known.
        steps
            .step(Step::once(PUBLISH_DRAFT).visible().last(), publish)
            .await
    }

    async fn renew_credential(
        &self,
        when: Renewal,
        clock: &Clock,
    ) -> Result<Renewed, PublishError> {
        self.client.renew(when, clock).await
    }

    async fn take_down(&self, remote_id: &str, clock: &Clock) -> Result<TakenDown, PublishError> {
        let answer = self.client.delete(remote_id, clock).await?;
        if answer.status == 404 {
            return Ok(TakenDown::Before);
        }
        answer::accept(answer, clock.now()).map(|_| TakenDown::Now)
    }

    async fn look(&self, post: &Post, steps: &StepLog<'_>) -> Result<Looked, PublishError> {
        self.look_for(post, steps).await
    }
}
