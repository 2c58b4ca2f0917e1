//! Words as the platforms see them: how long a text is, and what in it is a link, a mention or a tag.
//!
//! Pure functions over strings. They know no post and no account, do no I/O, and never fail: any
//! text has a length, and a text in which nothing is found has no facets.

pub(crate) mod columns;
pub(crate) mod facet;
pub(crate) mod mastodon;
pub(crate) mod meta;
mod pattern;
pub(crate) mod printable;
pub(crate) mod rich_text;
pub(crate) mod tumblr;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Returns the number of extended grapheme clusters: what a reader calls characters.
pub(crate) fn count_graphemes(text: &str) -> usize {
    text.graphemes(true).count()
}

/// Returns `text` in the one form in which it is stored, sent and compared: trimmed, with LF line
/// ends, in Unicode's NFC.
pub(crate) fn normalise(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    lines.trim().nfc().collect()
}

#[expect(
    clippy::expect_used,
    reason = "every pattern is a constant of this floor, and the tests use each"
)]
fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of the `text` floor")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::ProptestConfig;
    use proptest::prop_assert;
    use proptest::prop_assert_eq;
    use proptest::proptest;

    use crate::text::count_graphemes;
    use crate::text::normalise;

    #[test]
    fn a_character_is_what_a_reader_calls_one() {
        let family = "👨\u{200d}👩\u{200d}👧\u{200d}👧";
        assert_eq!((count_graphemes(family), family.len()), (1, 25));
        assert_eq!(count_graphemes("e\u{301}"), 1);
        assert_eq!(count_graphemes("🇩🇪🇫🇷"), 2);
        assert_eq!(count_graphemes("日本語"), 3);
        assert_eq!(count_graphemes("a\r\nb"), 3);
        assert_eq!(count_graphemes(""), 0);
    }

    #[test]
    fn the_same_words_become_the_same_text() {
        assert_eq!(
            normalise("  caf\u{65}\u{301}\r\nbar\rbaz \n"),
            "café\nbar\nbaz"
        );
        assert_eq!(normalise("\u{a0}\u{3000}x\u{2003}"), "x");
        assert_eq!(normalise(" \r\n\t"), "");
        assert_eq!(normalise("two\n\n  indented"), "two\n\n  indented");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn normalising_again_changes_nothing(text in "\\PC{0,60}|[\\s\\r\\na\u{301}é]{0,40}") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once.clone());
            prop_assert!(!once.contains('\r'));
        }

        #[test]
        fn a_text_is_never_longer_than_its_parts(a in "\\PC{0,30}", b in "\\PC{0,30}") {
            let whole = count_graphemes(&format!("{a}{b}"));
            prop_assert!(whole <= count_graphemes(&a) + count_graphemes(&b));
            prop_assert!(whole <= a.chars().count() + b.chars().count());
        }
    }
}
