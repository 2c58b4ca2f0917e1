//! From box to box of an MP4 or `QuickTime` file: how large a video is, how long, and its codec.
//!
//! Our own walk and no library: what is wanted are four figures at fixed places (ISO/IEC 14496-12),
//! read without a copy, and the libraries at hand either read every byte of the film first or do not
//! know HEVC, which is what telephones record.

use std::time::Duration;

/// What the boxes say of a video.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Video {
    /// As shown, after the track's own turning; 0 if the file does not say.
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) duration: Option<Duration>,
    pub(super) codec: Option<String>,
}

/// Reads what `bytes`, the whole of a file, say; nothing if a box is cut short or the one that says
/// everything is missing.
pub(super) fn read(bytes: &[u8]) -> Option<Video> {
    let mut movie = None;
    let mut rest = bytes;
    while !rest.is_empty() {
        let (name, data, after) = next_box(rest)?;
        if name == b"moov" {
            movie = Some(data);
        }
        rest = after;
    }
    let movie = movie?;
    let (width, height, codec) = tracks(movie).find_map(video_track).unwrap_or_default();
    Some(Video {
        width,
        height,
        duration: inner(movie, b"mvhd").and_then(duration),
        codec,
    })
}

type Track = (u32, u32, Option<String>);

fn tracks(movie: &[u8]) -> impl Iterator<Item = &[u8]> {
    boxes(movie).filter_map(|(name, data)| (name == b"trak").then_some(data))
}

fn video_track(track: &[u8]) -> Option<Track> {
    let media = inner(track, b"mdia")?;
    let handler = inner(media, b"hdlr")?;
    if handler.get(8..12)? != b"vide" {
        return None;
    }
    let (width, height) = inner(track, b"tkhd").and_then(size).unwrap_or_default();
    let descriptions = [b"minf", b"stbl", b"stsd"]
        .into_iter()
        .try_fold(media, |data, name| inner(data, name));
    // Behind version and count stands the first description: its length, and its name.
    let name = descriptions.and_then(|data| data.get(12..16));
    Some((width, height, name.and_then(codec)))
}

/// Reads the last fields of a `tkhd`: the matrix, then both sides, in sixteenths of bits.
fn size(header: &[u8]) -> Option<(u32, u32)> {
    let matrix_at = match header.first()? {
        0 => 40,
        _ => 52,
    };
    let field = |at: usize| header.get(at..).and_then(be32);
    let (width, height) = (field(matrix_at + 36)? >> 16, field(matrix_at + 40)? >> 16);
    // A quarter turn exchanges the axes: nothing is left on the diagonal.
    let is_on_its_side = field(matrix_at)? == 0 && field(matrix_at + 4)? != 0;
    Some(if is_on_its_side {
        (height, width)
    } else {
        (width, height)
    })
}

fn duration(header: &[u8]) -> Option<Duration> {
    let field = |at: usize| header.get(at..).and_then(be32);
    let (scale, units) = match header.first()? {
        0 => (field(12)?, u64::from(field(16)?)),
        _ => (
            field(20)?,
            u64::from(field(24)?) << 32 | u64::from(field(28)?),
        ),
    };
    // All ones and zero both mean that nobody knows.
    if scale == 0 || units == 0 || matches!(units, u64::MAX | 0xffff_ffff) {
        return None;
    }
    let milliseconds = u128::from(units) * 1000 / u128::from(scale);
    u64::try_from(milliseconds).ok().map(Duration::from_millis)
}

fn codec(name: &[u8]) -> Option<String> {
    let known = match name {
        b"avc1" | b"avc3" => "H.264",
        b"hvc1" | b"hev1" => "HEVC",
        b"av01" => "AV1",
        b"vp08" => "VP8",
        b"vp09" => "VP9",
        b"mp4v" => "MPEG-4 Part 2",
        b"apch" | b"apcn" | b"apcs" | b"apco" | b"ap4h" | b"ap4x" => "ProRes",
        _ => {
            let is_word = name.iter().all(u8::is_ascii_alphanumeric);
            return is_word.then(|| String::from_utf8_lossy(name).into_owned());
        }
    };
    Some(known.to_owned())
}

fn inner<'b>(parent: &'b [u8], wanted: &[u8]) -> Option<&'b [u8]> {
    boxes(parent).find_map(|(name, data)| (name == wanted).then_some(data))
}

/// Goes over the boxes in `bytes`, up to the first that is longer than there are bytes.
fn boxes(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (name, data, after) = next_box(rest)?;
        rest = after;
        Some((name, data))
    })
}

/// Returns the name and the data of the first box, and what follows it.
fn next_box(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let name = bytes.get(4..8)?;
    let (header, length) = match be32(bytes)? {
        // To the end of the file.
        0 => (8, bytes.len()),
        1 => {
            let length = bytes.get(8..)?.first_chunk().copied();
            let length = usize::try_from(u64::from_be_bytes(length?)).ok()?;
            (16, length)
        }
        length => (8, usize::try_from(length).ok()?),
    };
    let data = bytes.get(header..length)?;
    Some((name, data, &bytes[length..]))
}

fn be32(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().copied().map(u32::from_be_bytes)
}
