//! `hayon account add bluesky`: a handle and an app password.

use clap::Args;
use clap::ValueHint;
use url::Url;

use crate::cli::commands::account::add::dialogue::Dialogue;
use crate::cli::commands::account::add::parse_origin;
use crate::cli::error::CliError;
use crate::cli::prompts::Question;
use crate::config::account::AccountKind;
use crate::config::handle;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::platforms::bluesky::log_in::LogIn;
use crate::platforms::bluesky::log_in::NEW_PASSWORD;
use crate::platforms::bluesky::log_in::is_app_password;
use crate::platforms::log_in::LoggedIn;

/// Log in on Bluesky, or on any server of its network
///
/// Takes an app password, which you make at <https://bsky.app/settings/app-passwords>: it may post, it
/// can be revoked by itself, and it works until then. hayon does not take the account's own password,
/// which may do everything. It does not use the log-in in a browser (OAuth) either: for a program like
/// this one such a session ends after two weeks, and what is scheduled for later would not go out.
///
/// The server that holds the account is found by the handle.
#[derive(Clone, Debug, Default, Args)]
#[command(after_help = "\
Examples:
  hayon account add bluesky --handle alice.bsky.social
  hayon account add bluesky --handle alice.bsky.social --secret-stdin < app-password")]
pub(crate) struct BlueskyArgs {
    /// The account's handle, such as `alice.bsky.social`
    #[arg(long, value_name = "HANDLE", value_hint = ValueHint::Other)]
    handle: Option<String>,
    /// The server that holds the account [default: found by the handle]
    #[arg(long, value_name = "URL", value_parser = parse_origin, value_hint = ValueHint::Url)]
    service: Option<Url>,
}

/// Logs in.
pub(crate) async fn log_in(
    dialogue: &Dialogue<'_>,
    arguments: &BlueskyArgs,
) -> Result<LoggedIn, CliError> {
    let known = known(dialogue);
    let handle = match arguments.handle.as_deref().or(known.handle) {
        Some(handle) => read_handle(handle)?,
        None => dialogue.ui().ask_line(
            Question {
                words: "handle, such as `alice.bsky.social`",
                otherwise: "add `--handle alice.bsky.social`",
            },
            read_handle,
        )?,
    };
    if dialogue.given.is_empty() {
        dialogue.ui().hint(NEW_PASSWORD);
    }
    let field = SecretField::Password;
    let password = dialogue.secret(field, field, "app password", read_password)?;
    let log_in = LogIn {
        http: &dialogue.http,
        clock: &dialogue.context.clock,
        handle: &handle,
        service: arguments.service.as_ref().or(known.service),
        plc_url: known.plc_url,
        password,
    };
    let progress = dialogue.ui().progress("logging in");
    let logged_in = log_in.log_in().await;
    drop(progress);
    Ok(logged_in?)
}

/// What is known of an account that logs in again.
#[derive(Clone, Copy, Default)]
struct Known<'d> {
    handle: Option<&'d str>,
    service: Option<&'d Url>,
    plc_url: Option<&'d Url>,
}

fn known<'d>(dialogue: &Dialogue<'d>) -> Known<'d> {
    match dialogue.existing.map(|account| &account.kind) {
        Some(AccountKind::Bluesky {
            handle,
            service,
            plc_url,
        }) => Known {
            handle: Some(handle),
            service: service.as_ref(),
            plc_url: plc_url.as_ref(),
        },
        _ => Known::default(),
    }
}

fn read_handle(text: &str) -> Result<String, CliError> {
    handle::parse(text).ok_or_else(|| {
        CliError::usage(format!("`{text}` is no Bluesky handle"))
            .hint("write it whole, like `alice.bsky.social`")
    })
}

fn read_password(password: Secret) -> Result<Secret, CliError> {
    if is_app_password(&password) {
        return Ok(password);
    }
    let message =
        "this is no app password; the account's own is not taken, since it may do everything";
    Err(CliError::usage(message).hint(NEW_PASSWORD))
}
