//! Whether anybody has changed the accounts or their secrets since they were read: what runs for
//! weeks reads them again then.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;

use uuid::Uuid;

use crate::config::file_path;
use crate::config::secrets::file::credentials_file;
use crate::paths::Environment;
use crate::paths::write_private;

/// The files that say who hayon posts as, and with what.
#[derive(Clone, Debug)]
pub(crate) struct AccountFiles(Vec<PathBuf>);

/// How the files were at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stamp(Vec<Option<(SystemTime, u64)>>);

impl AccountFiles {
    /// Returns the files that [`crate::config::Config::load`] and the secrets in `state_dir` are
    /// read from.
    pub(crate) fn of(environment: &Environment, explicit: Option<&Path>, state_dir: &Path) -> Self {
        let config = file_path(environment, explicit);
        let kept = [credentials_file(state_dir), log_ins_file(state_dir)];
        Self(config.into_iter().chain(kept).collect())
    }

    /// Returns how they are now.
    pub(crate) fn stamp(&self) -> Stamp {
        let look = |path: &PathBuf| {
            let found = fs::metadata(path).ok()?;
            Some((found.modified().ok()?, found.len()))
        };
        Stamp(self.0.iter().map(look).collect())
    }
}

/// Notes that secrets have changed that are in no file, as those of a keyring.
pub(crate) fn note_log_in(state_dir: &Path) -> io::Result<()> {
    let text = Uuid::now_v7().to_string();
    write_private(&log_ins_file(state_dir), text.as_bytes())
}

fn log_ins_file(state_dir: &Path) -> PathBuf {
    state_dir.join("log-ins")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_any_of_the_files_is_noticed_and_rest_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config.toml");
        let environment = Environment::default();
        let files = AccountFiles::of(&environment, Some(&config), folder.path());
        let mut before = files.stamp();
        assert_eq!(files.stamp(), before);
        let change = |path: &Path| fs::write(path, "x").unwrap();
        change(&config);
        assert_ne!(files.stamp(), before);
        before = files.stamp();
        change(&credentials_file(folder.path()));
        assert_ne!(files.stamp(), before);
        before = files.stamp();
        note_log_in(folder.path()).unwrap();
        assert_ne!(files.stamp(), before);
    }
}
