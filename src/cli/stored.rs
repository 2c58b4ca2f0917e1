//! A stored post as a draft again: what `edit` and `submit` begin with.
//!
//! Its pictures are named by their keys in the media store; those that stay are read from there, so
//! that what is checked is what is sent.

use jiff::Timestamp;

use crate::cli::addressing;
use crate::cli::addressing::Place;
use crate::cli::checking::Begun;
use crate::cli::checking::Gathered;
use crate::cli::compose::ReadMedia;
use crate::cli::compose::of_draft;
use crate::cli::compose::read_picture;
use crate::cli::context::Context;
use crate::cli::context::on_store;
use crate::cli::error::CliError;
use crate::cli::limits;
use crate::cli::limits::Ask;
use crate::cli::publishers::media_store;
use crate::cli::storing::forget_media;
use crate::cli::storing::with_media;
use crate::cli::when;
use crate::config::Config;
use crate::media::MediaStore;
use crate::outbox::view::PostView;
use crate::post::draft::Draft;
use crate::post::draft::DraftMedia;
use crate::post::front_matter::PostFile;
use crate::post::media::Media;
use crate::post::post::Post;
use crate::post::violation::Violation;

/// Returns what a stored post says.
///
/// # Errors
/// If its row is damaged.
pub(crate) fn content(view: &PostView) -> Result<&Post, CliError> {
    view.post.as_ref().map_err(|what| {
        let number = view.number;
        CliError::new("damaged", format!("the row of post {number} is damaged"))
            .cause(what)
            .hint("write it anew with `hayon post`")
    })
}

/// Returns the file that a person would have to write to get a stored post.
pub(crate) fn post_file(view: &PostView, post: &Post) -> PostFile {
    let (at, tz) = match view.asked.as_ref().map(when::as_written) {
        Some((at, tz)) => (Some(at), tz),
        None => (None, None),
    };
    PostFile {
        draft: Draft::from(post),
        to: post
            .addressees
            .iter()
            .map(|(account, _)| account.to_string())
            .collect(),
        at,
        tz,
    }
}

/// Gathers what the check of `written` needs, which is to replace what the stored `post` says.
pub(crate) fn gather(
    context: &Context,
    config: &Config,
    post: &Post,
    written: PostFile,
) -> Result<Gathered, CliError> {
    let accounts = addressing::accounts(&written.to, config)?;
    let places: Vec<Place<'_>> = accounts.iter().copied().map(Place::Account).collect();
    let addressees = limits::addressees(context, config, &places, Ask::Servers)?;
    let mut draft = written.draft;
    let store = media_store(config);
    let now = context.clock.now();
    let (mut files, mut unusable) = (Vec::new(), Vec::new());
    draft.media.retain(|wanted| {
        match read(config, store.as_ref(), post, wanted, now) {
            Ok(read) => files.push(read),
            Err(violation) => {
                unusable.push(violation);
                return false;
            }
        }
        true
    });
    let begun = Begun {
        id: post.id,
        created_at: post.created_at,
    };
    Gathered::of_files(context, config, draft, addressees, begun, (files, unusable))
}

/// Puts what `new` has and `old` has not into the media store, has the row written, and forgets what
/// only `old` had.
pub(crate) fn replace<T>(
    config: &Config,
    old: &Post,
    new: &Post,
    gathered: &Gathered,
    write: impl FnOnce() -> Result<T, CliError>,
) -> Result<T, CliError> {
    let (had, has) = (old.files(), new.files());
    let is_in = |files: &[Media], key: &str| files.iter().any(|media| media.key == key);
    let (planned, read): (Vec<_>, Vec<_>) = has
        .iter()
        .zip(&gathered.files)
        .filter(|(planned, _)| !is_in(&had, &planned.key))
        .map(|(planned, read)| (planned.clone(), read.clone()))
        .unzip();
    let written = with_media(config, &planned, &read, write)?;
    let left: Vec<String> = had
        .into_iter()
        .map(|media| media.key)
        .filter(|key| !is_in(&has, key))
        .collect();
    forget_media(config, &left)?;
    Ok(written)
}

/// Reads a picture that `post` has already, or a file.
fn read(
    config: &Config,
    store: &dyn MediaStore,
    post: &Post,
    wanted: &DraftMedia,
    now: Timestamp,
) -> Result<ReadMedia, Violation> {
    let mut media = post.media.iter();
    let Some(kept) = media.find(|media| wanted.path.as_os_str() == media.key.as_str()) else {
        return read_picture(wanted, now);
    };
    read_kept(config, store, kept, wanted).map_err(|error| {
        of_draft(
            "unreadable_media",
            format!("the picture `{}` cannot be used: {error}", kept.key),
            "name the file once more, or leave it out",
        )
    })
}

fn read_kept(
    config: &Config,
    store: &dyn MediaStore,
    kept: &Media,
    wanted: &DraftMedia,
) -> Result<ReadMedia, String> {
    let read = on_store(config, async { Ok(store.read(kept).await?) });
    let name = kept.key.rsplit('/').next().unwrap_or_default();
    Ok(ReadMedia {
        name: name.parse().map_err(|()| "its key is damaged".to_owned())?,
        bytes: read.map_err(|error| error.message)?,
        facts: kept.facts.clone(),
        alt: wanted.alt.clone().unwrap_or_default(),
    })
}
