//! Timestamp identifiers: the keys of posts, and the revisions of repositories.
//!
//! (atproto.com/specs/tid, read 2026-11-23.)

use jiff::Timestamp;

use crate::sandbox::bluesky::state::State;

const ALPHABET: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
const LENGTH: usize = 13;
const CLOCK_BITS: u32 = 10;

/// Whether `text` is a timestamp identifier; when it was made is not looked at.
pub(crate) fn is_tid(text: &str) -> bool {
    text.len() == LENGTH
        && text.bytes().all(|byte| ALPHABET.contains(&byte))
        && text.starts_with(|first: char| "234567abcdefghij".contains(first))
}

impl State {
    /// Returns a new identifier, later than every one before.
    pub(crate) fn next_tid(&mut self, now: Timestamp) -> String {
        let time = u64::try_from(now.as_microsecond()).unwrap_or(0) << CLOCK_BITS;
        self.last_tid = time.max(self.last_tid + (1 << CLOCK_BITS));
        let digits = (0..LENGTH).rev().map(|place| {
            let digit = (self.last_tid >> (place * 5)) & 31;
            char::from(ALPHABET[usize::try_from(digit).unwrap_or(0)])
        });
        digits.collect()
    }
}
