//! What a request brings: JSON, or a form with a part of JSON and others that are files ("User Uploaded
//! Media"). The JSON is documented to come first, and the official client sends it last (tumblr.js
//! 5.0.1, run on 2026-11-25).

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::extract::FromRequest as _;
use axum::extract::Multipart;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use serde_json::Map;
use serde_json::Value;

use crate::sandbox::picture::Picture;
use crate::sandbox::tumblr::refusal::Refusal;

/// In no document of Tumblr's: what mvdicarlo/postybirb sends (read 2026-11-23).
const IMAGE_BYTES_MAX: usize = 20_000_000;
const GIF_BYTES_MAX: usize = 10_000_000;

/// The files that are taken as pictures.
const MIME_TYPES: [&str; 4] = ["image/jpeg", "image/png", "image/gif", "image/webp"];

/// A request that was read.
#[derive(Debug, Default)]
pub(crate) struct Wish {
    pub(crate) fields: Map<String, Value>,
    /// By the name of their part.
    pub(crate) pictures: BTreeMap<String, Picture>,
}

/// Whether a request is a form with files.
pub(crate) fn is_multipart(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    kind.is_some_and(|kind| kind.starts_with(b"multipart/form-data"))
}

/// Reads a request.
pub(crate) async fn read(headers: &HeaderMap, body: Bytes) -> Result<Wish, Refusal> {
    if is_multipart(headers) {
        return read_multipart(headers, body).await;
    }
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    match kind.and_then(|kind| kind.split(';').next()) {
        Some("application/json") => Ok(Wish {
            fields: object(&body)?,
            pictures: BTreeMap::new(),
        }),
        _ => Err(Refusal::bad_format("'content' must be an array")),
    }
}

async fn read_multipart(headers: &HeaderMap, body: Bytes) -> Result<Wish, Refusal> {
    let mut request = Request::new(body.into());
    *request.headers_mut() = headers.clone();
    // A request made anew has the usual limit, which is less than a picture's.
    DefaultBodyLimit::disable().apply(&mut request);
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|_| Refusal::bad_form())?;
    let mut wish = Wish::default();
    while let Some(part) = form.next_field().await.map_err(|_| Refusal::bad_form())? {
        let name = part.name().unwrap_or_default().to_owned();
        let kind = part.content_type().unwrap_or_default().to_owned();
        let is_file = part.file_name().is_some_and(|name| !name.is_empty());
        let bytes = part.bytes().await.map_err(|_| Refusal::bad_form())?;
        if name == "json" && kind == "application/json" {
            wish.fields = object(&bytes)?;
        } else if is_file {
            wish.pictures.insert(name, picture(bytes, &kind)?);
        } else {
            return Err(Refusal::bad_form());
        }
    }
    Ok(wish)
}

fn object(bytes: &[u8]) -> Result<Map<String, Value>, Refusal> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(Refusal::bad_format("the body must be a JSON object")),
    }
}

fn picture(bytes: Bytes, kind: &str) -> Result<Picture, Refusal> {
    let size_bytes = bytes.len();
    let picture = Picture::recognise(bytes).ok_or_else(Refusal::bad_media)?;
    let bytes_max = match picture.mime.as_str() {
        "image/gif" => GIF_BYTES_MAX,
        _ => IMAGE_BYTES_MAX,
    };
    let is_taken = MIME_TYPES.contains(&picture.mime.as_str());
    if !is_taken || picture.mime != kind || size_bytes > bytes_max {
        return Err(Refusal::bad_media());
    }
    Ok(picture)
}
