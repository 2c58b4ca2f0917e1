//! The sandbox: servers on loopback that behave like the platforms, and misbehave when told to.
//!
//! It is written from the platforms' documentation and shares nothing with `platforms`: a wrong
//! field would otherwise be wrong on both sides and pass. One port serves every platform, by path
//! (see [`platform`]), and a second one the storage that media are kept in ([`s3`]).
//! What is public can be counted at `GET /ledger.json` and looked at in [`timeline`]; what goes wrong is chosen by
//! [`faults::Fault`]; what happens is written down by [`journal::Journal`].

pub(crate) mod accounts;
mod answer;
mod bluesky;
mod consent;
mod ended;
pub(crate) mod faults;
pub(crate) mod graph;
mod journal;
mod ledger;
mod mastodon;
mod pace;
mod page;
mod picture;
mod platform;
mod platforms;
pub(crate) mod s3;
mod server;
#[cfg(test)]
mod testing;
mod timeline;
mod tumblr;

use std::io;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::path::Path;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::sandbox::bluesky::Bluesky;
use crate::sandbox::faults::Fault;
use crate::sandbox::faults::Faults;
use crate::sandbox::graph::Graph;
use crate::sandbox::graph::behaviour::Behaviour;
use crate::sandbox::journal::Journal;
use crate::sandbox::ledger::Order;
use crate::sandbox::mastodon::Mastodon;
use crate::sandbox::platforms::Platforms;
use crate::sandbox::s3::S3;
use crate::sandbox::server::Origin;
use crate::sandbox::server::Server;
use crate::sandbox::tumblr::Tumblr;

/// How long a Bluesky access token lives (packages/pds of bluesky-social/atproto, read 2026-11-23).
const ACCESS_LIFETIME: Duration = Duration::from_hours(2);

/// How a sandbox is to behave.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The port on 127.0.0.1; 0 takes any that is free.
    pub(crate) port: u16,
    /// The port of S3 on 127.0.0.1; 0 takes any that is free.
    pub(crate) s3_port: u16,
    /// Where S3 keeps its buckets; in a temporary folder if nowhere is named.
    pub(crate) s3_root: Option<PathBuf>,
    pub(crate) faults: Vec<Fault>,
    /// How long every request takes.
    pub(crate) latency: Duration,
    pub(crate) mastodon_version: MastodonVersion,
    /// How often Mastodon says that an upload is not ready, and Instagram and Threads that a
    /// container is not; 0 is ready at once.
    pub(crate) media_delay_polls: u32,
    /// How Instagram, Threads and Facebook behave.
    pub(crate) graph: Behaviour,
    /// How long a Bluesky access token is good for, in whole seconds.
    pub(crate) access_lifetime: Duration,
    /// Where the request log goes; what was there is overwritten.
    pub(crate) log: Option<PathBuf>,
    pub(crate) clock: Clock,
}

impl Options {
    /// Returns the options of a sandbox in which nothing goes wrong.
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            port: 0,
            s3_port: 0,
            s3_root: None,
            faults: Vec::new(),
            latency: Duration::ZERO,
            mastodon_version: MastodonVersion::default(),
            media_delay_polls: 0,
            graph: Behaviour::default(),
            access_lifetime: ACCESS_LIFETIME,
            log: None,
            clock,
        }
    }
}

/// The Mastodon version that is imitated: they differ in what a repeated request does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MastodonVersion {
    /// Answers the original post, but knows the key only once the post is saved.
    #[default]
    V4_5,
    /// Locks the key, and answers a bare 500 to a repeat after success.
    V4_6,
}

impl FromStr for MastodonVersion {
    type Err = UnknownMastodonVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "4.5" => Ok(Self::V4_5),
            "4.6" => Ok(Self::V4_6),
            other => Err(UnknownMastodonVersion(other.to_owned())),
        }
    }
}

/// A Mastodon version that the sandbox does not imitate.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sandbox does not imitate Mastodon `{0}`: it has `4.5` and `4.6`")]
pub(crate) struct UnknownMastodonVersion(String);

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SandboxError {
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Listen { port: u16, source: io::Error },
    #[error("cannot write the request log `{}`: {source}", path.display())]
    Log { path: PathBuf, source: io::Error },
    #[error("cannot keep the buckets of S3: {0}")]
    Buckets(io::Error),
}

/// A sandbox that serves. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Running {
    address: SocketAddr,
    s3_address: SocketAddr,
    stop: CancellationToken,
    serving: [JoinHandle<()>; 2],
    /// The buckets, where they are in a temporary folder: gone when the sandbox is.
    _buckets: Option<TempDir>,
}

/// Starts a sandbox on 127.0.0.1; it serves as soon as this returns.
///
/// # Errors
/// If the port is taken or the request log cannot be written.
pub(crate) async fn start(options: Options) -> Result<Running, SandboxError> {
    let (listener, address) = listen(options.port).await?;
    let (s3_listener, s3_address) = listen(options.s3_port).await?;
    let journal = Journal::open(options.log.as_deref()).map_err(|source| SandboxError::Log {
        path: options.log.clone().unwrap_or_default(),
        source,
    })?;
    let (s3, buckets) = open_s3(options.s3_root.as_deref(), options.clock.clone())
        .map_err(SandboxError::Buckets)?;
    let server = Arc::new(Server::new(
        platforms(&options, &format!("http://{address}")),
        s3,
        Faults::new(options.faults),
        journal,
        options.latency,
        options.clock,
    ));
    let stop = CancellationToken::new();
    let serve =
        |listener, origin| tokio::spawn(Arc::clone(&server).serve(listener, origin, stop.clone()));
    let serving = [
        serve(listener, Origin::Platforms),
        serve(s3_listener, Origin::S3),
    ];
    Ok(Running {
        address,
        s3_address,
        stop,
        serving,
        _buckets: buckets,
    })
}

async fn listen(port: u16) -> Result<(TcpListener, SocketAddr), SandboxError> {
    let failed = |source| SandboxError::Listen { port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

fn open_s3(root: Option<&Path>, clock: Clock) -> io::Result<(S3, Option<TempDir>)> {
    if let Some(root) = root {
        return Ok((S3::open(root, clock)?, None));
    }
    let folder = tempfile::Builder::new().prefix("hayon-s3-").tempdir()?;
    Ok((S3::open(folder.path(), clock)?, Some(folder)))
}

fn platforms(options: &Options, base_url: &str) -> Platforms {
    let order = Order::default();
    Platforms {
        bluesky: Arc::new(Bluesky::new(options, base_url, order.clone())),
        mastodon: Arc::new(Mastodon::new(options, base_url, order.clone())),
        graph: Arc::new(Graph::new(options, base_url, order.clone())),
        tumblr: Arc::new(Tumblr::new(options, base_url, order)),
    }
}

impl Running {
    /// Returns where the sandbox listens.
    #[cfg(test)]
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the address of every platform's server, without a slash at the end.
    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the address of S3, without a slash at the end.
    pub(crate) fn s3_url(&self) -> String {
        format!("http://{}", self.s3_address)
    }

    /// Returns the address of the page that shows every post.
    pub(crate) fn timeline_url(&self) -> String {
        format!("{}{}", self.base_url(), timeline::answer::PAGE_PATH)
    }

    /// Closes every connection and ends the sandbox.
    pub(crate) async fn stop(mut self) {
        self.stop.cancel();
        // A server that panicked has ended too.
        for serving in &mut self.serving {
            let _ = serving.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

#[cfg(test)]
mod tests;
