//! From one part of a picture to the next, to its end: whether all of it is there, and whether it
//! moves. No part is decoded; a length is believed only as far as there are bytes.

/// How many pictures a file shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frames {
    One,
    Many,
}

impl Frames {
    fn counted(count: usize) -> Option<Self> {
        match count {
            0 => None,
            1 => Some(Self::One),
            _ => Some(Self::Many),
        }
    }
}

/// Walks over the segments of a JPEG; nothing if its end is missing.
pub(super) fn jpeg(bytes: &[u8]) -> Option<Frames> {
    let mut rest = bytes.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let (&marker, after) = rest.strip_prefix(&[0xff])?.split_first()?;
        rest = match marker {
            // Fill bytes, and markers that stand alone.
            0xff => &rest[1..],
            0x01 | 0xd0..=0xd7 => after,
            0xda => {
                // The scans: an end of image in their data would be escaped.
                let scans = after.get(usize::from(be16(after)?)..)?;
                let has_end = scans.windows(2).any(|pair| pair == [0xff, 0xd9]);
                return has_end.then_some(Frames::One);
            }
            _ => after.get(usize::from(be16(after)?)..)?,
        };
    }
}

/// Walks over the chunks of a PNG; nothing if the last one is missing.
pub(super) fn png(bytes: &[u8]) -> Option<Frames> {
    let mut rest = bytes.get(8..)?;
    let mut frames = Frames::One;
    let mut has_pixels = false;
    loop {
        let length = usize::try_from(be32(rest)?).ok()?;
        let name = rest.get(4..8)?;
        let data = rest.get(8..length.checked_add(8)?)?;
        // After the data stand four bytes of checksum.
        rest = rest.get(length.checked_add(12)?..)?;
        match name {
            b"acTL" if be32(data)? > 1 => frames = Frames::Many,
            b"IDAT" => has_pixels = true,
            b"IEND" => return has_pixels.then_some(frames),
            _ => {}
        }
    }
}

/// Walks over the chunks of a WebP; nothing if it is shorter than it says.
pub(super) fn webp(bytes: &[u8]) -> Option<Frames> {
    let size = usize::try_from(le32(bytes.get(4..)?)?).ok()?;
    let mut rest = bytes.get(12..size.checked_add(8)?)?;
    let mut count = 0;
    while !rest.is_empty() {
        let name = rest.get(..4)?;
        let length = usize::try_from(le32(rest.get(4..)?)?).ok()?;
        let end = length.checked_add(8)?;
        rest.get(..end)?;
        if matches!(name, b"VP8 " | b"VP8L" | b"ANMF") {
            count += 1;
        }
        // Chunks begin at even places; the last one may go without the filling byte.
        rest = rest.get(end + length % 2..).unwrap_or_default();
    }
    Frames::counted(count)
}

/// Walks over the blocks of a GIF; nothing if it ends inside one.
pub(super) fn gif(bytes: &[u8]) -> Option<Frames> {
    let flags = *bytes.get(10)?;
    let mut rest = bytes.get(13 + colour_table_length(flags)..)?;
    let mut count = 0;
    loop {
        // Many encoders forget the last byte, and every viewer forgives them.
        let Some((&kind, after)) = rest.split_first() else {
            return Frames::counted(count);
        };
        rest = match kind {
            0x21 => without_sub_blocks(after.get(1..)?)?,
            0x2c => {
                count += 1;
                let flags = *after.get(8)?;
                // The descriptor, its colours, and a byte about the packing.
                without_sub_blocks(after.get(9 + colour_table_length(flags) + 1..)?)?
            }
            0x3b => return Frames::counted(count),
            _ => return None,
        };
    }
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

fn le32(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().copied().map(u32::from_le_bytes)
}
