//! The file of secrets: `credentials.toml` in the state folder, which nobody else may read.
//!
//! People write to it, too: whatever hayon changes there, comments and other accounts stay. It is
//! read, changed and replaced whole under an OS lock, so that two processes lose nothing of each
//! other's.

use std::path::Path;
use std::path::PathBuf;

use toml::de::DeTable;
use toml::de::DeValue;
use toml_edit::DocumentMut;
use toml_edit::Item;
use toml_edit::Table;
use zeroize::Zeroizing;

use crate::config::document;
use crate::config::secret::Secret;
use crate::config::secrets::SecretField;
use crate::config::secrets::error::SecretError;
use crate::config::secrets::secret;
use crate::paths::lock_private;
use crate::paths::read_private;
use crate::paths::replace_private;
use crate::post::account_name::AccountName;

/// Returns the file in `state_dir` that secrets are kept in.
pub(crate) fn credentials_file(state_dir: &Path) -> PathBuf {
    state_dir.join("credentials.toml")
}

/// `credentials.toml`.
#[derive(Clone, Debug)]
pub(super) struct SecretFile {
    path: PathBuf,
    lock: PathBuf,
}

impl SecretFile {
    pub(super) fn new(state_dir: &Path) -> Self {
        Self {
            path: credentials_file(state_dir),
            lock: state_dir.join("credentials.lock"),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns `field` of `account`, if it is there.
    pub(super) fn get(
        &self,
        account: &AccountName,
        field: SecretField,
    ) -> Result<Option<Secret>, SecretError> {
        let Some(text) = read_private(&self.path)?.map(Zeroizing::new) else {
            return Ok(None);
        };
        self.find(&text, account, field)
    }

    /// Keeps `secrets` as all that `account` has there.
    pub(super) fn keep(
        &self,
        account: &AccountName,
        secrets: &[(SecretField, Secret)],
    ) -> Result<(), SecretError> {
        self.change(|document| {
            if document.get(account.as_str()).is_none() {
                let mut table = Table::new();
                if !document.is_empty() {
                    table.decor_mut().set_prefix("\n");
                }
                document.insert(account.as_str(), Item::Table(table));
            }
            let table = document
                .get_mut(account.as_str())
                .and_then(Item::as_table_like_mut);
            let Some(table) = table else { return };
            for field in SecretField::ALL {
                match secrets.iter().find(|(of, _)| *of == field) {
                    Some((_, secret)) => {
                        document::set(table, field.name(), secret.expose().into());
                    }
                    None => drop(table.remove(field.name())),
                }
            }
        })
    }

    /// Forgets every secret of `account`.
    pub(super) fn forget(&self, account: &AccountName) -> Result<(), SecretError> {
        // Whoever never had such a file gets none by forgetting.
        if read_private(&self.path)?.is_none() {
            return Ok(());
        }
        self.change(|document| {
            document::remove(document, &[account.as_str()]);
        })
    }

    fn change(&self, change: impl FnOnce(&mut DocumentMut)) -> Result<(), SecretError> {
        let unwritten = |source| SecretError::Unwritten {
            path: self.path.clone(),
            source,
        };
        // Held until the end of this function; the OS lets go of it if the process dies.
        let _lock = lock_private(&self.lock).map_err(unwritten)?;
        let text = read_private(&self.path)?.unwrap_or_default();
        self.prove_sound(&text)?;
        let mut document: DocumentMut = text
            .parse()
            .map_err(|error: toml_edit::TomlError| self.not_toml(&text, error.span()))?;
        change(&mut document);
        replace_private(&self.path, document.to_string().as_bytes()).map_err(unwritten)
    }

    fn not_toml(&self, text: &str, span: Option<std::ops::Range<usize>>) -> SecretError {
        // The parser's own message may quote the line.
        self.damaged(text, span.map_or(0, |span| span.start), "is not TOML")
    }

    fn damaged(&self, text: &str, position: usize, what: &'static str) -> SecretError {
        let before = text.as_bytes().iter().take(position);
        SecretError::Damaged {
            path: self.path.clone(),
            line: before.filter(|byte| **byte == b'\n').count() + 1,
            what,
        }
    }

    /// Refuses a file that does not hold what belongs there.
    fn prove_sound(&self, text: &str) -> Result<(), SecretError> {
        self.walk(text, |_, _, _| {})
    }

    fn find(
        &self,
        text: &str,
        account: &AccountName,
        field: SecretField,
    ) -> Result<Option<Secret>, SecretError> {
        let mut found = None;
        self.walk(text, |name, known, value| {
            if name == account.as_str() && known == field {
                found = secret(value);
            }
        })?;
        Ok(found)
    }

    fn walk(
        &self,
        text: &str,
        mut visit: impl FnMut(&str, SecretField, &str),
    ) -> Result<(), SecretError> {
        let damaged = |position, what| self.damaged(text, position, what);
        let root = DeTable::parse(text).map_err(|error| self.not_toml(text, error.span()))?;
        for (name, table) in root.get_ref() {
            let DeValue::Table(table) = table.get_ref() else {
                return Err(damaged(
                    name.span().start,
                    "is not in the table of an account",
                ));
            };
            for (key, value) in table {
                let known = SecretField::ALL
                    .into_iter()
                    .find(|f| f.name() == key.get_ref());
                let Some(known) = known else {
                    return Err(damaged(
                        key.span().start,
                        "names no secret that hayon knows",
                    ));
                };
                let DeValue::String(value) = value.get_ref() else {
                    return Err(damaged(
                        key.span().start,
                        "has a secret that is no text in quotes",
                    ));
                };
                visit(name.get_ref(), known, value);
            }
        }
        Ok(())
    }
}
