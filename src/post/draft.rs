//! What a person wrote: it may be wrong, and nothing is sent or stored before it has been checked.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::post::account_name::AccountName;
use crate::post::card::CardChoice;
use crate::post::card::CardReach;
use crate::post::fit::Fit;
use crate::post::post::Post;
use crate::post::post::Visibility;
use crate::text::printable::Lines;
use crate::text::printable::printable;

/// The most characters of a file's name in a message.
const NAME_MAX: usize = 80;

/// What a person wrote, gathered from flags, a file or stdin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Draft {
    /// The text for every account that has none of its own.
    pub(crate) text: String,
    /// Texts for single accounts, which replace `text` there.
    pub(crate) texts: BTreeMap<AccountName, String>,
    /// The pictures, in the order in which they are shown.
    pub(crate) media: Vec<DraftMedia>,
    /// The language of the text, a BCP 47 tag such as `en` or `pt-BR`.
    pub(crate) lang: Option<String>,
    /// A content warning, shown instead of the text until the reader asks (Mastodon).
    pub(crate) cw: Option<String>,
    /// Who may see it (Mastodon, and `private` on Tumblr); the account's own default if absent.
    pub(crate) visibility: Option<Visibility>,
    /// What to do with a picture whose shape a platform refuses; the configuration's choice if absent.
    pub(crate) fit: Option<Fit>,
    /// Tags beside those of the text (Tumblr; the first is the topic on Threads).
    pub(crate) tags: Vec<String>,
    /// Which page is shown under the text, if there are no pictures.
    pub(crate) card: CardChoice,
    /// Which hosts may be asked for that page.
    pub(crate) card_reach: CardReach,
    /// The user's own name for this post: the same key never publishes a second one.
    pub(crate) key: Option<String>,
}

impl Draft {
    /// Returns what a person would call the media at `index`.
    pub(crate) fn media_name(&self, index: usize) -> String {
        let path = self.media.get(index).map(|media| &media.path);
        match path.and_then(|path| path.file_name()) {
            Some(name) => {
                let name = printable(&name.to_string_lossy(), Lines::One, NAME_MAX);
                format!("`{name}`")
            }
            None => format!("picture {}", index + 1),
        }
    }
}

/// A file that a person wants shown, as it was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DraftMedia {
    /// Where the file is.
    pub(crate) path: PathBuf,
    /// What it shows, in words, for those who cannot see it.
    pub(crate) alt: Option<String>,
}

impl From<&Post> for Draft {
    /// Returns what a person would have to write to get `post`; its media are named by their keys.
    fn from(post: &Post) -> Self {
        let media = post.media.iter().map(|media| DraftMedia {
            path: PathBuf::from(&media.key),
            alt: (!media.alt.is_empty()).then(|| media.alt.clone()),
        });
        Self {
            text: post.text.clone(),
            texts: post.texts.clone(),
            media: media.collect(),
            lang: post.lang.clone(),
            cw: post.cw.clone(),
            visibility: post.visibility,
            fit: post.fit,
            tags: post.tags.clone(),
            card: post.card.clone(),
            card_reach: post.card_reach,
            key: post.key.clone(),
        }
    }
}
