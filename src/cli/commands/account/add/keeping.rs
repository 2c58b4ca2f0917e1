//! Keeping an account that has logged in: first its secrets, then its table in the configuration, and
//! only then is forgotten what was there before.

use crate::cli::commands::account::add::CommonArgs;
use crate::cli::commands::account::add::StoreWord;
use crate::cli::commands::account::add::naming::Before;
use crate::cli::commands::account::add::naming::Named;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::config::Config;
use crate::config::account::Account;
use crate::config::account::variable;
use crate::config::changes::note_log_in;
use crate::config::secrets::Secrets;
use crate::config::secrets::Store;
use crate::config::writing;
use crate::platforms::log_in::LoggedIn;
use crate::post::account_name::AccountName;
use crate::post::platform::Platform;

/// Keeps `logged_in` as `named` says, and returns where its secrets are.
pub(crate) fn keep(
    context: &Context,
    config: &Config,
    named: &Named,
    platform: Platform,
    logged_in: &LoggedIn,
    common: &CommonArgs,
) -> Result<Store, CliError> {
    let name = &named.name;
    let file = context.config_file().ok_or_else(|| {
        CliError::new("config", "there is no place for a configuration file")
            .hint("name one with `--config` or `HAYON_CONFIG`")
    })?;
    let secrets = context.secrets(config);
    let before = config.accounts.iter().find(|account| account.name == *name);
    let store = store(context, &secrets, before, common)?;
    if let Some(session) = &logged_in.session {
        // Without it the first post logs in once more.
        if let Err(error) = secrets.sessions(name, Some(store)).save(platform, session) {
            context.ui.warn(&error.to_string());
        }
    }
    secrets.keep(name, store, &logged_in.secrets)?;
    if named.before == Before::Other {
        writing::remove_account(&file, name)?;
    }
    let table = [
        ("platform", platform.name().to_owned()),
        ("secrets", store.name().to_owned()),
    ];
    let settings: Vec<_> = table
        .into_iter()
        .chain(logged_in.settings.clone())
        .collect();
    writing::write_account(&file, name, &settings)?;
    let old = before.map(|account| account.store.unwrap_or(Store::File));
    if let Some(old) = old.filter(|old| *old != store && *old != Store::Command) {
        secrets.forget(name, old)?;
    }
    // What runs for weeks reads the secrets again. If that cannot be noted, a file of the above tells it.
    let _ = note_log_in(&config.state_dir);
    warn_of_variables(context, name, logged_in);
    Ok(store)
}

/// Returns where the secrets go: where a person says, else where those of the account were, else the
/// keyring if there is one.
fn store(
    context: &Context,
    secrets: &Secrets,
    before: Option<&Account>,
    common: &CommonArgs,
) -> Result<Store, CliError> {
    if let Some(word) = common.store {
        return Ok(StoreWord::store(word));
    }
    match before.and_then(|account| account.store) {
        Some(Store::Command) => {
            let message = "the account's secrets come from a command, which hayon cannot write to";
            return Err(CliError::new("store", message)
                .hint("put the new secret there, or say `--store keyring` or `--store file`"));
        }
        Some(store) => return Ok(store),
        None => {}
    }
    let choice = secrets.store_for_log_in();
    if let Some(why) = choice.why_not_keyring {
        context.ui.warn(&format!(
            "there is no keyring to use ({why}); the secrets are kept in a file that only you can read"
        ));
    }
    Ok(choice.store)
}

/// A variable wins over what was just kept, and would be forgotten about.
fn warn_of_variables(context: &Context, name: &AccountName, logged_in: &LoggedIn) {
    let secrets = logged_in.secrets.iter().map(|(field, _)| field.name());
    let settings = logged_in.settings.iter().map(|(key, _)| *key);
    for field in secrets.chain(settings) {
        let variable = variable(name, field);
        if context.is_set(&variable) {
            let message = format!("`{variable}` is set, and wins over what was just kept");
            context.ui.warn(&message);
        }
    }
}
