//! What is to be done to a picture so that an account takes it: the rule, without a single pixel.
//!
//! Nothing is done that need not be: a picture that is taken as it is stays as it is, byte for byte.
//! What a person would have to choose (a shape that the platform refuses) is done only as they said.
//! Whoever does the pixels follows a [`Fitting`] and answers with the [`Change`]s that came of it.

mod shape;

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use crate::post::fit::shape::drawn_sizes;
use crate::post::limits::ImageLimits;
use crate::post::media::MediaFacts;
use crate::post::media::MediaKind;

/// What to do with a picture whose shape a platform refuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fit {
    /// White beside it, or above and below.
    Pad,
    /// As much as must go is cut off, the same on both sides.
    Crop,
    /// Nothing: it is a violation, and its author decides.
    #[default]
    Refuse,
}

impl Fit {
    /// Every choice, in the order in which they are told to people.
    pub(crate) const ALL: [Self; 3] = [Self::Pad, Self::Crop, Self::Refuse];

    /// Returns the word that users write.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pad => "pad",
            Self::Crop => "crop",
            Self::Refuse => "refuse",
        }
    }
}

/// A word that names no [`Fit`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no way to fit a picture: pad, crop, refuse")]
pub(crate) struct UnknownFit(String);

impl FromStr for Fit {
    type Err = UnknownFit;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|fit| fit.name() == word)
            .ok_or_else(|| UnknownFit(word.to_owned()))
    }
}

/// What becomes of what a file says beside its pixels: where it was taken, and with what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Metadata {
    #[default]
    Strip,
    /// `strip_metadata = false` of the configuration.
    Keep,
}

/// What a person wants done to pictures that do not fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wishes {
    pub(crate) fit: Fit,
    pub(crate) metadata: Metadata,
}

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Size {
    /// Returns how many pixels that is.
    pub(crate) fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} × {}", self.width, self.height)
    }
}

/// What a picture that is drawn anew is saved as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SavedAs {
    Jpeg,
    Png,
    /// As PNG if that is not too large, else as JPEG: for what had lost nothing so far.
    PngIfItFits,
    /// As PNG if one can see through it and that is not too large, else as JPEG.
    PngIfSeeThrough,
}

/// How a picture is drawn anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Drawing {
    /// How large the whole picture becomes, turned upright.
    pub(crate) picture: Size,
    /// What is kept of it, or has white beside it: the picture lies in the middle.
    pub(crate) canvas: Size,
    pub(crate) saved_as: SavedAs,
}

/// What is to be done to one picture for one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fitting {
    /// Absent if the pixels stay as they are, and only what is said beside them goes.
    pub(crate) drawing: Option<Drawing>,
    pub(crate) metadata: Metadata,
    pub(crate) bytes_max: u64,
}

/// Says what is to be done to a picture with these facts; nothing if it is taken as it is, or if
/// nothing that we may do makes it fit: then a rule of [`crate::post::check`] says so.
pub(crate) fn fitting(facts: &MediaFacts, limits: &ImageLimits, wishes: Wishes) -> Option<Fitting> {
    if facts.kind != MediaKind::Image {
        return None;
    }
    let shown = Size {
        width: facts.width,
        height: facts.height,
    };
    let strips = wishes.metadata == Metadata::Strip && facts.details.metadata_bytes > 0;
    let bytes_kept = match wishes.metadata {
        Metadata::Strip => facts
            .size_bytes
            .saturating_sub(facts.details.metadata_bytes),
        Metadata::Keep => facts.size_bytes,
    };
    let has_too_many_bytes = bytes_kept > limits.bytes_max;
    // Quality is lost only where it is not to be had by pixels that nobody sees.
    let side_max = limits.side_advised_max.filter(|_| has_too_many_bytes);
    let (picture, canvas) = drawn_sizes(shown, limits, side_max, wishes.fit);
    let is_resized = (picture, canvas) != (shown, shown);
    let is_of_type = limits.types.contains(&facts.mime);
    let is_gif_too_large = limits
        .pixels_max_of(&facts.mime)
        .is_some_and(|pixels_max| shown.pixels() > pixels_max);
    let is_drawn = is_resized
        || is_gif_too_large
        || !is_of_type
        || facts.details.is_turned
        || has_too_many_bytes;
    let drawing = is_drawn
        .then(|| {
            Some(Drawing {
                picture,
                canvas,
                saved_as: saved_as(&facts.mime, limits)?,
            })
        })
        .flatten();
    (drawing.is_some() || strips).then_some(Fitting {
        drawing,
        metadata: wishes.metadata,
        bytes_max: limits.bytes_max,
    })
}

/// Returns nothing where the platform takes neither of what we can write.
fn saved_as(mime: &str, limits: &ImageLimits) -> Option<SavedAs> {
    let takes = |mime: &str| limits.types.iter().any(|taken| taken == mime);
    match (takes("image/jpeg"), takes("image/png")) {
        (false, false) => None,
        (true, false) => Some(SavedAs::Jpeg),
        (false, true) => Some(SavedAs::Png),
        (true, true) => Some(match mime {
            "image/jpeg" => SavedAs::Jpeg,
            // It may have lost something already, and we cannot write it as it was.
            "image/webp" => SavedAs::PngIfSeeThrough,
            _ => SavedAs::PngIfItFits,
        }),
    }
}

/// One thing that was done to a picture; its words follow the name of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Turned,
    Cropped(Size),
    Padded(Size),
    Scaled(Size),
    Flattened,
    Converted(&'static str),
    /// To so many bytes, at the cost of some quality.
    Compressed(u64),
    Stripped,
    /// The metadata was to stay, but a picture drawn anew has no place for all of it.
    StrippedToExif,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Turned => f.write_str("turned upright"),
            Self::Cropped(size) => write!(f, "cropped to {size} px"),
            Self::Padded(size) => write!(f, "padded to {size} px"),
            Self::Scaled(size) => write!(f, "scaled to {size} px"),
            Self::Flattened => f.write_str("laid on white"),
            Self::Converted(format) => write!(f, "converted to {format}"),
            Self::Compressed(bytes) => write!(f, "compressed to {}", rounded(*bytes)),
            Self::Stripped => f.write_str("stripped of metadata"),
            Self::StrippedToExif => f.write_str("stripped of metadata other than EXIF"),
        }
    }
}

/// Returns a number of bytes as people say it, never less than it is.
fn rounded(bytes: u64) -> String {
    if bytes < 1_000_000 {
        return format!("{} kB", bytes.div_ceil(1000));
    }
    let hundredths = bytes.div_ceil(10_000);
    format!("{}.{:02} MB", hundredths / 100, hundredths % 100)
}
