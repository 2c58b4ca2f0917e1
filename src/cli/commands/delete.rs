//! `hayon delete`: forgets a draft, or a post that has ended, and its media.

use clap::Args;
use clap::ValueHint;

use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::storing::forget_media;
use crate::post::post::Post;

/// Forget a draft, or a post that has ended, and its pictures
///
/// What is public stays public. A key under which something was published is remembered, and never
/// publishes it again.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon delete 17
  hayon cancel 17 && hayon delete 17")]
pub(crate) struct DeleteArgs {
    /// The number or the id of the post
    #[arg(value_name = "POST", value_hint = ValueHint::Other)]
    pub(crate) post: String,
}

/// Deletes a post.
pub(crate) fn run(context: &Context, arguments: &DeleteArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let mut outbox = context.outbox(&config)?;
    let number = outbox.find_post(&arguments.post)?;
    let deleted = outbox.delete(number)?;
    let files = deleted.post.iter().flat_map(Post::files);
    let keys: Vec<String> = files.map(|media| media.key).collect();
    // The row is gone first: what a crash leaves here is litter.
    forget_media(&config, &keys)?;
    context.ui.print_json(&context.post_json(&deleted));
    context.ui.print(&format!("post {number} is deleted"));
    Ok(Exit::Done)
}
