//! Keys that are the same on every machine: a hash of words that name a post.

use sha2::Digest;
use sha2::Sha256;

/// Returns the hash of `words`. Each is preceded by its length, so that no two lists of words run
/// together. What comes out is a stored contract: posts that are public were named by it.
pub(crate) fn fingerprint(words: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for word in words {
        hash.update((word.len() as u64).to_be_bytes());
        hash.update(word.as_bytes());
    }
    hash.finalize().into()
}

/// Returns the first 128 bits of a fingerprint in hexadecimal.
pub(crate) fn hexadecimal(fingerprint: [u8; 32]) -> String {
    let half = fingerprint.first_chunk::<16>().copied().unwrap_or_default();
    format!("{:032x}", u128::from_be_bytes(half))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_never_changes_between_versions() {
        assert_eq!(
            hexadecimal(fingerprint(&["release-1", "mastodon"])),
            "94ccd540da5321aad61e4f59330da463"
        );
    }

    #[test]
    fn words_do_not_run_together() {
        assert_ne!(fingerprint(&["ab", "c"]), fingerprint(&["a", "bc"]));
        assert_ne!(fingerprint(&["ab"]), fingerprint(&["ab", ""]));
    }
}
