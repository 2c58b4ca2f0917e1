//! The rules about tags: those that are given beside the text, and those that stand in it.

use crate::post::check::Review;
use crate::post::check::for_all;
use crate::post::draft::Draft;
use crate::post::limits::Limits;
use crate::post::platform::Platform;
use crate::post::violation::Violation;
use crate::text::normalise;
use crate::text::tumblr::TAG_SEPARATOR;
use crate::text::tumblr::all_tags;

/// The longest topic of a post on Threads, in code points.
const TOPIC_MAX: usize = 50;

/// Returns the tags of `draft` as they are stored: without `#`, in Unicode's NFC, each of them once.
pub(super) fn normalised(draft: &Draft) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in draft.tags.iter().map(|tag| bare(tag)) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// Returns what is wrong with the tags for every account.
pub(super) fn bad_tags(draft: &Draft) -> Vec<Violation> {
    let is_fine = |tag: &String| {
        let tag = bare(tag);
        !tag.is_empty() && !tag.contains(TAG_SEPARATOR) && !tag.chars().any(char::is_control)
    };
    let bad = draft.tags.iter().filter(|tag| !is_fine(tag));
    bad.map(|tag| {
        for_all(
            "bad_tag",
            format!("`{}` is no tag", tag.escape_debug()),
            "write one word or a few, without a comma, such as `--tag \"slow travel\"`".to_owned(),
        )
    })
    .collect()
}

fn bare(tag: &str) -> String {
    let tag = normalise(tag);
    tag.strip_prefix('#').unwrap_or(&tag).trim().to_owned()
}

/// Says what becomes of the tags where a post has none, or one topic.
pub(super) fn look_at_ignored_tags(draft: &Draft, review: &mut Review) {
    let tags = normalised(draft);
    let Some(first) = tags.first() else { return };
    let platform = review.platform.title();
    match review.platform {
        Platform::Tumblr => {}
        Platform::Threads => look_at_topic(first, tags.len(), review),
        _ => review.warn(
            "ignored_option",
            format!("{platform} has no `tags`: the post appears there without them"),
            "write them into the text as `#tag`, or leave them out",
        ),
    }
}

/// On Threads a post has one topic (developers.facebook.com, Threads posts, read 2026-11-23).
fn look_at_topic(topic: &str, count: usize, review: &mut Review) {
    if topic.chars().count() > TOPIC_MAX || topic.contains(['.', '&']) {
        let topic = topic.escape_debug();
        review.refuse(
            "bad_topic",
            format!(
                "`{topic}` would be the topic of the post on Threads, which has at most \
                 {TOPIC_MAX} characters and neither `.` nor `&`"
            ),
            "name another tag first, or leave the tags out",
        );
    }
    if count > 1 {
        review.warn(
            "ignored_option",
            format!(
                "a post on Threads has one topic: it appears there with `{}` alone",
                topic.escape_debug()
            ),
            "name first the tag that matters most",
        );
    }
}

/// Warns of more tags, or longer ones, than the platform is known to keep.
pub(super) fn look_at_tags(draft: &Draft, limits: &Limits, review: &mut Review) {
    let Some(limits) = limits.tags else {
        return;
    };
    let platform = review.platform.title();
    let tags = all_tags(&normalised(draft), &review.facets);
    let max = limits.tags;
    if tags.len() > max {
        let count = tags.len();
        review.warn(
            "too_many_tags",
            format!("there are {count} tags; {platform} is known to keep {max}"),
            format!("leave {} out", count - max),
        );
    }
    let max = limits.length;
    for tag in tags.iter().filter(|tag| tag.chars().count() > max) {
        let length = tag.chars().count();
        review.warn(
            "long_tag",
            format!("a tag has {length} code points; {platform} is known to keep {max}"),
            format!("shorten it by {}", length - max),
        );
    }
}
