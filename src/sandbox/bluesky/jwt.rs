//! Tokens as a PDS makes them: JWTs with an end, signed with a secret of this process.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;
use sha2::Digest as _;
use sha2::Sha256;

use crate::sandbox::bluesky::xrpc::Refusal;

const BLOCK_BYTES: usize = 64;

/// What a token may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Access,
    Refresh,
}

/// What a good token says.
#[derive(Clone, Debug)]
pub(crate) struct Claims {
    pub(crate) did: String,
    pub(crate) token_id: String,
}

/// Makes and checks tokens.
#[derive(Debug)]
pub(crate) struct Signer {
    secret: [u8; 32],
}

impl Scope {
    fn name(self) -> &'static str {
        match self {
            Self::Access => "com.atproto.appPass",
            Self::Refresh => "com.atproto.refresh",
        }
    }

    fn header(self) -> Value {
        match self {
            Self::Access => json!({"typ": "at+jwt", "alg": "HS256"}),
            Self::Refresh => json!({"typ": "refresh+jwt", "alg": "HS256"}),
        }
    }
}

impl Signer {
    /// Returns a signer with a secret of its own.
    pub(crate) fn random() -> Self {
        Self {
            secret: std::array::from_fn(|_| fastrand::u8(..)),
        }
    }

    /// Returns a token for `claims` that is good for `lifetime`.
    pub(crate) fn sign(
        &self,
        scope: Scope,
        claims: &Claims,
        now: Timestamp,
        lifetime: Duration,
    ) -> String {
        let issued_at = now.as_second();
        let lifetime = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX / 2);
        let payload = json!({
            "scope": scope.name(),
            "aud": "did:web:127.0.0.1",
            "sub": claims.did,
            "jti": claims.token_id,
            "iat": issued_at,
            "exp": issued_at.saturating_add(lifetime),
        });
        let header = URL_SAFE_NO_PAD.encode(scope.header().to_string());
        let payload = URL_SAFE_NO_PAD.encode(payload.to_string());
        let signed = format!("{header}.{payload}");
        let signature = self.signature(&signed);
        format!("{signed}.{signature}")
    }

    /// Reads a token that must be ours, of `scope` and not over.
    // Names and words: packages/pds/src/auth-verifier.ts, read 2026-11-23.
    pub(crate) fn check(
        &self,
        scope: Scope,
        token: &str,
        now: Timestamp,
    ) -> Result<Claims, Refusal> {
        let unverified = || Refusal::named("InvalidToken", "Token could not be verified");
        let (signed, signature) = token.rsplit_once('.').ok_or_else(unverified)?;
        if self.signature(signed) != signature {
            return Err(unverified());
        }
        let (_, payload) = signed.split_once('.').ok_or_else(unverified)?;
        let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| unverified())?;
        let payload: Value = serde_json::from_slice(&payload).map_err(|_| unverified())?;
        if payload["scope"] != scope.name() {
            return Err(unverified());
        }
        if payload["exp"].as_i64().unwrap_or(0) <= now.as_second() {
            return Err(Refusal::named("ExpiredToken", "Token has expired"));
        }
        let text = |name: &str| payload[name].as_str().map(str::to_owned);
        Ok(Claims {
            did: text("sub").ok_or_else(unverified)?,
            token_id: text("jti").ok_or_else(unverified)?,
        })
    }

    // HMAC with SHA-256 (RFC 2104).
    fn signature(&self, signed: &str) -> String {
        let mut key = [0; BLOCK_BYTES];
        key[..self.secret.len()].copy_from_slice(&self.secret);
        let inner = Sha256::new()
            .chain_update(key.map(|byte| byte ^ 0x36))
            .chain_update(signed)
            .finalize();
        let outer = Sha256::new()
            .chain_update(key.map(|byte| byte ^ 0x5c))
            .chain_update(inner)
            .finalize();
        URL_SAFE_NO_PAD.encode(outer)
    }
}
