//! Record keys: TIDs, 13 characters that are made of the time (atproto.com/specs/tid, read
//! 2026-11-23).
//!
//! A TID is 53 bits of microseconds since 1970 and 10 bits that tell clocks apart, written in
//! base 32 so that they sort. Thirteen characters have room for a bit more than the 64 of a TID,
//! which is why the first one is always of the first half of the alphabet.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use jiff::Timestamp;

const ALPHABET: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
const LENGTH: usize = 13;
const CLOCK_ID_BITS: u32 = 10;

/// Where the keys that are derived from a user's key begin: 2022-01-01, in microseconds.
const DERIVED_FROM_MICROS: u64 = 1_640_995_200_000_000;

/// How many bits of microseconds follow: 814 days, all of them past.
const DERIVED_MICROS_BITS: u32 = 46;

/// The last TID's microseconds, so that none is given twice.
static LAST_MICROS: AtomicU64 = AtomicU64::new(0);

/// Returns a key for a record that is made at `now`, greater than any before it.
pub(crate) fn mint(now: Timestamp) -> String {
    let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
    // Our clock counts milliseconds; chance fills the rest, so that two machines differ.
    let micros = millis * 1000 + fastrand::u64(..1000);
    let next = |last: u64| micros.max(last + 1);
    let last = LAST_MICROS.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |l| Some(next(l)));
    let micros = last.map_or_else(next, next);
    tid(micros, fastrand::u64(..1 << CLOCK_ID_BITS))
}

/// Returns the key that belongs to `fingerprint`, on every machine and for ever: it is mapped into
/// a fixed window of the past. What lives under it is ours.
pub(crate) fn derived(fingerprint: [u8; 32]) -> String {
    let bits = u64::from_be_bytes(fingerprint.first_chunk().copied().unwrap_or_default());
    let micros = DERIVED_FROM_MICROS + (bits >> (u64::BITS - DERIVED_MICROS_BITS));
    tid(micros, bits & ((1 << CLOCK_ID_BITS) - 1))
}

fn tid(micros: u64, clock_id: u64) -> String {
    let bits = (micros << CLOCK_ID_BITS | clock_id) & (u64::MAX >> 1);
    let digit = |position: usize| {
        let shift = 5 * (LENGTH - 1 - position);
        char::from(ALPHABET[usize::try_from(bits >> shift & 31).unwrap_or(0)])
    };
    (0..LENGTH).map(digit).collect()
}

/// Whether `key` has the form of a TID.
#[cfg(test)]
pub(crate) fn is_tid(key: &str) -> bool {
    let is_digit = |byte: &u8| ALPHABET.contains(byte);
    key.len() == LENGTH
        && key.as_bytes().iter().all(is_digit)
        && key
            .bytes()
            .next()
            .is_some_and(|first| ALPHABET[..16].contains(&first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platforms::fingerprint::fingerprint;

    #[test]
    fn a_tid_is_written_as_the_protocol_says() {
        assert_eq!(tid(0, 0), "2222222222222");
        assert_eq!(tid(0, 33), "2222222222233");
        assert_eq!(tid(1, 0), "2222222222322");
        // 2026-11-23T12:00:00Z, worked out elsewhere.
        assert_eq!(tid(1_795_435_200_000_000, 5), "3n2y3ep2g2227");
    }

    #[test]
    fn later_keys_sort_after_earlier_ones() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let keys: Vec<String> = (0..2000).map(|_| mint(now)).collect();
        assert!(keys.is_sorted_by(|a, b| a < b));
        assert!(keys.iter().all(|key| is_tid(key)));
    }

    #[test]
    fn a_derived_key_never_changes_and_lies_in_the_past() {
        let key = derived(fingerprint(&["key", "release-1", "bluesky", "did:plc:abc"]));
        assert_eq!(key, "3jb4mtsq54cvu");
        assert!(is_tid(&key));
        let (first, last) = (derived([0; 32]), derived([255; 32]));
        assert!(is_tid(&first) && is_tid(&last) && first < last);
        let before_hayon: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        assert!(last < mint(before_hayon));
    }

    #[test]
    fn what_is_no_tid_is_told() {
        for key in [
            "",
            "222222222222",
            "zzzzzzzzzzzzz",
            "222222222222!",
            "222222222222A",
            "22222222222222",
        ] {
            assert!(!is_tid(key), "{key}");
        }
    }
}
