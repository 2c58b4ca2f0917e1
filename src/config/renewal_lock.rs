//! One renewal of an account's credential at a time, over all processes: a token that rotates is
//! good once, and who spends it a second time may lose the account.
//!
//! An OS lock on a file of the state folder; it is free again when its holder has died.

use std::fs::File;
use std::fs::TryLockError;
use std::io;

use sha2::Digest as _;
use sha2::Sha256;

use crate::config::sessions::SessionStore;
use crate::paths::create_private_dir;
use crate::post::platform::Platform;

/// The right to renew one credential, held until it is dropped.
#[derive(Debug)]
pub(crate) struct RenewalLock {
    _file: File,
}

impl SessionStore {
    /// Asks, without waiting, for the right to renew the credential that `login` has at `service`;
    /// `None` while somebody else has it.
    pub(crate) fn try_lock_renewal(
        &self,
        platform: Platform,
        service: &str,
        login: &str,
    ) -> io::Result<Option<RenewalLock>> {
        let folder = self.state_dir().join("renewals");
        create_private_dir(&folder)?;
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(folder.join(file_name(platform, service, login)))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(RenewalLock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Returns a name that any file system takes, whatever the login is made of.
fn file_name(platform: Platform, service: &str, login: &str) -> String {
    let mut hash = Sha256::new();
    for word in [service, login] {
        hash.update((word.len() as u64).to_be_bytes());
        hash.update(word);
    }
    let hash: String = hash.finalize()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{}-{hash}.lock", platform.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_renewed_by_one_at_a_time_and_each_for_itself() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (
            SessionStore::new(folder.path()),
            SessionStore::new(folder.path()),
        );
        let ask = |store: &SessionStore, login| {
            let asked = store.try_lock_renewal(Platform::Bluesky, "https://a.example", login);
            asked.unwrap()
        };
        let held = ask(&one, "alice").unwrap();
        assert!(ask(&other, "alice").is_none());
        assert!(ask(&other, "bob").is_some());
        drop(held);
        assert!(ask(&other, "alice").is_some());
    }
}
