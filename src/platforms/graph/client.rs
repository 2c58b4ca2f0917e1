//! One account's way to Meta's Graph API.
//!
//! The token travels as a header and never in an address, and no request is sent a second time.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use reqwest::RequestBuilder;
use reqwest::multipart::Form;
use url::Url;

use crate::clock::Clock;
use crate::config::secret::Secret;
use crate::http::Answer;
use crate::http::Http;
use crate::http::SILENCE_MAX;
use crate::platforms::answer::unanswered;
use crate::platforms::graph::answer::is_of_dead_token;
use crate::platforms::graph::token::End;
use crate::platforms::graph::token::Token;
use crate::platforms::graph::usage::Brake;
use crate::publish::PublishError;
use crate::publish::Renewal;
use crate::publish::Renewed;

/// The version that Instagram and Facebook are spoken to in (developers.facebook.com, Graph API
/// changelog, read 2026-11-23: current since 2026-07-29). A path in the configured address names
/// another.
pub(crate) const GRAPH_VERSION: &str = "v26.0";

/// The only version of Threads (as above).
pub(crate) const THREADS_VERSION: &str = "v1.0";

/// How long the server may think about a publication: one took 222 s
/// (zernio-dev/zernio-python#42, read 2026-11-23).
const PUBLISH_PATIENCE: Duration = Duration::from_mins(5);

/// How long what is only nice to know may take.
const COURTESY_PATIENCE: Duration = Duration::from_secs(10);

/// One account's way to the API.
pub(crate) struct Client {
    http: Arc<Http>,
    /// With the version, and without a slash at its end.
    base: Url,
    origin: String,
    token: Token,
    brake: Brake,
}

impl Client {
    /// Returns the client of the API at `api`, in `version` unless the address names another.
    pub(crate) fn new(http: Arc<Http>, api: &Url, version: &str, token: Token) -> Self {
        let mut base = api.clone();
        let path = match api.path().trim_matches('/') {
            "" => version.to_owned(),
            named => named.to_owned(),
        };
        base.set_path(&path);
        Self {
            http,
            origin: api.origin().ascii_serialization(),
            base,
            token,
            brake: Brake::default(),
        }
    }

    /// Returns the API's address as `https://host:port`.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns where the API is, with its version.
    pub(crate) const fn base(&self) -> &Url {
        &self.base
    }

    /// Says to wait if the app has nearly used up what it may ask for.
    pub(crate) fn check_usage(&self, clock: &Clock) -> Result<(), PublishError> {
        self.brake.check(clock.now())
    }

    /// `GET /{path}`.
    pub(crate) async fn get(
        &self,
        path: &str,
        query: &[(&str, &str)],
        clock: &Clock,
    ) -> Result<Answer, PublishError> {
        self.send(self.reading(path, query)?, clock).await
    }

    /// `GET /{path}`, of something that is only nice to know: it is not waited for long.
    pub(crate) async fn get_if_quick(
        &self,
        path: &str,
        query: &[(&str, &str)],
        clock: &Clock,
    ) -> Option<Answer> {
        let request = self.reading(path, query).ok()?;
        let answer = self.send(request.timeout(COURTESY_PATIENCE), clock).await;
        answer.ok()
    }

    /// `POST /{path}` with `fields`, which makes nothing public.
    pub(crate) async fn post(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        clock: &Clock,
    ) -> Result<Answer, PublishError> {
        let request = self.changing(Method::POST, path)?.form(fields);
        self.send(request, clock).await
    }

    /// `POST /{path}` with a form that holds a file.
    pub(crate) async fn post_file(
        &self,
        path: &str,
        form: Form,
        clock: &Clock,
    ) -> Result<Answer, PublishError> {
        let request = self.changing(Method::POST, path)?.multipart(form);
        self.send(request, clock).await
    }

    /// `POST /{path}` with `fields`, which makes something public: the answer may take minutes.
    pub(crate) async fn publish(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        clock: &Clock,
    ) -> Result<Answer, PublishError> {
        let request = self.changing(Method::POST, path)?.form(fields);
        self.send_within(request, PUBLISH_PATIENCE, clock).await
    }

    /// `DELETE /{path}`.
    pub(crate) async fn delete(&self, path: &str, clock: &Clock) -> Result<Answer, PublishError> {
        self.send(self.changing(Method::DELETE, path)?, clock).await
    }

    /// Returns when the token ends.
    pub(crate) fn token_end(&self) -> End {
        self.token.end()
    }

    /// Returns when the token ends by the calendar, as far as that is known.
    pub(crate) fn token_ends_at(&self) -> Option<Timestamp> {
        match self.token_end() {
            End::At(at) => Some(at),
            End::Never | End::Unknown => None,
        }
    }

    /// Renews the token.
    pub(crate) async fn renew_token(
        &self,
        when: Renewal,
        clock: &Clock,
    ) -> Result<Renewed, PublishError> {
        self.token.renew(when, &self.http, &self.base, clock).await
    }

    fn reading(&self, path: &str, query: &[(&str, &str)]) -> Result<RequestBuilder, PublishError> {
        let mut address = self.address(path);
        if !query.is_empty() {
            address.query_pairs_mut().extend_pairs(query);
        }
        let request = self.http.request(Method::GET, address);
        request.map_err(unanswered)
    }

    fn changing(&self, method: Method, path: &str) -> Result<RequestBuilder, PublishError> {
        let address = self.address(path);
        let request = self.http.request_on_fresh_connection(method, address);
        request.map_err(unanswered)
    }

    async fn send(&self, request: RequestBuilder, clock: &Clock) -> Result<Answer, PublishError> {
        self.send_within(request, SILENCE_MAX, clock).await
    }

    /// Sends a request with the token, and once more if another run has renewed the token meanwhile:
    /// what was refused for its token has done nothing.
    async fn send_within(
        &self,
        request: RequestBuilder,
        silence: Duration,
        clock: &Clock,
    ) -> Result<Answer, PublishError> {
        // A form with a file cannot be had twice; only a Page is sent one, and its token stays.
        let again = request.try_clone();
        let token = self.token.current();
        let answer = self.send_as(&token, request, silence, clock).await?;
        if let Some(again) = again
            && is_of_dead_token(&answer)
            && let Some(newer) = self.token.newer_than(&token)
        {
            return self.send_as(&newer, again, silence, clock).await;
        }
        Ok(answer)
    }

    async fn send_as(
        &self,
        token: &Secret,
        request: RequestBuilder,
        silence: Duration,
        clock: &Clock,
    ) -> Result<Answer, PublishError> {
        let request = request.bearer_auth(token.expose());
        let answer = self.http.send_within(request, silence).await;
        let answer = answer.map_err(unanswered)?;
        self.brake.read(&answer, clock.now());
        Ok(answer)
    }

    fn address(&self, path: &str) -> Url {
        let mut address = self.base.clone();
        address.set_path(&format!(
            "{}/{path}",
            self.base.path().trim_end_matches('/')
        ));
        address
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(api: &str, expected: &str) {
        let (http, token) = (Arc::new(Http::new()), Token::lasting(Secret::new("t")));
        let client = Client::new(http, &api.parse().unwrap(), GRAPH_VERSION, token);
        assert_eq!(client.address("123/media").as_str(), expected);
    }

    #[test]
    fn a_path_in_the_configured_address_names_another_version() {
        check("https://graph.x", "https://graph.x/v26.0/123/media");
        check("https://graph.x/v25.0/", "https://graph.x/v25.0/123/media");
    }
}
