//! Addresses that somebody else has written: a picture or a page on the web, fetched without trusting
//! it.
//!
//! Every host is looked up once, each of its addresses vetted, and the connection made to a vetted
//! one, so that a second answer of the name server changes nothing. Redirects are followed here, a few
//! and each vetted anew. Nothing of ours goes along: no cookie, no credential, no referrer; and no
//! proxy, which would look names up where nobody vets them.

#[cfg(test)]
mod tests;

use std::error::Error;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use bytes::BytesMut;
use reqwest::Client;
use reqwest::Response;
use reqwest::dns::Addrs;
use reqwest::dns::Name;
use reqwest::dns::Resolve;
use reqwest::dns::Resolving;
use reqwest::header::CONTENT_TYPE;
use reqwest::header::LOCATION;
use url::Host;
use url::Url;

use crate::http::SendError;
use crate::http::client::builder;
use crate::http::client::built;
use crate::http::public_address::is_public;
use crate::http::tls;
use crate::http::words;

/// How many redirects are followed.
const REDIRECTS_MAX: usize = 3;

/// Which hosts may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Those that everybody can reach, over TLS, at the usual port.
    Public,
    /// Every host, also over plain HTTP: a person has said so.
    Anywhere,
}

/// How much a foreign address may cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// The most bytes that are read.
    pub(crate) bytes_max: u64,
    /// How long all of it may take, redirects included.
    pub(crate) time_max: Duration,
}

/// Why a foreign address was not fetched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ForeignError {
    #[error("{0}")]
    Refused(String),
    /// Only what is asked for on purpose is fetched so.
    #[error("{0}")]
    Unusual(&'static str),
    #[error("`{0}` is of a private network")]
    Private(String),
    #[error("it leads elsewhere more than {REDIRECTS_MAX} times")]
    TooManyRedirects,
    #[error("it has more than {0} bytes")]
    TooLarge(u64),
    #[error("it took longer than {} s", .0.as_secs())]
    TooSlow(Duration),
    #[error("the server answers {0}")]
    Status(u16),
    #[error("{0}")]
    Failed(String),
}

/// The beginning of what is under an address.
#[derive(Clone, Debug)]
pub(crate) struct Beginning {
    /// Where it was found, after every redirect.
    pub(crate) url: Url,
    /// What the server says that it is.
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: Bytes,
}

/// Fetches what is under `url`, within `bounds`.
///
/// # Errors
/// See [`ForeignError`]. None names more of the address than its host: its query may hold a secret.
pub(crate) async fn fetch(url: Url, bounds: Bounds, reach: Reach) -> Result<Bytes, ForeignError> {
    let fetching = async {
        let (_, response) = follow(url, reach).await?;
        read_whole(response, bounds.bytes_max).await
    };
    in_time(fetching, bounds.time_max).await
}

/// Fetches what is under `url`, and leaves out what is beyond the `bounds` of its size.
///
/// # Errors
/// As [`fetch`].
pub(crate) async fn fetch_beginning(
    url: Url,
    bounds: Bounds,
    reach: Reach,
) -> Result<Beginning, ForeignError> {
    let fetching = async {
        let (url, response) = follow(url, reach).await?;
        let content_type = response.headers().get(CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let content_type = content_type.map(str::to_owned);
        let bytes = read_beginning(response, bounds.bytes_max).await?;
        Ok(Beginning {
            url,
            content_type,
            bytes,
        })
    };
    in_time(fetching, bounds.time_max).await
}

async fn in_time<T>(
    fetching: impl Future<Output = Result<T, ForeignError>>,
    time_max: Duration,
) -> Result<T, ForeignError> {
    match tokio::time::timeout(time_max, fetching).await {
        Ok(fetched) => fetched,
        Err(_) => Err(ForeignError::TooSlow(time_max)),
    }
}

/// Asks for what is under `url`, and returns the answer that it leads to, with its address.
async fn follow(mut url: Url, reach: Reach) -> Result<(Url, Response), ForeignError> {
    let client = client(reach).map_err(|error| ForeignError::Failed(error.to_string()))?;
    for _ in 0..=REDIRECTS_MAX {
        vet(&url, reach)?;
        tls::prepare(&url);
        let response = client.get(url.clone()).send().await;
        let response = response.map_err(|error| failed(&error))?;
        let status = response.status();
        if status.is_success() {
            return Ok((url, response));
        }
        let location = response.headers().get(LOCATION);
        let location = location.and_then(|location| location.to_str().ok());
        match location.filter(|_| status.is_redirection()) {
            Some(location) => {
                url = url.join(location).map_err(|_| {
                    ForeignError::Refused("it leads to what is no address".to_owned())
                })?;
            }
            None => return Err(ForeignError::Status(status.as_u16())),
        }
    }
    Err(ForeignError::TooManyRedirects)
}

async fn read_whole(mut response: Response, bytes_max: u64) -> Result<Bytes, ForeignError> {
    let too_large = || Err(ForeignError::TooLarge(bytes_max));
    if response
        .content_length()
        .is_some_and(|length| length > bytes_max)
    {
        return too_large();
    }
    let mut bytes = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
        if (bytes.len() + chunk.len()) as u64 > bytes_max {
            return too_large();
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

async fn read_beginning(mut response: Response, bytes_max: u64) -> Result<Bytes, ForeignError> {
    let bytes_max = usize::try_from(bytes_max).unwrap_or(usize::MAX);
    let mut bytes = BytesMut::new();
    while bytes.len() < bytes_max
        && let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))?
    {
        bytes.extend_from_slice(&chunk);
    }
    bytes.truncate(bytes_max);
    Ok(bytes.freeze())
}

/// Refuses what can be told from the address alone. A name is vetted when it is looked up.
pub(crate) fn vet(url: &Url, reach: Reach) -> Result<(), ForeignError> {
    let refuse = |why: &str| Err(ForeignError::Refused(why.to_owned()));
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("an address with a user name or a password is not fetched");
    }
    match (url.scheme(), reach) {
        ("https", _) | ("http", Reach::Anywhere) => {}
        ("http", Reach::Public) => {
            return Err(ForeignError::Unusual(
                "only addresses that begin with `https://` are fetched",
            ));
        }
        _ => return refuse("only addresses that begin with `https://` are fetched"),
    }
    if reach == Reach::Anywhere {
        return Ok(());
    }
    if url.port().is_some() {
        return Err(ForeignError::Unusual("only the usual port is asked"));
    }
    let literal = match url.host() {
        Some(Host::Ipv4(address)) => Some(address.into()),
        Some(Host::Ipv6(address)) => Some(address.into()),
        Some(Host::Domain(_)) => None,
        None => return refuse("it names no host"),
    };
    match literal {
        Some(address) if !is_public(address) => Err(ForeignError::Private(address.to_string())),
        _ => Ok(()),
    }
}

fn client(reach: Reach) -> Result<Client, SendError> {
    client_by(Vetting {
        look_up: by_the_system,
        may_be_asked: match reach {
            Reach::Public => is_public,
            Reach::Anywhere => |_| true,
        },
    })
}

fn client_by(vetting: Vetting) -> Result<Client, SendError> {
    let builder = builder()?
        .referer(false)
        .no_proxy()
        .pool_max_idle_per_host(0)
        .dns_resolver(Arc::new(vetting));
    built(builder)
}

/// Looks names up, and lets only addresses through that may be asked: what it returns is what is
/// connected to.
struct Vetting {
    look_up: fn(String) -> LookUp,
    may_be_asked: fn(IpAddr) -> bool,
}

/// The addresses of a name.
type LookUp = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

fn by_the_system(name: String) -> LookUp {
    Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
}

/// That a name stands for an address that must not be asked.
#[derive(Debug)]
struct PrivateName(String);

impl fmt::Display for PrivateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for PrivateName {}

impl Resolve for Vetting {
    fn resolve(&self, name: Name) -> Resolving {
        let found = (self.look_up)(name.as_str().to_owned());
        let may_be_asked = self.may_be_asked;
        Box::pin(async move {
            let found = found.await?;
            // One private address among public ones is no accident.
            if !found.iter().all(|address| may_be_asked(address.ip())) {
                let name = name.as_str().to_owned();
                return Err(Box::new(PrivateName(name)) as Box<dyn Error + Send + Sync>);
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

fn failed(error: &reqwest::Error) -> ForeignError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(PrivateName(name)) = error.downcast_ref() {
            return ForeignError::Private(name.clone());
        }
        cause = error.source();
    }
    ForeignError::Failed(words(error))
}
