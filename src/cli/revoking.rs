//! Ending a log-in at the platform, where that can be done: a token that hayon has forgotten would
//! otherwise be good for whoever finds it elsewhere.

use crate::cli::standing;
use crate::clock::Clock;
use crate::config::Config;
use crate::config::account::Account;
use crate::config::account::AccountKind;
use crate::config::apps::Apps;
use crate::config::secrets::SecretField;
use crate::config::secrets::SecretSource;
use crate::config::secrets::Secrets;
use crate::http::Http;
use crate::platforms::bluesky::log_in::end_session;
use crate::platforms::log_in::LogInError;
use crate::platforms::mastodon::log_in::Server;
use crate::post::platform::Platform;

/// What became of a log-in at its platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Revoked {
    /// It is good no more.
    Ended,
    /// There is none, it is not of hayon's making, or the platform has no way to end it.
    NotTried,
    /// Why it may still be good.
    Failed(String),
}

impl Revoked {
    /// Returns a stable word for programs.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::NotTried => "not_tried",
            Self::Failed(_) => "failed",
        }
    }
}

/// Ends the log-in of `account` at its platform. What a person has given by a variable, a credential or
/// a command is theirs, and may be used elsewhere.
pub(crate) async fn revoke(
    account: &Account,
    secrets: &Secrets,
    config: &Config,
    clock: &Clock,
) -> Revoked {
    let http = Http::new();
    match &account.kind {
        AccountKind::Mastodon {
            instance, api_url, ..
        } => {
            let app = Apps::new(&config.state_dir).load(&instance.origin().ascii_serialization());
            let (Ok(Some(app)), true) = (app, is_kept(account, secrets)) else {
                return Revoked::NotTried;
            };
            let Ok(Some(token)) = secrets.get(account, SecretField::Token) else {
                return Revoked::NotTried;
            };
            let server = Server {
                http: &http,
                instance: api_url.as_ref().unwrap_or(instance),
                clock,
            };
            outcome(server.revoke(&app, &token).await)
        }
        // The session is hayon's own, wherever the app password is from; that is its owner's to end.
        AccountKind::Bluesky { .. } => match standing::session(account, secrets) {
            Some(session) => outcome(end_session(&http, &session).await),
            None => Revoked::NotTried,
        },
        AccountKind::Tumblr { .. }
        | AccountKind::Instagram { .. }
        | AccountKind::Threads { .. }
        | AccountKind::Facebook { .. } => Revoked::NotTried,
    }
}

/// Returns where in a platform's settings a person ends a log-in that no program can end. At Facebook a
/// program could, with a token of the person's that hayon does not keep, and only for all Pages at
/// once. The names of the places are as they were last seen: the platforms move them.
pub(crate) const fn place_to_end(platform: Platform) -> Option<&'static str> {
    match platform {
        Platform::Tumblr => Some("https://www.tumblr.com/settings/apps"),
        Platform::Instagram => Some("Website permissions, Apps and websites"),
        Platform::Threads => Some("Website permissions"),
        Platform::Facebook => Some("https://www.facebook.com/settings/?tab=business_tools"),
        Platform::Mastodon | Platform::Bluesky => None,
    }
}

fn is_kept(account: &Account, secrets: &Secrets) -> bool {
    let source = secrets.source(account, SecretField::Token).ok().flatten();
    matches!(source, Some(SecretSource::File(_) | SecretSource::Keyring))
}

fn outcome(done: Result<(), LogInError>) -> Revoked {
    match done {
        Ok(()) => Revoked::Ended,
        Err(error) => Revoked::Failed(error.to_string()),
    }
}
