//! What Mastodon counts, as tables; the borders are those that its own formatter finds.

use proptest::prelude::ProptestConfig;
use proptest::prop_assert;
use proptest::prop_assert_eq;
use proptest::proptest;

use crate::text::count_graphemes;
use crate::text::facet::FacetKind;
use crate::text::mastodon::count;
use crate::text::mastodon::detect_facets;

#[track_caller]
fn check_count(text: &str, length: usize) {
    assert_eq!(count(text, "", 23), length, "{text}");
}

#[track_caller]
fn check_links(text: &str, links: &[&str]) {
    let found = detect_facets(text);
    let found: Vec<_> = found
        .iter()
        .filter(|facet| facet.kind == FacetKind::Link)
        .map(|facet| facet.value.as_str())
        .collect();
    assert_eq!(found, links, "{text}");
}

#[track_caller]
fn check_mentions(text: &str, mentions: &[&str]) {
    let found = detect_facets(text);
    let found: Vec<_> = found
        .iter()
        .filter(|facet| facet.kind == FacetKind::Mention)
        .map(|facet| facet.value.as_str())
        .collect();
    assert_eq!(found, mentions, "{text}");
}

#[test]
fn a_character_is_a_grapheme_cluster() {
    check_count("", 0);
    check_count("a👨\u{200d}👩\u{200d}👧\u{200d}👧b", 3);
    check_count("日本語", 3);
}

#[test]
fn every_link_counts_twenty_three() {
    check_count("https://a.de", 23);
    check_count(
        &format!("{} http://{}.com/example", "a".repeat(476), "b".repeat(30)),
        500,
    );
    check_count(
        "see https://example.com/a and https://example.com/b.",
        4 + 23 + 5 + 23 + 1,
    );
    check_count("HTTPS://EXAMPLE.COM/A", 23);
    check_count("gemini://example.org/x", 23);
    assert_eq!(count("https://example.com/a/long/path", "", 10), 10);
}

#[test]
fn a_bare_domain_counts_its_letters() {
    check_count("example.com", 11);
    check_count("www.example.com/path", 20);
    check_count("http://localhost:8080/x", 23);
    check_count("https://example.invalid/", 24);
    check_count("https://127.0.0.1/long/enough/to/tell", 37);
}

#[test]
fn a_link_leaves_out_the_punctuation_after_it() {
    check_links("(https://example.com/a)", &["https://example.com/a"]);
    check_links("https://example.com/a.", &["https://example.com/a"]);
    check_links("https://example.com/a...", &["https://example.com/a"]);
    check_links("https://example.com.", &["https://example.com"]);
    check_links("https://example.com/a?b=c!", &["https://example.com/a?b=c"]);
    check_links("\"https://example.com/a\"", &["https://example.com/a"]);
    check_links("「https://example.com/a」", &["https://example.com/a"]);
    check_links("<https://example.com/a>", &["https://example.com/a"]);
    check_links("https://example.com/?", &["https://example.com/"]);
    check_links("https://example.com#top", &["https://example.com"]);
    check_links("https://example.com/#top", &["https://example.com/#top"]);
}

#[test]
fn a_link_keeps_its_own_brackets() {
    check_links(
        "https://en.wikipedia.org/wiki/Primer_(film)",
        &["https://en.wikipedia.org/wiki/Primer_(film)"],
    );
    check_links(
        "(https://en.wikipedia.org/wiki/Primer_(film))",
        &["https://en.wikipedia.org/wiki/Primer_(film)"],
    );
    check_links(
        "https://example.com/a_(b_(c)_d)/e",
        &["https://example.com/a_(b_(c)_d)/e"],
    );
    check_links("https://example.com/a_()", &["https://example.com/a_"]);
    check_links("https://example.com/a_(b", &["https://example.com/a_"]);
}

#[test]
fn a_link_has_a_real_domain_and_may_have_a_port() {
    check_links(
        "https://example.com:8443/a",
        &["https://example.com:8443/a"],
    );
    check_links("https://example.com:x", &["https://example.com"]);
    check_links(
        "https://sub_domain.example.com/",
        &["https://sub_domain.example.com/"],
    );
    check_links("https://foo_bar.com/", &[]);
    check_links("https://example.com.jpg", &["https://example.com"]);
    check_links("https://-example.com", &[]);
    check_links(
        "https://xn--d1acufc.xn--p1ai/a",
        &["https://xn--d1acufc.xn--p1ai/a"],
    );
    check_links("https://пример.рф/а", &["https://пример.рф/а"]);
    check_links("https://example.co.uk", &["https://example.co.uk"]);
    check_links("https://user@example.com/", &[]);
    check_links("https://", &[]);
}

#[test]
fn a_link_stands_among_words_without_spaces() {
    check_links(
        "詳細はhttps://example.com/aを",
        &["https://example.com/aを"],
    );
    check_links("詳細はhttps://example.comを", &["https://example.com"]);
    check_links("xhttps://example.com", &[]);
    check_links("#https://example.com", &[]);
    check_links("@https://example.com", &[]);
}

#[test]
fn a_link_inside_a_bare_one_counts_its_letters() {
    let text = "web.archive.org/web/2020/https://example.com/a";
    check_links(text, &[]);
    check_count(text, text.len());
    check_links(
        "web.archive.org https://example.com/a",
        &["https://example.com/a"],
    );
}

#[test]
fn a_link_of_more_than_4096_characters_is_none() {
    let fits = format!("https://example.com/{}", "a".repeat(4096 - 20));
    check_count(&fits, 23);
    let longer = format!("{fits}a");
    check_count(&longer, 4097);
}

#[test]
fn a_mention_counts_without_its_host() {
    check_count("@alice@example.social", 6);
    check_count("hi @alice@example.social!", 10);
    check_count("@alice", 6);
    check_count(
        &format!("{} @alice@{}.com", "a".repeat(475), "b".repeat(30)),
        482,
    );
}

#[test]
fn a_mention_begins_a_word() {
    check_mentions("@alice@example.social", &["alice@example.social"]);
    check_mentions("(@bob) and @carol.d", &["bob", "carol.d"]);
    check_mentions("alice@example.com", &[]);
    check_mentions("https://example.com/@alice", &[]);
    check_mentions("https://example.com/ @alice", &["alice"]);
    check_mentions("=@alice /@alice", &[]);
    check_mentions("@alice@", &[]);
    check_mentions("@noël", &[]);
    check_mentions("@alice@пример.рф.", &["alice@пример.рф"]);
    check_mentions(&format!("@alice@{}", "b".repeat(254)), &[]);
}

#[test]
fn a_content_warning_counts_every_letter() {
    assert_eq!(count("text", "warning", 23), 11);
    let link = "https://example.com/a/long/path";
    assert_eq!(count("text", link, 23), 4 + link.len());
    assert_eq!(count("  ", link, 23), 23);
    assert_eq!(count("\u{301}x", "e", 23), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn facets_are_what_they_say(
        text in "(?:https://|@|\\.|com|рф|/|\\(|\\)|\\?|#| |é|日|a|_|-|:|80|😀|\\PC){0,24}",
    ) {
        let mut free_from = 0;
        for facet in detect_facets(&text) {
            prop_assert!(facet.byte_start >= free_from);
            let shown = &text[facet.byte_start..facet.byte_end];
            let value = shown.strip_prefix('@').unwrap_or(shown);
            prop_assert_eq!(value, facet.value);
            prop_assert_eq!(shown.starts_with('@'), facet.kind == FacetKind::Mention);
            free_from = facet.byte_end;
        }
    }

    #[test]
    fn words_without_links_and_mentions_count_as_graphemes(text in "[^:@]{0,60}") {
        if !text.trim().is_empty() {
            prop_assert_eq!(count(&text, "", 23), count_graphemes(&text));
        }
    }

    #[test]
    fn more_words_never_count_less(text in "\\PC{0,40}", more in "[a-z]{1,9}") {
        let longer = format!("{text} {more}");
        if !text.trim().is_empty() {
            prop_assert!(count(&longer, "", 23) > count(&text, "", 23));
        }
    }
}
