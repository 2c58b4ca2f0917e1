//! Containers: what is to become a post, and how far it is.
//!
//! developers.facebook.com, Instagram `ig-container` and Threads posts, read 2026-11-25: a container
//! is in progress, then finished or failed, and expires 24 hours after it was made.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;

use crate::clock::elapsed;
use crate::sandbox::accounts::GraphAccount;
use crate::sandbox::graph::Graph;
use crate::sandbox::graph::call::Call;
use crate::sandbox::graph::post::Media;
use crate::sandbox::graph::refusal::Refusal;
use crate::sandbox::graph::state::Named;
use crate::sandbox::graph::state::State;
use crate::sandbox::platform::Platform;

/// How far a container is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContainerState {
    InProgress,
    Finished,
    Error,
    Expired,
    Published,
}

/// What is to become a post, or an item of one.
#[derive(Clone, Debug)]
pub(crate) struct Container {
    pub(crate) id: String,
    pub(crate) platform: Platform,
    pub(crate) account: GraphAccount,
    pub(crate) created_at: Timestamp,
    pub(crate) ready_at: Timestamp,
    /// How often it will still say that it is in progress.
    pub(crate) polls_left: u32,
    /// The state that a fault has given it.
    pub(crate) fate: Option<ContainerState>,
    /// The post that it has become.
    pub(crate) post: Option<String>,
    pub(crate) role: Role,
    pub(crate) wish: Wish,
}

/// What a container is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// One picture of a carousel.
    Item,
    Post,
}

/// What a post is to be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish {
    pub(crate) text: String,
    pub(crate) media: Vec<Media>,
    pub(crate) reply_control: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) topic_tag: Option<String>,
    /// The id of the post that it answers.
    pub(crate) reply_to: Option<String>,
}

impl Container {
    /// Returns how far it is at `now`.
    pub(crate) fn state(&self, now: Timestamp, lifetime: Duration) -> ContainerState {
        if let Some(fate) = self.fate {
            return fate;
        }
        if self.post.is_some() {
            return ContainerState::Published;
        }
        if elapsed(self.created_at, now) >= lifetime {
            return ContainerState::Expired;
        }
        if now < self.ready_at || self.polls_left > 0 {
            return ContainerState::InProgress;
        }
        ContainerState::Finished
    }
}

impl Graph {
    /// Makes a container and returns its id.
    pub(crate) fn contain(
        &self,
        state: &mut State,
        call: &Call,
        account: GraphAccount,
        role: Role,
        mut wish: Wish,
    ) -> String {
        let id = state.next_id(call.platform, Named::Container);
        if let (Role::Item, Some(media)) = (role, wish.media.first_mut()) {
            media.id.clone_from(&id);
        }
        let now = self.now();
        let container = Container {
            id: id.clone(),
            platform: call.platform,
            account,
            created_at: now,
            ready_at: crate::clock::later(now, self.behaviour.ready_after),
            polls_left: self.delay_polls,
            fate: call.fate,
            post: None,
            role,
            wish,
        };
        state.containers.insert(id.clone(), container);
        id
    }

    /// Returns the pictures of the containers that `ids` name, which must be finished items of
    /// `account`.
    pub(crate) fn items(
        &self,
        state: &State,
        call: &Call,
        account: GraphAccount,
        ids: &[String],
    ) -> Result<Vec<Media>, Refusal> {
        let now = self.now();
        let media = ids.iter().map(|id| {
            let container = state.containers.get(id).filter(|it| {
                (it.platform, it.account, it.role) == (call.platform, account, Role::Item)
            });
            let container =
                container.ok_or_else(|| call.params.refuse(format!("Invalid child {id}")))?;
            match container.state(now, self.behaviour.lifetime) {
                ContainerState::Finished => Ok(container.wish.media.clone()),
                ContainerState::Expired => Err(call.error(-2, 2_207_020)),
                _ => Err(call.error(9007, 2_207_027)),
            }
        });
        let media: Result<Vec<Vec<Media>>, Refusal> = media.collect();
        Ok(media?.concat())
    }

    /// Returns the container of that id, and how far it is; to ask is to have waited once.
    pub(crate) fn poll<'s>(
        &self,
        state: &'s mut State,
        platform: Platform,
        account: GraphAccount,
        id: &str,
    ) -> Option<(&'s Container, ContainerState)> {
        let container = state
            .containers
            .get_mut(id)
            .filter(|it| (it.platform, it.account) == (platform, account))?;
        let now = container.state(self.now(), self.behaviour.lifetime);
        if now == ContainerState::InProgress {
            container.polls_left = container.polls_left.saturating_sub(1);
        }
        Some((container, now))
    }
}

impl fmt::Display for ContainerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InProgress => "IN_PROGRESS",
            Self::Finished => "FINISHED",
            Self::Error => "ERROR",
            Self::Expired => "EXPIRED",
            Self::Published => "PUBLISHED",
        })
    }
}

impl FromStr for ContainerState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [
            Self::InProgress,
            Self::Finished,
            Self::Error,
            Self::Expired,
            Self::Published,
        ];
        all.into_iter().find(|it| it.to_string() == text).ok_or(())
    }
}
