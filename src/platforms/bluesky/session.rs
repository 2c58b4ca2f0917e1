//! The session: kept between runs, refreshed when it has expired, made anew from the app password
//! when a refresh does not help.
//!
//! A log-in is dear (30 in five minutes, 300 a day: docs.bsky.app/docs/advanced-guides/rate-limits,
//! read 2026-11-23), so two uploads side by side must not log in twice: whoever needs a session
//! waits for the one who is getting it. A refresh token that was spent still answers for two hours,
//! which is why a crash between a refresh and its saving costs nothing.

use std::sync::Arc;

use reqwest::Method;
use serde_json::json;
use tokio::sync::Mutex;
use url::Url;

use crate::clock::Clock;
use crate::config::renewal_lock::RenewalLock;
use crate::config::secret::Secret;
use crate::config::sessions::SessionStore;
use crate::config::sessions::StoredSession;
use crate::http::Answer;
use crate::http::Http;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::answer::unanswered;
use crate::platforms::answer::unusable;
use crate::platforms::bluesky::BlueskyAccount;
use crate::platforms::bluesky::answer::accept;
use crate::platforms::bluesky::answer::is_about_session;
use crate::platforms::bluesky::client::xrpc;
use crate::platforms::bluesky::handle::NameService;
use crate::platforms::bluesky::identity::Directory;
use crate::platforms::bluesky::identity::is_did;
use crate::platforms::bluesky::identity::pds_in;
use crate::platforms::renewal::turn_to_renew;
use crate::post::platform::Platform;
use crate::publish::Cause;
use crate::publish::PublishError;

/// Bluesky's own door, which knows the server of each account that Bluesky hosts.
pub(crate) const ENTRYWAY: &str = "https://bsky.social";

/// The directory that tells where an account lives.
pub(crate) const PLC_DIRECTORY: &str = "https://plc.directory";

/// What a log-in has given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) did: String,
    /// The PDS that holds the account.
    pub(crate) host: Url,
    pub(crate) access: Secret,
    refresh: Secret,
}

impl Session {
    /// Reads the session in `answer`, which lives on `host`, or where the answer says unless the user
    /// has named that.
    pub(crate) fn in_answer(answer: &Answer, host: &Url, service: Service) -> Option<Self> {
        let body = json(answer)?;
        let named = body.get("didDoc").and_then(pds_in);
        let named = named.filter(|_| service == Service::Found);
        Some(Self {
            did: text_field(&body, "did")
                .filter(|did| is_did(did))?
                .to_owned(),
            host: named.unwrap_or_else(|| host.clone()),
            access: Secret::new(text_field(&body, "accessJwt")?),
            refresh: Secret::new(text_field(&body, "refreshJwt")?),
        })
    }

    /// Returns the session as it is kept, for whoever logs in at `service` as `login`.
    pub(crate) fn stored(&self, service: &str, login: &str) -> StoredSession {
        StoredSession {
            service: service.to_owned(),
            login: login.to_owned(),
            stable_id: self.did.clone(),
            host: self.host.to_string(),
            access: self.access.clone(),
            refresh: self.refresh.clone(),
            renewed_at: None,
            expires_at: None,
        }
    }
}

/// How it is known where an account lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    /// The user has said so.
    Named,
    /// It was looked up.
    Found,
}

/// `com.atproto.server.createSession`.
pub(crate) async fn create_session(
    http: &Http,
    service: &Url,
    handle: &str,
    password: &Secret,
) -> Result<Answer, PublishError> {
    let address = xrpc(service, "com.atproto.server.createSession");
    let request = http.request_on_fresh_connection(Method::POST, address);
    let request = request.map_err(unanswered)?.json(&json!({
        "identifier": handle,
        "password": password.expose(),
    }));
    let answer = http.send(request).await.map_err(unanswered)?;
    Ok(answer.without(password.expose()))
}

/// The one session of an account in this process.
pub(crate) struct Sessions {
    http: Arc<Http>,
    account: BlueskyAccount,
    service_origin: String,
    store: Arc<SessionStore>,
    /// Held while a session is being got, so that nobody gets a second one meanwhile.
    current: Mutex<Option<Session>>,
}

impl Sessions {
    /// Returns the sessions of `account`, which are kept in `store`.
    pub(crate) fn new(http: Arc<Http>, account: BlueskyAccount, store: Arc<SessionStore>) -> Self {
        let service = account.service.as_ref();
        let origin = service.map(|service| service.origin().ascii_serialization());
        Self {
            http,
            account,
            service_origin: origin.unwrap_or_else(|| ENTRYWAY.to_owned()),
            store,
            current: Mutex::new(None),
        }
    }

    /// Returns the service that is logged in to, as `https://host:port`.
    pub(crate) fn service_origin(&self) -> &str {
        &self.service_origin
    }

    /// Returns the name that is logged in with.
    pub(crate) fn handle(&self) -> &str {
        &self.account.handle
    }

    /// Returns the session of this process, else the one that was kept, else a new one.
    pub(crate) async fn current(&self, clock: &Clock) -> Result<Session, PublishError> {
        let mut current = self.current.lock().await;
        if let Some(session) = current.as_ref() {
            return Ok(session.clone());
        }
        let session = if let Some(session) = self.kept() {
            session
        } else {
            let _turn = self.turn().await?;
            // Another process may have logged in meanwhile.
            match self.kept() {
                Some(session) => session,
                None => self.log_in(clock).await?,
            }
        };
        *current = Some(session.clone());
        Ok(session)
    }

    /// Returns a session in place of `spent`, which the server did not accept.
    pub(crate) async fn renew(
        &self,
        spent: &Session,
        clock: &Clock,
    ) -> Result<Session, PublishError> {
        let mut current = self.current.lock().await;
        if let Some(session) = current.as_ref().filter(|session| *session != spent) {
            // Somebody renewed it while we waited.
            return Ok(session.clone());
        }
        // Held until the new session is on disk: its refresh token is spent once over all processes.
        let _turn = self.turn().await?;
        let newer = self.kept().filter(|kept| kept.access != spent.access);
        let session = match newer {
            Some(session) => session,
            None => self.refresh_or_log_in(spent, clock).await?,
        };
        *current = Some(session.clone());
        Ok(session)
    }

    /// Makes the session anew, whether or not it has ended.
    pub(crate) async fn renew_now(&self, clock: &Clock) -> Result<Session, PublishError> {
        let spent = self.current(clock).await?;
        self.renew(&spent, clock).await
    }

    async fn refresh_or_log_in(
        &self,
        spent: &Session,
        clock: &Clock,
    ) -> Result<Session, PublishError> {
        match self.refresh(spent, clock).await? {
            Some(session) => Ok(session),
            None => self.log_in(clock).await,
        }
    }

    async fn turn(&self) -> Result<Option<RenewalLock>, PublishError> {
        let (service, handle) = (&self.service_origin, &self.account.handle);
        match turn_to_renew(&self.store, Platform::Bluesky, service, handle).await {
            Ok(lock) => Ok(Some(lock)),
            Err(none) => none.unless_held(),
        }
    }

    /// `com.atproto.server.refreshSession`; `None` if the refresh token is not accepted.
    async fn refresh(
        &self,
        spent: &Session,
        clock: &Clock,
    ) -> Result<Option<Session>, PublishError> {
        let address = xrpc(&spent.host, "com.atproto.server.refreshSession");
        let request = self
            .http
            .request_on_fresh_connection(Method::POST, address)
            .map_err(unanswered)?;
        let request = request.bearer_auth(spent.refresh.expose());
        let answer = self.http.send(request).await.map_err(unanswered)?;
        if is_about_session(&answer) {
            return Ok(None);
        }
        let answer = accept(answer, clock.now())?;
        let session = self.session_in(&answer, &spent.host)?;
        self.keep(&session);
        Ok(Some(session))
    }

    /// Logs in with the app password.
    async fn log_in(&self, clock: &Clock) -> Result<Session, PublishError> {
        let service = self.service(clock).await?;
        let (handle, password) = (&self.account.handle, &self.account.password);
        let answer = create_session(&self.http, &service, handle, password).await?;
        let answer = accept(answer, clock.now()).inspect_err(|error| {
            if matches!(error, PublishError::LoginNeeded(_)) {
                self.forget();
            }
        })?;
        let session = self.session_in(&answer, &service)?;
        self.keep(&session);
        Ok(session)
    }

    /// Returns the server that logs the account in: the one that the user has named, else its own
    /// PDS, else the entryway.
    async fn service(&self, clock: &Clock) -> Result<Url, PublishError> {
        if let Some(service) = &self.account.service {
            return Ok(service.clone());
        }
        let entryway = known(ENTRYWAY)?;
        let plc = self.account.plc_url.clone();
        let names = NameService::of_this_machine();
        let directory = Directory {
            http: &self.http,
            names: names.as_ref(),
            entryway: &entryway,
            plc: &plc.map_or_else(|| known(PLC_DIRECTORY), Ok)?,
        };
        let pds = directory.find_pds(&self.account.handle, clock).await?;
        Ok(pds.unwrap_or(entryway))
    }

    /// Reads the session in `answer`, which lives on `host` unless the answer names another server
    /// and the user has named none.
    fn session_in(&self, answer: &Answer, host: &Url) -> Result<Session, PublishError> {
        let service = match self.account.service {
            Some(_) => Service::Named,
            None => Service::Found,
        };
        Session::in_answer(answer, host, service).ok_or_else(|| unusable(answer, "a session"))
    }

    fn kept(&self) -> Option<Session> {
        let (service, handle) = (&self.service_origin, &self.account.handle);
        let kept = self.store.load(Platform::Bluesky, service, handle);
        let kept = kept
            .inspect_err(|error| tracing::warn!(%error, hint = error.hint(), "the kept session cannot be read"))
            .ok()??;
        Some(Session {
            host: Url::parse(&kept.host).ok()?,
            did: Some(kept.stable_id).filter(|did| is_did(did))?,
            access: kept.access,
            refresh: kept.refresh,
        })
    }

    fn forget(&self) {
        let (service, handle) = (&self.service_origin, &self.account.handle);
        if let Err(error) = self.store.forget(Platform::Bluesky, service, handle) {
            tracing::warn!(%error, hint = error.hint(), "the session cannot be forgotten");
        }
    }

    /// Keeps `session` for later runs. If that fails, they log in again: nothing is lost.
    fn keep(&self, session: &Session) {
        let stored = session.stored(&self.service_origin, &self.account.handle);
        if let Err(error) = self.store.save(Platform::Bluesky, &stored) {
            tracing::warn!(%error, hint = error.hint(), "the session cannot be kept");
        }
    }
}

/// Returns an address that hayon knows by heart.
pub(crate) fn known(address: &str) -> Result<Url, PublishError> {
    Url::parse(address)
        .map_err(|error| PublishError::Refused(Cause::new(format!("`{address}`: {error}"))))
}
