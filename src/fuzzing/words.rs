//! Texts: what is found in them lies on their letters, and every count is the same twice.

use jiff::tz::TimeZone;
use jiff::tz::TimeZoneDatabase;
use serde_json::Value;

use crate::fuzzing::input;
use crate::fuzzing::input::assert_showable;
use crate::fuzzing::input::now;
use crate::platforms::mastodon::html;
use crate::platforms::tumblr::npf;
use crate::post::when::bound::Bound;
use crate::post::when::bound::parse_bound;
use crate::post::when::parse;
use crate::text::columns;
use crate::text::count_graphemes;
use crate::text::facet::Facet;
use crate::text::mastodon;
use crate::text::meta;
use crate::text::normalise;
use crate::text::printable::Lines;
use crate::text::printable::printable;
use crate::text::printable::printable_json;
use crate::text::rich_text;
use crate::text::tumblr;

/// How many letters a line of a table may have here.
const COLUMNS: usize = 20;

/// The longest text block here: far below Tumblr's, so that short texts fall into several.
const BLOCK_MAX: usize = 12;

/// The longest block that Tumblr takes, in code points (tumblr/docs 708be10, npf-spec.md, "Text Block
/// Length", read 2026-11-25).
const NPF_TEXT_MAX: usize = 4096;

pub(super) fn facets(bytes: &[u8]) {
    let text = input::text(bytes);
    let text = normalise(&text);
    assert_eq!(normalise(&text), text, "normalised twice");
    for found in [
        rich_text::detect_facets(&text),
        mastodon::detect_facets(&text),
        meta::detect_facets(&text),
        meta::detect_facets_but_links(&text),
        tumblr::detect_facets(&text),
    ] {
        assert_on_letters(&text, &found);
    }
    assert!(count_graphemes(&text) <= text.chars().count());
    assert!(meta::count(&text) <= text.len());
    assert!(text.is_empty() || mastodon::count(&text, "", 23) > 0);
    assert_eq!(
        mastodon::count("", &text, 23),
        mastodon::count(&text, "", 23)
    );
    assert_blocks(&text);
    shown(&text);
}

#[track_caller]
fn assert_on_letters(text: &str, facets: &[Facet]) {
    let mut free_from = 0;
    for facet in facets {
        let range = facet.byte_start..facet.byte_end;
        assert!(
            free_from <= range.start && range.start < range.end,
            "{facet:?}"
        );
        assert!(text.get(range).is_some(), "{facet:?} is not in {text:?}");
        assert!(!facet.value.is_empty(), "{facet:?}");
        free_from = facet.byte_end;
    }
}

#[track_caller]
fn assert_blocks(text: &str) {
    let mut words = String::new();
    let mut free_from = 0;
    for block in tumblr::blocks::blocks(text, BLOCK_MAX) {
        assert!(
            free_from <= block.start && block.start < block.end,
            "{block:?}"
        );
        free_from = block.end;
        let inside = &text[block];
        assert!(inside.chars().count() <= BLOCK_MAX, "{inside:?}");
        words.extend(inside.chars().filter(|letter| !letter.is_whitespace()));
    }
    let whole = text.chars().filter(|letter| !letter.is_whitespace());
    assert!(
        whole.eq(words.chars()),
        "{text:?} has lost something: {words:?}"
    );
}

/// What is shown of it on a terminal.
fn shown(text: &str) {
    for lines in [Lines::One, Lines::Many] {
        let shown = printable(text, lines, COLUMNS);
        assert!(shown.chars().count() <= COLUMNS);
        assert!(
            !shown.contains(|c| steers(c) && c != '\n' && c != '\t'),
            "{shown:?}"
        );
    }
    let cut = columns::cut(text, COLUMNS);
    assert!(columns::width(&cut) <= COLUMNS, "{cut:?}");
    let document = Value::from(text).to_string();
    let shown = printable_json(&document);
    assert!(!shown.contains(|c| steers(c) && c != '\n'), "{shown:?}");
    assert_eq!(
        serde_json::from_str::<Value>(&shown).ok(),
        Some(Value::from(text))
    );
    let _ = html::text_of(text);
}

/// What a terminal obeys, or what turns the order of letters round: told apart from `printable`.
fn steers(letter: char) -> bool {
    let is_control = matches!(u32::from(letter), 0..=31 | 127..=159);
    let turns = matches!(u32::from(letter), 0x202a..=0x202e | 0x2066..=0x2069);
    is_control || turns
}

pub(super) fn npf(bytes: &[u8]) {
    let text = normalise(&input::text(bytes));
    let facets = tumblr::detect_facets(&text);
    let id_of = |name: &str| {
        name.len()
            .is_multiple_of(2)
            .then_some("t:0aY0xL2Fi1OFJg4YxpmegQ")
    };
    let blocks = npf::text_blocks(&text, &facets, id_of);
    for block in &blocks {
        assert_npf(block);
    }
    assert!(npf::says_the_same(&Value::from(blocks.clone()), &blocks));
    for tag in tumblr::all_tags(&[], &facets) {
        assert!(!tag.contains(tumblr::TAG_SEPARATOR), "{tag}");
    }
}

#[track_caller]
fn assert_npf(block: &Value) {
    let length = block["text"]
        .as_str()
        .map_or(0, |text| text.chars().count());
    assert!((1..=NPF_TEXT_MAX).contains(&length), "{block}");
    let formatting = block["formatting"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let mut free_from = 0;
    for part in formatting {
        let place = |name: &str| part[name].as_u64().and_then(|it| usize::try_from(it).ok());
        let (Some(start), Some(end)) = (place("start"), place("end")) else {
            assert!(part.is_null(), "no place: {part}");
            continue;
        };
        assert!(
            free_from <= start && start < end && end <= length,
            "{block}"
        );
        free_from = end;
    }
}

pub(super) fn when(bytes: &[u8]) {
    let words = input::text(bytes);
    let zones = TimeZoneDatabase::bundled();
    let here = zones.get("Europe/Berlin").unwrap_or(TimeZone::UTC);
    match parse(&words, &here, &zones, now()) {
        Ok(when) => {
            assert!(!when.zone.is_empty());
            // What it was called is read as the same instant.
            let again = parse(&when.words, &here, &zones, now());
            assert_eq!(again.ok().map(|it| it.at), Some(when.at), "{words}");
        }
        Err(bad) => {
            assert!(!bad.to_string().is_empty() && !bad.fix().is_empty());
            let shown = printable(&bad.to_string(), Lines::One, usize::MAX);
            assert_showable(&printable(&shown, Lines::One, 600));
        }
    }
    for bound in [Bound::Since, Bound::Until] {
        let _ = parse_bound(&words, bound, &here, &zones, now());
    }
}
