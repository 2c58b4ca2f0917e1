//! Link cards, where the platform asks nobody: what the page says that a post links to, and its
//! picture, fetched as from strangers.
//!
//! A card never holds up or fails a post. All of it has [`TIME_MAX`], a page that cannot be read is
//! no error, and a picture that cannot be used is left out. What comes of it is what the step
//! [`CARD`] leaves, so that it is on disk before anything that is made of it is sent, and stays the
//! same in every repeat.
//!
//! A page that cannot be read has no card if it was only linked to: the link in the text can still
//! be followed, and a card without words says less than that. One that a person has named has a card
//! with the name of its host: its address may stand nowhere else.
//!
//! Everything is out of reach for a machine that has just woken up. So a page that could not be
//! reached is tried again by the next attempt, if there has to be one and nothing was sent yet.

pub(crate) mod page;
#[cfg(test)]
mod tests;

use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::http::foreign;
use crate::http::foreign::Bounds;
use crate::http::foreign::ForeignError;
use crate::http::foreign::Reach;
use crate::media::fit::fit;
use crate::media::probe::probe;
use crate::platforms::card::page::Page;
use crate::platforms::card::page::is_page;
use crate::platforms::card::page::read_page;
use crate::post::account_name::AccountName;
use crate::post::card::CardChoice;
use crate::post::card::CardReach;
use crate::post::fit::Wishes;
use crate::post::fit::fitting;
use crate::post::limits::ImageLimits;
use crate::post::media::MediaKind;
use crate::post::post::Post;
use crate::publish::PublishError;
use crate::publish::step_log::StepLog;

/// The step that fetches the card.
pub(crate) const CARD: &str = "card";

/// How long a card may take, its picture included.
const TIME_MAX: Duration = Duration::from_secs(5);

/// How much of a page is read, in bytes: some say what they are after long scripts.
const PAGE_BYTES_MAX: u64 = 1024 * 1024;

/// The largest picture that is fetched, in bytes; it is made to fit.
const PICTURE_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// The most pixels of a picture that is made to fit: a stranger's is not to cost what one's own may.
const PICTURE_PIXELS_MAX: u64 = 40_000_000;

/// What the step [`CARD`] leaves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fetched {
    pub(crate) card: Option<Card>,
    /// Whether the page was out of reach, so that another attempt may find more.
    #[serde(default)]
    is_unreached: bool,
}

/// What a post says of a page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Card {
    /// The address that was asked for, not the one that it led to.
    pub(crate) address: String,
    /// Never empty.
    pub(crate) title: String,
    pub(crate) description: Option<String>,
    pub(crate) site: Option<String>,
    /// The picture, as the platform names it.
    pub(crate) picture: Option<Value>,
}

/// A picture that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) mime: String,
    pub(crate) bytes: Bytes,
}

/// The card that a post asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    address: String,
    is_named: bool,
    reach: Reach,
}

/// Lets a card be fetched again whose page was out of reach, and what was made of it, the steps
/// `after`. Only for a post of which nothing was sent yet.
pub(crate) async fn forget_unreached(
    steps: &StepLog<'_>,
    after: &[&str],
) -> Result<(), PublishError> {
    let fetched = steps.output::<Fetched>(CARD).transpose()?;
    if fetched.is_some_and(|fetched| fetched.is_unreached) {
        let names = [CARD].iter().chain(after).map(|&name| name.to_owned());
        steps.forget(&names.collect::<Vec<_>>()).await?;
    }
    Ok(())
}

/// Whether the picture of a page is fetched too.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pictures<'a> {
    Within(&'a ImageLimits),
    None,
}

impl Wanted {
    /// Returns the card that `post` asks for at `account`, if it asks for one.
    pub(crate) fn of(post: &Post, account: &AccountName) -> Option<Self> {
        let address = post.card_for(account)?;
        Some(Self {
            address,
            is_named: matches!(post.card, CardChoice::Page(_)),
            reach: match post.card_reach {
                CardReach::Public => Reach::Public,
                CardReach::Anywhere => Reach::Anywhere,
            },
        })
    }

    /// Fetches it. The picture is handed over beside the card, for the platform to take.
    pub(crate) async fn fetch(&self, pictures: Pictures<'_>) -> (Fetched, Option<Picture>) {
        self.fetch_within(pictures, TIME_MAX).await
    }

    async fn fetch_within(
        &self,
        pictures: Pictures<'_>,
        time_max: Duration,
    ) -> (Fetched, Option<Picture>) {
        // Outside of what may be cut short: the page counts, however long its picture takes.
        let mut found: Option<(Page, Option<Picture>)> = None;
        let mut is_unreached = true;
        let fetching = async {
            let (url, page) = match self.page(time_max).await {
                Ok(fetched) => fetched,
                Err(error) => {
                    self.note(&error);
                    is_unreached = is_out_of_reach(&error);
                    return;
                }
            };
            let image = page.image.as_deref().and_then(|image| url.join(image).ok());
            is_unreached = false;
            let (_, picture) = found.insert((page, None));
            if let (Some(image), Pictures::Within(limits)) = (image, pictures) {
                *picture = self.picture(image, limits, time_max).await;
            }
        };
        let _ = tokio::time::timeout(time_max, fetching).await;
        let (page, picture) = found.unzip();
        let card = self.card(page);
        let fetched = Fetched { card, is_unreached };
        (fetched, picture.flatten())
    }

    /// Who names a page expects it; who writes a link may not even know of cards.
    fn note(&self, error: &ForeignError) {
        if self.is_named {
            tracing::warn!("the page of the card cannot be read: {error}");
        } else {
            tracing::debug!("there is no card: {error}");
        }
    }

    async fn page(&self, time_max: Duration) -> Result<(Url, Page), ForeignError> {
        let refused = |why: &str| ForeignError::Refused(why.to_owned());
        let url = self.address.parse::<Url>();
        let url = url.map_err(|_| refused("it is no address"))?;
        let bounds = Bounds {
            bytes_max: PAGE_BYTES_MAX,
            time_max,
        };
        let found = foreign::fetch_beginning(url, bounds, self.reach).await?;
        let kind = found.content_type.as_deref();
        if !is_page(kind) {
            return Err(refused("it is no page"));
        }
        Ok((found.url, read_page(&found.bytes, kind)))
    }

    async fn picture(&self, url: Url, limits: &ImageLimits, time_max: Duration) -> Option<Picture> {
        let bounds = Bounds {
            bytes_max: PICTURE_BYTES_MAX,
            time_max,
        };
        let fetched = foreign::fetch(url, bounds, self.reach).await;
        let bytes = match fetched {
            Ok(bytes) => bytes,
            Err(error) => {
                tracing::debug!("the card has no picture: {error}");
                return None;
            }
        };
        let limits = limits.clone();
        let fitting = tokio::task::spawn_blocking(move || fitted(bytes, &limits));
        fitting.await.ok().flatten()
    }

    /// Returns the card that tells of `page`, if it could be read.
    fn card(&self, page: Option<Page>) -> Option<Card> {
        if page.is_none() && !self.is_named {
            return None;
        }
        let page = page.unwrap_or_default();
        let host = || {
            let url = self.address.parse::<Url>().ok()?;
            Some(url.host_str()?.trim_start_matches("www.").to_owned())
        };
        let title = page.title.or_else(|| page.site.clone()).or_else(host);
        Some(Card {
            title: title.unwrap_or_else(|| self.address.clone()),
            address: self.address.clone(),
            description: page.description,
            site: page.site,
            picture: None,
        })
    }
}

/// Whether nobody has answered, as far as `error` tells: the network may have been away.
const fn is_out_of_reach(error: &ForeignError) -> bool {
    matches!(error, ForeignError::Failed(_) | ForeignError::TooSlow(_))
}

/// Returns a picture of strangers, made to fit; nothing if it is none, or cannot be.
fn fitted(bytes: Bytes, limits: &ImageLimits) -> Option<Picture> {
    let facts = probe(&bytes).ok()?;
    let pixels = u64::from(facts.width) * u64::from(facts.height);
    if facts.kind != MediaKind::Image || pixels > PICTURE_PIXELS_MAX {
        return None;
    }
    let (bytes, facts) = match fitting(&facts, limits, Wishes::default()) {
        Some(fitting) => {
            let fitted = fit(&bytes, &facts, &fitting).ok()?;
            (fitted.bytes, fitted.facts)
        }
        None => (bytes, facts),
    };
    (facts.size_bytes <= limits.bytes_max).then_some(Picture {
        mime: facts.mime,
        bytes,
    })
}
