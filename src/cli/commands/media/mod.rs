//! `hayon media`: what is in the media store, apart from posting it.

pub(crate) mod delete;
pub(crate) mod list;
pub(crate) mod presign;
pub(crate) mod promote;
pub(crate) mod setup;
pub(crate) mod sweep;
pub(crate) mod upload;
pub(crate) mod url;

use std::time::Duration;

use clap::Args;
use clap::Subcommand;
use jiff::Timestamp;

use crate::cli::commands::media::delete::DeleteArgs;
use crate::cli::commands::media::list::ListArgs;
use crate::cli::commands::media::presign::PresignArgs;
use crate::cli::commands::media::promote::PromoteArgs;
use crate::cli::commands::media::setup::SetupArgs;
use crate::cli::commands::media::sweep::SweepArgs;
use crate::cli::commands::media::upload::UploadArgs;
use crate::cli::commands::media::url::UrlArgs;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::publishers;
use crate::config::Config;
use crate::config::duration::parse_duration;
use crate::media::address::Address;
use crate::media::keys::MediaKey;
use crate::media::s3::S3Store;
use crate::media::s3::addresses::LIFETIME_MAX;
use crate::outbox::Outbox;
use crate::outbox::OutboxError;

/// Upload pictures and videos, and look after the media store
///
/// What is uploaded is under `temp/` until a post takes it, and is thrown away after a day. What
/// posts have is under `posts/`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon media upload film.mp4
  hayon media list --prefix temp/
  hayon media setup --cors-origin https://app.example.com")]
pub(crate) struct MediaArgs {
    #[command(subcommand)]
    command: MediaCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum MediaCommand {
    Upload(UploadArgs),
    Presign(PresignArgs),
    List(ListArgs),
    Url(UrlArgs),
    Promote(PromoteArgs),
    Delete(DeleteArgs),
    Sweep(SweepArgs),
    Setup(SetupArgs),
}

impl MediaArgs {
    /// Whether the command only answers a question.
    pub(crate) fn is_question(&self) -> bool {
        matches!(
            self.command,
            MediaCommand::Presign(_) | MediaCommand::List(_) | MediaCommand::Url(_)
        )
    }
}

/// Does as asked.
pub(crate) fn run(context: &Context, arguments: &MediaArgs) -> Result<Exit, CliError> {
    match &arguments.command {
        MediaCommand::Upload(arguments) => upload::run(context, arguments),
        MediaCommand::Presign(arguments) => presign::run(context, arguments),
        MediaCommand::List(arguments) => list::run(context, arguments),
        MediaCommand::Url(arguments) => url::run(context, arguments),
        MediaCommand::Promote(arguments) => promote::run(context, arguments),
        MediaCommand::Delete(arguments) => delete::run(context, arguments),
        MediaCommand::Sweep(arguments) => sweep::run(context, arguments),
        MediaCommand::Setup(arguments) => setup::run(context, arguments),
    }
}

/// Returns the bucket of the configuration, for what a folder cannot do.
fn needed_bucket(config: &Config) -> Result<S3Store, CliError> {
    publishers::bucket(config).ok_or_else(|| {
        CliError::new(
            "no_bucket",
            format!(
                "media are in the folder `{}`, not in a bucket",
                config.media.folder.display()
            ),
        )
        .hint("set `bucket` in `[media]`, or `HAYON_MEDIA_BUCKET`")
    })
}

/// Returns the number of the post of `outbox` that refers to `key`, if one does: the key says which it
/// could be.
fn post_with(outbox: &Outbox, key: &MediaKey) -> Result<Option<i64>, CliError> {
    let Some(post) = key.post() else {
        return Ok(None);
    };
    let number = match outbox.find_post(post) {
        Ok(number) => number,
        Err(OutboxError::NoSuchPost(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let refers = match outbox.post(number)?.post {
        Ok(post) => post.files().iter().any(|media| media.key == key.as_str()),
        // Nobody can tell from a damaged row.
        Err(_) => true,
    };
    Ok(refers.then_some(number))
}

/// Reads how long an address is to work.
fn parse_lifetime(word: &str) -> Result<Duration, String> {
    parse_duration(word, Duration::from_secs(1)..=LIFETIME_MAX)
        .map_err(|error| format!("{error}; {}", error.hint()))
}

/// Returns an instant in UTC, to the second, as JSON has it.
fn in_json(at: Timestamp) -> String {
    format!("{at:.0}")
}

/// Returns when an address stops working, as JSON has it; null if never.
fn end_in_json(address: &Address) -> serde_json::Value {
    address.good_until.map(in_json).into()
}

/// Returns a size in the unit that people read best.
fn in_words(size_bytes: u64) -> String {
    indicatif::HumanBytes(size_bytes).to_string()
}
