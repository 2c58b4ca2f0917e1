//! The Neue Post Format: a text as blocks with formatting, and pictures as blocks (tumblr/docs
//! 708be10, npf-spec.md, read 2026-11-25).

use std::ops::Range;

use serde_json::Value;
use serde_json::json;

use crate::platforms::card::Card;
use crate::post::media::Media;
use crate::text::facet::Facet;
use crate::text::facet::FacetKind;
use crate::text::tumblr::blocks::blocks;

/// The longest text of a block, in code points ("Text Block Length").
const BLOCK_TEXT_MAX: usize = 4096;

/// The most blocks of a post ("Post Content Limits").
pub(crate) const BLOCKS_MAX: usize = 1000;

/// Returns `text` as text blocks. A mention of a blog without an id stays plain text, as a tag does:
/// tags are a field of the post.
pub(crate) fn text_blocks<'a>(
    text: &str,
    facets: &[Facet],
    id_of: impl Fn(&str) -> Option<&'a str>,
) -> Vec<Value> {
    let block = |range: Range<usize>| {
        let inside = facets
            .iter()
            .filter(|facet| range.start <= facet.byte_start && facet.byte_end <= range.end);
        let formatting: Vec<Value> = inside
            .filter_map(|facet| formatting(facet, &text[range.clone()], range.start, &id_of))
            .collect();
        let mut block = json!({"type": "text", "text": text[range]});
        if !formatting.is_empty() {
            block["formatting"] = Value::Array(formatting);
        }
        block
    };
    blocks(text, BLOCK_TEXT_MAX)
        .into_iter()
        .map(block)
        .collect()
}

/// Offsets are in code points, from the beginning of the block ("Inline Formatting within a Text
/// Block").
fn formatting<'a>(
    facet: &Facet,
    block: &str,
    block_start: usize,
    id_of: impl Fn(&str) -> Option<&'a str>,
) -> Option<Value> {
    let offset = |byte: usize| block[..byte - block_start].chars().count();
    let (start, end) = (offset(facet.byte_start), offset(facet.byte_end));
    match facet.kind {
        FacetKind::Link => {
            Some(json!({"type": "link", "start": start, "end": end, "url": facet.value}))
        }
        FacetKind::Mention => {
            let blog = json!({"uuid": id_of(&facet.value)?});
            Some(json!({"type": "mention", "start": start, "end": end, "blog": blog}))
        }
        FacetKind::Tag => None,
    }
}

/// Returns a link card ("Content Block Type: Link").
pub(crate) fn link(card: &Card) -> Value {
    let mut block = json!({"type": "link", "url": card.address, "title": card.title});
    if let Some(description) = &card.description {
        block["description"] = json!(description);
    }
    if let Some(site) = &card.site {
        block["site_name"] = json!(site);
    }
    block
}

/// Returns the name of the part that holds picture `position`, counted from 1.
pub(crate) fn identifier(position: usize) -> String {
    format!("picture-{position}")
}

/// Returns a picture whose bytes are the part `identifier` of the same request.
pub(crate) fn uploaded(media: &Media, identifier: &str) -> Value {
    let facts = &media.facts;
    let object = json!({
        "type": facts.mime,
        "identifier": identifier,
        "width": facts.width,
        "height": facts.height,
    });
    picture(&json!([object]), &media.alt)
}

/// Returns a picture that Tumblr has already, as its draft names it.
pub(crate) fn picture(objects: &Value, alt: &str) -> Value {
    let mut block = json!({"type": "image", "media": objects});
    if !alt.is_empty() {
        block["alt_text"] = json!(alt);
    }
    block
}

/// Returns the media objects of each picture of `content`, in order.
pub(crate) fn pictures_in(content: &Value) -> Vec<Value> {
    of_type(content, "image")
        .filter_map(|block| block.get("media").cloned())
        .collect()
}

/// Whether `content` says what `blocks` say: the same paragraphs and alt texts. What Tumblr adds to
/// them does not count.
pub(crate) fn says_the_same(content: &Value, blocks: &[Value]) -> bool {
    let blocks = Value::from(blocks);
    let texts = |of: &Value| -> Vec<Value> {
        let blocks = of_type(of, "text");
        blocks.map(|block| block["text"].clone()).collect()
    };
    let alts = |of: &Value| -> Vec<String> {
        let blocks = of_type(of, "image");
        let alt = |block: &Value| block["alt_text"].as_str().unwrap_or_default().to_owned();
        blocks.map(alt).collect()
    };
    texts(content) == texts(&blocks) && alts(content) == alts(&blocks)
}

fn of_type<'v>(content: &'v Value, kind: &'static str) -> impl Iterator<Item = &'v Value> {
    let blocks = content.as_array().map_or(&[][..], Vec::as_slice);
    blocks.iter().filter(move |block| block["type"] == kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tumblr::detect_facets;

    fn blocks_of(text: &str) -> Value {
        let id_of = |name: &str| (name == "staff").then_some("t:0aY0xL2Fi1OFJg4YxpmegQ");
        Value::from(text_blocks(text, &detect_facets(text), id_of))
    }

    #[test]
    fn paragraphs_are_blocks_and_offsets_are_code_points() {
        let expected = json!([
            {"type": "text", "text": "Grüße 🌳 @staff!", "formatting": [
                {"type": "mention", "start": 8, "end": 14,
                 "blog": {"uuid": "t:0aY0xL2Fi1OFJg4YxpmegQ"}}]},
            {"type": "text", "text": "🌳 https://example.com/a\n#tree", "formatting": [
                {"type": "link", "start": 2, "end": 23, "url": "https://example.com/a"}]},
        ]);
        let text = "Grüße 🌳 @staff!\n\n🌳 https://example.com/a\n#tree";
        assert_eq!(blocks_of(text), expected);
    }

    #[test]
    fn a_mention_of_nobody_and_a_tag_stay_plain_text() {
        let plain = json!([{"type": "text", "text": "@nobody #tag"}]);
        assert_eq!(blocks_of("@nobody #tag"), plain);
    }

    #[test]
    fn a_paragraph_of_more_than_4096_code_points_becomes_several_blocks() {
        let long = "🌳 ".repeat(3000);
        let blocks = blocks_of(long.trim());
        let lengths: Vec<usize> = blocks
            .as_array()
            .unwrap()
            .iter()
            .map(|block| block["text"].as_str().unwrap().chars().count())
            .collect();
        assert_eq!(lengths, [4095, 1903]);
    }

    #[test]
    fn what_tumblr_adds_does_not_make_it_another_post() {
        let ours = vec![
            json!({"type": "text", "text": "x"}),
            picture(&json!([{"identifier": "picture-1"}]), "a cat"),
        ];
        let theirs = json!([
            {"type": "text", "text": "x", "subtype": null},
            {"type": "image", "media": [{"url": "https://64.media.tumblr.com/x"}],
             "alt_text": "a cat", "colors": {"c0": "a24615"}},
        ]);
        assert!(says_the_same(&theirs, &ours));
        for (path, other) in [("/0/text", "y"), ("/1/alt_text", "a dog")] {
            let mut changed = theirs.clone();
            *changed.pointer_mut(path).unwrap() = json!(other);
            assert!(!says_the_same(&changed, &ours), "{path}");
        }
        assert!(!says_the_same(&json!(null), &ours));
    }
}
