//! The stored shape of a post: its own structs, so that a change of the nouns never silently
//! changes what is on disk, and a digest over the exact bytes.
//!
//! SQLite does not notice a flipped byte inside a text. The digest does, and it is proven before
//! anything is sent: an altered text is never published.

mod media;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde::Serialize;
use sha2::Digest as _;
use sha2::Sha256;

use crate::outbox::content::media::StoredMedia;
use crate::outbox::content::media::read_media;
use crate::outbox::content::media::stored_media;
use crate::post::account_name::AccountName;
use crate::post::card::CardChoice;
use crate::post::card::CardReach;
use crate::post::fit::Fit;
use crate::post::platform::Platform;
use crate::post::post::Post;
use crate::post::post::Visibility;

/// No card, where the address of one may stand.
const NO_CARD: &str = "none";

/// That a card may be fetched from private networks.
const ANYWHERE: &str = "anywhere";

/// A post's content as JSON text, and the digest that proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) content: String,
    /// SHA-256 in lower-case hexadecimal.
    pub(crate) digest: String,
}

/// What of a row's columns belongs to a post beside its content.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    pub(crate) id: String,
    pub(crate) key: Option<String>,
    pub(crate) created_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredContent {
    text: String,
    texts: BTreeMap<String, String>,
    media: Vec<StoredMedia>,
    lang: Option<String>,
    cw: Option<String>,
    visibility: Option<String>,
    // Absent where nobody said: then what an older hayon stored has the same bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fit: Option<String>,
    // Absent in the rows of older versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    // Absent for the first link of the text; `none`, or the address of a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    card: Option<String>,
    // Absent for public hosts; `anywhere`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    card_reach: Option<String>,
    addressees: Vec<StoredAddressee>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredAddressee {
    account: String,
    platform: String,
}

/// Returns `post` in its stored shape.
///
/// # Errors
/// Only if JSON cannot be written, which strings and numbers always can.
pub(crate) fn seal(post: &Post) -> Result<Sealed, serde_json::Error> {
    let content = serde_json::to_string(&stored(post))?;
    let digest = digest(&content);
    Ok(Sealed { content, digest })
}

/// Reads a post back.
///
/// # Errors
/// In words, if the digest does not fit or a word in it is not known: the row is damaged.
pub(crate) fn unseal(sealed: &Sealed, columns: Columns) -> Result<Post, String> {
    if digest(&sealed.content) != sealed.digest {
        return Err("its content is not what was stored".to_owned());
    }
    let stored: StoredContent =
        serde_json::from_str(&sealed.content).map_err(|error| error.to_string())?;
    let visibility = stored.visibility.map(|word| word.parse::<Visibility>());
    let fit = stored.fit.map(|word| word.parse::<Fit>());
    Ok(Post {
        id: columns
            .id
            .parse()
            .map_err(|error| format!("its id is no UUID: {error}"))?,
        key: columns.key,
        text: stored.text,
        texts: stored
            .texts
            .into_iter()
            .map(read_text)
            .collect::<Result<_, _>>()?,
        media: stored
            .media
            .into_iter()
            .map(read_media)
            .collect::<Result<_, _>>()?,
        lang: stored.lang,
        cw: stored.cw,
        visibility: visibility.transpose().map_err(|error| error.to_string())?,
        fit: fit.transpose().map_err(|error| error.to_string())?,
        tags: stored.tags,
        card: read_card(stored.card),
        card_reach: read_reach(stored.card_reach.as_deref())?,
        addressees: stored
            .addressees
            .iter()
            .map(read_addressee)
            .collect::<Result<_, _>>()?,
        created_at: columns.created_at,
    })
}

/// Whether two posts say the same to the same accounts. Ids, times and where the media lie do not
/// count: a second run copies the files anew. Nor does what was made of the files for single
/// accounts: a platform may have changed its limits meanwhile, and the pictures are the same.
pub(crate) fn says_the_same(one: &Post, other: &Post) -> bool {
    let pictures = |post: &Post| -> Vec<(String, String)> {
        post.media
            .iter()
            .map(|m| (m.facts.sha256.clone(), m.alt.clone()))
            .collect()
    };
    let accounts = |post: &Post| -> Vec<(AccountName, Platform)> {
        let mut accounts = post.addressees.clone();
        accounts.sort();
        accounts
    };
    one.text == other.text
        && one.texts == other.texts
        && one.lang == other.lang
        && one.cw == other.cw
        && one.visibility == other.visibility
        && one.tags == other.tags
        && one.card == other.card
        && pictures(one) == pictures(other)
        && accounts(one) == accounts(other)
}

fn digest(content: &str) -> String {
    Sha256::digest(content.as_bytes())
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            hex.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
            hex.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
            hex
        })
}

fn stored(post: &Post) -> StoredContent {
    StoredContent {
        text: post.text.clone(),
        texts: post
            .texts
            .iter()
            .map(|(name, text)| (name.to_string(), text.clone()))
            .collect(),
        media: post.media.iter().map(stored_media).collect(),
        lang: post.lang.clone(),
        cw: post.cw.clone(),
        visibility: post
            .visibility
            .map(|visibility| visibility.name().to_owned()),
        fit: post.fit.map(|fit| fit.name().to_owned()),
        tags: post.tags.clone(),
        card: stored_card(&post.card),
        card_reach: (post.card_reach == CardReach::Anywhere).then(|| ANYWHERE.to_owned()),
        addressees: post
            .addressees
            .iter()
            .map(|(account, platform)| StoredAddressee {
                account: account.to_string(),
                platform: platform.name().to_owned(),
            })
            .collect(),
    }
}

fn stored_card(card: &CardChoice) -> Option<String> {
    match card {
        CardChoice::FirstLink => None,
        CardChoice::Nothing => Some(NO_CARD.to_owned()),
        CardChoice::Page(address) => Some(address.clone()),
    }
}

fn read_card(stored: Option<String>) -> CardChoice {
    match stored {
        None => CardChoice::FirstLink,
        Some(word) if word == NO_CARD => CardChoice::Nothing,
        Some(address) => CardChoice::Page(address),
    }
}

fn read_reach(stored: Option<&str>) -> Result<CardReach, String> {
    match stored {
        None => Ok(CardReach::Public),
        Some(ANYWHERE) => Ok(CardReach::Anywhere),
        Some(word) => Err(format!("`{word}` is no reach of a card")),
    }
}

fn read_text((name, text): (String, String)) -> Result<(AccountName, String), String> {
    let name = name
        .parse::<AccountName>()
        .map_err(|error| error.to_string())?;
    Ok((name, text))
}

fn read_addressee(stored: &StoredAddressee) -> Result<(AccountName, Platform), String> {
    let account = stored
        .account
        .parse::<AccountName>()
        .map_err(|error| error.to_string())?;
    let platform = stored
        .platform
        .parse::<Platform>()
        .map_err(|error| error.to_string())?;
    Ok((account, platform))
}
