//! A request to Graph, read whole: which node, which edge, with what.

use axum::body::Bytes;
use axum::extract::FromRequest as _;
use axum::extract::Multipart;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use http_body_util::BodyExt as _;

use crate::sandbox::graph::container::ContainerState;
use crate::sandbox::graph::params::Params;
use crate::sandbox::graph::refusal::Code;
use crate::sandbox::graph::refusal::Refusal;
use crate::sandbox::graph::route;
use crate::sandbox::graph::token;
use crate::sandbox::platform::Platform;

/// What a fault wants of the container that a request makes or publishes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fate(pub(crate) ContainerState);

/// A request.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) platform: Platform,
    pub(crate) method: Method,
    pub(crate) path: String,
    /// An id, `me`, or the only part of the path.
    pub(crate) node: String,
    pub(crate) edge: Option<String>,
    pub(crate) params: Params,
    /// The access token as it was sent.
    pub(crate) token: Option<String>,
    /// The file of a multipart form.
    pub(crate) file: Option<Bytes>,
    pub(crate) fate: Option<ContainerState>,
}

impl Call {
    /// Reads `request`, which was made to `platform`.
    pub(crate) async fn read(platform: Platform, request: Request) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let (node, edge) = address(platform, &path)?;
        let mut call = Self {
            platform,
            method: parts.method.clone(),
            node,
            edge,
            params: Params::of_query(platform, parts.uri.query()),
            token: None,
            file: None,
            fate: parts.extensions.get::<Fate>().map(|fate| fate.0),
            path,
        };
        let headers = parts.headers.clone();
        if is_multipart(&headers) {
            call.read_form(Request::from_parts(parts, body)).await?;
        } else {
            // A body of ours is in memory, so it cannot fail to be read.
            let body = body
                .collect()
                .await
                .map(http_body_util::Collected::to_bytes);
            call.params.add_body(&headers, &body.unwrap_or_default())?;
        }
        call.token = match token::bearer(&headers) {
            Some(token) => Some(token),
            None => call.params.text("access_token")?,
        };
        Ok(call)
    }

    async fn read_form(&mut self, request: Request) -> Result<(), Refusal> {
        let platform = self.platform;
        let unreadable = || Refusal::parameter(platform, "The multipart body cannot be read");
        let form = Multipart::from_request(request, &()).await;
        let mut form = form.map_err(|_| unreadable())?;
        while let Some(field) = form.next_field().await.map_err(|_| unreadable())? {
            let name = field.name().unwrap_or_default().to_owned();
            let is_file = field.file_name().is_some();
            if is_file {
                // Of a file, the name does not count: clients call it `source` or `file`.
                self.file = Some(field.bytes().await.map_err(|_| unreadable())?);
            } else {
                let text = field.text().await.map_err(|_| unreadable())?;
                self.params.add(&name, text);
            }
        }
        Ok(())
    }

    /// Returns the edge's name, which is empty where the node itself is meant.
    pub(crate) fn edge(&self) -> &str {
        self.edge.as_deref().unwrap_or_default()
    }

    /// Returns the refusal of this request for want of an object that can do it.
    pub(crate) fn unsupported(&self) -> Refusal {
        Refusal::unsupported(self.platform, &self.method, &self.node)
    }

    /// Returns the error of that code.
    pub(crate) fn error(&self, code: i32, subcode: impl Into<Option<u32>>) -> Refusal {
        Refusal::of(self.platform, Code(code, subcode.into()))
    }
}

fn is_multipart(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    content_type.is_some_and(|it| it.starts_with("multipart/form-data"))
}

/// Splits a path into a node and an edge.
fn address(platform: Platform, path: &str) -> Result<(String, Option<String>), Refusal> {
    let segments = route::segments(path);
    let (version, rest) = route::split_version(&segments);
    if version.is_some_and(|version| !route::is_served(platform, version)) {
        return Err(Refusal::of(platform, Code(2635, None)));
    }
    match rest {
        [node] => Ok(((*node).to_owned(), None)),
        [node, edge] => Ok(((*node).to_owned(), Some((*edge).to_owned()))),
        _ => Err(Refusal::unknown_path(platform, &rest.join("/"))),
    }
}
