//! From pixels to a file of no more than so many bytes: PNG where nothing is to be lost, JPEG else.

use image::DynamicImage;
use image::ImageEncoder;
use image::codecs::png::PngEncoder;
use jpeg_encoder::ColorType;
use jpeg_encoder::Encoder;
use jpeg_encoder::SamplingFactor;

use crate::media::fit::FitError;
use crate::media::fit::draw::Colours;
use crate::media::fit::draw::Pixels;
use crate::post::fit::SavedAs;
use crate::post::fit::Size;

/// The quality of a JPEG at which nobody sees a difference, and that below which everybody does.
const QUALITY_MAX: u8 = 90;
const QUALITY_MIN: u8 = 64;

/// How often the quality is halved in on, between the two.
const HALVINGS: usize = 2;

/// How often a picture is made smaller that has too many bytes at the lowest quality.
const SHRINKINGS_MAX: usize = 16;

/// What a file says beside its pixels that is to stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Beside {
    /// What its colours mean.
    pub(super) icc: Option<Vec<u8>>,
    pub(super) exif: Option<Vec<u8>>,
}

/// The formats that are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Jpeg,
    Png,
}

/// A file, and what it took to make it small enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Encoded {
    pub(super) bytes: Vec<u8>,
    pub(super) format: Format,
    pub(super) size: Size,
    /// Whether one could see through it, and no longer can.
    pub(super) is_flattened: bool,
}

/// Writes `pixels` in no more than `bytes_max` bytes.
pub(super) fn encode(
    pixels: Pixels,
    beside: &Beside,
    saved_as: SavedAs,
    bytes_max: u64,
) -> Result<Encoded, FitError> {
    let has_alpha = pixels.colours.has_alpha();
    match saved_as {
        SavedAs::Png => return png_that_fits(pixels, beside, bytes_max),
        SavedAs::PngIfItFits => {}
        SavedAs::PngIfSeeThrough if has_alpha => {}
        SavedAs::PngIfSeeThrough | SavedAs::Jpeg => {
            return jpeg_that_fits(pixels, beside, bytes_max);
        }
    }
    let size = pixels.size;
    let (bytes, pixels) = png(pixels, beside)?;
    if bytes.len() as u64 <= bytes_max {
        return Ok(Encoded {
            bytes,
            format: Format::Png,
            size,
            is_flattened: false,
        });
    }
    jpeg_that_fits(pixels, beside, bytes_max)
}

fn jpeg_that_fits(pixels: Pixels, beside: &Beside, bytes_max: u64) -> Result<Encoded, FitError> {
    let is_flattened = pixels.colours.has_alpha();
    let mut pixels = pixels.flattened();
    let encoded = |bytes, size| Encoded {
        bytes,
        format: Format::Jpeg,
        size,
        is_flattened,
    };
    let fits = |bytes: &[u8]| bytes.len() as u64 <= bytes_max;
    let best = jpeg(&pixels, beside, QUALITY_MAX)?;
    if fits(&best) {
        return Ok(encoded(best, pixels.size));
    }
    drop(best);
    for _ in 0..SHRINKINGS_MAX {
        let size = pixels.size;
        let worst = jpeg(&pixels, beside, QUALITY_MIN)?;
        if fits(&worst) {
            let bytes = best_that_fits(&pixels, beside, worst, bytes_max)?;
            return Ok(encoded(bytes, size));
        }
        pixels = shrunk(pixels, worst.len() as u64, bytes_max)?;
    }
    Err(FitError::Stubborn { bytes_max })
}

/// Halves in on the best quality that has no more than `bytes_max` bytes; `worst` has.
fn best_that_fits(
    pixels: &Pixels,
    beside: &Beside,
    worst: Vec<u8>,
    bytes_max: u64,
) -> Result<Vec<u8>, FitError> {
    let (mut low, mut high, mut best) = (QUALITY_MIN, QUALITY_MAX, worst);
    for _ in 0..HALVINGS {
        let middle = low.midpoint(high);
        let bytes = jpeg(pixels, beside, middle)?;
        if bytes.len() as u64 <= bytes_max {
            (low, best) = (middle, bytes);
        } else {
            high = middle;
        }
    }
    Ok(best)
}

fn png_that_fits(mut pixels: Pixels, beside: &Beside, bytes_max: u64) -> Result<Encoded, FitError> {
    for _ in 0..SHRINKINGS_MAX {
        let size = pixels.size;
        let (bytes, same) = png(pixels, beside)?;
        if bytes.len() as u64 <= bytes_max {
            return Ok(Encoded {
                bytes,
                format: Format::Png,
                size,
                is_flattened: false,
            });
        }
        pixels = shrunk(same, bytes.len() as u64, bytes_max)?;
    }
    Err(FitError::Stubborn { bytes_max })
}

/// Makes a picture smaller by about as much as its file is too large, and by a tenth at least.
fn shrunk(pixels: Pixels, bytes: u64, bytes_max: u64) -> Result<Pixels, FitError> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "an estimate, which the next attempt judges"
    )]
    let ratio = bytes_max as f64 / bytes as f64;
    times(pixels, ratio.sqrt().clamp(0.3, 0.9))
}

fn times(pixels: Pixels, factor: f64) -> Result<Pixels, FitError> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a factor between 0 and 1 makes no side larger, or negative"
    )]
    let times = |side: u32| ((f64::from(side) * factor).round() as u32).max(1);
    let size = Size {
        width: times(pixels.size.width),
        height: times(pixels.size.height),
    };
    pixels.scaled(size).map_err(FitError::Unwritable)
}

fn jpeg(pixels: &Pixels, beside: &Beside, quality: u8) -> Result<Vec<u8>, FitError> {
    let unwritable = |error: jpeg_encoder::EncodingError| FitError::Unwritable(error.to_string());
    let side = |side: u32| {
        u16::try_from(side).map_err(|_| FitError::Unwritable(format!("{side} px are too many")))
    };
    let colours = match pixels.colours {
        Colours::Grey => ColorType::Luma,
        _ => ColorType::Rgb,
    };
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    if let Some(exif) = &beside.exif {
        encoder.add_exif_metadata(exif).map_err(unwritable)?;
    }
    if let Some(icc) = icc_for(pixels.colours, beside) {
        encoder.add_icc_profile(icc).map_err(unwritable)?;
    }
    let (width, height) = (side(pixels.size.width)?, side(pixels.size.height)?);
    encoder
        .encode(&pixels.samples, width, height, colours)
        .map_err(unwritable)?;
    Ok(bytes)
}

/// Returns the file, and the pixels again.
fn png(pixels: Pixels, beside: &Beside) -> Result<(Vec<u8>, Pixels), FitError> {
    let unwritable = |error: String| FitError::Unwritable(error);
    let (size, colours) = (pixels.size, pixels.colours);
    let image = pixels.into_image().map_err(unwritable)?;
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    // Either may be refused by an encoder that has no place for it; this one has.
    if let Some(icc) = icc_for(colours, beside) {
        let _ = encoder.set_icc_profile(icc.to_vec());
    }
    if let Some(exif) = &beside.exif {
        let _ = encoder.set_exif_metadata(exif.clone());
    }
    encoder
        .write_image(
            image.as_bytes(),
            size.width,
            size.height,
            image.color().into(),
        )
        .map_err(|error| unwritable(error.to_string()))?;
    let samples = DynamicImage::into_bytes(image);
    Ok((
        bytes,
        Pixels {
            size,
            colours,
            samples,
        },
    ))
}

/// Returns the profile if it is one for these colours: for others it would make them wrong.
fn icc_for(colours: Colours, beside: &Beside) -> Option<&[u8]> {
    let space: &[u8] = match colours {
        Colours::Grey | Colours::GreyAlpha => b"GRAY",
        Colours::Rgb | Colours::Rgba => b"RGB ",
    };
    // The colour space of the data (ICC.1:2022, 7.2.6).
    let icc = beside.icc.as_deref()?;
    (icc.get(16..20) == Some(space)).then_some(icc)
}
