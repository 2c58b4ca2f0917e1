//! `hayon account add instagram`: by Instagram's own log-in, or through a Page on Facebook.

use clap::Args;
use clap::ValueHint;

use crate::cli::commands::account::add::dialogue::Dialogue;
use crate::cli::commands::account::add::facebook;
use crate::cli::commands::account::add::meta;
use crate::cli::commands::account::add::meta::AppArgs;
use crate::cli::error::CliError;
use crate::platforms::facebook::log_in::API as FACEBOOK_API;
use crate::platforms::instagram::log_in::SCOPES_AT_FACEBOOK;
use crate::platforms::instagram::log_in::WAY;
use crate::platforms::instagram::log_in::logged_in;
use crate::platforms::instagram::log_in::of_page;
use crate::platforms::log_in::LoggedIn;

const GUIDE: &str = "\
Instagram lets programs in with an app of your own, which you make once; the account must be a
professional one (Business or Creator):
  1. https://developers.facebook.com/apps: create an app, with the use case for content on Instagram
  2. there, \"API setup with Instagram login\": the permissions instagram_business_basic and
     instagram_business_content_publish
  3. under Roles: add the account as an Instagram tester, and accept that in Instagram's settings
     (Apps and websites)
  4. \"Generate token\" beside the account: paste it here. Or, to agree in the browser: enter
     https://localhost/ under \"Set up Instagram business login\" as the redirect address, and
     copy the Instagram app ID and secret from the same page
Pictures are fetched by Instagram: set up a bucket or a public_url for them (`hayon media setup`).";

/// Log in on Instagram
///
/// Takes a token that the app's dashboard has made, or lets you agree in the browser with the app's id
/// and secret. The browser then ends at a page that does not open; you copy its whole address, and
/// paste it. The token lives for 60 days, and hayon renews it every week.
///
/// With `--through-facebook` the account is reached through the Page on Facebook that it is connected
/// with: that token has no end, and posts can be deleted.
///
/// With `--secret-stdin`: the token, and a line `client_secret=…` if it is one that lives for an hour.
#[derive(Clone, Debug, Default, Args)]
#[command(after_help = "\
Examples:
  hayon account add instagram
  hayon account add instagram --secret-stdin < token
  hayon account add instagram --client-id 1234567890
  hayon account add instagram --through-facebook --page 'My shop'")]
pub(crate) struct InstagramArgs {
    #[command(flatten)]
    app: AppArgs,
    /// Log in at Facebook, for the account that a Page is connected with
    #[arg(long)]
    through_facebook: bool,
    /// The Page, by its id or its name
    #[arg(long, value_name = "PAGE", value_hint = ValueHint::Other, requires = "through_facebook")]
    page: Option<String>,
}

/// Logs in.
pub(crate) async fn log_in(
    dialogue: &Dialogue<'_>,
    arguments: &InstagramArgs,
) -> Result<LoggedIn, CliError> {
    let app = &arguments.app;
    let usual = if arguments.through_facebook {
        FACEBOOK_API
    } else {
        WAY.api
    };
    let mut api = app.api(dialogue, usual)?;
    // An account of the other log-in that logs in anew: where it was is no help.
    if arguments.through_facebook && api.as_str().trim_end_matches('/') == WAY.api {
        api = meta::parse_api(FACEBOOK_API).map_err(CliError::usage)?;
    }
    let at_facebook = meta::parse_api(FACEBOOK_API).is_ok_and(|it| it.origin() == api.origin());
    let mut logged_in = if arguments.through_facebook || at_facebook {
        let scopes = SCOPES_AT_FACEBOOK;
        let page = facebook::page(dialogue, app, arguments.page.as_deref(), &api, scopes).await?;
        of_page(page)?
    } else {
        meta::guide(dialogue, GUIDE);
        let log_in = meta::log_in(dialogue, &api, &WAY);
        let granted = meta::granted(dialogue, app, &log_in, "user_id,username").await?;
        logged_in(&log_in, granted).await?
    };
    app.keep_api(&mut logged_in, &api, WAY.api);
    Ok(logged_in)
}
