//! What a file is, from its bytes and never from its name.
//!
//! Nothing is decoded: a header gives the dimensions, and a walk over the parts of the file says
//! whether all of it is there and whether it moves. So a picture that claims to be huge costs no
//! more than its own bytes.

mod video;
pub(crate) mod walk;

#[cfg(test)]
mod tests;

use std::fmt::Write;
use std::fs::File;
use std::io::Cursor;
use std::io::Read;
use std::path::Path;

use bytes::Bytes;
use image::ImageDecoder;
use image::ImageFormat;
use image::ImageReader;
use image::Limits;
use image::metadata::Orientation;
use sha2::Digest;
use sha2::Sha256;

use crate::media::probe::video::Video;
use crate::media::probe::walk::Frames;
use crate::post::media::Details;
use crate::post::media::MediaFacts;
use crate::post::media::MediaKind;

/// The largest file that is read: well over what any platform takes of a picture.
pub(crate) const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The longest side of a picture, in pixels: over twice what any platform keeps.
const SIDE_MAX: u32 = 16_384;

/// What the reader of a header may allocate for colour profiles and the like, in bytes.
const HEADER_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Why a file cannot be shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProbeError {
    #[error("there is no such file")]
    Missing,
    #[error("it is no regular file")]
    NotAFile,
    #[error("it cannot be read: {0}")]
    Unreadable(std::io::Error),
    #[error("it is larger than {FILE_BYTES_MAX} bytes")]
    TooLarge,
    #[error("it is empty")]
    Empty,
    #[error("it is neither a picture nor a video that hayon knows (JPEG, PNG, WebP, GIF)")]
    Unknown,
    #[error("it is a picture in {format}, which hayon does not read: convert it to JPEG or PNG")]
    Foreign { format: &'static str },
    #[error(
        "it is a JPEG in the colours of print (CMYK), which every screen shows otherwise: convert it \
         to sRGB"
    )]
    Print,
    #[error("it is cut short or damaged: its {format} data ends too early")]
    Cut { format: &'static str },
    #[error("it is damaged: its {format} header makes no sense ({reason})")]
    Damaged {
        format: &'static str,
        reason: String,
    },
    #[error("it is {width} x {height} pixels: no side may have more than {SIDE_MAX}")]
    TooManyPixels { width: u32, height: u32 },
}

/// Reads the file at `path` and says what it is.
pub(crate) fn read_file(path: &Path) -> Result<(Bytes, MediaFacts), ProbeError> {
    // Asked before it is opened: opening a pipe would wait for whoever writes into it.
    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(ProbeError::NotAFile);
    }
    if metadata.len() > FILE_BYTES_MAX {
        return Err(ProbeError::TooLarge);
    }
    let mut bytes = Vec::new();
    // Bounded once more: it may grow meanwhile.
    File::open(path)
        .and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(ProbeError::TooLarge);
    }
    let facts = probe(&bytes)?;
    Ok((Bytes::from(bytes), facts))
}

fn unreadable(error: std::io::Error) -> ProbeError {
    match error.kind() {
        std::io::ErrorKind::NotFound => ProbeError::Missing,
        _ => ProbeError::Unreadable(error),
    }
}

/// Says what `bytes`, the whole of a file, are. A video that does not say how large it is has no
/// dimensions here: 0 x 0.
pub(crate) fn probe(bytes: &[u8]) -> Result<MediaFacts, ProbeError> {
    if bytes.is_empty() {
        return Err(ProbeError::Empty);
    }
    let found = match video_or_foreign(bytes)? {
        Some(mime) => video(bytes, mime)?,
        None => picture(bytes)?,
    };
    Ok(MediaFacts {
        kind: found.kind,
        mime: found.mime.to_owned(),
        width: found.width,
        height: found.height,
        size_bytes: bytes.len() as u64,
        sha256: sha256(bytes),
        details: found.details,
    })
}

/// Returns the SHA-256 of `bytes` as [`MediaFacts::sha256`] has it.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Returns the MIME type of a video, or nothing if it is none.
fn video_or_foreign(bytes: &[u8]) -> Result<Option<&'static str>, ProbeError> {
    if bytes.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]) {
        return Ok(Some("video/webm"));
    }
    let foreign = |format| Err(ProbeError::Foreign { format });
    // The first box of ISO 14496-12 and of QuickTime: a length, then a name, then the brand.
    match bytes.get(4..8) {
        Some(b"ftyp") => match bytes.get(8..12) {
            Some(b"avif" | b"avis") => foreign("AVIF"),
            Some(b"heic" | b"heix" | b"hevc" | b"heim" | b"heis" | b"mif1" | b"msf1") => {
                foreign("HEIC")
            }
            Some(b"qt  ") => Ok(Some("video/quicktime")),
            Some(_) => Ok(Some("video/mp4")),
            None => Err(ProbeError::Cut { format: "video" }),
        },
        Some(b"moov" | b"mdat" | b"wide") => Ok(Some("video/quicktime")),
        _ if bytes.starts_with(b"BM") => foreign("BMP"),
        _ if bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*") => foreign("TIFF"),
        _ => Ok(None),
    }
}

/// What was found out about the bytes of a file.
struct Found {
    kind: MediaKind,
    mime: &'static str,
    width: u32,
    height: u32,
    details: Details,
}

fn video(bytes: &[u8], mime: &'static str) -> Result<Found, ProbeError> {
    let video = match mime {
        // Nothing publishes this one, and hayon does not look into it.
        "video/webm" => Video::default(),
        _ => video::read(bytes).ok_or(ProbeError::Cut { format: "video" })?,
    };
    Ok(Found {
        kind: MediaKind::Video,
        mime,
        width: video.width,
        height: video.height,
        details: Details {
            duration: video.duration,
            codec: video.codec,
            ..Details::default()
        },
    })
}

fn picture(bytes: &[u8]) -> Result<Found, ProbeError> {
    let format = image::guess_format(bytes).map_err(|_| ProbeError::Unknown)?;
    let name = match format {
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::Png => "PNG",
        ImageFormat::WebP => "WebP",
        ImageFormat::Gif => "GIF",
        _ => return Err(ProbeError::Unknown),
    };
    let walked = walk::walk(bytes, format).ok_or(ProbeError::Cut { format: name })?;
    if walked.components == 4 {
        return Err(ProbeError::Print);
    }
    let damaged = |reason| ProbeError::Damaged {
        format: name,
        reason,
    };
    let (width, height, orientation) =
        header(bytes, format).map_err(|error| damaged(error.to_string()))?;
    if width.max(height) > SIDE_MAX {
        return Err(ProbeError::TooManyPixels { width, height });
    }
    if width.min(height) == 0 {
        return Err(damaged(format!("{width} x {height} pixels")));
    }
    let moves = walked.frames == Frames::Many;
    let kind = if moves {
        MediaKind::Animation
    } else {
        MediaKind::Image
    };
    Ok(Found {
        kind,
        mime: format.to_mime_type(),
        width,
        height,
        details: Details {
            is_turned: orientation != Orientation::NoTransforms,
            metadata_bytes: walked.metadata_bytes(),
            duration: Some(walked.duration).filter(|duration| moves && !duration.is_zero()),
            codec: None,
        },
    })
}

/// Returns the dimensions as shown, after the file's own orientation, and that orientation.
fn header(bytes: &[u8], format: ImageFormat) -> Result<(u32, u32, Orientation), image::ImageError> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(HEADER_BYTES_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    // A damaged orientation turns nothing: that is how it is shown everywhere.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok(match orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width, orientation),
        _ => (width, height, orientation),
    })
}
