//! Pixels: scaled, turned, laid on a canvas, flattened. Eight bits a sample, and as few colours as
//! the picture had: grey stays grey.

use fast_image_resize::FilterType;
use fast_image_resize::PixelType;
use fast_image_resize::ResizeAlg;
use fast_image_resize::ResizeOptions;
use fast_image_resize::Resizer;
use fast_image_resize::images::Image;
use fast_image_resize::images::ImageRef;
use image::DynamicImage;
use image::GrayAlphaImage;
use image::GrayImage;
use image::RgbImage;
use image::RgbaImage;
use image::metadata::Orientation;

use crate::post::fit::Size;

/// How the samples of a pixel are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colours {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
}

impl Colours {
    /// Returns the number of samples of a pixel.
    pub(super) const fn samples(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }

    const fn pixel_type(self) -> PixelType {
        match self {
            Self::Grey => PixelType::U8,
            Self::GreyAlpha => PixelType::U8x2,
            Self::Rgb => PixelType::U8x3,
            Self::Rgba => PixelType::U8x4,
        }
    }

    /// Whether one can see through some pixels; those that only could be are made opaque.
    pub(super) const fn has_alpha(self) -> bool {
        matches!(self, Self::GreyAlpha | Self::Rgba)
    }
}

/// A picture in memory, row by row from the top.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pixels {
    pub(super) size: Size,
    pub(super) colours: Colours,
    pub(super) samples: Vec<u8>,
}

impl Pixels {
    /// Takes over a decoded picture.
    pub(super) fn of(image: DynamicImage) -> Self {
        let size = Size {
            width: image.width(),
            height: image.height(),
        };
        let has_colour = image.color().has_color();
        let (colours, samples) = match (has_colour, image.color().has_alpha()) {
            (false, false) => (Colours::Grey, image.into_luma8().into_raw()),
            (false, true) => (Colours::GreyAlpha, image.into_luma_alpha8().into_raw()),
            (true, false) => (Colours::Rgb, image.into_rgb8().into_raw()),
            (true, true) => (Colours::Rgba, image.into_rgba8().into_raw()),
        };
        let pixels = Self {
            size,
            colours,
            samples,
        };
        if colours.has_alpha() && pixels.is_opaque() {
            pixels.flattened()
        } else {
            pixels
        }
    }

    fn is_opaque(&self) -> bool {
        let mut pixels = self.samples.chunks_exact(self.colours.samples());
        pixels.all(|pixel| pixel.last() == Some(&255))
    }

    /// Returns it laid on white; as it is if one cannot see through it.
    pub(super) fn flattened(self) -> Self {
        let colours = match self.colours {
            Colours::GreyAlpha => Colours::Grey,
            Colours::Rgba => Colours::Rgb,
            Colours::Grey | Colours::Rgb => return self,
        };
        let mut samples = Vec::with_capacity(self.samples.len() / 4 * 3);
        for pixel in self.samples.chunks_exact(self.colours.samples()) {
            let (colour, alpha) = pixel.split_at(colours.samples());
            let alpha = u16::from(alpha[0]);
            samples.extend(colour.iter().map(|sample| {
                let mixed = (u16::from(*sample) * alpha + 255 * (255 - alpha) + 127) / 255;
                u8::try_from(mixed).unwrap_or(u8::MAX)
            }));
        }
        Self {
            size: self.size,
            colours,
            samples,
        }
    }

    /// Returns it scaled to `picture`, turned by `orientation`, in the middle of a white `canvas`.
    pub(super) fn drawn(
        self,
        picture: Size,
        canvas: Size,
        orientation: Orientation,
    ) -> Result<Self, String> {
        let exchanges_sides = matches!(
            orientation,
            Orientation::Rotate90
                | Orientation::Rotate270
                | Orientation::Rotate90FlipH
                | Orientation::Rotate270FlipH
        );
        let lying = if exchanges_sides {
            Size {
                width: picture.height,
                height: picture.width,
            }
        } else {
            picture
        };
        // First what makes it smaller.
        Ok(self.scaled(lying)?.turned(orientation)?.laid_on(canvas))
    }

    /// Returns it scaled to `size`.
    pub(super) fn scaled(self, size: Size) -> Result<Self, String> {
        if size == self.size {
            return Ok(self);
        }
        let pixel_type = self.colours.pixel_type();
        let Size { width, height } = self.size;
        let from = ImageRef::new(width, height, &self.samples, pixel_type)
            .map_err(|error| error.to_string())?;
        let mut to = Image::new(size.width, size.height, pixel_type);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
        Resizer::new()
            .resize(&from, &mut to, &options)
            .map_err(|error| error.to_string())?;
        Ok(Self {
            size,
            colours: self.colours,
            samples: to.into_vec(),
        })
    }

    fn turned(self, orientation: Orientation) -> Result<Self, String> {
        if orientation == Orientation::NoTransforms {
            return Ok(self);
        }
        let mut image = self.into_image()?;
        image.apply_orientation(orientation);
        Ok(Self::of_same(image))
    }

    fn laid_on(self, canvas: Size) -> Self {
        if canvas == self.size {
            return self;
        }
        let samples = self.colours.samples();
        let row_bytes = |size: Size| size.width as usize * samples;
        let (from_row, to_row) = (row_bytes(self.size), row_bytes(canvas));
        let (skip_x, place_x) = margins(self.size.width, canvas.width);
        let (skip_y, place_y) = margins(self.size.height, canvas.height);
        let bytes = self.size.width.min(canvas.width) as usize * samples;
        let rows = self.size.height.min(canvas.height) as usize;
        let mut laid = vec![u8::MAX; to_row * canvas.height as usize];
        for row in 0..rows {
            let from = (skip_y + row) * from_row + skip_x * samples;
            let to = (place_y + row) * to_row + place_x * samples;
            laid[to..to + bytes].copy_from_slice(&self.samples[from..from + bytes]);
        }
        Self {
            size: canvas,
            colours: self.colours,
            samples: laid,
        }
    }

    /// Returns it as the image crate has it.
    pub(super) fn into_image(self) -> Result<DynamicImage, String> {
        let Size { width, height } = self.size;
        let samples = self.samples;
        match self.colours {
            Colours::Grey => GrayImage::from_raw(width, height, samples).map(Into::into),
            Colours::GreyAlpha => GrayAlphaImage::from_raw(width, height, samples).map(Into::into),
            Colours::Rgb => RgbImage::from_raw(width, height, samples).map(Into::into),
            Colours::Rgba => RgbaImage::from_raw(width, height, samples).map(Into::into),
        }
        .ok_or_else(|| format!("{} px have too few samples", self.size))
    }

    /// Takes a picture back that was ours, and so has eight bits a sample.
    fn of_same(image: DynamicImage) -> Self {
        let size = Size {
            width: image.width(),
            height: image.height(),
        };
        let (colours, samples) = match image {
            DynamicImage::ImageLuma8(image) => (Colours::Grey, image.into_raw()),
            DynamicImage::ImageLumaA8(image) => (Colours::GreyAlpha, image.into_raw()),
            DynamicImage::ImageRgb8(image) => (Colours::Rgb, image.into_raw()),
            image => (Colours::Rgba, image.into_rgba8().into_raw()),
        };
        Self {
            size,
            colours,
            samples,
        }
    }
}

/// Returns how much of a side is left out before what is kept, and how much white comes first.
fn margins(side: u32, canvas: u32) -> (usize, usize) {
    let half = |more: u32, less: u32| (more.saturating_sub(less) / 2) as usize;
    (half(side, canvas), half(canvas, side))
}
