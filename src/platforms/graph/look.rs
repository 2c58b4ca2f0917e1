//! The look of Instagram and Threads: was the container published, and as which post?
//!
//! A container tells that it was published, and Meta names its state as the way to learn what became
//! of a publication (developers.facebook.com, Instagram content publishing, read 2026-11-23). Its
//! state may lag behind, so that the newest posts are read too.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use crate::clock::earlier;
use crate::platforms::graph::client::Client;
use crate::platforms::graph::container;
use crate::platforms::graph::container::CREATE_CONTAINER;
use crate::platforms::graph::container::Created;
use crate::platforms::graph::container::Fields;
use crate::platforms::graph::container::State;
use crate::platforms::graph::newest;
use crate::platforms::graph::newest::List;
use crate::platforms::graph::newest::Seen;
use crate::publish::Cause;
use crate::publish::Looked;
use crate::publish::PublishError;
use crate::publish::Published;
use crate::publish::Server;
use crate::publish::step_log::StepLog;

/// How far a server's clock may stand apart from ours beyond what its answers show.
const CLOCK_MARGIN: Duration = Duration::from_mins(1);

/// Where to look, and for what.
pub(crate) struct Lookup<'a> {
    pub(crate) client: &'a Client,
    pub(crate) fields: Fields,
    pub(crate) list: List<'a>,
    /// Whether a post of the list says what ours says.
    pub(crate) is_it: &'a (dyn Fn(&Value) -> bool + Sync),
}

impl Lookup<'_> {
    /// Looks whether the post is public.
    pub(crate) async fn look(&self, steps: &StepLog<'_>) -> Result<Looked, PublishError> {
        if !steps.is_unanswered() {
            return self.look_for_earlier(steps).await;
        }
        let created = steps.output::<Created>(CREATE_CONTAINER).transpose()?;
        let Some(created) = created else {
            return Ok(Looked::CannotTell);
        };
        let state = container::state(self.client, &created.id, self.fields, steps.clock()).await?;
        if state == State::InProgress {
            return Err(PublishError::Unclear {
                cause: Cause::new("the platform still works on the post"),
                server: Server::Done,
            });
        }
        let seen = self.find(steps.public_since(), steps).await?;
        Ok(match (seen, state) {
            (Seen::Once(published), _) => Looked::Found(published),
            // Public for certain, and nobody can say which one it is.
            (_, State::Published) => Looked::Found(Published::default()),
            (Seen::Never, State::Finished) => Looked::Absent,
            (Seen::Never, _) => Looked::Unseen,
            (Seen::Often(_) | Seen::Unread, _) => Looked::CannotTell,
        })
    }

    /// Looks for what was published under the same key elsewhere.
    async fn look_for_earlier(&self, steps: &StepLog<'_>) -> Result<Looked, PublishError> {
        let seen = self.find(steps.public_since(), steps).await?;
        Ok(match seen {
            Seen::Once(published) | Seen::Often(published) => Looked::Found(published),
            Seen::Never => Looked::Absent,
            Seen::Unread => Looked::CannotTell,
        })
    }

    /// Returns the post that `container` has become, which is public already.
    pub(crate) async fn name(&self, container: &Created, steps: &StepLog<'_>) -> Published {
        match self.find(made_after(container), steps).await {
            Ok(Seen::Once(published)) => published,
            _ => Published::default(),
        }
    }

    /// Says what follows when `container`, which a publication was sent of, cannot be used any more
    /// (`error`): another one would be a second post if this one was published after all.
    pub(crate) async fn before_another(
        &self,
        error: PublishError,
        container: &Created,
        steps: &StepLog<'_>,
    ) -> Result<Published, PublishError> {
        if !matches!(error, PublishError::Stale { .. }) {
            return Err(error);
        }
        match self.find(made_after(container), steps).await? {
            Seen::Once(published) => Ok(published),
            Seen::Never => Err(error),
            Seen::Often(_) | Seen::Unread => Err(PublishError::Unclear {
                cause: error.cause().cloned().unwrap_or_default(),
                server: Server::AtWork,
            }),
        }
    }

    async fn find(&self, since: Timestamp, steps: &StepLog<'_>) -> Result<Seen, PublishError> {
        newest::find(self.client, self.list, self.is_it, since, steps).await
    }
}

/// Returns since when the post that `container` has become can have been made.
fn made_after(container: &Created) -> Timestamp {
    earlier(container.at, CLOCK_MARGIN)
}
