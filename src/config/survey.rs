//! A configuration as far as it is right: for whoever wants to know all that is wrong with it, and
//! to look at the rest meanwhile.
//!
//! What a wrong part may have changed is left out: an outbox that nobody meant is worse than none,
//! and a secret goes to no server that half of a configuration names.

use std::path::Path;
use std::path::PathBuf;

use crate::config::Config;
use crate::config::account;
use crate::config::account::Account;
use crate::config::error::ConfigError;
use crate::config::error::Place;
use crate::config::fields_of;
use crate::config::file::Written;
use crate::config::file_path;
use crate::config::outbox_path;
use crate::config::overlay_all;
use crate::config::read_file;
use crate::config::secrets::file::credentials_file;
use crate::config::shape;
use crate::config::table_variables;
use crate::config::tables;
use crate::config::tables::MediaConfig;
use crate::paths::Environment;
use crate::paths::state_dir;
use crate::post::account_name::AccountName;
use crate::post::nearest::nearest;

/// What of a configuration is right, and everything that is wrong.
#[derive(Debug)]
pub(crate) struct Survey {
    /// Where the file is, whether or not there is one.
    pub(crate) file: Option<PathBuf>,
    /// Nothing, if the configuration can be worked with.
    pub(crate) errors: Vec<ConfigError>,
    /// Those that are right.
    pub(crate) accounts: Vec<Account>,
    /// Those that the file names; others exist by their variables.
    pub(crate) accounts_in_file: Vec<AccountName>,
    /// Whether the servers of the accounts are certainly those that were meant.
    pub(crate) servers: Servers,
    pub(crate) media: Option<MediaConfig>,
    pub(crate) outbox_path: Option<PathBuf>,
    /// Where credentials and sessions are.
    pub(crate) state_dir: Option<PathBuf>,
    /// Variables that begin like those of hayon and that nothing reads.
    pub(crate) strange_variables: Vec<StrangeVariable>,
}

/// Whether the servers that a configuration names may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Servers {
    AsMeant,
    /// Something in the file was not understood: it may have named others.
    Unsure,
}

/// A variable that nothing reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StrangeVariable {
    pub(crate) name: String,
    /// The one that somebody most likely meant.
    pub(crate) nearest: Option<String>,
}

impl Survey {
    /// Looks at what [`Config::load`] would read.
    pub(crate) fn of(
        environment: &Environment,
        explicit_path: Option<&Path>,
        outbox_flag: Option<&Path>,
    ) -> Self {
        let mut survey = match Config::load(environment, explicit_path, outbox_flag) {
            Ok(config) => Self::whole(config),
            Err(first) => Self::in_part(environment, explicit_path, outbox_flag, first),
        };
        survey.file = file_path(environment, explicit_path);
        let written = read_file(environment, explicit_path).unwrap_or_default();
        let named = written.accounts.into_iter().map(|account| account.name);
        survey.accounts_in_file = named.collect();
        // While an account is wrong nobody can tell which variables are its own.
        if survey.errors.is_empty() {
            survey.strange_variables = strange_variables(environment, &survey.accounts);
        }
        survey
    }

    fn whole(config: Config) -> Self {
        Self {
            file: None,
            errors: Vec::new(),
            accounts: config.accounts,
            accounts_in_file: Vec::new(),
            servers: Servers::AsMeant,
            media: Some(config.media),
            outbox_path: Some(config.outbox_path),
            state_dir: Some(config.state_dir),
            strange_variables: Vec::new(),
        }
    }

    fn in_part(
        environment: &Environment,
        explicit_path: Option<&Path>,
        outbox_flag: Option<&Path>,
        first: ConfigError,
    ) -> Self {
        let mut errors = Vec::new();
        let mut written = read_file(environment, explicit_path).unwrap_or_else(|error| {
            errors.push(error);
            Written::default()
        });
        errors.append(&mut written.errors);
        let servers = match errors.as_slice() {
            [] => Servers::AsMeant,
            _ => Servers::Unsure,
        };
        let is_known = |table| !errors.iter().any(|error| may_change(error, table));
        let (is_outbox_known, is_media_known) = (
            is_known("outbox")
                || outbox_flag.is_some()
                || environment.get("HAYON_OUTBOX").is_some(),
            is_known("media") || environment.get("HAYON_MEDIA_FOLDER").is_some(),
        );
        overlay_all(&mut written, environment);
        let state_dir = state_dir(environment).ok();
        let credentials = state_dir.as_deref().map(credentials_file);
        // Without the file, what its accounts have in variables makes no account, or another.
        let accounts = if errors.iter().any(is_of_the_whole_file) {
            Vec::new()
        } else {
            let written = std::mem::take(&mut written.accounts);
            let credentials = credentials.unwrap_or_default();
            let merged = account::merge(written, environment, &credentials);
            right_ones(merged, &mut errors)
        };
        let outbox_path = outbox_path(&written.outbox, environment, outbox_flag);
        let media = tables::media(&written.media, environment);
        if !errors
            .iter()
            .any(|error| error.to_string() == first.to_string())
        {
            errors.push(first);
        }
        Self {
            file: None,
            errors,
            accounts,
            accounts_in_file: Vec::new(),
            servers,
            media: media.ok().filter(|_| is_media_known),
            outbox_path: outbox_path.ok().filter(|_| is_outbox_known),
            state_dir,
            strange_variables: Vec::new(),
        }
    }
}

fn right_ones(
    merged: Result<Vec<Result<Account, ConfigError>>, ConfigError>,
    errors: &mut Vec<ConfigError>,
) -> Vec<Account> {
    let mut right = Vec::new();
    match merged {
        Ok(each) => {
            for account in each {
                match account {
                    Ok(account) => right.push(account),
                    Err(error) => errors.push(error),
                }
            }
        }
        Err(error) => errors.push(error),
    }
    right
}

/// Whether nothing of the file is known.
pub(crate) const fn is_of_the_whole_file(error: &ConfigError) -> bool {
    matches!(
        error,
        ConfigError::NoFile(_) | ConfigError::Unreadable { .. } | ConfigError::NotToml { .. }
    )
}

/// Whether what `error` is about may have said something of `table`.
fn may_change(error: &ConfigError, table: &str) -> bool {
    match error {
        whole if is_of_the_whole_file(whole) => true,
        ConfigError::UnknownKey {
            place: Place::File { key, .. },
            ..
        }
        | ConfigError::BadValue {
            place: Place::File { key, .. },
            ..
        } => match key.split_once('.') {
            Some((first, _)) => first == table,
            // Perhaps a table whose name is misspelt.
            None => true,
        },
        _ => false,
    }
}

fn strange_variables(environment: &Environment, accounts: &[Account]) -> Vec<StrangeVariable> {
    let mut known = table_variables();
    known.extend(["HAYON_CONFIG".to_owned(), "HAYON_OUTBOX".to_owned()]);
    for account in accounts {
        let fields = fields_of(account.platform());
        known.extend(fields.iter().map(|it| account::variable(&account.name, it)));
    }
    let later = shape::MEDIA.later.iter();
    let later: Vec<String> = later
        .map(|key| format!("HAYON_MEDIA_{}", key.to_ascii_uppercase()))
        .collect();
    let strange = environment.names().filter(|name| {
        let is_known = known.iter().chain(&later).any(|known| known == name);
        name.starts_with("HAYON_") && !is_known
    });
    strange
        .map(|name| StrangeVariable {
            name: name.to_owned(),
            nearest: nearest(name, known.iter().map(String::as_str)).map(str::to_owned),
        })
        .collect()
}
