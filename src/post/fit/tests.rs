//! What is done to pictures for platforms with every kind of limit, and that it always suffices.

use proptest::prelude::ProptestConfig;
use proptest::prop_assert;
use proptest::prop_assert_eq;
use proptest::proptest;

use crate::post::fit::Change;
use crate::post::fit::Fit;
use crate::post::fit::Fitting;
use crate::post::fit::Metadata;
use crate::post::fit::SavedAs;
use crate::post::fit::Size;
use crate::post::fit::Wishes;
use crate::post::fit::fitting;
use crate::post::limits::ImageLimits;
use crate::post::limits::Limits;
use crate::post::limits::Shape;
use crate::post::limits::Shapes;
use crate::post::media::Details;
use crate::post::media::MediaFacts;
use crate::post::media::MediaKind;
use crate::post::platform::Platform;

fn size(width: u32, height: u32) -> Size {
    Size { width, height }
}

fn facts(mime: &str, width: u32, height: u32, size_bytes: u64) -> MediaFacts {
    MediaFacts {
        kind: MediaKind::Image,
        mime: format!("image/{mime}"),
        width,
        height,
        size_bytes,
        sha256: "0".repeat(64),
        details: Details::default(),
    }
}

fn bluesky() -> ImageLimits {
    Limits::built_in(Platform::Bluesky).image
}

fn mastodon() -> ImageLimits {
    Limits::built_in(Platform::Mastodon).image
}

/// Limits of every kind at once: JPEG, 8 MB, 320 to 1440 wide, 4:5 to 1.91:1.
fn strict() -> ImageLimits {
    let shape = |width, height| Shape { width, height };
    ImageLimits {
        types: vec!["image/jpeg".to_owned()],
        bytes_max: 8_000_000,
        width_min: Some(320),
        width_max: Some(1440),
        shapes: Some(Shapes {
            narrowest: shape(4, 5),
            widest: shape(191, 100),
        }),
        ..ImageLimits::unbounded()
    }
}

fn wishes(fit: Fit) -> Wishes {
    Wishes {
        fit,
        metadata: Metadata::Strip,
    }
}

#[track_caller]
fn drawn(facts: &MediaFacts, limits: &ImageLimits, fit: Fit) -> (Size, Size, SavedAs) {
    let fitting = fitting(facts, limits, wishes(fit)).expect("something to do");
    let drawing = fitting.drawing.expect("a drawing");
    (drawing.picture, drawing.canvas, drawing.saved_as)
}

#[test]
fn what_is_taken_as_it_is_stays_as_it_is() {
    for mime in ["jpeg", "png", "webp", "gif"] {
        let facts = facts(mime, 800, 600, 2_000_000);
        assert_eq!(fitting(&facts, &bluesky(), Wishes::default()), None);
        assert_eq!(fitting(&facts, &mastodon(), Wishes::default()), None);
    }
    let facts = facts("jpeg", 1440, 1080, 8_000_000);
    assert_eq!(fitting(&facts, &strict(), Wishes::default()), None);
}

#[test]
fn metadata_alone_goes_without_a_new_drawing() {
    let mut facts = facts("jpeg", 800, 600, 2_000_500);
    facts.details.metadata_bytes = 500;
    let stripped = Fitting {
        drawing: None,
        metadata: Metadata::Strip,
        bytes_max: 2_000_000,
    };
    assert_eq!(
        fitting(&facts, &bluesky(), Wishes::default()),
        Some(stripped)
    );
    let keep = Wishes {
        metadata: Metadata::Keep,
        ..Wishes::default()
    };
    assert_eq!(fitting(&facts, &mastodon(), keep), None);
    // Kept, it is 500 bytes too much.
    assert!(fitting(&facts, &bluesky(), keep).unwrap().drawing.is_some());
}

#[test]
fn where_there_are_too_many_bytes_what_nobody_sees_goes_first() {
    let of = |width, height, size_bytes| facts("jpeg", width, height, size_bytes);
    let (picture, canvas, saved_as) = drawn(&of(6000, 4000, 2_000_001), &bluesky(), Fit::Refuse);
    assert_eq!((picture, canvas), (size(4000, 2667), size(4000, 2667)));
    assert_eq!(saved_as, SavedAs::Jpeg);
    let (picture, ..) = drawn(&of(4000, 3000, 2_000_001), &bluesky(), Fit::Refuse);
    assert_eq!(picture, size(4000, 3000));
    assert_eq!(
        fitting(&of(6000, 4000, 2_000_000), &bluesky(), Wishes::default()),
        None
    );
}

#[test]
fn a_picture_is_turned_upright() {
    let mut turned = facts("png", 600, 800, 1000);
    turned.details.is_turned = true;
    let (picture, canvas, saved_as) = drawn(&turned, &mastodon(), Fit::Refuse);
    assert_eq!((picture, canvas), (size(600, 800), size(600, 800)));
    assert_eq!(saved_as, SavedAs::PngIfItFits);
}

#[test]
fn a_type_that_is_not_taken_becomes_one_that_is() {
    let webp = facts("webp", 800, 600, 1000);
    assert_eq!(drawn(&webp, &strict(), Fit::Refuse).2, SavedAs::Jpeg);
    let jpeg_and_png = ImageLimits::unbounded();
    assert_eq!(
        drawn(&webp, &jpeg_and_png, Fit::Refuse).2,
        SavedAs::PngIfSeeThrough
    );
    let only_webp = ImageLimits {
        types: vec!["image/webp".to_owned()],
        ..jpeg_and_png
    };
    let jpeg = facts("jpeg", 800, 600, 1000);
    assert_eq!(fitting(&jpeg, &only_webp, Wishes::default()), None);
}

#[test]
fn a_gif_that_is_too_large_for_a_gif_becomes_a_png_of_the_same_size() {
    let (picture, _, saved_as) = drawn(&facts("gif", 1281, 720, 1000), &mastodon(), Fit::Refuse);
    assert_eq!((picture, saved_as), (size(1281, 720), SavedAs::PngIfItFits));
}

#[test]
fn a_picture_is_scaled_to_what_is_taken() {
    let (picture, ..) = drawn(&facts("jpeg", 4000, 3000, 1000), &strict(), Fit::Refuse);
    assert_eq!(picture, size(1440, 1080));
    let (picture, ..) = drawn(&facts("jpeg", 8000, 6000, 1000), &mastodon(), Fit::Refuse);
    assert!(picture.pixels() <= 33_177_600 && picture.pixels() > 33_100_000);
    let (picture, ..) = drawn(&facts("jpeg", 160, 120, 1000), &strict(), Fit::Refuse);
    assert_eq!(picture, size(320, 240));
}

#[test]
fn a_shape_that_is_refused_becomes_what_its_author_said() {
    let wide = facts("jpeg", 4000, 1000, 1000);
    assert_eq!(
        drawn(&wide, &strict(), Fit::Crop),
        (size(3016, 754), size(1440, 754), SavedAs::Jpeg)
    );
    assert_eq!(
        drawn(&wide, &strict(), Fit::Pad),
        (size(1440, 360), size(1440, 754), SavedAs::Jpeg)
    );
    // Scaled though it will be refused: the shape is what the violation is about.
    assert_eq!(drawn(&wide, &strict(), Fit::Refuse).1, size(1440, 360));
    let tall = facts("jpeg", 500, 2000, 1000);
    assert_eq!(drawn(&tall, &strict(), Fit::Crop).1, size(500, 625));
    assert_eq!(drawn(&tall, &strict(), Fit::Pad).1, size(1440, 1800));
}

#[test]
fn instagram_takes_jpeg_and_threads_png_too_and_both_scale() {
    // So that what is drawn for the strict limits is drawn for Instagram.
    assert_eq!(Limits::built_in(Platform::Instagram).image, strict());
    let threads = Limits::built_in(Platform::Threads).image;
    let png = facts("png", 1440, 1800, 8_000_000);
    assert_eq!(fitting(&png, &threads, Wishes::default()), None);
    assert_eq!(drawn(&png, &strict(), Fit::Refuse).2, SavedAs::Jpeg);
    let (picture, ..) = drawn(&facts("png", 2880, 1000, 1000), &threads, Fit::Refuse);
    assert_eq!(picture, size(1440, 500));
    let tall = facts("png", 400, 4100, 1000);
    assert_eq!(drawn(&tall, &threads, Fit::Crop).1, size(400, 4000));
    let facebook = Limits::built_in(Platform::Facebook).image;
    for kind in ["jpeg", "png", "gif"] {
        let facts = facts(kind, 6000, 300, 10_000_000);
        assert_eq!(fitting(&facts, &facebook, Wishes::default()), None);
    }
    assert!(fitting(&facts("webp", 800, 600, 1000), &facebook, Wishes::default()).is_some());
}

#[test]
fn videos_and_animations_are_left_alone() {
    for kind in [MediaKind::Animation, MediaKind::Video] {
        let facts = MediaFacts {
            kind,
            ..facts("gif", 4000, 100, 1 << 40)
        };
        assert_eq!(fitting(&facts, &strict(), wishes(Fit::Crop)), None);
    }
}

#[test]
fn changes_are_told_in_words() {
    for (change, words) in [
        (Change::Turned, "turned upright"),
        (Change::Cropped(size(3, 4)), "cropped to 3 × 4 px"),
        (Change::Padded(size(3, 4)), "padded to 3 × 4 px"),
        (Change::Scaled(size(3, 4)), "scaled to 3 × 4 px"),
        (Change::Flattened, "laid on white"),
        (Change::Converted("JPEG"), "converted to JPEG"),
        (Change::Compressed(1_900_001), "compressed to 1.91 MB"),
        (Change::Compressed(1_000_000), "compressed to 1.00 MB"),
        (Change::Compressed(899_001), "compressed to 900 kB"),
        (Change::Stripped, "stripped of metadata"),
    ] {
        assert_eq!(change.to_string(), words);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_is_drawn_is_always_taken(
        width in 1..16_384_u32,
        height in 1..16_384_u32,
        crops in proptest::bool::ANY,
        pixels_max in 200_000..40_000_000_u64,
        height_max in 500..9000_u32,
    ) {
        let limits = ImageLimits {
            pixels_max: Some(pixels_max),
            height_max: Some(height_max),
            ..strict()
        };
        let fit = if crops { Fit::Crop } else { Fit::Pad };
        let facts = facts("png", width, height, 1000);
        let fitting = fitting(&facts, &limits, wishes(fit)).unwrap();
        let drawing = fitting.drawing.unwrap();
        let canvas = drawing.canvas;
        prop_assert!(limits.shapes.unwrap().contain(canvas), "{canvas}");
        prop_assert!(canvas.width <= 1440 && canvas.height <= height_max, "{canvas}");
        prop_assert!(canvas.pixels() <= pixels_max, "{canvas}");
        // Nothing is stretched by more than rounding does.
        let stretch = f64::from(drawing.picture.width) * f64::from(height)
            - f64::from(drawing.picture.height) * f64::from(width);
        prop_assert!(stretch.abs() <= f64::from(width.max(height)) * 2.0, "{}", drawing.picture);
    }

    #[test]
    fn nothing_grows_that_need_not(width in 320..16_384_u32, height in 1..16_384_u32) {
        let facts = facts("jpeg", width, height, 1000);
        if let Some(fitting) = fitting(&facts, &strict(), wishes(Fit::Crop)) {
            let drawing = fitting.drawing.unwrap();
            prop_assert!(drawing.canvas.width <= width.max(320));
            prop_assert_eq!(fitting.bytes_max, 8_000_000);
        }
    }
}
