//! How bytes become what a target takes, so that a corpus can be written and read by people.

use std::borrow::Cow;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::header::HeaderMap;
use reqwest::header::HeaderName;
use reqwest::header::HeaderValue;

use crate::http::Answer;
use crate::text::printable::Lines;
use crate::text::printable::printable;

/// What a line to people has at most, in characters: an excerpt of a server's words, and ours.
const SAID_MAX: usize = 700;

/// Returns when every target is run: 2026-11-23, noon in UTC.
pub(super) fn now() -> Timestamp {
    Timestamp::from_second(1_795_435_200).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Returns the words in `bytes`.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// Returns the first line of `bytes`, and what follows it.
pub(super) fn first_line(bytes: &[u8]) -> (Cow<'_, str>, &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let (line, rest) = match end {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &[][..]),
    };
    (String::from_utf8_lossy(line), rest)
}

/// Reads an answer as HTTP writes one: the status, a line for each header, an empty line, the body.
pub(super) fn answer(bytes: &[u8]) -> Answer {
    let (status, mut rest) = first_line(bytes);
    let status = status.trim().parse().ok();
    let mut headers = HeaderMap::new();
    loop {
        let (line, after) = first_line(rest);
        rest = after;
        if line.trim().is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let name = HeaderName::from_bytes(name.trim().as_bytes());
        let value = HeaderValue::from_bytes(value.trim().as_bytes());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    Answer {
        status: status.filter(|it| (100..=599).contains(it)).unwrap_or(200),
        headers,
        body: Bytes::copy_from_slice(rest),
    }
}

/// Asserts that `words` may be shown: on one line, not endless, with nothing that a terminal obeys.
#[track_caller]
pub(super) fn assert_showable(words: &str) {
    assert!(words.chars().count() <= SAID_MAX, "endless: {words:?}");
    assert_eq!(printable(words, Lines::One, usize::MAX), words, "{words:?}");
}
