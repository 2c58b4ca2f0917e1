//! What Mastodon makes of an `Idempotency-Key`, which differs from version to version.
//!
//! | version | a repeat after success | a repeat while the first still runs |
//! | --- | --- | --- |
//! | 4.5 | 200 and the original status | a second post: the key is written after the save, without a lock |
//! | 4.6 | a bare 500 | waits for the lock, at most ten seconds |
//!
//! A key belongs to an account, whatever is posted under it, and is forgotten after an hour. A
//! refused post keeps no key. (`app/services/post_status_service.rb` at 4.5.15 and 4.6.5;
//! mastodon#21840, mastodon#40399; read 2026-11-23.)

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::OwnedMutexGuard;
use tokio::time::timeout;

use crate::clock::elapsed;
use crate::sandbox::MastodonVersion;
use crate::sandbox::mastodon::Mastodon;
use crate::sandbox::mastodon::refusal::Refusal;
use crate::sandbox::mastodon::state::SavedKey;
use crate::sandbox::mastodon::state::State;

const KEY_LIFETIME: Duration = Duration::from_hours(1);
const LOCK_WAIT_MAX: Duration = Duration::from_secs(10);

type KeyLock = Arc<tokio::sync::Mutex<()>>;

/// The keys under which something is being posted.
#[derive(Debug, Default)]
pub(crate) struct KeyLocks(Mutex<HashMap<(&'static str, String), KeyLock>>);

/// What a key says at the beginning of a request.
#[derive(Debug, Default)]
pub(crate) struct Claim {
    /// The status that was posted under it before.
    pub(crate) posted: Option<u64>,
    /// Held until the request is over.
    _lock: Option<OwnedMutexGuard<()>>,
}

impl Mastodon {
    /// Looks `key` up for the account, as the imitated version does.
    pub(crate) async fn claim_key(
        &self,
        account_id: &'static str,
        key: Option<&str>,
    ) -> Result<Claim, Refusal> {
        let Some(key) = key else {
            return Ok(Claim::default());
        };
        let lock = match self.version {
            MastodonVersion::V4_5 => None,
            MastodonVersion::V4_6 => {
                let lock = self.key_locks.of(account_id, key);
                let locked = timeout(LOCK_WAIT_MAX, lock.lock_owned()).await;
                Some(locked.map_err(|_| Refusal::Busy)?)
            }
        };
        let now = self.clock.now();
        let posted = self.state().status_under_key(account_id, key, now);
        if posted.is_some() && self.version == MastodonVersion::V4_6 {
            return Err(Refusal::Internal);
        }
        Ok(Claim {
            posted,
            _lock: lock,
        })
    }
}

impl KeyLocks {
    fn of(&self, account_id: &'static str, key: &str) -> KeyLock {
        let mut locks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        locks.retain(|_, lock| Arc::strong_count(lock) > 1);
        let lock = locks.entry((account_id, key.to_owned())).or_default();
        Arc::clone(lock)
    }
}

impl State {
    /// Remembers what was posted under `key`.
    pub(crate) fn save_key(&mut self, account_id: &'static str, key: String, saved: SavedKey) {
        self.keys
            .retain(|_, old| elapsed(old.saved_at, saved.saved_at) < KEY_LIFETIME);
        self.keys.insert((account_id, key), saved);
    }

    fn status_under_key(&self, account_id: &'static str, key: &str, now: Timestamp) -> Option<u64> {
        let saved = self.keys.get(&(account_id, key.to_owned()))?;
        (elapsed(saved.saved_at, now) < KEY_LIFETIME).then_some(saved.status)
    }
}
