//! One account's way to Meta's Graph API.
//!
//! The token travels as a header and never in an address, and no request is sent a second time.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use reqwest::RequestBuilder;
use reqwest::multipart::Form;
use url::Url;

use crate::clock::Clock;
use crate::http::Answer;
use crate::http::Http;
use crate::platforms::answer::unanswered;
use crate::platforms::graph::token::End;
use crate::platforms::graph::token::Token;
use crate::platforms::graph::usage::Brake;
use crate::publish::PublishError;

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
        let request = self.with_token(request);
        let answer = self.http.send_within(request, PUBLISH_PATIENCE).await;
        Ok(self.heard(answer.map_err(unanswered)?, clock))
    }

    /// `DELETE /{path}`.
    pub(crate) async fn delete(&self, path: &str, clock: &Clock) -> Result<Answer, PublishError> {
        self.send(self.changing(Method::DELETE, path)?, clock).await
    }

    /// Returns when the token ends.
    pub(crate) fn token_end(&self) -> End {
        self.token.end()
    }

    /// Renews the token if it is time to.
    pub(crate) async fn renew_token(&self, clock: &Clock) -> Result<(), PublishError> {
        self.token.renew_if_due(&self.http, &self.base, clock).await
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
        let answer = self.http.send(self.with_token(request)).await;
        Ok(self.heard(answer.map_err(unanswered)?, clock))
    }

    fn with_token(&self, request: RequestBuilder) -> RequestBuilder {
        request.bearer_auth(self.token.current().expose())
    }

    fn heard(&self, answer: Answer, clock: &Clock) -> Answer {
        self.brake.read(&answer, clock.now());
        answer
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
    use crate::config::secret::Secret;

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
