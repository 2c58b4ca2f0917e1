//! `hayon account remove`: hayon forgets an account.
//!
//! Its secrets go first and its table last: whoever is killed in between runs the command again.

use clap::Args;
use clap::ValueHint;
use serde_json::json;

use crate::cli::commands::account::config_file;
use crate::cli::commands::account::named;
use crate::cli::context::Context;
use crate::cli::context::block_on;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::revoking::Revoked;
use crate::cli::revoking::place_to_end;
use crate::cli::revoking::revoke;
use crate::cli::standing::SessionKey;
use crate::config::Config;
use crate::config::account::Account;
use crate::config::account::variable;
use crate::config::fields_of;
use crate::config::secrets::SecretField;
use crate::config::secrets::Secrets;
use crate::config::secrets::Store;
use crate::config::writing;
use crate::outbox::Outbox;
use crate::outbox::waiting::Waiting;
use crate::post::account_name::AccountName;
use crate::post::platform::Platform;

/// Forget an account: its secrets, its session, and its table in the configuration
///
/// Its log-in is ended at the platform where that can be done. What is queued for it waits until there
/// is an account of this name again.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon account remove work
  hayon account remove work --yes")]
pub(crate) struct RemoveArgs {
    /// The account
    #[arg(value_name = "NAME", value_hint = ValueHint::Other)]
    name: AccountName,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

/// Removes it.
pub(crate) fn run(context: &Context, arguments: &RemoveArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let account = named(&config, &arguments.name)?;
    let file = config_file(context)?;
    let waiting = waiting(&config, account)?;
    let name = &account.name;
    if !is_meant(context, arguments, waiting)? {
        context.ui.tell("nothing was removed");
        return Ok(Exit::Done);
    }
    let secrets = context.secrets(&config);
    let revoked = block_on(async { Ok(revoke(account, &secrets, &config, &context.clock).await) })?;
    if let Revoked::Failed(why) = &revoked {
        context.ui.warn(why);
    }
    forget(account, &secrets)?;
    let was_in_file = writing::remove_account(&file, name)?;
    let variables = variables(context, account);
    context.ui.print_json(&json!({
        "account": name.as_str(),
        "removed": true,
        "was_in_configuration": was_in_file,
        "revoked": revoked.name(),
        "variables": variables,
        "queued": waiting.queued,
    }));
    context.ui.print(&format!("removed `{name}`"));
    if revoked != Revoked::Ended || account.platform() == Platform::Bluesky {
        let what = match account.platform() {
            Platform::Bluesky => "its app password",
            _ => "its token",
        };
        let place = place_to_end(account.platform()).map(|place| format!(": {place}"));
        context.ui.hint(&format!(
            "{what} is good until you end it in the settings of {}{}",
            account.platform().title(),
            place.unwrap_or_default()
        ));
    }
    tell_what_is_left(context, account, &variables, waiting);
    Ok(Exit::Done)
}

fn is_meant(context: &Context, arguments: &RemoveArgs, waiting: Waiting) -> Result<bool, CliError> {
    if arguments.yes {
        return Ok(true);
    }
    let name = &arguments.name;
    let and = match waiting.queued {
        0 => String::new(),
        1 => " (1 queued delivery of it will wait)".to_owned(),
        queued => format!(" ({queued} queued deliveries of it will wait)"),
    };
    let question = format!("Forget the account `{name}` and its secrets{and}?");
    let answer = context.ui.ask(&question)?;
    answer.ok_or_else(|| {
        CliError::usage("nobody can be asked whether the account is to be forgotten")
            .hint("to say so here, add `--yes`")
    })
}

fn waiting(config: &Config, account: &Account) -> Result<Waiting, CliError> {
    let outbox = Outbox::look_into(&config.outbox_path)?;
    let waiting = outbox.map(|outbox| outbox.waiting(account.name.as_str()));
    Ok(waiting.transpose()?.unwrap_or_default())
}

/// Forgets secrets and session, wherever they are: an older log-in may have left some.
fn forget(account: &Account, secrets: &Secrets) -> Result<(), CliError> {
    let (name, needed) = (&account.name, SecretField::needed_by(account.platform()));
    let stores: &[Store] = match account.store {
        // One that is named has to do it; the other one may not be there.
        Some(Store::Keyring) => &[Store::Keyring, Store::File],
        _ if secrets.keyring_serves().is_ok() => &[Store::File, Store::Keyring],
        _ => &[Store::File],
    };
    let secret = secrets.get(account, needed).ok().flatten();
    for &store in stores {
        if let Some(key) = SessionKey::of(account, secret.as_ref()) {
            key.forget(account, &secrets.sessions(name, Some(store)))?;
        }
        secrets.forget(name, store)?;
    }
    Ok(())
}

/// Returns the variables that say something of the account.
fn variables(context: &Context, account: &Account) -> Vec<String> {
    let fields = fields_of(account.platform()).into_iter();
    let all = fields.map(|field| variable(&account.name, field));
    all.filter(|variable| context.is_set(variable)).collect()
}

fn tell_what_is_left(context: &Context, account: &Account, variables: &[String], waiting: Waiting) {
    let name = &account.name;
    if account.store == Some(Store::Command) {
        let program = account.secret_command.first().map_or("", String::as_str);
        let message = format!("what `{program}` tells is still there: hayon only asks it");
        context.ui.tell(&message);
    }
    if !variables.is_empty() {
        let names: Vec<String> = variables.iter().map(|name| format!("`{name}`")).collect();
        let is_made_by_them = name.as_str() == account.platform().name();
        let effect = if is_made_by_them {
            "so the account still exists"
        } else {
            "and now mean nothing"
        };
        let message = format!("still set, {effect}: {}", names.join(", "));
        context.ui.warn(&message);
    }
    if waiting.queued > 0 {
        let message = format!(
            "{} queued for `{name}` and will wait until there is an account of this name",
            match waiting.queued {
                1 => "1 delivery is".to_owned(),
                queued => format!("{queued} deliveries are"),
            }
        );
        context.ui.warn(&message);
        context
            .ui
            .hint("`hayon cancel POST` calls off what is not to be sent");
    }
}
