//! One setting, wherever it was written: its value as it stands there, and the place for errors.
//!
//! The file and the environment say the same things in two forms: a list is an array in the one and
//! parted by commas in the other. What a value means is read here, so that both obey the same rules
//! and every error names the place.

use std::ffi::OsString;
use std::ops::RangeInclusive;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::config::address::AddressShape;
use crate::config::address::parse_address;
use crate::config::duration::parse_duration;
use crate::config::error::ConfigError;
use crate::config::error::Place;

/// A value as it was written. It has no `Debug`: somebody may have written a secret.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Switch(bool),
    List(Vec<String>),
    /// The content of a variable, which may be any of the above.
    Variable(OsString),
    /// A number, a date, a table: no setting is one.
    Other,
}

/// A value and where it was written.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Setting {
    pub(super) value: Value,
    pub(super) place: Place,
}

impl Setting {
    /// Reads a text.
    pub(super) fn text(&self) -> Result<String, ConfigError> {
        match &self.value {
            Value::Text(text) => Ok(text.clone()),
            Value::Variable(content) => content
                .to_str()
                .map(str::to_owned)
                .ok_or_else(|| self.bad("the value is not UTF-8", "set it to a text in UTF-8")),
            _ => Err(self.bad("this must be a text", "write it between quotes")),
        }
    }

    /// Reads a list of texts.
    pub(super) fn list(&self) -> Result<Vec<String>, ConfigError> {
        match &self.value {
            Value::List(items) => Ok(items.clone()),
            Value::Variable(_) => {
                let text = self.text()?;
                Ok(text.split(',').map(|item| item.trim().to_owned()).collect())
            }
            _ => Err(self.bad("this must be a list of texts", "write `[\"…\", \"…\"]`")),
        }
    }

    /// Reads yes or no.
    pub(super) fn switch(&self) -> Result<bool, ConfigError> {
        match &self.value {
            Value::Switch(on) => Ok(*on),
            Value::Variable(content) if content == "true" => Ok(true),
            Value::Variable(content) if content == "false" => Ok(false),
            _ => Err(self.bad(
                "this must be yes or no",
                "write `true` or `false`, without quotes",
            )),
        }
    }

    /// Reads a path. One that is relative in the file is meant from the file's folder: from the
    /// current one, every folder that hayon is started in would have an outbox of its own.
    pub(super) fn path(&self, home: Option<&Path>) -> Result<PathBuf, ConfigError> {
        let path = match &self.value {
            Value::Variable(content) => PathBuf::from(content),
            _ => PathBuf::from(self.text()?),
        };
        if path.as_os_str().is_empty() {
            return Err(self.bad(
                "the path is empty",
                "write a path, or leave the setting out",
            ));
        }
        if let (Ok(rest), Some(home)) = (path.strip_prefix("~"), home) {
            return Ok(home.join(rest));
        }
        let base = match &self.place {
            Place::File { path, .. } => path.parent(),
            Place::Variable(_) => None,
        };
        let path = base.map_or_else(|| path.clone(), |base| base.join(&path));
        std::path::absolute(&path).map_err(|error| {
            let message = format!("`{}` is no path: {error}", path.display());
            self.bad(message, "write an absolute path")
        })
    }

    /// Reads a length of time.
    pub(super) fn duration(
        &self,
        bounds: RangeInclusive<Duration>,
    ) -> Result<Duration, ConfigError> {
        if self.value == Value::Other {
            return Err(self.bad(
                "this must be a duration",
                "write it like `\"30s\"`, with its quotes",
            ));
        }
        self.one_duration(&self.text()?, bounds)
    }

    /// Reads a list of lengths of time.
    pub(super) fn durations(
        &self,
        bounds: &RangeInclusive<Duration>,
    ) -> Result<Vec<Duration>, ConfigError> {
        let words = self.list()?;
        let read = words
            .iter()
            .map(|word| self.one_duration(word, bounds.clone()));
        read.collect()
    }

    fn one_duration(
        &self,
        word: &str,
        bounds: RangeInclusive<Duration>,
    ) -> Result<Duration, ConfigError> {
        parse_duration(word, bounds).map_err(|error| self.bad(error.to_string(), error.hint()))
    }

    /// Reads a web address.
    pub(super) fn address(&self, shape: AddressShape) -> Result<Url, ConfigError> {
        parse_address(&self.text()?, shape)
            .map_err(|error| self.bad(error.to_string(), error.hint()))
    }

    /// Returns the error that this value is not what is wanted here.
    pub(super) fn bad(&self, message: impl Into<String>, hint: impl Into<String>) -> ConfigError {
        ConfigError::BadValue {
            place: self.place.clone(),
            message: message.into(),
            hint: hint.into(),
        }
    }
}
