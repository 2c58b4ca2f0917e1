//! `hayon media sweep`: removes what crashes and second thoughts have left.
//!
//! What is younger than a day may belong to a post that is being made. What is marked with another
//! outbox, or with none, is nobody's to judge from here.

use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::json;

use crate::cli::checking::owner;
use crate::cli::commands::media::in_json;
use crate::cli::commands::media::in_words;
use crate::cli::commands::media::post_with;
use crate::cli::context::Context;
use crate::cli::context::on_store;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::publishers::media_store;
use crate::clock::earlier;
use crate::config::Config;
use crate::media::Clearing;
use crate::media::Listed;
use crate::media::MediaStore;
use crate::media::keys::MediaKey;
use crate::outbox::Outbox;

/// How old litter is at least.
const AGE_MIN: Duration = Duration::from_hours(24);

/// Remove media that no post of this outbox has
///
/// Below `temp/` that is what is older than a day; below `posts/` what is older than a day, is marked
/// with this outbox, and is in none of its posts. In a folder it is also what was being written, and is
/// a day old, when a process died.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon media sweep --dry-run
  hayon media sweep")]
pub(crate) struct SweepArgs {
    /// List it, and remove nothing
    #[arg(long)]
    dry_run: bool,
}

/// Lists the litter, and removes it.
pub(crate) fn run(context: &Context, arguments: &SweepArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let outbox = context.outbox(&config)?;
    let before = earlier(context.clock.now(), AGE_MIN);
    let store = media_store(&config);
    let clearing = if arguments.dry_run {
        Clearing::Lists
    } else {
        Clearing::Removes
    };
    let litter = on_store(&config, async {
        let mut litter = find(&config, store.as_ref(), &outbox, before).await?;
        if clearing == Clearing::Removes {
            for line in &litter {
                store.delete(&line.key).await?;
            }
        }
        for prefix in prefixes(&config)? {
            litter.extend(store.clear_away(&prefix, before, clearing).await?);
        }
        Ok(litter)
    })?;
    let (done, would) = if arguments.dry_run {
        ("would be removed", true)
    } else {
        ("removed", false)
    };
    let documents: Vec<Value> = litter.iter().map(document).collect();
    context
        .ui
        .print_json(&json!({ "removed": documents, "dry_run": would }));
    for line in &litter {
        let size = in_words(line.size_bytes);
        context.ui.print(&format!("{done}: {}  {size}", line.key));
    }
    if litter.is_empty() {
        context.ui.tell("there is no litter");
    }
    Ok(Exit::Done)
}

fn document(line: &Listed) -> Value {
    json!({
        "key": line.key,
        "size_bytes": line.size_bytes,
        "modified_at": in_json(line.modified_at),
    })
}

/// Returns what is older than `before` and belongs to no post.
async fn find(
    config: &Config,
    store: &dyn MediaStore,
    outbox: &Outbox,
    before: Timestamp,
) -> Result<Vec<Listed>, CliError> {
    let id = outbox.id()?;
    let mut litter = Vec::new();
    for prefix in prefixes(config)? {
        let mut after = None;
        loop {
            let page = store.list(&prefix, after.as_deref()).await?;
            for line in page.listed {
                if line.modified_at < before && is_litter(store, outbox, &id, &line).await? {
                    litter.push(line);
                }
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
    }
    Ok(litter)
}

/// Returns how the keys begin that this owner may have.
fn prefixes(config: &Config) -> Result<[String; 2], CliError> {
    let owner = owner(config)?;
    Ok(["temp", "posts"].map(|area| format!("{area}/{owner}/")))
}

async fn is_litter(
    store: &dyn MediaStore,
    outbox: &Outbox,
    id: &str,
    line: &Listed,
) -> Result<bool, CliError> {
    let key: MediaKey = line.key.parse()?;
    if key.is_temp() {
        return Ok(true);
    }
    if post_with(outbox, &key)?.is_some() {
        return Ok(false);
    }
    let described = store.describe(key.as_str()).await?;
    Ok(described.is_some_and(|described| described.outbox.as_deref() == Some(id)))
}
