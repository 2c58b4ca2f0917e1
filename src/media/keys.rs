//! The names under which media are kept: `temp/<owner>/<uuid>.<ext>` and
//! `posts/<owner>/<post id>/<uuid>.<ext>`.
//!
//! A key is built from parts that cannot leave their place, and read back strictly: whatever comes
//! from a database or a bucket is a path only after [`MediaKey::from_str`] has said so.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use uuid::Uuid;

use crate::media::MediaError;
use crate::post::post::PostId;

/// The longest name of an owner.
const OWNER_MAX: usize = 64;

/// The longest extension.
const EXTENSION_MAX: usize = 5;

/// Whose media it is: the part of a key that keeps the users of one store apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owner(String);

/// Why a word cannot be an owner.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` is no owner of media: use 1 to {OWNER_MAX} letters, digits, `-`, `_`, `.`, `@` or `+`, not beginning with `.`",
    .0.escape_debug()
)]
pub(crate) struct BadOwner(String);

impl FromStr for Owner {
    type Err = BadOwner;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let is_allowed = |letter: char| {
            letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '@' | '+')
        };
        // One that begins with a dot could be `..`, or hidden from `ls`.
        let is_fine = (1..=OWNER_MAX).contains(&word.len())
            && !word.starts_with('.')
            && word.chars().all(is_allowed);
        if is_fine {
            Ok(Self(word.to_owned()))
        } else {
            Err(BadOwner(word.to_owned()))
        }
    }
}

/// The name of one file, the same in `temp/` and in `posts/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MediaName {
    id: Uuid,
    extension: String,
}

impl MediaName {
    /// Returns a new name, at `now`, for what was found to be `mime`.
    pub(crate) fn new(now: Timestamp, mime: &str) -> Self {
        let seconds = u64::try_from(now.as_second()).unwrap_or(0);
        let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
        let stamp = uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos);
        Self {
            id: Uuid::new_v7(stamp),
            extension: extension(mime).to_owned(),
        }
    }

    /// Returns its key while no post has it yet.
    pub(crate) fn in_temp(&self, owner: &Owner) -> MediaKey {
        MediaKey(format!("temp/{}/{self}", owner.0))
    }

    /// Returns its key once `post` has it.
    pub(crate) fn in_posts(&self, owner: &Owner, post: PostId) -> MediaKey {
        MediaKey(format!("posts/{}/{post}/{self}", owner.0))
    }
}

impl fmt::Display for MediaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.id, self.extension)
    }
}

impl FromStr for MediaName {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let (id, extension) = name.split_once('.').ok_or(())?;
        let is_fine = (1..=EXTENSION_MAX).contains(&extension.len())
            && extension
                .bytes()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit());
        if !is_fine {
            return Err(());
        }
        Ok(Self {
            id: lower_case_uuid(id).ok_or(())?,
            extension: extension.to_owned(),
        })
    }
}

/// Which part of the store a key is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Being uploaded; no post has it.
    Temp,
    /// A post has it.
    Posts,
}

/// A key that stays in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MediaKey(String);

impl MediaKey {
    /// Returns the key as it is stored.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the part of the store that it is in.
    pub(crate) fn place(&self) -> Place {
        if self.0.starts_with("temp/") {
            Place::Temp
        } else {
            Place::Posts
        }
    }
}

impl fmt::Display for MediaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for MediaKey {
    type Err = MediaError;

    fn from_str(key: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = key.split('/').collect();
        let is_key = match parts[..] {
            ["temp", owner, name] => is_owner(owner) && is_name(name),
            ["posts", owner, post, name] => {
                is_owner(owner) && lower_case_uuid(post).is_some() && is_name(name)
            }
            _ => false,
        };
        if is_key {
            Ok(Self(key.to_owned()))
        } else {
            Err(MediaError::BadKey {
                key: key.escape_debug().to_string(),
            })
        }
    }
}

fn is_owner(part: &str) -> bool {
    part.parse::<Owner>().is_ok()
}

fn is_name(part: &str) -> bool {
    part.parse::<MediaName>().is_ok()
}

/// Reads a UUID in its one usual form: two spellings of a key would be two files.
fn lower_case_uuid(text: &str) -> Option<Uuid> {
    let id = Uuid::try_parse(text).ok()?;
    (id.hyphenated().to_string() == text).then_some(id)
}

/// Returns the extension of a file that was found to be `mime`.
fn extension(mime: &str) -> &'static str {
    match mime {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/gif" => "gif",
        "video/mp4" => "mp4",
        "video/quicktime" => "mov",
        "video/webm" => "webm",
        _ => "bin",
    }
}

#[cfg(test)]
mod tests {
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
    use crate::media::keys::Place;
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
                (name.in_temp(&owner), Place::Temp),
                (name.in_posts(&owner, ID.parse().unwrap()), Place::Posts),
            ] {
                let read: MediaKey = key.as_str().parse().unwrap();
                assert_eq!((read.place(), &read), (place, &key));
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
            key in "(?:temp|posts|/|\\.|\\.\\.|alice|01890a5d-ac96-774b-bcce-b302099a8057|jpg|\\PC|\0){1,9}",
        ) {
            if let Ok(read) = key.parse::<MediaKey>() {
                let path = Path::new(read.as_str());
                prop_assert!(path.components().all(|part| matches!(part, Component::Normal(_))));
                prop_assert!(path.starts_with("temp") || path.starts_with("posts"));
                prop_assert_eq!(read.as_str(), key);
            }
        }

        #[test]
        fn any_owner_makes_a_key_that_can_be_read(word in "[a-zA-Z0-9_@+-][a-zA-Z0-9._@+-]{0,63}") {
            let owner: Owner = word.parse().unwrap();
            let name = MediaName::new(Timestamp::UNIX_EPOCH, "image/png");
            let key = name.in_posts(&owner, ID.parse().unwrap());
            prop_assert!(key.as_str().parse::<MediaKey>().is_ok());
        }
    }
}
