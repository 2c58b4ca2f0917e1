//! Bluesky's facets against the answers of the official client, and where ours differ.

use proptest::prelude::ProptestConfig;
use proptest::prop_assert;
use proptest::prop_assert_eq;
use proptest::proptest;

use crate::text::count_graphemes;
use crate::text::facet::Facet;
use crate::text::facet::FacetKind;
use crate::text::rich_text::detect_facets;

/// A facet as the tables have it: kind, first byte, byte after the last, value.
type Row = (&'static str, usize, usize, &'static str);

/// What `detectFacets` of `@atproto/api` 0.21.0 answered on 2026-11-23.
const OFFICIAL: &[(&str, &[Row])] = &[
    ("no facet", &[]),
    (
        "@handle.com middle end",
        &[("mention", 0, 11, "handle.com")],
    ),
    ("start @handle.com end", &[("mention", 6, 17, "handle.com")]),
    (
        "@handle.com @handle.com",
        &[
            ("mention", 0, 11, "handle.com"),
            ("mention", 12, 23, "handle.com"),
        ],
    ),
    (
        "@full123-chars.test",
        &[("mention", 0, 19, "full123-chars.test")],
    ),
    ("not@right", &[]),
    ("@handle.com!@#$chars", &[("mention", 0, 11, "handle.com")]),
    (
        "@handle.com\n@other.org",
        &[
            ("mention", 0, 11, "handle.com"),
            ("mention", 12, 22, "other.org"),
        ],
    ),
    (
        "parenthetical (@handle.com)",
        &[("mention", 15, 26, "handle.com")],
    ),
    (
        "👨\u{200d}👩\u{200d}👧\u{200d}👧 @handle.com 👨\u{200d}👩\u{200d}👧\u{200d}👧",
        &[("mention", 26, 37, "handle.com")],
    ),
    ("@alice@example.social", &[]),
    ("alice@example.com", &[]),
    ("@alice", &[]),
    ("@handle.com.", &[("mention", 0, 11, "handle.com")]),
    ("@website.com.jpg", &[]),
    (
        "start https://middle.com/foo/bar?baz=bux#hash end",
        &[("link", 6, 45, "https://middle.com/foo/bar?baz=bux#hash")],
    ),
    (
        "https://newline1.com\nhttps://newline2.com",
        &[
            ("link", 0, 20, "https://newline1.com"),
            ("link", 21, 41, "https://newline2.com"),
        ],
    ),
    (
        "👨\u{200d}👩\u{200d}👧\u{200d}👧 https://middle.com 👨\u{200d}👩\u{200d}👧\u{200d}👧",
        &[("link", 26, 44, "https://middle.com")],
    ),
    (
        "start middle.com/foo end",
        &[("link", 6, 20, "https://middle.com/foo")],
    ),
    ("not.. a..url ..here", &[]),
    ("e.g.", &[]),
    ("something-cool.jpg", &[]),
    ("website.com.jpg", &[]),
    ("e.g./foo", &[]),
    ("website.com.jpg/foo", &[]),
    ("example.co.uk", &[("link", 0, 13, "https://example.co.uk")]),
    (
        "user.github.io/x",
        &[("link", 0, 16, "https://user.github.io/x")],
    ),
    (
        "punctuation https://foo.com, https://bar.com/whatever; https://baz.com.",
        &[
            ("link", 12, 27, "https://foo.com"),
            ("link", 29, 53, "https://bar.com/whatever"),
            ("link", 55, 70, "https://baz.com"),
        ],
    ),
    (
        "parenthentical (https://foo.com)",
        &[("link", 16, 31, "https://foo.com")],
    ),
    (
        "except for https://foo.com/thing_(cool)",
        &[("link", 11, 39, "https://foo.com/thing_(cool)")],
    ),
    ("(see foo.com)", &[("link", 5, 12, "https://foo.com")]),
    ("ASP.NET", &[]),
    ("xhttps://foo.com", &[]),
    ("#a #b", &[("tag", 0, 2, "a"), ("tag", 3, 5, "b")]),
    ("#1", &[]),
    ("#1a", &[("tag", 0, 3, "1a")]),
    ("body #a_b", &[("tag", 5, 9, "a_b")]),
    ("body #b_", &[("tag", 5, 7, "b")]),
    ("#", &[]),
    ("# text", &[]),
    ("##hashash", &[("tag", 0, 9, "#hashash")]),
    ("#double#rainbow", &[("tag", 0, 15, "double#rainbow")]),
    (
        "bsky.app/profile#header",
        &[("link", 0, 23, "https://bsky.app/profile#header")],
    ),
    ("some #n0n3s@n5e!", &[("tag", 5, 15, "n0n3s@n5e")]),
    (
        "works #with,punctuation",
        &[("tag", 6, 23, "with,punctuation")],
    ),
    (
        "strips #punctuation, #like. #this!",
        &[
            ("tag", 7, 19, "punctuation"),
            ("tag", 21, 26, "like"),
            ("tag", 28, 33, "this"),
        ],
    ),
    ("I like #turtles!!!", &[("tag", 7, 15, "turtles")]),
    (
        "#🦋 #butter🦋fly",
        &[("tag", 0, 5, "🦋"), ("tag", 6, 20, "butter🦋fly")],
    ),
    ("#👍🏿", &[("tag", 0, 9, "👍🏿")]),
    ("#\u{fe0f}\u{20e3} keycap", &[]),
    (
        "#привет мир #Ünïcode",
        &[("tag", 0, 13, "привет"), ("tag", 21, 31, "Ünïcode")],
    ),
    (
        "#日本語 ＃全角",
        &[("tag", 0, 10, "日本語"), ("tag", 11, 20, "全角")],
    ),
    (
        "#same\n#other",
        &[("tag", 0, 5, "same"), ("tag", 6, 12, "other")],
    ),
    ("a#b", &[]),
    ("(#tag)", &[]),
    ("#_b", &[("tag", 0, 3, "_b")]),
    ("#-b", &[("tag", 0, 3, "-b")]),
    ("#12-34", &[]),
    ("#tag\u{200b}more", &[("tag", 0, 4, "tag")]),
    (
        "https://example.com/#tag",
        &[("link", 0, 24, "https://example.com/#tag")],
    ),
    (
        "日本語 https://例え.jp/パス です",
        &[("link", 10, 34, "https://例え.jp/パス")],
    ),
    (
        "🇩🇪 example.com 🇩🇪",
        &[("link", 9, 20, "https://example.com")],
    ),
    (
        "http://localhost:3000/x",
        &[("link", 0, 23, "http://localhost:3000/x")],
    ),
    ("https://a.b", &[("link", 0, 11, "https://a.b")]),
    ("middle.com, next", &[("link", 0, 10, "https://middle.com")]),
    ("middle.com: next", &[("link", 0, 10, "https://middle.com")]),
    (
        "Привет example.com!",
        &[("link", 13, 24, "https://example.com")],
    ),
];

#[track_caller]
fn check(text: &str, expected: &[Row]) {
    let found = detect_facets(text);
    let found: Vec<_> = found
        .iter()
        .map(|facet| {
            let Facet {
                kind,
                byte_start,
                byte_end,
                value,
            } = facet;
            (kind.name(), *byte_start, *byte_end, value.as_str())
        })
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn the_facets_are_those_of_the_official_client() {
    for (text, expected) in OFFICIAL {
        check(text, expected);
    }
}

#[test]
fn a_link_leaves_out_all_punctuation_after_it() {
    check("https://foo.com...", &[("link", 0, 15, "https://foo.com")]);
    check(
        "(see https://foo.com).",
        &[("link", 5, 20, "https://foo.com")],
    );
    check(
        "(https://foo.com/a_(b))",
        &[("link", 1, 22, "https://foo.com/a_(b)")],
    );
    check("foo.com?!", &[("link", 0, 7, "https://foo.com")]);
}

#[test]
fn what_the_server_would_refuse_is_no_facet() {
    check("https://. https://?", &[]);
    check("http:///path", &[]);
    check(
        "https://a.de/?to=file:///x",
        &[("link", 0, 26, "https://a.de/?to=file:///x")],
    );
    check("https://[::1 x", &[]);
    check("@a..b.com @-a.com", &[]);
    check(&format!("@{}.com", "a".repeat(64)), &[]);
}

#[test]
fn a_bare_domain_that_begins_like_a_scheme_gets_one() {
    check("httpbin.org", &[("link", 0, 11, "https://httpbin.org")]);
    check("HTTPS://foo.com", &[("link", 0, 15, "HTTPS://foo.com")]);
}

#[test]
fn a_tag_has_at_most_64_characters_of_any_script() {
    for letter in ["a", "я", "語"] {
        let fits = letter.repeat(64);
        let found = detect_facets(&format!("#{fits}"));
        assert_eq!(found.len(), 1, "{letter}");
        assert_eq!(found[0].value, fits);
        assert_eq!(found[0].byte_end, 1 + 64 * letter.len());
        assert_eq!(detect_facets(&format!("#{fits}{letter}")), []);
    }
}

#[test]
fn a_tag_has_at_most_640_bytes() {
    let tag = |marks: usize| format!("#{}", format!("a{}", "\u{301}".repeat(marks)).repeat(10));
    assert_eq!(detect_facets(&tag(31)).len(), 1);
    assert_eq!(detect_facets(&tag(32)), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn facets_are_what_they_say(
        text in "(?:https://|@|#|＃|\\.|com|social|/|\\(|\\)|\\?| |\n|é|日|a|1|_|-|😀|\u{200d}|\\PC){0,24}",
    ) {
        let mut free_from = 0;
        for facet in detect_facets(&text) {
            prop_assert!(facet.byte_start >= free_from);
            let shown = &text[facet.byte_start..facet.byte_end];
            match facet.kind {
                FacetKind::Link if shown == facet.value => {}
                FacetKind::Link => prop_assert_eq!(format!("https://{shown}"), facet.value),
                FacetKind::Mention => prop_assert_eq!(shown, format!("@{}", facet.value)),
                FacetKind::Tag => {
                    let tag = shown.strip_prefix(['#', '＃']);
                    prop_assert_eq!(tag, Some(facet.value.as_str()));
                    prop_assert!(count_graphemes(&facet.value) <= 64);
                }
            }
            free_from = facet.byte_end;
        }
    }
}
