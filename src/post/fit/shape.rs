//! Sizes and shapes: how large a picture may stay, and what a shape that is refused becomes.

use crate::post::fit::Fit;
use crate::post::fit::Size;
use crate::post::limits::ImageLimits;
use crate::post::limits::Shape;
use crate::post::limits::Shapes;

/// How often a size is made a little smaller that rounding has made too large.
const NUDGES_MAX: u32 = 64;

impl Shapes {
    /// Whether a picture of this size has one of these shapes.
    pub(crate) fn contain(&self, size: Size) -> bool {
        !is_wider(size, self.widest) && !is_narrower(size, self.narrowest)
    }

    /// Returns the largest part of a picture of this size that has one of these shapes.
    fn cut(&self, size: Size) -> Size {
        let Size { width, height } = size;
        if is_wider(size, self.widest) {
            let width = scaled(height, self.widest.width, self.widest.height, Round::Down);
            Size { width, height }
        } else if is_narrower(size, self.narrowest) {
            let Shape {
                width: w,
                height: h,
            } = self.narrowest;
            let height = scaled(width, h, w, Round::Down);
            Size { width, height }
        } else {
            size
        }
    }

    /// Returns the smallest canvas of one of these shapes that holds a picture of this size.
    fn around(&self, size: Size) -> Size {
        let Size { width, height } = size;
        if is_wider(size, self.widest) {
            let Shape {
                width: w,
                height: h,
            } = self.widest;
            let height = scaled(width, h, w, Round::Up);
            Size { width, height }
        } else if is_narrower(size, self.narrowest) {
            let Shape {
                width: w,
                height: h,
            } = self.narrowest;
            let width = scaled(height, w, h, Round::Up);
            Size { width, height }
        } else {
            size
        }
    }
}

/// Returns how large a picture and the canvas that it lies on become, with no side longer than
/// `side_max` either.
pub(super) fn drawn_sizes(
    shown: Size,
    limits: &ImageLimits,
    side_max: Option<u32>,
    fit: Fit,
) -> (Size, Size) {
    let refused = limits.shapes.filter(|shapes| !shapes.contain(shown));
    let canvas_of = |picture: Size| match (refused, fit) {
        (Some(shapes), Fit::Crop) => shapes.cut(picture),
        (Some(shapes), Fit::Pad) => shapes.around(picture),
        (Some(_), Fit::Refuse) | (None, _) => picture,
    };
    let full = canvas_of(shown);
    let mut factor = factor(full, limits, side_max);
    for _ in 0..NUDGES_MAX {
        let mut picture = times(shown, factor);
        // Rounded, a shape at the very edge of those that are taken may have left them.
        if let (Some(shapes), None) = (limits.shapes, refused)
            && picture != shown
        {
            picture = shapes.cut(picture);
        }
        let canvas = canvas_of(picture);
        if is_within(canvas, limits) {
            return (picture, canvas);
        }
        factor *= 1.0 - 1.0 / f64::from(canvas.width.max(canvas.height).max(2));
    }
    (shown, full)
}

/// Returns by how much a canvas is to be scaled: down to what is taken, or up to the narrowest.
fn factor(canvas: Size, limits: &ImageLimits, side_max: Option<u32>) -> f64 {
    let (width, height) = (f64::from(canvas.width), f64::from(canvas.height));
    let wanted = limits.width_min.map_or(1.0, f64::from) / width;
    let bounds = [
        side_max.map(|max| f64::from(max) / width.max(height)),
        limits.width_max.map(|max| f64::from(max) / width),
        limits.height_max.map(|max| f64::from(max) / height),
        limits.pixels_max.map(|max| {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a size is nudged until it is within its limit"
            )]
            let max = max as f64;
            (max / (width * height)).sqrt()
        }),
    ];
    bounds.into_iter().flatten().fold(wanted.max(1.0), f64::min)
}

fn times(size: Size, factor: f64) -> Size {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast to u32 stays within its bounds, and no side is negative"
    )]
    let times = |side: u32| ((f64::from(side) * factor).round() as u32).max(1);
    Size {
        width: times(size.width),
        height: times(size.height),
    }
}

/// Whether a picture of this size is no larger than what is taken.
fn is_within(size: Size, limits: &ImageLimits) -> bool {
    limits.width_max.is_none_or(|max| size.width <= max)
        && limits.height_max.is_none_or(|max| size.height <= max)
        && limits.pixels_max.is_none_or(|max| size.pixels() <= max)
}

fn is_wider(size: Size, shape: Shape) -> bool {
    product(size.width, shape.height) > product(size.height, shape.width)
}

fn is_narrower(size: Size, shape: Shape) -> bool {
    product(size.width, shape.height) < product(size.height, shape.width)
}

fn product(one: u32, other: u32) -> u64 {
    u64::from(one) * u64::from(other)
}

#[derive(Clone, Copy)]
enum Round {
    Down,
    Up,
}

/// Returns `side` times `by` over `over`, at least one.
fn scaled(side: u32, by: u32, over: u32, round: Round) -> u32 {
    let (product, over) = (product(side, by), u64::from(over.max(1)));
    let quotient = match round {
        Round::Down => product / over,
        Round::Up => product.div_ceil(over),
    };
    u32::try_from(quotient).unwrap_or(u32::MAX).max(1)
}
