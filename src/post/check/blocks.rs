//! The rules about blocks, for platforms on which a post is made of paragraphs and pictures.

use crate::post::check::Review;
use crate::post::limits::Limits;
use crate::text::tumblr::blocks::blocks;
use crate::text::tumblr::blocks::is_any_parted;

/// Holds the paragraphs and the pictures against `limits`.
pub(super) fn look_at_blocks(limits: &Limits, review: &mut Review) {
    let Some(limits) = limits.blocks else {
        return;
    };
    let platform = review.platform.title();
    let count = blocks(&review.text, limits.text).len() + review.media.len();
    if count > limits.blocks {
        let max = limits.blocks;
        review.refuse(
            "too_many_blocks",
            format!(
                "there are {count} paragraphs and pictures; {platform} takes {max} in one post"
            ),
            format!("shorten the post by {}", count - max),
        );
    }
    if is_any_parted(&review.text, limits.text) {
        let max = limits.text;
        review.warn(
            "long_paragraph",
            format!(
                "a paragraph has more than {max} code points: on {platform} it becomes several"
            ),
            "part it yourself by a blank line, where it suits the text",
        );
    }
}
