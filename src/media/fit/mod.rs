//! Does to the bytes of a picture what [`crate::post::fit`] says is to be done.
//!
//! The same bytes and the same fitting give the same picture, so that what was shown before is what
//! is sent. Memory is bounded by [`PIXELS_MAX`] and [`DECODED_BYTES_MAX`], whatever a header claims;
//! nothing here waits or reads a file, and its caller keeps it off the threads that do.

mod draw;
mod encode;
mod strip;

#[cfg(test)]
mod tests;

use std::io::Cursor;

use bytes::Bytes;
use image::DynamicImage;
use image::ImageDecoder;
use image::ImageFormat;
use image::ImageReader;
use image::Limits;
use image::metadata::Orientation;

use crate::media::fit::draw::Pixels;
use crate::media::fit::encode::Beside;
use crate::media::fit::encode::Encoded;
use crate::media::fit::encode::Format;
use crate::media::probe::ProbeError;
use crate::media::probe::probe;
use crate::media::probe::walk::walk;
use crate::post::fit::Change;
use crate::post::fit::Drawing;
use crate::post::fit::Fitting;
use crate::post::fit::Metadata;
use crate::post::fit::Size;
use crate::post::media::MediaFacts;

/// The most pixels that are decoded: those of the largest cameras in use, 12,000 x 9,000.
const PIXELS_MAX: u64 = 120_000_000;

/// The most bytes that decoded pixels may have.
const DECODED_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// How much longer an EXIF part of a file is than what it says.
const EXIF_FRAME_MAX: u64 = 18;

/// A picture that fits.
#[derive(Clone, Debug)]
pub(crate) struct Fitted {
    pub(crate) bytes: Bytes,
    pub(crate) facts: MediaFacts,
    /// What was done, in the order in which it is told.
    pub(crate) changes: Vec<Change>,
}

/// Why a picture could not be made to fit.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FitError {
    #[error("its pixels cannot be read: {0}")]
    Unreadable(image::ImageError),
    #[error("it is a JPEG with a scan for each of its colours, which hayon does not read")]
    Parted,
    #[error("it has {pixels} pixels, and hayon works on {PIXELS_MAX} at most")]
    TooManyPixels { pixels: u64 },
    #[error("its pixels take {bytes} bytes, and hayon works on {DECODED_BYTES_MAX} at most")]
    TooManyBytes { bytes: u64 },
    #[error("it cannot be written anew: {0}")]
    Unwritable(String),
    #[error("however small it is made, it has more than {bytes_max} bytes")]
    Stubborn { bytes_max: u64 },
    #[error("what became of it is no picture: {0}")]
    Spoilt(ProbeError),
}

/// Does what `fitting` says to `bytes`, which were found to be what `facts` say.
pub(crate) fn fit(bytes: &[u8], facts: &MediaFacts, fitting: &Fitting) -> Result<Fitted, FitError> {
    let format = image::guess_format(bytes).map_err(FitError::Unreadable)?;
    let (bytes, changes) = match &fitting.drawing {
        Some(drawing) => draw_anew(bytes, format, facts, fitting, drawing)?,
        None => (strip::strip(bytes, format), vec![Change::Stripped]),
    };
    // Looked at as a stranger would: what is promised is what was written.
    let facts = probe(&bytes).map_err(FitError::Spoilt)?;
    Ok(Fitted {
        bytes: Bytes::from(bytes),
        facts,
        changes,
    })
}

fn draw_anew(
    bytes: &[u8],
    format: ImageFormat,
    facts: &MediaFacts,
    fitting: &Fitting,
    drawing: &Drawing,
) -> Result<(Vec<u8>, Vec<Change>), FitError> {
    // The decoder takes the colours of such a picture for others, and says nothing (zune-jpeg 0.5.15,
    // tried 2026-11-25).
    if walk(bytes, format).is_some_and(|walked| walked.is_parted) {
        return Err(FitError::Parted);
    }
    let decoded = decode(bytes, format, fitting.metadata)?;
    let exif_bytes = decoded.beside.exif.as_ref().map_or(0, Vec::len) as u64;
    let pixels = decoded
        .pixels
        .drawn(drawing.picture, drawing.canvas, decoded.orientation);
    let pixels = pixels.map_err(FitError::Unwritable)?;
    let encoded = encode::encode(pixels, &decoded.beside, drawing.saved_as, fitting.bytes_max)?;
    let mut changes = told(facts, format, drawing, &encoded);
    let bytes_kept = match fitting.metadata {
        Metadata::Strip => facts
            .size_bytes
            .saturating_sub(facts.details.metadata_bytes),
        Metadata::Keep => facts.size_bytes,
    };
    if bytes_kept > fitting.bytes_max {
        changes.push(Change::Compressed(encoded.bytes.len() as u64));
    }
    let metadata_bytes = facts.details.metadata_bytes;
    match fitting.metadata {
        Metadata::Strip if metadata_bytes > 0 => changes.push(Change::Stripped),
        Metadata::Keep if metadata_bytes > exif_bytes + EXIF_FRAME_MAX => {
            changes.push(Change::StrippedToExif);
        }
        Metadata::Strip | Metadata::Keep => {}
    }
    Ok((encoded.bytes, changes))
}

/// Returns what was done to the pixels.
fn told(
    facts: &MediaFacts,
    format: ImageFormat,
    drawing: &Drawing,
    encoded: &Encoded,
) -> Vec<Change> {
    let shown = Size {
        width: facts.width,
        height: facts.height,
    };
    let (picture, canvas) = (drawing.picture, drawing.canvas);
    let mut changes = Vec::new();
    if facts.details.is_turned {
        changes.push(Change::Turned);
    }
    if canvas.width < picture.width || canvas.height < picture.height {
        changes.push(Change::Cropped(encoded.size));
    } else if canvas != picture {
        changes.push(Change::Padded(encoded.size));
    } else if encoded.size != shown {
        changes.push(Change::Scaled(encoded.size));
    }
    if encoded.is_flattened {
        changes.push(Change::Flattened);
    }
    match (format, encoded.format) {
        (ImageFormat::Jpeg, Format::Jpeg) | (ImageFormat::Png, Format::Png) => {}
        (_, Format::Jpeg) => changes.push(Change::Converted("JPEG")),
        (_, Format::Png) => changes.push(Change::Converted("PNG")),
    }
    changes
}

struct Decoded {
    pixels: Pixels,
    orientation: Orientation,
    beside: Beside,
}

fn decode(bytes: &[u8], format: ImageFormat, metadata: Metadata) -> Result<Decoded, FitError> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODED_BYTES_MAX);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(FitError::Unreadable)?;
    // The decoders bound what they need themselves, but not what they are asked for.
    let (width, height) = decoder.dimensions();
    let pixels = Size { width, height }.pixels();
    if pixels > PIXELS_MAX {
        return Err(FitError::TooManyPixels { pixels });
    }
    let decoded_bytes = decoder.total_bytes();
    if decoded_bytes > DECODED_BYTES_MAX {
        return Err(FitError::TooManyBytes {
            bytes: decoded_bytes,
        });
    }
    // What beside the pixels is damaged is left out, as every viewer does.
    let icc = decoder.icc_profile().unwrap_or_default();
    let mut exif = decoder.exif_metadata().unwrap_or_default();
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    // It is turned here; said again, it would be turned twice.
    if let Some(exif) = &mut exif {
        let _ = Orientation::remove_from_exif_chunk(exif);
    }
    let image = DynamicImage::from_decoder(decoder).map_err(FitError::Unreadable)?;
    Ok(Decoded {
        pixels: Pixels::of(image),
        orientation,
        beside: Beside {
            icc,
            exif: exif.filter(|_| metadata == Metadata::Keep),
        },
    })
}
