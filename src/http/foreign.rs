//! Addresses that somebody else has written: a picture or a page on the web, fetched without trusting
//! it.
//!
//! Every host is looked up once, each of its addresses vetted, and the connection made to a vetted
//! one, so that a second answer of the name server changes nothing. Redirects are followed here, a few
//! and each vetted anew. Nothing of ours goes along: no cookie, no credential, no referrer; and no
//! proxy, which would look names up where nobody vets them.

use std::error::Error;
use std::fmt;
use std::net::SocketAddr;
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
use reqwest::header::LOCATION;
use url::Host;
use url::Url;

use crate::http::CONNECT_TIMEOUT;
use crate::http::USER_AGENT;
use crate::http::public_address::is_public;
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

/// Fetches what is under `url`, within `bounds`.
///
/// # Errors
/// See [`ForeignError`]. None names more of the address than its host: its query may hold a secret.
pub(crate) async fn fetch(url: Url, bounds: Bounds, reach: Reach) -> Result<Bytes, ForeignError> {
    let client = client(reach).map_err(|error| ForeignError::Failed(words(&error)))?;
    let fetching = follow(&client, url, bounds.bytes_max, reach);
    match tokio::time::timeout(bounds.time_max, fetching).await {
        Ok(fetched) => fetched,
        Err(_) => Err(ForeignError::TooSlow(bounds.time_max)),
    }
}

async fn follow(
    client: &Client,
    mut url: Url,
    bytes_max: u64,
    reach: Reach,
) -> Result<Bytes, ForeignError> {
    for _ in 0..=REDIRECTS_MAX {
        vet(&url, reach)?;
        let response = client.get(url.clone()).send().await;
        let response = response.map_err(|error| failed(&error))?;
        let status = response.status();
        if status.is_success() {
            return read(response, bytes_max).await;
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

async fn read(mut response: Response, bytes_max: u64) -> Result<Bytes, ForeignError> {
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

/// Refuses what can be told from the address alone. A name is vetted when it is looked up.
fn vet(url: &Url, reach: Reach) -> Result<(), ForeignError> {
    let refuse = |why: &str| Err(ForeignError::Refused(why.to_owned()));
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("an address with a user name or a password is not fetched");
    }
    match (url.scheme(), reach) {
        ("https", _) | ("http", Reach::Anywhere) => {}
        _ => return refuse("only addresses that begin with `https://` are fetched"),
    }
    if reach == Reach::Anywhere {
        return Ok(());
    }
    if url.port().is_some() {
        return refuse("only the usual port is asked");
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

fn client(reach: Reach) -> Result<Client, reqwest::Error> {
    #[expect(
        clippy::disallowed_methods,
        reason = "this module, too, is where clients are built"
    )]
    let builder = Client::builder();
    builder
        .user_agent(USER_AGENT)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .referer(false)
        .no_proxy()
        .pool_max_idle_per_host(0)
        .dns_resolver(Arc::new(Vetting { reach }))
        .build()
}

/// Looks names up, and lets only addresses through that may be asked.
struct Vetting {
    reach: Reach,
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
        let reach = self.reach;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.collect();
            let has_private = found.iter().any(|address| !is_public(address.ip()));
            // One private address among public ones is no accident.
            if reach == Reach::Public && has_private {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn vetted(url: &str, reach: Reach) -> Result<(), ForeignError> {
        vet(&url.parse().unwrap(), reach)
    }

    #[test]
    fn an_address_of_a_private_network_is_refused_however_it_is_written() {
        for url in [
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://169.254.169.254/latest/meta-data/",
            "https://10.0.0.1./",
        ] {
            let vetted = vetted(url, Reach::Public);
            assert!(matches!(vetted, Err(ForeignError::Private(_))), "{url}");
        }
    }

    #[test]
    fn an_address_is_over_tls_at_the_usual_port_and_without_credentials() {
        for url in [
            "http://example.com/",
            "https://example.com:8443/",
            "https://me@example.com/",
            "https://:secret@example.com/",
            "ftp://example.com/",
            "file:///etc/passwd",
        ] {
            let refused = vetted(url, Reach::Public);
            assert!(matches!(refused, Err(ForeignError::Refused(_))), "{url}");
        }
        assert_eq!(vetted("https://example.com/a?b", Reach::Public), Ok(()));
        assert_eq!(vetted("http://127.0.0.1:8080/", Reach::Anywhere), Ok(()));
        assert!(vetted("http://me@127.0.0.1/", Reach::Anywhere).is_err());
    }

    /// Answers each connection with the next of `answers`, and the address of the server.
    async fn server(answers: Vec<String>) -> Url {
        use tokio::io::AsyncReadExt as _;
        use tokio::io::AsyncWriteExt as _;

        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            // Open to the end: a connection that ends is another thing than one that is silent.
            let mut open = Vec::new();
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut head = [0; 1024];
                let _ = stream.read(&mut head).await;
                let _ = stream.write_all(answer.as_bytes()).await;
                open.push(stream);
            }
            std::future::pending::<()>().await;
        });
        format!("http://{address}/a?secret=1").parse().unwrap()
    }

    async fn fetched(answers: &[&str]) -> Result<Bytes, ForeignError> {
        let answers = answers.iter().map(|answer| format!("HTTP/1.1 {answer}"));
        let url = server(answers.collect()).await;
        let bounds = Bounds {
            bytes_max: 10,
            time_max: Duration::from_millis(500),
        };
        fetch(url, bounds, Reach::Anywhere).await
    }

    #[tokio::test]
    async fn what_is_there_is_fetched_within_bounds() {
        let whole = "200 OK\r\ncontent-length: 5\r\n\r\nhello";
        assert_eq!(fetched(&[whole]).await.unwrap(), "hello");
        let announced = "200 OK\r\ncontent-length: 11\r\n\r\n";
        let endless =
            "200 OK\r\ntransfer-encoding: chunked\r\n\r\n8\r\n12345678\r\n8\r\n12345678\r\n";
        for large in [announced, endless] {
            assert_eq!(fetched(&[large]).await, Err(ForeignError::TooLarge(10)));
        }
        let silent = "200 OK\r\ncontent-length: 5\r\n\r\nhel";
        assert!(matches!(
            fetched(&[silent]).await,
            Err(ForeignError::TooSlow(_))
        ));
        let missing = "404 Not Found\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(fetched(&[missing]).await, Err(ForeignError::Status(404)));
    }

    #[tokio::test]
    async fn a_few_redirects_are_followed_and_each_is_vetted_anew() {
        let on = "302 Found\r\nlocation: /b\r\ncontent-length: 0\r\n\r\n";
        let whole = "200 OK\r\ncontent-length: 2\r\n\r\nhi";
        assert_eq!(fetched(&[on, on, on, whole]).await.unwrap(), "hi");
        let endless = fetched(&[on; 5]).await;
        assert_eq!(endless, Err(ForeignError::TooManyRedirects));
        for elsewhere in [
            "ftp://example.com/",
            "http://me@127.0.0.1/",
            "file:///etc/passwd",
        ] {
            let elsewhere =
                format!("302 Found\r\nlocation: {elsewhere}\r\ncontent-length: 0\r\n\r\n");
            let refused = fetched(&[&elsewhere]).await;
            assert!(
                matches!(refused, Err(ForeignError::Refused(_))),
                "{refused:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_name_that_stands_for_a_private_address_is_refused_when_it_is_looked_up() {
        let bounds = Bounds {
            bytes_max: 10,
            time_max: Duration::from_secs(5),
        };
        let url = "https://localhost/".parse().unwrap();
        let refused = fetch(url, bounds, Reach::Public).await.unwrap_err();
        assert_eq!(refused, ForeignError::Private("localhost".to_owned()));
    }
}
