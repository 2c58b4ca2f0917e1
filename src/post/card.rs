//! Link cards: the page that a post without pictures shows under its text.
//!
//! Which page that is follows from the post alone; whoever publishes fetches it, if its platform does
//! not do so by itself.

use url::Url;

use crate::post::platform::Platform;
use crate::text::facet::FacetKind;
use crate::text::rich_text;

/// The longest address of a card, in bytes: what every browser takes, and far below the 8 KiB of the
/// AT Protocol (atproto.com/specs/lexicon, read 2026-11-25).
pub(crate) const ADDRESS_BYTES_MAX: usize = 2048;

/// Which page a person wants as a card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum CardChoice {
    /// The first link of the text.
    #[default]
    FirstLink,
    /// None, whatever the text links to.
    Nothing,
    /// The page at this address.
    Page(String),
}

impl CardChoice {
    /// Returns the address of the card of a post with `text` and without pictures.
    pub(crate) fn address_in(&self, text: &str) -> Option<String> {
        match self {
            Self::FirstLink => first_link(text),
            Self::Nothing => None,
            Self::Page(address) => Some(address.clone()),
        }
    }
}

/// Which hosts may be asked for a card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum CardReach {
    /// Those that everybody can reach.
    #[default]
    Public,
    /// Those of private networks too: a person has said so.
    Anywhere,
}

/// Who decides which page a platform shows as a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cards {
    /// Whoever posts: it shows what it is told to, and nothing else.
    AsAsked,
    /// The platform: it looks for a link in the text.
    ByItself,
    /// Whoever posts; the platform, where they ask for none.
    AsAskedOrByItself,
    /// Nobody: there are none.
    Never,
}

impl Cards {
    /// Returns who decides on `platform`.
    pub(crate) const fn of(platform: Platform) -> Self {
        match platform {
            // PDS 0.5.35, tumblr/docs 708be10, npf-spec.md, and developers.facebook.com, Pages API
            // posts (read 2026-11-23).
            Platform::Bluesky | Platform::Tumblr | Platform::Facebook => Self::AsAsked,
            // developers.facebook.com, Threads posts (read 2026-11-23).
            Platform::Threads => Self::AsAskedOrByItself,
            // It takes no post without a picture.
            Platform::Instagram => Self::Never,
            // FetchLinkCardService (mastodon main df1439c, read 2026-11-23).
            Platform::Mastodon => Self::ByItself,
        }
    }
}

/// Whether `address` can be that of a card.
pub(crate) fn is_address(address: &str) -> bool {
    let is_web = |url: Url| {
        matches!(url.scheme(), "https" | "http")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
    };
    // What `Url` forgives, the AT Protocol's format `uri` does not (atproto.com/specs/lexicon, read
    // 2026-11-25).
    let begins_with_host = address
        .split_once("://")
        .is_some_and(|(_, rest)| !rest.starts_with(['/', '\\']));
    address.len() <= ADDRESS_BYTES_MAX
        && begins_with_host
        && !address.contains(|letter: char| letter.is_whitespace() || letter.is_control())
        && address.parse::<Url>().is_ok_and(is_web)
}

/// Returns the first link of `text`, with the borders that Bluesky and Tumblr give it: the other
/// platforms are told the address, and find nothing else.
fn first_link(text: &str) -> Option<String> {
    let facets = rich_text::detect_facets(text).into_iter();
    let mut links = facets.filter(|facet| facet.kind == FacetKind::Link);
    links
        .next()
        .map(|link| link.value)
        .filter(|address| is_address(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_link_of_the_text_is_the_card_unless_another_is_named_or_none() {
        let text = "see example.com/a, then https://example.org/b";
        let first = CardChoice::FirstLink.address_in(text);
        assert_eq!(first.as_deref(), Some("https://example.com/a"));
        assert_eq!(CardChoice::FirstLink.address_in("no link"), None);
        assert_eq!(CardChoice::Nothing.address_in(text), None);
        let named = CardChoice::Page("https://example.net/".to_owned());
        assert_eq!(
            named.address_in(text).as_deref(),
            Some("https://example.net/")
        );
    }

    #[test]
    fn an_address_is_one_of_the_web_and_not_endless() {
        for fine in ["https://example.com/a?b=c#d", "http://127.0.0.1:8080/"] {
            assert!(is_address(fine), "{fine}");
        }
        let endless = format!("https://example.com/{}", "a".repeat(ADDRESS_BYTES_MAX));
        for bad in [
            "",
            "example.com",
            "ftp://example.com/",
            "https://",
            "https:example.com",
            "https:///example.com",
            "https://me:secret@example.com/",
            "https://example.com/a b",
            "https://example.com/\u{1b}",
            "javascript:alert(1)",
            &endless,
        ] {
            assert!(!is_address(bad), "{bad}");
        }
        let text = format!("{endless} and https://example.com/");
        assert_eq!(CardChoice::FirstLink.address_in(&text), None);
    }
}
