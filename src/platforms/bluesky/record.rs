//! The record: everything that a post says, composed once and written down before it is sent.
//!
//! A repeat must be the same record, to the letter: `createdAt`, what each mention was resolved to,
//! the blobs. So nothing of it is worked out a second time.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::clock::Clock;
use crate::http::Answer;
use crate::platforms::answer::excerpt;
use crate::platforms::answer::json as json_of;
use crate::platforms::answer::text_field;
use crate::platforms::bluesky::BlueskyPublisher;
use crate::platforms::bluesky::COLLECTION;
use crate::platforms::bluesky::identity::did_in;
use crate::platforms::bluesky::session::Session;
use crate::platforms::bluesky::tid;
use crate::platforms::card::Card;
use crate::platforms::fingerprint::fingerprint;
use crate::post::media::Media;
use crate::post::post::Post;
use crate::publish::Cause;
use crate::publish::PublishError;
use crate::publish::Published;
use crate::publish::step_log::Identity;
use crate::publish::step_log::StepLog;
use crate::text::facet::Facet;
use crate::text::facet::FacetKind;
use crate::text::rich_text::detect_facets;

/// The most pictures of `app.bsky.embed.images`; more are a gallery (lexicons of bluesky-social,
/// read 2026-11-23). Older readers see nothing of a gallery, so that fewer never are one.
const IMAGES_MAX: usize = 4;

/// What a record shows beside its text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shown {
    /// The pictures of the post, as the server put them.
    pub(crate) blobs: Vec<Value>,
    pub(crate) card: Option<Card>,
}

/// A record and the place where it goes: what the step `compose` leaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Composed {
    /// The DID of the account.
    pub(crate) repo: String,
    pub(crate) rkey: String,
    pub(crate) record: Value,
}

impl Composed {
    /// Returns the address of the record.
    pub(crate) fn uri(&self) -> String {
        uri(&self.repo, &self.rkey)
    }

    /// Returns, in words, that it was composed for another account than `did`, if it was.
    pub(crate) fn is_elsewhere(&self, did: &str) -> Option<Cause> {
        let was = excerpt(&self.repo);
        (self.repo != did)
            .then(|| Cause::new(format!("the account was `{was}` then, and is `{did}` now")))
    }

    /// Whether it shows the card of `shown`, or none if there is none.
    pub(crate) fn shows(&self, shown: &Shown) -> bool {
        let card = shown.card.as_ref().map(external);
        !shown.blobs.is_empty() || self.record.get("embed") == card.as_ref()
    }

    /// Returns what the record is called once it is public.
    pub(crate) fn published(&self) -> Published {
        published(&self.repo, &self.rkey)
    }

    /// Returns when it was composed; long ago, if it does not say.
    pub(crate) fn created_at(&self) -> Timestamp {
        let created_at = text_field(&self.record, "createdAt");
        created_at
            .and_then(|at| at.parse().ok())
            .unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// Returns the address of the post `rkey` of the account `did`.
pub(crate) fn uri(did: &str, rkey: &str) -> String {
    format!("at://{did}/{COLLECTION}/{rkey}")
}

/// Whether `answer` says that the record `uri` was put.
pub(crate) fn is_put(answer: &Answer, uri: &str) -> bool {
    let told = json_of(answer).unwrap_or_default();
    text_field(&told, "uri") == Some(uri)
}

/// Returns what the post `rkey` of the account `did` is called. The address holds the DID, which
/// outlives a change of the handle.
pub(crate) fn published(did: &str, rkey: &str) -> Published {
    Published {
        remote_id: Some(uri(did, rkey)),
        url: Some(format!("https://bsky.app/profile/{did}/post/{rkey}")),
    }
}

/// Returns the record key that belongs to the user's own key, the same on every machine.
pub(crate) fn key_of(identity: &Identity, did: &str) -> Option<String> {
    let key = identity.key.as_deref()?;
    Some(tid::derived(fingerprint(&["key", key, "bluesky", did])))
}

impl BlueskyPublisher {
    /// Composes the record of `post` with what is `shown` beside it, under the key of the `earlier`
    /// one if that was composed for the same account.
    pub(crate) async fn compose(
        &self,
        post: &Post,
        shown: &Shown,
        earlier: Option<Composed>,
        steps: &StepLog<'_>,
    ) -> Result<Composed, PublishError> {
        let clock = steps.clock();
        let session = self.client.session(clock).await?;
        let text = post.text_for(&self.account);
        let mut record = json!({
            "$type": COLLECTION,
            "text": text,
            "createdAt": format!("{:.3}", clock.now()),
        });
        let facets = self.resolved_facets(&session, text, clock).await?;
        if !facets.is_empty() {
            record["facets"] = Value::Array(facets);
        }
        if let Some(lang) = &post.lang {
            record["langs"] = json!([lang]);
        }
        let pictures = embed(&post.media_for(&self.account), &shown.blobs);
        if let Some(embed) = pictures.or_else(|| shown.card.as_ref().map(external)) {
            record["embed"] = embed;
        }
        let rkey = earlier
            .filter(|earlier| earlier.repo == session.did)
            .map(|earlier| earlier.rkey)
            .or_else(|| key_of(steps.identity(), &session.did))
            .unwrap_or_else(|| tid::mint(clock.now()));
        Ok(Composed {
            repo: session.did,
            rkey,
            record,
        })
    }

    /// Returns the facets of `text` as a record has them. A mention of nobody stays plain text.
    async fn resolved_facets(
        &self,
        session: &Session,
        text: &str,
        clock: &Clock,
    ) -> Result<Vec<Value>, PublishError> {
        let facets = detect_facets(text);
        let mut dids = BTreeMap::new();
        for facet in facets
            .iter()
            .filter(|facet| facet.kind == FacetKind::Mention)
        {
            if !dids.contains_key(&facet.value) {
                let answer = self.client.resolve_handle(session, &facet.value).await?;
                let did = did_in(answer, clock)?;
                dids.insert(facet.value.clone(), did);
            }
        }
        let did_of = |handle: &str| dids.get(handle).and_then(Option::as_deref);
        Ok(facets
            .iter()
            .filter_map(|facet| facet_json(facet, did_of))
            .collect())
    }
}

fn facet_json<'a>(facet: &Facet, did_of: impl Fn(&str) -> Option<&'a str>) -> Option<Value> {
    let feature = match facet.kind {
        FacetKind::Link => json!({"$type": "app.bsky.richtext.facet#link", "uri": facet.value}),
        FacetKind::Tag => json!({"$type": "app.bsky.richtext.facet#tag", "tag": facet.value}),
        FacetKind::Mention => {
            let did = did_of(&facet.value)?;
            json!({"$type": "app.bsky.richtext.facet#mention", "did": did})
        }
    };
    Some(json!({
        "index": {"byteStart": facet.byte_start, "byteEnd": facet.byte_end},
        "features": [feature],
    }))
}

fn embed(media: &[Media], blobs: &[Value]) -> Option<Value> {
    let is_gallery = media.len() > IMAGES_MAX;
    let images: Vec<Value> = media
        .iter()
        .zip(blobs)
        .map(|(m, blob)| image(m, blob))
        .collect();
    if images.is_empty() {
        return None;
    }
    if !is_gallery {
        return Some(json!({"$type": "app.bsky.embed.images", "images": images}));
    }
    let typed = |mut image: Value| {
        image["$type"] = json!("app.bsky.embed.gallery#image");
        image
    };
    let items: Vec<Value> = images.into_iter().map(typed).collect();
    Some(json!({"$type": "app.bsky.embed.gallery", "items": items}))
}

/// Title and description are required (lexicon app.bsky.embed.external, read 2026-11-23).
fn external(card: &Card) -> Value {
    let mut external = json!({
        "uri": card.address,
        "title": card.title,
        "description": card.description.as_deref().unwrap_or_default(),
    });
    if let Some(picture) = &card.picture {
        external["thumb"] = picture.clone();
    }
    json!({"$type": "app.bsky.embed.external", "external": external})
}

fn image(media: &Media, blob: &Value) -> Value {
    let facts = &media.facts;
    json!({
        "image": blob,
        "alt": media.alt,
        "aspectRatio": {"width": facts.width.max(1), "height": facts.height.max(1)},
    })
}
