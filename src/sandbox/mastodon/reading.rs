//! Reading statuses back: one, its source, an account's newest, its page; and deleting.

use std::sync::Arc;

use axum::Json;
use axum::extract::Path;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::LINK;
use axum::response::Html;
use axum::response::IntoResponse as _;
use axum::response::Response;
use serde_json::Value;
use serde_json::json;

use crate::sandbox::accounts::MASTODON_ACCOUNTS;
use crate::sandbox::mastodon::Mastodon;
use crate::sandbox::mastodon::entity;
use crate::sandbox::mastodon::params::Params;
use crate::sandbox::mastodon::refusal::Refusal;
use crate::sandbox::mastodon::state;
use crate::sandbox::mastodon::state::Status;
use crate::sandbox::mastodon::state::Token;
use crate::sandbox::page::Page;

// docs.joinmastodon.org/methods/accounts/#statuses, read 2026-11-23.
const PAGE_DEFAULT: usize = 20;
const PAGE_MAX: usize = 40;

/// `GET /api/v1/statuses/:id`
pub(crate) async fn show(
    State(mastodon): State<Arc<Mastodon>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let asker = mastodon.asker(&headers);
    let state = mastodon.state();
    let status = state.visible(&id, asker.as_ref())?;
    Ok(Json(entity::status(&mastodon, &state, status)))
}

/// `GET /api/v1/statuses/:id/source`
pub(crate) async fn source(
    State(mastodon): State<Arc<Mastodon>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let token = mastodon.authorize(&headers, &["read:statuses"])?;
    let state = mastodon.state();
    let status = state.own(&id, &token)?;
    Ok(Json(json!({
        "id": status.id.to_string(),
        "text": status.text,
        "spoiler_text": status.spoiler_text,
    })))
}

/// `DELETE /api/v1/statuses/:id`: its media can be attached again, to draft it anew.
pub(crate) async fn delete(
    State(mastodon): State<Arc<Mastodon>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let token = mastodon.authorize(&headers, &["write:statuses"])?;
    let mut state = mastodon.state();
    let status = state.own(&id, &token)?.clone();
    let mut body = entity::status(&mastodon, &state, &status);
    body["text"] = json!(status.text);
    state.statuses.remove(&status.id);
    for media_id in &status.media {
        if let Some(upload) = state.media.get_mut(media_id) {
            upload.status = None;
        }
    }
    Ok(Json(body))
}

/// `GET /api/v1/accounts/:id/statuses`
pub(crate) async fn of_account(
    State(mastodon): State<Arc<Mastodon>>,
    Path(account_id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    if !MASTODON_ACCOUNTS.iter().any(|it| it.id == account_id) {
        return Err(Refusal::NotFound);
    }
    let asker = mastodon.asker(&headers);
    let params = Params::of_query(query.as_deref());
    let limit = match params.text("limit")?.and_then(|text| text.parse().ok()) {
        None | Some(0) => PAGE_DEFAULT,
        Some(limit) => PAGE_MAX.min(limit),
    };
    let state = mastodon.state();
    let page = state.page(&account_id, asker.as_ref(), &params, limit)?;
    let statuses: Vec<Value> = page
        .iter()
        .map(|status| entity::status(&mastodon, &state, status))
        .collect();
    let url = format!(
        "{}/api/v1/accounts/{account_id}/statuses",
        mastodon.base_url
    );
    let mut response = Json(statuses).into_response();
    if let Some(link) = link(&url, &page, limit).and_then(|link| link.parse().ok()) {
        response.headers_mut().insert(LINK, link);
    }
    Ok(response)
}

fn link(url: &str, page: &[&Status], limit: usize) -> Option<String> {
    let newest = page.first()?.id;
    let oldest = page.last()?.id;
    let previous = format!("<{url}?limit={limit}&min_id={newest}>; rel=\"prev\"");
    if page.len() < limit {
        return Some(previous);
    }
    let next = format!("<{url}?limit={limit}&max_id={oldest}>; rel=\"next\"");
    Some(format!("{next}, {previous}"))
}

/// `GET /@account/:id`: what anybody sees in a browser.
pub(crate) async fn page(
    State(mastodon): State<Arc<Mastodon>>,
    Path((account, id)): Path<(String, String)>,
) -> Result<Html<String>, Refusal> {
    let name = account.strip_prefix('@').ok_or(Refusal::NotFound)?;
    let state = mastodon.state();
    let status = state.visible(&id, None)?;
    if status.account.name != name {
        return Err(Refusal::NotFound);
    }
    let pictures = state.attachments(status).map(|upload| {
        let url = format!("/system/media_attachments/{}", upload.id);
        (url, upload.description.clone())
    });
    let page = Page {
        title: format!("@{name} on Mastodon"),
        warning: Some(status.spoiler_text.as_str()).filter(|text| !text.is_empty()),
        text: &status.text,
        pictures: pictures.collect(),
    };
    Ok(page.html())
}

impl state::State {
    fn visible(&self, id: &str, asker: Option<&Token>) -> Result<&Status, Refusal> {
        id.parse()
            .ok()
            .and_then(|id: u64| self.statuses.get(&id))
            .filter(|status| may_see(status, asker))
            .ok_or(Refusal::NotFound)
    }

    fn own(&self, id: &str, token: &Token) -> Result<&Status, Refusal> {
        let status = self.visible(id, Some(token))?;
        if status.account.id == token.account.id {
            Ok(status)
        } else {
            Err(Refusal::NotFound)
        }
    }

    fn page(
        &self,
        account_id: &str,
        asker: Option<&Token>,
        params: &Params,
        limit: usize,
    ) -> Result<Vec<&Status>, Refusal> {
        let max_id = params.id("max_id")?.unwrap_or(u64::MAX);
        let min_id = params.id("min_id")?;
        let above = min_id.or(params.id("since_id")?).unwrap_or(0);
        let has_no_replies = params.truth("exclude_replies")?.unwrap_or(false);
        let has_media = params.truth("only_media")?.unwrap_or(false);
        if params.truth("pinned")?.unwrap_or(false) {
            return Ok(Vec::new());
        }
        let fitting = self.statuses.values().filter(|status| {
            status.account.id == account_id
                && may_see(status, asker)
                && status.id > above
                && status.id < max_id
                && !(has_no_replies && status.in_reply_to.is_some())
                && !(has_media && status.media.is_empty())
        });
        // `min_id` is the page just above it, `since_id` the newest of all that are above it.
        let mut page: Vec<&Status> = match min_id {
            Some(_) => fitting.take(limit).collect(),
            None => fitting.rev().take(limit).collect(),
        };
        page.sort_by_key(|status| std::cmp::Reverse(status.id));
        Ok(page)
    }
}

fn may_see(status: &Status, asker: Option<&Token>) -> bool {
    let is_own = asker.is_some_and(|token| token.account.id == status.account.id);
    is_own || status.visibility.is_for_everybody()
}
