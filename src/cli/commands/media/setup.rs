//! `hayon media setup`: tells the bucket once what it needs to know.

use clap::Args;
use clap::ValueHint;
use serde_json::Value;
use serde_json::json;

use crate::cli::commands::media::needed_bucket;
use crate::cli::context::Context;
use crate::cli::context::block_on;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::config::address::AddressShape;
use crate::config::address::parse_address;
use crate::media::s3::setup::Change;

/// Write the bucket's rules: who may upload from a web page, and what is thrown away
///
/// The lifecycle rules delete what is under `temp/` after a day, and end uploads that were never
/// ended. With `--cors-origin` web pages of these origins may upload to signed addresses and fetch.
/// Rules of others stay as they are; to run it again changes nothing.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon media setup --dry-run
  hayon media setup --cors-origin https://app.example.com --cors-origin http://localhost:3000")]
pub(crate) struct SetupArgs {
    /// Where pages come from that may upload, such as `https://app.example.com`; repeatable
    #[arg(long, value_name = "URL", value_parser = parse_origin, value_hint = ValueHint::Url)]
    cors_origin: Vec<String>,
    /// Show what would be written; write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Writes the rules, or shows them.
pub(crate) fn run(context: &Context, arguments: &SetupArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let bucket = needed_bucket(&config)?;
    let changes = block_on(async {
        let setup = bucket.plan_setup(&arguments.cors_origin).await?;
        let changes = setup.changes.clone();
        if !arguments.dry_run {
            bucket.set_up(setup).await?;
        }
        Ok(changes)
    })?;
    let name = config.media.bucket.map(|bucket| bucket.name);
    context.ui.print_json(&json!({
        "bucket": name,
        "dry_run": arguments.dry_run,
        "changes": changes.iter().map(document).collect::<Value>(),
    }));
    for change in &changes {
        let state = match (change.is_new, arguments.dry_run) {
            (false, _) => "is there",
            (true, true) => "would be written",
            (true, false) => "written",
        };
        let Change { rule, does, .. } = change;
        context.ui.print(&format!("{rule}  {state}: {does}"));
    }
    Ok(Exit::Done)
}

fn document(change: &Change) -> Value {
    json!({ "rule": change.rule, "does": change.does, "is_new": change.is_new })
}

fn parse_origin(word: &str) -> Result<String, String> {
    let url = parse_address(word, AddressShape::Origin)
        .map_err(|error| format!("{error}; {}", error.hint()))?;
    Ok(url.origin().ascii_serialization())
}
