//! Files that are read from front to end, and what is noticed of a change.

use super::*;
use crate::media::probe::sha256;

#[test]
fn pieces_are_the_whole_file_and_know_what_came_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    std::fs::write(&path, b"abcdefg").unwrap();
    let mut source = Source::open(&path).unwrap();
    assert_eq!(source.head().unwrap(), b"abcdefg");
    let mut read = Vec::new();
    for expected in ["abc", "abcdef", "abcdefg"] {
        let piece = source.next(3).unwrap();
        read.extend_from_slice(&piece.bytes);
        assert_eq!(read, expected.as_bytes());
        assert_eq!(piece.sha256_so_far, sha256(expected.as_bytes()));
    }
}

#[test]
fn parts_are_hashed_by_themselves_and_with_what_came_before() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    let bytes: Vec<u8> = (0..=255).cycle().take(2 * HASHED_BYTES + 7).collect();
    std::fs::write(&path, &bytes).unwrap();
    let mut source = Source::open(&path).unwrap();
    let (mut from, part_bytes) = (0, HASHED_BYTES + 3);
    for size in [part_bytes, part_bytes, 1, 0] {
        let part = source.hash_next(part_bytes as u64).unwrap();
        let to = from + size;
        assert_eq!(part.size_bytes, size as u64);
        assert_eq!(part.sha256, sha256(&bytes[from..to]));
        assert_eq!(part.sha256_so_far, sha256(&bytes[..to]));
        from = to;
    }
}

#[test]
fn a_file_that_is_written_to_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a");
    std::fs::write(&path, b"abcdefg").unwrap();
    let mut source = Source::open(&path).unwrap();
    source.next(3).unwrap();
    std::fs::write(&path, b"abcdefgh").unwrap();
    let read = source.next(3);
    assert!(
        matches!(read, Err(MediaError::FileChanged { .. })),
        "{read:?}"
    );
}

#[test]
fn what_is_no_file_is_refused_and_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().to_owned(), folder.path().join("none")] {
        let opened = Source::open(&path);
        assert!(matches!(opened, Err(MediaError::File { .. })), "{opened:?}");
    }
}

#[test]
fn the_first_bytes_say_what_a_file_is() {
    for (head, mime) in [
        (&b"\xff\xd8\xff\xe0"[..], Some("image/jpeg")),
        (b"\x89PNG\r\n\x1a\n", Some("image/png")),
        (b"GIF89a", Some("image/gif")),
        (b"RIFF\0\0\0\0WEBPVP8 ", Some("image/webp")),
        (b"\x1a\x45\xdf\xa3", Some("video/webm")),
        (b"\0\0\0\x20ftypisom", Some("video/mp4")),
        (b"\0\0\0\x14ftypqt  ", Some("video/quicktime")),
        (b"\0\0\0\x1cftypheic", None),
        (b"<svg>", None),
        (b"", None),
    ] {
        assert_eq!(mime_of_head(head), mime, "{head:?}");
    }
}

#[test]
fn a_name_stands_for_a_type_by_its_extension_alone() {
    for (name, mime) in [
        ("Cat.JPG", Some("image/jpeg")),
        ("../../a.png", Some("image/png")),
        ("clip.mov", Some("video/quicktime")),
        ("png", None),
        ("a.svg", None),
        ("", None),
    ] {
        assert_eq!(mime_of_name(name), mime, "{name}");
    }
}
