//! Posting: the checks of `app/services/post_status_service.rb` and of the Status model, in their
//! order (Mastodon 4.5, read 2026-11-23).

use std::sync::Arc;

use axum::Extension;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::Value;

use crate::sandbox::accounts::MastodonAccount;
use crate::sandbox::mastodon::Mastodon;
use crate::sandbox::mastodon::entity;
use crate::sandbox::mastodon::params::Params;
use crate::sandbox::mastodon::refusal::Refusal;
use crate::sandbox::mastodon::state;
use crate::sandbox::mastodon::state::SavedKey;
use crate::sandbox::mastodon::state::Status;
use crate::sandbox::mastodon::state::Token;
use crate::sandbox::mastodon::state::Visibility;
use crate::sandbox::mastodon::text;
use crate::sandbox::pace::Pace;

/// How long a status may be, counted as [`text::length`] does.
pub(crate) const CHARACTERS_MAX: usize = 500;

/// How many files a status may have.
pub(crate) const MEDIA_MAX: usize = 4;

/// What a client wants to post.
struct Wish {
    text: String,
    spoiler_text: String,
    is_sensitive: bool,
    visibility: Visibility,
    language: Option<String>,
    media_ids: Vec<String>,
    in_reply_to: Option<String>,
}

/// `POST /api/v1/statuses`
pub(crate) async fn create(
    State(mastodon): State<Arc<Mastodon>>,
    pace: Option<Extension<Pace>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let token = mastodon.authorize(&headers, &["write:statuses"])?;
    let params = Params::of_body(&headers, &body)?;
    let wish = Wish::read(&params)?;
    let key = headers
        .get("idempotency-key")
        .and_then(|value| value.to_str().ok())
        .filter(|key| !key.is_empty());
    let account_id = token.account.id;
    let claim = mastodon.claim_key(account_id, key).await?;
    if let Some(Extension(pace)) = pace {
        pace.take().await;
    }
    let mut state = mastodon.state();
    let id = match claim.posted {
        Some(id) => id,
        None => mastodon.save(&mut state, &token, wish, key)?,
    };
    // The original may have been deleted meanwhile.
    let status = state.statuses.get(&id).ok_or(Refusal::NotFound)?;
    Ok(Json(entity::status(&mastodon, &state, status)))
}

impl Mastodon {
    fn save(
        &self,
        state: &mut state::State,
        token: &Token,
        wish: Wish,
        key: Option<&str>,
    ) -> Result<u64, Refusal> {
        let media = state.check_media(token.account, &wish.media_ids)?;
        let in_reply_to = state.check_reply(wish.in_reply_to.as_deref())?;
        check_text(&wish, &media)?;
        let now = self.clock.now();
        let id = state.next_id(now);
        for media_id in &media {
            if let Some(upload) = state.media.get_mut(media_id) {
                upload.status = Some(id);
            }
        }
        let status = Status {
            id,
            order: self.order.next(),
            account: token.account,
            created_at: now,
            text: wish.text,
            spoiler_text: wish.spoiler_text,
            is_sensitive: wish.is_sensitive,
            visibility: wish.visibility,
            language: wish.language,
            media,
            in_reply_to,
            app_name: token.app_name.clone(),
            app_website: token.app_website.clone(),
            idempotency_key: key.map(str::to_owned),
        };
        state.statuses.insert(id, status);
        if let Some(key) = key {
            let saved = SavedKey {
                status: id,
                saved_at: now,
            };
            state.save_key(token.account.id, key.to_owned(), saved);
        }
        Ok(id)
    }
}

impl Wish {
    fn read(params: &Params) -> Result<Self, Refusal> {
        for name in ["poll", "scheduled_at"] {
            // Posting at once instead would be worse than to say so.
            if params.has(name) {
                return Err(Refusal::validation(format!("the sandbox has no `{name}`")));
            }
        }
        let mut text = params.text("status")?.unwrap_or_default();
        let mut spoiler_text = params.text("spoiler_text")?.unwrap_or_default();
        let is_sensitive = params.truth("sensitive")?.unwrap_or(false) || !is_blank(&spoiler_text);
        if is_blank(&text) && !is_blank(&spoiler_text) {
            text = std::mem::take(&mut spoiler_text);
        }
        let visibility = match params.text("visibility")?.as_deref() {
            None | Some("") => Visibility::Public,
            Some(name) => Visibility::of_name(name)
                .ok_or_else(|| Refusal::validation("Visibility is not included in the list"))?,
        };
        Ok(Self {
            text,
            spoiler_text,
            is_sensitive,
            visibility,
            language: params.text("language")?.filter(|tag| is_language(tag)),
            media_ids: params.texts("media_ids")?,
            in_reply_to: params.text("in_reply_to_id")?.filter(|id| !id.is_empty()),
        })
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

// A language that Mastodon does not know is dropped without a word.
fn is_language(tag: &str) -> bool {
    let language = tag.split(['-', '_']).next().unwrap_or_default();
    (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn check_text(wish: &Wish, media: &[u64]) -> Result<(), Refusal> {
    if is_blank(&wish.text) && media.is_empty() {
        return Err(Refusal::validation("Text can't be blank"));
    }
    if text::length(&wish.spoiler_text, &wish.text) > CHARACTERS_MAX {
        return Err(Refusal::validation(format!(
            "Text character limit of {CHARACTERS_MAX} exceeded"
        )));
    }
    Ok(())
}

impl state::State {
    fn check_media(&self, account: MastodonAccount, ids: &[String]) -> Result<Vec<u64>, Refusal> {
        if ids.len() > MEDIA_MAX {
            let words = format!("Cannot attach more than {MEDIA_MAX} files");
            return Err(Refusal::Unprocessable(words));
        }
        let find = |id: &String| {
            let upload = id.parse().ok().and_then(|id: u64| self.media.get(&id));
            upload.filter(|it| it.account.id == account.id && it.status.is_none())
        };
        let missing: Vec<&str> = ids
            .iter()
            .filter(|id| find(id).is_none())
            .map(String::as_str)
            .collect();
        if !missing.is_empty() {
            return Err(Refusal::Unprocessable(format!(
                "Media {} not found or already attached to another post",
                missing.join(", ")
            )));
        }
        let uploads: Vec<_> = ids.iter().filter_map(find).collect();
        if uploads.len() > 1 && uploads.iter().any(|upload| upload.kind() != "image") {
            return Err(Refusal::Unprocessable(
                "Cannot attach a video to a post that already contains images".to_owned(),
            ));
        }
        if uploads.iter().any(|upload| upload.polls_left > 0) {
            return Err(Refusal::Unprocessable(
                "Cannot attach files that have not finished processing. Try again in a moment!"
                    .to_owned(),
            ));
        }
        Ok(uploads.iter().map(|upload| upload.id).collect())
    }

    fn check_reply(&self, id: Option<&str>) -> Result<Option<(u64, MastodonAccount)>, Refusal> {
        let Some(id) = id else {
            return Ok(None);
        };
        let status = id.parse().ok().and_then(|id: u64| self.statuses.get(&id));
        let status = status.ok_or(Refusal::NotFound)?;
        Ok(Some((status.id, status.account)))
    }
}
