//! The rules about link cards: which page becomes one where, and what was asked for in vain.

use crate::post::card::ADDRESS_BYTES_MAX;
use crate::post::card::CardChoice;
use crate::post::card::Cards;
use crate::post::card::is_address;
use crate::post::check::Review;
use crate::post::check::for_all;
use crate::post::draft::Draft;
use crate::post::media::Media;
use crate::post::violation::Violation;
use crate::text::facet::FacetKind;

/// Returns what is wrong with the card for every account.
pub(super) fn bad_card(draft: &Draft, media: &[Media]) -> Option<Violation> {
    let CardChoice::Page(address) = &draft.card else {
        return None;
    };
    if !is_address(address) {
        return Some(for_all(
            "bad_card",
            format!(
                "the card is no address of the web, or one with a password, a space, or more than \
                 {ADDRESS_BYTES_MAX} bytes"
            ),
            "write it as the browser shows it, beginning with `https://`".to_owned(),
        ));
    }
    // Threads and Bluesky show the one or the other, and a post is to say the same everywhere.
    (!media.is_empty()).then(|| {
        for_all(
            "card_with_media",
            "a post has pictures or a card, not both".to_owned(),
            "leave the card out, or the pictures".to_owned(),
        )
    })
}

/// Says which page becomes a card, and warns where the platform does otherwise than it was asked for.
pub(super) fn look_at_card(draft: &Draft, review: &mut Review) {
    if !review.media.is_empty() {
        return;
    }
    let asked = draft.card.address_in(&review.text);
    match Cards::of(review.platform) {
        Cards::AsAsked => review.card = asked,
        Cards::AsAskedOrByItself => {
            if asked.is_none() {
                warn_of_its_own(&draft.card, None, review);
            }
            review.card = asked;
        }
        Cards::Never => {}
        Cards::ByItself => warn_of_its_own(&draft.card, asked.as_deref(), review),
    }
}

fn warn_of_its_own(choice: &CardChoice, asked: Option<&str>, review: &mut Review) {
    let mut links = review.facets.iter();
    let own = links.find(|facet| facet.kind == FacetKind::Link);
    let own = own.map(|link| link.value.as_str());
    if *choice == CardChoice::FirstLink || own == asked {
        return;
    }
    let platform = review.platform.title();
    let (message, fix) = match asked {
        Some(_) => (
            format!("{platform} takes no card: it makes one of the text's first link by itself"),
            "write the address into the text, for this account with `--text-for`",
        ),
        None => (
            format!("{platform} makes a card of the text's first link by itself"),
            "leave the link out of the text, or let it be shown",
        ),
    };
    review.warn("ignored_option", message, fix);
}
