//! Takes out of a file what says more than its pixels, which stay as they are, bit for bit.
//!
//! What that is, [`walk`] says, to whoever counts it and to us.

use image::ImageFormat;

use crate::media::probe::walk;

/// The bits of a WebP's header which say that it has EXIF and XMP.
const WEBP_METADATA_BITS: u8 = 0b0000_1100;

/// Returns `bytes` without their metadata. A file of which no part could be told stays as it is.
pub(super) fn strip(bytes: &[u8], format: ImageFormat) -> Vec<u8> {
    let Some(walked) = walk::walk(bytes, format) else {
        return bytes.to_vec();
    };
    let mut kept = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for part in walked.metadata {
        kept.extend_from_slice(&bytes[at..part.start]);
        at = part.end;
    }
    kept.extend_from_slice(&bytes[at..]);
    if format == ImageFormat::WebP {
        correct_header(&mut kept);
    }
    kept
}

/// A WebP says at its beginning how long it is, and what is to come.
fn correct_header(webp: &mut [u8]) {
    let length = webp.len().saturating_sub(8);
    if let (Some(field), Ok(length)) = (webp.get_mut(4..8), u32::try_from(length)) {
        field.copy_from_slice(&length.to_le_bytes());
    }
    if webp.get(12..16) == Some(b"VP8X")
        && let Some(flags) = webp.get_mut(20)
    {
        *flags &= !WEBP_METADATA_BITS;
    }
}
