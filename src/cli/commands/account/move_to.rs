//! `hayon account move`: the secrets of an account go to another store.
//!
//! The new place is written and read back, then the configuration names it, and only then does the old
//! place forget: whoever is killed in between runs the command again.

use clap::Args;
use clap::ValueEnum;
use clap::ValueHint;
use serde_json::json;

use crate::cli::commands::account::config_file;
use crate::cli::commands::account::named;
use crate::cli::context::Context;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::standing::SessionKey;
use crate::config::account::Account;
use crate::config::account::variable;
use crate::config::renewal_lock::RenewalLock;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::config::secrets::SecretSource;
use crate::config::secrets::Secrets;
use crate::config::secrets::Store;
use crate::config::writing;
use crate::post::account_name::AccountName;

/// Move the secrets of an account to another store
///
/// Its session goes with them. A store that was left by a move that was cut short is cleared: run the
/// command again.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  hayon account move work --to keyring
  hayon account move work --to file")]
pub(crate) struct MoveArgs {
    /// The account
    #[arg(value_name = "NAME", value_hint = ValueHint::Other)]
    name: AccountName,
    /// Where its secrets go
    #[arg(long, value_name = "STORE", value_enum)]
    to: Target,
}

/// A store that hayon can write to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Target {
    /// The keyring of the desktop or of the system
    Keyring,
    /// `credentials.toml`, which only you can read
    File,
}

impl Target {
    const fn store(self) -> Store {
        match self {
            Self::Keyring => Store::Keyring,
            Self::File => Store::File,
        }
    }

    const fn other(self) -> Store {
        match self {
            Self::Keyring => Store::File,
            Self::File => Store::Keyring,
        }
    }
}

/// Moves them.
pub(crate) fn run(context: &Context, arguments: &MoveArgs) -> Result<Exit, CliError> {
    let config = context.config()?;
    let account = named(&config, &arguments.name)?;
    let file = config_file(context)?;
    let secrets = context.secrets(&config);
    let (name, to) = (&account.name, arguments.to.store());
    refuse_what_variables_say(context, name)?;
    let held = if account.store == Some(to) {
        Vec::new()
    } else {
        let held = held(account, &secrets)?;
        let _renewal = lock(account, &secrets, &held)?;
        keep(account, &secrets, to, &held)?;
        writing::write_store(&file, name, to)?;
        held
    };
    forget(context, account, &secrets, arguments.to)?;
    let fields: Vec<&str> = held.iter().map(|(field, _)| field.name()).collect();
    context.ui.print_json(&json!({
        "account": name.as_str(),
        "secrets": to.name(),
        "moved": fields,
    }));
    let now = if fields.is_empty() {
        String::new()
    } else {
        format!(" now: {}", fields.join(", "))
    };
    let place = to.title();
    context
        .ui
        .print(&format!("the secrets of `{name}` are in {place}{now}"));
    Ok(Exit::Done)
}

/// A variable wins over the configuration: the account would go on looking where the secret was.
fn refuse_what_variables_say(context: &Context, name: &AccountName) -> Result<(), CliError> {
    let set = ["secrets", "secret_command"].map(|key| variable(name, key));
    match set.into_iter().find(|variable| context.is_set(variable)) {
        None => Ok(()),
        Some(variable) => Err(CliError::new(
            "store",
            format!("`{variable}` says where the secrets of `{name}` are"),
        )
        .hint(format!("remove `{variable}` from the environment first"))),
    }
}

/// Returns the secrets of `account` that are in a store.
fn held(account: &Account, secrets: &Secrets) -> Result<Vec<(SecretField, Secret)>, CliError> {
    let mut held = Vec::new();
    let mut elsewhere = None;
    for field in fields(account) {
        let Some(source) = secrets.source(account, field)? else {
            continue;
        };
        match source {
            SecretSource::Variable(name) => {
                elsewhere = elsewhere.or(Some(format!("the variable `{name}`")));
            }
            SecretSource::Credential(path) => {
                let place = format!("the systemd credential `{}`", path.display());
                elsewhere = elsewhere.or(Some(place));
            }
            SecretSource::File(_) | SecretSource::Keyring | SecretSource::Command(_) => {
                held.extend(secrets.get(account, field)?.map(|secret| (field, secret)));
            }
        }
    }
    if !held.is_empty() {
        return Ok(held);
    }
    let name = &account.name;
    Err(match elsewhere {
        Some(place) => CliError::new("store", format!("the secret of `{name}` is in {place}"))
            .hint("nothing was moved: what is given from outside is not hayon's to move"),
        None => CliError::new("login_needed", format!("`{name}` has no secret to move"))
            .hint(format!("`hayon account add --name {name}` logs in"))
            .exit(Exit::LoginNeeded),
    })
}

/// A file or a keyring may have more than the platform needs; a program is asked for nothing else.
fn fields(account: &Account) -> Vec<SecretField> {
    let platform = account.platform();
    if account.store == Some(Store::Command) {
        let needed = [SecretField::needed_by(platform)].into_iter();
        needed.chain(SecretField::added_by(platform)).collect()
    } else {
        SecretField::ALL.to_vec()
    }
}

fn keep(
    account: &Account,
    secrets: &Secrets,
    to: Store,
    held: &[(SecretField, Secret)],
) -> Result<(), CliError> {
    let name = &account.name;
    secrets.keep(name, to, held)?;
    if let Some(key) = key(account, held) {
        let session = key.load(account, &secrets.sessions(name, account.store))?;
        if let Some(session) = session {
            let store = secrets.sessions(name, Some(to));
            store.save(account.platform(), &session)?;
        }
    }
    Ok(())
}

fn key(account: &Account, held: &[(SecretField, Secret)]) -> Option<SessionKey> {
    let needed = SecretField::needed_by(account.platform());
    let secret = held.iter().find(|(field, _)| *field == needed);
    SessionKey::of(account, secret.map(|(_, secret)| secret))
}

/// Keeps others from renewing a token while it moves: what they got would stay in the old place.
fn lock(
    account: &Account,
    secrets: &Secrets,
    held: &[(SecretField, Secret)],
) -> Result<Option<RenewalLock>, CliError> {
    let Some(key) = key(account, held) else {
        return Ok(None);
    };
    let store = secrets.sessions(&account.name, account.store);
    match key.lock(account, &store)? {
        Some(lock) => Ok(Some(lock)),
        None => Err(CliError::new(
            "renewal",
            format!(
                "another process renews the token of `{}` right now",
                account.name
            ),
        )
        .hint("nothing was moved: try again in a moment")),
    }
}

/// Forgets what the other store has, once it is certain that the new one has it.
fn forget(
    context: &Context,
    account: &Account,
    secrets: &Secrets,
    target: Target,
) -> Result<(), CliError> {
    let (name, to, other) = (&account.name, target.store(), target.other());
    let needed = SecretField::needed_by(account.platform());
    let Some(secret) = secrets.kept(name, to, needed)? else {
        return Err(CliError::new(
            "login_needed",
            format!("{} has no secret of `{name}`", to.title()),
        )
        .hint(format!("`hayon account add --name {name}` logs in"))
        .exit(Exit::LoginNeeded));
    };
    // Unless the account was there, there may never have been a keyring.
    if other == Store::Keyring && account.store != Some(other) && secrets.keyring_serves().is_err()
    {
        if let Some(error) = secrets.keyring_trouble() {
            let message = format!("{error}, so what it may still have of `{name}` stays there");
            context.ui.warn(&message);
        }
        return Ok(());
    }
    if let Some(key) = SessionKey::of(account, Some(&secret)) {
        key.forget(account, &secrets.sessions(name, Some(other)))?;
    }
    Ok(secrets.forget(name, other)?)
}
