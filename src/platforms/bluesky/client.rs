//! The requests to a PDS: with the session, which is renewed once if it has expired.

use std::sync::Arc;

use bytes::Bytes;
use reqwest::Method;
use reqwest::RequestBuilder;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;
use url::Url;

use crate::clock::Clock;
use crate::config::sessions::SessionStore;
use crate::http::Answer;
use crate::http::Http;
use crate::http::SendError;
use crate::platforms::answer::unanswered;
use crate::platforms::bluesky::BlueskyAccount;
use crate::platforms::bluesky::answer::is_about_session;
use crate::platforms::bluesky::identity;
use crate::platforms::bluesky::session::Session;
use crate::platforms::bluesky::session::Sessions;
use crate::publish::PublishError;

/// One account's way to its PDS.
pub(crate) struct Client {
    http: Arc<Http>,
    sessions: Sessions,
}

impl Client {
    /// Returns the client of `account`.
    pub(crate) fn new(http: Arc<Http>, account: BlueskyAccount, store: Arc<SessionStore>) -> Self {
        let sessions = Sessions::new(Arc::clone(&http), account, store);
        Self { http, sessions }
    }

    /// Returns the service that is logged in to, as `https://host:port`.
    pub(crate) fn service_origin(&self) -> &str {
        self.sessions.service_origin()
    }

    /// Returns the name that is logged in with.
    pub(crate) fn handle(&self) -> &str {
        self.sessions.handle()
    }

    /// Returns the session, from a log-in if there is none.
    pub(crate) async fn session(&self, clock: &Clock) -> Result<Session, PublishError> {
        self.sessions.current(clock).await
    }

    /// Renews the session, whether or not it has ended.
    pub(crate) async fn renew_session(&self, clock: &Clock) -> Result<(), PublishError> {
        self.sessions.renew_now(clock).await.map(|_| ())
    }

    /// Returns the DID that a write is made as. Without one, no write has left.
    pub(crate) async fn did(&self, clock: &Clock) -> Result<String, PublishError> {
        let session = self.session(clock).await.map_err(never_left)?;
        Ok(session.did)
    }

    /// Asks the PDS who has `handle`.
    pub(crate) async fn resolve_handle(
        &self,
        session: &Session,
        handle: &str,
    ) -> Result<Answer, PublishError> {
        identity::resolve_handle(&self.http, &session.host, handle).await
    }

    /// Asks `method` of the PDS, without a session: what is public needs none.
    pub(crate) async fn get(
        &self,
        session: &Session,
        method: &str,
        query: &[(&str, &str)],
    ) -> Result<Answer, PublishError> {
        let mut address = xrpc(&session.host, method);
        address.query_pairs_mut().extend_pairs(query);
        let request = self
            .http
            .request(Method::GET, address)
            .map_err(unanswered)?;
        self.http.send(request).await.map_err(unanswered)
    }

    /// `com.atproto.server.getSession`: whose session it is.
    pub(crate) async fn get_session(&self, clock: &Clock) -> Result<Answer, PublishError> {
        let request = |session: &Session| {
            let address = xrpc(&session.host, "com.atproto.server.getSession");
            self.http.request(Method::GET, address)
        };
        self.send(request, clock).await
    }

    /// Posts `body` to `method`.
    pub(crate) async fn post_json(
        &self,
        method: &str,
        body: &Value,
        clock: &Clock,
    ) -> Result<Answer, PublishError> {
        let request = |session: &Session| {
            let address = xrpc(&session.host, method);
            let request = self.http.request_on_fresh_connection(Method::POST, address);
            Ok(request?.json(body))
        };
        self.send(request, clock).await
    }

    /// Posts the bytes of a file to `method`.
    pub(crate) async fn post_bytes(
        &self,
        method: &str,
        mime: &str,
        bytes: Bytes,
        clock: &Clock,
    ) -> Result<Answer, PublishError> {
        let request = |session: &Session| {
            let address = xrpc(&session.host, method);
            let request = self
                .http
                .request_on_fresh_connection(Method::POST, address)?;
            Ok(request.header(CONTENT_TYPE, mime).body(bytes.clone()))
        };
        self.send(request, clock).await
    }

    async fn send(
        &self,
        request: impl Fn(&Session) -> Result<RequestBuilder, SendError> + Send + Sync,
        clock: &Clock,
    ) -> Result<Answer, PublishError> {
        let session = self.session(clock).await.map_err(never_left)?;
        let answer = self.send_as(&session, &request).await?;
        if !is_about_session(&answer) {
            return Ok(answer);
        }
        // The refusal proves that nothing was done, so that the same may be sent again.
        let renewed = self.sessions.renew(&session, clock).await;
        let session = renewed.map_err(never_left)?;
        self.send_as(&session, &request).await
    }

    async fn send_as(
        &self,
        session: &Session,
        request: impl Fn(&Session) -> Result<RequestBuilder, SendError> + Send + Sync,
    ) -> Result<Answer, PublishError> {
        let request = request(session).map_err(unanswered)?;
        let request = request.bearer_auth(session.access.expose());
        self.http.send(request).await.map_err(unanswered)
    }
}

/// Returns what it means for a request that there is no session to send it with: whatever became
/// of the log-in, the request itself never left.
fn never_left(no_session: PublishError) -> PublishError {
    match no_session {
        PublishError::Unclear { cause, .. } => PublishError::Unavailable(cause),
        other => other,
    }
}

/// Returns the address of `method` on `host`, which may itself lie under a path.
pub(crate) fn xrpc(host: &Url, method: &str) -> Url {
    let mut address = host.clone();
    address.set_path(&format!(
        "{}/xrpc/{method}",
        host.path().trim_end_matches('/')
    ));
    address.set_query(None);
    address.set_fragment(None);
    address
}
