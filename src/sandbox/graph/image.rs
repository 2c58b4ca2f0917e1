//! What Instagram and Threads want of a picture, which they fetch as soon as a container is made.
//!
//! developers.facebook.com, Instagram media and Threads posts, read 2026-11-25.

use crate::sandbox::graph::Graph;
use crate::sandbox::graph::call::Call;
use crate::sandbox::graph::fetch::Unfetched;
use crate::sandbox::graph::post::Media;
use crate::sandbox::graph::refusal::Refusal;
use crate::sandbox::picture::Picture;
use crate::sandbox::platform::Platform;

const BYTES_MAX: usize = 8 << 20;
const ALT_MAX: usize = 1_000;

/// What a platform takes.
struct Rules {
    mimes: &'static [&'static str],
    /// Width by height, from the narrowest to the widest.
    ratio: std::ops::RangeInclusive<f64>,
}

impl Rules {
    fn of(platform: Platform) -> Self {
        match platform {
            Platform::Instagram => Self {
                mimes: &["image/jpeg"],
                ratio: 0.8..=1.91,
            },
            _ => Self {
                mimes: &["image/jpeg", "image/png"],
                ratio: 0.1..=10.0,
            },
        }
    }
}

impl Graph {
    /// Fetches the picture that `call` names, and checks it.
    pub(crate) async fn fetch_image(&self, call: &Call) -> Result<Media, Refusal> {
        let address = call.params.required("image_url")?;
        let alt = call.params.text("alt_text")?.unwrap_or_default();
        if alt.chars().count() > ALT_MAX {
            let words = format!("Param alt_text must be at most {ALT_MAX} characters long.");
            return Err(call.params.refuse(words));
        }
        let fetched = self.fetcher.fetch(&address, BYTES_MAX).await;
        let picture = fetched.map_err(|why| refuse(call, &address, why))?;
        check(call, &picture)?;
        Ok(Media {
            id: String::new(),
            picture,
            alt,
        })
    }
}

fn refuse(call: &Call, address: &str, why: Unfetched) -> Refusal {
    // The words repeat the address, signature and all, as Meta's do.
    let told = format!("The media could not be fetched from this URI: {address}");
    match (why, call.platform) {
        (Unfetched::NoAddress, Platform::Threads) => {
            call.params.refuse("Param image_url is not a valid URI")
        }
        (Unfetched::TimedOut, _) => call.error(-2, 2_207_003),
        (Unfetched::TooLarge, _) => call.error(36_000, 2_207_004),
        // Seen so on Threads (gitroomhq/postiz-app#1364, read 2026-11-25).
        (_, Platform::Threads) => call.error(1, 2_207_052).telling(told),
        _ => call.error(9004, 2_207_052).telling(told),
    }
}

fn check(call: &Call, picture: &Picture) -> Result<(), Refusal> {
    let rules = Rules::of(call.platform);
    let size = picture.size_px.filter(|(_, height)| *height > 0);
    let Some((width, height)) = size.filter(|_| rules.mimes.contains(&picture.mime.as_str()))
    else {
        return Err(call.error(36_001, 2_207_005));
    };
    // 4:5 and 1.91:1 are within, whatever whole pixels make of them.
    let slack = 0.005;
    let ratio = f64::from(width) / f64::from(height);
    if ratio < rules.ratio.start() - slack || ratio > rules.ratio.end() + slack {
        return Err(call.error(36_003, 2_207_009));
    }
    Ok(())
}
