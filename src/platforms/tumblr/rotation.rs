//! The tokens of OAuth 2 on Tumblr: an access token that lives for 42 minutes, and a refresh token that
//! is good once and gives the next pair (tumblr/docs 708be10, api.md, `OAuth2 Token Refresh`, and
//! docs#134, read 2026-11-23).
//!
//! Whether a refresh token works a second time is written nowhere, so none is sent twice: one process
//! at a time renews, what it is about to spend is struck out on disk first, and the next pair is on
//! disk before it is used. Whoever dies in between, with the answer on its way, leaves a log-in that a
//! person has to make anew; nobody else could have known better.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use tokio::sync::Mutex;
use url::Url;

use crate::clock::Clock;
use crate::clock::earlier;
use crate::clock::elapsed;
use crate::clock::later;
use crate::config::renewal_lock::RenewalLock;
use crate::config::secret::Secret;
use crate::config::sessions::SessionStore;
use crate::config::sessions::StoredSession;
use crate::http::Answer;
use crate::http::Http;
use crate::http::SendError;
use crate::platforms::answer as shared;
use crate::platforms::answer::is_success;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::answer::unanswered;
use crate::platforms::answer::unusable;
use crate::platforms::fingerprint::fingerprint;
use crate::platforms::fingerprint::hexadecimal;
use crate::platforms::renewal::NoTurn;
use crate::platforms::renewal::turn_to_renew;
use crate::post::platform::Platform;
use crate::publish::Cause;
use crate::publish::PublishError;
use crate::publish::Renewal;
use crate::publish::Renewed;

/// How long before its end an access token is renewed: no request takes longer.
const AHEAD: Duration = Duration::from_mins(5);

/// How long a refresh token lives (docs#134).
const REFRESH_LIFETIME: Duration = Duration::from_hours(42 * 24);

/// How often a pair is renewed that nobody posts with, so that it does not die of age.
const RENEWED_EVERY: Duration = Duration::from_hours(7 * 24);

/// The longest life of an access token that is believed.
const LIFE_MAX: Duration = Duration::from_hours(24);

/// What an access token is renewed with.
#[derive(Clone, Debug)]
pub(crate) struct Rotation {
    pub(crate) refresh_token: Secret,
    pub(crate) client_id: Secret,
    pub(crate) client_secret: Secret,
}

/// The tokens of one account.
pub(crate) struct Rotating {
    api: Url,
    origin: String,
    store: Arc<SessionStore>,
    /// The pair that is configured, which the first renewal replaces.
    configured: (Secret, Rotation),
    /// What the configured pair is called in the store: another one there makes the kept one void.
    login: String,
    /// The access token of this process, and when it ends. Held while it is renewed.
    current: Mutex<Option<Access>>,
}

/// An access token.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Access {
    token: Secret,
    expires_at: Option<Timestamp>,
}

impl Access {
    fn is_good_at(&self, now: Timestamp) -> bool {
        // Of one that was never renewed, nobody knows; the server tells.
        self.expires_at.is_none_or(|end| now < earlier(end, AHEAD))
    }
}

impl Rotating {
    /// Returns the tokens of an account at `api` that was configured with `access` and `rotation`.
    pub(crate) fn new(
        api: &Url,
        access: Secret,
        rotation: Rotation,
        store: Arc<SessionStore>,
    ) -> Self {
        let login = fingerprint(&["token", access.expose()]);
        Self {
            origin: api.origin().ascii_serialization(),
            api: api.clone(),
            store,
            login: hexadecimal(login),
            configured: (access, rotation),
            current: Mutex::new(None),
        }
    }

    /// Returns the access token to send: one that does not end before the answer is there.
    pub(crate) async fn access(&self, http: &Http, clock: &Clock) -> Result<Secret, PublishError> {
        let mut current = self.current.lock().await;
        let access = current.clone().unwrap_or_else(|| self.kept().access());
        let access = if access.is_good_at(clock.now()) {
            access
        } else {
            self.renew(&access.token, http, clock).await?
        };
        *current = Some(access.clone());
        Ok(access.token)
    }

    /// Returns an access token in place of `spent`, which the server did not accept.
    pub(crate) async fn in_place_of(
        &self,
        spent: &Secret,
        http: &Http,
        clock: &Clock,
    ) -> Result<Secret, PublishError> {
        let mut current = self.current.lock().await;
        if let Some(newer) = current.as_ref().filter(|it| it.token != *spent) {
            return Ok(newer.token.clone());
        }
        let access = self.renew(spent, http, clock).await?;
        *current = Some(access.clone());
        Ok(access.token)
    }

    /// Renews the pair now, or if that was last done a week ago.
    pub(crate) async fn renew_if(
        &self,
        when: Renewal,
        http: &Http,
        clock: &Clock,
    ) -> Result<Renewed, PublishError> {
        let mut current = self.current.lock().await;
        let kept = self.kept();
        let now = clock.now();
        if when == Renewal::IfDue {
            match kept.renewed_at {
                // Made who knows when: a week from now is soon enough.
                None => {
                    self.note_as_new(&kept, now);
                    return Ok(Renewed::NotDue);
                }
                Some(at) if elapsed(at, now) < RENEWED_EVERY => return Ok(Renewed::NotDue),
                Some(_) => {}
            }
        }
        let access = self.renew(&kept.access, http, clock).await?;
        *current = Some(access);
        Ok(Renewed::Until(self.ends_at()))
    }

    /// Returns when the log-in ends if nobody renews it, as far as that is known.
    pub(crate) fn ends_at(&self) -> Option<Timestamp> {
        end(self.kept().renewed_at)
    }

    /// Gets the next pair, unless another process has done so since `spent` was current.
    async fn renew(
        &self,
        spent: &Secret,
        http: &Http,
        clock: &Clock,
    ) -> Result<Access, PublishError> {
        // Held until the next pair is on disk.
        let _turn = self.turn().await?;
        let kept = self.kept();
        let newer = kept.access();
        if kept.access != *spent && newer.is_good_at(clock.now()) {
            return Ok(newer);
        }
        if kept.refresh.expose().is_empty() {
            return Err(unheard());
        }
        let struck_out = Kept {
            refresh: Secret::new(""),
            ..kept.clone()
        };
        self.keep(&struck_out)?;
        match self.ask(&kept.refresh, http, clock).await {
            Ok(next) => {
                if let Err(error) = self.keep(&next) {
                    // It was possible a moment ago. What is not kept is good for this process alone.
                    tracing::warn!(%error, "the next tokens cannot be kept");
                }
                Ok(next.access())
            }
            Err(Failed::NotSpent(error)) => {
                self.keep(&kept)?;
                Err(error)
            }
            Err(Failed::PerhapsSpent(error)) => Err(error),
        }
    }

    async fn turn(&self) -> Result<RenewalLock, PublishError> {
        let (service, login) = (&self.origin, &self.login);
        match turn_to_renew(&self.store, Platform::Tumblr, service, login).await {
            Ok(lock) => Ok(lock),
            // Whoever could not keep the next pair had better not spend this one.
            Err(NoTurn::Unwritable(error)) => Err(unkept(&error.to_string())),
            Err(held) => Err(held.unless_held().err().unwrap_or_else(unheard)),
        }
    }

    /// `POST /v2/oauth2/token`
    async fn ask(&self, refresh: &Secret, http: &Http, clock: &Clock) -> Result<Kept, Failed> {
        let app = &self.configured.1;
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh.expose()),
            ("client_id", app.client_id.expose()),
            ("client_secret", app.client_secret.expose()),
        ];
        let mut address = self.api.clone();
        address.set_path("v2/oauth2/token");
        let request = http.request_on_fresh_connection(Method::POST, address);
        let request = request.map_err(|error| Failed::NotSpent(unanswered(error)))?;
        let answer = http.send(request.form(&form)).await.map_err(|error| {
            let is_lost = matches!(error, SendError::Lost(_));
            let error = unanswered(error);
            if is_lost {
                Failed::PerhapsSpent(error)
            } else {
                Failed::NotSpent(error)
            }
        })?;
        let answer = answer
            .without(refresh.expose())
            .without(app.client_secret.expose());
        if !is_success(&answer) {
            return Err(Failed::NotSpent(refused(&answer)));
        }
        let told = json(&answer).unwrap_or_default();
        let text = |name| text_field(&told, name).map(Secret::new);
        let missing = || Failed::PerhapsSpent(unusable(&answer, "tokens"));
        let life = told["expires_in"].as_u64().map(Duration::from_secs);
        let now = clock.now();
        Ok(Kept {
            access: text("access_token").ok_or_else(missing)?,
            refresh: text("refresh_token").ok_or_else(missing)?,
            renewed_at: Some(now),
            expires_at: life.map(|life| later(now, life.min(LIFE_MAX))),
        })
    }

    /// Returns the pair that was kept for the configured one, else that.
    fn kept(&self) -> Kept {
        let kept = self.store.load(Platform::Tumblr, &self.origin, &self.login);
        let kept = kept.inspect_err(
            |error| tracing::warn!(%error, hint = error.hint(), "the kept tokens cannot be read"),
        );
        match kept {
            Ok(Some(kept)) => Kept {
                access: kept.access,
                refresh: kept.refresh,
                renewed_at: kept.renewed_at,
                expires_at: kept.expires_at,
            },
            Ok(None) => Kept {
                access: self.configured.0.clone(),
                refresh: self.configured.1.refresh_token.clone(),
                renewed_at: None,
                expires_at: None,
            },
            // What is there may be newer than what is configured, which must not be spent again then.
            Err(_) => Kept {
                access: self.configured.0.clone(),
                refresh: Secret::new(""),
                renewed_at: None,
                expires_at: None,
            },
        }
    }

    fn note_as_new(&self, kept: &Kept, now: Timestamp) {
        let noted = Kept {
            renewed_at: Some(now),
            ..kept.clone()
        };
        if let Err(error) = self.keep(&noted) {
            tracing::debug!(%error, "it is not noted when the tokens were first seen");
        }
    }

    fn keep(&self, kept: &Kept) -> Result<(), PublishError> {
        let session = stored(&self.origin, &self.login, kept);
        let saved = self.store.save(Platform::Tumblr, &session);
        saved.map_err(|error| unkept(&format!("{error}; {}", error.hint())))
    }
}

/// Returns when the log-in of a session that was kept ends if nobody renews it.
pub(crate) fn end_of(session: &StoredSession) -> Option<Timestamp> {
    end(session.renewed_at)
}

fn end(renewed_at: Option<Timestamp>) -> Option<Timestamp> {
    Some(later(renewed_at?, REFRESH_LIFETIME))
}

/// The session that a log-in has opened: the first pair, and when its access token ends.
pub(crate) fn first_session(
    api: &Url,
    access: &Secret,
    refresh: &Secret,
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> StoredSession {
    let login = fingerprint(&["token", access.expose()]);
    let kept = Kept {
        access: access.clone(),
        refresh: refresh.clone(),
        renewed_at: Some(now),
        expires_at,
    };
    stored(
        &api.origin().ascii_serialization(),
        &hexadecimal(login),
        &kept,
    )
}

/// A pair as it is kept. A refresh token that is being spent is empty.
#[derive(Clone, Debug)]
struct Kept {
    access: Secret,
    refresh: Secret,
    renewed_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
}

impl Kept {
    fn access(&self) -> Access {
        Access {
            token: self.access.clone(),
            expires_at: self.expires_at,
        }
    }
}

fn stored(origin: &str, login: &str, kept: &Kept) -> StoredSession {
    StoredSession {
        service: origin.to_owned(),
        login: login.to_owned(),
        stable_id: login.to_owned(),
        host: origin.to_owned(),
        access: kept.access.clone(),
        refresh: kept.refresh.clone(),
        renewed_at: kept.renewed_at,
        expires_at: kept.expires_at,
    }
}

/// Why there is no next pair.
enum Failed {
    /// The server has said no, or was not reached.
    NotSpent(PublishError),
    /// Nobody has heard what became of the refresh token.
    PerhapsSpent(PublishError),
}

fn refused(answer: &Answer) -> PublishError {
    let told = json(answer).unwrap_or_default();
    let words = text_field(&told, "error_description").or_else(|| text_field(&told, "error"));
    let cause = shared::cause(answer, words);
    let is_dead = text_field(&told, "error") == Some("invalid_grant");
    match shared::by_status(answer.status, cause) {
        PublishError::Refused(cause) if is_dead => PublishError::LoginNeeded(cause),
        error => error,
    }
}

fn unheard() -> PublishError {
    PublishError::LoginNeeded(Cause::new(
        "the log-in was being renewed when hayon was stopped, and nobody heard the answer; its refresh \
         token is good once, and is not sent again",
    ))
}

fn unkept(why: &str) -> PublishError {
    PublishError::Unavailable(Cause::new(format!(
        "the log-in is not renewed, since the next tokens could not be kept: {why}"
    )))
}
