//! Notices: whoever `[notify]` names is told when something waits for a person.
//!
//! A post that nobody watches parks in silence otherwise: a cron job's mail goes unread, and a daemon
//! has no exit code. A notice is one JSON document. It holds what the outbox holds, and so no secret.

mod command;
mod webhook;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

use crate::clock::Clock;
use crate::clock::elapsed;
use crate::config::notify::NotifyConfig;
use crate::http::Http;
use crate::outbox::OutboxError;
use crate::outbox::door::Door;
use crate::outbox::notices::Event;
use crate::text::printable::Lines;
use crate::text::printable::printable;

/// How long one notice may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long before its end a token that nobody renews is told of.
const EXPIRING_WITHIN: Duration = Duration::from_hours(7 * 24);

/// The longest message, in characters.
const MESSAGE_MAX: usize = 500;

/// Tells whoever is to be told.
#[derive(Clone)]
pub(crate) struct Notifier {
    config: NotifyConfig,
    http: Arc<Http>,
    /// The variables that may hold secrets, and are no business of a command.
    own_variables: Vec<String>,
}

/// One notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// The same however often it is told.
    pub(crate) id: String,
    /// `parked`, `in_doubt`, `login_needed` or `token_expiring`.
    pub(crate) event: &'static str,
    pub(crate) account: String,
    pub(crate) platform: Option<String>,
    /// The number of the post.
    pub(crate) post: Option<i64>,
    /// Why it is parked.
    pub(crate) reason: Option<String>,
    /// What happened, as a lower-case fragment.
    pub(crate) message: String,
    /// What to do next.
    pub(crate) hint: String,
}

/// A notice that nobody took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Untaken {
    pub(crate) id: String,
    /// A lower-case fragment without a full stop.
    pub(crate) why: String,
}

/// A credential that ends soon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expiring {
    pub(crate) account: String,
    pub(crate) ends_at: Timestamp,
}

impl Notifier {
    /// Returns who tells what `config` says; none if nobody is to be told.
    pub(crate) fn new(
        config: &NotifyConfig,
        http: Arc<Http>,
        own_variables: Vec<String>,
    ) -> Option<Self> {
        (!config.is_empty()).then(|| Self {
            config: config.clone(),
            http,
            own_variables,
        })
    }

    /// Tells what happened lately and was not told yet, and of credentials that end soon; returns
    /// what nobody took.
    pub(crate) async fn tell(
        &self,
        door: &Door,
        expiring: &[Expiring],
        clock: &Clock,
    ) -> Result<Vec<Untaken>, OutboxError> {
        let now = clock.now();
        let events = door.with(move |outbox| outbox.untold(now)).await?;
        let soon = expiring
            .iter()
            .filter(|expiring| elapsed(now, expiring.ends_at) < EXPIRING_WITHIN);
        let notices = events.iter().map(Notice::of_event);
        let notices: Vec<_> = notices.chain(soon.map(Notice::of_expiring)).collect();
        let mut untaken = Vec::new();
        for notice in notices {
            untaken.extend(self.tell_once(door, &notice, clock).await?);
        }
        Ok(untaken)
    }

    async fn tell_once(
        &self,
        door: &Door,
        notice: &Notice,
        clock: &Clock,
    ) -> Result<Option<Untaken>, OutboxError> {
        let (id, now) = (notice.id.clone(), clock.now());
        if !door
            .with(move |outbox| outbox.begin_notice(&id, now))
            .await?
        {
            return Ok(None);
        }
        if let Err(why) = self.send(&notice.document()).await {
            let id = notice.id.clone();
            return Ok(Some(Untaken { id, why }));
        }
        let (id, now) = (notice.id.clone(), clock.now());
        door.with(move |outbox| outbox.end_notice(&id, now)).await?;
        Ok(None)
    }

    /// Hands the document to everybody who is to be told.
    async fn send(&self, document: &Value) -> Result<(), String> {
        if let Some(command) = &self.config.command {
            command::run(command, document, &self.own_variables, PATIENCE).await?;
        }
        if let Some(webhook) = &self.config.webhook {
            let posted = webhook::post(&self.http, webhook, document);
            let in_time = tokio::time::timeout(PATIENCE, posted).await;
            in_time.map_err(|_elapsed| {
                format!("the webhook did not answer within {} s", PATIENCE.as_secs())
            })??;
        }
        Ok(())
    }
}

impl Notice {
    fn of_event(event: &Event) -> Self {
        let Event {
            account,
            post,
            reason,
            ..
        } = event;
        let words = reason.replace('_', " ");
        let said = event.said.as_ref().map(|said| format!(": {said}"));
        let said = said.unwrap_or_default();
        let (kind, message, hint) = match reason.as_str() {
            "in_doubt" => (
                "in_doubt",
                format!("post {post} may or may not be public on `{account}`{said}"),
                format!("look at `{account}`, then `hayon resolve {post} --account {account}`"),
            ),
            "login_needed" => (
                "login_needed",
                format!(
                    "`{account}` needs a log-in, and {} waiting for it{said}",
                    are(event.deliveries)
                ),
                format!(
                    "`hayon account add --name {account}`, then `hayon retry --account {account}`"
                ),
            ),
            _ => (
                "parked",
                format!("post {post} is not published on `{account}` ({words}){said}"),
                format!("`hayon show {post}`, then `hayon retry {post} --account {account}`"),
            ),
        };
        Self {
            id: event.id.clone(),
            event: kind,
            account: account.clone(),
            platform: Some(event.platform.clone()),
            post: Some(*post),
            reason: Some(reason.clone()),
            message: printable(&message, Lines::One, MESSAGE_MAX),
            hint,
        }
    }

    fn of_expiring(expiring: &Expiring) -> Self {
        let Expiring { account, ends_at } = expiring;
        Self {
            id: format!("token_expiring:{account}:{ends_at:.0}"),
            event: "token_expiring",
            account: account.clone(),
            platform: None,
            post: None,
            reason: None,
            message: format!("the token of `{account}` ends at {ends_at:.0}, and is not renewed"),
            hint: format!("`hayon account refresh {account}`"),
        }
    }

    /// Returns the document: `text` says it all in a line, which is what chats show.
    fn document(&self) -> Value {
        json!({
            "id": self.id,
            "event": self.event,
            "account": self.account,
            "platform": self.platform,
            "post": self.post,
            "reason": self.reason,
            "message": self.message,
            "hints": [self.hint],
            "text": format!("hayon: {}; {}", self.message, self.hint),
        })
    }
}

fn are(deliveries: u32) -> String {
    match deliveries {
        1 => "1 post is".to_owned(),
        many => format!("{many} posts are"),
    }
}

#[cfg(test)]
mod tests;
