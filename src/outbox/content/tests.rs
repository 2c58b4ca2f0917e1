//! Rows that were stored are read as they were stored, by later versions too.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use crate::outbox::content::Columns;
use crate::outbox::content::Sealed;
use crate::outbox::content::digest;
use crate::outbox::content::says_the_same;
use crate::outbox::content::seal;
use crate::outbox::content::unseal;
use crate::post::card::CardChoice;
use crate::post::card::CardReach;
use crate::post::media::Details;
use crate::post::media::Media;
use crate::post::media::MediaFacts;
use crate::post::media::MediaKind;
use crate::post::media::Rendition;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::post::post::PostId;

const ACCOUNTS: [&str; 2] = ["sky", "work"];

fn facts(sha256: &str) -> MediaFacts {
    MediaFacts {
        kind: MediaKind::Image,
        mime: "image/jpeg".to_owned(),
        width: 80,
        height: 60,
        size_bytes: 1234,
        sha256: sha256.repeat(64),
        details: Details::default(),
    }
}

fn post(media: Media) -> Post {
    let addressee = |name: &str| (name.parse().unwrap(), Platform::Mastodon);
    Post {
        id: PostId::new(Timestamp::UNIX_EPOCH),
        key: None,
        text: "hi".to_owned(),
        texts: BTreeMap::new(),
        media: vec![media],
        lang: None,
        cw: None,
        visibility: None,
        fit: None,
        tags: Vec::new(),
        card: CardChoice::default(),
        card_reach: CardReach::default(),
        addressees: ACCOUNTS.map(addressee).to_vec(),
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn plain() -> Media {
    Media {
        key: "posts/me/p/a.jpg".to_owned(),
        facts: facts("a"),
        alt: "a cat".to_owned(),
        renditions: Vec::new(),
    }
}

fn with_rendition() -> Media {
    let mut media = plain();
    media.facts.details = Details {
        is_turned: true,
        metadata_bytes: 99,
        duration: Some(Duration::from_millis(1500)),
        codec: Some("H.264".to_owned()),
    };
    media.renditions.push(Rendition {
        accounts: BTreeSet::from(ACCOUNTS.map(|name| name.parse().unwrap())),
        key: "posts/me/p/b.jpg".to_owned(),
        facts: facts("b"),
        changes: vec!["turned upright".to_owned()],
    });
    media
}

fn columns(post: &Post) -> Columns {
    Columns {
        id: post.id.to_string(),
        key: post.key.clone(),
        created_at: post.created_at,
    }
}

#[test]
fn what_was_made_of_a_picture_is_read_back() {
    let post = post(with_rendition());
    let sealed = seal(&post).unwrap();
    assert_eq!(unseal(&sealed, columns(&post)), Ok(post));
}

#[test]
fn the_choice_of_a_card_is_read_back_and_is_part_of_what_a_post_says() {
    let first_link = post(plain());
    for card in [
        CardChoice::Nothing,
        CardChoice::Page("https://example.com/".to_owned()),
    ] {
        let post = Post {
            card,
            card_reach: CardReach::Anywhere,
            ..first_link.clone()
        };
        let sealed = seal(&post).unwrap();
        assert_eq!(unseal(&sealed, columns(&post)).as_ref(), Ok(&post));
        assert!(!says_the_same(&post, &first_link));
    }
}

#[test]
fn a_row_from_before_there_were_renditions_is_read_as_it_was_stored() {
    let content = r#"{"text":"hi","texts":{},"media":[{"key":"posts/me/p/a.jpg","kind":"image","mime":"image/jpeg","width":80,"height":60,"size_bytes":1234,"sha256":"SHA","alt":"a cat"}],"lang":null,"cw":null,"visibility":null,"addressees":[{"account":"sky","platform":"mastodon"},{"account":"work","platform":"mastodon"}]}"#;
    let content = content.replace("SHA", &"a".repeat(64));
    let post = post(plain());
    let old = Sealed {
        digest: digest(&content),
        content,
    };
    assert_eq!(unseal(&old, columns(&post)), Ok(post.clone()));
    // And what has nothing more to say is stored as it was then.
    assert_eq!(seal(&post).unwrap(), old);
}

#[test]
fn what_was_made_of_a_picture_is_no_part_of_what_a_post_says() {
    assert!(says_the_same(&post(plain()), &post(with_rendition())));
}
