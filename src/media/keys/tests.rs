//! Keys that are, and everything that only looks like one.

use std::path::Component;
use std::path::Path;

use jiff::Timestamp;
use proptest::prelude::ProptestConfig;
use proptest::prop_assert;
use proptest::prop_assert_eq;
use proptest::proptest;

use crate::media::keys::MediaKey;
use crate::media::keys::MediaName;
use crate::media::keys::Owner;
use crate::post::post::PostId;

const ID: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

#[test]
fn a_key_says_whose_it_is_and_which_post_has_it() {
    let owner: Owner = "alice".parse().unwrap();
    let post: PostId = ID.parse().unwrap();
    let name = MediaName::new(Timestamp::UNIX_EPOCH, "image/jpeg");
    assert_eq!(name.in_temp(&owner).as_str(), format!("temp/alice/{name}"));
    assert_eq!(
        name.in_posts(&owner, post).as_str(),
        format!("posts/alice/{ID}/{name}")
    );
    assert_eq!(Path::new(&name.to_string()).extension().unwrap(), "jpg");
}

#[test]
fn what_was_built_can_be_read() {
    let owner: Owner = "alice.b@example+x".parse().unwrap();
    for mime in ["image/png", "video/quicktime", "image/unheard-of"] {
        let name = MediaName::new(Timestamp::UNIX_EPOCH, mime);
        for (key, place) in [
            (name.in_temp(&owner), "temp/"),
            (name.in_posts(&owner, ID.parse().unwrap()), "posts/"),
        ] {
            assert_eq!(key.as_str().parse::<MediaKey>().as_ref().ok(), Some(&key));
            assert!(key.as_str().starts_with(place), "{key}");
        }
    }
}

#[test]
fn nothing_else_is_a_key() {
    let upper = ID.to_uppercase();
    let simple = ID.replace('-', "");
    for key in [
        "",
        "/",
        "temp",
        &format!("temp/{ID}.jpg"),
        &format!("temp/../{ID}.jpg"),
        &format!("temp/./{ID}.jpg"),
        &format!("temp//{ID}.jpg"),
        &format!("/temp/alice/{ID}.jpg"),
        &format!("temp/alice/{ID}.jpg/"),
        &format!("temp/alice/{ID}.jpg\n"),
        &format!("temp/al ice/{ID}.jpg"),
        &format!("temp/alice/{ID}"),
        &format!("temp/alice/{ID}."),
        &format!("temp/alice/{ID}.JPG"),
        &format!("temp/alice/{ID}.j/g"),
        &format!("temp/alice/{ID}.tar.gz"),
        &format!("temp/alice/{upper}.jpg"),
        &format!("temp/alice/{simple}.jpg"),
        &format!("temp/alice/{{{ID}}}.jpg"),
        &format!("posts/alice/{ID}.jpg"),
        &format!("posts/alice/../{ID}.jpg"),
        &format!("posts/alice/{upper}/{ID}.jpg"),
        &format!("other/alice/{ID}.jpg"),
        &format!("temp\\alice\\{ID}.jpg"),
    ] {
        assert!(key.parse::<MediaKey>().is_err(), "{key}");
    }
}

#[test]
fn an_owner_is_one_plain_name() {
    for word in [
        "",
        ".",
        "..",
        ".hidden",
        "a/b",
        "a\\b",
        "a b",
        "ä",
        "a\0",
        &"a".repeat(65),
    ] {
        assert!(word.parse::<Owner>().is_err(), "{word}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_key_never_leaves_its_place(
        key in "(?:temp|posts|/|\\\\|\\.|\\.\\.|alice|01890a5d-ac96-774b-bcce-b302099a8057|jpg|%2e|%2F|%00|[a-z]{70}|\u{ff0f}|\u{2024}|\\PC|\0){1,9}",
    ) {
        if let Ok(read) = key.parse::<MediaKey>() {
            let path = Path::new(read.as_str());
            prop_assert!(path.components().all(|part| matches!(part, Component::Normal(_))));
            prop_assert!(path.starts_with("temp") || path.starts_with("posts"));
            prop_assert_eq!(read.as_str(), key);
        }
    }

    #[test]
    fn no_word_makes_a_key_outside_its_owners_place(
        owner in "(?:[a-z]{1,70}|\\.|\\.\\.|/|\\\\|%2e|%2F|@|\u{ff0f}|\\PC|\0){0,5}",
        mime in "(?:image/(?:png|jpeg)|video/mp4|\\PC{0,20}|\\.\\./x)",
    ) {
        let Ok(owner) = owner.parse::<Owner>() else {
            return Ok(());
        };
        let (name, post) = (MediaName::new(Timestamp::UNIX_EPOCH, &mime), ID.parse().unwrap());
        for (key, place) in [
            (name.in_temp(&owner), format!("temp/{owner}")),
            (name.in_posts(&owner, post), format!("posts/{owner}/{ID}")),
        ] {
            let path = Path::new(key.as_str());
            prop_assert!(path.components().all(|part| matches!(part, Component::Normal(_))));
            prop_assert_eq!(path.parent(), Some(Path::new(&place)));
            prop_assert!(key.as_str().is_ascii());
            let is_of_owner = key.is_temp_of(&owner);
            prop_assert_eq!(is_of_owner, place.starts_with("temp"));
            prop_assert_eq!(key.as_str().parse::<MediaKey>().ok(), Some(key));
        }
    }

    #[test]
    fn a_key_is_of_one_owner_alone(
        one in "[a-z@+_-][a-z.@+_-]{0,3}", other in "[a-z@+_-][a-z.@+_-]{0,3}",
    ) {
        let (one, other): (Owner, Owner) = (one.parse().unwrap(), other.parse().unwrap());
        let key = MediaName::new(Timestamp::UNIX_EPOCH, "image/png").in_temp(&one);
        prop_assert_eq!(key.is_temp_of(&other), one == other);
    }

    #[test]
    fn any_owner_makes_a_key_that_can_be_read(word in "[a-zA-Z0-9_@+-][a-zA-Z0-9._@+-]{0,63}") {
        let owner: Owner = word.parse().unwrap();
        let name = MediaName::new(Timestamp::UNIX_EPOCH, "image/png");
        let key = name.in_posts(&owner, ID.parse().unwrap());
        prop_assert!(key.as_str().parse::<MediaKey>().is_ok());
    }
}
