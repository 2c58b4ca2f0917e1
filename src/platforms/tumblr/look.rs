//! The look: is the draft still one, and if not, where is the post that it became?

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::clock;
use crate::config::blog::BlogState;
use crate::http::Answer;
use crate::platforms::retry_after::server_time;
use crate::platforms::tumblr::COMPOSE;
use crate::platforms::tumblr::CREATE_DRAFT;
use crate::platforms::tumblr::TumblrPublisher;
use crate::platforms::tumblr::client::List;
use crate::platforms::tumblr::client::PAGE_LENGTH;
use crate::platforms::tumblr::client::id_of;
use crate::platforms::tumblr::draft::Composed;
use crate::platforms::tumblr::draft::posts_in;
use crate::post::post::Post;
use crate::publish::Cause;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Published;
use crate::publish::Server;
use crate::publish::step_log::StepLog;

/// The most pages of published posts that are read.
const PAGES_MAX: usize = 10;

/// The most pages of the queue, which takes 1,000 posts and has the newest at its end (tumblr/docs
/// 708be10, api.md, "Rate Limits", read 2026-11-25).
const QUEUE_PAGES_MAX: usize = 50;

/// How long a post that was published may be missing from the blog's list. How long that takes is
/// written nowhere; a video takes a minute or two.
const LISTED_WITHIN: Duration = Duration::from_mins(5);

/// How the draft stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Draft {
    /// It is one still, so that nobody has published it.
    Waits,
    /// Its id leads nowhere.
    Gone,
    /// It was never created, as far as the log says.
    Unknown,
}

/// What a list of posts shows.
enum Listed {
    Found(Published),
    /// Everything that could be it was read.
    Absent,
    /// There is more than was read.
    Unread,
}

impl TumblrPublisher {
    /// Looks for `post`.
    pub(crate) async fn look_for(
        &self,
        post: &Post,
        steps: &StepLog<'_>,
    ) -> Result<Looked, PublishError> {
        match self.look_everywhere(post, steps).await {
            // A part of the API that is closed to us: not for us to read, now or later.
            Err(PublishError::Refused(cause)) if cause.status == Some(403) => {
                Ok(Looked::CannotTell)
            }
            looked => looked,
        }
    }

    async fn look_everywhere(
        &self,
        post: &Post,
        steps: &StepLog<'_>,
    ) -> Result<Looked, PublishError> {
        let id = steps.output::<String>(CREATE_DRAFT).transpose()?;
        let composed = steps.output::<Composed>(COMPOSE).transpose()?;
        let (slug, state) = match composed {
            Some(composed) => (composed.slug.clone(), composed.state()),
            None => (self.slug(steps).await?, self.state_of(post)),
        };
        let draft = match id.as_deref().filter(|_| steps.is_unanswered()) {
            None => Draft::Unknown,
            Some(id) => match self.state_of_draft(id, steps).await? {
                Ok(draft) => draft,
                Err(published) => return Ok(Looked::Found(published)),
            },
        };
        // Another machine with the same key has a draft of its own, and may have published that.
        if draft == Draft::Waits && steps.identity().key.is_none() {
            return Ok(Looked::Absent);
        }
        let listed = self.listed(id.as_deref(), &slug, state, steps).await?;
        match (listed, draft) {
            (Listed::Found(published), _) => Ok(Looked::Found(published)),
            (Listed::Absent, Draft::Waits) => Ok(Looked::Absent),
            (Listed::Absent, Draft::Unknown) if !steps.is_unanswered() => Ok(Looked::Absent),
            (Listed::Absent | Listed::Unread, Draft::Gone) => not_listed(steps),
            (Listed::Absent | Listed::Unread, _) => Ok(Looked::CannotTell),
        }
    }

    /// Returns how the draft stands, or as what it is public.
    async fn state_of_draft(
        &self,
        id: &str,
        steps: &StepLog<'_>,
    ) -> Result<Result<Draft, Published>, PublishError> {
        let Some(post) = self.client.fetch(id, steps.clock()).await? else {
            return Ok(Ok(Draft::Gone));
        };
        Ok(match post["state"].as_str() {
            Some("draft") => Ok(Draft::Waits),
            Some("published") => Err(self.published(id.to_owned(), BlogState::Published)),
            // Sent as `queue`, told as `queued` (tumblr/docs#58, read 2026-11-23).
            Some("queued" | "queue") => Err(self.published(id.to_owned(), BlogState::Queue)),
            Some("private") => Err(self.published(id.to_owned(), BlogState::Private)),
            // The documentation of this request names no `state`: the list of drafts tells as well.
            _ => {
                let is_it = |post: &Value| id_of(post).as_deref() == Some(id);
                match self.find_among_drafts(is_it, steps.clock()).await? {
                    Some(_) => Ok(Draft::Waits),
                    None => Ok(Draft::Unknown),
                }
            }
        })
    }

    /// Returns the post that the draft `id` became, or that has our slug, if there is one.
    pub(crate) async fn find_published(
        &self,
        id: Option<&str>,
        composed: &Composed,
        steps: &StepLog<'_>,
    ) -> Result<Option<Published>, PublishError> {
        let (slug, state) = (&composed.slug, composed.state());
        Ok(match self.listed(id, slug, state, steps).await? {
            Listed::Found(published) => Some(published),
            Listed::Absent | Listed::Unread => None,
        })
    }

    async fn listed(
        &self,
        id: Option<&str>,
        slug: &str,
        state: BlogState,
        steps: &StepLog<'_>,
    ) -> Result<Listed, PublishError> {
        let lists: &[(List, usize)] = match state {
            BlogState::Published | BlogState::Private => &[(List::Published, PAGES_MAX)],
            BlogState::Queue => &[(List::Queue, QUEUE_PAGES_MAX), (List::Published, PAGES_MAX)],
            BlogState::Draft => &[],
        };
        let mut is_all_read = true;
        for &(list, pages_max) in lists {
            match self.listed_in(list, pages_max, id, slug, steps).await? {
                Listed::Absent => {}
                Listed::Unread => is_all_read = false,
                found @ Listed::Found(_) => return Ok(found),
            }
        }
        Ok(if is_all_read {
            Listed::Absent
        } else {
            Listed::Unread
        })
    }

    async fn listed_in(
        &self,
        list: List,
        pages_max: usize,
        id: Option<&str>,
        slug: &str,
        steps: &StepLog<'_>,
    ) -> Result<Listed, PublishError> {
        for number in 0..pages_max {
            let offset = number * PAGE_LENGTH;
            let answer = self.client.page(list, offset, steps.clock()).await?;
            let page = posts_in(&answer)?;
            let since = since_by_clock_of(&answer, steps);
            for post in &page {
                let Some(found) = id_of(post).filter(|_| is_ours(post, id, slug, since)) else {
                    continue;
                };
                if !steps.belongs_to_another(&found).await? {
                    return Ok(Listed::Found(self.published(found, state_in(post, list))));
                }
            }
            // A post that its author has pinned comes first however old it is.
            let oldest = page.iter().filter(|post| post["is_pinned"] != true);
            let oldest = oldest.filter_map(published_at).next_back();
            let is_past = list == List::Published && oldest.is_some_and(|oldest| oldest < since);
            if is_past || page.len() < PAGE_LENGTH {
                return Ok(Listed::Absent);
            }
        }
        Ok(Listed::Unread)
    }
}

/// The draft is gone and nothing shows what became of it: the list may lag behind, or a person has
/// deleted the one or the other.
fn not_listed(steps: &StepLog<'_>) -> Result<Looked, PublishError> {
    let Some((_, begun_at)) = steps.first_unanswered() else {
        return Ok(Looked::CannotTell);
    };
    if clock::elapsed(begun_at, steps.clock().now()) >= LISTED_WITHIN {
        return Ok(Looked::CannotTell);
    }
    Err(PublishError::Unclear {
        cause: Cause::new("the draft is gone, and the blog does not list the post yet"),
        server: Server::Done,
    })
}

/// Whether `post` is the one that the draft `id` became, or has our slug and was published since.
fn is_ours(post: &Value, id: Option<&str>, slug: &str, since: Timestamp) -> bool {
    let genesis = post["genesis_post_id"].as_str();
    if genesis.is_some() && genesis == id {
        return true;
    }
    let of_address = post["post_url"]
        .as_str()
        .and_then(|url| url.trim_end_matches('/').rsplit('/').next());
    let has_slug = post["slug"] == slug || of_address == Some(slug);
    let is_young = published_at(post).is_none_or(|at| at >= since);
    has_slug && is_young
}

fn published_at(post: &Value) -> Option<Timestamp> {
    Timestamp::from_second(post["timestamp"].as_i64()?).ok()
}

fn state_in(post: &Value, list: List) -> BlogState {
    match (list, post["state"].as_str()) {
        (List::Queue, _) => BlogState::Queue,
        (List::Published, Some("private")) => BlogState::Private,
        (List::Published, _) => BlogState::Published,
    }
}

/// Returns since when ours can have been published, by the clock of the server that gave `answer`.
fn since_by_clock_of(answer: &Answer, steps: &StepLog<'_>) -> Timestamp {
    let since = steps.public_since();
    let now = steps.clock().now();
    let skew = server_time(answer).map(|server_now| server_now.duration_since(now));
    skew.and_then(|skew| since.checked_add(skew).ok())
        .unwrap_or(since)
}
