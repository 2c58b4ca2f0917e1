//! Words in the columns of a terminal: how wide they are, and how they are cut and filled up.
//!
//! A reader's character is never taken apart: a family of four that is one picture, or a letter with
//! its accents, is there or is not. Widths are those of Unicode's annex 11, character by character;
//! a terminal that draws the members of a family side by side has another opinion, and no program
//! can know.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr;

/// What stands where a text was cut.
const CUT: &str = "…";

/// Returns how many columns `text`, which is one line, takes.
pub(crate) fn width(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// Returns as much of the beginning of `text` as fits into `columns`; what was longer ends in `…`.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let Some(mut room) = columns.checked_sub(width(CUT)) else {
        return String::new();
    };
    let mut shown = String::new();
    for letter in text.graphemes(true) {
        let Some(rest) = room.checked_sub(letter.width()) else {
            break;
        };
        room = rest;
        shown.push_str(letter);
    }
    shown.push_str(CUT);
    shown
}

/// Returns `text` filled up with spaces to `columns`; a longer one stays as it is.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    let missing = columns.saturating_sub(width(text));
    format!("{text}{}", " ".repeat(missing))
}

/// Returns `text` such that its direction is its own affair: between marks of isolation, which take
/// no column, where any of it runs from right to left. For terminals alone: to others it is another
/// text.
///
/// What stands beside words that run from right to left would run along: a number would stand on the
/// other side of them.
pub(crate) fn isolate(text: &str) -> String {
    if text.chars().any(runs_from_right_to_left) {
        format!("\u{2068}{text}\u{2069}")
    } else {
        text.to_owned()
    }
}

/// Whether `letter` is of a script that is written from right to left: the blocks that Unicode sets
/// aside for these (`DerivedBidiClass.txt` of Unicode 17, defaults R and AL, read 2026-11-25).
fn runs_from_right_to_left(letter: char) -> bool {
    matches!(
        letter,
        '\u{590}'..='\u{8ff}'
            | '\u{fb1d}'..='\u{fdff}'
            | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}'
            | '\u{1e800}'..='\u{1efff}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::ProptestConfig;
    use proptest::prop_assert;
    use proptest::prop_assert_eq;
    use proptest::proptest;
    use unicode_segmentation::UnicodeSegmentation as _;

    use crate::text::columns::cut;
    use crate::text::columns::isolate;
    use crate::text::columns::pad;
    use crate::text::columns::width;

    const FAMILY: &str = "👨\u{200d}👩\u{200d}👧\u{200d}👧";

    #[test]
    fn wide_letters_take_two_columns_and_marks_none() {
        assert_eq!(width("abc"), 3);
        assert_eq!(width("日本語"), 6);
        assert_eq!(width("e\u{301}\u{302}"), 1);
        assert_eq!(width(FAMILY), 2);
        assert_eq!(width("שלום"), 4);
        assert_eq!(width("❤\u{fe0f}"), 2);
        assert_eq!(width("🇩🇪🇫🇷"), 4);
        assert_eq!(width(""), 0);
    }

    #[test]
    fn a_text_is_cut_between_letters_and_says_so() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdefg", 6), "abcde…");
        // Half of a letter is none.
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut(&format!("a{FAMILY}b"), 3), "a…");
        assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert_eq!((cut("ab", 1).as_str(), cut("ab", 0).as_str()), ("…", ""));
    }

    #[test]
    fn what_is_padded_ends_in_the_same_column() {
        for text in ["abc", "日本", "e\u{301}", FAMILY, ""] {
            assert_eq!(width(&pad(text, 6)), 6, "{text}");
        }
        assert_eq!(pad("longer", 3), "longer");
    }

    #[test]
    fn what_runs_from_right_to_left_is_isolated_and_nothing_else() {
        assert_eq!(isolate("שלום 1"), "\u{2068}שלום 1\u{2069}");
        assert_eq!(isolate("مرحبا"), "\u{2068}مرحبا\u{2069}");
        assert_eq!(isolate("日本 a 😀"), "日本 a 😀");
        assert_eq!(width("\u{2068}שלום\u{2069}"), 4);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn what_is_cut_fits_and_is_a_beginning_in_whole_letters(
            text in "(?:日|a|é|e\u{301}|😀|👨\u{200d}👩|🇩🇪|ש|\u{644}\u{627}|क्ष|\\PC){0,20}",
            columns in 0_usize..30,
        ) {
            let shown = cut(&text, columns);
            prop_assert!(width(&shown) <= columns);
            if shown == text {
                return Ok(());
            }
            let kept = shown.strip_suffix('…').unwrap_or(&shown);
            let borders: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
            prop_assert!(text.starts_with(kept) && borders.contains(&kept.len()));
            prop_assert!(width(&text) > columns);
        }

        #[test]
        fn every_cell_of_a_column_is_as_wide(text in "\\PC{0,20}", columns in 0_usize..30) {
            prop_assert_eq!(width(&pad(&cut(&text, columns), columns)), columns);
        }
    }
}
