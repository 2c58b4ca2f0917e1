//! `hayon account export --for-ci`: which variables a job needs that has nothing but its environment.

use clap::Args;
use clap::ValueHint;
use serde_json::Value;
use serde_json::json;
use url::Url;

use crate::cli::addressing;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::standing;
use crate::config::account::Account;
use crate::config::account::AccountKind;
use crate::config::account::variable_of;
use crate::config::blog::BlogState;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::config::secrets::Secrets;
use crate::post::platform::Platform;

/// Print which environment variables a CI job needs to post as these accounts
///
/// In the form of a workflow of GitHub Actions: names alone, each with what it is. An account that is the
/// only one on its platform is named by that, so that the job needs no configuration file. `--values`
/// shows the values, too, on a terminal and nowhere else.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon account export --for-ci
  hayon account export --for-ci work sky
  hayon account export --for-ci work --values")]
pub(crate) struct ExportArgs {
    /// These accounts only, by name or platform
    #[arg(value_name = "NAME", value_hint = ValueHint::Other)]
    name: Vec<String>,
    /// For a job that has variables and no files
    #[arg(long, required = true)]
    for_ci: bool,
    /// Show the values: only where stdout is a terminal
    #[arg(long)]
    values: bool,
}

/// A variable that a job needs.
struct Needed {
    variable: String,
    /// What it is, for people.
    what: &'static str,
    value: String,
    is_secret: bool,
}

/// Prints them.
pub(crate) fn run(context: &Context, arguments: &ExportArgs) -> Result<Exit, CliError> {
    if arguments.values && (context.ui.is_json() || context.ui.columns().is_none()) {
        return Err(CliError::usage(
            "values are shown on a terminal only: what stdout leads to here may be kept or shown",
        )
        .hint("leave `--values` out to print the names"));
    }
    let config = context.config()?;
    let chosen = addressing::chosen(&config.accounts, &arguments.name)?;
    let secrets = context.secrets(&config);
    let mut documents = Vec::new();
    let mut text = String::new();
    for account in &chosen {
        let is_alone = chosen
            .iter()
            .filter(|it| it.platform() == account.platform())
            .count()
            == 1;
        let (needed, prefix) = needed(account, &secrets, is_alone)?;
        text.push_str(&words(account, &prefix, &needed, arguments.values));
        documents.push(document(account, &prefix, &needed));
        if is_rotating(account, &secrets)? {
            let name = &account.name;
            context.ui.warn(&format!(
                "the token of `{name}` ends within the hour, and no job can renew it: log in by \
                 OAuth 1.0a for the job (`hayon account add tumblr --name {name}`), whose keys stay"
            ));
        }
    }
    context.ui.print_json(&json!(documents));
    context.ui.print(&text);
    Ok(Exit::Done)
}

/// Returns the variables of `account`, and the name that it has in the job.
fn needed(
    account: &Account,
    secrets: &Secrets,
    is_alone: bool,
) -> Result<(Vec<Needed>, String), CliError> {
    if let Some(missing) = secrets.missing(account)? {
        return Err(CliError::new("login_needed", missing.to_string())
            .hint(missing.hint())
            .exit(Exit::LoginNeeded));
    }
    let name = if is_alone {
        account.platform().name().to_owned()
    } else {
        account.name.to_string()
    };
    let platform = account.platform();
    let settings = settings(account).into_iter().map(|(key, value)| Needed {
        variable: variable_of(&name, key),
        what: "a setting",
        value,
        is_secret: false,
    });
    let mut needed: Vec<Needed> = settings.collect();
    let fields = [SecretField::needed_by(platform)].into_iter();
    for field in fields.chain(SecretField::added_by(platform)) {
        if let Some(secret) = secrets.get(account, field)? {
            let secret = renewed(account, secrets, field).unwrap_or(secret);
            needed.push(Needed {
                variable: variable_of(&name, field.name()),
                what: title(field),
                value: secret.expose().to_owned(),
                is_secret: true,
            });
        }
    }
    Ok((needed, name))
}

/// Returns the token that has taken the place of the one that was stored, which may have ended since.
fn renewed(account: &Account, secrets: &Secrets, field: SecretField) -> Option<Secret> {
    let is_renewed = matches!(account.platform(), Platform::Instagram | Platform::Threads);
    if field != SecretField::Token || !is_renewed {
        return None;
    }
    let kept = standing::session(account, secrets)?;
    Some(kept.access).filter(|token| !token.expose().is_empty())
}

/// Whether the tokens of `account` take each other's place every hour or so: a job could not keep the new
/// ones, and would end those that are kept here.
fn is_rotating(account: &Account, secrets: &Secrets) -> Result<bool, CliError> {
    let refresh = secrets.get(account, SecretField::RefreshToken)?;
    Ok(account.platform() == Platform::Tumblr && refresh.is_some())
}

const fn title(field: SecretField) -> &'static str {
    match field {
        SecretField::Token => "secret: the access token",
        SecretField::TokenSecret => "secret: what belongs to the token",
        SecretField::RefreshToken => "secret: the refresh token",
        SecretField::Password => "secret: the app password",
        SecretField::ClientId => "secret: the application's key",
        SecretField::ClientSecret => "secret: the application's secret",
    }
}

/// Returns what of the account's table is not as it would be by itself.
fn settings(account: &Account) -> Vec<(&'static str, String)> {
    let at = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
    let other =
        |url: &Url, usual: &str| (url.host_str() != Some(usual)).then(|| ("api_url", at(url)));
    match &account.kind {
        AccountKind::Mastodon {
            instance, api_url, ..
        } => {
            let api_url = api_url.as_ref().map(|url| ("api_url", at(url)));
            [("instance", at(instance))]
                .into_iter()
                .chain(api_url)
                .collect()
        }
        AccountKind::Bluesky {
            handle,
            service,
            plc_url,
        } => {
            let service = service.as_ref().map(|url| ("service", at(url)));
            let plc_url = plc_url.as_ref().map(|url| ("plc_url", at(url)));
            let handle = [("handle", handle.clone())].into_iter();
            handle.chain(service).chain(plc_url).collect()
        }
        AccountKind::Tumblr { blog, state, api } => {
            let is_usual = *state == BlogState::default();
            let state = (!is_usual).then(|| ("state", state.name().to_owned()));
            let api_url = other(api, "api.tumblr.com");
            [("blog", blog.clone())]
                .into_iter()
                .chain(state)
                .chain(api_url)
                .collect()
        }
        AccountKind::Instagram { user_id, api } => {
            let api_url = other(api, "graph.instagram.com");
            [("user_id", user_id.clone())]
                .into_iter()
                .chain(api_url)
                .collect()
        }
        AccountKind::Threads {
            user_id,
            reply_control,
            api,
        } => {
            let user_id = user_id.as_ref().map(|id| ("user_id", id.clone()));
            let control = reply_control.map(|control| ("reply_control", control.name().to_owned()));
            let api_url = other(api, "graph.threads.net");
            user_id.into_iter().chain(control).chain(api_url).collect()
        }
        AccountKind::Facebook { page_id, api } => {
            let api_url = other(api, "graph.facebook.com");
            [("page_id", page_id.clone())]
                .into_iter()
                .chain(api_url)
                .collect()
        }
    }
}

fn words(account: &Account, name: &str, needed: &[Needed], values: bool) -> String {
    let mut text = format!(
        "# {}, an account on {}",
        account.name,
        account.platform().title()
    );
    if name == account.platform().name() {
        text.push_str(&format!("; in the job it is `--to {name}`\n"));
    } else {
        text.push_str(&format!(
            "; the job needs a configuration file with `[accounts.{name}]`, for there is another one\n"
        ));
    }
    for Needed {
        variable,
        what,
        value,
        is_secret,
    } in needed
    {
        text.push_str(&match (values, is_secret) {
            (true, _) => format!("{variable}={value}\n"),
            (false, true) => format!("{variable}: ${{{{ secrets.{variable} }}}}  # {what}\n"),
            (false, false) => format!("{variable}: ${{{{ vars.{variable} }}}}  # {what}\n"),
        });
    }
    text
}

fn document(account: &Account, name: &str, needed: &[Needed]) -> Value {
    let variables = needed.iter().map(|needed| {
        json!({
            "name": needed.variable,
            "what": needed.what,
            "secret": needed.is_secret,
        })
    });
    json!({
        "account": account.name.as_str(),
        "platform": account.platform().name(),
        "name_in_job": name,
        "variables": variables.collect::<Vec<_>>(),
    })
}
