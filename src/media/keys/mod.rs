//! The names under which media are kept: `temp/<owner>/<uuid>.<ext>` and
//! `posts/<owner>/<post id>/<uuid>.<ext>`.
//!
//! A key is built from parts that cannot leave their place, and read back strictly: whatever comes
//! from a database or a bucket is a path only after [`MediaKey::from_str`] has said so.

#[cfg(test)]
mod tests;

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

    /// Returns the name of the same file, which was found to be `mime`.
    pub(crate) fn found_to_be(&self, mime: &str) -> Self {
        Self {
            id: self.id,
            extension: extension(mime).to_owned(),
        }
    }

    /// Whether it is the name of the same file, whatever that was first said to be.
    pub(crate) fn is_of_file(&self, other: &Self) -> bool {
        self.id == other.id
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

/// A key that stays in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MediaKey(String);

impl MediaKey {
    /// Returns the key as it is stored.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is in `temp/`, where no post has it yet.
    pub(crate) fn is_temp(&self) -> bool {
        self.0.starts_with("temp/")
    }

    /// Whether it is in `temp/`, and of `owner`.
    pub(crate) fn is_temp_of(&self, owner: &Owner) -> bool {
        let parts = self
            .0
            .strip_prefix("temp/")
            .and_then(|it| it.split_once('/'));
        parts.is_some_and(|(name, _)| name == owner.0)
    }

    /// Returns the id of the post that has it, if one does.
    pub(crate) fn post(&self) -> Option<&str> {
        self.0.strip_prefix("posts/")?.split('/').nth(1)
    }

    /// Returns the name of the file, which is the same in `temp/` and in `posts/`.
    pub(crate) fn name(&self) -> Option<MediaName> {
        self.0.rsplit('/').next()?.parse().ok()
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
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
