//! What holds for every draft, whatever somebody writes.

use proptest::prelude::ProptestConfig;
use proptest::prop_assert;
use proptest::prop_assert_eq;
use proptest::proptest;

use crate::post::check::Rules;
use crate::post::check::review_all;
use crate::post::check::tests::account;
use crate::post::check::tests::addressee;
use crate::post::check::tests::both;
use crate::post::check::tests::draft;
use crate::post::draft::Draft;
use crate::post::platform::Platform;
use crate::text::count_graphemes;

/// Pieces of what is hard to count and to find: links, mentions, tags, marks, joiners, wide letters.
const PIECES: &str = "(?:https://|example|@|#|＃|\\.|com|рф|/|\\(|\\)| |\r?\n|é|e\u{301}|日|a{1,40}|_|-|:|😀|👨\u{200d}👩|🇩🇪|ש|\u{644}\u{627}|\u{feff}|\\PC){0,60}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn a_text_is_counted_once_and_its_facets_lie_on_its_letters(text in PIECES, cw in PIECES) {
        let draft = Draft { cw: Some(cw), ..draft(&text) };
        for review in review_all(&draft, &[], &both(), &Rules::default()).accounts {
            let mut free_from = 0;
            for facet in &review.facets {
                prop_assert!(free_from <= facet.byte_start && facet.byte_start < facet.byte_end);
                prop_assert!(review.text.is_char_boundary(facet.byte_start));
                prop_assert!(review.text.is_char_boundary(facet.byte_end));
                free_from = facet.byte_end;
            }
            prop_assert!(free_from <= review.text.len());
            let is_too_long = review.length > review.limit;
            let is_refused = review.violations.iter().any(|it| it.rule == "text_too_long");
            prop_assert_eq!(is_refused, is_too_long);
            if review.platform == Platform::Bluesky {
                prop_assert_eq!(review.length, count_graphemes(&review.text));
            }
        }
    }

    #[test]
    fn what_is_checked_is_the_text_as_it_is_stored(text in PIECES, own in PIECES) {
        let mut draft = draft(&text);
        draft.texts.insert(account("work"), own);
        let first = review_all(&draft, &[], &both(), &Rules::default());
        let text_of = |at: usize| first.accounts[at].text.clone();
        let mut again = self::draft(&text_of(0));
        again.texts.insert(account("work"), text_of(1));
        let second = review_all(&again, &[], &both(), &Rules::default());
        for (one, other) in first.accounts.iter().zip(&second.accounts) {
            prop_assert_eq!((&one.text, one.length, &one.facets), (&other.text, other.length, &other.facets));
        }
    }

    #[test]
    fn no_words_make_the_rules_panic(
        text in "(?s:.){0,40}",
        words in "(?s:.){0,12}",
        key in "(?s:.){0,12}",
    ) {
        let draft = Draft {
            key: Some(key),
            lang: Some(words.clone()),
            cw: Some(words),
            ..draft(&text)
        };
        let twice = [both(), vec![addressee("sky", Platform::Mastodon)]].concat();
        let reviews = review_all(&draft, &[], &twice, &Rules::default());
        prop_assert_eq!(reviews.accounts.len(), 2);
        for violation in reviews.all_violations() {
            prop_assert!(!violation.message.is_empty() && !violation.fix.is_empty());
        }
    }
}
