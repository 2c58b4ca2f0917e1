//! One sender per outbox, held by an OS file lock beside the database.
//!
//! There are no leases, heartbeats or rescue timers: a laptop that sleeps would outlive any of
//! them. If the holder died, the lock is free, and rows that are still `sending` are interrupted.
//! Should the lock file be deleted under its holder, the sender id in the outbox
//! ([`crate::outbox::claim::SenderId`]) keeps the old holder from writing, and so from sending.

use std::fs::File;
use std::fs::TryLockError;
use std::io;
use std::io::Read as _;
use std::io::Seek as _;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

/// The longest description of a holder that is read, in bytes.
const HOLDER_BYTES_MAX: u64 = 200;

/// The right to send from one outbox, held until it is dropped or the process ends.
#[derive(Debug)]
pub(crate) struct SenderLock {
    file: File,
}

/// What asking for the lock comes to.
#[derive(Debug)]
pub(crate) enum Taken {
    Ours(SenderLock),
    /// Somebody else is the sender; this is how they described themselves.
    HeldBy(String),
}

impl SenderLock {
    /// Asks for the lock of the outbox at `outbox` (its canonical path), without waiting.
    ///
    /// `holder` describes this process to others, such as `hayon daemon (process 4711)`.
    pub(crate) fn take(outbox: &Path, holder: &str) -> io::Result<Taken> {
        let path = lock_path(outbox);
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path)?;
        match file.try_lock() {
            Ok(()) => {
                // Who holds it is told for people's sake; the lock itself is what counts.
                file.set_len(0)?;
                file.rewind()?;
                file.write_all(holder.as_bytes())?;
                Ok(Taken::Ours(Self { file }))
            }
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                file.take(HOLDER_BYTES_MAX).read_to_string(&mut text)?;
                Ok(Taken::HeldBy(text))
            }
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// Returns how the sender of the outbox at `outbox` (its canonical path) describes itself; `None` if
/// there is none. It takes nothing and makes nothing.
pub(crate) fn holder(outbox: &Path) -> io::Result<Option<String>> {
    let file = match File::open(lock_path(outbox)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    // Shared, so that two who look do not see each other; it is gone with the file.
    match file.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            file.take(HOLDER_BYTES_MAX).read_to_string(&mut text)?;
            Ok(Some(text))
        }
        Err(TryLockError::Error(error)) => Err(error),
    }
}

impl Drop for SenderLock {
    fn drop(&mut self) {
        // Best effort: the operating system frees the lock with the file in any case.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

/// Returns where the lock of the outbox at `outbox` is.
pub(crate) fn lock_path(outbox: &Path) -> PathBuf {
    let mut name = outbox.as_os_str().to_owned();
    name.push(".lock");
    PathBuf::from(name)
}
