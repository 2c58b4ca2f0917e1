//! What a file system tells of a place: how much room is left, and who may do what there.

use std::io;
use std::path::Path;

/// Returns how many bytes whoever runs hayon may still write where `path` is; `None` on systems that
/// are not asked.
#[cfg(unix)]
pub(crate) fn room(path: &Path) -> io::Result<Option<u64>> {
    let told = rustix::fs::statvfs(path)?;
    Ok(Some(told.f_bavail.saturating_mul(told.f_frsize)))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
pub(crate) fn room(_path: &Path) -> io::Result<Option<u64>> {
    Ok(None)
}

/// Returns the permissions of what is at `path`, such as `0o600`; `None` if nothing is there, or on
/// systems without any.
#[cfg(unix)]
pub(crate) fn mode(path: &Path) -> io::Result<Option<u32>> {
    use std::os::unix::fs::MetadataExt as _;
    match std::fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata.mode() & 0o7777)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
pub(crate) fn mode(_path: &Path) -> io::Result<Option<u32>> {
    Ok(None)
}

/// Whether whoever runs hayon may write to what is at `path`.
#[cfg(unix)]
pub(crate) fn is_writable(path: &Path) -> bool {
    // To make something in a folder takes the right to search it too.
    let wanted = if path.is_dir() {
        rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK
    } else {
        rustix::fs::Access::WRITE_OK
    };
    rustix::fs::access(path, wanted).is_ok()
}

#[cfg(not(unix))]
pub(crate) fn is_writable(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| !metadata.permissions().readonly())
}

/// Returns the nearest folder that is there: `path` itself, or one above it.
pub(crate) fn nearest_folder(path: &Path) -> &Path {
    let mut above = path.ancestors();
    let there = above.find(|folder| folder.is_dir());
    there.unwrap_or(Path::new("."))
}
