//! The configuration as it was written: which settings stand in the file, and on which lines.
//!
//! Nothing is understood here but TOML and the names of tables and keys. The file is walked and not
//! deserialized, because every value has to carry its line until somebody reads it: only then is it
//! known whether it is right.

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
    /// In the order of the file.
    pub(super) accounts: Vec<WrittenAccount>,
}

/// Reads the `text` of the file `path`.
pub(super) fn read(path: &Path, text: &str) -> Result<Written, ConfigError> {
    let reader = Reader { path, text };
    let root = DeTable::parse(text).map_err(|error| ConfigError::NotToml {
        path: path.to_owned(),
        line: reader.line(&error.span().unwrap_or_default()),
        message: error.message().to_owned(),
    })?;
    let mut written = Written::default();
    for (key, value) in root.get_ref() {
        match key.get_ref().as_ref() {
            "media" => written.media = reader.table("media.", key, value, shape::MEDIA)?,
            "outbox" => written.outbox = reader.table("outbox.", key, value, shape::OUTBOX)?,
            "daemon" => written.daemon = reader.table("daemon.", key, value, shape::DAEMON)?,
            "accounts" => written.accounts = reader.accounts(key, value)?,
            _ => {
                let all = shape::TOP.keys.iter().copied().chain(shape::TABLES);
                let known =
                    reader.known("", key, &all.collect::<Vec<_>>(), shape::TOP.collected())?;
                written.top.insert(known, reader.setting("", key, value));
            }
        }
    }
    Ok(written)
}

type Key<'t> = Spanned<std::borrow::Cow<'t, str>>;

struct Reader<'t> {
    path: &'t Path,
    text: &'t str,
}

impl Reader<'_> {
    fn accounts(
        &self,
        key: &Key<'_>,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<Vec<WrittenAccount>, ConfigError> {
        let mut accounts = Vec::new();
        for (name, table) in self.entries("", key, value)? {
            let settings = self.account(name, table)?;
            let word = name.get_ref();
            let name_read = AccountName::from_str(word).map_err(|error| ConfigError::BadValue {
                place: self.place("accounts.", name),
                message: error.to_string(),
                hint: "give the table another name, such as `[accounts.work]`".into(),
            })?;
            let account = WrittenAccount {
                name: name_read,
                settings,
            };
            accounts.push((name.span().start, account));
        }
        // The parser sorts by name.
        accounts.sort_by_key(|(position, _)| *position);
        Ok(accounts.into_iter().map(|(_, account)| account).collect())
    }

    fn account(
        &self,
        name: &Key<'_>,
        table: &Spanned<DeValue<'_>>,
    ) -> Result<Settings, ConfigError> {
        let prefix = format!("accounts.{}.", name.get_ref());
        let secrets = SecretField::ALL.map(SecretField::name);
        let mut settings = Settings::new();
        for (key, value) in self.entries("accounts.", name, table)? {
            let collected = shape::ACCOUNT.collected().chain(secrets);
            let known = self.known(&prefix, key, shape::ACCOUNT.keys, collected)?;
            settings.insert(known, self.setting(&prefix, key, value));
        }
        Ok(settings)
    }

    fn table(
        &self,
        prefix: &str,
        key: &Key<'_>,
        value: &Spanned<DeValue<'_>>,
        shape: Shape,
    ) -> Result<Settings, ConfigError> {
        let mut settings = Settings::new();
        for (key, value) in self.entries("", key, value)? {
            let known = self.known(prefix, key, shape.keys, shape.collected())?;
            settings.insert(known, self.setting(prefix, key, value));
        }
        Ok(settings)
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
