//! The JSON that Mastodon answers with (docs.joinmastodon.org/entities, read 2026-11-23).

use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

use crate::sandbox::accounts::MASTODON_ACCOUNTS;
use crate::sandbox::accounts::MastodonAccount;
use crate::sandbox::mastodon::Mastodon;
use crate::sandbox::mastodon::state::State;
use crate::sandbox::mastodon::state::Status;
use crate::sandbox::mastodon::state::Upload;
use crate::sandbox::mastodon::text;

/// Returns an Account.
pub(crate) fn account(mastodon: &Mastodon, account: MastodonAccount) -> Value {
    let url = format!("{}/@{}", mastodon.base_url, account.name);
    let picture = format!("{}/avatars/original/missing.png", mastodon.base_url);
    let header = format!("{}/headers/original/missing.png", mastodon.base_url);
    json!({
        "id": account.id,
        "username": account.name,
        "acct": account.name,
        "display_name": account.name,
        "locked": false,
        "bot": false,
        "discoverable": true,
        "group": false,
        "created_at": "2026-01-01T00:00:00.000Z",
        "note": "",
        "url": url,
        "uri": format!("{}/users/{}", mastodon.base_url, account.name),
        "avatar": picture,
        "avatar_static": picture,
        "header": header,
        "header_static": header,
        "followers_count": 0,
        "following_count": 0,
        "statuses_count": 0,
        "last_status_at": null,
        "emojis": [],
        "fields": [],
    })
}

/// Returns a `CredentialAccount`: the account as its owner sees it.
pub(crate) fn credential_account(mastodon: &Mastodon, owner: MastodonAccount) -> Value {
    let mut value = account(mastodon, owner);
    value["source"] = json!({
        "privacy": "public",
        "sensitive": false,
        "language": null,
        "note": "",
        "fields": [],
        "follow_requests_count": 0,
    });
    value
}

/// Returns a Status.
pub(crate) fn status(mastodon: &Mastodon, state: &State, status: &Status) -> Value {
    let media: Vec<Value> = state
        .attachments(status)
        .map(|upload| media_attachment(mastodon, upload))
        .collect();
    let base_url = &mastodon.base_url;
    let tags: Vec<Value> = text::hashtags(&status.text)
        .into_iter()
        .map(|tag| json!({"name": tag.to_lowercase(), "url": format!("{base_url}/tags/{tag}")}))
        .collect();
    let in_reply_to = status.in_reply_to.as_ref();
    json!({
        "id": status.id.to_string(),
        "created_at": milliseconds(status.created_at),
        "in_reply_to_id": in_reply_to.map(|(id, _)| id.to_string()),
        "in_reply_to_account_id": in_reply_to.map(|(_, account)| account.id),
        "sensitive": status.is_sensitive,
        "spoiler_text": status.spoiler_text,
        "visibility": status.visibility.to_string(),
        "language": status.language,
        "uri": format!("{base_url}/users/{}/statuses/{}", status.account.name, status.id),
        "url": mastodon.status_url(status),
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
        "edited_at": null,
        "favourited": false,
        "reblogged": false,
        "muted": false,
        "bookmarked": false,
        "pinned": false,
        "content": text::html(&status.text, base_url),
        "filtered": [],
        "reblog": null,
        "application": {"name": status.app_name, "website": status.app_website},
        "account": account(mastodon, status.account),
        "media_attachments": media,
        "mentions": mentions(mastodon, status),
        "tags": tags,
        "emojis": [],
        "card": null,
        "poll": null,
    })
}

fn mentions(mastodon: &Mastodon, status: &Status) -> Vec<Value> {
    let html = text::html(&status.text, &mastodon.base_url);
    MASTODON_ACCOUNTS
        .iter()
        .filter(|account| html.contains(&format!(">@<span>{}</span>", account.name)))
        .map(|account| {
            json!({
                "id": account.id,
                "username": account.name,
                "acct": account.name,
                "url": format!("{}/@{}", mastodon.base_url, account.name),
            })
        })
        .collect()
}

/// Returns a `MediaAttachment`. Its addresses are null until it is ready.
pub(crate) fn media_attachment(mastodon: &Mastodon, upload: &Upload) -> Value {
    let url = format!(
        "{}/system/media_attachments/{}",
        mastodon.base_url, upload.id
    );
    let url = (upload.polls_left == 0).then_some(url);
    json!({
        "id": upload.id.to_string(),
        "type": upload.kind(),
        "url": url,
        "preview_url": url,
        "remote_url": null,
        "preview_remote_url": null,
        "text_url": null,
        "meta": meta(upload),
        "description": Some(&upload.description).filter(|text| !text.is_empty()),
        "blurhash": null,
    })
}

fn meta(upload: &Upload) -> Value {
    let mut meta = json!({});
    if let Some((width, height)) = upload.picture.size_px.filter(|_| upload.polls_left == 0) {
        let aspect = f64::from(width) / f64::from(height.max(1));
        let size = json!({
            "width": width,
            "height": height,
            "size": format!("{width}x{height}"),
            "aspect": aspect,
        });
        meta["original"] = size.clone();
        meta["small"] = size;
    }
    if let Some((x, y)) = upload.focus {
        meta["focus"] = json!({"x": x, "y": y});
    }
    meta
}

fn milliseconds(instant: Timestamp) -> String {
    format!("{instant:.3}")
}
