//! Reading records back, and the public page of a post.

use std::sync::Arc;

use axum::Json;
use axum::extract::Path;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Html;
use serde_json::Value;
use serde_json::json;

use crate::sandbox::accounts::BlueskyAccount;
use crate::sandbox::bluesky::Bluesky;
use crate::sandbox::bluesky::POSTS;
use crate::sandbox::bluesky::embed;
use crate::sandbox::bluesky::state::Place;
use crate::sandbox::bluesky::state::Record;
use crate::sandbox::bluesky::xrpc::Query;
use crate::sandbox::bluesky::xrpc::Refusal;
use crate::sandbox::page::Page;

const PAGE_DEFAULT: usize = 50;
const PAGE_MAX: usize = 100;

/// `com.atproto.repo.getRecord`: what is missing is a 400, not a 404.
pub(crate) async fn show(
    State(bluesky): State<Arc<Bluesky>>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refusal> {
    let query = Query::read("com.atproto.repo.getRecord", query.as_deref());
    let place = (
        repo(&query)?,
        query.text("collection")?.to_owned(),
        query.text("rkey")?.to_owned(),
    );
    let cid = query.optional_text("cid");
    let state = bluesky.state();
    let record = state.records.get(&place);
    let record = record.filter(|record| cid.is_none_or(|cid| cid == record.cid));
    let record = record.ok_or_else(|| {
        let words = format!("Could not locate record: {}", uri(&place));
        Refusal::named("RecordNotFound", words)
    })?;
    Ok(Json(view(&place, record)))
}

/// `com.atproto.repo.listRecords`, the newest key first.
pub(crate) async fn list(
    State(bluesky): State<Arc<Bluesky>>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refusal> {
    let query = Query::read("com.atproto.repo.listRecords", query.as_deref());
    let did = repo(&query)?;
    let collection = query.text("collection")?;
    let limit = read_limit(&query)?;
    let cursor = query.optional_text("cursor");
    let state = bluesky.state();
    let fitting = state
        .records
        .iter()
        .filter(|((owner, kind, _), _)| *owner == did && kind == collection);
    let page: Vec<_> = match query.optional_text("reverse") {
        Some("true") => fitting
            .filter(|((_, _, rkey), _)| cursor.is_none_or(|cursor| rkey.as_str() > cursor))
            .take(limit)
            .collect(),
        _ => fitting
            .rev()
            .filter(|((_, _, rkey), _)| cursor.is_none_or(|cursor| rkey.as_str() < cursor))
            .take(limit)
            .collect(),
    };
    let records: Vec<Value> = page
        .iter()
        .map(|(place, record)| view(place, record))
        .collect();
    let mut answer = json!({"records": records});
    if let Some(((_, _, rkey), _)) = page.last() {
        answer["cursor"] = json!(rkey);
    }
    Ok(Json(answer))
}

/// `GET /profile/:did/post/:rkey`: what anybody sees in a browser.
pub(crate) async fn page(
    State(bluesky): State<Arc<Bluesky>>,
    Path((who, rkey)): Path<(String, String)>,
) -> Result<Html<String>, StatusCode> {
    let account = BlueskyAccount::of_identifier(&who).ok_or(StatusCode::NOT_FOUND)?;
    let place = (account.did.to_owned(), POSTS.to_owned(), rkey);
    let state = bluesky.state();
    let record = state.records.get(&place).ok_or(StatusCode::NOT_FOUND)?;
    let pictures = embed::pictures(&record.value)
        .into_iter()
        .map(|(cid, alt)| {
            let url = format!(
                "/xrpc/com.atproto.sync.getBlob?did={}&cid={cid}",
                account.did
            );
            (url, alt)
        });
    let page = Page {
        title: format!("@{} on Bluesky", account.handle),
        warning: None,
        text: record.value["text"].as_str().unwrap_or_default(),
        pictures: pictures.collect(),
    };
    Ok(page.html())
}

fn read_limit(query: &Query) -> Result<usize, Refusal> {
    let Some(text) = query.optional_text("limit") else {
        return Ok(PAGE_DEFAULT);
    };
    match text.parse() {
        Err(_) => Err(query.issue(format_args!("Expected integer value type (got \"{text}\")"))),
        Ok(0) => Err(query.issue(format_args!("integer too small (minimum 1, got 0)"))),
        Ok(limit) if limit > PAGE_MAX => Err(query.issue(format_args!(
            "integer too big (maximum {PAGE_MAX}, got {limit})"
        ))),
        Ok(limit) => Ok(limit),
    }
}

fn repo(query: &Query) -> Result<String, Refusal> {
    let repo = query.text("repo")?;
    BlueskyAccount::of_identifier(repo)
        .map(|account| account.did.to_owned())
        .ok_or_else(|| Refusal::invalid(format!("Could not find repo: {repo}")))
}

fn uri((did, collection, rkey): &Place) -> String {
    format!("at://{did}/{collection}/{rkey}")
}

fn view(place: &Place, record: &Record) -> Value {
    json!({"uri": uri(place), "cid": record.cid, "value": record.value})
}
