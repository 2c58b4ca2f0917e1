//! Files for tests, made here: whole pictures of every format, with more in them than pixels.

use std::io::Cursor;

use image::DynamicImage;
use image::ImageFormat;
use image::Rgb;
use image::RgbImage;

/// A place in the north and east, as a camera writes it: nobody but its owner is to read it.
pub(crate) const PLACE: &[u8] = b"51 30 12 N, 0 7 40 W";

/// Returns a picture in which no two pixels are alike, so that nothing compresses it well.
pub(crate) fn noise(width: u32, height: u32) -> RgbImage {
    let mut state = 0x2545_f491_u32;
    RgbImage::from_fn(width, height, |_, _| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let [red, green, blue, _] = state.to_le_bytes();
        Rgb([red, green, blue])
    })
}

/// Returns a picture whose left half is red, and whose right half is blue.
pub(crate) fn red_and_blue(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 {
            Rgb([250, 10, 10])
        } else {
            Rgb([10, 10, 250])
        }
    })
}

/// Returns `picture` as a file.
pub(crate) fn file(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Returns EXIF data that say how a picture is to be turned, and where it was taken.
pub(crate) fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"MM\0*\0\0\0\x08".to_vec();
    let place_length = u8::try_from(PLACE.len()).unwrap();
    exif.extend([0, 2]);
    // 0x0112: how it is turned; 0x010e: a description, which lies behind the table.
    exif.extend([0x01, 0x0e, 0, 2, 0, 0, 0, place_length, 0, 0, 0, 38]);
    exif.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    exif.extend([0; 4]);
    exif.extend(PLACE);
    exif
}

/// Returns `jpeg` with one more segment behind its beginning.
pub(crate) fn with_segment(jpeg: &[u8], marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, marker], &length, data, &jpeg[2..]].concat()
}

/// Returns `jpeg` with the EXIF data of [`exif`].
pub(crate) fn jpeg_with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    with_segment(jpeg, 0xe1, &[b"Exif\0\0", &exif(orientation)[..]].concat())
}

/// Returns `png` with one more chunk behind its header.
pub(crate) fn with_chunk(png: &[u8], name: &[u8], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    let named = [name, data].concat();
    let checksum = crc32(&named).to_be_bytes();
    // The signature has 8 bytes, the header 25.
    [&png[..33], &length, &named, &checksum, &png[33..]].concat()
}

/// Returns the checksum of PNG (ISO/IEC 15948, annex D).
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

/// Returns a chunk of a WebP, filled up to an even length.
pub(crate) fn webp_chunk(name: &[u8], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    let fill = vec![0; data.len() % 2];
    [name, &length, data, &fill].concat()
}

/// Returns `webp`, a simple one, as one with EXIF data.
pub(crate) fn webp_with_exif(webp: &[u8], width: u8, height: u8) -> Vec<u8> {
    // Both with the dimensions less one, in three bytes each; bit 3 says that EXIF is to come.
    let header = [0b1000, 0, 0, 0, width - 1, 0, 0, height - 1, 0, 0];
    let body = [
        &b"WEBP"[..],
        &webp_chunk(b"VP8X", &header),
        &webp[12..],
        &webp_chunk(b"EXIF", &exif(1)),
    ]
    .concat();
    webp_chunk(b"RIFF", &body)
}

/// Whether the place where a picture was taken stands in a file.
pub(crate) fn tells_place(bytes: &[u8]) -> bool {
    bytes.windows(PLACE.len()).any(|part| part == PLACE)
}

/// Returns a box of an MP4.
pub(crate) fn mp4_box(name: &[u8], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len() + 8).unwrap().to_be_bytes();
    [&length[..], name, data].concat()
}

/// Returns an MP4 without a single frame that says it has 1920 by 1080 pixels, lying on its side if
/// `is_turned`, and plays 12.5 seconds.
pub(crate) fn mp4(codec: &[u8], is_turned: bool) -> Vec<u8> {
    let be = u32::to_be_bytes;
    let mut movie_header = vec![0; 100];
    movie_header[12..16].copy_from_slice(&be(600));
    movie_header[16..20].copy_from_slice(&be(7500));
    let mut track_header = vec![0; 84];
    let matrix = if is_turned {
        [0, 1 << 16, 0, 0xffff_0000, 0, 0, 0, 0, 1 << 30]
    } else {
        [1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30]
    };
    for (index, field) in matrix.into_iter().enumerate() {
        track_header[40 + index * 4..44 + index * 4].copy_from_slice(&be(field));
    }
    track_header[76..80].copy_from_slice(&be(1920 << 16));
    track_header[80..84].copy_from_slice(&be(1080 << 16));
    let description = mp4_box(codec, &[0; 78]);
    let descriptions = mp4_box(b"stsd", &[&be(0), &be(1), &description[..]].concat());
    let media = [
        mp4_box(b"hdlr", b"\0\0\0\0\0\0\0\0vide\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        mp4_box(b"minf", &mp4_box(b"stbl", &descriptions)),
    ]
    .concat();
    let sound = mp4_box(
        b"mdia",
        &mp4_box(b"hdlr", b"\0\0\0\0\0\0\0\0soun\0\0\0\0\0\0\0\0\0\0\0\0\0"),
    );
    let track = [mp4_box(b"tkhd", &track_header), mp4_box(b"mdia", &media)].concat();
    let movie = [
        mp4_box(b"mvhd", &movie_header),
        mp4_box(b"trak", &sound),
        mp4_box(b"trak", &track),
    ]
    .concat();
    [
        mp4_box(b"ftyp", b"isom\0\0\x02\0isomiso2"),
        mp4_box(b"mdat", &[0; 32]),
        mp4_box(b"moov", &movie),
    ]
    .concat()
}
