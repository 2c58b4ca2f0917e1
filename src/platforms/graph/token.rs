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
use tokio::sync::Mutex;
use url::Url;

use crate::clock::Clock;
use crate::clock::earlier;
use crate::clock::elapsed;
use crate::clock::later;
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
use crate::post::platform::Platform;
use crate::publish::PublishError;

/// How often a token is renewed: weekly, so that a machine that was off for weeks loses nothing.
const RENEWED_EVERY: Duration = Duration::from_hours(7 * 24);

/// When a renewal that was refused is tried again: the token may have been less than a day old.
const TRIED_AGAIN_AFTER: Duration = Duration::from_hours(24);

/// The longest life of a token that is believed.
const LIFE_MAX: Duration = Duration::from_hours(365 * 24);

/// A token, and how it is renewed if it is.
pub(crate) struct Token {
    current: RwLock<Secret>,
    renewal: Option<Renewal>,
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
struct Renewal {
    platform: Platform,
    grant_type: &'static str,
    store: Arc<SessionStore>,
    origin: String,
    /// What the configured token is called in the store: another one there makes the kept one void.
    configured: String,
    /// Held while a token is renewed, so that nobody renews it a second time meanwhile.
    running: Mutex<()>,
}

impl Token {
    /// Returns a token that is not renewed.
    pub(crate) fn lasting(token: Secret) -> Self {
        Self {
            current: RwLock::new(token),
            renewal: None,
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
        let renewal = Renewal {
            platform,
            grant_type,
            store,
            origin: api.origin().ascii_serialization(),
            configured: hexadecimal(fingerprint(&["token", configured.expose()])),
            running: Mutex::new(()),
        };
        let kept = renewal.kept();
        let kept = kept.and_then(token_in);
        Self {
            current: RwLock::new(kept.unwrap_or(configured)),
            renewal: Some(renewal),
        }
    }

    /// Returns the token to send.
    pub(crate) fn current(&self) -> Secret {
        let current = self.current.read();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns when the token ends, as far as that is known.
    pub(crate) fn end(&self) -> End {
        match &self.renewal {
            None => End::Never,
            Some(renewal) => match renewal.kept().and_then(|kept| kept.expires_at) {
                Some(at) => End::At(at),
                None => End::Unknown,
            },
        }
    }

    /// Renews the token if that was last done a week ago, or never.
    pub(crate) async fn renew_if_due(
        &self,
        http: &Http,
        base: &Url,
        clock: &Clock,
    ) -> Result<(), PublishError> {
        let Some(renewal) = &self.renewal else {
            return Ok(());
        };
        let _running = renewal.running.lock().await;
        let now = clock.now();
        // Read anew: another process may have renewed it.
        let kept = renewal.kept();
        if let Some(kept) = &kept {
            if let Some(token) = token_in(kept.clone()) {
                self.set(token);
            }
            let renewed_at = kept.renewed_at.unwrap_or(Timestamp::UNIX_EPOCH);
            if elapsed(renewed_at, now) < RENEWED_EVERY {
                return Ok(());
            }
        }
        let spent = self.current();
        match renewal.ask(http, base, &spent, clock).await {
            Ok(renewed) => {
                renewal.keep(renewed.access.clone(), now, renewed.expires_at);
                self.set(renewed.access);
                Ok(())
            }
            Err(PublishError::Refused(cause)) => {
                let asked_again_at = earlier(now, RENEWED_EVERY.saturating_sub(TRIED_AGAIN_AFTER));
                let (token, expires_at) = match kept {
                    Some(kept) => (kept.access, kept.expires_at),
                    // What is configured is kept nowhere else.
                    None => (Secret::new(""), None),
                };
                renewal.keep(token, asked_again_at, expires_at);
                tracing::debug!(why = cause.message, "a token could not be renewed yet");
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn set(&self, token: Secret) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = token;
    }
}

/// Returns the token of a session that was kept, if there is one in it.
fn token_in(kept: StoredSession) -> Option<Secret> {
    Some(kept.access).filter(|token| !token.expose().is_empty())
}

/// What a renewal has given.
struct Renewed {
    access: Secret,
    expires_at: Option<Timestamp>,
}

impl Renewal {
    /// `GET /refresh_access_token`, which has no version. The token stands in the address: that is how
    /// it is documented.
    async fn ask(
        &self,
        http: &Http,
        base: &Url,
        token: &Secret,
        clock: &Clock,
    ) -> Result<Renewed, PublishError> {
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
        Ok(Renewed {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::platforms::testing::server::Reply;
    use crate::platforms::testing::server::Server;
    use crate::platforms::testing::server::json_reply;
    use crate::platforms::testing::session_store;

    const RENEW: &str = "GET /refresh_access_token";

    fn on(day: u8, hour: u8) -> Clock {
        let instant = format!("2026-11-{day:02}T{hour:02}:00:00Z");
        Clock::paused(instant.parse().unwrap())
    }

    fn given(token: &str) -> Reply {
        let body = json!({"access_token": token, "token_type": "bearer", "expires_in": 5_184_000});
        json_reply(200, &body)
    }

    fn refused(code: i64) -> Reply {
        json_reply(400, &json!({"error": {"message": "no: old", "code": code}}))
    }

    fn token(server: &Server, configured: &str, store: &Arc<SessionStore>) -> Token {
        let (configured, store) = (Secret::new(configured), Arc::clone(store));
        Token::renewed(
            Platform::Threads,
            "th_refresh_token",
            &server.origin,
            configured,
            store,
        )
    }

    async fn renew(token: &Token, server: &Server, clock: &Clock) -> Result<(), PublishError> {
        let http = Http::new();
        token.renew_if_due(&http, &server.origin, clock).await
    }

    #[track_caller]
    fn assert_is(token: &Token, expected: &str) {
        assert_eq!(token.current().expose(), expected);
    }

    #[tokio::test]
    async fn a_token_is_renewed_once_a_week_and_kept_for_later_runs() {
        let server = Server::new([(RENEW, given("second"))]).await;
        let store = session_store();
        let first = token(&server, "old", &store);
        renew(&first, &server, &on(1, 12)).await.unwrap();
        assert_is(&first, "second");
        let asked = &server.received(RENEW)[0].line;
        assert!(asked.contains("grant_type=th_refresh_token&access_token=old"));

        // Six days later nothing is due, for another run neither.
        let later = token(&server, "old", &store);
        assert_is(&later, "second");
        renew(&later, &server, &on(8, 11)).await.unwrap();
        assert_eq!(server.count(), 1);

        server.expect(RENEW, given("third"));
        renew(&later, &server, &on(8, 12)).await.unwrap();
        assert_is(&later, "third");
        // The first process finds what the other one has kept.
        renew(&first, &server, &on(8, 13)).await.unwrap();
        assert_is(&first, "third");
    }

    #[tokio::test]
    async fn another_configured_token_makes_the_kept_one_void() {
        let server = Server::new([(RENEW, given("second"))]).await;
        let store = session_store();
        renew(&token(&server, "old", &store), &server, &on(1, 12))
            .await
            .unwrap();
        assert_is(
            &token(&server, "from the dashboard", &store),
            "from the dashboard",
        );
    }

    #[tokio::test]
    async fn a_token_that_is_too_young_is_tried_again_the_next_day() {
        let server = Server::new([(RENEW, refused(100))]).await;
        let store = session_store();
        let young = token(&server, "old", &store);
        renew(&young, &server, &on(1, 12)).await.unwrap();
        assert_is(&young, "old");
        renew(&young, &server, &on(2, 11)).await.unwrap();
        assert_eq!(server.count(), 1);
        server.expect(RENEW, given("second"));
        renew(&young, &server, &on(2, 12)).await.unwrap();
        assert_is(&young, "second");
    }

    #[tokio::test]
    async fn a_dead_token_is_said_and_not_repeated() {
        let server = Server::new([(RENEW, refused(190))]).await;
        let dead = token(&server, "old", &session_store());
        let error = renew(&dead, &server, &on(1, 12)).await.unwrap_err();
        assert!(matches!(error, PublishError::LoginNeeded(_)), "{error:?}");
        assert!(!error.to_string().contains("old"), "{error}");
    }

    #[tokio::test]
    async fn a_token_without_an_end_is_never_renewed() {
        let server = Server::new([]).await;
        let lasting = Token::lasting(Secret::new("page"));
        renew(&lasting, &server, &on(1, 12)).await.unwrap();
        assert_is(&lasting, "page");
    }
}
