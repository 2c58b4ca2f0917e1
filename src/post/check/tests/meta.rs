//! The rules of Instagram, Threads and Facebook, each at its edge.

use crate::post::card::CardChoice;
use crate::post::check::Rules;
use crate::post::check::review_all;
use crate::post::check::tests::addressee;
use crate::post::check::tests::draft;
use crate::post::check::tests::picture_with;
use crate::post::draft::Draft;
use crate::post::limits::HandOver;
use crate::post::limits::Limits;
use crate::post::limits::Shape;
use crate::post::limits::Unit;
use crate::post::media::Media;
use crate::post::platform::Platform;
use crate::post::platform::Platform::Facebook;
use crate::post::platform::Platform::Instagram;
use crate::post::platform::Platform::Threads;
use crate::post::post::Visibility;

const ALL: [Platform; 3] = [Instagram, Threads, Facebook];

/// A picture that all three take as it is.
fn photo() -> Media {
    picture_with(|media| media.facts.mime = "image/jpeg".to_owned())
}

fn photo_of(width: u32, height: u32) -> Media {
    Media {
        facts: crate::post::media::MediaFacts {
            width,
            height,
            ..photo().facts
        },
        ..photo()
    }
}

/// Returns the rules that `draft` breaks, and those that it is warned about.
fn told(
    platform: Platform,
    draft: &Draft,
    media: &[Media],
) -> (Vec<&'static str>, Vec<&'static str>) {
    let addressees = [addressee("me", platform)];
    let reviews = review_all(draft, media, &addressees, &Rules::default());
    let broken = reviews.all_violations().map(|it| it.rule).collect();
    let warned = reviews.accounts[0].warnings.iter().map(|it| it.rule);
    (broken, warned.collect())
}

#[track_caller]
fn check(platform: Platform, draft: &Draft, media: &[Media], broken: &[&str], warned: &[&str]) {
    let told = told(platform, draft, media);
    assert_eq!(told, (broken.to_vec(), warned.to_vec()), "{platform:?}");
}

/// As [`check`], of a text: with a picture where there is no post without one.
#[track_caller]
fn check_text(platform: Platform, text: &str, broken: &[&str], warned: &[&str]) {
    let needs_image = Limits::built_in(platform).needs_image;
    let media: Vec<Media> = needs_image.then(photo).into_iter().collect();
    check(platform, &draft(text), &media, broken, warned);
}

/// Returns a text with `count` different things that begin with `sign`.
fn many(sign: &str, count: usize) -> String {
    let words: Vec<String> = (0..count).map(|n| format!("{sign}a{n}")).collect();
    words.join(" ")
}

#[test]
fn the_limits_are_those_of_metas_pages() {
    let [instagram, threads, facebook] = ALL.map(Limits::built_in);
    assert_eq!(
        (instagram.unit, instagram.text_max),
        (Unit::CodePoints, 2200)
    );
    assert_eq!(
        (threads.unit, threads.text_max),
        (Unit::ThreadsCharacters, 500)
    );
    assert_eq!(threads.text_bytes_advised_max, Some(500));
    assert_eq!(
        (facebook.unit, facebook.text_max),
        (Unit::CodePoints, 63_206)
    );
    let numbers = |limits: &Limits| (limits.images_max, limits.alt_max, limits.image.bytes_max);
    assert_eq!(numbers(&instagram), (10, Some(1000), 8_000_000));
    assert_eq!(numbers(&threads), (20, Some(1000), 8_000_000));
    assert_eq!(numbers(&facebook), (10, None, 10_000_000));
    let ways = [&instagram, &threads, &facebook].map(|limits| limits.hand_over);
    assert_eq!(
        ways,
        [HandOver::Address, HandOver::Address, HandOver::Bytes]
    );
    let shape = |width, height| Shape { width, height };
    let shapes = instagram.image.shapes.unwrap();
    assert_eq!(
        (shapes.narrowest, shapes.widest),
        (shape(4, 5), shape(191, 100))
    );
    let shapes = threads.image.shapes.unwrap();
    assert_eq!(
        (shapes.narrowest, shapes.widest),
        (shape(1, 10), shape(10, 1))
    );
    assert_eq!(facebook.image.shapes, None);
}

#[test]
fn a_text_is_as_long_as_the_platform_takes() {
    for (platform, max) in [(Instagram, 2200), (Threads, 500), (Facebook, 63_206)] {
        check_text(platform, &"x".repeat(max), &[], &[]);
        check_text(platform, &"x".repeat(max + 1), &["text_too_long"], &[]);
    }
    check_text(Instagram, &"🎉".repeat(2200), &[], &[]);
}

#[test]
fn on_threads_an_emoji_counts_its_bytes_and_other_bytes_are_a_warning() {
    check_text(Threads, &"🎉".repeat(125), &[], &[]);
    check_text(Threads, &"🎉".repeat(126), &["text_too_long"], &[]);
    // 498 characters of which three are curly apostrophes: 504 bytes.
    let curly = format!("{}{}", "x".repeat(495), "\u{2019}".repeat(3));
    check_text(Threads, &curly, &[], &["text_too_many_bytes"]);
    check_text(Threads, &"語".repeat(166), &[], &[]);
    check_text(Threads, &"語".repeat(167), &[], &["text_too_many_bytes"]);
    check_text(Threads, &"語".repeat(501), &["text_too_long"], &[]);
}

#[test]
fn more_than_five_hashtags_are_a_warning_on_instagram_and_more_than_thirty_a_mistake() {
    check_text(Instagram, &many("#", 5), &[], &[]);
    check_text(Instagram, &many("#", 6), &[], &["too_many_tags"]);
    check_text(Instagram, &many("#", 30), &[], &["too_many_tags"]);
    check_text(Instagram, &many("#", 31), &["too_many_tags"], &[]);
    check_text(Instagram, &many("@", 20), &[], &[]);
    check_text(Instagram, &many("@", 21), &["too_many_mentions"], &[]);
    let again = "#x ".repeat(6);
    check_text(Instagram, &again, &[], &["too_many_tags"]);
    // Numbers are none.
    check_text(Instagram, &format!("{} #1 #2", many("#", 5)), &[], &[]);
    for platform in [Threads, Facebook] {
        check_text(platform, &many("#", 31), &[], &[]);
    }
}

#[test]
fn threads_takes_five_links_and_the_card_is_one() {
    let links = |count| many("https://example.com/", count);
    check_text(Threads, &links(5), &[], &[]);
    check_text(Threads, &links(6), &["too_many_links"], &[]);
    let again = format!("{} https://example.com/a0", links(5));
    check_text(Threads, &again, &[], &[]);
    let with_card = |card: &str| Draft {
        card: CardChoice::Page(card.to_owned()),
        ..draft(&links(5))
    };
    let other = with_card("https://example.org/");
    check(Threads, &other, &[], &["too_many_links"], &[]);
    // Beside a picture there is no card.
    check(Threads, &other, &[photo()], &[], &[]);
    check(Threads, &with_card("https://example.com/a0"), &[], &[], &[]);
    for platform in [Instagram, Facebook] {
        check_text(platform, &links(6), &[], &[]);
    }
}

#[test]
fn instagram_takes_no_post_without_a_picture() {
    check(Instagram, &draft("x"), &[], &["no_image"], &[]);
    check(Threads, &draft("x"), &[], &[], &[]);
    check(Facebook, &draft("x"), &[], &[], &[]);
    for platform in ALL {
        check(platform, &draft(""), &[photo()], &[], &[]);
        let (broken, _) = told(platform, &draft(""), &[]);
        assert!(broken.contains(&"empty_post"), "{broken:?}");
    }
}

#[test]
fn what_meta_fetches_needs_an_address() {
    for (platform, broken) in [
        (Instagram, &["no_public_media"][..]),
        (Threads, &["no_public_media"]),
        (Facebook, &[]),
    ] {
        let mut without = addressee("me", platform);
        if without.limits.hand_over == HandOver::Address {
            without.limits.hand_over = HandOver::NoAddress;
        }
        let rules = Rules::default();
        let reviews = review_all(
            &draft("x"),
            &[photo()],
            std::slice::from_ref(&without),
            &rules,
        );
        let found: Vec<&str> = reviews.all_violations().map(|it| it.rule).collect();
        assert_eq!(found, broken);
        if platform == Threads {
            // A text alone needs none.
            assert!(review_all(&draft("x"), &[], &[without], &rules).is_clean());
        }
    }
}

#[test]
fn there_are_as_many_pictures_as_the_platform_takes() {
    for (platform, max) in [(Instagram, 10), (Threads, 20), (Facebook, 10)] {
        check(platform, &draft("x"), &vec![photo(); max], &[], &[]);
        let broken = &["too_many_images"];
        check(platform, &draft("x"), &vec![photo(); max + 1], broken, &[]);
    }
}

#[test]
fn a_picture_is_of_a_type_a_size_and_a_shape_that_the_platform_takes() {
    let of = |mime: &str, size_bytes: u64| {
        picture_with(|media| {
            media.facts.mime = format!("image/{mime}");
            media.facts.size_bytes = size_bytes;
        })
    };
    let (kind, large) = (&["unsupported_type"][..], &["image_too_large"][..]);
    for (platform, media, broken, warned) in [
        (Instagram, of("png", 1), kind, &[][..]),
        (Instagram, of("jpeg", 8_000_000), &[], &[]),
        (Instagram, of("jpeg", 8_000_001), large, &[]),
        (Instagram, photo_of(1000, 1250), &[], &[]),
        (Instagram, photo_of(1000, 1251), &["image_wrong_shape"], &[]),
        (Threads, of("png", 8_000_000), &[], &[]),
        (Threads, of("webp", 1), kind, &[]),
        (Threads, of("png", 8_000_001), large, &[]),
        (Threads, photo_of(100, 1000), &[], &[]),
        (Threads, photo_of(100, 1001), &["image_wrong_shape"], &[]),
        (Facebook, of("gif", 4_000_000), &[], &[]),
        (Facebook, of("webp", 1), kind, &[]),
        (Facebook, of("jpeg", 4_000_001), &[], large),
        (Facebook, of("jpeg", 10_000_000), &[], large),
        (Facebook, of("jpeg", 10_000_001), large, &[]),
    ] {
        check(platform, &draft("x"), &[media], broken, warned);
    }
}

#[test]
fn an_alt_text_is_no_longer_than_a_thousand_characters() {
    let with_alt = |length| {
        vec![picture_with(|media| {
            media.facts.mime = "image/jpeg".to_owned();
            media.alt = "ä".repeat(length);
        })]
    };
    for platform in [Instagram, Threads] {
        check(platform, &draft("x"), &with_alt(1000), &[], &[]);
        check(
            platform,
            &draft("x"),
            &with_alt(1001),
            &["alt_too_long"],
            &[],
        );
    }
    check(Facebook, &draft("x"), &with_alt(5000), &[], &[]);
}

#[test]
fn pictures_of_different_shapes_are_cut_to_the_first_on_instagram() {
    let cut = &["cropped_pictures"][..];
    let (square, same) = (photo_of(1000, 1000), photo_of(1440, 1439));
    let wide = photo_of(1440, 1080);
    for (platform, media, warned) in [
        (Instagram, vec![square.clone(), same], &[][..]),
        (Instagram, vec![square.clone(), wide.clone()], cut),
        (Instagram, vec![wide.clone()], &[]),
        (Threads, vec![square.clone(), wide.clone()], &[]),
        (Facebook, vec![square, wide], &[]),
    ] {
        check(platform, &draft("x"), &media, &[], warned);
    }
}

#[test]
fn everybody_sees_what_is_posted_there() {
    for platform in ALL {
        for (visibility, broken, warned) in [
            (Visibility::Public, &[][..], &["ignored_option"][..]),
            (Visibility::Unlisted, &[], &["ignored_option"]),
            (Visibility::Private, &["not_public"], &[]),
            (Visibility::Direct, &["not_public"], &[]),
        ] {
            let draft = Draft {
                visibility: Some(visibility),
                ..draft("x")
            };
            check(platform, &draft, &[photo()], broken, warned);
        }
        let warned = Draft {
            cw: Some("cats".to_owned()),
            ..draft("x")
        };
        check(platform, &warned, &[photo()], &[], &["ignored_option"]);
    }
}

fn with_tags(tags: &[&str]) -> Draft {
    Draft {
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
        ..draft("x")
    }
}

#[test]
fn the_first_tag_is_the_topic_on_threads() {
    check(Threads, &with_tags(&["slow travel"]), &[], &[], &[]);
    check(Threads, &with_tags(&[&"ü".repeat(50)]), &[], &[], &[]);
    let ignored = &["ignored_option"];
    check(Threads, &with_tags(&["one", "two"]), &[], &[], ignored);
    check(Threads, &with_tags(&["one", "#one"]), &[], &[], &[]);
    for bad in [&"ü".repeat(51), "a.b", "R&B"] {
        check(Threads, &with_tags(&[bad]), &[], &["bad_topic"], &[]);
        // It is only the first that counts.
        check(Threads, &with_tags(&["one", bad]), &[], &[], ignored);
    }
    for platform in [Instagram, Facebook] {
        check(platform, &with_tags(&["a.b"]), &[photo()], &[], ignored);
    }
}
