//! The rules of link cards: which page is shown where, and what cannot be.

use crate::post::card::CardChoice;
use crate::post::check::Rules;
use crate::post::check::review_all;
use crate::post::check::tests::both;
use crate::post::check::tests::check_violations;
use crate::post::check::tests::check_warnings;
use crate::post::check::tests::draft;
use crate::post::check::tests::picture;
use crate::post::draft::Draft;

fn with_card(text: &str, card: CardChoice) -> Draft {
    Draft {
        card,
        ..draft(text)
    }
}

fn page(address: &str) -> CardChoice {
    CardChoice::Page(address.to_owned())
}

/// Returns which page is shown on Bluesky and on Mastodon.
fn shown(draft: &Draft) -> [Option<String>; 2] {
    let reviews = review_all(draft, &[], &both(), &Rules::default());
    ["sky", "work"].map(|name| {
        let mut accounts = reviews.accounts.iter();
        let review = accounts.find(|review| review.account.as_str() == name);
        review.unwrap().card.clone()
    })
}

#[test]
fn the_preview_names_the_page_where_hayon_decides_it() {
    let text = "see example.com";
    let first = with_card(text, CardChoice::FirstLink);
    assert_eq!(
        shown(&first),
        [Some("https://example.com".to_owned()), None]
    );
    let other = with_card(text, page("https://a.example/"));
    assert_eq!(shown(&other), [Some("https://a.example/".to_owned()), None]);
    assert_eq!(shown(&with_card(text, CardChoice::Nothing)), [None, None]);
    let media = [picture()];
    let with_picture = review_all(&first, &media, &both(), &Rules::default());
    assert!(with_picture.accounts.iter().all(|it| it.card.is_none()));
}

#[test]
fn a_card_is_an_address_of_the_web() {
    for bad in ["example.com", "", "ftp://example.com", "https://a b"] {
        check_violations(&with_card("x", page(bad)), Vec::new(), &["- bad_card"]);
    }
    check_violations(&with_card("x", page("http://a.example")), Vec::new(), &[]);
}

#[test]
fn a_post_has_pictures_or_a_card_that_was_asked_for() {
    let asked = with_card("x", page("https://a.example/"));
    check_violations(&asked, vec![picture()], &["- card_with_media"]);
    for card in [CardChoice::FirstLink, CardChoice::Nothing] {
        let unasked = with_card("https://a.example/", card);
        check_violations(&unasked, vec![picture()], &[]);
    }
}

#[test]
fn whoever_asks_for_another_card_than_mastodons_own_is_warned() {
    let link = "https://example.com/";
    let ignored = ["work ignored_option"];
    check_warnings(&with_card(link, CardChoice::Nothing), Vec::new(), &ignored);
    check_warnings(&with_card("x", page(link)), Vec::new(), &ignored);
    // Mastodon makes no link of these.
    for text in ["x", "example.com"] {
        check_warnings(&with_card(text, CardChoice::Nothing), Vec::new(), &[]);
    }
    check_warnings(&with_card(link, page(link)), Vec::new(), &[]);
    check_warnings(&with_card(link, CardChoice::FirstLink), Vec::new(), &[]);
}
