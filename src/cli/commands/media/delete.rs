//! `hayon media delete`: for what no post has. What a post has goes with the post.

use clap::Args;
use clap::ValueHint;
use serde_json::json;

use crate::cli::commands::media::post_with;
use crate::cli::context::Context;
use crate::cli::context::on_store;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::publishers::media_store;
use crate::media::MediaError;
use crate::media::keys::MediaKey;

/// Delete something from the media store that no post has
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon media delete temp/alice/019ab2c4-0000-7000-8000-000000000000.jpg")]
pub(crate) struct DeleteArgs {
    /// The key, as `hayon media list` shows it
    #[arg(value_name = "KEY", value_hint = ValueHint::Other)]
    key: String,
}

/// Deletes it.
pub(crate) fn run(context: &Context, arguments: &DeleteArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let key: MediaKey = arguments.key.parse()?;
    let outbox = config.outbox_path.exists();
    let outbox = outbox.then(|| context.outbox(&config)).transpose()?;
    let post = outbox.map(|outbox| post_with(&outbox, &key)).transpose()?;
    if let Some(number) = post.flatten() {
        return Err(
            CliError::new("media_in_use", format!("post {number} has `{key}`"))
                .hint("nothing was deleted: a post never refers to a picture that is not there"),
        );
    }
    let store = media_store(&config);
    on_store(&config, async {
        if store.describe(key.as_str()).await?.is_none() {
            let key = key.as_str().to_owned();
            return Err(MediaError::Missing { key }.into());
        }
        Ok(store.delete(key.as_str()).await?)
    })?;
    let key = key.as_str();
    context
        .ui
        .print_json(&json!({ "key": key, "deleted": true }));
    context.ui.print(&format!("deleted `{key}`"));
    Ok(Exit::Done)
}
