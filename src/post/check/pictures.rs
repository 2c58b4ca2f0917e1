//! The rules about pictures: how many, how large, of what kind and shape, and their alt texts.

use crate::post::check::MissingAlt;
use crate::post::check::Review;
use crate::post::draft::Draft;
use crate::post::fit::Size;
use crate::post::limits::HandOver;
use crate::post::limits::ImageLimits;
use crate::post::limits::Limits;
use crate::post::media::Media;
use crate::post::media::MediaKind;
use crate::post::platform::Platform;
use crate::text::count_graphemes;

/// Holds the media of `review` against `limits`.
pub(super) fn look_at_media(
    draft: &Draft,
    limits: &Limits,
    missing_alt: MissingAlt,
    review: &mut Review,
) {
    let (platform, count) = (review.platform.title(), review.media.len());
    if count > limits.images_max {
        review.refuse(
            "too_many_images",
            format!(
                "there are {count} pictures; {platform} takes {}",
                limits.images_max
            ),
            format!("leave {} out", count - limits.images_max),
        );
    }
    if let Some(advised) = limits.images_advised_max
        && count > advised
        && count <= limits.images_max
    {
        review.warn(
            "too_many_images",
            format!("there are {count} pictures; older readers of {platform} show {advised}"),
            format!("leave {} out", count - advised),
        );
    }
    look_at_presence(limits, review);
    let are_images = |media: &Media| media.facts.kind == MediaKind::Image;
    if review.platform == Platform::Mastodon && count > 1 && !review.media.iter().all(are_images) {
        review.refuse(
            "mixed_media",
            "Mastodon takes pictures, or one video or animation alone, but not both".to_owned(),
            "send the video in a post of its own",
        );
    }
    if review.platform == Platform::Instagram && !are_alike(&review.media) {
        review.warn(
            "cropped_pictures",
            "the pictures have different shapes: Instagram cuts all of them to that of the first"
                .to_owned(),
            "give them one shape, or put first the one whose shape suits all",
        );
    }
    for (index, media) in review.media.clone().iter().enumerate() {
        let name = draft.media_name(index);
        look_at_kind(media, &name, &limits.image, review);
        look_at_size(media, &name, &limits.image, review);
        look_at_shape(media, &name, &limits.image, review);
        look_at_alt(media, &name, limits, missing_alt, review);
    }
}

/// Whether the pictures have one shape, but for what rounding does to it.
fn are_alike(media: &[Media]) -> bool {
    let ratio = |media: &Media| f64::from(media.facts.width) / f64::from(media.facts.height.max(1));
    let Some(first) = media.first().map(ratio) else {
        return true;
    };
    media
        .iter()
        .map(ratio)
        .all(|it| (it / first - 1.0).abs() < 0.01)
}

/// Holds against `limits` whether there is a picture at all, and whether it can get there.
fn look_at_presence(limits: &Limits, review: &mut Review) {
    let platform = review.platform.title();
    if limits.needs_image && review.media.is_empty() {
        review.refuse(
            "no_image",
            format!("{platform} takes no post without a picture"),
            "add one with `--media`, or leave this account out",
        );
    }
    if limits.hand_over == HandOver::NoAddress && !review.media.is_empty() {
        review.refuse(
            "no_public_media",
            format!("{platform} fetches pictures from the web, and the media folder is not there"),
            "set `bucket` in `[media]` (or `HAYON_MEDIA_BUCKET`), or `public_url` to where your \
             web server shows the folder",
        );
    }
}

fn look_at_kind(media: &Media, name: &str, limits: &ImageLimits, review: &mut Review) {
    let platform = review.platform.title();
    let (mime, what) = (&media.facts.mime, described(media));
    let (message, fix) = match media.facts.kind {
        MediaKind::Image if limits.types.contains(mime) => return,
        MediaKind::Image => (
            format!("{name} is {mime}, which {platform} does not take"),
            if limits.types.contains(&"image/png".to_owned()) {
                "convert it to JPEG or PNG"
            } else {
                "convert it to JPEG"
            },
        ),
        MediaKind::Animation => (
            format!("{name} is an animation ({what}), and hayon sends still pictures only"),
            "use a still picture, such as one frame of it as PNG",
        ),
        MediaKind::Video => (
            format!("{name} is a video ({what}), and hayon sends still pictures only"),
            "use a still picture, such as one frame of it as JPEG",
        ),
    };
    review.refuse("unsupported_type", message, fix);
}

/// Returns what is known of something that moves.
fn described(media: &Media) -> String {
    let facts = &media.facts;
    let mut words = vec![facts.mime.clone()];
    words.extend(facts.details.codec.clone());
    if facts.width > 0 {
        words.push(format!("{} x {}", facts.width, facts.height));
    }
    let duration = facts.details.duration;
    words.extend(duration.map(|duration| format!("{:.1} s", duration.as_secs_f64())));
    words.join(", ")
}

fn look_at_size(media: &Media, name: &str, limits: &ImageLimits, review: &mut Review) {
    if media.facts.kind != MediaKind::Image {
        return;
    }
    let platform = review.platform.title();
    let (size, size_max) = (media.facts.size_bytes, limits.bytes_max);
    if size > size_max {
        review.refuse(
            "image_too_large",
            format!("{name} has {size} bytes; {platform} takes {size_max}"),
            "make it smaller, or save it as JPEG at a lower quality",
        );
    }
    if let Some(advised) = limits.bytes_advised_max
        && size > advised
        && size <= size_max
    {
        review.warn(
            "image_too_large",
            format!("{name} has {size} bytes; {platform} has refused more than {advised} at times"),
            "make it smaller, or save it as JPEG at a lower quality",
        );
    }
    let (width, height) = (media.facts.width, media.facts.height);
    let pixels = u64::from(width) * u64::from(height);
    if let Some(pixels_max) = limits.pixels_max_of(&media.facts.mime)
        && pixels > pixels_max
    {
        review.refuse(
            "image_too_many_pixels",
            format!("{name} is {width} x {height}, {pixels} pixels; {platform} takes {pixels_max}"),
            if media.facts.mime == "image/gif" {
                "scale it down, or convert it to PNG"
            } else {
                "scale it down"
            },
        );
    }
    for (side, is, max) in [
        ("wide", width, limits.width_max),
        ("high", height, limits.height_max),
    ] {
        if let Some(max) = max.filter(|max| is > *max) {
            review.refuse(
                "image_too_many_pixels",
                format!("{name} is {is} pixels {side}; {platform} takes {max}"),
                "scale it down",
            );
        }
    }
}

fn look_at_shape(media: &Media, name: &str, limits: &ImageLimits, review: &mut Review) {
    let (width, height) = (media.facts.width, media.facts.height);
    let Some(shapes) = limits.shapes else {
        return;
    };
    if media.facts.kind != MediaKind::Image || shapes.contain(Size { width, height }) {
        return;
    }
    let ratio = |width: u32, height: u32| {
        let ratio = f64::from(width) / f64::from(height);
        format!("{}:1", (ratio * 100.0).round() / 100.0)
    };
    let (narrowest, widest) = (shapes.narrowest, shapes.widest);
    review.refuse(
        "image_wrong_shape",
        format!(
            "{name} is {width} x {height}, {}; {} takes {} to {}",
            ratio(width, height),
            review.platform.title(),
            ratio(narrowest.width, narrowest.height),
            ratio(widest.width, widest.height),
        ),
        "`--fit pad` puts white beside it, `--fit crop` cuts it",
    );
}

fn look_at_alt(
    media: &Media,
    name: &str,
    limits: &Limits,
    missing_alt: MissingAlt,
    review: &mut Review,
) {
    let platform = review.platform.title();
    if media.alt.is_empty() {
        let message =
            format!("{name} has no alt text: people who cannot see it miss what it shows");
        let fix = "say what it shows with `--alt`, or with `alt` in the file";
        match missing_alt {
            MissingAlt::Warns => review.warn("missing_alt", message, fix),
            MissingAlt::Refuses => review.refuse("missing_alt", message, fix),
        }
        return;
    }
    let length = media.alt.chars().count();
    if let Some(limit) = limits.alt_max
        && length > limit
    {
        review.refuse(
            "alt_too_long",
            format!("the alt text of {name} has {length} characters; {platform} takes {limit}"),
            format!("shorten it by {}", length - limit),
        );
    }
    let length = count_graphemes(&media.alt);
    if let Some(limit) = limits.alt_advised_max
        && length > limit
    {
        review.warn(
            "alt_too_long",
            format!(
                "the alt text of {name} has {length} graphemes; {platform}'s own app stops at {limit}"
            ),
            format!("shorten it by {}", length - limit),
        );
    }
}
