//! The token of an account on Meta's API. One of Instagram's or Threads' own log-in lives for 60 days
//! and is renewed weekly; a Page's lives until somebody changes a password or a role.
//!
//! developers.facebook.com, Instagram business login and Threads long-lived tokens, read 2026-11-23: a
//! token can be renewed from its second day on until it ends, by itself, and is dead for good after
//! that. Whether the one before goes on working is written nowhere, so that the new one is on disk
//! before it is used.

use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use url::Url;

use crate::clock::Clock;
use crate::clock::earlier;
use crate::clock::elapsed;
use crate::clock::later;
use crate::config::renewal_lock::RenewalLock;
use crate::config::secret::Secret;
use crate::config::sessions::SessionStore;
use crate::config::sessions::StoredSession;
use crate::http::Http;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::answer::unanswered;
use crate::platforms::answer::unusable;
use crate::platforms::fingerprint::fingerprint;
use crate::platforms::fingerprint::hexadecimal;
use crate::platforms::graph::answer::Phase;
use crate::platforms::graph::answer::accept;
use crate::platforms::renewal::turn_to_renew;
use crate::post::platform::Platform;
use crate::publish::PublishError;
use crate::publish::Renewal;
use crate::publish::Renewed;

/// How often a token is renewed: weekly, so that a machine that was off for weeks loses nothing.
const RENEWED_EVERY: Duration = Duration::from_hours(7 * 24);

/// When a token that is new to us is first renewed, and when one that was refused is tried again: it
/// may have been less than a day old.
const TRIED_AGAIN_AFTER: Duration = Duration::from_hours(24);

/// The longest life of a token that is believed.
const LIFE_MAX: Duration = Duration::from_hours(365 * 24);

/// A token, and how it is renewed if it is.
pub(crate) struct Token {
    current: RwLock<Secret>,
    renewer: Option<Renewer>,
}

/// When a token ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Only when somebody ends it.
    Never,
    At(Timestamp),
    /// Nobody has told: it was never renewed.
    Unknown,
}

/// How a token is renewed, and where the new one is kept.
struct Renewer {
    platform: Platform,
    grant_type: &'static str,
    store: Arc<SessionStore>,
    origin: String,
    /// What the configured token is called in the store: another one there makes the kept one void.
    configured: String,
}

impl Token {
    /// Returns a token that is not renewed.
    pub(crate) fn lasting(token: Secret) -> Self {
        Self {
            current: RwLock::new(token),
            renewer: None,
        }
    }

    /// Returns the token of an account of `platform` at `api`: the one that was kept for the
    /// `configured` one, else that.
    pub(crate) fn renewed(
        platform: Platform,
        grant_type: &'static str,
        api: &Url,
        configured: Secret,
        store: Arc<SessionStore>,
    ) -> Self {
        let renewer = Renewer {
            platform,
            grant_type,
            store,
            origin: api.origin().ascii_serialization(),
            configured: hexadecimal(fingerprint(&["token", configured.expose()])),
        };
        let kept = renewer.kept();
        let kept = kept.and_then(token_in);
        Self {
            current: RwLock::new(kept.unwrap_or(configured)),
            renewer: Some(renewer),
        }
    }

    /// Returns the token to send.
    pub(crate) fn current(&self) -> Secret {
        let current = self.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns when the token ends, as far as that is known.
    pub(crate) fn end(&self) -> End {
        match &self.renewer {
            None => End::Never,
            Some(renewer) => match renewer.kept().and_then(|kept| kept.expires_at) {
                Some(at) => End::At(at),
                None => End::Unknown,
            },
        }
    }

    /// Returns the token that another run has kept in place of `sent`, if one has.
    pub(crate) fn newer_than(&self, sent: &Secret) -> Option<Secret> {
        let kept = self.renewer.as_ref()?.kept().and_then(token_in);
        let newer = kept.filter(|kept| kept != sent)?;
        self.set(newer.clone());
        Some(newer)
    }

    /// Renews the token: now, or if that was last done a week ago.
    ///
    /// One that was never seen is renewed a day later: it may be too young, and a machine that
    /// forgets everything must not make new ones that nobody keeps.
    pub(crate) async fn renew(
        &self,
        when: Renewal,
        http: &Http,
        base: &Url,
        clock: &Clock,
    ) -> Result<Renewed, PublishError> {
        let Some(renewer) = &self.renewer else {
            return Ok(Renewed::Lasting);
        };
        if when == Renewal::IfDue && !renewer.is_due(clock.now()) {
            return Ok(Renewed::NotDue);
        }
        // Held until the new one is on disk: nobody renews what was renewed meanwhile.
        let _turn = renewer.turn().await?;
        let now = clock.now();
        let kept = renewer.kept();
        if let Some(token) = kept.clone().and_then(token_in) {
            self.set(token);
        }
        if when == Renewal::IfDue && !renewer.is_due(now) {
            return Ok(Renewed::NotDue);
        }
        let spent = self.current();
        match renewer.ask(http, base, &spent, clock).await {
            Ok(given) => {
                renewer.keep(given.access.clone(), now, given.expires_at);
                self.set(given.access);
                Ok(Renewed::Until(given.expires_at))
            }
            Err(PublishError::Refused(cause)) if when == Renewal::IfDue => {
                let (token, expires_at) = kept.map_or_else(
                    || (Secret::new(""), None),
                    |kept| (kept.access, kept.expires_at),
                );
                renewer.keep(token, asked_again_tomorrow(now), expires_at);
                tracing::debug!(why = cause.message, "a token could not be renewed yet");
                Ok(Renewed::NotDue)
            }
            Err(error) => Err(error),
        }
    }

    fn set(&self, token: Secret) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = token;
    }
}

/// Returns what is kept of a token that a log-in has given, which ends at `expires_at`: it is renewed
/// from its second day on.
pub(crate) fn first_session(
    api: &Url,
    token: &Secret,
    now: Timestamp,
    expires_at: Timestamp,
) -> StoredSession {
    let (origin, login) = (
        api.origin().ascii_serialization(),
        hexadecimal(fingerprint(&["token", token.expose()])),
    );
    StoredSession {
        service: origin.clone(),
        login: login.clone(),
        stable_id: login,
        host: origin,
        // It is where the secrets are, and nowhere else.
        access: Secret::new(""),
        refresh: Secret::new(""),
        renewed_at: Some(asked_again_tomorrow(now)),
        expires_at: Some(expires_at),
    }
}

/// Returns when a token that is to be renewed a day after `now` counts as last renewed.
fn asked_again_tomorrow(now: Timestamp) -> Timestamp {
    earlier(now, RENEWED_EVERY.saturating_sub(TRIED_AGAIN_AFTER))
}

/// Returns the token of a session that was kept, if there is one in it.
fn token_in(kept: StoredSession) -> Option<Secret> {
    Some(kept.access).filter(|token| !token.expose().is_empty())
}

/// What a renewal has given.
struct Given {
    access: Secret,
    expires_at: Option<Timestamp>,
}

impl Renewer {
    /// Whether the token was last renewed a week ago. One that is seen for the first time is noted,
    /// and is not.
    fn is_due(&self, now: Timestamp) -> bool {
        let Some(kept) = self.kept() else {
            // What is configured is kept nowhere else.
            self.keep(Secret::new(""), asked_again_tomorrow(now), None);
            return false;
        };
        let renewed_at = kept.renewed_at.unwrap_or(Timestamp::UNIX_EPOCH);
        elapsed(renewed_at, now) >= RENEWED_EVERY
    }

    async fn turn(&self) -> Result<Option<RenewalLock>, PublishError> {
        let (service, login) = (&self.origin, &self.configured);
        match turn_to_renew(&self.store, self.platform, service, login).await {
            Ok(lock) => Ok(Some(lock)),
            Err(none) => none.unless_held(),
        }
    }

    /// `GET /refresh_access_token`, which has no version. The token stands in the address: that is how
    /// it is documented.
    async fn ask(
        &self,
        http: &Http,
        base: &Url,
        token: &Secret,
        clock: &Clock,
    ) -> Result<Given, PublishError> {
        let mut address = base.clone();
        address.set_path("refresh_access_token");
        address
            .query_pairs_mut()
            .append_pair("grant_type", self.grant_type)
            .append_pair("access_token", token.expose());
        let request = http.request_on_fresh_connection(Method::GET, address);
        let request = request.map_err(unanswered)?;
        let answer = http.send(request).await.map_err(unanswered)?;
        let answer = answer.without(token.expose());
        let now = clock.now();
        let answer = accept(answer, Phase::Hidden, now)?;
        let body = json(&answer).unwrap_or_default();
        let access = text_field(&body, "access_token").map(Secret::new);
        let access = access.ok_or_else(|| unusable(&answer, "a token"))?;
        let life = body["expires_in"].as_u64().map(Duration::from_secs);
        Ok(Given {
            access,
            expires_at: life.map(|life| later(now, life.min(LIFE_MAX))),
        })
    }

    fn kept(&self) -> Option<StoredSession> {
        let kept = self
            .store
            .load(self.platform, &self.origin, &self.configured);
        kept.inspect_err(
            |error| tracing::warn!(%error, hint = error.hint(), "the kept token cannot be read"),
        )
        .ok()
        .flatten()
    }

    /// Keeps a token for later runs. If that fails, the one before is still there.
    fn keep(&self, access: Secret, renewed_at: Timestamp, expires_at: Option<Timestamp>) {
        let session = StoredSession {
            service: self.origin.clone(),
            login: self.configured.clone(),
            stable_id: self.configured.clone(),
            host: self.origin.clone(),
            access,
            refresh: Secret::new(String::new()),
            renewed_at: Some(renewed_at),
            expires_at,
        };
        if let Err(error) = self.store.save(self.platform, &session) {
            tracing::warn!(%error, hint = error.hint(), "the token cannot be kept");
        }
    }
}
