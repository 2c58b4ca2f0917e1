//! The rules about pictures.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::Timestamp;

use crate::post::check::MissingAlt;
use crate::post::check::Plan;
use crate::post::check::Rules;
use crate::post::check::check;
use crate::post::check::review_all;
use crate::post::check::tests::account;
use crate::post::check::tests::addressee;
use crate::post::check::tests::check_all;
use crate::post::check::tests::check_violations;
use crate::post::check::tests::check_warnings;
use crate::post::check::tests::draft;
use crate::post::check::tests::only_violation;
use crate::post::check::tests::picture;
use crate::post::check::tests::picture_with;
use crate::post::draft::DraftMedia;
use crate::post::limits::Shape;
use crate::post::limits::Shapes;
use crate::post::media::MediaKind;
use crate::post::media::Rendition;
use crate::post::platform::Platform;
use crate::post::post::PostId;

#[test]
fn there_are_as_many_pictures_as_the_platform_takes() {
    check_violations(&draft("x"), vec![picture(); 4], &[]);
    check_violations(&draft("x"), vec![picture(); 5], &["work too_many_images"]);
    check_violations(&draft("x"), vec![picture(); 10], &["work too_many_images"]);
    check_violations(
        &draft("x"),
        vec![picture(); 11],
        &["sky too_many_images", "work too_many_images"],
    );
}

#[test]
fn a_picture_is_no_larger_than_the_platform_takes() {
    let sized = |size| vec![picture_with(|media| media.facts.size_bytes = size)];
    check_violations(&draft("x"), sized(2_000_000), &[]);
    check_violations(&draft("x"), sized(2_000_001), &["sky image_too_large"]);
    check_violations(&draft("x"), sized(16_777_215), &["sky image_too_large"]);
    check_violations(
        &draft("x"),
        sized(16_777_216),
        &["sky image_too_large", "work image_too_large"],
    );
    let mut draft = draft("x");
    draft.media.push(DraftMedia {
        path: PathBuf::from("some/cat\u{1b}.png"),
        alt: None,
    });
    let (message, _) = only_violation(&draft, sized(2_000_001));
    assert_eq!(
        message,
        r"`cat\u{1b}.png` has 2000001 bytes; Bluesky takes 2000000"
    );
}

#[test]
fn a_picture_has_no_more_pixels_than_the_platform_takes() {
    let sized = |mime: &str, width, height| {
        vec![picture_with(|media| {
            media.facts.mime = mime.to_owned();
            media.facts.width = width;
            media.facts.height = height;
        })]
    };
    check_violations(&draft("x"), sized("image/png", 7680, 4320), &[]);
    check_violations(
        &draft("x"),
        sized("image/png", 7681, 4320),
        &["work image_too_many_pixels"],
    );
    check_violations(&draft("x"), sized("image/gif", 1280, 720), &[]);
    check_violations(
        &draft("x"),
        sized("image/gif", 1281, 720),
        &["work image_too_many_pixels"],
    );
    check_violations(
        &draft("x"),
        sized("image/png", u32::MAX, u32::MAX),
        &["work image_too_many_pixels"],
    );
}

#[test]
fn only_still_pictures_of_a_type_that_the_platform_takes() {
    let of_kind = |kind, mime: &str| {
        picture_with(|media| {
            media.facts.kind = kind;
            media.facts.mime = mime.to_owned();
        })
    };
    let avif = of_kind(MediaKind::Image, "image/avif");
    check_violations(&draft("x"), vec![avif], &["sky unsupported_type"]);
    let gif = of_kind(MediaKind::Animation, "image/gif");
    check_violations(
        &draft("x"),
        vec![gif],
        &["sky unsupported_type", "work unsupported_type"],
    );
    let video = of_kind(MediaKind::Video, "video/mp4");
    let reviews = check_all(&draft("x"), vec![picture(), video], &Rules::default()).unwrap_err();
    let messages: Vec<_> = reviews
        .all_violations()
        .map(|violation| violation.message.as_str())
        .collect();
    assert_eq!(
        messages,
        [
            "picture 2 is a video (video/mp4, 800 x 600), and hayon sends still pictures only",
            "Mastodon takes pictures, or one video or animation alone, but not both",
            "picture 2 is a video (video/mp4, 800 x 600), and hayon sends still pictures only",
        ]
    );
}

#[test]
fn an_alt_text_is_no_longer_than_the_platform_takes() {
    let with_alt = |length| vec![picture_with(|media| media.alt = "ä".repeat(length))];
    check_violations(&draft("x"), with_alt(1500), &[]);
    check_violations(&draft("x"), with_alt(1501), &["work alt_too_long"]);
    let sky = [addressee("sky", Platform::Bluesky)];
    let plan = |length| Plan {
        id: PostId::new(Timestamp::UNIX_EPOCH),
        created_at: Timestamp::UNIX_EPOCH,
        media: with_alt(length),
    };
    let warnings = |length| {
        let checked = check(&draft("x"), plan(length), &sky, &Rules::default()).unwrap();
        checked.reviews.accounts[0].warnings.len()
    };
    assert_eq!((warnings(2000), warnings(2001)), (0, 1));
}

#[test]
fn a_picture_without_alt_text_is_a_warning_unless_the_user_wants_more() {
    let media = vec![picture_with(|media| media.alt = " \n".to_owned())];
    check_warnings(
        &draft("x"),
        media.clone(),
        &["sky missing_alt", "work missing_alt"],
    );
    let strict = Rules {
        missing_alt: MissingAlt::Refuses,
        ..Rules::default()
    };
    let reviews = check_all(&draft("x"), media, &strict).unwrap_err();
    assert!(
        reviews
            .all_violations()
            .all(|violation| violation.rule == "missing_alt")
    );
    assert!(check_all(&draft("x"), vec![picture()], &strict).is_ok());
}

#[test]
fn a_shape_that_the_platform_refuses_is_told_with_what_to_do() {
    let shape = |width, height| Shape { width, height };
    let mut strict = addressee("sky", Platform::Bluesky);
    strict.limits.image.shapes = Some(Shapes {
        narrowest: shape(4, 5),
        widest: shape(191, 100),
    });
    let review_of = |width, height| {
        let sized = picture_with(|media| {
            media.facts.width = width;
            media.facts.height = height;
        });
        let reviews = review_all(&draft("x"), &[sized], &[strict.clone()], &Rules::default());
        reviews.all_violations().cloned().collect::<Vec<_>>()
    };
    assert_eq!(review_of(1910, 1000), []);
    assert_eq!(review_of(800, 1000), []);
    let wide = review_of(1911, 1000);
    assert_eq!(wide[0].rule, "image_wrong_shape");
    assert_eq!(
        wide[0].message,
        "picture 1 is 1911 x 1000, 1.91:1; Bluesky takes 0.8:1 to 1.91:1"
    );
    assert_eq!(
        wide[0].fix,
        "`--fit pad` puts white beside it, `--fit crop` cuts it"
    );
}

#[test]
fn what_was_made_for_an_account_is_what_is_held_against_its_limits() {
    let mut large = picture_with(|media| media.facts.size_bytes = 3_000_000);
    large.renditions.push(Rendition {
        accounts: BTreeSet::from([account("sky")]),
        key: "posts/alice/p/n.jpg".to_owned(),
        facts: picture_with(|media| media.facts.size_bytes = 1_900_000).facts,
        changes: vec!["compressed to 1.9 MB".to_owned()],
    });
    let checked = check_all(&draft("x"), vec![large.clone()], &Rules::default()).unwrap();
    let [sky, work] = checked.reviews.accounts.as_slice() else {
        panic!("two reviews");
    };
    assert_eq!(sky.media[0].facts.size_bytes, 1_900_000);
    assert_eq!(sky.media[0].renditions[0].changes, ["compressed to 1.9 MB"]);
    assert_eq!(work.media[0].facts.size_bytes, 3_000_000);
    assert!(work.media[0].renditions.is_empty());
    // The post keeps the original, and both files.
    assert_eq!(checked.post.media, [large]);
    let keys: Vec<String> = checked.post.files().into_iter().map(|it| it.key).collect();
    assert_eq!(keys, ["posts/alice/p/m.png", "posts/alice/p/n.jpg"]);
}
