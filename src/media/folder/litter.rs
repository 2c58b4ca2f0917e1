//! What a process that died has left in the folder under no key: a file that was not whole yet, and a
//! note about media that never came.

use std::fs::Metadata;
use std::io;
use std::io::ErrorKind;
use std::path::Path;

use jiff::Timestamp;

use crate::media::Clearing;
use crate::media::Listed;
use crate::media::folder::NEW_PREFIX;
use crate::media::folder::note;
use crate::media::folder::timestamp;

/// Finds what lies below `prefix` of the store at `root` and is older than `before`, and removes it if
/// it is to.
pub(super) fn clear_away(
    root: &Path,
    prefix: &str,
    before: Timestamp,
    clearing: Clearing,
) -> io::Result<Vec<Listed>> {
    let mut litter = Vec::new();
    find(&root.join(prefix), prefix, before, &mut litter)?;
    if clearing == Clearing::Removes {
        for line in &litter {
            remove(&root.join(&line.key))?;
        }
    }
    Ok(litter)
}

/// Adds what is litter in `folder`, which the keys in it begin with `prefix` for.
fn find(
    folder: &Path,
    prefix: &str,
    before: Timestamp,
    litter: &mut Vec<Listed>,
) -> io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    let (mut others, mut notes) = (0, Vec::new());
    for entry in entries {
        let entry = entry?;
        let (name, metadata) = (entry.file_name(), entry.metadata()?);
        let key = format!("{prefix}{}", name.to_string_lossy());
        if metadata.is_dir() {
            others += 1;
            find(&entry.path(), &format!("{key}/"), before, litter)?;
        } else if note::is_one(&entry.path()) {
            notes.extend(if_old(key, &metadata, before)?);
        } else if name.to_string_lossy().starts_with(NEW_PREFIX) {
            litter.extend(if_old(key, &metadata, before)?);
        } else {
            others += 1;
        }
    }
    // A note is needed as long as there is something for it to be about.
    if others == 0 {
        litter.extend(notes);
    }
    Ok(())
}

fn if_old(key: String, metadata: &Metadata, before: Timestamp) -> io::Result<Option<Listed>> {
    let modified_at = timestamp(metadata.modified()?);
    let line = Listed {
        key,
        size_bytes: metadata.len(),
        modified_at,
    };
    Ok((modified_at < before).then_some(line))
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    if note::is_one(path)
        && let Some(folder) = path.parent()
    {
        // One that is not empty stays.
        let _ = std::fs::remove_dir(folder);
    }
    Ok(())
}
