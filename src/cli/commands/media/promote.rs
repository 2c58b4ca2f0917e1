//! `hayon media promote`: gives what was uploaded to a draft.

use std::path::PathBuf;

use clap::Args;
use clap::ValueHint;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::stored;
use crate::cli::storing::forget_media;
use crate::cli::view::whole;
use crate::http::foreign::Reach;
use crate::media::keys::MediaKey;
use crate::outbox::enqueue::Asked;
use crate::outbox::revise::ReviseError;
use crate::post::draft::DraftMedia;
use crate::post::post::Post;

/// Give a draft a picture that was uploaded
///
/// The picture comes last; `hayon edit` changes the order. What the draft has already it is not given
/// again.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon media promote temp/alice/019ab2c4-0000-7000-8000-000000000000.jpg --post 17 --alt \"A cat\"")]
pub(crate) struct PromoteArgs {
    /// The key below `temp/`, as `hayon media upload` and `presign` print it
    #[arg(value_name = "KEY", value_hint = ValueHint::Other)]
    key: String,
    /// The number or the id of the draft
    #[arg(long, value_name = "POST", value_hint = ValueHint::Other)]
    post: String,
    /// What the picture shows, for those who cannot see it
    #[arg(long, value_name = "TEXT", value_hint = ValueHint::Other)]
    alt: Option<String>,
}

/// Gives the picture to the draft.
pub(crate) fn run(context: &Context, arguments: &PromoteArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let key: MediaKey = arguments.key.parse()?;
    let mut outbox = context.outbox(&config)?;
    let number = outbox.find_post(&arguments.post)?;
    let seen = outbox.post(number)?;
    if !seen.is_draft() {
        return Err(ReviseError::NotADraft { post: number }.into());
    }
    let content = stored::content(&seen)?;
    if has(content, &key) {
        // Promoted before, by a run that may have died before it cleared up.
        context.ui.tell(&format!("post {number} has it already"));
        forget_media(&config, &[key.as_str().to_owned()])?;
    } else {
        let mut written = stored::post_file(&seen, content);
        written.draft.media.push(DraftMedia {
            path: PathBuf::from(key.as_str()),
            alt: arguments.alt.clone(),
        });
        let asked = seen.asked.clone().map_or(Asked::Now, Asked::At);
        let reach = Reach::Public;
        stored::change(context, &config, &mut outbox, &seen, written, &asked, reach)?;
    }
    let post = outbox.post(number)?;
    context.ui.print_json(&context.post_json(&post));
    context.ui.print(&whole(&post, context.clock.now()));
    Ok(Exit::Done)
}

/// Whether what was uploaded under `key` is in `post`: a file keeps its name when it is promoted.
fn has(post: &Post, key: &MediaKey) -> bool {
    let Some(name) = key.name().filter(|_| key.is_temp()) else {
        return false;
    };
    let keys = post.media.iter().map(|media| media.key.parse::<MediaKey>());
    let mut names = keys.filter_map(|key| key.ok()?.name());
    names.any(|other| other.is_of_file(&name))
}
