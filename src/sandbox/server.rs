//! The front door: reads each request whole, writes it down, lets the faults have their way, and
//! only then asks the platform.
//!
//! What a platform does is done in a task of its own: a client that is gone does not stop a server
//! that is at work, which is just what makes a lost answer dangerous.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::request::Parts;
use axum::response::IntoResponse as _;
use axum::response::Response;
use http_body_util::BodyExt as _;
use http_body_util::LengthLimitError;
use http_body_util::Limited;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service as _;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::sandbox::answer::Answer;
use crate::sandbox::answer::HungUp;
use crate::sandbox::ended::Ended;
use crate::sandbox::ended::TokenEnd;
use crate::sandbox::faults::Fault;
use crate::sandbox::faults::Faults;
use crate::sandbox::faults::deed::Deed;
use crate::sandbox::faults::deed::Said;
use crate::sandbox::faults::deed::Words;
use crate::sandbox::graph::call::Fate;
use crate::sandbox::journal::Entry;
use crate::sandbox::journal::Event;
use crate::sandbox::journal::Journal;
use crate::sandbox::journal::UnknownParameters;
use crate::sandbox::ledger::Ledger;
use crate::sandbox::pace::Pace;
use crate::sandbox::platform::Platform;
use crate::sandbox::platforms::Platforms;
use crate::sandbox::s3::S3;
use crate::sandbox::timeline::Timeline;
use crate::sandbox::timeline::answer;

/// The largest request that is read: a little more than the largest file of any platform.
const REQUEST_BYTES_MAX: usize = 128 << 20;

/// How long the server waits when the machine has no connection to give.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

const LEDGER_PATH: &str = "/ledger.json";

/// The server behind the ports.
pub(crate) struct Server {
    router: Router,
    platforms: Platforms,
    s3: S3,
    latency: Duration,
    clock: Clock,
    intake: Mutex<Intake>,
}

/// What is served on a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Every platform, by path, and the pages about the sandbox.
    Platforms,
    /// The storage, whose paths begin with the name of a bucket.
    S3,
}

/// One lock for all, so that the faults count in the order that the log shows.
struct Intake {
    faults: Faults,
    journal: Journal,
    ended: Ended,
}

/// A request that was received, and what is to go wrong with it.
struct Visit {
    entry: Entry,
    platform: Option<Platform>,
    deed: Option<Deed>,
}

impl Server {
    /// Returns a server for `platforms` that no port leads to yet.
    pub(crate) fn new(
        platforms: Platforms,
        s3: S3,
        faults: Faults,
        journal: Journal,
        latency: Duration,
        clock: Clock,
    ) -> Self {
        Self {
            router: platforms.router(),
            platforms,
            s3,
            latency,
            clock,
            intake: Mutex::new(Intake {
                faults,
                journal,
                ended: Ended::default(),
            }),
        }
    }

    /// Serves whoever connects to `listener` until `stop`; then every connection is closed.
    pub(crate) async fn serve(
        self: Arc<Self>,
        listener: TcpListener,
        origin: Origin,
        stop: CancellationToken,
    ) {
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            while connections.try_join_next().is_some() {}
            match accepted {
                Ok((stream, _)) => {
                    connections.spawn(Arc::clone(&self).serve_connection(stream, origin));
                }
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
            }
        }
        connections.shutdown().await;
    }

    async fn serve_connection(self: Arc<Self>, stream: TcpStream, origin: Origin) {
        // Small answers would otherwise wait for the client's delayed acknowledgement.
        let _ = stream.set_nodelay(true);
        let service = service_fn(|request| {
            let server = Arc::clone(&self);
            async move { server.answer(request, origin).await }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        if let Err(error) = connection.await {
            tracing::debug!("a connection to the sandbox ended: {error}");
        }
    }

    async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        origin: Origin,
    ) -> Result<Response, HungUp> {
        let (parts, body) = request.into_parts();
        let body = match Limited::new(body, REQUEST_BYTES_MAX).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                return Ok(StatusCode::PAYLOAD_TOO_LARGE.into_response());
            }
            Err(_) => return Err(HungUp),
        };
        if origin == Origin::Platforms
            && let Some(response) = self.look(&parts)
        {
            return Ok(response);
        }
        let visit = self.receive(origin, &parts);
        if let Some(end) = self.token_end(&visit, &parts) {
            Pace::new(self.latency).take().await;
            let response = Platforms::dead_token(visit.platform, end);
            self.write(&visit.entry, Event::Answered, Some(response.status()));
            return Ok(response);
        }
        match visit.deed.clone() {
            Some(Deed::Hang) => std::future::pending().await,
            Some(Deed::RefuseAndHangUp) => Err(self.hang_up(&visit, None)),
            Some(Deed::Refuse(said)) => {
                Pace::new(self.latency).take().await;
                Ok(self.refuse(&visit, &said))
            }
            Some(Deed::ErrorIn200) => {
                Pace::new(self.latency).take().await;
                let failure = Words::Status(StatusCode::INTERNAL_SERVER_ERROR);
                let mut response = self.refuse(&visit, &Said::plain(failure));
                *response.status_mut() = StatusCode::OK;
                Ok(response)
            }
            deed => self.act_and_answer(visit, deed, parts, body).await,
        }
    }

    /// Answers whoever looks at the sandbox itself, which is no request to a platform.
    fn look(&self, parts: &Parts) -> Option<Response> {
        let is_look = matches!(parts.method, Method::GET | Method::HEAD);
        match parts.uri.path() {
            LEDGER_PATH => Some(axum::Json(self.ledger()).into_response()),
            answer::PAGE_PATH if is_look => Some(answer::page(&self.timeline())),
            answer::DATA_PATH if is_look => Some(answer::data(&self.timeline(), &parts.headers)),
            _ => None,
        }
    }

    async fn act_and_answer(
        self: Arc<Self>,
        visit: Visit,
        deed: Option<Deed>,
        parts: Parts,
        body: Bytes,
    ) -> Result<Response, HungUp> {
        let pace = match deed {
            Some(Deed::Slow(duration)) => self.latency + duration,
            _ => self.latency,
        };
        let mut request = rewritten(visit.platform, pace, parts, body);
        if let Some(Deed::Container(state)) = deed {
            request.extensions_mut().insert(Fate(state));
        }
        let server = Arc::clone(&self);
        let entry = visit.entry.clone();
        let work = tokio::spawn(async move { server.act(request, &entry).await });
        let answer = work.await.map_err(|_| HungUp)?;
        let status = answer.parts.status;
        match deed {
            Some(Deed::ActAndHang) => std::future::pending().await,
            Some(Deed::ActAndHangUp) => Err(self.hang_up(&visit, None)),
            Some(Deed::ActAndRefuse(said)) => Ok(self.refuse(&visit, &said)),
            Some(Deed::Cut) => {
                self.hang_up(&visit, Some(status));
                Ok(answer.cut())
            }
            _ => {
                self.write(&visit.entry, Event::Answered, Some(status));
                Ok(answer.whole())
            }
        }
    }

    async fn act(&self, request: Request, entry: &Entry) -> Answer {
        let response = if entry.is_of(Platform::S3) {
            self.s3.answer(request).await
        } else {
            let asked: Result<Response, Infallible> = TowerToHyperService::new(self.router.clone())
                .call(request)
                .await;
            let Ok(response) = asked;
            response
        };
        let (parts, body) = response.into_parts();
        // Every answer of ours is in memory, so it cannot fail to be read.
        let body = body
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes);
        if let Some(UnknownParameters(names)) = parts.extensions.get() {
            let now = self.clock.now();
            self.intake().journal.write_unknown(entry, names, now);
        }
        self.write(entry, Event::Acted, Some(parts.status));
        Answer {
            parts,
            body: body.unwrap_or_default(),
        }
    }

    fn refuse(&self, visit: &Visit, said: &Said) -> Response {
        let mut response = match said.words {
            Words::Status(status) => Platforms::refusal(visit.platform, status),
            Words::Graph(code) => Platforms::graph_error(visit.platform, code),
        };
        if let Some(header) = &said.header {
            let value = header.value_at(self.clock.now());
            response.headers_mut().insert(header.name(), value);
        }
        self.write(&visit.entry, Event::Answered, Some(response.status()));
        response
    }

    fn receive(&self, origin: Origin, parts: &Parts) -> Visit {
        let (method, path) = (&parts.method, parts.uri.path());
        let platform = match origin {
            Origin::Platforms => Platform::of_request(&parts.uri, &parts.headers),
            Origin::S3 => Some(Platform::S3),
        };
        let now = self.clock.now();
        let mut intake = self.intake();
        let fault = intake.faults.strike(platform, method, path);
        let text = fault.as_ref().map(Fault::text);
        let entry = intake.journal.receive(platform, method, path, text, now);
        Visit {
            entry,
            platform,
            deed: fault.map(|fault| fault.deed().clone()),
        }
    }

    /// Returns how the token of a request has ended, if it has: just now, or before.
    fn token_end(&self, visit: &Visit, parts: &Parts) -> Option<TokenEnd> {
        let mut intake = self.intake();
        if let Some(Deed::EndToken(end)) = visit.deed {
            intake.ended.end(&parts.headers, end);
        }
        intake.ended.of(&parts.headers)
    }

    fn hang_up(&self, visit: &Visit, status: Option<StatusCode>) -> HungUp {
        self.write(&visit.entry, Event::HungUp, status);
        HungUp
    }

    fn write(&self, entry: &Entry, event: Event, status: Option<StatusCode>) {
        let now = self.clock.now();
        self.intake().journal.write(entry, event, status, now);
    }

    fn ledger(&self) -> Ledger {
        Ledger::new(
            self.platforms.posts(),
            self.intake().journal.requests(),
            self.platforms.tumblr.spent_again(),
        )
    }

    fn timeline(&self) -> Timeline {
        Timeline::new(self.platforms.shown())
    }

    fn intake(&self) -> MutexGuard<'_, Intake> {
        self.intake.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn rewritten(platform: Option<Platform>, pace: Duration, parts: Parts, body: Bytes) -> Request {
    let mut request = Request::from_parts(parts, Body::from(body));
    request.extensions_mut().insert(Pace::new(pace));
    // Rails takes `/api/v1/instance/` for `/api/v1/instance`, and clients rely on it.
    if platform == Some(Platform::Mastodon)
        && let Some(uri) = without_trailing_slash(request.uri())
    {
        *request.uri_mut() = uri;
    }
    request
}

fn without_trailing_slash(uri: &Uri) -> Option<Uri> {
    let path = uri.path().strip_suffix('/')?;
    let query = uri.query().map(|query| format!("?{query}"));
    format!("{path}{}", query.unwrap_or_default()).parse().ok()
}
