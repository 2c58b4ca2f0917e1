//! The note beside the media of a post that says of which outbox the post is: a folder has no metadata
//! for it, and may serve several outboxes.
//!
//! Whoever finds no note touches nothing, so it need not survive a power cut.

use std::fs::File;
use std::io::ErrorKind;
use std::io::Write as _;
use std::path::Path;

/// No key looks like this, so it is never listed.
const NAME: &str = ".outbox";

/// Leaves a note beside `path`, whose folder is there, unless there is one.
pub(super) fn leave(path: &Path, outbox: &str) -> std::io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path.with_file_name(NAME)) {
        Ok(mut note) => note.write_all(outbox.as_bytes()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Returns what the note beside `path` says.
pub(super) fn find(path: &Path) -> Option<String> {
    std::fs::read_to_string(path.with_file_name(NAME)).ok()
}

/// Whether `path` is that of a note.
pub(super) fn is_one(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == NAME)
}

/// Removes the folder of a post that had its last file at `path`. One that is not empty stays.
pub(super) fn clear_away(path: &Path) {
    let Some(folder) = path.parent() else {
        return;
    };
    let mut left = std::fs::read_dir(folder).into_iter().flatten().flatten();
    if left.all(|entry| entry.file_name() == NAME) {
        let _ = std::fs::remove_file(folder.join(NAME));
        let _ = std::fs::remove_dir(folder);
    }
}
