//! What the log-ins at Meta have in common: an app of the person's own, an address that they copy out of
//! the browser, or a token that the app's dashboard has made.
//!
//! Meta sends nobody back to a program on this machine: a redirect has to be `https`, so that the
//! browser ends at a page that does not open, with the code in its address line.

use clap::Args;
use clap::ValueHint;
use url::Url;

use crate::cli::commands::account::add::dialogue::BY_STDIN;
use crate::cli::commands::account::add::dialogue::Dialogue;
use crate::cli::error::CliError;
use crate::cli::prompts::Question;
use crate::config::account::AccountKind;
use crate::config::address::AddressShape;
use crate::config::address::parse_address;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::platforms::graph::log_in::App;
use crate::platforms::graph::log_in::Granted;
use crate::platforms::graph::log_in::LogIn;
use crate::platforms::graph::log_in::Way;
use crate::platforms::log_in::LogInError;
use crate::platforms::log_in::LoggedIn;
use crate::platforms::oauth::redirected;
use crate::platforms::oauth::redirected::RedirectError;
use crate::platforms::oauth::state::State;

/// Where the browser is sent back to, if nobody says otherwise. It has to be written in the app's
/// settings; nothing needs to answer there, and what stands in the address leaves the machine for nowhere.
pub(crate) const REDIRECT_URL: &str = "https://localhost/";

/// The app to log in with.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct AppArgs {
    /// The app's id, to agree in the browser
    #[arg(long, value_name = "ID", value_hint = ValueHint::Other)]
    pub(crate) client_id: Option<String>,
    /// The redirect address that the app has in its settings [default: `https://localhost/`]
    #[arg(long, value_name = "URL", value_parser = parse_redirect, value_hint = ValueHint::Url)]
    redirect_url: Option<String>,
    /// Where the API is [default: the platform's own]
    #[arg(long, value_name = "URL", value_parser = parse_api, value_hint = ValueHint::Url)]
    pub(crate) api_url: Option<Url>,
}

impl AppArgs {
    /// Returns where the API is: as a flag says, else as the account has it, else the usual one.
    pub(crate) fn api(&self, dialogue: &Dialogue<'_>, usual: &str) -> Result<Url, CliError> {
        if let Some(api) = self.api_url.as_ref().or_else(|| known_api(dialogue)) {
            return Ok(api.clone());
        }
        parse_api(usual).map_err(CliError::usage)
    }

    /// Returns where the browser is sent back to.
    pub(crate) fn redirect_url(&self) -> &str {
        self.redirect_url.as_deref().unwrap_or(REDIRECT_URL)
    }

    /// Writes down where the API is, unless that goes without saying.
    pub(crate) fn keep_api(&self, logged_in: &mut LoggedIn, api: &Url, usual: &str) {
        let address = api.as_str().trim_end_matches('/');
        if self.api_url.is_some() || address != usual {
            logged_in.settings.push(("api_url", address.to_owned()));
        }
    }
}

fn known_api<'d>(dialogue: &Dialogue<'d>) -> Option<&'d Url> {
    match dialogue.existing.map(|account| &account.kind) {
        Some(
            AccountKind::Instagram { api, .. }
            | AccountKind::Threads { api, .. }
            | AccountKind::Facebook { api, .. }
            | AccountKind::Tumblr { api, .. },
        ) => Some(api),
        _ => None,
    }
}

/// Reads the address of an API.
pub(crate) fn parse_api(text: &str) -> Result<Url, String> {
    parse_address(text, AddressShape::WithPath).map_err(|why| format!("{why}; {}", why.hint()))
}

/// Reads a redirect address, which stays as it was written: it counts letter by letter.
pub(crate) fn parse_redirect(text: &str) -> Result<String, String> {
    parse_api(text).map(|_| text.trim().to_owned())
}

/// Shows what to do at Meta first, to somebody who reads along.
pub(crate) fn guide(dialogue: &Dialogue<'_>, words: &str) {
    if dialogue.given.is_empty() && dialogue.ui().can_ask() {
        dialogue.ui().tell_lines(words);
    }
}

/// Returns the token that a person has, from stdin or typed; `None` if they want to agree in the
/// browser.
pub(crate) fn token(
    dialogue: &Dialogue<'_>,
    arguments: &AppArgs,
) -> Result<Option<Secret>, CliError> {
    let field = SecretField::Token;
    if let Some(token) = dialogue.given.get(field, field) {
        return Ok(Some(token));
    }
    if arguments.client_id.is_some() || !dialogue.given.is_empty() {
        return Ok(None);
    }
    let question = Question {
        words: "how do you log in",
        otherwise: "pipe a token in with `--secret-stdin`, or add `--client-id ID` on a terminal",
    };
    let ways = [
        "token    (made in the app's dashboard, to be pasted here)",
        "browser  (agree there; takes the app's id and its secret)",
    ];
    if dialogue.ui().choose(question, &ways)? == 1 {
        return Ok(None);
    }
    dialogue.secret(field, field, "access token", Ok).map(Some)
}

/// Returns the app, whose secret is asked for.
pub(crate) fn app(dialogue: &Dialogue<'_>, arguments: &AppArgs) -> Result<App, CliError> {
    if !dialogue.can_tell() {
        let message = "a log-in in the browser needs somebody to tell";
        return Err(CliError::usage(message).hint(BY_STDIN));
    }
    let id = match &arguments.client_id {
        Some(id) => read_id(id)?,
        None => dialogue.ui().ask_line(
            Question {
                words: "the app's id",
                otherwise: "add `--client-id ID`",
            },
            read_id,
        )?,
    };
    let field = SecretField::ClientSecret;
    let secret = dialogue.secret(field, field, "the app's secret", Ok)?;
    Ok(App { id, secret })
}

/// Returns the app, as far as somebody who has a token has told of it.
pub(crate) fn app_if_told(dialogue: &Dialogue<'_>, arguments: &AppArgs) -> Option<App> {
    let secret = dialogue
        .given
        .get(SecretField::ClientSecret, SecretField::Token)?;
    let id = arguments.client_id.clone()?;
    Some(App { id, secret })
}

fn read_id(text: &str) -> Result<String, CliError> {
    let id = text.trim();
    if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(id.to_owned());
    }
    Err(CliError::usage(format!("`{id}` is no id of an app"))
        .hint("copy the number from the app's dashboard"))
}

/// Sends a person to `address`, and returns the code that they bring back.
pub(crate) fn code(
    dialogue: &Dialogue<'_>,
    arguments: &AppArgs,
    address: &Url,
    state: &State,
) -> Result<Secret, CliError> {
    let words = format!(
        "the whole address that the browser shows afterwards (it begins with {}, and its page may not \
         open)",
        arguments.redirect_url()
    );
    let question = Question {
        words: &words,
        otherwise: BY_STDIN,
    };
    let read = |text: &str| answered(redirected::code(text, state));
    Ok(dialogue
        .pasted(address, question, read)?
        .map_err(LogInError::from)?)
}

/// Whether what was pasted is the end of the question: to paste something else is no help to somebody
/// who did not agree.
pub(crate) fn answered(
    read: Result<Secret, RedirectError>,
) -> Result<Result<Secret, RedirectError>, CliError> {
    match read {
        Err(error @ (RedirectError::Denied | RedirectError::Refused(_))) => Ok(Err(error)),
        Err(error) => Err(LogInError::from(error).into()),
        code => Ok(code),
    }
}

/// Returns a new value that ties what comes back to what was asked.
pub(crate) fn new_state() -> Result<State, LogInError> {
    Ok(State::new()?)
}

/// Logs in by the way that Instagram and Threads have each of their own, and returns the token that
/// lives the longest.
pub(crate) async fn granted(
    dialogue: &Dialogue<'_>,
    arguments: &AppArgs,
    log_in: &LogIn<'_>,
    whose: &str,
) -> Result<Granted, CliError> {
    if let Some(token) = token(dialogue, arguments)? {
        return pasted(dialogue, log_in, token, whose).await;
    }
    let app = app(dialogue, arguments)?;
    let (state, redirect) = (new_state()?, arguments.redirect_url());
    let address = log_in.authorize(&app.id, redirect, &state)?;
    let code = code(dialogue, arguments, &address, &state)?;
    let _progress = dialogue.ui().progress("exchanging the code");
    let short = log_in.redeem(&app, redirect, &code).await?;
    Ok(log_in.lengthen(&app.secret, short).await?)
}

/// Takes a token that was made in the dashboard. It lives for 60 days already, and is exchanged only if
/// it does not, or nobody knows and a secret says that it is wanted.
async fn pasted(
    dialogue: &Dialogue<'_>,
    log_in: &LogIn<'_>,
    token: Secret,
    whose: &str,
) -> Result<Granted, CliError> {
    let _progress = dialogue.ui().progress("looking at the token");
    log_in.me(&token, whose).await?;
    let granted = log_in.look_at(Granted::unknown(token)).await;
    let secret = dialogue
        .given
        .get(SecretField::ClientSecret, SecretField::Token);
    let lives_short = granted.lives_short(dialogue.context.clock.now());
    match secret {
        Some(secret) if lives_short != Some(false) => Ok(log_in.lengthen(&secret, granted).await?),
        None if lives_short == Some(true) => {
            dialogue.ui().warn(
                "this token ends within hours; with a line `client_secret=…` beside it, it is exchanged \
                 for one that lives for 60 days",
            );
            Ok(granted)
        }
        _ => Ok(granted),
    }
}

/// Returns the log-in of `way`.
pub(crate) fn log_in<'l>(dialogue: &'l Dialogue<'_>, api: &'l Url, way: &'static Way) -> LogIn<'l> {
    LogIn {
        http: &dialogue.http,
        clock: &dialogue.context.clock,
        api,
        way,
    }
}
