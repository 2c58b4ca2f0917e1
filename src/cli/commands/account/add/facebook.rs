//! `hayon account add facebook`: a person agrees, and one of their Pages is chosen.

use std::fmt;

use clap::Args;
use clap::ValueHint;
use url::Url;

use crate::cli::commands::account::add::dialogue::Dialogue;
use crate::cli::commands::account::add::meta;
use crate::cli::commands::account::add::meta::AppArgs;
use crate::cli::error::CliError;
use crate::cli::prompts::Question;
use crate::config::account::AccountKind;
use crate::config::secret::Secret;
use crate::platforms::facebook::log_in::API;
use crate::platforms::facebook::log_in::LogIn;
use crate::platforms::facebook::log_in::Owner;
use crate::platforms::facebook::log_in::Page;
use crate::platforms::facebook::log_in::SCOPES;
use crate::platforms::facebook::log_in::logged_in;
use crate::platforms::facebook::log_in::no_page;
use crate::platforms::graph::log_in::App;
use crate::platforms::graph::scopes::Scope;
use crate::platforms::log_in::LoggedIn;

const GUIDE: &str = "\
Facebook lets programs in with an app of your own, which you make once:
  1. https://developers.facebook.com/apps: create an app, with the use case \"Manage everything on
     your Page\"
  2. there, under Permissions: pages_show_list, pages_manage_posts and pages_read_engagement; for an
     Instagram account also instagram_basic, instagram_content_publish and
     instagram_manage_contents
  3. under Facebook Login, Settings: https://localhost/ as a valid OAuth redirect URI
  4. under App settings, Basic: the app ID and the app secret. Or paste a token here, such as the
     Graph API Explorer makes
While the app is in development mode, its posts are seen only by people who have a role in it:
switch it to Live.";

/// Log in at Facebook, to post to a Page
///
/// Lets you agree in the browser with the app's id and secret. The browser then ends at a page that may
/// not open; you copy its whole address, and paste it. hayon lists your Pages and asks which one; the
/// Page's token has no end, until a password or a role changes.
///
/// With `--secret-stdin`: a token of the Page, or one of yours together with `--page`; beside it, a line
/// `client_secret=…` and `--client-id` exchange a token that lives for an hour.
#[derive(Clone, Debug, Default, Args)]
#[command(after_help = "\
Examples:
  hayon account add facebook
  hayon account add facebook --client-id 1234567890 --page 'My shop'
  hayon account add facebook --page 101234567890123 --secret-stdin < token")]
pub(crate) struct FacebookArgs {
    #[command(flatten)]
    app: AppArgs,
    /// The Page, by its id or its name
    #[arg(long, value_name = "PAGE", value_hint = ValueHint::Other)]
    page: Option<String>,
}

/// Logs in.
pub(crate) async fn log_in(
    dialogue: &Dialogue<'_>,
    arguments: &FacebookArgs,
) -> Result<LoggedIn, CliError> {
    let app = &arguments.app;
    let api = app.api(dialogue, API)?;
    let page = page(dialogue, app, arguments.page.as_deref(), &api, SCOPES).await?;
    let mut logged_in = logged_in(page)?;
    app.keep_api(&mut logged_in, &api, API);
    Ok(logged_in)
}

/// Logs in at Facebook, and returns the Page that is chosen, with its token.
pub(crate) async fn page(
    dialogue: &Dialogue<'_>,
    arguments: &AppArgs,
    wanted: Option<&str>,
    api: &Url,
    scopes: &[Scope],
) -> Result<Page, CliError> {
    meta::guide(dialogue, GUIDE);
    let log_in = LogIn {
        http: &dialogue.http,
        clock: &dialogue.context.clock,
        api,
    };
    let owner = if let Some(token) = meta::token(dialogue, arguments)? {
        let app = meta::app_if_told(dialogue, arguments);
        pasted(dialogue, &log_in, token, app).await?
    } else {
        let person = in_browser(dialogue, arguments, &log_in, scopes).await?;
        let _progress = dialogue.ui().progress("reading your Pages");
        log_in.owner(person).await?
    };
    let page = match owner {
        Owner::Page(page) => one_of(vec![*page], wanted, dialogue)?,
        Owner::Person(pages) => one_of(pages, wanted, dialogue)?,
    };
    let _progress = dialogue.ui().progress("looking at the Page's token");
    Ok(log_in.look_at(page).await)
}

/// Lets a person agree, and returns their token of 60 days.
async fn in_browser(
    dialogue: &Dialogue<'_>,
    arguments: &AppArgs,
    log_in: &LogIn<'_>,
    scopes: &[Scope],
) -> Result<Secret, CliError> {
    let app = meta::app(dialogue, arguments)?;
    let (state, redirect) = (meta::new_state()?, arguments.redirect_url());
    let address = log_in.authorize(&app.id, redirect, scopes, &state)?;
    let code = meta::code(dialogue, arguments, &address, &state)?;
    let _progress = dialogue.ui().progress("exchanging the code");
    let short = log_in.redeem(&app, redirect, &code).await?;
    Ok(log_in.lengthen(&app, &short.token).await?.token)
}

/// Finds out what a token is of that somebody has brought. A Page's is taken as it is.
async fn pasted(
    dialogue: &Dialogue<'_>,
    log_in: &LogIn<'_>,
    token: Secret,
    app: Option<App>,
) -> Result<Owner, CliError> {
    let _progress = dialogue.ui().progress("looking at the token");
    let owner = log_in.owner(token.clone()).await?;
    match (owner, app) {
        (Owner::Person(_), Some(app)) => {
            let long = log_in.lengthen(&app, &token).await?;
            Ok(log_in.owner(long.token).await?)
        }
        (owner, _) => Ok(owner),
    }
}

/// A Page as a person chooses it.
struct Choice<'p>(&'p Page);

impl fmt::Display for Choice<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Page { name, id, .. } = self.0;
        write!(f, "{name}  ({id}")?;
        if let Some(account) = &self.0.instagram {
            write!(f, ", with @{} on Instagram", account.name)?;
        }
        f.write_str(")")
    }
}

fn one_of(
    mut pages: Vec<Page>,
    wanted: Option<&str>,
    dialogue: &Dialogue<'_>,
) -> Result<Page, CliError> {
    if pages.is_empty() {
        return Err(no_page().into());
    }
    let known = match dialogue.existing.map(|account| &account.kind) {
        Some(AccountKind::Facebook { page_id, .. }) => {
            pages.iter().position(|it| it.id == *page_id)
        }
        _ => None,
    };
    let listed: Vec<String> = pages.iter().map(|page| Choice(page).to_string()).collect();
    let at = match (wanted, known) {
        (Some(wanted), _) => pages
            .iter()
            .position(|page| page.id == wanted || page.name.eq_ignore_ascii_case(wanted))
            .ok_or_else(|| {
                CliError::usage(format!("`{wanted}` is none of the Pages of this log-in"))
                    .hint(format!("its Pages are: {}", listed.join(", ")))
            })?,
        (None, Some(at)) => at,
        (None, None) if pages.len() == 1 => 0,
        (None, None) => {
            let otherwise = format!("add `--page ID` of one of {}", listed.join(", "));
            let question = Question {
                words: "which Page",
                otherwise: &otherwise,
            };
            dialogue.ui().choose(question, &listed)?
        }
    };
    Ok(pages.swap_remove(at))
}
