//! Words of others, made safe to show: what a server said must not drive somebody's terminal.
//!
//! Only what is shown: what is stored or sent stays as it is.

use std::fmt::Write as _;

/// Whether a text may be shown over several lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    /// Line ends and tabs are shown as `\n` and `\t`.
    One,
    /// Line ends and tabs stay.
    Many,
}

/// Returns `text` with everything that a terminal could act on shown as an escape such as `\u{1b}`,
/// at most `chars_max` characters long; one that was longer ends in `…`.
pub(crate) fn printable(text: &str, lines: Lines, chars_max: usize) -> String {
    let mut shown = String::new();
    // Where to cut if the text turns out to be too long: before the last place, never in an escape.
    let mut cut_at = 0;
    let mut length = 0;
    for letter in text.chars() {
        let is_shown_as_is = match letter {
            '\n' | '\t' => lines == Lines::Many,
            _ => !is_dangerous(letter),
        };
        let width = if is_shown_as_is {
            1
        } else {
            letter.escape_default().count()
        };
        if length + width > chars_max {
            shown.truncate(cut_at);
            if chars_max > 0 {
                shown.push('…');
            }
            return shown;
        }
        if is_shown_as_is {
            shown.push(letter);
        } else {
            shown.extend(letter.escape_default());
        }
        length += width;
        if length < chars_max {
            cut_at = shown.len();
        }
    }
    shown
}

/// Returns the JSON document `json` with the same meaning, and every letter that a terminal could act
/// on written as `\uXXXX`: a person may look at what was meant for a program.
pub(crate) fn printable_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for letter in json.chars() {
        // Line ends stand between the values; inside of them JSON has escaped them already.
        if letter == '\n' || !is_dangerous(letter) {
            shown.push(letter);
        } else {
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                // Writing to a string cannot fail.
                let _ = write!(shown, "\\u{unit:04x}");
            }
        }
    }
    shown
}

/// Whether a terminal acts on `letter`, or shows what follows it in another order.
fn is_dangerous(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            // Marks, embeddings, overrides and isolates of writing direction, line separators, and
            // the byte order mark.
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use proptest::prop_assert;
    use proptest::proptest;

    use crate::text::printable::Lines;
    use crate::text::printable::is_dangerous;
    use crate::text::printable::printable;
    use crate::text::printable::printable_json;

    #[track_caller]
    fn check(text: &str, shown: &str) {
        assert_eq!(printable(text, Lines::One, 200), shown);
    }

    #[test]
    fn what_a_terminal_would_obey_is_shown_instead() {
        check("\u{1b}[2Jgone", r"\u{1b}[2Jgone");
        check("\u{1b}]52;c;ZXZpbA==\u{7}", r"\u{1b}]52;c;ZXZpbA==\u{7}");
        check("\u{9b}31m\u{7f}\0", r"\u{9b}31m\u{7f}\u{0}");
        check("a\u{202e}gpj.exe", r"a\u{202e}gpj.exe");
        check("over\rwritten", r"over\rwritten");
    }

    #[test]
    fn ordinary_words_of_any_script_stay() {
        let words = "Grüße, мир, 日本語, שלום, 👨\u{200d}👩\u{200d}👧";
        check(words, words);
    }

    #[test]
    fn lines_stay_only_where_several_may_be_shown() {
        assert_eq!(printable("a\n\tb", Lines::One, 20), r"a\n\tb");
        assert_eq!(printable("a\n\tb", Lines::Many, 20), "a\n\tb");
        assert_eq!(printable("a\r\nb", Lines::Many, 20), "a\\r\nb");
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        assert_eq!(printable("abcdef", Lines::One, 6), "abcdef");
        assert_eq!(printable("abcdefg", Lines::One, 6), "abcde…");
        assert_eq!(printable("ab\u{1b}\u{1b}", Lines::One, 9), r"ab\u{1b}…");
        assert_eq!(printable("abc", Lines::One, 1), "…");
        assert_eq!(printable("abc", Lines::One, 0), "");
    }

    #[test]
    fn a_json_document_means_the_same_and_steers_no_terminal() {
        let words = "a\u{9b}31m \u{202e}gpj \u{1b}[2J \"quoted\"\nüñ 👨\u{200d}👩";
        let document = serde_json::json!({ "text": words });
        let shown = printable_json(&format!("{document:#}\n"));
        assert!(
            !shown.chars().any(|c| c != '\n' && is_dangerous(c)),
            "{shown}"
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&shown).unwrap(),
            document
        );
    }

    proptest! {
        #[test]
        fn nothing_dangerous_and_nothing_too_long_is_shown(
            text in "(?s:.){0,60}",
            chars_max in 0_usize..40,
        ) {
            let shown = printable(&text, Lines::One, chars_max);
            prop_assert!(shown.chars().count() <= chars_max);
            prop_assert!(!shown.chars().any(is_dangerous));
        }
    }
}
