//! Real pictures, made here, and what becomes of them.

mod metadata;

use image::DynamicImage;
use image::GrayImage;
use image::ImageDecoder;
use image::ImageFormat;
use image::ImageReader;
use image::Rgba;
use image::RgbaImage;
use proptest::prelude::ProptestConfig;
use proptest::prop_assert_eq;
use proptest::proptest;

use crate::media::fit::FitError;
use crate::media::fit::Fitted;
use crate::media::fit::fit;
use crate::media::probe::probe;
use crate::media::samples::exif;
use crate::media::samples::file;
use crate::media::samples::jpeg_with_exif;
use crate::media::samples::noise;
use crate::media::samples::red_and_blue;
use crate::media::samples::with_chunk;
use crate::post::fit::Drawing;
use crate::post::fit::Fit;
use crate::post::fit::Fitting;
use crate::post::fit::Metadata;
use crate::post::fit::SavedAs;
use crate::post::fit::Size;
use crate::post::fit::Wishes;
use crate::post::fit::fitting;
use crate::post::limits::ImageLimits;
use crate::post::limits::Shape;
use crate::post::limits::Shapes;

/// Makes `bytes` fit into `limits`.
fn fitted(bytes: &[u8], limits: &ImageLimits, wishes: Wishes) -> Result<Fitted, FitError> {
    let facts = probe(bytes).unwrap();
    let fitting = fitting(&facts, limits, wishes).expect("something to do");
    fit(bytes, &facts, &fitting)
}

/// Makes `bytes` fit as most people would have it, and says what was done.
#[track_caller]
fn check(bytes: &[u8], limits: &ImageLimits, changes: &[&str]) -> Fitted {
    check_with(bytes, limits, Wishes::default(), changes)
}

#[track_caller]
fn check_with(bytes: &[u8], limits: &ImageLimits, wishes: Wishes, changes: &[&str]) -> Fitted {
    let fitted = fitted(bytes, limits, wishes).unwrap();
    let told: Vec<String> = fitted.changes.iter().map(ToString::to_string).collect();
    assert_eq!(told, changes);
    assert!(fitted.facts.size_bytes <= limits.bytes_max);
    assert_eq!(probe(&fitted.bytes).unwrap(), fitted.facts);
    // What fits need not be touched again.
    assert_eq!(fitting(&fitted.facts, limits, wishes), None);
    fitted
}

fn decoded(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(bytes).unwrap()
}

/// Asserts which colour a pixel has, as far as JPEG keeps it.
#[track_caller]
fn check_pixel(bytes: &[u8], x: u32, y: u32, expected: [u8; 3]) {
    let found = decoded(bytes).to_rgb8().get_pixel(x, y).0;
    let differs = |(one, other): (u8, u8)| one.abs_diff(other) > 12;
    let is_other = found.into_iter().zip(expected).any(differs);
    assert!(!is_other, "{found:?} at {x}, {y}, not {expected:?}");
}

const RED: [u8; 3] = [250, 10, 10];
const BLUE: [u8; 3] = [10, 10, 250];
const WHITE: [u8; 3] = [255, 255, 255];

fn unbounded() -> ImageLimits {
    ImageLimits::unbounded()
}

fn bytes_max(bytes_max: u64) -> ImageLimits {
    ImageLimits {
        bytes_max,
        ..unbounded()
    }
}

fn only_jpeg() -> ImageLimits {
    ImageLimits {
        types: vec!["image/jpeg".to_owned()],
        ..unbounded()
    }
}

fn all_types() -> ImageLimits {
    let types = ["jpeg", "png", "webp", "gif"];
    ImageLimits {
        types: types.iter().map(|kind| format!("image/{kind}")).collect(),
        ..unbounded()
    }
}

#[test]
fn a_turned_picture_comes_upright() {
    let jpeg = file(red_and_blue(80, 40), ImageFormat::Jpeg);
    // Told to be turned a quarter to the right, what was left is above.
    let upright = check(
        &jpeg_with_exif(&jpeg, 6),
        &all_types(),
        &["turned upright", "stripped of metadata"],
    );
    assert_eq!((upright.facts.width, upright.facts.height), (40, 80));
    check_pixel(&upright.bytes, 20, 10, RED);
    check_pixel(&upright.bytes, 20, 70, BLUE);
    let mirrored = check(
        &jpeg_with_exif(&jpeg, 2),
        &all_types(),
        &["turned upright", "stripped of metadata"],
    );
    check_pixel(&mirrored.bytes, 10, 20, BLUE);
}

#[test]
fn too_many_bytes_are_compressed_away_and_the_size_stays() {
    let picture = red_and_blue(600, 400);
    let png = file(noise(600, 400), ImageFormat::Png);
    let fitted = fitted(&png, &bytes_max(220_000), Wishes::default()).unwrap();
    assert_eq!((fitted.facts.width, fitted.facts.height), (600, 400));
    assert_eq!(fitted.facts.mime, "image/jpeg");
    // As good as the limit lets it be.
    assert!(fitted.facts.size_bytes > 160_000, "{fitted:?}");
    let last = fitted.changes.last().unwrap().to_string();
    assert!(last.starts_with("compressed to "), "{last}");
    let small = file(picture, ImageFormat::Jpeg);
    assert!(small.len() < 220_000);
}

#[test]
fn where_quality_does_not_suffice_a_picture_is_scaled_down() {
    let jpeg = file(noise(600, 400), ImageFormat::Jpeg);
    let fitted = fitted(&jpeg, &bytes_max(20_000), Wishes::default()).unwrap();
    let facts = &fitted.facts;
    assert!(facts.size_bytes <= 20_000 && facts.size_bytes > 10_000);
    assert!(facts.width < 600 && facts.width > 100);
    let ratio = f64::from(facts.width) / f64::from(facts.height);
    assert!((ratio - 1.5).abs() < 0.02, "{ratio}");
    let first = fitted.changes[0].to_string();
    assert_eq!(
        first,
        format!("scaled to {} × {} px", facts.width, facts.height)
    );
}

#[test]
fn what_can_never_fit_is_an_error_and_no_endless_loop() {
    let jpeg = file(noise(600, 400), ImageFormat::Jpeg);
    let error = fitted(&jpeg, &bytes_max(100), Wishes::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "however small it is made, it has more than 100 bytes"
    );
}

#[test]
fn a_picture_with_too_many_bytes_is_first_scaled_to_what_is_worth_sending() {
    let limits = ImageLimits {
        side_advised_max: Some(300),
        ..bytes_max(90_000)
    };
    let jpeg = file(noise(600, 400), ImageFormat::Jpeg);
    let fitted = fitted(&jpeg, &limits, Wishes::default()).unwrap();
    assert_eq!((fitted.facts.width, fitted.facts.height), (300, 200));
}

#[test]
fn a_compressed_picture_still_looks_like_what_it_was() {
    let picture = red_and_blue(640, 480);
    let png = file(picture.clone(), ImageFormat::Png);
    let jpeg = check(&png, &only_jpeg(), &["converted to JPEG"]);
    let back = decoded(&jpeg.bytes).to_rgb8();
    let error = |(one, other): (&u8, &u8)| u64::from(one.abs_diff(*other)).pow(2);
    let sum: u64 = picture.as_raw().iter().zip(back.as_raw()).map(error).sum();
    // Over 30 decibels of signal to noise.
    assert!(sum / (640 * 480 * 3) < 65, "{sum}");
}

#[test]
fn a_transparent_png_stays_one_where_it_fits_and_is_laid_on_white_where_not() {
    let glass = RgbaImage::from_fn(60, 40, |x, _| {
        let alpha = if x < 30 { 0 } else { 255 };
        Rgba([10, 10, 250, alpha])
    });
    let png = with_chunk(&file(glass, ImageFormat::Png), b"eXIf", &exif(3));
    let turned = check(
        &png,
        &all_types(),
        &["turned upright", "stripped of metadata"],
    );
    assert_eq!(turned.facts.mime, "image/png");
    let pixels = decoded(&turned.bytes).to_rgba8();
    assert_eq!(
        (pixels.get_pixel(5, 5)[3], pixels.get_pixel(55, 5)[3]),
        (255, 0)
    );
    let flat = check(
        &png,
        &only_jpeg(),
        &[
            "turned upright",
            "laid on white",
            "converted to JPEG",
            "stripped of metadata",
        ],
    );
    check_pixel(&flat.bytes, 5, 5, BLUE);
    check_pixel(&flat.bytes, 55, 5, WHITE);
}

#[test]
fn a_channel_that_hides_nothing_is_no_transparency() {
    let opaque = RgbaImage::from_pixel(20, 20, Rgba([250, 10, 10, 255]));
    let png = file(opaque, ImageFormat::Png);
    let jpeg = check(&png, &only_jpeg(), &["converted to JPEG"]);
    check_pixel(&jpeg.bytes, 3, 3, RED);
}

#[test]
fn a_webp_becomes_what_the_platform_takes() {
    let webp = file(red_and_blue(40, 30), ImageFormat::WebP);
    let jpeg = check(&webp, &unbounded(), &["converted to JPEG"]);
    assert_eq!(jpeg.facts.mime, "image/jpeg");
    check_pixel(&jpeg.bytes, 5, 5, RED);
    let glass = RgbaImage::from_pixel(20, 20, Rgba([250, 10, 10, 99]));
    let png = check(
        &file(glass, ImageFormat::WebP),
        &unbounded(),
        &["converted to PNG"],
    );
    assert_eq!(png.facts.mime, "image/png");
}

#[test]
fn a_grey_picture_stays_grey() {
    let grey = GrayImage::from_pixel(60, 40, image::Luma([77]));
    let limits = ImageLimits {
        width_max: Some(30),
        ..only_jpeg()
    };
    let fitted = check(
        &file(grey, ImageFormat::Jpeg),
        &limits,
        &["scaled to 30 × 20 px"],
    );
    let decoder = ImageReader::with_format(std::io::Cursor::new(&fitted.bytes), ImageFormat::Jpeg);
    let decoder = decoder.into_decoder().unwrap();
    assert!(!decoder.color_type().has_color());
    check_pixel(&fitted.bytes, 10, 10, [77, 77, 77]);
}

#[test]
fn a_shape_that_is_refused_is_cropped_or_padded_about_its_middle() {
    let shape = |width, height| Shape { width, height };
    let limits = ImageLimits {
        shapes: Some(Shapes {
            narrowest: shape(4, 5),
            widest: shape(2, 1),
        }),
        ..only_jpeg()
    };
    let jpeg = file(red_and_blue(400, 100), ImageFormat::Jpeg);
    let wishes = |fit| Wishes {
        fit,
        ..Wishes::default()
    };
    let cropped = check_with(
        &jpeg,
        &limits,
        wishes(Fit::Crop),
        &["cropped to 200 × 100 px"],
    );
    check_pixel(&cropped.bytes, 20, 50, RED);
    check_pixel(&cropped.bytes, 180, 50, BLUE);
    let padded = check_with(
        &jpeg,
        &limits,
        wishes(Fit::Pad),
        &["padded to 400 × 200 px"],
    );
    check_pixel(&padded.bytes, 200, 20, WHITE);
    check_pixel(&padded.bytes, 200, 180, WHITE);
    check_pixel(&padded.bytes, 50, 100, RED);
}

#[test]
fn the_same_picture_gives_the_same_bytes() {
    let png = file(noise(300, 200), ImageFormat::Png);
    let once = fitted(&png, &bytes_max(30_000), Wishes::default()).unwrap();
    let again = fitted(&png, &bytes_max(30_000), Wishes::default()).unwrap();
    assert_eq!(once.bytes, again.bytes);
}

#[test]
fn pixels_that_are_not_what_the_header_says_are_an_error() {
    // Ends as it should, but between the header and the end there is nothing to decode.
    let mut png = file(noise(30, 30), ImageFormat::Png);
    let data = png.windows(4).position(|name| name == b"IDAT").unwrap() + 4;
    png[data + 2] ^= 0xff;
    let error = fitted(&png, &only_jpeg(), Wishes::default()).unwrap_err();
    assert!(matches!(error, FitError::Unreadable(_)), "{error}");
}

#[test]
fn a_picture_with_more_pixels_than_are_worked_on_is_refused_before_it_is_decoded() {
    let mut png = file(noise(6, 4), ImageFormat::Png);
    // The header says 16000 by 16000; its checksum says so too.
    png.splice(16..24, [0, 0, 0x3e, 0x80, 0, 0, 0x3e, 0x80]);
    let checksum = crate::media::samples::crc32(&png[12..29]).to_be_bytes();
    png.splice(29..33, checksum);
    let error = fitted(&png, &only_jpeg(), Wishes::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "it has 256000000 pixels, and hayon works on 120000000 at most"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_damage_makes_the_work_on_pixels_panic(
        format in 0..4_usize,
        damage in proptest::collection::vec((proptest::num::usize::ANY, proptest::num::u8::ANY), 1..6),
    ) {
        let formats = [
            ImageFormat::Jpeg,
            ImageFormat::Png,
            ImageFormat::WebP,
            ImageFormat::Gif,
        ];
        let mut bytes = file(noise(13, 9), formats[format]);
        for (place, value) in damage {
            let place = place % bytes.len();
            bytes[place] = value;
        }
        let half = Size { width: 7, height: 5 };
        let fitting = Fitting {
            drawing: Some(Drawing {
                picture: half,
                canvas: half,
                saved_as: SavedAs::Jpeg,
            }),
            metadata: Metadata::Strip,
            bytes_max: 10_000,
        };
        if let Ok(facts) = probe(&bytes)
            && let Ok(fitted) = fit(&bytes, &facts, &fitting)
        {
            prop_assert_eq!((fitted.facts.width, fitted.facts.height), (7, 5));
        }
    }
}
