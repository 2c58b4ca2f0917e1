//! Logging in on Bluesky with an app password: the handle leads to the DID, the DID to the server that
//! holds the account, and that opens a session.
//!
//! Not with OAuth: the session of a program that a person runs, and that has no server of its own, ends
//! after two weeks whatever it does (atproto.com/specs/oauth and packages/oauth, read 2026-11-23). An
//! app password works until it is revoked.

use reqwest::Method;
use url::Url;

use crate::clock::Clock;
use crate::config::handle;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::config::sessions::StoredSession;
use crate::http::Http;
use crate::platforms::answer::json;
use crate::platforms::answer::text_field;
use crate::platforms::answer::unanswered;
use crate::platforms::answer::unusable;
use crate::platforms::bluesky::answer::accept;
use crate::platforms::bluesky::answer::error_name;
use crate::platforms::bluesky::answer::is_about_session;
use crate::platforms::bluesky::client::xrpc;
use crate::platforms::bluesky::handle::NameService;
use crate::platforms::bluesky::identity::Directory;
use crate::platforms::bluesky::identity::did_in;
use crate::platforms::bluesky::identity::resolve_handle;
use crate::platforms::bluesky::session::ENTRYWAY;
use crate::platforms::bluesky::session::PLC_DIRECTORY;
use crate::platforms::bluesky::session::Service;
use crate::platforms::bluesky::session::Session;
use crate::platforms::bluesky::session::create_session;
use crate::platforms::bluesky::session::known;
use crate::platforms::log_in::Failure;
use crate::platforms::log_in::LogInError;
use crate::platforms::log_in::LoggedIn;
use crate::publish::PublishError;

/// Where a person makes an app password.
pub(crate) const NEW_PASSWORD: &str = "make one at https://bsky.app/settings/app-passwords, and paste it \
                                       as it is shown, like `abcd-efgh-ijkl-mnop`";

/// Who logs in, and where.
pub(crate) struct LogIn<'l> {
    pub(crate) http: &'l Http,
    pub(crate) clock: &'l Clock,
    /// In lower case, without `@`; or a DID.
    pub(crate) handle: &'l str,
    /// The server that holds the account, if a person has named it.
    pub(crate) service: Option<&'l Url>,
    /// Another directory of `did:plc` than the public one.
    pub(crate) plc_url: Option<&'l Url>,
    pub(crate) password: Secret,
}

/// Whether `password` has the shape of an app password: four groups of four letters and digits, as the
/// reference server makes them (packages/pds, `createAppPassword`, read 2026-11-25). The account's own
/// password may do everything, and asks for a code by e-mail where that is turned on.
pub(crate) fn is_app_password(password: &Secret) -> bool {
    let is_group = |group: &str| {
        let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        group.len() == 4 && group.bytes().all(is_letter)
    };
    let groups: Vec<&str> = password.expose().split('-').collect();
    groups.len() == 4 && groups.into_iter().all(is_group)
}

impl LogIn<'_> {
    /// Opens a session, and returns the account that it is of.
    pub(crate) async fn log_in(self) -> Result<LoggedIn, LogInError> {
        let (service, how) = self.service().await?;
        let answer = create_session(self.http, &service, self.handle, &self.password).await;
        let answer = answer.map_err(|error| cannot_ask(&service, &error))?;
        if error_name(&answer).as_deref() == Some("AuthFactorTokenRequired") {
            return Err(needs_factor());
        }
        if is_about_session(&answer) {
            return Err(self.refused(&service).await);
        }
        let answer = accept(answer, self.clock.now());
        let answer = answer.map_err(|error| cannot_ask(&service, &error))?;
        let session = Session::in_answer(&answer, &service, how);
        let session =
            session.ok_or_else(|| cannot_ask(&service, &unusable(&answer, "a session")))?;
        let told = json(&answer).unwrap_or_default();
        // One that leads elsewhere now is told as `handle.invalid`.
        let told = text_field(&told, "handle").filter(|handle| *handle != "handle.invalid");
        let handle = told.and_then(handle::parse);
        let handle = handle.unwrap_or_else(|| self.handle.to_owned());
        Ok(self.logged_in(&session, &handle))
    }

    fn logged_in(self, session: &Session, handle: &str) -> LoggedIn {
        let mut settings = vec![("handle", handle.to_owned())];
        let named = self.service.map(|it| it.origin().ascii_serialization());
        settings.extend(named.clone().map(|service| ("service", service)));
        let service = named.unwrap_or_else(|| ENTRYWAY.to_owned());
        LoggedIn {
            settings,
            secrets: vec![(SecretField::Password, self.password)],
            who: format!("@{handle}"),
            stable_id: session.did.clone(),
            expires_at: None,
            session: Some(session.stored(&service, handle)),
            notes: Vec::new(),
        }
    }

    /// Returns the server that logs the account in.
    async fn service(&self) -> Result<(Url, Service), LogInError> {
        if let Some(service) = self.service {
            return Ok((service.clone(), Service::Named));
        }
        let asked = self.found().await;
        let found = asked.map_err(|error| {
            let message = format!("find the server of `{}`", self.handle);
            LogInError::of(&error, &message)
        })?;
        found
            .map(|service| (service, Service::Found))
            .ok_or_else(|| unknown(self.handle))
    }

    async fn found(&self) -> Result<Option<Url>, PublishError> {
        let entryway = known(ENTRYWAY)?;
        let plc = self.plc_url.cloned();
        let plc = plc.map_or_else(|| known(PLC_DIRECTORY), Ok)?;
        let names = NameService::of_this_machine();
        let directory = Directory {
            http: self.http,
            names: names.as_ref(),
            entryway: &entryway,
            plc: &plc,
        };
        let Some(did) = directory.find_did(self.handle, self.clock).await? else {
            return Ok(None);
        };
        let pds = directory.find_pds_of(&did, self.handle, self.clock).await?;
        Ok(Some(pds.unwrap_or(entryway)))
    }

    /// Returns why the server takes no session: it tells a wrong password from a handle that nobody has
    /// only when it is asked for the handle.
    async fn refused(&self, service: &Url) -> LogInError {
        let found = resolve_handle(self.http, service, self.handle).await;
        if let Ok(None) = found.and_then(|answer| did_in(answer, self.clock)) {
            return unknown(self.handle);
        }
        let host = service.origin().ascii_serialization();
        LogInError::new(
            Failure::Refused,
            format!(
                "`{host}` does not accept this app password for `{}`",
                self.handle
            ),
            NEW_PASSWORD,
        )
    }
}

/// `com.atproto.server.deleteSession`: ends a session that is kept. Doing it twice is the same as once.
pub(crate) async fn end_session(http: &Http, session: &StoredSession) -> Result<(), LogInError> {
    let failed = |error: &PublishError| LogInError::of(error, "end the session");
    let host = known(&session.host).map_err(|error| failed(&error))?;
    let address = xrpc(&host, "com.atproto.server.deleteSession");
    let request = http.request_on_fresh_connection(Method::POST, address);
    let request = request.map_err(unanswered).map_err(|it| failed(&it))?;
    let answer = http.send(request.bearer_auth(session.refresh.expose()));
    let answer = answer.await.map_err(unanswered);
    let answer = answer.map_err(|error| failed(&error))?;
    if is_about_session(&answer) {
        // It has ended already.
        return Ok(());
    }
    accept(answer, jiff::Timestamp::UNIX_EPOCH)
        .map(|_| ())
        .map_err(|error| failed(&error))
}

fn cannot_ask(service: &Url, error: &PublishError) -> LogInError {
    let host = service.origin().ascii_serialization();
    LogInError::of(error, &format!("log in at `{host}`"))
}

fn unknown(handle: &str) -> LogInError {
    LogInError::new(
        Failure::Unusable,
        format!("nobody has the handle `{handle}`"),
        "write it whole, like `alice.bsky.social`; if its server runs elsewhere and cannot be found, name \
         it with `--service https://…`",
    )
}

/// Two-factor log-in by e-mail is for the account's own password; app passwords need none
/// (docs.bsky.app, createSession, read 2026-11-23).
fn needs_factor() -> LogInError {
    LogInError::new(
        Failure::Refused,
        "the server wants a code by e-mail, as it does with the account's own password",
        NEW_PASSWORD,
    )
}
