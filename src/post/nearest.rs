//! What somebody who has mistyped a word most likely meant.

/// Returns the one of `allowed` that somebody who wrote `word` most likely meant.
pub(crate) fn nearest<'a>(
    word: &str,
    allowed: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let near = allowed
        .into_iter()
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .min()?;
    // More than a third of the word wrong is another word.
    (near.0 <= word.chars().count().div_ceil(3)).then_some(near.1)
}
