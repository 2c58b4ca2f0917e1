//! `hayon media delete`: for what no post has. What a post has goes with the post.

use clap::Args;
use clap::ValueHint;
use serde_json::json;

use crate::cli::context::Context;
use crate::cli::context::on_store;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::publishers::media_store;
use crate::config::Config;
use crate::media::MediaError;
use crate::media::keys::MediaKey;
use crate::outbox::OutboxError;

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
    if let Some(number) = post_with(context, &config, &key)? {
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

/// Returns the number of the post that refers to `key`, if one does: the key says which it could be.
fn post_with(context: &Context, config: &Config, key: &MediaKey) -> Result<Option<i64>, CliError> {
    let mut parts = key.as_str().split('/');
    let (Some("posts"), Some(post)) = (parts.next(), parts.nth(1)) else {
        return Ok(None);
    };
    if !config.outbox_path.exists() {
        return Ok(None);
    }
    let outbox = context.outbox(config)?;
    let number = match outbox.find_post(post) {
        Ok(number) => number,
        Err(OutboxError::NoSuchPost(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let refers = match outbox.post(number)?.post {
        Ok(post) => post.media.iter().any(|media| media.key == key.as_str()),
        // Nobody can tell from a damaged row.
        Err(_) => true,
    };
    Ok(refers.then_some(number))
}
