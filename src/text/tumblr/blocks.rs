//! How a text falls into Tumblr's text blocks: a block is a paragraph, and has a greatest length.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// Returns where the blocks of `text` are, in bytes: its paragraphs, which blank lines part. One of
/// more than `length_max` code points is parted further, at white space where there is any.
pub(crate) fn blocks(text: &str, length_max: usize) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    for mut rest in paragraphs(text) {
        while let Some(length) = cut(&text[rest.clone()], length_max) {
            let end = rest.start + length;
            blocks.push(without_end(text, rest.start..end));
            let skipped = text[end..rest.end].len() - text[end..rest.end].trim_start().len();
            rest.start = end + skipped;
        }
        blocks.push(without_end(text, rest));
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}

/// Whether a paragraph of `text` is longer than a block.
pub(crate) fn is_any_parted(text: &str, length_max: usize) -> bool {
    let mut paragraphs = paragraphs(text);
    paragraphs.any(|paragraph| cut(&text[paragraph], length_max).is_some())
}

fn paragraphs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut lines = text.split_inclusive('\n').peekable();
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(blank) = lines.next_if(|line| line.trim().is_empty()) {
            at += blank.len();
        }
        let start = at;
        while let Some(line) = lines.next_if(|line| !line.trim().is_empty()) {
            at += line.len();
        }
        (at > start).then_some(start..at)
    })
}

/// Returns where `paragraph` is to be cut, if it is longer than a block.
fn cut(paragraph: &str, length_max: usize) -> Option<usize> {
    let (too_far, beyond) = paragraph.trim_end().char_indices().nth(length_max)?;
    let fitting = &paragraph[..too_far + beyond.len_utf8()];
    let at_space = fitting
        .rfind(char::is_whitespace)
        .filter(|at| !paragraph[..*at].trim().is_empty());
    // A family of emoji that is cut in two is two families.
    let at_grapheme = paragraph
        .grapheme_indices(true)
        .map(|(at, _)| at)
        .take_while(|at| *at <= too_far)
        .last()
        .filter(|at| *at > 0);
    Some(at_space.or(at_grapheme).unwrap_or(too_far))
}

/// Returns `range` without the white space at its end. What begins a paragraph stays: an indented
/// line is meant.
fn without_end(text: &str, range: Range<usize>) -> Range<usize> {
    let length = text[range.clone()].trim_end().len();
    range.start..range.start + length
}
