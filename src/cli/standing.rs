//! How accounts stand, as far as this machine knows without asking a platform.

use std::fmt;
use std::io;

use jiff::Timestamp;

use crate::config::account::Account;
use crate::config::account::AccountKind;
use crate::config::renewal_lock::RenewalLock;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::config::secrets::Secrets;
use crate::config::secrets::error::SecretError;
use crate::config::sessions::SessionError;
use crate::config::sessions::SessionStore;
use crate::config::sessions::StoredSession;
use crate::platforms::bluesky::session::ENTRYWAY;
use crate::platforms::fingerprint::fingerprint;
use crate::platforms::fingerprint::hexadecimal;
use crate::platforms::tumblr::rotation;

/// How an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Ok,
    NoSecret,
    NeedsLogIn,
    /// Where its secrets are kept did not answer.
    Unknown,
}

impl State {
    /// Returns a stable word for programs.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NoSecret => "no_secret",
            Self::NeedsLogIn => "needs_login",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ok => "ok",
            Self::NoSecret => "no secret",
            Self::NeedsLogIn => "needs log-in",
            Self::Unknown => "unknown",
        })
    }
}

/// Returns who the account is by its settings.
pub(crate) fn who(account: &Account) -> String {
    if let Some(handle) = &account.handle {
        return handle.clone();
    }
    match &account.kind {
        AccountKind::Mastodon { instance, .. } => {
            instance.host_str().unwrap_or_default().to_owned()
        }
        AccountKind::Bluesky { handle, .. } => handle.clone(),
        AccountKind::Tumblr { blog, .. } => blog.clone(),
        AccountKind::Instagram { user_id, .. } => user_id.clone(),
        AccountKind::Threads { user_id, .. } => user_id.clone().unwrap_or_default(),
        AccountKind::Facebook { page_id, .. } => page_id.clone(),
    }
}

/// Where a session of an account is found in its store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SessionKey {
    service: String,
    login: String,
}

impl SessionKey {
    /// Returns the key of the session of `account`; `None` if its platform opens none, or if `secret`,
    /// by which renewed tokens are kept, is not there.
    pub(crate) fn of(account: &Account, secret: Option<&Secret>) -> Option<Self> {
        match &account.kind {
            AccountKind::Bluesky {
                handle, service, ..
            } => {
                let origin = service.as_ref().map(|it| it.origin().ascii_serialization());
                Some(Self {
                    service: origin.unwrap_or_else(|| ENTRYWAY.to_owned()),
                    login: handle.clone(),
                })
            }
            AccountKind::Instagram { api, .. }
            | AccountKind::Threads { api, .. }
            | AccountKind::Tumblr { api, .. } => Some(Self {
                service: api.origin().ascii_serialization(),
                login: hexadecimal(fingerprint(&["token", secret?.expose()])),
            }),
            AccountKind::Mastodon { .. } | AccountKind::Facebook { .. } => None,
        }
    }

    /// Returns the session of `account` in `store`.
    pub(crate) fn load(
        &self,
        account: &Account,
        store: &SessionStore,
    ) -> Result<Option<StoredSession>, SessionError> {
        store.load(account.platform(), &self.service, &self.login)
    }

    /// Asks for the right to renew what `account` has in `store`; `None` while somebody else renews it.
    pub(crate) fn lock(
        &self,
        account: &Account,
        store: &SessionStore,
    ) -> io::Result<Option<RenewalLock>> {
        store.try_lock_renewal(account.platform(), &self.service, &self.login)
    }

    /// Forgets the session of `account` in `store`.
    pub(crate) fn forget(
        &self,
        account: &Account,
        store: &SessionStore,
    ) -> Result<(), SessionError> {
        store.forget(account.platform(), &self.service, &self.login)
    }
}

/// Returns the session of `account` that is kept, if one is.
pub(crate) fn session(account: &Account, secrets: &Secrets) -> Option<StoredSession> {
    let field = SecretField::needed_by(account.platform());
    let secret = secrets.get(account, field).ok().flatten();
    let key = SessionKey::of(account, secret.as_ref())?;
    let store = secrets.sessions(&account.name, account.store);
    key.load(account, &store).ok().flatten()
}

/// Returns when the log-in of `session` ends if nobody renews it, as far as that is known.
pub(crate) fn end_of(account: &Account, session: &StoredSession) -> Option<Timestamp> {
    match account.kind {
        // Its access token is renewed whenever somebody posts.
        AccountKind::Tumblr { .. } => rotation::end_of(session),
        _ => session.expires_at,
    }
}

/// Says how `account` stands at `now`, of which `for_login` deliveries wait for a log-in.
pub(crate) fn state(
    account: &Account,
    secrets: &Secrets,
    for_login: usize,
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<State, SecretError> {
    if secrets.missing(account)?.is_some() {
        return Ok(State::NoSecret);
    }
    let has_ended = expires_at.is_some_and(|at| at <= now);
    Ok(if has_ended || for_login > 0 {
        State::NeedsLogIn
    } else {
        State::Ok
    })
}
