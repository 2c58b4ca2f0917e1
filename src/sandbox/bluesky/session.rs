//! Sessions of app passwords: short access tokens, and refresh tokens that change at every use.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

use crate::clock::later;
use crate::sandbox::accounts::BlueskyAccount;
use crate::sandbox::bluesky::Bluesky;
use crate::sandbox::bluesky::identity;
use crate::sandbox::bluesky::jwt::Claims;
use crate::sandbox::bluesky::jwt::Scope;
use crate::sandbox::bluesky::state;
use crate::sandbox::bluesky::state::RefreshToken;
use crate::sandbox::bluesky::xrpc::Input;
use crate::sandbox::bluesky::xrpc::Refusal;

// packages/pds/src/account-manager, read 2026-11-23.
const REFRESH_LIFETIME: Duration = Duration::from_hours(90 * 24);
/// How long a used refresh token still gives the same next one.
const REFRESH_GRACE: Duration = Duration::from_hours(2);

impl Bluesky {
    /// Returns whose access token the request carries.
    pub(crate) fn authorize(&self, headers: &HeaderMap) -> Result<BlueskyAccount, Refusal> {
        let claims = self.claims(headers, Scope::Access)?;
        BlueskyAccount::of_identifier(&claims.did)
            .ok_or_else(|| Refusal::named("InvalidToken", "Malformed token"))
    }

    fn claims(&self, headers: &HeaderMap, scope: Scope) -> Result<Claims, Refusal> {
        let token = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(|| Refusal::unauthorized("AuthMissing", "Authentication Required"))?;
        self.signer.check(scope, token, self.clock.now())
    }

    fn tokens(&self, account: BlueskyAccount, refresh_id: &str, now: Timestamp) -> Value {
        let claims = |token_id: &str| Claims {
            did: account.did.to_owned(),
            token_id: token_id.to_owned(),
        };
        let access = claims(&random_id());
        let refresh = claims(refresh_id);
        json!({
            "accessJwt": self.signer.sign(Scope::Access, &access, now, self.access_lifetime),
            "refreshJwt": self.signer.sign(Scope::Refresh, &refresh, now, REFRESH_LIFETIME),
        })
    }

    fn session(&self, account: BlueskyAccount) -> Value {
        json!({
            "handle": account.handle,
            "did": account.did,
            "didDoc": identity::document(account, &self.base_url),
            "email": format!("{}@sandbox.test", account.handle.replace('.', "-")),
            "emailConfirmed": true,
            "active": true,
        })
    }
}

/// `com.atproto.server.createSession`
pub(crate) async fn create(
    State(bluesky): State<Arc<Bluesky>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let known = [
        "identifier",
        "password",
        "authFactorToken",
        "allowTakendown",
    ];
    let input = Input::read(&headers, &body, &known)?;
    let password = input.text("password")?;
    let account = BlueskyAccount::of_identifier(input.text("identifier")?)
        .filter(|account| account.password == password)
        .ok_or_else(|| {
            let words = "Invalid identifier or password";
            Refusal::unauthorized("AuthenticationRequired", words)
        })?;
    let now = bluesky.clock.now();
    let id = bluesky.state().new_refresh_token(account, now);
    Ok(Json(merged(
        bluesky.tokens(account, &id, now),
        bluesky.session(account),
    )))
}

/// `com.atproto.server.refreshSession`
pub(crate) async fn refresh(
    State(bluesky): State<Arc<Bluesky>>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let claims = bluesky.claims(&headers, Scope::Refresh)?;
    let now = bluesky.clock.now();
    let (account, next) = bluesky.state().rotate(&claims.token_id, now)?;
    Ok(Json(merged(
        bluesky.tokens(account, &next, now),
        bluesky.session(account),
    )))
}

/// `com.atproto.server.getSession`
pub(crate) async fn show(
    State(bluesky): State<Arc<Bluesky>>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let account = bluesky.authorize(&headers)?;
    Ok(Json(bluesky.session(account)))
}

/// `com.atproto.server.deleteSession`
pub(crate) async fn delete(
    State(bluesky): State<Arc<Bluesky>>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let claims = bluesky.claims(&headers, Scope::Refresh)?;
    bluesky.state().refresh_tokens.remove(&claims.token_id);
    Ok(StatusCode::OK)
}

impl state::State {
    fn new_refresh_token(&mut self, account: BlueskyAccount, now: Timestamp) -> String {
        let id = random_id();
        let token = RefreshToken {
            account,
            expires_at: later(now, REFRESH_LIFETIME),
            next: None,
        };
        self.refresh_tokens.retain(|_, old| old.expires_at > now);
        self.refresh_tokens.insert(id.clone(), token);
        id
    }

    fn rotate(&mut self, id: &str, now: Timestamp) -> Result<(BlueskyAccount, String), Refusal> {
        let revoked = || Refusal::named("ExpiredToken", "Token has been revoked");
        let token = self
            .refresh_tokens
            .get(id)
            .filter(|token| token.expires_at > now)
            .cloned()
            .ok_or_else(revoked)?;
        // Inside the grace the same next token is given again: the answer may have been lost.
        if let Some(next) = token.next {
            return Ok((token.account, next));
        }
        let next = self.new_refresh_token(token.account, now);
        if let Some(used) = self.refresh_tokens.get_mut(id) {
            used.expires_at = used.expires_at.min(later(now, REFRESH_GRACE));
            used.next = Some(next.clone());
        }
        Ok((token.account, next))
    }
}

fn merged(mut one: Value, other: Value) -> Value {
    if let (Value::Object(fields), Value::Object(more)) = (&mut one, other) {
        fields.extend(more);
    }
    one
}

fn random_id() -> String {
    std::iter::repeat_with(fastrand::alphanumeric)
        .take(32)
        .collect()
}
