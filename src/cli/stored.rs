//! A stored post as a draft again: what `edit` and `submit` begin with.
//!
//! Its pictures are named by their keys in the media store; those that stay are read from there, so
//! that what is checked is what is sent.

use crate::cli::addressing;
use crate::cli::addressing::Place;
use crate::cli::checking::Begun;
use crate::cli::checking::Gathered;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::limits;
use crate::cli::limits::Ask;
use crate::cli::reading::Sources;
use crate::cli::storing::forget_media;
use crate::cli::storing::with_media;
use crate::cli::when;
use crate::config::Config;
use crate::http::foreign::Reach;
use crate::outbox::Outbox;
use crate::outbox::enqueue::Asked;
use crate::outbox::view::PostView;
use crate::post::draft::Draft;
use crate::post::front_matter::PostFile;
use crate::post::media::Media;
use crate::post::post::Post;

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
    reach: Reach,
) -> Result<Gathered, CliError> {
    let accounts = addressing::accounts(&written.to, config)?;
    let places: Vec<Place<'_>> = accounts.iter().copied().map(Place::Account).collect();
    let addressees = limits::addressees(context, config, &places, Ask::Servers)?;
    let begun = Begun {
        id: post.id,
        created_at: post.created_at,
    };
    let sources = Sources {
        kept: &post.media,
        web: Some(reach),
    };
    Gathered::new(context, config, written.draft, addressees, begun, sources)
}

/// Lets the post that was `seen` say what is `written`, if nothing of it may be public.
pub(crate) fn change(
    context: &Context,
    config: &Config,
    outbox: &mut Outbox,
    seen: &PostView,
    written: PostFile,
    asked: &Asked,
    reach: Reach,
) -> Result<(), CliError> {
    let post = content(seen)?;
    let gathered = gather(context, config, post, written, reach)?;
    let checked = if seen.is_draft() {
        gathered.save(context)?
    } else {
        gathered.check(context)?
    };
    let id = outbox.id()?;
    replace(config, &id, post, &checked.post, &gathered, || {
        let now = context.clock.now();
        Ok(outbox.edit(seen, &checked.post, asked, now)?)
    })
}

/// Puts what `new` has and `old` has not into the media store, has the row written, and forgets what
/// only `old` had.
pub(crate) fn replace<T>(
    config: &Config,
    outbox: &str,
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
    let written = with_media(config, outbox, &planned, &read, write)?;
    let left: Vec<String> = had
        .into_iter()
        .map(|media| media.key)
        .filter(|key| !is_in(&has, key))
        .collect();
    forget_media(config, &left)?;
    Ok(written)
}
