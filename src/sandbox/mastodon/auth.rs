//! Who asks, and whether the token may do that.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use serde_json::Value;

use crate::sandbox::mastodon::Mastodon;
use crate::sandbox::mastodon::entity;
use crate::sandbox::mastodon::refusal::Refusal;
use crate::sandbox::mastodon::state::Token;

impl Mastodon {
    /// Returns what the request's token stands for, if it has one of `scopes`.
    pub(crate) fn authorize(&self, headers: &HeaderMap, scopes: &[&str]) -> Result<Token, Refusal> {
        let token = self.asker(headers).ok_or(Refusal::Unauthorized)?;
        if scopes.iter().any(|scope| token.allows(scope)) {
            Ok(token)
        } else {
            Err(Refusal::OutsideScopes)
        }
    }

    /// Returns what the request's token stands for, where none is needed.
    pub(crate) fn asker(&self, headers: &HeaderMap) -> Option<Token> {
        let bearer = headers.get(AUTHORIZATION)?.to_str().ok()?;
        let token = bearer.strip_prefix("Bearer ")?;
        self.state().tokens.get(token).cloned()
    }
}

impl Token {
    fn allows(&self, scope: &str) -> bool {
        let family = scope.split(':').next();
        self.scopes
            .iter()
            .any(|granted| granted == scope || Some(granted.as_str()) == family)
    }
}

/// `GET /api/v1/accounts/verify_credentials`
pub(crate) async fn verify_credentials(
    State(mastodon): State<Arc<Mastodon>>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let token = mastodon.authorize(&headers, &["profile", "read:accounts"])?;
    Ok(Json(entity::credential_account(&mastodon, token.account)))
}
