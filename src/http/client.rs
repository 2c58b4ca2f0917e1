//! How a client is built: how long it waits, whom it trusts, and that it decides nothing by itself.

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::Client;
use reqwest::ClientBuilder;
use reqwest::Request;
use reqwest::Response;
use reqwest::redirect::Policy;

use crate::http::SendError;
use crate::http::failure::words;
use crate::http::tls;

/// How long name look-up, connecting and TLS may take together.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a request may take in all. Uploads of some megabytes on a slow line fit.
pub(super) const TOTAL_TIMEOUT: Duration = Duration::from_mins(5);

/// The identity that servers see.
const USER_AGENT: &str = concat!("hayon/", env!("CARGO_PKG_VERSION"));

/// What becomes of a connection once its request is answered.
#[derive(Clone, Copy)]
pub(super) enum Connections {
    Kept,
    UsedOnce,
}

/// How long a client waits that bounds the whole of a request by itself, or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Waits {
    pub(crate) to_connect: Option<Duration>,
    /// For an answer, and between its bytes.
    pub(crate) to_read: Option<Duration>,
}

/// Which way a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// Through the proxies that the system names.
    Usual,
    /// Past every proxy.
    Direct,
}

/// Returns what all clients have in common: nothing is sent a second time, and no redirect followed.
pub(super) fn builder() -> Result<ClientBuilder, SendError> {
    let tls = tls::config().map_err(|error| SendError::NoClient(error.to_string()))?;
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that builds clients"
    )]
    let builder = Client::builder();
    Ok(builder
        .tls_backend_preconfigured(tls)
        .user_agent(USER_AGENT)
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT_TIMEOUT))
}

/// Returns the client that `builder` describes.
pub(super) fn built(builder: ClientBuilder) -> Result<Client, SendError> {
    builder
        .build()
        .map_err(|error| SendError::NoClient(words(&error)))
}

/// A client for an SDK, which bounds its requests, and repeats them, by itself.
#[derive(Clone, Debug)]
pub(crate) struct ForSdk(Client);

impl ForSdk {
    /// Returns one that waits for so long, and goes that way.
    ///
    /// # Errors
    /// [`SendError::NoClient`].
    pub(crate) fn new(waits: Waits, route: Route) -> Result<Self, SendError> {
        let mut builder = builder()?;
        if let Some(wait) = waits.to_connect {
            builder = builder.connect_timeout(wait);
        }
        if let Some(wait) = waits.to_read {
            builder = builder.read_timeout(wait);
        }
        let client = built(match route {
            Route::Usual => builder,
            Route::Direct => builder.no_proxy(),
        })?;
        Ok(Self(client))
    }

    /// Sends a request once.
    ///
    /// # Errors
    /// The client's own, which say what the SDK wants to know. They name the address.
    pub(crate) async fn send(&self, request: Request) -> reqwest::Result<Response> {
        tls::prepare(request.url());
        self.0.execute(request).await
    }
}

/// Returns the client in `slot`. Who needs it while another thread builds it waits for that one.
pub(super) fn client(
    slot: &OnceLock<Result<Client, SendError>>,
    connections: Connections,
) -> Result<&Client, SendError> {
    let found = slot.get_or_init(|| {
        let builder = builder()?.timeout(TOTAL_TIMEOUT);
        built(match connections {
            Connections::Kept => builder,
            Connections::UsedOnce => builder.pool_max_idle_per_host(0),
        })
    });
    found.as_ref().map_err(Clone::clone)
}
