//! Files that others have written: posts, configurations, pictures, pages.

use std::path::Path;

use crate::config::Config;
use crate::config::error::ConfigError;
use crate::config::error::Place;
use crate::fuzzing::input;
use crate::media::fit::fit;
use crate::media::probe::probe;
use crate::paths::Environment;
use crate::platforms::card::page::is_page;
use crate::platforms::card::page::read_page;
use crate::post::fit::Wishes;
use crate::post::fit::fitting;
use crate::post::front_matter::read_post_file;
use crate::post::front_matter::written::write_post_file;
use crate::post::limits::ImageLimits;
use crate::post::media::MediaFacts;
use crate::post::media::MediaKind;

/// The longest side of a picture, in pixels.
const SIDE_MAX: u32 = 16_384;

/// The most pixels of a picture that is decoded here: what is larger costs time and shows no more.
const PIXELS_MAX: u64 = 40_000;

/// What is made of pictures here: small, so that most of them do not fit.
const PICTURE_BYTES_MAX: u64 = 20_000;

pub(super) fn front_matter(bytes: &[u8]) {
    let text = input::text(bytes);
    let file = match read_post_file(&text) {
        Ok(file) => file,
        Err(bad) => {
            assert_points(&text, bad.line, Some(bad.column));
            assert!(
                !bad.message.is_empty() && !bad.message.contains('\n'),
                "{bad}"
            );
            return;
        }
    };
    let written = write_post_file(&file);
    let again = read_post_file(&written);
    assert!(again.is_ok(), "{again:?}\n{written}");
    let Ok(again) = again else { return };
    assert_eq!(again.draft.text, format!("{}\n", file.draft.text));
    assert_eq!(
        (&again.to, &again.at, &again.tz),
        (&file.to, &file.at, &file.tz)
    );
    let mut draft = again.draft;
    draft.text.clone_from(&file.draft.text);
    assert_eq!(draft, file.draft, "{written}");
}

/// Asserts that there is such a line in `text`, and such a column in it.
#[track_caller]
fn assert_points(text: &str, line: usize, column: Option<usize>) {
    let lines = text.matches('\n').count() + 1;
    assert!((1..=lines).contains(&line), "line {line} of {lines}");
    let Some(column) = column else { return };
    let letters = text
        .split('\n')
        .nth(line - 1)
        .map_or(0, |it| it.chars().count());
    assert!(
        (1..=letters + 1).contains(&column),
        "column {column} of {letters}"
    );
}

pub(super) fn config(bytes: &[u8]) {
    let text = input::text(bytes);
    let path = Path::new("/home/alice/.config/hayon/config.toml");
    let home = [("HOME", "/home/alice"), ("USER", "alice")];
    let home: Environment = home
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into_iter()
        .collect();
    match Config::of_text(path, &text, &home) {
        Ok(config) => {
            let mut names: Vec<_> = config
                .accounts
                .iter()
                .map(|it| it.name.to_string())
                .collect();
            names.sort();
            names.dedup();
            assert_eq!(
                names.len(),
                config.accounts.len(),
                "two accounts of one name"
            );
            for account in &config.default_to {
                assert!(config.accounts.iter().any(|it| it.name == *account));
            }
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            let line = match &error {
                ConfigError::NotToml { line, .. }
                | ConfigError::UnknownKey {
                    place: Place::File { line, .. },
                    ..
                }
                | ConfigError::BadValue {
                    place: Place::File { line, .. },
                    ..
                } => *line,
                _ => 1,
            };
            assert_points(&text, line, None);
        }
    }
}

pub(super) fn image(bytes: &[u8]) {
    let Ok(facts) = probe(bytes) else { return };
    assert_eq!(facts.size_bytes, bytes.len() as u64);
    assert_eq!(facts.sha256.len(), 64);
    assert!(facts.details.metadata_bytes <= facts.size_bytes);
    if facts.kind == MediaKind::Video {
        assert!(facts.mime.starts_with("video/"), "{}", facts.mime);
        return;
    }
    assert!(facts.mime.starts_with("image/"), "{}", facts.mime);
    for side in [facts.width, facts.height] {
        assert!((1..=SIDE_MAX).contains(&side), "{side} pixels");
    }
    if u64::from(facts.width) * u64::from(facts.height) <= PIXELS_MAX {
        assert_true_size(bytes, &facts);
        assert_fits(bytes, &facts);
    }
}

/// Asserts that a decoder finds as many pixels, if it finds any.
#[track_caller]
fn assert_true_size(bytes: &[u8], facts: &MediaFacts) {
    let Ok(decoded) = image::load_from_memory(bytes) else {
        return;
    };
    let size = (decoded.width(), decoded.height());
    let is_true = size == (facts.width, facts.height)
        || facts.details.is_turned && size == (facts.height, facts.width);
    assert!(
        is_true,
        "{size:?} and not {} x {}",
        facts.width, facts.height
    );
}

/// Asserts that what is made of it is what was asked for, or that it is said to be impossible.
#[track_caller]
fn assert_fits(bytes: &[u8], facts: &MediaFacts) {
    let limits = ImageLimits {
        bytes_max: PICTURE_BYTES_MAX,
        ..ImageLimits::of_card()
    };
    let Some(wanted) = fitting(facts, &limits, Wishes::default()) else {
        return;
    };
    if let Ok(fitted) = fit(bytes, facts, &wanted) {
        assert_eq!(fitted.facts.size_bytes, fitted.bytes.len() as u64);
        assert!(wanted.drawing.is_none() || fitted.facts.size_bytes <= PICTURE_BYTES_MAX);
        assert_eq!(fitted.facts.details.metadata_bytes, 0);
    }
}

/// A page of a stranger's, below the line that says of which type it is.
pub(super) fn card_page(bytes: &[u8]) {
    let (kind, page) = input::first_line(bytes);
    let _ = is_page(Some(&kind));
    let page = read_page(page, Some(&kind));
    for (words, length_max) in [
        (&page.title, 301),
        (&page.site, 301),
        (&page.description, 1001),
        (&page.image, 4096),
    ] {
        let Some(words) = words else { continue };
        assert!(!words.is_empty(), "absent rather than empty");
        assert!(words.chars().count() <= length_max, "{words}");
        assert!(!words.contains(char::is_control), "{words:?}");
        let turns = |letter| matches!(u32::from(letter), 0x202a..=0x202e | 0x2066..=0x2069);
        assert!(!words.contains(turns), "{words:?}");
    }
}
