//! `hayon account add mastodon`: an instance, and then a browser or a token.

use std::io;

use clap::Args;
use clap::ValueHint;
use url::Url;

use crate::cli::commands::account::add::dialogue::BY_STDIN;
use crate::cli::commands::account::add::dialogue::Dialogue;
use crate::cli::commands::account::add::parse_origin;
use crate::cli::error::CliError;
use crate::cli::prompts::Question;
use crate::config::account::AccountKind;
use crate::config::apps::App;
use crate::config::apps::Apps;
use crate::config::secrets::SecretField;
use crate::http::loopback::Loopback;
use crate::platforms::log_in::LogInError;
use crate::platforms::log_in::LoggedIn;
use crate::platforms::mastodon::log_in::Granted;
use crate::platforms::mastodon::log_in::OUT_OF_BAND;
use crate::platforms::mastodon::log_in::REDIRECT_PATH;
use crate::platforms::mastodon::log_in::Server;
use crate::platforms::oauth::pkce::Pkce;
use crate::platforms::oauth::redirected;
use crate::platforms::oauth::state::State;

/// Log in on a Mastodon server, or on another with the same API
///
/// Opens the server's page in a browser, where you agree to what hayon may do: read who you are and
/// your posts, post, and upload pictures; nothing else. Then the browser comes back to this machine.
/// Where no browser can be opened, as over SSH, or with `--no-browser`, the server shows a code, and
/// you paste that. The token has no end; `hayon account remove` ends it.
///
/// With `--secret-stdin` it takes an access token instead, which you make in the server's preferences,
/// under Development, with the scopes `read`, `write:statuses` and `write:media`.
#[derive(Clone, Debug, Default, Args)]
#[command(after_help = "\
Examples:
  hayon account add mastodon --instance mastodon.social
  hayon account add mastodon --instance @me@example.social --no-browser
  hayon account add mastodon --instance example.social --name work --secret-stdin < token")]
pub(crate) struct MastodonArgs {
    /// The server, such as `mastodon.social`, or a whole handle
    #[arg(long, value_name = "SERVER", value_hint = ValueHint::Url)]
    instance: Option<String>,
}

/// Logs in.
pub(crate) async fn log_in(
    dialogue: &Dialogue<'_>,
    arguments: &MastodonArgs,
) -> Result<LoggedIn, CliError> {
    let instance = match (&arguments.instance, known(dialogue)) {
        (Some(text), _) => read_instance(text)?,
        (None, Some(instance)) => instance.clone(),
        (None, None) => dialogue.ui().ask_line(
            Question {
                words: "server, such as `mastodon.social`, or your handle",
                otherwise: "add `--instance mastodon.social`",
            },
            read_instance,
        )?,
    };
    let server = Server {
        http: &dialogue.http,
        instance: &instance,
        clock: &dialogue.context.clock,
    };
    let token = dialogue.given.get(SecretField::Token, SecretField::Token);
    let scopes = server.scopes().await?;
    let granted = match token {
        Some(token) => Granted::pasted(token),
        None => in_browser(dialogue, &server, scopes).await?,
    };
    Ok(server.logged_in(granted, scopes).await?)
}

/// Returns the server of an account that logs in again.
fn known<'d>(dialogue: &Dialogue<'d>) -> Option<&'d Url> {
    match dialogue.existing.map(|account| &account.kind) {
        Some(AccountKind::Mastodon { instance, .. }) => Some(instance),
        _ => None,
    }
}

/// Reads a server's name, its address, or the handle of somebody there.
fn read_instance(text: &str) -> Result<Url, CliError> {
    let text = text.trim();
    let host = text.rsplit('@').next().unwrap_or_default();
    let address = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{host}")
    };
    parse_origin(&address).map_err(|why| {
        CliError::usage(format!("this is no Mastodon server: {why}"))
            .hint("write it like `mastodon.social`, or as your whole handle")
    })
}

/// Lets a person agree in a browser.
async fn in_browser(
    dialogue: &Dialogue<'_>,
    server: &Server<'_>,
    scopes: &str,
) -> Result<Granted, CliError> {
    if !dialogue.can_tell() {
        return Err(
            CliError::usage("a log-in in the browser needs somebody to tell").hint(BY_STDIN),
        );
    }
    let (app, loopback) = application(dialogue, server, scopes).await?;
    let (state, pkce) = (State::new().map_err(LogInError::from)?, proof()?);
    if dialogue.has_browser_here() || (!dialogue.ui().can_ask() && !dialogue.common.no_browser) {
        let redirect = loopback.address().to_string();
        let address = server.authorize(&app, &redirect, &state, &pkce);
        if let Some(answer) = dialogue.redirected(loopback, &address).await? {
            let code = redirected::code(answer.expose(), &state).map_err(LogInError::from)?;
            return Ok(server.exchange(&app, &redirect, &code, &pkce).await?);
        }
        dialogue.nobody_came()?;
    }
    let address = server.authorize(&app, OUT_OF_BAND, &state, &pkce);
    let question = Question {
        words: "code that the page shows",
        otherwise: BY_STDIN,
    };
    let code = dialogue.pasted(&address, question, |text| {
        Ok(redirected::code(text, &state).map_err(LogInError::from)?)
    })?;
    Ok(server.exchange(&app, OUT_OF_BAND, &code, &pkce).await?)
}

fn proof() -> Result<Pkce, LogInError> {
    Ok(Pkce::new()?)
}

/// Returns the application that the server has registered, now or before, and where this machine
/// listens.
async fn application(
    dialogue: &Dialogue<'_>,
    server: &Server<'_>,
    scopes: &str,
) -> Result<(App, Loopback), CliError> {
    let apps = Apps::new(dialogue.state_dir);
    let origin = server.instance.origin().ascii_serialization();
    // One that cannot be read is registered anew; that it cannot be kept then is said below.
    let kept = apps.load(&origin).ok().flatten();
    if let Some(app) = kept.filter(|app| app.scopes == scopes)
        && server.knows(&app).await?
    {
        let loopback = listen(app.port).await?;
        return Ok((app, loopback));
    }
    let loopback = listen(0).await?;
    let port = loopback.address().port().unwrap_or_default();
    let app = server.register(scopes, port).await?;
    if let Err(error) = apps.save(&origin, &app) {
        dialogue
            .ui()
            .warn(&format!("{error}: the next log-in registers anew"));
    }
    Ok((app, loopback))
}

/// Listens on `port` if it is free, else on any.
async fn listen(port: u16) -> io::Result<Loopback> {
    match Loopback::open(port, REDIRECT_PATH).await {
        Err(_) if port != 0 => Loopback::open(0, REDIRECT_PATH).await,
        opened => opened,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_told_by_its_name_its_address_or_a_handle() {
        for text in [
            "example.social",
            "https://example.social",
            "https://example.social/",
            "@me@example.social",
            "me@example.social",
            " example.social ",
        ] {
            let url = read_instance(text).unwrap();
            assert_eq!(url.as_str(), "https://example.social/", "{text}");
        }
        let local = read_instance("http://127.0.0.1:4000").unwrap();
        assert_eq!(local.as_str(), "http://127.0.0.1:4000/");
        for text in [
            "",
            "@",
            "http://example.social",
            "https://example.social/@me",
            "two words",
        ] {
            assert!(read_instance(text).is_err(), "{text}");
        }
    }
}
