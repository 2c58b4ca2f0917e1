//! Posts as a Bluesky client shows them, for the timeline: text with its facets, and pictures.

use std::ops::Range;

use serde_json::Value;

use crate::sandbox::bluesky::Bluesky;
use crate::sandbox::bluesky::POSTS;
use crate::sandbox::bluesky::embed;
use crate::sandbox::bluesky::state::State;
use crate::sandbox::timeline::Run;
use crate::sandbox::timeline::Shown;
use crate::sandbox::timeline::ShownCard;
use crate::sandbox::timeline::ShownPicture;

impl Bluesky {
    /// Returns every post that is not deleted, as its readers see it.
    pub(crate) fn shown(&self) -> Vec<Shown> {
        let state = self.state();
        let posts = state
            .records
            .iter()
            .filter(|((_, collection, _), _)| collection == POSTS);
        posts
            .map(|((did, _, rkey), record)| {
                let post = self.ledger_post(&state, did, rkey, record);
                let picture = embed::card_picture(&record.value);
                let card = ShownCard::of(&post, picture.map(|cid| blob_url(did, cid)));
                Shown {
                    order: post.order,
                    platform: post.platform,
                    id: post.id,
                    account: post.account,
                    url: post.url,
                    at: post.created_at,
                    lang: post.lang,
                    audience: None,
                    warning: None,
                    text: runs(&post.text, &post.facets),
                    pictures: pictures(&state, did, &record.value),
                    card,
                }
            })
            .collect()
    }
}

fn blob_url(did: &str, cid: &str) -> String {
    format!("/xrpc/com.atproto.sync.getBlob?did={did}&cid={cid}")
}

fn pictures(state: &State, did: &str, record: &Value) -> Vec<ShownPicture> {
    embed::pictures(record)
        .into_iter()
        .map(|(cid, alt)| {
            let size = state.blobs.get(&cid).and_then(|blob| blob.size_px);
            ShownPicture {
                url: blob_url(did, &cid),
                alt,
                width: size.map(|(width, _)| width),
                height: size.map(|(_, height)| height),
            }
        })
        .collect()
}

/// Returns `text` with what `facets` say of it. As clients do, a facet is left out that lies
/// outside the text, cuts a character or overlaps the one before it (packages/api/src/rich-text of
/// bluesky-social/atproto, read 2026-11-23).
pub(crate) fn runs(text: &str, facets: &[Value]) -> Vec<Run> {
    let mut facets: Vec<(Range<usize>, &Value)> = facets
        .iter()
        .filter_map(|facet| Some((range(facet)?, facet.pointer("/features/0")?)))
        .filter(|(range, _)| text.get(range.clone()).is_some_and(|it| !it.is_empty()))
        .collect();
    facets.sort_by_key(|(range, _)| range.start);
    let mut runs = Vec::new();
    let mut done = 0;
    let plain = |text: &str| Run::Plain {
        text: text.to_owned(),
    };
    for (range, feature) in facets {
        if range.start < done {
            continue;
        }
        if done < range.start {
            runs.push(plain(&text[done..range.start]));
        }
        let shown = &text[range.clone()];
        runs.push(run(shown, feature).unwrap_or_else(|| plain(shown)));
        done = range.end;
    }
    if done < text.len() {
        runs.push(plain(&text[done..]));
    }
    runs
}

fn range(facet: &Value) -> Option<Range<usize>> {
    let offset = |name| {
        let offset = facet.pointer(name)?.as_u64()?;
        usize::try_from(offset).ok()
    };
    Some(offset("/index/byteStart")?..offset("/index/byteEnd")?)
}

fn run(shown: &str, feature: &Value) -> Option<Run> {
    let text = shown.to_owned();
    match feature["$type"].as_str()? {
        "app.bsky.richtext.facet#link" => Some(Run::link(shown, feature["uri"].as_str()?)),
        "app.bsky.richtext.facet#mention" => Some(Run::Mention { text }),
        "app.bsky.richtext.facet#tag" => Some(Run::Hashtag { text }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn link(start: u64, end: u64) -> Value {
        let feature = json!({"$type": "app.bsky.richtext.facet#link", "uri": "https://a.example/"});
        json!({"index": {"byteStart": start, "byteEnd": end}, "features": [feature]})
    }

    #[track_caller]
    fn check(facets: &[Value], expected: &[(&str, bool)]) {
        let shown: Vec<(String, bool)> = runs("é is here", facets)
            .into_iter()
            .map(|run| match run {
                Run::Link { text, .. } => (text, true),
                Run::Plain { text } | Run::Mention { text } | Run::Hashtag { text } => {
                    (text, false)
                }
            })
            .collect();
        let shown: Vec<(&str, bool)> = shown.iter().map(|(text, is)| (&**text, *is)).collect();
        assert_eq!(shown, expected, "{facets:?}");
    }

    #[test]
    fn facets_are_counted_in_bytes() {
        check(&[link(0, 2)], &[("é", true), (" is here", false)]);
        check(
            &[link(6, 10), link(0, 2)],
            &[("é", true), (" is ", false), ("here", true)],
        );
    }

    #[test]
    fn a_facet_that_does_not_fit_the_text_is_left_out() {
        let whole = [("é is here", false)];
        for (start, end) in [
            (0, 1),
            (1, 3),
            (6, 11),
            (90, 99),
            (5, 4),
            (3, 3),
            (0, u64::MAX),
        ] {
            check(&[link(start, end)], &whole);
        }
        check(
            &[link(0, 2), link(0, 10)],
            &[("é", true), (" is here", false)],
        );
    }

    #[test]
    fn a_facet_of_an_unknown_kind_is_plain_text() {
        let mut facet = link(0, 2);
        facet["features"][0]["$type"] = json!("app.bsky.richtext.facet#glow");
        check(&[facet], &[("é", false), (" is here", false)]);
    }
}
