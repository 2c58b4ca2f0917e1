//! `hayon account add threads`.

use clap::Args;

use crate::cli::commands::account::add::dialogue::Dialogue;
use crate::cli::commands::account::add::meta;
use crate::cli::commands::account::add::meta::AppArgs;
use crate::cli::error::CliError;
use crate::platforms::log_in::LoggedIn;
use crate::platforms::threads::log_in::WAY;
use crate::platforms::threads::log_in::logged_in;

const GUIDE: &str = "\
Threads lets programs in with an app of your own, which you make once:
  1. https://developers.facebook.com/apps: create an app, with the use case \"Access the Threads API\"
  2. there, under Permissions: threads_basic, threads_content_publish and threads_delete
  3. under Roles: add the profile as a Threads tester, and accept that in Threads' settings
     (Website permissions, Invites)
  4. under Settings, the user token generator: paste its token here. Or, to agree in the browser:
     enter https://localhost/ there as a redirect address, and copy the Threads app ID and secret,
     which are not those of the app itself
Pictures are fetched by Threads: set up a bucket or a public_url for them (`hayon media setup`).";

/// Log in on Threads
///
/// Takes a token that the app's dashboard has made, or lets you agree in the browser with the Threads
/// app's id and secret. The browser then ends at a page that does not open; you copy its whole address,
/// and paste it. The token lives for 60 days, and hayon renews it every week.
///
/// With `--secret-stdin`: the token, and a line `client_secret=…` if it is one that lives for an hour.
#[derive(Clone, Debug, Default, Args)]
#[command(after_help = "\
Examples:
  hayon account add threads
  hayon account add threads --secret-stdin < token
  hayon account add threads --client-id 1234567890")]
pub(crate) struct ThreadsArgs {
    #[command(flatten)]
    app: AppArgs,
}

/// Logs in.
pub(crate) async fn log_in(
    dialogue: &Dialogue<'_>,
    arguments: &ThreadsArgs,
) -> Result<LoggedIn, CliError> {
    let app = &arguments.app;
    let api = app.api(dialogue, WAY.api)?;
    meta::guide(dialogue, GUIDE);
    let log_in = meta::log_in(dialogue, &api, &WAY);
    let granted = meta::granted(dialogue, app, &log_in, "id,username").await?;
    let granted = log_in.look_at(granted).await;
    let mut logged_in = logged_in(&log_in, granted).await?;
    app.keep_api(&mut logged_in, &api, WAY.api);
    Ok(logged_in)
}
