//! Who is who: handles, DID documents, and what the server says of itself.

use std::sync::Arc;

use axum::Json;
use axum::extract::Path;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Response;
use serde_json::Value;
use serde_json::json;

use crate::sandbox::accounts::BlueskyAccount;
use crate::sandbox::bluesky::Bluesky;
use crate::sandbox::bluesky::blob;
use crate::sandbox::bluesky::xrpc::Query;
use crate::sandbox::bluesky::xrpc::Refusal;

/// `com.atproto.server.describeServer`
pub(crate) async fn describe_server() -> Json<Value> {
    Json(json!({
        "did": "did:web:127.0.0.1",
        "availableUserDomains": [".sandbox.test"],
        "inviteCodeRequired": true,
        "links": {},
        "contact": {},
        "blobUploadLimit": blob::BLOB_BYTES_MAX,
    }))
}

/// `com.atproto.identity.resolveHandle`
pub(crate) async fn resolve_handle(RawQuery(query): RawQuery) -> Result<Json<Value>, Refusal> {
    let query = Query::read("com.atproto.identity.resolveHandle", query.as_deref());
    let handle = query.text("handle")?;
    if !is_handle(handle) {
        return Err(query.issue(format_args!("Invalid handle (got \"{handle}\")")));
    }
    let account = BlueskyAccount::of_identifier(handle)
        .ok_or_else(|| Refusal::named("HandleNotFound", "Unable to resolve handle"))?;
    Ok(Json(json!({"did": account.did})))
}

// atproto.com/specs/handle, read 2026-11-23.
fn is_handle(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'-')
    };
    let ends_like_a_name = text
        .rsplit('.')
        .next()
        .is_some_and(|label| label.starts_with(|it: char| it.is_ascii_alphabetic()));
    text.len() <= 253 && text.contains('.') && text.split('.').all(is_label) && ends_like_a_name
}

/// `GET /:did` of the PLC directory.
pub(crate) async fn plc_document(
    State(bluesky): State<Arc<Bluesky>>,
    Path(did): Path<String>,
) -> Response {
    match BlueskyAccount::of_identifier(&did) {
        Some(account) if account.did == did => {
            Json(document(account, &bluesky.base_url)).into_response()
        }
        _ => {
            let body = json!({"message": format!("DID not registered: {did}")});
            (StatusCode::NOT_FOUND, Json(body)).into_response()
        }
    }
}

/// Returns the DID document of `account`.
pub(crate) fn document(account: BlueskyAccount, base_url: &str) -> Value {
    json!({
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/multikey/v1",
            "https://w3id.org/security/suites/secp256k1-2019/v1",
        ],
        "id": account.did,
        "alsoKnownAs": [format!("at://{}", account.handle)],
        "verificationMethod": [],
        "service": [{
            "id": "#atproto_pds",
            "type": "AtprotoPersonalDataServer",
            "serviceEndpoint": base_url,
        }],
    })
}
