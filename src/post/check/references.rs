//! The rules about what a text refers to: links, mentions, hashtags.

use std::collections::BTreeSet;

use crate::post::check::Review;
use crate::post::draft::Draft;
use crate::post::limits::FacetLimits;
use crate::text::facet::FacetKind;

/// Holds what the post refers to against `limits`.
pub(super) fn look_at_references(draft: &Draft, limits: &FacetLimits, review: &mut Review) {
    let platform = review.platform.title();
    let rows = [
        (FacetKind::Link, "too_many_links", "links", limits.links),
        (
            FacetKind::Mention,
            "too_many_mentions",
            "mentions",
            limits.mentions,
        ),
        (FacetKind::Tag, "too_many_tags", "hashtags", limits.tags),
    ];
    for (kind, rule, name, max) in rows {
        let count = match kind {
            FacetKind::Link if limits.equal_links_count_once => links(draft, review).len(),
            _ => count(review, kind),
        };
        if let Some(max) = max.filter(|max| count > *max) {
            review.refuse(
                rule,
                format!("there are {count} {name}; {platform} takes {max} in one post"),
                format!("leave {} out", count - max),
            );
        }
    }
    let tags = count(review, FacetKind::Tag);
    if let Some(advised) = limits.tags_advised.filter(|advised| tags > *advised)
        && limits.tags.is_none_or(|max| tags <= max)
    {
        review.warn(
            "too_many_tags",
            format!("there are {tags} hashtags; {platform} may keep only {advised} of them"),
            format!("leave {} out", tags - advised),
        );
    }
}

fn count(review: &Review, kind: FacetKind) -> usize {
    review.facets.iter().filter(|it| it.kind == kind).count()
}

/// Returns the different links of the post: those of the text, and the page that is shown under it
/// (developers.facebook.com, Threads posts, read 2026-11-23).
fn links(draft: &Draft, review: &Review) -> BTreeSet<String> {
    let facets = review.facets.iter();
    let links = facets.filter(|it| it.kind == FacetKind::Link);
    let has_card = review.media.is_empty();
    let card = has_card.then(|| draft.card.address_in(&review.text));
    links
        .map(|it| it.value.clone())
        .chain(card.flatten())
        .collect()
}
