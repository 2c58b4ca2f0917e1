//! The rules about pictures: how many, how large, of what kind, and their alt texts.

use crate::post::check::MissingAlt;
use crate::post::check::Review;
use crate::post::draft::Draft;
use crate::post::limits::Limits;
use crate::post::media::Media;
use crate::post::media::MediaKind;
use crate::post::platform::Platform;
use crate::text::count_graphemes;
use crate::text::printable::Lines;
use crate::text::printable::printable;

/// The most characters of a file's name in a message.
const NAME_MAX: usize = 80;

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
    let are_images = |media: &Media| media.facts.kind == MediaKind::Image;
    if review.platform == Platform::Mastodon && count > 1 && !review.media.iter().all(are_images) {
        review.refuse(
            "mixed_media",
            "Mastodon takes pictures, or one video or animation alone, but not both".to_owned(),
            "send the video in a post of its own",
        );
    }
    for (index, media) in review.media.clone().iter().enumerate() {
        let name = name_of(draft, index);
        look_at_kind(media, &name, limits, review);
        look_at_size(media, &name, limits, review);
        look_at_alt(media, &name, limits, missing_alt, review);
    }
}

/// Returns what a person would call the media at `index`.
fn name_of(draft: &Draft, index: usize) -> String {
    let path = draft.media.get(index).map(|media| &media.path);
    match path.and_then(|path| path.file_name()) {
        Some(name) => format!(
            "`{}`",
            printable(&name.to_string_lossy(), Lines::One, NAME_MAX)
        ),
        None => format!("picture {}", index + 1),
    }
}

fn look_at_kind(media: &Media, name: &str, limits: &Limits, review: &mut Review) {
    let platform = review.platform.title();
    let mime = &media.facts.mime;
    let (message, fix) = match media.facts.kind {
        MediaKind::Image if limits.image_types.contains(mime) => return,
        MediaKind::Image => (
            format!("{name} is {mime}, which {platform} does not take"),
            "convert it to JPEG or PNG",
        ),
        MediaKind::Animation => (
            format!("{name} is an animation ({mime}), and hayon sends still pictures only"),
            "use a still picture, such as one frame of it as PNG",
        ),
        MediaKind::Video => (
            format!("{name} is a video ({mime}), and hayon sends still pictures only"),
            "use a still picture, such as one frame of it as JPEG",
        ),
    };
    review.refuse("unsupported_type", message, fix);
}

fn look_at_size(media: &Media, name: &str, limits: &Limits, review: &mut Review) {
    if media.facts.kind != MediaKind::Image {
        return;
    }
    let platform = review.platform.title();
    let (size, size_max) = (media.facts.size_bytes, limits.image_bytes_max);
    if size > size_max {
        review.refuse(
            "image_too_large",
            format!("{name} has {size} bytes; {platform} takes {size_max}"),
            "make it smaller, or save it as JPEG at a lower quality",
        );
    }
    let (width, height) = (media.facts.width, media.facts.height);
    let pixels = u64::from(width) * u64::from(height);
    let gif_max = limits
        .gif_pixels_max
        .filter(|_| media.facts.mime == "image/gif");
    if let Some(pixels_max) = gif_max.or(limits.image_pixels_max)
        && pixels > pixels_max
    {
        review.refuse(
            "image_too_many_pixels",
            format!("{name} is {width} x {height}, {pixels} pixels; {platform} takes {pixels_max}"),
            if gif_max.is_some() {
                "scale it down, or convert it to PNG"
            } else {
                "scale it down"
            },
        );
    }
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
