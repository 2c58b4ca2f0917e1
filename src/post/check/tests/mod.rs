//! Every rule, by the draft that breaks it and the one that just does not; [`pictures`] has those
//! about pictures.

mod cards;
mod meta;
mod pictures;
mod properties;
mod tumblr;

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::post::account_name::AccountName;
use crate::post::check::Checked;
use crate::post::check::Plan;
use crate::post::check::Reviews;
use crate::post::check::Rules;
use crate::post::check::check;
use crate::post::draft::Draft;
use crate::post::limits::Addressee;
use crate::post::limits::Limits;
use crate::post::media::Details;
use crate::post::media::Media;
use crate::post::media::MediaFacts;
use crate::post::media::MediaKind;
use crate::post::platform::Platform;
use crate::post::post::PostId;
use crate::post::post::Visibility;
use crate::text::facet::FacetKind;

fn account(name: &str) -> AccountName {
    name.parse().unwrap()
}

fn addressee(name: &str, platform: Platform) -> Addressee {
    Addressee {
        account: account(name),
        platform,
        limits: Limits::built_in(platform),
    }
}

fn both() -> Vec<Addressee> {
    vec![
        addressee("sky", Platform::Bluesky),
        addressee("work", Platform::Mastodon),
    ]
}

fn draft(text: &str) -> Draft {
    Draft {
        text: text.to_owned(),
        ..Draft::default()
    }
}

fn picture() -> Media {
    Media {
        key: "posts/alice/p/m.png".to_owned(),
        facts: MediaFacts {
            kind: MediaKind::Image,
            mime: "image/png".to_owned(),
            width: 800,
            height: 600,
            size_bytes: 12_345,
            sha256: "0".repeat(64),
            details: Details::default(),
        },
        alt: "a cat".to_owned(),
        renditions: Vec::new(),
    }
}

/// A picture with other facts.
fn picture_with(change: impl FnOnce(&mut Media)) -> Media {
    let mut media = picture();
    change(&mut media);
    media
}

fn check_all(draft: &Draft, media: Vec<Media>, rules: &Rules) -> Result<Checked, Reviews> {
    let plan = Plan {
        id: PostId::new(Timestamp::UNIX_EPOCH),
        created_at: Timestamp::UNIX_EPOCH,
        media,
    };
    check(draft, plan, &both(), rules)
}

/// Asserts which rules `draft` breaks, as `account rule`.
#[track_caller]
fn check_violations(draft: &Draft, media: Vec<Media>, expected: &[&str]) {
    let broken: Vec<String> = match check_all(draft, media, &Rules::default()) {
        Ok(_) => Vec::new(),
        Err(reviews) => reviews
            .all_violations()
            .map(|violation| {
                let account = violation.account.as_ref().map_or("-", AccountName::as_str);
                format!("{account} {}", violation.rule)
            })
            .collect(),
    };
    assert_eq!(broken, expected);
}

/// Asserts which warnings `draft` gets, as `account rule`.
#[track_caller]
fn check_warnings(draft: &Draft, media: Vec<Media>, expected: &[&str]) {
    let checked = check_all(draft, media, &Rules::default()).unwrap();
    let accounts = checked.reviews.accounts.iter();
    let warned: Vec<String> = accounts
        .flat_map(|review| {
            let account = &review.account;
            review
                .warnings
                .iter()
                .map(move |warning| format!("{account} {}", warning.rule))
        })
        .collect();
    assert_eq!(warned, expected);
}

/// Returns the one violation of `draft`.
#[track_caller]
fn only_violation(draft: &Draft, media: Vec<Media>) -> (String, String) {
    let reviews = check_all(draft, media, &Rules::default()).unwrap_err();
    let mut violations = reviews.all_violations();
    let violation = violations.next().unwrap();
    assert_eq!(violations.next(), None);
    (violation.message.clone(), violation.fix.clone())
}

#[test]
fn a_post_is_complete_and_in_its_one_form() {
    let mut draft = draft(" caf\u{65}\u{301}\r\n");
    draft.texts.insert(account("sky"), " short ".to_owned());
    draft.key = Some("k".to_owned());
    draft.lang = Some("fr".to_owned());
    draft.cw = Some(" ".to_owned());
    let media = picture_with(|media| media.alt = " a cat\r\n".to_owned());
    let mut addressees = both();
    addressees.push(addressee("sky", Platform::Bluesky));
    let id = PostId::new(Timestamp::UNIX_EPOCH);
    let plan = Plan {
        id,
        created_at: Timestamp::UNIX_EPOCH,
        media: vec![media],
    };
    let post = check(&draft, plan, &addressees, &Rules::default())
        .unwrap()
        .post;
    assert_eq!(post.id, id);
    assert_eq!(post.text, "café");
    assert_eq!(post.text_for(&account("sky")), "short");
    assert_eq!(post.text_for(&account("work")), "café");
    assert_eq!(post.media, [picture()]);
    assert_eq!(post.key.as_deref(), Some("k"));
    assert_eq!(post.lang.as_deref(), Some("fr"));
    assert_eq!(post.cw, None);
    let expected = [
        (account("sky"), Platform::Bluesky),
        (account("work"), Platform::Mastodon),
    ];
    assert_eq!(post.addressees, expected);
}

#[test]
fn each_platform_counts_in_its_own_unit() {
    let text = "see https://example.com/a/long/path/to/something @alice@example.social";
    let checked = check_all(&draft(text), vec![], &Rules::default()).unwrap();
    let counts: Vec<_> = checked
        .reviews
        .accounts
        .iter()
        .map(|review| (review.length, review.limit, review.unit.name()))
        .collect();
    assert_eq!(
        counts,
        [(text.len(), 300, "graphemes"), (34, 500, "characters")]
    );
    let kinds: Vec<Vec<_>> = checked
        .reviews
        .accounts
        .iter()
        .map(|review| review.facets.iter().map(|facet| facet.kind).collect())
        .collect();
    assert_eq!(
        kinds,
        [
            vec![FacetKind::Link],
            vec![FacetKind::Link, FacetKind::Mention]
        ]
    );
}

#[test]
fn a_text_may_be_as_long_as_the_platform_takes_and_no_longer() {
    check_violations(&draft(&"a".repeat(300)), vec![], &[]);
    check_violations(&draft(&"a".repeat(301)), vec![], &["sky text_too_long"]);
    check_violations(
        &draft(&"a".repeat(501)),
        vec![],
        &["sky text_too_long", "work text_too_long"],
    );
    let (message, fix) = only_violation(&draft(&"ä".repeat(312)), vec![]);
    assert_eq!(message, "the text has 312 graphemes; Bluesky takes 300");
    assert_eq!(
        fix,
        "shorten it by 12, or give this account a text of its own with `--text-for sky=…`"
    );
}

#[test]
fn bluesky_counts_bytes_too() {
    let family = "👨\u{200d}👩\u{200d}👧\u{200d}👧";
    check_violations(&draft(&family.repeat(120)), vec![], &[]);
    let (message, _) = only_violation(&draft(&family.repeat(121)), vec![]);
    assert_eq!(message, "the text has 3025 bytes; Bluesky takes 3000");
}

#[test]
fn mastodon_counts_the_content_warning_too() {
    let mut draft = draft(&"a".repeat(300));
    draft.cw = Some("b".repeat(200));
    check_violations(&draft, vec![], &[]);
    draft.cw = Some("b".repeat(201));
    let (message, _) = only_violation(&draft, vec![]);
    assert_eq!(
        message,
        "the text and the content warning have 501 characters; Mastodon takes 500"
    );
}

#[test]
fn an_account_with_a_text_of_its_own_is_checked_by_that() {
    let mut draft = draft(&"a".repeat(400));
    draft.texts.insert(account("sky"), "short".to_owned());
    check_violations(&draft, vec![], &[]);
}

#[test]
fn a_post_says_or_shows_something() {
    check_violations(
        &draft(" \n\u{a0}"),
        vec![],
        &["sky empty_post", "work empty_post"],
    );
    check_violations(&draft(""), vec![picture()], &[]);
}

#[test]
fn a_text_has_no_characters_that_nobody_can_see() {
    check_violations(&draft("a\tb\r\nc"), vec![], &[]);
    check_violations(
        &draft("a\0b"),
        vec![],
        &["sky control_character", "work control_character"],
    );
}

#[test]
fn a_language_is_a_tag() {
    let with_lang = |lang: &str| Draft {
        lang: Some(lang.to_owned()),
        ..draft("x")
    };
    for lang in [
        "en",
        "pt-BR",
        "zh-Hant-TW",
        "sr-Latn",
        "yue",
        "de-CH-1996",
        "en-x-home",
    ] {
        check_violations(&with_lang(lang), vec![], &[]);
    }
    for lang in [
        "",
        "e",
        "en_US",
        "english please",
        "en-",
        "-en",
        "en--US",
        "e\u{1b}",
    ] {
        check_violations(&with_lang(lang), vec![], &["sky bad_lang", "work bad_lang"]);
    }
    for lang in ["english", "x-klingon"] {
        check_violations(&with_lang(lang), vec![], &["work bad_lang"]);
    }
}

#[test]
fn an_option_that_a_platform_lacks_is_a_warning() {
    let draft = Draft {
        cw: Some("cats".to_owned()),
        visibility: Some(Visibility::Unlisted),
        ..draft("x")
    };
    check_warnings(
        &draft,
        vec![],
        &["sky ignored_option", "sky ignored_option"],
    );
}

#[test]
fn what_is_meant_for_few_goes_to_no_platform_that_shows_everything_to_everybody() {
    for visibility in [Visibility::Private, Visibility::Direct] {
        let draft = Draft {
            visibility: Some(visibility),
            ..draft("x")
        };
        check_violations(&draft, vec![], &["sky not_public"]);
    }
}

#[test]
fn a_post_goes_somewhere() {
    let plan = Plan {
        id: PostId::new(Timestamp::UNIX_EPOCH),
        created_at: Timestamp::UNIX_EPOCH,
        media: vec![],
    };
    let reviews = check(&draft("x"), plan, &[], &Rules::default()).unwrap_err();
    assert_eq!(reviews.violations[0].rule, "no_addressee");
}

#[test]
fn a_text_is_for_an_account_that_there_is() {
    let mut draft = draft("x");
    draft.texts.insert(account("home"), "y".to_owned());
    check_violations(&draft, vec![], &["home unknown_account"]);
    let rules = Rules {
        accounts: BTreeSet::from([account("home")]),
        ..Rules::default()
    };
    let checked = check_all(&draft, vec![], &rules).unwrap();
    assert_eq!(checked.reviews.warnings[0].rule, "unused_text");
    assert!(checked.post.texts.is_empty());
}

#[test]
fn a_key_is_a_short_visible_name() {
    let with_key = |key: &str| Draft {
        key: Some(key.to_owned()),
        ..draft("x")
    };
    check_violations(&with_key("release-1.2.0"), vec![], &[]);
    check_violations(&with_key(&"k".repeat(255)), vec![], &[]);
    for key in ["", " ", "a\nb", &"k".repeat(256)] {
        check_violations(&with_key(key), vec![], &["- bad_key"]);
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let mut draft = draft(&"a".repeat(600));
    draft.lang = Some("?".to_owned());
    draft.key = Some(String::new());
    let media = picture_with(|media| media.facts.size_bytes = 99_999_999);
    check_violations(
        &draft,
        vec![media; 11],
        &[
            &[
                "- bad_key",
                "sky text_too_long",
                "sky bad_lang",
                "sky too_many_images",
            ][..],
            &["sky image_too_large"; 11],
            &[
                "work text_too_long",
                "work bad_lang",
                "work too_many_images",
            ],
            &["work image_too_large"; 11],
        ]
        .concat(),
    );
}
