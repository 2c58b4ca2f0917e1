//! What `hayon` has kept at the end of a test: nowhere in it is a secret, but where secrets belong.

use std::fs;
use std::path::PathBuf;
use std::thread;

use crate::support::World;

/// The files that are there for secrets, which their owner alone may read.
const HOLD_SECRETS: [&str; 3] = ["credentials.toml", "sessions.toml", "apps.toml"];

impl Drop for World {
    fn drop(&mut self) {
        // A test that fails has said why.
        if thread::panicking() {
            return;
        }
        let secrets = self.secrets();
        for path in self.kept() {
            let stored = fs::read(&path).unwrap_or_default();
            let stored = String::from_utf8_lossy(&stored);
            let is_stored = secrets.iter().any(|secret| stored.contains(secret));
            assert!(!is_stored, "a secret is in {}", path.display());
        }
    }
}

impl World {
    /// Returns every other file that is kept: the outbox with its log, its backups and the pages that it
    /// has freed, media, notes and caches.
    fn kept(&self) -> Vec<PathBuf> {
        let own = fs::read_dir(self.path("")).into_iter().flatten().flatten();
        let beside_outbox = own
            .map(|entry| entry.path())
            .filter(|path| path.is_file() && path.to_string_lossy().contains("outbox"));
        let mut kept: Vec<PathBuf> = beside_outbox.collect();
        let mut folders = ["data", "state", "cache", "media"]
            .map(|name| self.path(name))
            .to_vec();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if !HOLD_SECRETS.iter().any(|name| path.ends_with(name)) {
                    kept.push(path);
                }
            }
        }
        kept
    }
}
