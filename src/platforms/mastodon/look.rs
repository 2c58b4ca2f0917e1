//! The look: is the post among our own newest statuses?
//!
//! What is read here is the window in which it can have been made public, by the server's clock.
//! Whether one of those statuses is ours is for [`Wanted`] to say.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::Value;

use crate::http::Answer;
use crate::platforms::answer::json;
use crate::platforms::answer::unusable;
use crate::platforms::mastodon::client::Client;
use crate::platforms::mastodon::client::PAGE_LENGTH_DEFAULT;
use crate::platforms::mastodon::html;
use crate::platforms::mastodon::status::Status;
use crate::platforms::mastodon::wanted::Evidence;
use crate::platforms::mastodon::wanted::Likeness;
use crate::platforms::mastodon::wanted::Wanted;
use crate::platforms::retry_after::server_time;
use crate::post::account_name::AccountName;
use crate::post::post::Post;
use crate::post::post::Visibility;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::step_log::StepLog;

/// The most pages that are read.
const PAGES_MAX: usize = 10;

/// The most statuses whose source is asked for.
const SOURCES_MAX: usize = 40;

/// Looks for `post` among the newest statuses of the account that `client` is logged in to.
pub(crate) async fn look(
    client: &Client,
    post: &Post,
    account: &AccountName,
    steps: &StepLog<'_>,
) -> Result<Looked, PublishError> {
    let looked = match search(client, post, Wanted::of(post, account), steps).await {
        // A scope that the token lacks, or a part of the API that the server lacks: not for us to
        // read, now or later.
        Err(PublishError::LoginNeeded(cause)) if cause.status == Some(403) => {
            Ok(Looked::CannotTell)
        }
        Err(PublishError::Refused(cause)) if cause.status.is_some() => Ok(Looked::CannotTell),
        looked => looked,
    };
    match looked? {
        // Servers that only speak Mastodon's API may ignore the key (snac 2.75, GoToSocial).
        Looked::CannotTell if steps.is_unanswered() && !client.is_mastodon().await? => {
            Ok(Looked::MustNotRepeat)
        }
        looked => Ok(looked),
    }
}

async fn search(
    client: &Client,
    post: &Post,
    wanted: Wanted,
    steps: &StepLog<'_>,
) -> Result<Looked, PublishError> {
    let clock = steps.clock();
    let account = client.verify_account(clock).await?;
    let visibility = post.visibility.or(account.default_visibility);
    let mut search = Search::new(client, wanted, steps);
    let mut next = Next::Page(None);
    for _ in 0..PAGES_MAX {
        let Next::Page(max_id) = &next else { break };
        let answer = client
            .statuses(&account.id, max_id.as_deref(), clock)
            .await?;
        next = search.read_page(&answer).await?;
    }
    let is_whole = matches!(next, Next::End) && search.is_all_readable;
    Ok(match search.oldest {
        // The oldest: another with the same words was written after ours.
        Some((_, status)) => Looked::Found(status.published(client.instance())),
        None if is_whole && is_listed(client, visibility).await? => Looked::Absent,
        None => Looked::CannotTell,
    })
}

/// Whether a status that such people may see would stand among the account's own. Mastodon lists
/// all of them to their author; others (snac 2.75, tried 2026-11-23) leave out what is not public.
async fn is_listed(client: &Client, visibility: Option<Visibility>) -> Result<bool, PublishError> {
    match visibility {
        Some(Visibility::Private | Visibility::Direct) => client.is_mastodon().await,
        Some(Visibility::Public | Visibility::Unlisted) | None => Ok(true),
    }
}

/// What is left to read.
enum Next {
    /// The page of what is older than this id; without one, the newest.
    Page(Option<String>),
    /// Nothing: the window was read to its end.
    End,
    /// It cannot be told what comes next.
    Unknown,
}

struct Search<'a> {
    client: &'a Client,
    wanted: Wanted,
    steps: &'a StepLog<'a>,
    evidence: Evidence,
    seen: HashSet<String>,
    oldest: Option<(Timestamp, Status)>,
    /// Whether every status of the window could be compared.
    is_all_readable: bool,
    sources_left: usize,
}

impl<'a> Search<'a> {
    fn new(client: &'a Client, wanted: Wanted, steps: &'a StepLog<'a>) -> Self {
        let evidence = if steps.is_unanswered() {
            Evidence::Sent
        } else {
            Evidence::KeyOnly
        };
        Self {
            client,
            wanted,
            steps,
            evidence,
            seen: HashSet::new(),
            oldest: None,
            is_all_readable: true,
            sources_left: SOURCES_MAX,
        }
    }

    async fn read_page(&mut self, answer: &Answer) -> Result<Next, PublishError> {
        let Some(Value::Array(page)) = json(answer) else {
            return Err(unusable(answer, "a list of statuses"));
        };
        let since = self.since_by_clock_of(answer);
        let seen_before = self.seen.len();
        let (mut last, mut reached) = (None, None);
        for value in &page {
            let status = Status::from_value(value);
            match &status {
                Some(status) => self.read(status, since).await?,
                None => self.is_all_readable = false,
            }
            // A boost may carry the time of what it boosts.
            let own = status.as_ref().filter(|status| !status.refers_to_another);
            reached = own.and_then(|status| status.created_at).or(reached);
            last = status;
        }
        if page.is_empty() || reached.is_some_and(|reached| reached < since) {
            return Ok(Next::End);
        }
        // A server that knows no `max_id` shows the same page again: all of it, if it was short.
        let is_repeated = self.seen.len() == seen_before;
        Ok(match last {
            Some(_) if is_repeated && page.len() < PAGE_LENGTH_DEFAULT => Next::End,
            Some(last) if !is_repeated => Next::Page(Some(last.id)),
            _ => Next::Unknown,
        })
    }

    async fn read(&mut self, status: &Status, since: Timestamp) -> Result<(), PublishError> {
        if !self.seen.insert(status.id.clone()) || status.refers_to_another {
            return Ok(());
        }
        let may_be = self.wanted.may_be(status);
        if !may_be && !status.is_edited {
            return Ok(());
        }
        let Some(created_at) = status.created_at else {
            self.is_all_readable = false;
            return Ok(());
        };
        if created_at < since || self.steps.belongs_to_another(&status.id).await? {
            return Ok(());
        }
        let likeness = if may_be {
            self.likeness(status).await?
        } else {
            Likeness::Different
        };
        match likeness {
            // It may have been ours before it was edited.
            Likeness::Different if status.is_edited => self.is_all_readable = false,
            Likeness::Different => {}
            Likeness::Undecided => self.is_all_readable = false,
            Likeness::Same => {
                let is_oldest = self.oldest.as_ref().is_none_or(|(at, _)| created_at < *at);
                if is_oldest {
                    self.oldest = Some((created_at, status.clone()));
                }
            }
        }
        Ok(())
    }

    async fn likeness(&mut self, status: &Status) -> Result<Likeness, PublishError> {
        if let Some(written) = &status.written {
            return Ok(self.wanted.compare_written(status, written));
        }
        let Some(sources_left) = self.sources_left.checked_sub(1) else {
            return Ok(Likeness::Undecided);
        };
        self.sources_left = sources_left;
        let source = self.client.source(&status.id, self.steps.clock()).await?;
        Ok(if let Some(written) = source {
            self.wanted.compare_written(status, &written)
        } else {
            let shown = html::text_of(&status.content);
            self.wanted.compare_shown(status, &shown, self.evidence)
        })
    }

    /// Returns the beginning of the window by the clock of the server that gave `answer`.
    fn since_by_clock_of(&self, answer: &Answer) -> Timestamp {
        let since = self.steps.public_since();
        let now = self.steps.clock().now();
        let skew = server_time(answer).map(|server_now| server_now.duration_since(now));
        skew.and_then(|skew| since.checked_add(skew).ok())
            .unwrap_or(since)
    }
}
