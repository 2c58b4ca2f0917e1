//! What a file is, told from its bytes and not from what the sender says of it.

use std::io::Cursor;

use axum::body::Bytes;
use image::ImageReader;
use sha2::Digest as _;
use sha2::Sha256;

/// An uploaded file and what its bytes say.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    pub(crate) bytes: Bytes,
    pub(crate) mime: String,
    /// Width and height, where they can be read.
    pub(crate) size_px: Option<(u32, u32)>,
}

impl Picture {
    /// Returns `bytes` as the file that they begin like; `None` if they begin like none we know.
    pub(crate) fn recognise(bytes: Bytes) -> Option<Self> {
        let mime = sniff(&bytes)?.to_owned();
        let size_px = ImageReader::new(Cursor::new(&bytes))
            .with_guessed_format()
            .ok()
            .and_then(|reader| reader.into_dimensions().ok());
        Some(Self {
            bytes,
            mime,
            size_px,
        })
    }

    /// Returns `bytes` as a file of a type that somebody declared.
    pub(crate) fn declared(bytes: Bytes, mime: &str) -> Self {
        Self {
            bytes,
            mime: mime.to_owned(),
            size_px: None,
        }
    }

    /// Returns the SHA-256 of the bytes in hexadecimal.
    pub(crate) fn sha256_hex(&self) -> String {
        use std::fmt::Write as _;
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(&self.bytes) {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }
}

fn sniff(bytes: &[u8]) -> Option<&'static str> {
    let at = |offset: usize, magic: &[u8]| {
        bytes
            .get(offset..)
            .is_some_and(|rest| rest.starts_with(magic))
    };
    if at(0, b"\xff\xd8\xff") {
        return Some("image/jpeg");
    }
    if at(0, b"\x89PNG\r\n\x1a\n") {
        return Some("image/png");
    }
    if at(0, b"GIF87a") || at(0, b"GIF89a") {
        return Some("image/gif");
    }
    if at(0, b"RIFF") && at(8, b"WEBP") {
        return Some("image/webp");
    }
    if at(0, b"\x1a\x45\xdf\xa3") {
        return Some("video/webm");
    }
    if !at(4, b"ftyp") {
        return None;
    }
    Some(match bytes.get(8..12) {
        Some(b"avif" | b"avis") => "image/avif",
        Some(b"heic" | b"heix" | b"mif1") => "image/heic",
        Some(b"qt  ") => "video/quicktime",
        _ => "video/mp4",
    })
}
