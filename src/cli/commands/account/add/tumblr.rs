//! `hayon account add tumblr`: an app of the person's own, a browser, and one of their blogs.

use clap::Args;
use clap::ValueHint;
use url::Url;

use crate::cli::commands::account::add::dialogue::BY_STDIN;
use crate::cli::commands::account::add::dialogue::Dialogue;
use crate::cli::commands::account::add::meta::REDIRECT_URL;
use crate::cli::commands::account::add::meta::answered;
use crate::cli::commands::account::add::meta::new_state;
use crate::cli::commands::account::add::meta::parse_redirect;
use crate::cli::commands::account::add::parse_origin;
use crate::cli::error::CliError;
use crate::cli::prompts::Question;
use crate::config::account::AccountKind;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::http::loopback::Loopback;
use crate::platforms::log_in::LogInError;
use crate::platforms::log_in::LoggedIn;
use crate::platforms::oauth::redirected;
use crate::platforms::oauth::redirected::RedirectError;
use crate::platforms::oauth::state::State;
use crate::platforms::tumblr::log_in::API;
use crate::platforms::tumblr::log_in::App;
use crate::platforms::tumblr::log_in::Blog;
use crate::platforms::tumblr::log_in::Granted;
use crate::platforms::tumblr::log_in::Keep;
use crate::platforms::tumblr::log_in::LogIn;
use crate::platforms::tumblr::log_in::Pair;
use crate::platforms::tumblr::log_in::no_blog;

/// The path of the redirect to this machine.
const REDIRECT_PATH: &str = "/callback";

const GUIDE: &str = "\
Tumblr lets programs in with an app of your own, which you make once:
  1. https://www.tumblr.com/oauth/apps: register an application; any name will do, and
     https://localhost/ as the default callback URL and the OAuth2 redirect URL
  2. copy the OAuth consumer key, and the secret key that is shown beside it";

/// Log in on Tumblr
///
/// Takes the consumer key and the secret key of an application that you have registered, and lets you
/// agree in the browser, which then comes back to this machine; or you copy the address at which it
/// ends, and paste it (`--no-browser`). hayon lists your blogs and asks which one.
///
/// The log-in is by OAuth 1.0a, whose keys have no end. With `--oauth2` it is by OAuth 2, whose access
/// tokens live for 42 minutes, and its refresh token for 42 days: hayon renews them, but who posts more
/// rarely than that has to log in again.
///
/// With `--secret-stdin`: a line `client_secret=…`, and to take what you have already, also
/// `client_id=…`, `token=…` and `token_secret=…`, or `refresh_token=…` in place of the last.
#[derive(Clone, Debug, Default, Args)]
#[command(after_help = "\
Examples:
  hayon account add tumblr
  hayon account add tumblr --client-id KEY --blog my-blog
  hayon account add tumblr --oauth2 --no-browser
  hayon account add tumblr --blog my-blog --secret-stdin < keys")]
pub(crate) struct TumblrArgs {
    /// The application's consumer key
    #[arg(long, value_name = "KEY", value_hint = ValueHint::Other)]
    client_id: Option<String>,
    /// The blog, by its name
    #[arg(long, value_name = "BLOG", value_hint = ValueHint::Other)]
    blog: Option<String>,
    /// Log in by OAuth 2, with a refresh token
    #[arg(long)]
    oauth2: bool,
    /// Let the browser come back to this port; OAuth 2 needs `http://localhost:PORT/callback` among the
    /// application's redirect URLs
    #[arg(long, value_name = "PORT", value_hint = ValueHint::Other)]
    port: Option<u16>,
    /// The redirect address of the application, where you paste it [default: `https://localhost/`]
    #[arg(long, value_name = "URL", value_parser = parse_redirect, value_hint = ValueHint::Url)]
    redirect_url: Option<String>,
    /// Where the API is [default: Tumblr's own]
    #[arg(long, value_name = "URL", value_parser = parse_origin, value_hint = ValueHint::Url)]
    api_url: Option<Url>,
}

/// Logs in.
pub(crate) async fn log_in(
    dialogue: &Dialogue<'_>,
    arguments: &TumblrArgs,
) -> Result<LoggedIn, CliError> {
    let api = match arguments.api_url.as_ref().or_else(|| known(dialogue).1) {
        Some(api) => api.clone(),
        None => parse_origin(API).map_err(CliError::usage)?,
    };
    if dialogue.given.is_empty() && dialogue.ui().can_ask() {
        dialogue.ui().tell_lines(GUIDE);
    }
    let app = app(dialogue, arguments)?;
    let log_in = LogIn {
        http: &dialogue.http,
        clock: &dialogue.context.clock,
        api: &api,
        app: &app,
    };
    let keep = match brought(dialogue) {
        Some(keep) => keep,
        None if arguments.oauth2 => Keep::Tokens(by_oauth2(dialogue, arguments, &log_in).await?),
        None => Keep::Keys(by_oauth1(dialogue, arguments, &log_in).await?),
    };
    let progress = dialogue.ui().progress("reading your blogs");
    let blogs = log_in.blogs(&keep).await;
    drop(progress);
    let blog = one_of(blogs?, arguments.blog.as_deref(), dialogue)?;
    let mut logged_in = log_in.logged_in(blog, keep)?;
    let address = api.as_str().trim_end_matches('/');
    if arguments.api_url.is_some() || address != API {
        logged_in.settings.push(("api_url", address.to_owned()));
    }
    Ok(logged_in)
}

/// Returns the blog and the API of an account that logs in again.
fn known<'d>(dialogue: &Dialogue<'d>) -> (Option<&'d str>, Option<&'d Url>) {
    match dialogue.existing.map(|account| &account.kind) {
        Some(AccountKind::Tumblr { blog, api, .. }) => (Some(blog), Some(api)),
        _ => (None, None),
    }
}

fn app(dialogue: &Dialogue<'_>, arguments: &TumblrArgs) -> Result<App, CliError> {
    let (id, secret) = (SecretField::ClientId, SecretField::ClientSecret);
    let client_id = match &arguments.client_id {
        Some(key) => Secret::new(key.trim()),
        None => dialogue.secret(id, secret, "consumer key", Ok)?,
    };
    Ok(App {
        client_id,
        client_secret: dialogue.secret(secret, secret, "secret key", Ok)?,
    })
}

/// Returns what a person has already.
fn brought(dialogue: &Dialogue<'_>) -> Option<Keep> {
    let given = |field| dialogue.given.get(field, SecretField::ClientSecret);
    let token = given(SecretField::Token)?;
    if let Some(secret) = given(SecretField::TokenSecret) {
        return Some(Keep::Keys(Pair { token, secret }));
    }
    let refresh = given(SecretField::RefreshToken);
    Some(Keep::Tokens(Granted::pasted(token, refresh)))
}

/// Whether the browser can be sent back to this machine.
fn comes_back(dialogue: &Dialogue<'_>) -> bool {
    dialogue.has_browser_here() || (!dialogue.ui().can_ask() && !dialogue.common.no_browser)
}

async fn by_oauth1(
    dialogue: &Dialogue<'_>,
    arguments: &TumblrArgs,
    log_in: &LogIn<'_>,
) -> Result<Pair, CliError> {
    needs_somebody(dialogue)?;
    if comes_back(dialogue) {
        let loopback = Loopback::open(arguments.port.unwrap_or(0), REDIRECT_PATH).await?;
        let request = log_in.request_token(loopback.address().as_str()).await?;
        let address = log_in.authorize(&request)?;
        if let Some(answer) = dialogue.redirected(loopback, &address).await? {
            let verifier = verifier(answer.expose(), &request).map_err(|error| match error {
                // Who comes back with nothing has said no.
                RedirectError::NoCode => LogInError::from(RedirectError::Denied),
                error => LogInError::from(error),
            })?;
            return Ok(log_in.keys(&request, &verifier).await?);
        }
        dialogue.ui().tell("nobody came back from the browser");
    }
    let request = log_in.request_token(redirect_url(arguments)).await?;
    let address = log_in.authorize(&request)?;
    let words = paste_words(arguments);
    let question = Question {
        words: &words,
        otherwise: BY_STDIN,
    };
    let read = |text: &str| answered(verifier(text, &request));
    let verifier = dialogue
        .pasted(&address, question, read)?
        .map_err(LogInError::from)?;
    Ok(log_in.keys(&request, &verifier).await?)
}

/// Reads what a browser brings.
fn verifier(text: &str, request: &Pair) -> Result<Secret, RedirectError> {
    let token = State::given(request.token.clone());
    redirected::verifier(text, &token)
}

async fn by_oauth2(
    dialogue: &Dialogue<'_>,
    arguments: &TumblrArgs,
    log_in: &LogIn<'_>,
) -> Result<Granted, CliError> {
    needs_somebody(dialogue)?;
    let state = new_state()?;
    let code = |text: &str| redirected::code(text, &state);
    if let Some(port) = arguments.port.filter(|_| comes_back(dialogue)) {
        let loopback = Loopback::open(port, REDIRECT_PATH).await?;
        // A number cannot be registered, and this name can (tumblr/docs#101, read 2026-11-23).
        let at = loopback.address().port().unwrap_or(port);
        let redirect = format!("http://localhost:{at}{REDIRECT_PATH}");
        let address = log_in.authorize_oauth2(&redirect, &state)?;
        if let Some(answer) = dialogue.redirected(loopback, &address).await? {
            let code = code(answer.expose()).map_err(LogInError::from)?;
            return Ok(log_in.redeem(&redirect, &code).await?);
        }
        dialogue.ui().tell("nobody came back from the browser");
    }
    let redirect = redirect_url(arguments);
    let address = log_in.authorize_oauth2(redirect, &state)?;
    let words = paste_words(arguments);
    let question = Question {
        words: &words,
        otherwise: BY_STDIN,
    };
    let code = dialogue
        .pasted(&address, question, |text| answered(code(text)))?
        .map_err(LogInError::from)?;
    Ok(log_in.redeem(redirect, &code).await?)
}

fn needs_somebody(dialogue: &Dialogue<'_>) -> Result<(), CliError> {
    if dialogue.can_tell() {
        return Ok(());
    }
    let message = "a log-in in the browser needs somebody to tell";
    Err(CliError::usage(message).hint(BY_STDIN))
}

fn redirect_url(arguments: &TumblrArgs) -> &str {
    arguments.redirect_url.as_deref().unwrap_or(REDIRECT_URL)
}

fn paste_words(arguments: &TumblrArgs) -> String {
    format!(
        "the whole address that the browser shows afterwards (it begins with {}, and its page may not \
         open)",
        redirect_url(arguments)
    )
}

fn one_of(
    mut blogs: Vec<Blog>,
    wanted: Option<&str>,
    dialogue: &Dialogue<'_>,
) -> Result<Blog, CliError> {
    let position = |wanted: &str| {
        let name = wanted.strip_suffix(".tumblr.com").unwrap_or(wanted);
        blogs
            .iter()
            .position(|blog| blog.name.eq_ignore_ascii_case(name) || blog.uuid == wanted)
    };
    let at = match wanted {
        Some(wanted) => position(wanted).ok_or_else(|| no_blog(wanted, &blogs))?,
        None => match known(dialogue).0.and_then(position) {
            Some(at) => at,
            None if blogs.len() == 1 => 0,
            None => {
                let names: Vec<&str> = blogs.iter().map(|blog| blog.name.as_str()).collect();
                let otherwise = format!("add `--blog NAME`, one of {}", names.join(", "));
                let question = Question {
                    words: "which blog",
                    otherwise: &otherwise,
                };
                dialogue.ui().choose(question, &names)?
            }
        },
    };
    Ok(blogs.swap_remove(at))
}
