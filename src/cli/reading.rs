//! From what a draft names to pictures: a file, a key of the media store, or an address on the web.
//!
//! Everything is read whole, once, and what was read is what is checked, stored and sent.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use jiff::Timestamp;
use url::Url;

use crate::cli::args::DraftArgs;
use crate::cli::checking::owner;
use crate::cli::compose::of_draft;
use crate::cli::context::Context;
use crate::cli::context::block_on;
use crate::cli::context::on_store;
use crate::cli::error::CliError;
use crate::cli::publishers::media_store;
use crate::cli::view::one_line;
use crate::config::Config;
use crate::http::foreign::Bounds;
use crate::http::foreign::ForeignError;
use crate::http::foreign::Reach;
use crate::http::foreign::fetch;
use crate::media::MediaError;
use crate::media::keys::MediaKey;
use crate::media::keys::MediaName;
use crate::media::keys::Owner;
use crate::media::probe;
use crate::media::probe::FILE_BYTES_MAX;
use crate::post::draft::Draft;
use crate::post::draft::DraftMedia;
use crate::post::media::Media;
use crate::post::media::MediaFacts;
use crate::post::violation::Violation;

/// How long a picture on the web may take.
const FETCH_TIME_MAX: Duration = Duration::from_mins(1);

/// A picture of a draft: its bytes, read once, and what they are.
#[derive(Clone, Debug)]
pub(crate) struct ReadMedia {
    /// The name under which the media store will keep it.
    pub(crate) name: MediaName,
    pub(crate) bytes: Bytes,
    pub(crate) facts: MediaFacts,
    pub(crate) alt: String,
    /// Where it is in the media store already.
    pub(crate) stored: Option<MediaKey>,
}

impl DraftArgs {
    /// Returns which hosts may be asked for pictures.
    pub(crate) fn reach(&self) -> Reach {
        if self.allow_private {
            Reach::Anywhere
        } else {
            Reach::Public
        }
    }
}

/// Where pictures may come from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sources<'a> {
    /// What the post has already.
    pub(crate) kept: &'a [Media],
    /// Which hosts may be asked for pictures on the web; nobody is, without.
    pub(crate) web: Option<Reach>,
}

/// What is under an address, or why it cannot be used.
type FromTheWeb = Result<Bytes, Unusable>;

/// What can be done about most pictures that cannot be used.
const NAME_ANOTHER: &str = "name another file, or leave it out";

/// What can be done about an upload that is gone.
const UPLOAD_AGAIN: &str = "an upload is gone when a post has taken it, and after a day: upload it again, or \
                            name the file itself";

/// What can be done about an address that strangers should not make hayon ask.
const ALLOW: &str =
    "if it is yours, add `--allow-private`; else name another file, or leave it out";

/// Why a picture cannot be used, and what can be done about it.
#[derive(Clone, Debug)]
struct Unusable {
    why: String,
    fix: &'static str,
}

impl From<ForeignError> for Unusable {
    fn from(error: ForeignError) -> Self {
        let fix = match error {
            ForeignError::Private(_) | ForeignError::Unusual(_) => ALLOW,
            _ => NAME_ANOTHER,
        };
        let why = error.to_string();
        Self { why, fix }
    }
}

impl From<String> for Unusable {
    fn from(why: String) -> Self {
        let fix = NAME_ANOTHER;
        Self { why, fix }
    }
}

/// Reads the pictures of `draft` and finds out what they are. Those that cannot be used are taken out
/// of it, and a violation each says why.
pub(crate) fn read_media(
    context: &Context,
    config: &Config,
    draft: &mut Draft,
    sources: Sources<'_>,
) -> Result<(Vec<ReadMedia>, Vec<Violation>), CliError> {
    let web = ask_the_web(draft, sources.web)?;
    let reader = Reader {
        config,
        owner: owner(config)?,
        kept: sources.kept,
        web,
        now: context.clock.now(),
    };
    let (mut usable, mut unusable) = (Vec::new(), Vec::new());
    draft.media.retain(|media| match reader.read(media) {
        Ok(read) => {
            usable.push(read);
            true
        }
        Err(Unusable { why, fix }) => {
            unusable.push(of_draft(
                "unreadable_media",
                format!("the picture `{}` cannot be used: {why}", shown(media)),
                fix,
            ));
            false
        }
    });
    Ok((usable, unusable))
}

/// Whether `media` names something in the media store.
pub(crate) fn is_in_store(media: &DraftMedia) -> bool {
    key(media).is_some()
}

/// Whether `media` names something that is no file of this machine.
pub(crate) fn is_elsewhere(media: &DraftMedia) -> bool {
    key(media).is_some() || address(media).is_some()
}

/// Fetches what `draft` names on the web, side by side.
fn ask_the_web(draft: &Draft, reach: Option<Reach>) -> Result<BTreeMap<Url, FromTheWeb>, CliError> {
    let addresses: Vec<Url> = draft.media.iter().filter_map(address).collect();
    let Some(reach) = reach.filter(|_| !addresses.is_empty()) else {
        return Ok(BTreeMap::new());
    };
    let bounds = Bounds {
        bytes_max: FILE_BYTES_MAX,
        time_max: FETCH_TIME_MAX,
    };
    let fetching = addresses.into_iter().map(async |address| {
        let fetched = fetch(address.clone(), bounds, reach).await;
        (address, fetched.map_err(Unusable::from))
    });
    block_on(async { Ok(join_all(fetching).await.into_iter().collect()) })
}

struct Reader<'a> {
    config: &'a Config,
    owner: Owner,
    kept: &'a [Media],
    web: BTreeMap<Url, FromTheWeb>,
    now: Timestamp,
}

impl Reader<'_> {
    /// Reads one picture.
    ///
    /// # Errors
    /// In words, if it cannot be used.
    fn read(&self, media: &DraftMedia) -> Result<ReadMedia, Unusable> {
        let alt = media.alt.clone().unwrap_or_default();
        if let Some(key) = key(media) {
            return self.stored(key, alt);
        }
        let (bytes, facts) = match address(media) {
            Some(address) => {
                let offline = || Err("it is on the web, and nobody is asked".to_owned().into());
                let fetched = self.web.get(&address).cloned();
                let bytes = fetched.unwrap_or_else(offline)?;
                let facts = probe::probe(&bytes).map_err(|error| error.to_string())?;
                (bytes, facts)
            }
            None => probe::read_file(&media.path).map_err(|error| error.to_string())?,
        };
        Ok(ReadMedia {
            name: MediaName::new(self.now, &facts.mime),
            bytes,
            facts,
            alt,
            stored: None,
        })
    }

    /// Reads what is in the media store: what the post has, or what was uploaded for one.
    fn stored(&self, key: MediaKey, alt: String) -> Result<ReadMedia, Unusable> {
        let store = media_store(self.config);
        let kept = self.kept.iter().find(|media| self.is_of(media, &key));
        let is_uploaded = key.is_temp_of(&self.owner);
        let name = key.name().ok_or_else(|| "its key is damaged".to_owned())?;
        let (bytes, facts) = match kept {
            Some(kept) => (self.on_store(store.read(kept))?, kept.facts.clone()),
            None if is_uploaded => {
                let bytes = self.on_store(store.get(key.as_str(), FILE_BYTES_MAX))?;
                let facts = probe::probe(&bytes).map_err(|error| error.to_string())?;
                (bytes, facts)
            }
            None => {
                let why = "only what you have uploaded to `temp/` can be posted";
                return Err(why.to_owned().into());
            }
        };
        Ok(ReadMedia {
            name: if kept.is_some() {
                name
            } else {
                name.found_to_be(&facts.mime)
            },
            bytes,
            facts,
            alt,
            stored: Some(key),
        })
    }

    /// Whether `key` stands for `media`, which the post has: its own key, or the one under which it was
    /// uploaded before the post took it, which keeps its name.
    fn is_of(&self, media: &Media, key: &MediaKey) -> bool {
        let own = media.key.parse::<MediaKey>().ok();
        own.is_some_and(|own| {
            let is_same_file = || own.name()?.is_of_file(&key.name()?).then_some(());
            own == *key || (key.is_temp_of(&self.owner) && is_same_file().is_some())
        })
    }

    fn on_store(
        &self,
        work: impl Future<Output = Result<Bytes, MediaError>>,
    ) -> Result<Bytes, Unusable> {
        let read = on_store(self.config, async { Ok(work.await?) });
        read.map_err(|error: CliError| {
            let is_gone = error.kind == "no_such_media";
            Unusable {
                why: error.message,
                fix: if is_gone { UPLOAD_AGAIN } else { NAME_ANOTHER },
            }
        })
    }
}

/// Returns the key of the media store that `media` names.
fn key(media: &DraftMedia) -> Option<MediaKey> {
    media.path.to_str()?.parse().ok()
}

/// Returns the address on the web that `media` names.
fn address(media: &DraftMedia) -> Option<Url> {
    let text = media.path.to_str()?;
    let is_address = text.starts_with("https://") || text.starts_with("http://");
    text.parse().ok().filter(|_| is_address)
}

/// Returns what a person would call `media`: of an address only the host and the path, since its query
/// may hold a secret.
fn shown(media: &DraftMedia) -> String {
    match address(media) {
        Some(mut address) => {
            address.set_query(None);
            address.set_fragment(None);
            let _ = address.set_username("");
            let _ = address.set_password(None);
            one_line(address.as_str())
        }
        None => one_line(&media.path.display().to_string()),
    }
}
