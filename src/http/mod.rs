//! The one place that knows TLS, time-outs and proxies, and that builds an HTTP client.
//!
//! A request that fails says whether it can have left ([`SendError`]); nothing here sends anything
//! a second time but an unsigned GET on whose kept connection the server hung up, and redirects are never
//! followed: a 3xx is an answer like any other. Every answer is bounded in size and time. What an
//! answer means is for the caller to say.

mod blot;
pub(crate) mod client;
mod failure;
pub(crate) mod foreign;
pub(crate) mod loopback;
pub(crate) mod public_address;
#[cfg(test)]
mod tests;
mod tls;

use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use bytes::BytesMut;
use reqwest::Client;
use reqwest::Method;
use reqwest::Request;
use reqwest::RequestBuilder;
use reqwest::Response;
use reqwest::header::AUTHORIZATION;
use reqwest::header::CONTENT_LENGTH;
use reqwest::header::HeaderMap;
use reqwest::header::HeaderValue;
use tokio::time::error::Elapsed;
use url::Url;

use crate::http::client::Connections;
use crate::http::client::TOTAL_TIMEOUT;
use crate::http::client::client;
use crate::http::failure::cut;
use crate::http::failure::is_hang_up;
use crate::http::failure::send_error;
use crate::http::failure::silent;
use crate::http::failure::words;

/// How long a server may be silent, before its first byte and between bytes.
pub(crate) const SILENCE_MAX: Duration = Duration::from_mins(1);

/// The slowest line that an upload is given time for, in bytes per second.
const UPLOAD_BYTES_PER_SECOND_MIN: u64 = 64 * 1024;

/// The largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// Why a request has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SendError {
    /// Name look-up or connecting failed: the request never left.
    #[error("{0}")]
    NeverLeft(String),
    /// The server's certificate is not to be trusted: the request never left.
    #[error("{0}")]
    Certificate(String),
    /// It was sent, at least in part, and no whole answer came back.
    #[error("{0}")]
    Lost(String),
    /// No client could be built: no request was made.
    #[error("{0}")]
    NoClient(String),
}

/// A whole answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// Returns the header `name` if it is there and is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Blots `secret` out of an answer that is no success: some servers repeat in their words, or in
    /// where they redirect to, what they were sent, and that is shown and kept.
    pub(crate) fn without(mut self, secret: &str) -> Self {
        if (200..300).contains(&self.status) || secret.is_empty() {
            return self;
        }
        let forms = blot::forms(secret);
        if let Some(body) = blot::blotted(&String::from_utf8_lossy(&self.body), &forms, "…") {
            self.body = Bytes::from(body);
        }
        for value in self.headers.values_mut() {
            let text = String::from_utf8_lossy(value.as_bytes());
            // ASCII, as the values of headers are.
            let blotted = blot::blotted(&text, &forms, "***");
            if let Some(blotted) = blotted.and_then(|it| HeaderValue::from_str(&it).ok()) {
                *value = blotted;
            }
        }
        self
    }
}

/// The HTTP clients of the process, each built when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct Http {
    pooled: OnceLock<Result<Client, SendError>>,
    fresh: OnceLock<Result<Client, SendError>>,
}

impl Http {
    /// Returns clients that are not built yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Starts a request on a connection that may have been used before.
    pub(crate) fn request(&self, method: Method, url: Url) -> Result<RequestBuilder, SendError> {
        tls::prepare(&url);
        Ok(client(&self.pooled, Connections::Kept)?.request(method, url))
    }

    /// Starts a request on a connection of its own. Whatever changes something uses it: on a kept
    /// connection the server may hang up just as the request leaves, and nobody could tell whether
    /// it arrived.
    pub(crate) fn request_on_fresh_connection(
        &self,
        method: Method,
        url: Url,
    ) -> Result<RequestBuilder, SendError> {
        tls::prepare(&url);
        Ok(client(&self.fresh, Connections::UsedOnce)?.request(method, url))
    }

    /// Sends a request once and reads its answer whole.
    ///
    /// # Errors
    /// See [`SendError`]: whether the request can have left is what the variants tell apart.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Answer, SendError> {
        self.send_within(request, SILENCE_MAX).await
    }

    /// Sends a request once and reads its answer whole; the server may be silent for `silence`.
    ///
    /// # Errors
    /// As [`Http::send`].
    pub(crate) async fn send_within(
        &self,
        request: RequestBuilder,
        silence: Duration,
    ) -> Result<Answer, SendError> {
        // So that the time in all does not end what the silence allows.
        let request = if silence > SILENCE_MAX {
            request.timeout(TOTAL_TIMEOUT + silence)
        } else {
            request
        };
        let (client, request) = request.build_split();
        let request = request.map_err(|error| SendError::NoClient(words(&error)))?;
        // Never the query, which may hold a secret.
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let token = bearer(&request);
        let answer = self.exchange(&client, request, silence).await;
        let answer = answer.map(|answer| answer.without(&token));
        match &answer {
            Ok(answer) => tracing::debug!(%method, path, status = answer.status, "answered"),
            Err(error) => tracing::debug!(%method, path, %error, "unanswered"),
        }
        answer
    }

    /// Sends a request once to an address that is a secret as a whole, and reads its answer whole: of
    /// the address nothing is traced.
    ///
    /// # Errors
    /// As [`Http::send`].
    pub(crate) async fn send_to_secret_address(
        &self,
        request: RequestBuilder,
    ) -> Result<Answer, SendError> {
        let (client, request) = request.build_split();
        let request = request.map_err(|error| SendError::NoClient(words(&error)))?;
        self.exchange(&client, request, SILENCE_MAX).await
    }

    /// Sends a request that changes nothing, and reads of the answer's body at most the first `count`
    /// bytes: who wants to know whether something is served need not fetch it all.
    ///
    /// # Errors
    /// See [`SendError`].
    pub(crate) async fn begin(
        &self,
        request: RequestBuilder,
        count: usize,
    ) -> Result<Answer, SendError> {
        let (client, request) = request.build_split();
        let request = request.map_err(|error| SendError::NoClient(words(&error)))?;
        let response = head(&client, request, SILENCE_MAX)
            .await
            .map_err(|_| silent())?;
        let response = response.map_err(|error| send_error(&error))?;
        beginning(response, count).await
    }

    async fn exchange(
        &self,
        kept: &Client,
        request: Request,
        silence: Duration,
    ) -> Result<Answer, SendError> {
        let is_repeatable = request.method() == Method::GET && !is_signed(&request);
        let again = is_repeatable.then(|| request.try_clone()).flatten();
        let mut head = head(kept, request, silence).await;
        if let (Ok(Err(error)), Some(again)) = (&head, again)
            && is_hang_up(error)
        {
            let fresh = client(&self.fresh, Connections::UsedOnce)?;
            head = self::head(fresh, again, silence).await;
        }
        let response = head
            .map_err(|_| silent())?
            .map_err(|error| send_error(&error))?;
        whole(response).await
    }
}

/// Whether a request carries a signature of OAuth 1.0a, which is good once (RFC 5849, section 3.3).
fn is_signed(request: &Request) -> bool {
    let header = request.headers().get(AUTHORIZATION);
    header.is_some_and(|header| header.as_bytes().starts_with(b"OAuth "))
}

/// Returns the token that a request carries in its head; empty if it carries none.
fn bearer(request: &Request) -> String {
    let header = request.headers().get(AUTHORIZATION);
    let words = header.and_then(|value| value.to_str().ok());
    let token = words.and_then(|words| words.split_once(' '));
    token.map_or_else(String::new, |(_, token)| token.to_owned())
}

/// Sends a request and waits for the head of its answer.
async fn head(
    client: &Client,
    request: Request,
    silence: Duration,
) -> Result<reqwest::Result<Response>, Elapsed> {
    // Not the client's own read time-out: that one runs while the request is still being sent,
    // and would end every long upload.
    let patience = silence + upload_time(&request);
    tokio::time::timeout(patience, client.execute(request)).await
}

/// Reads an answer whole.
async fn whole(mut response: Response) -> Result<Answer, SendError> {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let mut body = BytesMut::new();
    while let Some(chunk) = tokio::time::timeout(SILENCE_MAX, response.chunk())
        .await
        .map_err(|_| silent())?
        .map_err(|error| cut(status, &error))?
    {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            let message = format!("the answer ({status}) is larger than 1 MiB");
            return Err(SendError::Lost(message));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status,
        headers,
        body: body.freeze(),
    })
}

/// Reads the beginning of an answer.
async fn beginning(mut response: Response, count: usize) -> Result<Answer, SendError> {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let mut body = BytesMut::new();
    while body.len() < count
        && let Some(chunk) = tokio::time::timeout(SILENCE_MAX, response.chunk())
            .await
            .map_err(|_| silent())?
            .map_err(|error| cut(status, &error))?
    {
        body.extend_from_slice(&chunk);
    }
    body.truncate(count);
    Ok(Answer {
        status,
        headers,
        body: body.freeze(),
    })
}

fn upload_time(request: &Request) -> Duration {
    let in_memory = request.body().and_then(|body| body.as_bytes());
    let size_bytes = in_memory.map(|bytes| bytes.len() as u64).or_else(|| {
        let length = request.headers().get(CONTENT_LENGTH)?;
        length.to_str().ok()?.parse().ok()
    });
    Duration::from_secs(size_bytes.unwrap_or(0) / UPLOAD_BYTES_PER_SECOND_MIN)
}
