//! Who we are: accounts, their secrets and sessions, and where things are kept.
//!
//! [`Config`] is what the file, the environment and the flags come to together; the environment
//! wins over the file. What was written where is known to `file` and `setting` alone.
//! The configuration holds no secret: those are looked up by [`secrets`] when they are needed.

pub(crate) mod account;
pub(crate) mod address;
pub(crate) mod apps;
pub(crate) mod blog;
pub(crate) mod changes;
mod document;
pub(crate) mod duration;
pub(crate) mod error;
mod file;
pub(crate) mod handle;
pub(crate) mod meta;
pub(crate) mod notify;
pub(crate) mod renewal_lock;
pub(crate) mod secret;
pub(crate) mod secrets;
pub(crate) mod sessions;
mod setting;
mod shape;
pub(crate) mod survey;
pub(crate) mod tables;
pub(crate) mod writing;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::path::PathBuf;
use std::str::FromStr as _;

use crate::config::account::Account;
use crate::config::error::ConfigError;
use crate::config::error::Place;
use crate::config::file::Settings;
use crate::config::file::Written;
use crate::config::notify::NotifyConfig;
use crate::config::secrets::SecretField;
use crate::config::secrets::file::credentials_file;
use crate::config::setting::Setting;
use crate::config::setting::Value;
use crate::config::shape::Shape;
use crate::config::tables::DaemonConfig;
use crate::config::tables::MediaConfig;
use crate::paths::Environment;
use crate::paths::cache_dir;
use crate::paths::config_dir;
use crate::paths::read_text;
use crate::paths::state_dir;
use crate::post::account_name::AccountName;
use crate::post::nearest::nearest;
use crate::post::platform::Platform;

/// Everything that a person has configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Config {
    /// In the order of the file, then those that variables made.
    pub(crate) accounts: Vec<Account>,
    /// Where a post goes that names no account.
    pub(crate) default_to: Vec<AccountName>,
    /// Whether a picture without alt text is a violation.
    pub(crate) require_alt: bool,
    pub(crate) media: MediaConfig,
    pub(crate) outbox_path: PathBuf,
    pub(crate) daemon: DaemonConfig,
    pub(crate) notify: NotifyConfig,
    /// Where credentials and sessions are.
    pub(crate) state_dir: PathBuf,
    /// Where things are that may be lost.
    pub(crate) cache_dir: PathBuf,
}

impl Config {
    /// Reads the configuration: from `explicit_path` (`--config`), else from `HAYON_CONFIG`, else
    /// from the default place, where it may be absent; then from the environment, which wins; then
    /// `outbox_flag` (`--outbox`), which wins over both.
    pub(crate) fn load(
        environment: &Environment,
        explicit_path: Option<&Path>,
        outbox_flag: Option<&Path>,
    ) -> Result<Self, ConfigError> {
        let written = read_file(environment, explicit_path)?;
        Self::of(written, environment, outbox_flag)
    }

    /// Reads the configuration as if there were no file: one is yet to be written.
    pub(crate) fn without_file(
        environment: &Environment,
        outbox_flag: Option<&Path>,
    ) -> Result<Self, ConfigError> {
        Self::of(Written::default(), environment, outbox_flag)
    }

    /// Reads `text`, which stands for the file `path`.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn of_text(
        path: &Path,
        text: &str,
        environment: &Environment,
    ) -> Result<Self, ConfigError> {
        Self::of(file::read(path, text), environment, None)
    }

    fn of(
        mut written: Written,
        environment: &Environment,
        outbox_flag: Option<&Path>,
    ) -> Result<Self, ConfigError> {
        if let Some(first) = written.errors.drain(..).next() {
            return Err(first);
        }
        overlay_all(&mut written, environment);
        let state_dir = state_dir(environment)?;
        let credentials = credentials_file(&state_dir);
        let accounts = account::merge(written.accounts, environment, &credentials)?;
        let accounts = accounts.into_iter().collect::<Result<Vec<_>, _>>()?;
        refuse_unknown_variables(environment, &accounts)?;
        let require_alt = written.top.get("require_alt").map(Setting::switch);
        Ok(Self {
            default_to: default_to(&written.top, &accounts)?,
            accounts,
            require_alt: require_alt.transpose()?.unwrap_or(false),
            media: tables::media(&written.media, environment)?,
            outbox_path: outbox_path(&written.outbox, environment, outbox_flag)?,
            daemon: tables::daemon(&written.daemon)?,
            notify: notify::notify(&written.notify)?,
            state_dir,
            cache_dir: cache_dir(environment)?,
        })
    }
}

/// Whether somebody has named the file, so that it must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    ByAPerson,
    ByDefault,
}

/// Returns where the configuration file is or would be; `None` if there is no place for it.
pub(crate) fn file_path(environment: &Environment, explicit: Option<&Path>) -> Option<PathBuf> {
    named_file(environment, explicit).map(|(path, _)| path)
}

/// Returns where the file is; `None` if there is no default place, which is no reason to stop.
fn named_file(environment: &Environment, explicit: Option<&Path>) -> Option<(PathBuf, Named)> {
    let named = explicit.or_else(|| environment.get("HAYON_CONFIG").map(Path::new));
    if let Some(path) = named {
        return Some((path.to_owned(), Named::ByAPerson));
    }
    let folder = config_dir(environment).ok()?;
    Some((folder.join("config.toml"), Named::ByDefault))
}

fn read_file(environment: &Environment, explicit: Option<&Path>) -> Result<Written, ConfigError> {
    let Some((path, named)) = named_file(environment, explicit) else {
        return Ok(Written::default());
    };
    match read_text(&path) {
        Ok(Some(text)) => Ok(file::read(&path, &text)),
        Ok(None) if named == Named::ByAPerson => Err(ConfigError::NoFile(path)),
        Ok(None) => Ok(Written::default()),
        Err(source) => Err(ConfigError::Unreadable { path, source }),
    }
}

fn overlay_all(written: &mut Written, environment: &Environment) {
    overlay(&mut written.media, "MEDIA_", shape::MEDIA, environment);
    overlay(&mut written.daemon, "DAEMON_", shape::DAEMON, environment);
    overlay(&mut written.notify, "NOTIFY_", shape::NOTIFY, environment);
    if let Some(setting) = variable("HAYON_OUTBOX", environment) {
        written.outbox.insert("path", setting);
    }
}

fn outbox_path(
    settings: &Settings,
    environment: &Environment,
    flag: Option<&Path>,
) -> Result<PathBuf, ConfigError> {
    match flag {
        Some(path) => Ok(path.to_owned()),
        None => tables::path(settings, "path", environment, "outbox.db"),
    }
}

/// Lets the variables `HAYON_<PREFIX><KEY>` win over what the file says.
fn overlay(settings: &mut Settings, prefix: &str, shape: Shape, environment: &Environment) {
    for key in shape.collected() {
        let name = format!("HAYON_{prefix}{}", key.to_ascii_uppercase());
        if let Some(setting) = variable(&name, environment) {
            settings.insert(key, setting);
        }
    }
}

fn variable(name: &str, environment: &Environment) -> Option<Setting> {
    Some(Setting {
        value: Value::Variable(environment.get(name)?.to_owned()),
        place: Place::Variable(name.to_owned()),
    })
}

/// Refuses a variable that looks like one of a table and is none: a misspelt one would be a setting
/// that silently does not hold.
fn refuse_unknown_variables(
    environment: &Environment,
    accounts: &[Account],
) -> Result<(), ConfigError> {
    for (prefix, shape) in [
        ("HAYON_MEDIA_", shape::MEDIA),
        ("HAYON_DAEMON_", shape::DAEMON),
        ("HAYON_NOTIFY_", shape::NOTIFY),
    ] {
        let full = |key: &&str| format!("{prefix}{}", key.to_ascii_uppercase());
        let allowed: Vec<String> = shape.keys.iter().map(full).collect();
        let later: Vec<String> = shape.later.iter().map(full).collect();
        // An account may be called `media-bot`.
        let is_of_account = |name: &str| {
            let mut prefixes = accounts.iter().map(|a| account::variable(&a.name, ""));
            prefixes.any(|prefix| name.starts_with(&prefix))
        };
        let unknown = environment.names().find(|name| {
            let known = allowed.iter().chain(&later).any(|known| known == name);
            name.starts_with(prefix) && !known && !is_of_account(name)
        });
        if let Some(name) = unknown {
            return Err(ConfigError::UnknownKey {
                place: Place::Variable(name.to_owned()),
                nearest: nearest(name, allowed.iter().map(String::as_str)).map(str::to_owned),
                allowed,
            });
        }
    }
    Ok(())
}

/// Returns the variables that stand for a setting of a table, in the order of the tables.
pub(crate) fn table_variables() -> Vec<String> {
    let tables = [
        ("MEDIA", shape::MEDIA),
        ("DAEMON", shape::DAEMON),
        ("NOTIFY", shape::NOTIFY),
    ];
    tables
        .into_iter()
        .flat_map(|(table, shape)| {
            let full = move |key: &&str| format!("HAYON_{table}_{}", key.to_ascii_uppercase());
            shape.keys.iter().map(full)
        })
        .collect()
}

/// Returns what `HAYON_<ACCOUNT>_<FIELD>` may set of an account on `platform`.
pub(crate) fn fields_of(platform: Platform) -> Vec<&'static str> {
    let needed = SecretField::needed_by(platform);
    let secrets = [needed].into_iter().chain(SecretField::added_by(platform));
    let keys = shape::keys_of(platform).iter().copied();
    keys.chain(secrets.map(SecretField::name)).collect()
}

fn default_to(top: &Settings, accounts: &[Account]) -> Result<Vec<AccountName>, ConfigError> {
    let Some(setting) = top.get("default_to") else {
        return Ok(Vec::new());
    };
    let mut chosen = Vec::new();
    for word in setting.list()? {
        let known = AccountName::from_str(&word)
            .ok()
            .filter(|name| accounts.iter().any(|account| account.name == *name));
        let Some(name) = known else {
            return Err(ConfigError::UnknownAccount {
                place: setting.place.clone(),
                name: word,
                accounts: accounts.iter().map(|a| a.name.to_string()).collect(),
            });
        };
        if !chosen.contains(&name) {
            chosen.push(name);
        }
    }
    Ok(chosen)
}
