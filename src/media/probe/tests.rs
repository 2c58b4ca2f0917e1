//! Pictures made here, whole, cut, turned and moving; and files that only look like pictures.

use std::io::Cursor;
use std::path::Path;
use std::time::Duration;

use image::Delay;
use image::DynamicImage;
use image::Frame;
use image::ImageFormat;
use image::RgbaImage;
use image::codecs::gif::GifEncoder;
use proptest::prelude::ProptestConfig;
use proptest::prop_assert;
use proptest::prop_assert_eq;
use proptest::proptest;

use crate::media::probe::FILE_BYTES_MAX;
use crate::media::probe::probe;
use crate::media::probe::read_file;
use crate::media::samples;
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
    let half_a_second = Delay::from_numer_denom_ms(500, 1);
    let mut encoder = GifEncoder::new(&mut bytes);
    for _ in 0..count {
        encoder
            .encode_frame(Frame::from_parts(RgbaImage::new(6, 4), 0, 0, half_a_second))
            .unwrap();
    }
    drop(encoder);
    bytes
}

/// Returns a PNG that says it is an animation of two frames, and has one, of half a second.
fn png_moving() -> Vec<u8> {
    let mut frame = [0; 26];
    (frame[7], frame[11]) = (6, 4);
    frame[20..24].copy_from_slice(&[0, 1, 0, 2]);
    let png = encoded(ImageFormat::Png);
    let png = samples::with_chunk(&png, b"fcTL", &frame);
    samples::with_chunk(&png, b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0])
}

fn webp_moving() -> Vec<u8> {
    let still = encoded(ImageFormat::WebP);
    // Both with the dimensions less one, in three bytes each.
    let canvas = samples::webp_chunk(b"VP8X", &[2, 0, 0, 0, 5, 0, 0, 3, 0, 0]);
    let control = samples::webp_chunk(b"ANIM", &[0; 6]);
    let place = [0, 0, 0, 0, 0, 0, 5, 0, 0, 3, 0, 0, 100, 0, 0, 0];
    let frame = samples::webp_chunk(b"ANMF", &[&place, &still[12..]].concat());
    let body = [&b"WEBP"[..], &canvas, &control, &frame, &frame].concat();
    samples::webp_chunk(b"RIFF", &body)
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
        let turned = samples::jpeg_with_exif(&encoded(ImageFormat::Jpeg), orientation);
        let facts = probe(&turned).unwrap();
        assert_eq!((facts.width, facts.height), dimensions, "{orientation}");
        assert_eq!(facts.details.is_turned, orientation != 1, "{orientation}");
    }
}

#[test]
fn a_moving_picture_is_an_animation() {
    assert_eq!(probe(&gif_with_frames(1)).unwrap().kind, MediaKind::Image);
    for (bytes, mime, milliseconds) in [
        (gif_with_frames(2), "image/gif", 1000),
        (png_moving(), "image/png", 500),
        (webp_moving(), "image/webp", 200),
    ] {
        let facts = probe(&bytes).unwrap();
        assert_eq!(
            (facts.kind, facts.mime.as_str()),
            (MediaKind::Animation, mime)
        );
        assert_eq!((facts.width, facts.height), (6, 4), "{mime}");
        let duration = Duration::from_millis(milliseconds);
        assert_eq!(facts.details.duration, Some(duration), "{mime}");
    }
}

#[test]
fn a_video_is_known_by_its_boxes() {
    for (codec, name) in [
        (b"avc1", "H.264"),
        (b"hvc1", "HEVC"),
        (b"av01", "AV1"),
        (b"zzz1", "zzz1"),
    ] {
        let facts = probe(&samples::mp4(codec, false)).unwrap();
        assert_eq!(
            (facts.kind, facts.mime.as_str()),
            (MediaKind::Video, "video/mp4")
        );
        assert_eq!((facts.width, facts.height), (1920, 1080));
        assert_eq!(facts.details.codec.as_deref(), Some(name));
        assert_eq!(facts.details.duration, Some(Duration::from_millis(12_500)));
    }
    let upright = probe(&samples::mp4(b"avc1", true)).unwrap();
    assert_eq!((upright.width, upright.height), (1080, 1920));
}

#[test]
fn a_video_is_of_the_type_that_its_first_bytes_say() {
    let movie = samples::mp4(b"avc1", false);
    let moov = &movie[movie.windows(4).position(|name| name == b"moov").unwrap() - 4..];
    for (first, mime) in [
        (&b"\0\0\0\x10ftypisom\0\0\x02\0"[..], "video/mp4"),
        (b"\0\0\0\x10ftypqt  \0\0\0\0", "video/quicktime"),
        (b"\0\0\0\x08wide", "video/quicktime"),
    ] {
        let facts = probe(&[first, moov].concat()).unwrap();
        assert_eq!((facts.kind, facts.mime.as_str()), (MediaKind::Video, mime));
    }
    // The film may be said to reach to the end of the file.
    let open_ended = [moov, b"\0\0\0\0mdat"].concat();
    assert_eq!(probe(&open_ended).unwrap().mime, "video/quicktime");
    let webm = probe(b"\x1a\x45\xdf\xa3\x01\0\0\0").unwrap();
    assert_eq!((webm.mime.as_str(), webm.width), ("video/webm", 0));
}

#[test]
fn a_video_that_was_cut_is_refused() {
    let movie = samples::mp4(b"avc1", false);
    for length in 12..movie.len() {
        check_refused(
            &movie[..length],
            "it is cut short or damaged: its video data ends too early",
        );
    }
}

#[test]
fn what_says_more_than_the_pixels_is_counted() {
    let jpeg = encoded(ImageFormat::Jpeg);
    let png = encoded(ImageFormat::Png);
    let webp = encoded(ImageFormat::WebP);
    let exif = samples::exif(1);
    let bytes_of = |bytes: &[u8]| probe(bytes).unwrap().details.metadata_bytes;
    for format in FORMATS {
        assert_eq!(bytes_of(&encoded(format.0)), 0, "{}", format.1);
    }
    for (bytes, expected) in [
        (samples::jpeg_with_exif(&jpeg, 1), exif.len() + 10),
        (samples::with_segment(&jpeg, 0xfe, b"by me"), 9),
        (samples::with_segment(&jpeg, 0xed, b"Photoshop"), 13),
        (samples::with_segment(&jpeg, 0xe2, b"MPF\0"), 8),
        (samples::with_segment(&jpeg, 0xe2, b"ICC_PROFILE\0"), 0),
        ([&jpeg[..], b"a film"].concat(), 6),
        (samples::with_chunk(&png, b"eXIf", &exif), exif.len() + 12),
        (samples::with_chunk(&png, b"tEXt", b"Author\0me"), 21),
        (samples::with_chunk(&png, b"neWs", b"?"), 13),
        (samples::with_chunk(&png, b"pHYs", &[0; 9]), 0),
        (samples::webp_with_exif(&webp, 6, 4), exif.len() + 8),
        ([&webp[..], b"more"].concat(), 4),
        (gif_with_comment(), 9),
    ] {
        assert_eq!(bytes_of(&bytes), expected as u64);
    }
}

/// Returns a GIF that says something between its header and its picture.
fn gif_with_comment() -> Vec<u8> {
    let gif = encoded(ImageFormat::Gif);
    let colours = match gif[10] {
        flags if flags & 0x80 != 0 => 3 << ((flags & 7) + 1),
        _ => 0,
    };
    let (before, after) = gif.split_at(13 + colours);
    [before, b"\x21\xfe\x05by me\0", after].concat()
}

#[test]
fn a_jpeg_for_print_is_refused_with_what_to_do() {
    let jpeg = encoded(ImageFormat::Jpeg);
    let frame = jpeg
        .windows(2)
        .position(|marker| marker == [0xff, 0xc0])
        .unwrap();
    let mut cmyk = jpeg;
    cmyk[frame + 9] = 4;
    check_refused(
        &cmyk,
        "it is a JPEG in the colours of print (CMYK), which every screen shows otherwise: convert \
         it to sRGB",
    );
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
        "it is cut short or damaged: its video data ends too early",
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

fn one_of_each() -> Vec<Vec<u8>> {
    let mut files: Vec<_> = FORMATS.iter().map(|format| encoded(format.0)).collect();
    files.push(samples::jpeg_with_exif(&encoded(ImageFormat::Jpeg), 6));
    files.push(samples::webp_with_exif(&encoded(ImageFormat::WebP), 6, 4));
    files.extend([
        gif_with_frames(2),
        gif_with_comment(),
        png_moving(),
        webp_moving(),
        samples::mp4(b"hvc1", true),
    ]);
    files
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_bytes_make_the_probe_panic(
        first in 0..12_usize,
        bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200),
    ) {
        // Behind the beginning of every format, and of none.
        let beginnings: [&[u8]; 12] = [
            b"", b"\xff\xd8", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBP",
            b"GIF89a", b"GIF87a\x01\0\x01\0\0\0\0", b"\0\0\0\x10ftypisom\0\0\0\0",
            b"\0\0\0\x40moov", b"\0\0\0\x01moov\0\0\0\0", b"\x1a\x45\xdf\xa3", b"II*\0",
        ];
        let bytes = [beginnings[first], &bytes].concat();
        if let Ok(facts) = probe(&bytes) {
            prop_assert!(facts.details.metadata_bytes < facts.size_bytes);
        }
    }

    #[test]
    fn no_damage_makes_the_probe_panic(
        which in 0..11_usize,
        damage in proptest::collection::vec((proptest::num::usize::ANY, proptest::num::u8::ANY), 1..6),
    ) {
        let mut bytes = one_of_each().swap_remove(which);
        for (place, value) in damage {
            let place = place % bytes.len();
            bytes[place] = value;
        }
        if let Ok(facts) = probe(&bytes) {
            prop_assert_eq!(facts.size_bytes, bytes.len() as u64);
        }
    }
}
