//! What a file says beside its pixels: what goes, and what stays.

use image::ImageFormat;

use crate::media::fit::FitError;
use crate::media::fit::tests::all_types;
use crate::media::fit::tests::check;
use crate::media::fit::tests::check_with;
use crate::media::fit::tests::decoded;
use crate::media::fit::tests::fitted;
use crate::media::samples::exif;
use crate::media::samples::file;
use crate::media::samples::jpeg_with_exif;
use crate::media::samples::noise;
use crate::media::samples::red_and_blue;
use crate::media::samples::tells_place;
use crate::media::samples::webp_with_exif;
use crate::media::samples::with_chunk;
use crate::media::samples::with_segment;
use crate::post::fit::Fit;
use crate::post::fit::Metadata;
use crate::post::fit::Wishes;

const KEEP: Wishes = Wishes {
    fit: Fit::Refuse,
    metadata: Metadata::Keep,
};

#[test]
fn metadata_goes_and_no_pixel_changes() {
    let picture = noise(40, 30);
    let jpeg = file(picture.clone(), ImageFormat::Jpeg);
    let png = file(picture.clone(), ImageFormat::Png);
    let webp = file(picture, ImageFormat::WebP);
    let film = [&jpeg_with_exif(&jpeg, 1)[..], b"a film"].concat();
    for (bytes, bare) in [
        (jpeg_with_exif(&jpeg, 1), &jpeg),
        (with_segment(&jpeg, 0xfe, &exif(1)), &jpeg),
        (film, &jpeg),
        (with_chunk(&png, b"eXIf", &exif(1)), &png),
        (with_chunk(&png, b"iTXt", &exif(1)), &png),
        (webp_with_exif(&webp, 40, 30), &webp),
    ] {
        assert!(tells_place(&bytes));
        let stripped = check(&bytes, &all_types(), &["stripped of metadata"]);
        assert!(!tells_place(&stripped.bytes));
        assert_eq!(decoded(&stripped.bytes), decoded(bare));
    }
}

#[test]
fn a_profile_of_colours_stays_when_the_rest_goes() {
    let profile = b"ICC_PROFILE\0\x01\x01what the colours mean";
    let jpeg = with_segment(&file(noise(8, 8), ImageFormat::Jpeg), 0xe2, profile);
    let stripped = check(
        &jpeg_with_exif(&jpeg, 1),
        &all_types(),
        &["stripped of metadata"],
    );
    assert_eq!(stripped.bytes, jpeg);
}

#[test]
fn kept_metadata_does_not_turn_a_picture_twice() {
    for (format, with_exif) in [
        (
            ImageFormat::Jpeg,
            jpeg_with_exif(&file(red_and_blue(80, 40), ImageFormat::Jpeg), 6),
        ),
        (
            ImageFormat::Png,
            with_chunk(
                &file(red_and_blue(80, 40), ImageFormat::Png),
                b"eXIf",
                &exif(6),
            ),
        ),
    ] {
        let kept = check_with(&with_exif, &all_types(), KEEP, &["turned upright"]);
        assert!(tells_place(&kept.bytes), "{format:?}");
        assert_eq!((kept.facts.width, kept.facts.height), (40, 80));
        assert!(!kept.facts.details.is_turned);
    }
}

#[test]
fn what_is_lost_of_kept_metadata_is_told() {
    let jpeg = jpeg_with_exif(&file(noise(8, 8), ImageFormat::Jpeg), 6);
    let more = with_segment(&jpeg, 0xfe, b"a comment that has no place in a new drawing");
    let changes = ["turned upright", "stripped of metadata other than EXIF"];
    let kept = check_with(&more, &all_types(), KEEP, &changes);
    assert!(tells_place(&kept.bytes));
}

#[test]
fn a_jpeg_with_a_scan_for_each_colour_is_refused_and_not_spoilt() {
    let picture = red_and_blue(64, 48);
    let mut jpeg = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut jpeg, 90);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
    encoder.set_optimized_huffman_tables(true);
    encoder
        .encode(picture.as_raw(), 64, 48, jpeg_encoder::ColorType::Rgb)
        .unwrap();
    // Its metadata go all the same, for which nothing is decoded.
    let stripped = check(
        &jpeg_with_exif(&jpeg, 1),
        &all_types(),
        &["stripped of metadata"],
    );
    assert_eq!(stripped.bytes, jpeg);
    let error = fitted(&jpeg_with_exif(&jpeg, 6), &all_types(), Wishes::default()).unwrap_err();
    assert!(matches!(error, FitError::Parted), "{error}");
}
