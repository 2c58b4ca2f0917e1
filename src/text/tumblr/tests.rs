//! What Tumblr's readers can follow in a text, and where its blocks begin and end.

use proptest::prelude::ProptestConfig;
use proptest::prop_assert;
use proptest::prop_assert_eq;
use proptest::proptest;

use crate::text::facet::FacetKind;
use crate::text::normalise;
use crate::text::tumblr::blocks::blocks;
use crate::text::tumblr::blocks::is_any_parted;
use crate::text::tumblr::detect_facets;

#[track_caller]
fn check_facets(text: &str, expected: &[(FacetKind, &str, &str)]) {
    let found = detect_facets(text);
    let found: Vec<(FacetKind, &str, &str)> = found
        .iter()
        .map(|facet| {
            let shown = &text[facet.byte_start..facet.byte_end];
            (facet.kind, shown, facet.value.as_str())
        })
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[track_caller]
fn check_blocks(text: &str, length_max: usize, expected: &[&str]) {
    let found: Vec<&str> = blocks(text, length_max)
        .into_iter()
        .map(|range| &text[range])
        .collect();
    assert_eq!(found, expected, "{text:?}");
}

#[test]
fn links_mentions_and_tags_are_found() {
    check_facets(
        "Grüße @Staff, see example.com/a and https://example.com/b. #größer",
        &[
            (FacetKind::Mention, "@Staff", "staff"),
            (FacetKind::Link, "example.com/a", "https://example.com/a"),
            (
                FacetKind::Link,
                "https://example.com/b",
                "https://example.com/b",
            ),
            (FacetKind::Tag, "#größer", "größer"),
        ],
    );
}

#[test]
fn a_mention_is_the_name_of_a_blog_and_no_handle_of_another_network() {
    for name in ["staff", "a-b", "a1-2--b"] {
        let shown = format!("@{name}");
        check_facets(&shown, &[(FacetKind::Mention, &shown, name)]);
        check_facets(
            &format!("({shown})."),
            &[(FacetKind::Mention, &shown, name)],
        );
    }
    for other in [
        "@alice.bsky.social",
        "@bob@example.social",
        "mail@example",
        "@under_score",
        "@größe",
        "@-",
        "@",
        &format!("@{}", "x".repeat(64)),
    ] {
        check_facets(other, &[]);
    }
    check_facets("@bob- x", &[(FacetKind::Mention, "@bob", "bob")]);
}

#[test]
fn a_tag_ends_at_a_comma() {
    check_facets("#one,two", &[(FacetKind::Tag, "#one", "one")]);
    check_facets("#one, two", &[(FacetKind::Tag, "#one", "one")]);
    check_facets("#,one", &[]);
}

#[test]
fn blank_lines_part_blocks_and_single_line_ends_do_not() {
    check_blocks("one\ntwo\n\nthree", 100, &["one\ntwo", "three"]);
    check_blocks("one\n \t\n\n\n  two", 100, &["one", "  two"]);
    check_blocks("", 100, &[]);
}

#[test]
fn a_long_paragraph_is_parted_at_white_space() {
    check_blocks("aaa bbb ccc", 6, &["aaa", "bbb", "ccc"]);
    check_blocks("aaa bbb ccc", 7, &["aaa bbb", "ccc"]);
    check_blocks("aaa bbb ccc", 8, &["aaa bbb", "ccc"]);
    check_blocks("aaa bbb", 7, &["aaa bbb"]);
    check_blocks("aaaaaaaa bb", 3, &["aaa", "aaa", "aa", "bb"]);
    assert!(is_any_parted("a\n\nbbbb", 3));
    assert!(!is_any_parted("aaa\n\nbbb", 3));
}

#[test]
fn lengths_are_code_points_and_no_character_is_cut_in_two() {
    check_blocks("🌳🌳🌳", 3, &["🌳🌳🌳"]);
    let family = "👨\u{200d}👩\u{200d}👧";
    let two = format!("{family}{family}");
    check_blocks(&two, 7, &[family, family]);
    check_blocks("e\u{301}e\u{301}", 3, &["e\u{301}", "e\u{301}"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn blocks_fit_and_nothing_but_white_space_is_lost(
        text in "[a-c🌳é \\n\u{200d}\u{301}]{0,60}",
        length_max in 1_usize..12,
    ) {
        let text = normalise(&text);
        let found = blocks(&text, length_max);
        let mut end = 0;
        for block in &found {
            prop_assert!(block.start >= end);
            prop_assert!(text[end..block.start].trim().is_empty());
            prop_assert!(text[block.clone()].chars().count() <= length_max);
            end = block.end;
        }
        prop_assert_eq!(text[end..].trim(), "");
    }

    #[test]
    fn every_facet_is_a_stretch_of_the_text(text in "\\PC{0,40}|[@#a-b.,/:-]{0,30}") {
        for facet in detect_facets(&text) {
            prop_assert!(facet.byte_start < facet.byte_end);
            let shown = &text[facet.byte_start..facet.byte_end];
            prop_assert!(!shown.contains(char::is_whitespace));
        }
    }
}
