//! Blobs: raw bytes under the hash of themselves. What they are is read from the bytes.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse as _;
use axum::response::Response;
use serde_json::Value;
use serde_json::json;

use crate::sandbox::bluesky::Bluesky;
use crate::sandbox::bluesky::cid;
use crate::sandbox::bluesky::xrpc::Query;
use crate::sandbox::bluesky::xrpc::Refusal;
use crate::sandbox::picture::Picture;

/// The largest blob: a PDS's default, 5 MiB (measured with PDS 0.5.35, 2026-11-23). The smaller
/// limit of a picture holds only once a record refers to it.
pub(crate) const BLOB_BYTES_MAX: usize = 5 << 20;

/// `com.atproto.repo.uploadBlob`
pub(crate) async fn upload(
    State(bluesky): State<Arc<Bluesky>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    bluesky.authorize(&headers)?;
    let declared = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(|| {
            Refusal::invalid("Request encoding (Content-Type) required but not provided")
        })?;
    if body.len() > BLOB_BYTES_MAX {
        return Err(Refusal::too_large());
    }
    let cid = cid::of_bytes(&body);
    let blob =
        Picture::recognise(body.clone()).unwrap_or_else(|| Picture::declared(body, declared));
    let answer = json!({"blob": {
        "$type": "blob",
        "ref": {"$link": cid},
        "mimeType": blob.mime,
        "size": blob.bytes.len(),
    }});
    bluesky.state().blobs.insert(cid, blob);
    Ok(Json(answer))
}

/// `com.atproto.sync.getBlob`
pub(crate) async fn show(
    State(bluesky): State<Arc<Bluesky>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let query = Query::read("com.atproto.sync.getBlob", query.as_deref());
    query.text("did")?;
    let state = bluesky.state();
    let blob = state
        .blobs
        .get(query.text("cid")?)
        .ok_or_else(|| Refusal::invalid("Blob not found"))?;
    let headers = [(CONTENT_TYPE, blob.mime.clone())];
    Ok((headers, blob.bytes.clone()).into_response())
}
