//! The checkup of a Bluesky account: whose session it is and of what kind, whether the handle is
//! still that account's, and what its server takes.
//!
//! A session that is kept is used, as a post would use it, and renewed or made where a post would
//! renew or make it; nothing else is changed anywhere.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::clock::Clock;
use crate::config::sessions::SessionStore;
use crate::http::Answer;
use crate::http::Http;
use crate::platforms::answer::excerpt;
use crate::platforms::answer::is_success;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::bluesky::BlueskyAccount;
use crate::platforms::bluesky::answer::accept;
use crate::platforms::bluesky::client::Client;
use crate::platforms::bluesky::identity::did_in;
use crate::platforms::bluesky::session::Session;
use crate::platforms::checkup::in_words;
use crate::platforms::checkup::server_ahead;
use crate::platforms::checkup::size;
use crate::platforms::checkup::unreachable;
use crate::post::limits::Limits;
use crate::post::platform::Platform;
use crate::publish::PublishError;
use crate::publish::checkup::Checkup;
use crate::publish::checkup::Finding;

const NEW_PASSWORD: &str = "make an app password in Bluesky's settings, under Privacy and security, \
                            and log in again with `hayon account add`";

/// Looks at `account` and its server.
pub(crate) async fn check(
    http: &Arc<Http>,
    store: &Arc<SessionStore>,
    account: BlueskyAccount,
    clock: &Clock,
) -> Checkup {
    let client = Client::new(Arc::clone(http), account, Arc::clone(store));
    let before = clock.now();
    // Renewed or made anew on the way, where the kept one is not accepted any more.
    let answer = match client.get_session(clock).await {
        Ok(answer) => answer,
        Err(error) => return without_session(&error, client.service_origin()),
    };
    let ahead = server_ahead(&answer, before, clock.now());
    let session = match client.session(clock).await {
        Ok(session) => session,
        Err(error) => return without_session(&error, client.service_origin()),
    };
    let mut findings = server(&client, &session).await;
    findings.push(log_in(answer, &session, clock));
    findings.push(kind_of_session(&session));
    findings.push(handle(&client, &session, clock).await);
    Checkup {
        findings,
        server_ahead: ahead,
        ends_at: None,
    }
}

fn without_session(error: &PublishError, service: &str) -> Checkup {
    let status = error.cause().and_then(|cause| cause.status);
    if status.is_none() {
        return unreachable(error, service);
    }
    let finding = Finding::of_error("log-in", error);
    let finding = match error {
        PublishError::LoginNeeded(_) => finding.hint(NEW_PASSWORD),
        _ => finding,
    };
    Checkup {
        findings: vec![finding],
        server_ahead: None,
        ends_at: None,
    }
}

async fn server(client: &Client, session: &Session) -> Vec<Finding> {
    let host = session.host.origin().ascii_serialization();
    let limits = Limits::built_in(Platform::Bluesky);
    let method = "com.atproto.server.describeServer";
    let described = match client.get(session, method, &[]).await {
        Ok(answer) if is_success(&answer) => json(&answer).unwrap_or_default(),
        Ok(answer) => {
            let message = format!(
                "`{host}` answers {} and does not describe itself",
                answer.status
            );
            return vec![Finding::warning("server", message)];
        }
        Err(error) => return vec![Finding::of_error("server", &error)],
    };
    // Newer servers tell the largest file that they take (recorded from PDS 0.5.35, read 2026-11-23).
    let file_max = described.get("blobUploadLimit").and_then(Value::as_u64);
    let limit = match file_max.filter(|max| *max < limits.image.bytes_max) {
        Some(max) => Finding::warning(
            "limits",
            format!(
                "{}, but this server takes no file larger than {}",
                in_words(&limits),
                size(max)
            ),
        ),
        None => Finding::fine("limits", in_words(&limits)),
    };
    vec![
        Finding::fine("server", format!("`{host}` holds the account")),
        limit,
    ]
}

fn log_in(answer: Answer, session: &Session, clock: &Clock) -> Finding {
    let own = match accept(answer, clock.now()) {
        Ok(answer) => json(&answer).unwrap_or_default(),
        Err(error) => {
            let finding = Finding::of_error("log-in", &error);
            return match error {
                PublishError::LoginNeeded(_) => finding.hint(NEW_PASSWORD),
                _ => finding,
            };
        }
    };
    let handle = text_field(&own, "handle").map_or_else(|| "?".to_owned(), excerpt);
    // An account that is not active says why in `status` (getSession of packages/pds 0.5.35, read
    // 2026-11-25).
    if own.get("active").and_then(Value::as_bool) == Some(false) {
        let status = text_field(&own, "status").map_or_else(|| "not active".to_owned(), excerpt);
        let message = format!("is accepted, but the account `{handle}` is {status}");
        return Finding::trouble("log-in", message)
            .hint("log in with Bluesky's own app: it says what to do");
    }
    let did = &session.did;
    Finding::fine(
        "log-in",
        format!("is accepted, and is that of `@{handle}` (`{did}`)"),
    )
}

/// The scope in the access token (as a PDS writes it: packages/pds/src/auth-scope.ts, and recorded
/// from version 0.5.35, read 2026-11-23).
fn kind_of_session(session: &Session) -> Finding {
    match scope(session.access.expose()).as_deref() {
        Some("com.atproto.appPass" | "com.atproto.appPassPrivileged") => {
            Finding::fine("session", "was made with an app password")
        }
        Some("com.atproto.access") => Finding::warning(
            "session",
            "was made with the account's own password, which may do everything",
        )
        .hint(NEW_PASSWORD),
        _ => Finding::skipped("session", "the server does not tell what it was made with"),
    }
}

fn scope(token: &str) -> Option<String> {
    let payload = token.split('.').nth(1)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
    let claims: Value = serde_json::from_slice(&payload).ok()?;
    Some(text_field(&claims, "scope")?.to_owned())
}

async fn handle(client: &Client, session: &Session, clock: &Clock) -> Finding {
    let (handle, did) = (client.handle(), &session.did);
    if handle.starts_with("did:") {
        return Finding::fine("handle", "the account is named by its DID");
    }
    let answer = client.resolve_handle(session, handle).await;
    let rename = "write the account's present handle into the configuration";
    match answer.and_then(|answer| did_in(answer, clock)) {
        Ok(Some(found)) if found == *did => {
            Finding::fine("handle", format!("`{handle}` leads to the account"))
        }
        Ok(Some(found)) => Finding::warning(
            "handle",
            format!("`{handle}` leads to another account, `{found}`; posts still go to `{did}`"),
        )
        .hint(rename),
        Ok(None) => {
            let message = format!("`{handle}` leads to no account; posts still go to `{did}`");
            Finding::warning("handle", message).hint(rename)
        }
        Err(error) => {
            let message = format!("`{handle}` cannot be looked up: {error}");
            Finding::warning("handle", message)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scope_is_read_from_a_token_and_from_nothing_else() {
        let claims = URL_SAFE_NO_PAD.encode(r#"{"scope": "com.atproto.appPass"}"#);
        let token = format!("head.{claims}.signature");
        assert_eq!(scope(&token).as_deref(), Some("com.atproto.appPass"));
        for token in ["", "a.b.c", "opaque", "head.e30.signature"] {
            assert_eq!(scope(token), None, "{token}");
        }
    }
}
