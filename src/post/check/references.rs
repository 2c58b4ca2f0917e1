//! The rules about what a text refers to: links, mentions, hashtags.

use std::collections::BTreeSet;

use crate::post::check::Review;
use crate::post::limits::FacetLimits;
use crate::text::facet::FacetKind;

/// Holds what the text refers to against `limits`.
pub(super) fn look_at_references(limits: &FacetLimits, review: &mut Review) {
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
        let is_set = kind == FacetKind::Link && limits.equal_links_count_once;
        let count = count(review, kind, is_set);
        if let Some(max) = max.filter(|max| count > *max) {
            review.refuse(
                rule,
                format!("there are {count} {name}; {platform} takes {max} in one post"),
                format!("leave {} out", count - max),
            );
        }
    }
    let tags = count(review, FacetKind::Tag, false);
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

fn count(review: &Review, kind: FacetKind, is_set: bool) -> usize {
    let of_kind = review.facets.iter().filter(|it| it.kind == kind);
    if is_set {
        return of_kind.map(|it| &it.value).collect::<BTreeSet<_>>().len();
    }
    of_kind.count()
}
