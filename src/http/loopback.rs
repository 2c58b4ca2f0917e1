//! The other end of a log-in in a browser: a server on this machine that takes one redirect and ends.
//!
//! It hears 127.0.0.1 only, reads no body, answers the one path with a page that holds nothing of what
//! was brought, and everything else with a 404: a browser asks for icons, too. What the address
//! means, and whether it answers what was asked, is for the caller to say; it is a secret.

use std::convert::Infallible;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use hyper::Method;
use hyper::Request;
use hyper::Response;
use hyper::StatusCode;
use hyper::body::Incoming;
use hyper::header;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use url::Url;

/// How long one connection may take, from its first byte to the last of the answer.
const CONNECTION_MAX: Duration = Duration::from_secs(10);

/// The most connections at one time; browsers open some that they never use.
const CONNECTIONS_MAX: usize = 16;

/// The longest head of a request, in bytes.
const HEAD_BYTES_MAX: usize = 32 * 1024;

/// What the person sees in the browser, whatever was brought.
const PAGE: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
    <title>hayon</title>\n<p>hayon has the answer. You can close this window and go back to the \
    terminal.</p>\n</html>\n";

/// What the window says that comes too late.
const TOO_LATE: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
    <title>hayon</title>\n<p>hayon has had an answer already. You can close this window.</p>\n</html>\n";

/// A server that waits for one redirect.
#[derive(Debug)]
pub(crate) struct Loopback {
    listener: TcpListener,
    address: Url,
}

impl Loopback {
    /// Opens a server on `port`, or on any if that is 0, which waits for a redirect to `path`.
    pub(crate) async fn open(port: u16, path: &str) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let at = listener.local_addr()?;
        let mut address = Url::parse(&format!("http://{at}/")).map_err(io::Error::other)?;
        address.set_path(path);
        Ok(Self { listener, address })
    }

    /// Returns where the browser is to be sent back to.
    pub(crate) const fn address(&self) -> &Url {
        &self.address
    }

    /// Waits for the redirect, and returns the whole address once the browser has its page. How long
    /// to wait is for the caller to say: nobody may ever come.
    ///
    /// # Errors
    /// If the machine takes no connection any more.
    pub(crate) async fn received(self) -> io::Result<Url> {
        let Self { listener, address } = self;
        let desk = Arc::new(Desk {
            address,
            brought: Mutex::default(),
        });
        let mut visits = JoinSet::new();
        loop {
            let has_room = visits.len() < CONNECTIONS_MAX;
            tokio::select! {
                accepted = listener.accept(), if has_room => {
                    let (stream, _) = accepted?;
                    visits.spawn(visit(stream, Arc::clone(&desk)));
                }
                Some(visit) = visits.join_next() => {
                    if let Ok(Some(url)) = visit {
                        return Ok(url);
                    }
                }
            }
        }
    }
}

/// Where the first redirect is put down.
struct Desk {
    address: Url,
    brought: Mutex<Option<Url>>,
}

/// Serves one connection, and returns the redirect if this was the one that brought it.
async fn visit(stream: TcpStream, desk: Arc<Desk>) -> Option<Url> {
    let own = Mutex::new(None);
    let service = service_fn(|request| {
        let answer = answer(&request, &desk, &own);
        async { Ok::<_, Infallible>(answer) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .keep_alive(false)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service);
    // A browser that does not wait for its page has brought the redirect all the same.
    let _ = tokio::time::timeout(CONNECTION_MAX, connection).await;
    own.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn answer(request: &Request<Incoming>, desk: &Desk, own: &Mutex<Option<Url>>) -> Response<String> {
    if request.uri().path() != desk.address.path() {
        return page(StatusCode::NOT_FOUND, "");
    }
    if request.method() != Method::GET {
        return page(StatusCode::METHOD_NOT_ALLOWED, "");
    }
    let mut brought = desk.brought.lock().unwrap_or_else(PoisonError::into_inner);
    if brought.is_some() {
        return page(StatusCode::GONE, TOO_LATE);
    }
    let mut url = desk.address.clone();
    url.set_query(request.uri().query());
    *brought = Some(url.clone());
    *own.lock().unwrap_or_else(PoisonError::into_inner) = Some(url);
    page(StatusCode::OK, PAGE)
}

/// Returns an answer that no cache keeps and that tells no other site where the browser was.
fn page(status: StatusCode, text: &str) -> Response<String> {
    let mut response = Response::new(text.to_owned());
    *response.status_mut() = status;
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
    ] {
        let value = header::HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;
    use tokio::io::AsyncWriteExt as _;

    use super::*;

    async fn open() -> (u16, tokio::task::JoinHandle<io::Result<Url>>) {
        let loopback = Loopback::open(0, "/callback").await.unwrap();
        let address = loopback.address().clone();
        assert_eq!(address.host_str(), Some("127.0.0.1"));
        (address.port().unwrap(), tokio::spawn(loopback.received()))
    }

    async fn ask(port: u16, line: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let request = format!("{line} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn the_redirect_is_received_and_its_page_holds_nothing_of_it() {
        let (port, received) = open().await;
        let answer = ask(port, "GET /callback?code=canary&state=S1").await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(answer.contains("close this window"), "{answer}");
        assert!(answer.contains("cache-control: no-store"), "{answer}");
        assert!(
            !answer.contains("canary") && !answer.contains("S1"),
            "{answer}"
        );
        let url = received.await.unwrap().unwrap();
        let expected = format!("http://127.0.0.1:{port}/callback?code=canary&state=S1");
        assert_eq!(url.as_str(), expected);
    }

    #[tokio::test]
    async fn what_is_no_redirect_ends_nothing() {
        let (port, received) = open().await;
        for (line, status) in [
            ("GET /favicon.ico", "404"),
            ("GET /", "404"),
            ("GET /callback/more?code=1", "404"),
            ("POST /callback?code=1", "405"),
            ("HEAD /callback?code=1", "405"),
            ("not http at all", "400"),
        ] {
            let answer = ask(port, line).await;
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {status} ")),
                "{line}: {answer}"
            );
        }
        let head = format!("GET /callback?code={}", "a".repeat(2 * HEAD_BYTES_MAX));
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        // It may be refused before it is all sent.
        let _ = stream.write_all(head.as_bytes()).await;
        drop(stream);
        assert!(!received.is_finished());
        let _ = ask(port, "GET /callback?error=access_denied").await;
        let url = received.await.unwrap().unwrap();
        assert_eq!(url.query(), Some("error=access_denied"));
    }

    #[tokio::test]
    async fn a_request_that_never_ends_keeps_nobody_else_out() {
        let (port, received) = open().await;
        let mut open = Vec::new();
        for _ in 0..CONNECTIONS_MAX - 1 {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            stream.write_all(b"GET /callback?code=").await.unwrap();
            open.push(stream);
        }
        let _ = ask(port, "GET /callback?code=1").await;
        assert!(received.await.unwrap().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_never_ends_is_ended() {
        let (port, received) = open().await;
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        stream.write_all(b"GET /callback?code=").await.unwrap();
        let mut rest = Vec::new();
        // The time goes on by itself once everybody waits.
        let _ = stream.read_to_end(&mut rest).await;
        assert!(!received.is_finished());
    }

    #[tokio::test]
    async fn the_second_redirect_comes_too_late() {
        let desk = Desk {
            address: Url::parse("http://127.0.0.1:1/callback").unwrap(),
            brought: Mutex::new(Some(Url::parse("http://127.0.0.1:1/callback").unwrap())),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let second = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            visit(stream, Arc::new(desk)).await
        });
        let answer = ask(port, "GET /callback?code=2").await;
        assert!(answer.starts_with("HTTP/1.1 410 "), "{answer}");
        assert_eq!(second.await.unwrap(), None);
    }
}
