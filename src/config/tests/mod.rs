//! The rules of the configuration as a user meets them: files and variables in, settings or a
//! sentence out.

mod buckets;
mod commands;
mod loading;
mod meta;
mod refusals;
mod secrets;
mod sessions;
mod stores;
mod tumblr;
mod writing;

use std::path::PathBuf;

use tempfile::TempDir;

use crate::config::Config;
use crate::config::error::ConfigError;
use crate::paths::Environment;

/// A home of its own for one test.
struct Home {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_str().unwrap().to_owned();
        Self {
            folder,
            variables: vec![("HOME".into(), home), ("USER".into(), "alice".into())],
        }
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn config_file(&self) -> PathBuf {
        self.path(".config/hayon/config.toml")
    }

    fn file(self, text: &str) -> Self {
        self.file_at(".config/hayon/config.toml", text)
    }

    fn file_at(self, below: &str, text: &str) -> Self {
        let path = self.path(below);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    fn environment(&self) -> Environment {
        self.variables.iter().cloned().collect()
    }

    fn load(&self) -> Result<Config, ConfigError> {
        Config::load(&self.environment(), None, None)
    }

    fn config(&self) -> Config {
        self.load().unwrap()
    }
}
