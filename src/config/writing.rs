//! Changes the configuration file for its owner: an account comes, changes or goes, and everything
//! else in it, comments too, stays as it was written.

use std::io;
use std::path::Path;
use std::path::PathBuf;

use toml_edit::DocumentMut;
use toml_edit::Item;
use toml_edit::Table;
use toml_edit::TableLike;

use crate::config::document;
use crate::config::secrets::Store;
use crate::paths::lock_private;
use crate::paths::read_text;
use crate::paths::replace;
use crate::post::account_name::AccountName;

/// Why the configuration file was not changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    #[error("the configuration file `{}` cannot be read: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("line {line} of `{}` is not TOML: {message}", path.display())]
    NotToml {
        path: PathBuf,
        line: usize,
        message: String,
    },
    #[error("`{key}` in `{}` is not a table", path.display())]
    NoTable { path: PathBuf, key: String },
    #[error("the configuration file `{}` cannot be written: {source}", path.display())]
    Unwritten { path: PathBuf, source: io::Error },
}

impl WriteError {
    /// Returns a stable word for programs.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "config_unreadable",
            Self::NotToml { .. } => "config_syntax",
            Self::NoTable { .. } => "config_value",
            Self::Unwritten { .. } => "config_unwritable",
        }
    }

    /// Returns what a person can do about it.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::Unreadable { path, .. } => {
                format!("look at `{}` and its permissions", path.display())
            }
            Self::NotToml { path, line, .. } => format!("mend line {line} of `{}`", path.display()),
            Self::NoTable { key, .. } => format!("write `[{key}]` on a line of its own"),
            Self::Unwritten { path, .. } => format!(
                "make room, and let hayon write to the folder of `{}`",
                path.display()
            ),
        }
    }
}

/// Sets `settings` of `account` in the configuration `file`, which is made if there is none; on disk
/// when this returns. What else the account has there stays.
pub(crate) fn write_account(
    file: &Path,
    account: &AccountName,
    settings: &[(&'static str, String)],
) -> Result<(), WriteError> {
    change(file, |document| {
        let table = account_table(document, account)?;
        for (key, value) in settings {
            document::set(table, key, value.as_str().into());
        }
        Ok(Changed::Yes)
    })
    .map(|_| ())
}

/// Sets that the secrets of `account` are in `store`, and takes back what else said where they are; on
/// disk when this returns.
pub(crate) fn write_store(
    file: &Path,
    account: &AccountName,
    store: Store,
) -> Result<(), WriteError> {
    change(file, |document| {
        let table = account_table(document, account)?;
        document::set(table, "secrets", store.name().into());
        if store != Store::Command {
            table.remove("secret_command");
        }
        Ok(Changed::Yes)
    })
    .map(|_| ())
}

/// Removes the table of `account` from the configuration `file`, and its name from `default_to`, which
/// would otherwise name nobody; returns whether there was a table. On disk when this returns.
pub(crate) fn remove_account(file: &Path, account: &AccountName) -> Result<bool, WriteError> {
    if !file.exists() {
        return Ok(false);
    }
    let mut is_there = false;
    change(file, |document| {
        is_there = document::remove(document, &["accounts", account.as_str()]);
        let default_to = document.get_mut("default_to").and_then(Item::as_array_mut);
        let is_default =
            default_to.is_some_and(|names| document::drop_from(names, account.as_str()));
        let is_changed = is_there || is_default;
        Ok(if is_changed {
            Changed::Yes
        } else {
            Changed::No
        })
    })?;
    Ok(is_there)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Changed {
    Yes,
    No,
}

/// Returns the table of `account`, and makes it if there is none; the error is a key that is no table.
fn account_table<'d>(
    document: &'d mut DocumentMut,
    account: &AccountName,
) -> Result<&'d mut dyn TableLike, String> {
    let is_first = document.is_empty();
    let accounts = table_in(document.as_table_mut(), "accounts", || {
        let mut accounts = Table::new();
        accounts.set_implicit(true);
        accounts
    })
    .ok_or_else(|| "accounts".to_owned())?;
    table_in(accounts, account.as_str(), || {
        let mut table = Table::new();
        if !is_first {
            table.decor_mut().set_prefix("\n");
        }
        table
    })
    .ok_or_else(|| format!("accounts.{account}"))
}

/// Returns the table under `key`, or what `make` makes; `None` if something else is there.
fn table_in<'t>(
    parent: &'t mut dyn TableLike,
    key: &str,
    make: impl FnOnce() -> Table,
) -> Option<&'t mut dyn TableLike> {
    if parent.get(key).is_none_or(Item::is_none) {
        parent.insert(key, Item::Table(make()));
    }
    parent.get_mut(key).and_then(Item::as_table_like_mut)
}

/// Runs `change` on what the file says; its error is the key that is no table.
fn change(
    file: &Path,
    change: impl FnOnce(&mut DocumentMut) -> Result<Changed, String>,
) -> Result<Changed, WriteError> {
    let path = || file.to_owned();
    let unwritten = |source| WriteError::Unwritten {
        path: path(),
        source,
    };
    let mut lock = file.as_os_str().to_owned();
    lock.push(".lock");
    // Held until the end of this function; the OS lets go of it if the process dies.
    let _lock = lock_private(Path::new(&lock)).map_err(unwritten)?;
    let text = read_text(file).map_err(|source| WriteError::Unreadable {
        path: path(),
        source,
    })?;
    let text = text.unwrap_or_default();
    let mut document: DocumentMut =
        text.parse()
            .map_err(|error: toml_edit::TomlError| WriteError::NotToml {
                path: path(),
                line: line(&text, error.span().map_or(0, |span| span.start)),
                message: error.message().to_owned(),
            })?;
    let changed = change(&mut document).map_err(|key| WriteError::NoTable { path: path(), key })?;
    if changed == Changed::Yes {
        replace(file, document.to_string().as_bytes()).map_err(unwritten)?;
    }
    Ok(changed)
}

fn line(text: &str, position: usize) -> usize {
    let before = text.as_bytes().iter().take(position);
    before.filter(|byte| **byte == b'\n').count() + 1
}
