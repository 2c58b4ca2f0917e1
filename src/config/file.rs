//! The configuration as it was written: which settings stand in the file, and on which lines.
//!
//! Nothing is understood here but TOML and the names of tables and keys. The file is walked and not
//! deserialized, because every value has to carry its line until somebody reads it: only then is it
//! known whether it is right.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::str::FromStr as _;

use toml::Spanned;
use toml::de::DeTable;
use toml::de::DeValue;

use crate::config::error::ConfigError;
use crate::config::error::Place;
use crate::config::secrets::SecretField;
use crate::config::setting::Setting;
use crate::config::setting::Value;
use crate::config::shape;
use crate::config::shape::Shape;
use crate::post::account_name::AccountName;
use crate::post::nearest::nearest;

/// The settings of one table, by key.
pub(super) type Settings = BTreeMap<&'static str, Setting>;

/// An `[accounts.NAME]` table.
pub(super) struct WrittenAccount {
    pub(super) name: AccountName,
    /// With the names of secrets, if somebody wrote one here.
    pub(super) settings: Settings,
}

/// A whole file.
#[derive(Default)]
pub(super) struct Written {
    pub(super) top: Settings,
    pub(super) media: Settings,
    pub(super) outbox: Settings,
    pub(super) daemon: Settings,
    pub(super) notify: Settings,
    /// In the order of the file.
    pub(super) accounts: Vec<WrittenAccount>,
    /// What of the file cannot be understood, and is not in the rest of this.
    pub(super) errors: Vec<ConfigError>,
}

/// Reads the `text` of the file `path`. What is wrong in one place keeps no other from being read.
pub(super) fn read(path: &Path, text: &str) -> Written {
    let errors = RefCell::default();
    let reader = Reader {
        path,
        text,
        errors: &errors,
    };
    let mut written = reader.file();
    written.errors = errors.take();
    written
}

type Key<'t> = Spanned<std::borrow::Cow<'t, str>>;

struct Reader<'t> {
    path: &'t Path,
    text: &'t str,
    errors: &'t RefCell<Vec<ConfigError>>,
}

impl Reader<'_> {
    fn file(&self) -> Written {
        let mut written = Written::default();
        let root = DeTable::parse(self.text).map_err(|error| ConfigError::NotToml {
            path: self.path.to_owned(),
            line: self.line(&error.span().unwrap_or_default()),
            message: error.message().to_owned(),
        });
        let Some(root) = self.noted(root) else {
            return written;
        };
        for (key, value) in root.get_ref() {
            match key.get_ref().as_ref() {
                "media" => written.media = self.table("media.", key, value, shape::MEDIA),
                "outbox" => written.outbox = self.table("outbox.", key, value, shape::OUTBOX),
                "daemon" => written.daemon = self.table("daemon.", key, value, shape::DAEMON),
                "notify" => written.notify = self.table("notify.", key, value, shape::NOTIFY),
                "accounts" => written.accounts = self.accounts(key, value),
                _ => {
                    let all = shape::TOP.keys.iter().copied().chain(shape::TABLES);
                    let all: Vec<_> = all.collect();
                    let known = self.known("", key, &all, shape::TOP.collected());
                    if let Some(known) = self.noted(known) {
                        written.top.insert(known, self.setting("", key, value));
                    }
                }
            }
        }
        written
    }

    /// Keeps an error for the end.
    fn noted<T>(&self, read: Result<T, ConfigError>) -> Option<T> {
        read.map_err(|error| self.errors.borrow_mut().push(error))
            .ok()
    }

    fn accounts(&self, key: &Key<'_>, value: &Spanned<DeValue<'_>>) -> Vec<WrittenAccount> {
        let mut accounts = Vec::new();
        let entries = self.noted(self.entries("", key, value));
        for (name, table) in entries.into_iter().flatten() {
            let settings = self.account(name, table);
            let word = name.get_ref();
            let name_read = AccountName::from_str(word).map_err(|error| ConfigError::BadValue {
                place: self.place("accounts.", name),
                message: error.to_string(),
                hint: "give the table another name, such as `[accounts.work]`".into(),
            });
            if let (Some(name_read), Some(settings)) = (self.noted(name_read), settings) {
                let account = WrittenAccount {
                    name: name_read,
                    settings,
                };
                accounts.push((name.span().start, account));
            }
        }
        // The parser sorts by name.
        accounts.sort_by_key(|(position, _)| *position);
        accounts.into_iter().map(|(_, account)| account).collect()
    }

    /// Nothing where the table is none.
    fn account(&self, name: &Key<'_>, table: &Spanned<DeValue<'_>>) -> Option<Settings> {
        let prefix = format!("accounts.{}.", name.get_ref());
        let secrets = SecretField::ALL.map(SecretField::name);
        let entries = self.noted(self.entries("accounts.", name, table))?;
        let mut settings = Settings::new();
        for (key, value) in entries {
            let collected = shape::ACCOUNT.collected().chain(secrets);
            let known = self.known(&prefix, key, shape::ACCOUNT.keys, collected);
            if let Some(known) = self.noted(known) {
                settings.insert(known, self.setting(&prefix, key, value));
            }
        }
        Some(settings)
    }

    fn table(
        &self,
        prefix: &str,
        key: &Key<'_>,
        value: &Spanned<DeValue<'_>>,
        shape: Shape,
    ) -> Settings {
        let mut settings = Settings::new();
        let Some(entries) = self.noted(self.entries("", key, value)) else {
            return settings;
        };
        for (key, value) in entries {
            let known = self.known(prefix, key, shape.keys, shape.collected());
            if let Some(known) = self.noted(known) {
                settings.insert(known, self.setting(prefix, key, value));
            }
        }
        settings
    }

    fn entries<'v, 't>(
        &self,
        prefix: &str,
        key: &Key<'_>,
        value: &'v Spanned<DeValue<'t>>,
    ) -> Result<&'v DeTable<'t>, ConfigError> {
        match value.get_ref() {
            DeValue::Table(table) => Ok(table),
            _ => Err(ConfigError::BadValue {
                place: self.place(prefix, key),
                message: "this must be a table".into(),
                hint: format!("write `[{prefix}{}]` on a line of its own", key.get_ref()),
            }),
        }
    }

    /// Returns the one of `collected` that `key` is, or an error that says what is `allowed`.
    fn known(
        &self,
        prefix: &str,
        key: &Key<'_>,
        allowed: &[&'static str],
        mut collected: impl Iterator<Item = &'static str>,
    ) -> Result<&'static str, ConfigError> {
        let word = key.get_ref().as_ref();
        if let Some(known) = collected.find(|known| *known == word) {
            return Ok(known);
        }
        let place = self.place(prefix, key);
        if shape::TOP.keys.contains(&word) {
            return Err(ConfigError::BadValue {
                place,
                message: "this setting belongs in no table".into(),
                hint: format!("move `{word}` above the first `[table]` of the file"),
            });
        }
        Err(ConfigError::UnknownKey {
            place,
            allowed: allowed.iter().map(|&key| key.to_owned()).collect(),
            nearest: nearest(word, allowed.iter().copied()).map(str::to_owned),
        })
    }

    fn setting(&self, prefix: &str, key: &Key<'_>, value: &Spanned<DeValue<'_>>) -> Setting {
        let place = self.place(prefix, key);
        let value = match value.get_ref() {
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Boolean(on) => Value::Switch(*on),
            DeValue::Array(items) => {
                let texts = items.iter().map(|item| match item.get_ref() {
                    DeValue::String(text) => Some(text.to_string()),
                    _ => None,
                });
                texts
                    .collect::<Option<_>>()
                    .map_or(Value::Other, Value::List)
            }
            _ => Value::Other,
        };
        Setting { value, place }
    }

    fn place(&self, prefix: &str, key: &Key<'_>) -> Place {
        Place::File {
            path: self.path.to_owned(),
            line: self.line(&key.span()),
            key: format!("{prefix}{}", key.get_ref()),
        }
    }

    fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.as_bytes().iter().take(span.start);
        before.filter(|byte| **byte == b'\n').count() + 1
    }
}
