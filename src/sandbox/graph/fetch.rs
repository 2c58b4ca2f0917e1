//! Fetching a picture from the address that somebody gave, as Meta's servers do.
//!
//! developers.facebook.com, Instagram content publishing and Threads posts, read 2026-11-25: one GET
//! without credentials, no redirect, the right `Content-Type`. What the real ones refuse and the
//! sandbox does not is an address on this machine.

use std::sync::OnceLock;
use std::time::Duration;

use axum::body::Bytes;
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use url::Url;

use crate::sandbox::picture::Picture;

/// How long a server has for its answer; Meta's own patience is not known.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Meta's crawler (developers.facebook.com, Reels publishing, read 2026-11-25).
const USER_AGENT: &str = "facebookexternalhit/1.1";

/// Fetches pictures; its client is built when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct Fetcher(OnceLock<Client>);

/// Why there is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfetched {
    /// It is no address, or not one that is written in ASCII.
    NoAddress,
    /// It is private, gone, elsewhere, or nobody is there.
    NotThere,
    TimedOut,
    /// Neither a picture, or not called what it is.
    NoPicture,
    TooLarge,
}

impl Fetcher {
    /// Fetches a picture of at most `bytes_max`.
    pub(crate) async fn fetch(
        &self,
        address: &str,
        bytes_max: usize,
    ) -> Result<Picture, Unfetched> {
        if !address.is_ascii() {
            return Err(Unfetched::NoAddress);
        }
        let url: Url = address.parse().map_err(|_| Unfetched::NoAddress)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Unfetched::NoAddress);
        }
        let client = self.client().ok_or(Unfetched::NotThere)?;
        let fetching = read(client, url, bytes_max);
        let (declared, bytes) = tokio::time::timeout(TIMEOUT, fetching)
            .await
            .map_err(|_| Unfetched::TimedOut)??;
        let picture = Picture::recognise(bytes).ok_or(Unfetched::NoPicture)?;
        if picture.mime == declared && declared.starts_with("image/") {
            Ok(picture)
        } else {
            Err(Unfetched::NoPicture)
        }
    }

    fn client(&self) -> Option<&Client> {
        if let Some(client) = self.0.get() {
            return Some(client);
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "the sandbox stands alone: its servers are no users of hayon's client"
        )]
        let builder = Client::builder();
        let client = builder
            .user_agent(USER_AGENT)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            // What is fetched lies on this machine, whatever its proxy is and whomever it trusts.
            .no_proxy()
            .tls_certs_only([])
            .pool_max_idle_per_host(0)
            .build()
            .ok()?;
        Some(self.0.get_or_init(|| client))
    }
}

async fn read(client: &Client, url: Url, bytes_max: usize) -> Result<(String, Bytes), Unfetched> {
    let sent = client.get(url).send().await;
    let mut response = sent.map_err(|_| Unfetched::NotThere)?;
    if response.status().as_u16() != 200 {
        return Err(Unfetched::NotThere);
    }
    let declared = response.headers().get(CONTENT_TYPE);
    let declared = declared.and_then(|it| it.to_str().ok()).unwrap_or_default();
    let declared = declared
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned();
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| Unfetched::NotThere)? {
        if bytes.len() + chunk.len() > bytes_max {
            return Err(Unfetched::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((declared, bytes.into()))
}
