//! Pictures made here, whole, cut, turned and moving; and files that only look like pictures.

use std::io::Cursor;
use std::path::Path;

use image::DynamicImage;
use image::Frame;
use image::ImageFormat;
use image::RgbaImage;
use image::codecs::gif::GifEncoder;
use proptest::prelude::ProptestConfig;
use proptest::prop_assert_eq;
use proptest::proptest;

use crate::media::probe::FILE_BYTES_MAX;
use crate::media::probe::probe;
use crate::media::probe::read_file;
use crate::post::media::MediaKind;

const FORMATS: [(ImageFormat, &str); 4] = [
    (ImageFormat::Jpeg, "image/jpeg"),
    (ImageFormat::Png, "image/png"),
    (ImageFormat::WebP, "image/webp"),
    (ImageFormat::Gif, "image/gif"),
];

/// Returns a picture of 6 x 4 pixels in many colours.
fn encoded(format: ImageFormat) -> Vec<u8> {
    let mut pixels = RgbaImage::new(6, 4);
    for (x, y, pixel) in pixels.enumerate_pixels_mut() {
        let shade = |factor: u32| u8::try_from((x * factor + y * 50) % 256).unwrap();
        *pixel = image::Rgba([shade(40), shade(90), shade(7), 255]);
    }
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(pixels)
        .to_rgb8()
        .write_to(&mut bytes, format)
        .unwrap();
    bytes.into_inner()
}

fn gif_with_frames(count: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    for _ in 0..count {
        encoder
            .encode_frame(Frame::new(RgbaImage::new(6, 4)))
            .unwrap();
    }
    drop(encoder);
    bytes
}

/// Returns a JPEG that says how it is to be turned (EXIF, tag 0x0112).
fn jpeg_turned(orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let jpeg = encoded(ImageFormat::Jpeg);
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

/// Returns a PNG that says it is an animation of two frames.
fn png_moving() -> Vec<u8> {
    let png = encoded(ImageFormat::Png);
    // After the signature and the header: 8 + 25 bytes.
    let control = b"\0\0\0\x08acTL\0\0\0\x02\0\0\0\0";
    let checksum = [0xf3, 0x8d, 0x93, 0x70];
    [&png[..33], control, &checksum, &png[33..]].concat()
}

fn webp_moving() -> Vec<u8> {
    let still = encoded(ImageFormat::WebP);
    let chunk = |name: &[u8], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_le_bytes();
        let fill = vec![0; data.len() % 2];
        [name, &length, data, &fill].concat()
    };
    // Both with the dimensions less one, in three bytes each.
    let canvas = chunk(b"VP8X", &[2, 0, 0, 0, 5, 0, 0, 3, 0, 0]);
    let control = chunk(b"ANIM", &[0; 6]);
    let place = [0, 0, 0, 0, 0, 0, 5, 0, 0, 3, 0, 0, 100, 0, 0, 0];
    let frame = chunk(b"ANMF", &[&place, &still[12..]].concat());
    let body = [&b"WEBP"[..], &canvas, &control, &frame, &frame].concat();
    chunk(b"RIFF", &body)
}

#[track_caller]
fn check_refused(bytes: &[u8], message: &str) {
    assert_eq!(probe(bytes).unwrap_err().to_string(), message);
}

#[test]
fn a_picture_is_what_its_bytes_are() {
    for (format, mime) in FORMATS {
        let bytes = encoded(format);
        let facts = probe(&bytes).unwrap();
        assert_eq!((facts.kind, facts.mime.as_str()), (MediaKind::Image, mime));
        assert_eq!((facts.width, facts.height), (6, 4), "{mime}");
        assert_eq!(facts.size_bytes, bytes.len() as u64);
        assert_eq!(facts.sha256.len(), 64);
    }
}

#[test]
fn the_hash_is_that_of_the_standard() {
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(crate::media::probe::sha256(b"abc"), hash);
}

#[test]
fn a_turned_picture_has_the_dimensions_that_are_shown() {
    for (orientation, dimensions) in [(1, (6, 4)), (3, (6, 4)), (6, (4, 6)), (8, (4, 6))] {
        let facts = probe(&jpeg_turned(orientation)).unwrap();
        assert_eq!((facts.width, facts.height), dimensions, "{orientation}");
    }
}

#[test]
fn a_moving_picture_is_an_animation() {
    assert_eq!(probe(&gif_with_frames(1)).unwrap().kind, MediaKind::Image);
    for (bytes, mime) in [
        (gif_with_frames(2), "image/gif"),
        (png_moving(), "image/png"),
        (webp_moving(), "image/webp"),
    ] {
        let facts = probe(&bytes).unwrap();
        assert_eq!(
            (facts.kind, facts.mime.as_str()),
            (MediaKind::Animation, mime)
        );
        assert_eq!((facts.width, facts.height), (6, 4), "{mime}");
    }
}

#[test]
fn a_video_is_known_by_its_first_bytes() {
    for (bytes, mime) in [
        (&b"\0\0\0\x18ftypisom\0\0\x02\0"[..], "video/mp4"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0", "video/quicktime"),
        (b"\0\0\0\x08wide\0\0\0\0mdat", "video/quicktime"),
        (b"\x1a\x45\xdf\xa3\x01\0\0\0", "video/webm"),
    ] {
        let facts = probe(bytes).unwrap();
        assert_eq!((facts.kind, facts.mime.as_str()), (MediaKind::Video, mime));
    }
}

#[test]
fn a_picture_that_was_cut_anywhere_is_refused() {
    for (format, mime) in FORMATS {
        let bytes = encoded(format);
        // A GIF may go without its last byte, which says only that it ends.
        let spare = usize::from(format == ImageFormat::Gif);
        for length in 0..bytes.len() - spare {
            assert!(probe(&bytes[..length]).is_err(), "{mime} cut at {length}");
        }
    }
    let png = encoded(ImageFormat::Png);
    check_refused(
        &png[..png.len() - 1],
        "it is cut short or damaged: its PNG data ends too early",
    );
}

#[test]
fn a_picture_that_claims_to_be_huge_costs_nothing() {
    let mut png = encoded(ImageFormat::Png);
    // The header says 100000 pixels each way; its checksum says so too.
    png.splice(16..24, [0, 1, 0x86, 0xa0, 0, 1, 0x86, 0xa0]);
    png.splice(29..33, [0x27, 0x30, 0x9c, 0x9f]);
    check_refused(
        &png,
        "it is 100000 x 100000 pixels: no side may have more than 16384",
    );
}

#[test]
fn other_files_are_refused_with_a_reason() {
    check_refused(b"", "it is empty");
    let unknown = "it is neither a picture nor a video that hayon knows (JPEG, PNG, WebP, GIF)";
    check_refused(b"hello, world", unknown);
    check_refused(b"%PDF-1.7\n", unknown);
    check_refused(b"<svg xmlns='http://www.w3.org/2000/svg'/>", unknown);
    check_refused(
        b"\0\0\0\x18ftypheic\0\0\0\0",
        "it is a picture in HEIC, which hayon does not read: convert it to JPEG or PNG",
    );
    check_refused(
        b"\0\0\0\x18ftypavif\0\0\0\0",
        "it is a picture in AVIF, which hayon does not read: convert it to JPEG or PNG",
    );
    check_refused(
        b"\0\0\0\x18ftyp",
        "it is cut short or damaged: its MP4 data ends too early",
    );
}

#[test]
fn a_file_is_read_and_probed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("really-a-png.jpg");
    std::fs::write(&path, encoded(ImageFormat::Png)).unwrap();
    let (bytes, facts) = read_file(&path).unwrap();
    assert_eq!(bytes, encoded(ImageFormat::Png));
    assert_eq!(facts.mime, "image/png");
}

#[test]
fn what_is_no_file_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |path: &Path| read_file(path).unwrap_err().to_string();
    assert_eq!(
        refused(&folder.path().join("none.png")),
        "there is no such file"
    );
    assert_eq!(refused(folder.path()), "it is no regular file");
}

#[test]
fn a_file_that_is_too_large_is_not_kept_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.png");
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(FILE_BYTES_MAX + 1).unwrap();
    assert_eq!(
        read_file(&path).unwrap_err().to_string(),
        "it is larger than 67108864 bytes"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_damage_makes_the_probe_panic(
        format in 0..4_usize,
        damage in proptest::collection::vec((proptest::num::usize::ANY, proptest::num::u8::ANY), 1..6),
    ) {
        let mut bytes = encoded(FORMATS[format].0);
        for (place, value) in damage {
            let place = place % bytes.len();
            bytes[place] = value;
        }
        if let Ok(facts) = probe(&bytes) {
            prop_assert_eq!(facts.size_bytes, bytes.len() as u64);
        }
    }
}
