//! How the sandbox's own tests ask it: in the process, without a port.

use std::io::Cursor;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::header::CONTENT_TYPE;
use axum::http::header::LOCATION;
use axum::http::request::Builder;
use axum::response::IntoResponse as _;
use axum::routing::get;
use http_body_util::BodyExt as _;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use image::ImageFormat;
use serde_json::Value;

use crate::clock::Clock;
use crate::sandbox::Options;
use crate::sandbox::graph::call::Fate;
use crate::sandbox::graph::container::ContainerState;
use crate::sandbox::journal::UnknownParameters;
use crate::sandbox::ledger::Ledger;
use crate::sandbox::pace::Pace;
use crate::sandbox::platforms::Platforms;

/// The platforms without a server in front of them.
#[derive(Clone)]
pub(crate) struct World {
    router: Router,
    platforms: Platforms,
}

/// A request in the making.
pub(crate) struct Ask {
    request: Builder,
    body: Bytes,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// The parameters that the journal would name.
    pub(crate) unknown: Vec<String>,
}

impl World {
    /// Returns platforms as `options` says.
    pub(crate) fn new(options: &Options) -> Self {
        let platforms = crate::sandbox::platforms(options, "http://127.0.0.1:4000");
        Self {
            router: platforms.router(),
            platforms,
        }
    }

    /// Returns platforms in which nothing goes wrong, by the machine's clock.
    pub(crate) fn ordinary() -> Self {
        Self::new(&Options::new(Clock::System))
    }

    /// Asks, and reads the answer whole.
    pub(crate) async fn ask(&self, ask: Ask) -> Told {
        let request: Request = ask.request.body(Body::from(ask.body)).unwrap();
        let service = TowerToHyperService::new(self.router.clone());
        let (parts, body) = service.call(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let unknown = parts.extensions.get::<UnknownParameters>();
        Told {
            status: parts.status.as_u16(),
            unknown: unknown.map_or_else(Vec::new, |it| it.0.clone()),
            headers: parts.headers,
            text: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// Returns the posts of the ledger.
    pub(crate) fn posts(&self) -> Vec<Value> {
        self.ledger()["posts"].as_array().unwrap().clone()
    }

    /// Returns the ledger.
    pub(crate) fn ledger(&self) -> Value {
        let (posts, spent_again) = (self.platforms.posts(), self.platforms.tumblr.spent_again());
        serde_json::to_value(Ledger::new(posts, 0, spent_again)).unwrap()
    }
}

impl Ask {
    /// Begins a GET.
    pub(crate) fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    /// Begins a POST.
    pub(crate) fn post(path: &str) -> Self {
        Self::new(Method::POST, path)
    }

    /// Begins a request.
    pub(crate) fn new(method: Method, path: &str) -> Self {
        Self {
            request: Request::builder().method(method).uri(path),
            body: Bytes::new(),
        }
    }

    /// Adds a token.
    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Adds a JSON body.
    pub(crate) fn json(self, value: &Value) -> Self {
        self.body("application/json", value.to_string().into())
    }

    /// Adds a form.
    pub(crate) fn form(self, form: &str) -> Self {
        let body = Bytes::copy_from_slice(form.as_bytes());
        self.body("application/x-www-form-urlencoded", body)
    }

    /// Adds a body.
    pub(crate) fn body(mut self, mime: &str, body: Bytes) -> Self {
        self.body = body;
        self.header(CONTENT_TYPE.as_str(), mime)
    }

    /// Adds a multipart form of one file, whose part has `head`, and a description.
    pub(crate) fn upload(self, head: &str, file: &[u8], description: &str) -> Self {
        let mut body = Vec::new();
        body.extend_from_slice(b"--edge\r\nContent-Disposition: form-data; name=\"description\"");
        body.extend_from_slice(format!("\r\n\r\n{description}\r\n--edge\r\n{head}").as_bytes());
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        self.body("multipart/form-data; boundary=edge", body.into())
    }

    /// Lets a fault decide on the container.
    pub(crate) fn fated(mut self, state: ContainerState) -> Self {
        self.request = self.request.extension(Fate(state));
        self
    }

    /// Lets the server take its time.
    pub(crate) fn slowly(mut self, duration: Duration) -> Self {
        self.request = self.request.extension(Pace::new(duration));
        self
    }
}

impl Told {
    /// Reads the answer as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// Returns a header that must be there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).expect(name).to_str().unwrap()
    }
}

/// Returns a PNG of 3 by 2 pixels.
pub(crate) fn png() -> Vec<u8> {
    picture(3, 2, ImageFormat::Png)
}

/// Returns a black picture.
pub(crate) fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image::RgbImage::new(width, height)
        .write_to(&mut bytes, format)
        .unwrap();
    bytes.into_inner()
}

/// Serves pictures and what is none, and returns its address.
pub(crate) async fn host() -> String {
    let jpeg = |width, height| picture(width, height, ImageFormat::Jpeg);
    let serve = |mime: &'static str, bytes: Vec<u8>| {
        get(move || async move { ([(CONTENT_TYPE, mime)], bytes) })
    };
    let router = Router::new()
        .route("/a.jpg", serve("image/jpeg", jpeg(40, 40)))
        .route("/b.jpg", serve("image/jpeg", jpeg(50, 40)))
        .route("/tall.jpg", serve("image/jpeg", jpeg(40, 90)))
        .route("/wide.jpg", serve("image/jpeg", jpeg(440, 40)))
        .route(
            "/a.png",
            serve("image/png", picture(40, 40, ImageFormat::Png)),
        )
        .route("/bytes", serve("application/octet-stream", jpeg(40, 40)))
        .route("/page", serve("text/html", b"<p>hello".to_vec()))
        .route("/large.jpg", serve("image/jpeg", large()))
        .route("/private", get(|| async { StatusCode::FORBIDDEN }))
        .route(
            "/moved",
            get(|| async { (StatusCode::FOUND, [(LOCATION, "/a.jpg")]).into_response() }),
        );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn large() -> Vec<u8> {
    let mut bytes = picture(40, 40, ImageFormat::Jpeg);
    bytes.resize((8 << 20) + 1, 0);
    bytes
}
