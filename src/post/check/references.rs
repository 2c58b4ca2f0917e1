//! The rules about what a text refers to: links, mentions, hashtags.

use std::collections::BTreeSet;

use crate::post::check::Review;
use crate::post::draft::Draft;
use crate::post::limits::FacetLimits;
use crate::post::platform::Platform;
use crate::text::facet::FacetKind;

/// Holds what the post refers to against `limits`. The same thing twice counts once.
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
        let mut things = things(review, kind);
        if kind == FacetKind::Link {
            things.extend(card(draft, review));
        }
        let count = things.len();
        if let Some(max) = max.filter(|max| count > *max) {
            review.refuse(
                rule,
                format!("there are {count} {name}; {platform} takes {max} in one post"),
                format!("leave {} out", count - max),
            );
        }
    }
    let tags = things(review, FacetKind::Tag).len();
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

fn things(review: &Review, kind: FacetKind) -> BTreeSet<String> {
    let of_kind = review.facets.iter().filter(|it| it.kind == kind);
    of_kind.map(|it| it.value.clone()).collect()
}

/// Returns the page that is shown under the text, where it counts as a link of the post
/// (developers.facebook.com, Threads posts, read 2026-11-23).
fn card(draft: &Draft, review: &Review) -> Option<String> {
    let has_card = review.platform == Platform::Threads && review.media.is_empty();
    has_card.then(|| draft.card.address_in(&review.text))?
}
