//! `hayon media list`: what is in the media store.

use clap::Args;
use clap::ValueHint;
use serde_json::Value;
use serde_json::json;

use crate::cli::commands::media::in_json;
use crate::cli::commands::media::in_words;
use crate::cli::context::Context;
use crate::cli::context::on_store;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::publishers::media_store;
use crate::cli::view::moment;
use crate::media::Listed;

/// Where media are; nothing else of a bucket is looked at.
const AREAS: [&str; 2] = ["posts/", "temp/"];

/// List what is in the media store, in the order of the keys
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon media list
  hayon media list --prefix temp/ --json")]
pub(crate) struct ListArgs {
    /// Only keys that begin with this, such as `temp/` or `posts/alice/`
    #[arg(long, value_name = "PREFIX", default_value = "", hide_default_value = true, value_hint = ValueHint::Other)]
    prefix: String,
}

/// Prints the list; in words a page at a time, as it comes.
pub(crate) fn run(context: &Context, arguments: &ListArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let store = media_store(&config);
    let found = on_store(&config, async {
        let mut found = Vec::new();
        for prefix in prefixes(&arguments.prefix) {
            let mut after = None;
            loop {
                let page = store.list(prefix, after.as_deref()).await?;
                for line in &page.listed {
                    context.ui.print(&words(line));
                }
                if context.ui.is_json() {
                    found.extend(page.listed.iter().map(document));
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(found)
    })?;
    context.ui.print_json(&Value::from(found));
    Ok(Exit::Done)
}

/// Returns what to ask the store for, so that it lists all media under `prefix` and nothing else.
fn prefixes(prefix: &str) -> Vec<&str> {
    AREAS
        .into_iter()
        .filter_map(|area| {
            if prefix.starts_with(area) {
                Some(prefix)
            } else {
                area.starts_with(prefix).then_some(area)
            }
        })
        .collect()
}

fn words(line: &Listed) -> String {
    format!(
        "{}  {:>10}  {}",
        moment(line.modified_at),
        in_words(line.size_bytes),
        line.key
    )
}

fn document(line: &Listed) -> Value {
    json!({
        "key": line.key,
        "size_bytes": line.size_bytes,
        "modified_at": in_json(line.modified_at),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_prefix_only_media_are_asked_for() {
        for (prefix, asked) in [
            ("", &["posts/", "temp/"][..]),
            ("t", &["temp/"]),
            ("temp/", &["temp/"]),
            ("temp/alice/", &["temp/alice/"]),
            ("posts/a", &["posts/a"]),
            ("other/", &[]),
        ] {
            assert_eq!(prefixes(prefix), asked, "{prefix}");
        }
    }
}
