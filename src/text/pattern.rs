//! A pattern that is made only for a text in which it may be found.
//!
//! Most posts have no mention and many no tag, and to make a pattern of the letters of all scripts takes
//! milliseconds: longer than the rest of a check.

use std::sync::OnceLock;

use regex::Captures;
use regex::Match;
use regex::Regex;

/// A pattern whose every match has one of some characters in it.
pub(super) struct Pattern {
    marks: &'static [char],
    source: &'static str,
    made: OnceLock<Regex>,
}

impl Pattern {
    /// Returns the pattern `source`, of which every match has one of `marks` in it.
    pub(super) const fn new(marks: &'static [char], source: &'static str) -> Self {
        Self {
            marks,
            source,
            made: OnceLock::new(),
        }
    }

    /// Returns the groups of every match in `text`, one after another.
    pub(super) fn captures_iter<'t>(&self, text: &'t str) -> impl Iterator<Item = Captures<'t>> {
        let made = self.made_for(text);
        made.into_iter().flat_map(|made| made.captures_iter(text))
    }

    /// Returns the first match in `text` that begins at `start` or behind it.
    pub(super) fn find_at<'t>(&self, text: &'t str, start: usize) -> Option<Match<'t>> {
        self.made_for(text)?.find_at(text, start)
    }

    fn made_for(&self, text: &str) -> Option<&Regex> {
        text.contains(self.marks)
            .then(|| self.made.get_or_init(|| crate::text::pattern(self.source)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_made_when_a_text_has_its_mark_and_finds_what_it_would_have_found() {
        let tag = Pattern::new(&['#'], "#([a-z]+)");
        assert_eq!(tag.captures_iter("no tag").count(), 0);
        assert!(tag.find_at("no tag", 0).is_none());
        assert!(tag.made.get().is_none());
        let found: Vec<String> = tag
            .captures_iter("#a b #c")
            .map(|it| it[1].into())
            .collect();
        assert_eq!(found, ["a", "c"]);
        assert_eq!(tag.find_at("#a b #c", 1).map(|it| it.start()), Some(5));
    }
}
