//! Logging in on Threads.

use crate::config::secrets::SecretField;
use crate::platforms::answer::excerpt;
use crate::platforms::answer::text_field;
use crate::platforms::graph::client::THREADS_VERSION;
use crate::platforms::graph::log_in::Granted;
use crate::platforms::graph::log_in::LogIn;
use crate::platforms::graph::log_in::Way;
use crate::platforms::graph::log_in::id_in;
use crate::platforms::graph::scopes::Scope;
use crate::platforms::graph::scopes::lacking;
use crate::platforms::log_in::LogInError;
use crate::platforms::log_in::LoggedIn;

/// The log-in of Threads (developers.facebook.com, Threads "get access tokens and permissions", read
/// 2026-11-23).
pub(crate) const WAY: Way = Way {
    platform: "Threads",
    api: "https://graph.threads.net",
    version: THREADS_VERSION,
    authorize: "https://threads.com/oauth/authorize",
    token: "https://graph.threads.net/oauth/access_token",
    exchange: "th_exchange_token",
    tells_of_tokens: true,
    scopes: &[
        Scope {
            name: "threads_basic",
            without: None,
        },
        Scope {
            name: "threads_content_publish",
            without: None,
        },
        Scope {
            name: "threads_delete",
            without: Some("`hayon delete` cannot take a post down"),
        },
    ],
};

/// Asks whose the token is.
pub(crate) async fn logged_in(
    log_in: &LogIn<'_>,
    granted: Granted,
) -> Result<LoggedIn, LogInError> {
    let me = log_in.me(&granted.token, "id,username").await?;
    let id = id_in(&me["id"]).ok_or_else(|| log_in.nobody())?;
    let name = text_field(&me, "username").map_or_else(|| id.clone(), excerpt);
    let notes = lacking(log_in.way.scopes, granted.scopes.as_deref())?;
    let session = log_in.session(&granted);
    let who = format!("@{name}");
    Ok(LoggedIn {
        settings: vec![("user_id", id.clone()), ("handle", who.clone())],
        secrets: vec![(SecretField::Token, granted.token)],
        who,
        stable_id: id,
        expires_at: granted.expires_at,
        session: Some(session),
        notes,
    })
}
