//! From one part of a picture to the next, to its end: whether all of it is there, whether it moves,
//! and which of its parts say more than the pixels. No part is decoded; a length is believed only as
//! far as there are bytes.
//!
//! What is not known to be needed for the pixels counts as metadata: a platform's new way to say
//! where a picture was taken is then left out before we have heard of it.

use std::ops::Range;
use std::time::Duration;

use image::ImageFormat;

/// How many pictures a file shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Frames {
    #[default]
    One,
    Many,
}

/// What a walk over a whole picture has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Walked {
    pub(crate) frames: Frames,
    /// How long it plays, if it moves.
    pub(crate) duration: Duration,
    /// Where the file says more than its pixels, in order, none of them empty.
    pub(crate) metadata: Vec<Range<usize>>,
    /// How many colours a pixel of a JPEG is mixed of; four are those of print.
    pub(crate) components: u8,
    /// Whether a sequential JPEG has a scan for each of its colours, which is rare.
    pub(crate) is_parted: bool,
}

impl Walked {
    /// Returns how many bytes say more than the pixels.
    pub(crate) fn metadata_bytes(&self) -> u64 {
        self.metadata.iter().map(|part| part.len() as u64).sum()
    }

    fn with_frames(self, count: usize) -> Option<Self> {
        let frames = match count {
            0 => return None,
            1 => Frames::One,
            _ => Frames::Many,
        };
        Some(Self { frames, ..self })
    }

    /// Notes what stands behind the end of the picture, such as the film of a "moving photo".
    fn with_end(mut self, end: usize, bytes: &[u8]) -> Self {
        if end < bytes.len() {
            self.metadata.push(end..bytes.len());
        }
        self
    }
}

/// Walks over the whole of a picture; nothing if its end is missing, or if we know no such format.
pub(crate) fn walk(bytes: &[u8], format: ImageFormat) -> Option<Walked> {
    match format {
        ImageFormat::Jpeg => jpeg(bytes),
        ImageFormat::Png => png(bytes),
        ImageFormat::WebP => webp(bytes),
        ImageFormat::Gif => gif(bytes),
        _ => None,
    }
}

/// Walks over the segments of a JPEG.
fn jpeg(bytes: &[u8]) -> Option<Walked> {
    bytes.strip_prefix(&[0xff, 0xd8])?;
    let mut walked = Walked::default();
    let (mut has_scan, mut is_sequential) = (false, false);
    let mut at = 2;
    loop {
        let [0xff, marker] = *bytes.get(at..)?.first_chunk()? else {
            return None;
        };
        match marker {
            // Fill bytes, and markers that stand alone.
            0xff => at += 1,
            0x01 | 0xd0..=0xd7 => at += 2,
            0xd9 => return has_scan.then(|| walked.with_end(at + 2, bytes)),
            _ => {
                let length = usize::from(be16(bytes.get(at + 2..)?)?);
                let segment = at..at + 2 + length;
                // The length counts itself.
                let data = bytes.get(segment.clone())?.get(4..)?;
                at = segment.end;
                match marker {
                    0xda => {
                        has_scan = true;
                        walked.is_parted |= is_sequential && *data.first()? < walked.components;
                        at += end_of_scan(&bytes[at..])?;
                    }
                    0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                        walked.components = *data.get(5)?;
                        is_sequential = matches!(marker, 0xc0 | 0xc1);
                    }
                    _ if is_jpeg_metadata(marker, data) => walked.metadata.push(segment),
                    _ => {}
                }
            }
        }
    }
}

/// Returns where the next marker is: one in the data of a scan would be escaped.
fn end_of_scan(bytes: &[u8]) -> Option<usize> {
    bytes
        .windows(2)
        .position(|pair| pair[0] == 0xff && !matches!(pair[1], 0 | 0xd0..=0xd7 | 0xff))
}

/// Of the segments for applications, only the resolution, the colours and how they are stored are
/// needed.
fn is_jpeg_metadata(marker: u8, data: &[u8]) -> bool {
    match marker {
        0xe0 => !data.starts_with(b"JFIF\0"),
        0xe2 => !data.starts_with(b"ICC_PROFILE\0"),
        0xee => !data.starts_with(b"Adobe"),
        // Other segments for applications, and comments.
        0xe1..=0xef | 0xfe => true,
        _ => false,
    }
}

/// The chunks of a PNG that pixels and colours need, and animations.
const PNG_NEEDED: [&[u8; 4]; 18] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT",
    b"cICP", b"mDCV", b"cLLI", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

/// Walks over the chunks of a PNG.
fn png(bytes: &[u8]) -> Option<Walked> {
    let mut walked = Walked::default();
    let mut has_pixels = false;
    let mut at = 8;
    loop {
        let rest = bytes.get(at..)?;
        let length = usize::try_from(be32(rest)?).ok()?;
        let name: &[u8; 4] = rest.get(4..)?.first_chunk()?;
        let data = rest.get(8..length.checked_add(8)?)?;
        // After the data stand four bytes of checksum.
        let chunk = at..at + rest.get(..length.checked_add(12)?)?.len();
        at = chunk.end;
        match name {
            b"acTL" if be32(data)? > 1 => walked.frames = Frames::Many,
            b"fcTL" => walked.duration += png_delay(data),
            b"IDAT" => has_pixels = true,
            b"IEND" => return has_pixels.then(|| walked.with_end(at, bytes)),
            _ if !PNG_NEEDED.contains(&name) => walked.metadata.push(chunk),
            _ => {}
        }
    }
}

/// Returns how long a frame is shown: a fraction of a second, of hundredths if below it stands zero.
fn png_delay(control: &[u8]) -> Duration {
    let figure = |at: usize| control.get(at..).and_then(be16).unwrap_or(0);
    let (above, below) = (u64::from(figure(20)), u64::from(figure(22)));
    Duration::from_millis(above * 1000 / if below == 0 { 100 } else { below })
}

/// Walks over the chunks of a WebP; nothing if it is shorter than it says.
fn webp(bytes: &[u8]) -> Option<Walked> {
    let size = usize::try_from(le32(bytes.get(4..)?)?).ok()?;
    let end = size.checked_add(8)?;
    bytes.get(12..end)?;
    let mut walked = Walked::default();
    let mut count = 0;
    let mut at = 12;
    while at < end {
        let rest = bytes.get(at..end)?;
        let name = rest.get(..4)?;
        let length = usize::try_from(le32(rest.get(4..)?)?).ok()?;
        let data = rest.get(8..length.checked_add(8)?)?;
        // Chunks begin at even places; the last one may go without the filling byte.
        let chunk = at..(at + 8 + length + length % 2).min(end);
        at = chunk.end;
        match name {
            b"VP8 " | b"VP8L" => count += 1,
            b"ANMF" => {
                count += 1;
                let delay = data.get(12..16).and_then(le32).unwrap_or(0) & 0x00ff_ffff;
                walked.duration += Duration::from_millis(u64::from(delay));
            }
            b"VP8X" | b"ALPH" | b"ANIM" | b"ICCP" => {}
            _ => walked.metadata.push(chunk),
        }
    }
    walked.with_end(end, bytes).with_frames(count)
}

/// The extensions of a GIF that say how it looks: how often it repeats, and its colours.
const GIF_NEEDED: [&[u8; 11]; 3] = [b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012"];

/// Walks over the blocks of a GIF; nothing if it ends inside one.
fn gif(bytes: &[u8]) -> Option<Walked> {
    let flags = *bytes.get(10)?;
    let mut at = 13 + colour_table_length(flags);
    bytes.get(at..)?;
    let mut walked = Walked::default();
    let mut count = 0;
    loop {
        // Many encoders forget the last byte, and every viewer forgives them.
        let Some(&kind) = bytes.get(at) else {
            return walked.with_frames(count);
        };
        let start = at;
        match kind {
            0x21 => {
                let data = bytes.get(at + 2..)?;
                at = bytes.len() - without_sub_blocks(data)?.len();
                match bytes.get(start + 1)? {
                    0xf9 => {
                        let hundredths = data.get(2..).and_then(le16).unwrap_or(0);
                        walked.duration += Duration::from_millis(u64::from(hundredths) * 10);
                    }
                    0xff if data
                        .get(1..)
                        .and_then(<[u8]>::first_chunk)
                        .is_some_and(is_needed) => {}
                    // Words that are to be shown over the picture, which nothing shows any more.
                    _ => walked.metadata.push(start..at),
                }
            }
            0x2c => {
                count += 1;
                let flags = *bytes.get(at + 9)?;
                // The descriptor, its colours, and a byte about the packing.
                let data = bytes.get(at + 10 + colour_table_length(flags) + 1..)?;
                at = bytes.len() - without_sub_blocks(data)?.len();
            }
            0x3b => return walked.with_end(at + 1, bytes).with_frames(count),
            _ => return None,
        }
    }
}

fn is_needed(application: &[u8; 11]) -> bool {
    GIF_NEEDED.contains(&application)
}

fn colour_table_length(flags: u8) -> usize {
    if flags & 0x80 == 0 {
        0
    } else {
        3 << ((flags & 7) + 1)
    }
}

fn without_sub_blocks(mut rest: &[u8]) -> Option<&[u8]> {
    loop {
        let (&length, after) = rest.split_first()?;
        rest = after.get(usize::from(length)..)?;
        if length == 0 {
            return Some(rest);
        }
    }
}

fn be16(bytes: &[u8]) -> Option<u16> {
    bytes.first_chunk().copied().map(u16::from_be_bytes)
}

fn be32(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().copied().map(u32::from_be_bytes)
}

fn le16(bytes: &[u8]) -> Option<u16> {
    bytes.first_chunk().copied().map(u16::from_le_bytes)
}

fn le32(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().copied().map(u32::from_le_bytes)
}
