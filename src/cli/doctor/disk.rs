//! Checks of places on the disk: how much room is left, and who may read or write what.

use std::path::Path;

use crate::paths::disk::is_writable;
use crate::paths::disk::mode;
use crate::paths::disk::room;
use crate::publish::checkup::Finding;

const MIB: u64 = 1 << 20;

/// Below this, a post with pictures may not fit.
const ROOM_ADVISED: u64 = 200 * MIB;

/// Below this, not even a text is certain to be accepted.
const ROOM_NEEDED: u64 = 8 * MIB;

/// How much room there is where `path` is.
pub(crate) fn free_room(path: &Path) -> Finding {
    match room(path) {
        Ok(Some(bytes)) => grade_room(bytes, path),
        Ok(None) => Finding::skipped("room", "this system is not asked"),
        Err(error) => Finding::warning("room", format!("cannot be told: {error}")),
    }
}

fn grade_room(bytes: u64, path: &Path) -> Finding {
    let room = match bytes / MIB {
        mib @ 0..10_240 => format!("{mib} MiB"),
        mib => format!("{} GiB", mib / 1024),
    };
    let message = format!("{room} left on the disk");
    let hint = format!("free room on the disk of `{}`", path.display());
    match bytes {
        0..ROOM_NEEDED => Finding::trouble("room", message).hint(hint),
        ROOM_NEEDED..ROOM_ADVISED => Finding::warning("room", message).hint(hint),
        _ => Finding::fine("room", message),
    }
}

/// Why `path`, where nothing is, cannot be made; `None` if it can.
pub(crate) fn obstacle(path: &Path) -> Option<String> {
    // Also a link that leads nowhere.
    let in_the_way = path
        .ancestors()
        .find(|above| above.symlink_metadata().is_ok())?;
    if !in_the_way.is_dir() {
        return Some(format!("`{}` is no folder", in_the_way.display()));
    }
    let above = in_the_way.display();
    (!is_writable(in_the_way)).then(|| format!("nothing can be made in `{above}`"))
}

/// Who else may read those of `paths` that are there.
pub(crate) fn private<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Vec<Finding> {
    let opened = paths.into_iter().filter_map(|path| {
        let mode = mode(path).ok().flatten().filter(|mode| mode & 0o077 != 0)?;
        let wanted = if path.is_dir() { "700" } else { "600" };
        let path = path.display();
        let message = format!("others may use `{path}` (its mode is {mode:04o})");
        Some(Finding::warning("access", message).hint(format!("run `chmod {wanted} {path}`")))
    });
    let opened: Vec<Finding> = opened.collect();
    if opened.is_empty() {
        return vec![Finding::fine("access", "nobody else may read it")];
    }
    opened
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::checkup::Grade;

    #[test]
    fn the_less_room_the_worse() {
        for (bytes, grade, words) in [
            (0, Grade::Trouble, "0 MiB left on the disk"),
            (ROOM_NEEDED - 1, Grade::Trouble, "7 MiB left on the disk"),
            (ROOM_NEEDED, Grade::Warning, "8 MiB left on the disk"),
            (ROOM_ADVISED, Grade::Fine, "200 MiB left on the disk"),
            (50 * 1024 * MIB, Grade::Fine, "50 GiB left on the disk"),
        ] {
            let finding = grade_room(bytes, Path::new("/"));
            assert_eq!((finding.grade, finding.message.as_str()), (grade, words));
            assert_eq!(finding.hints.is_empty(), grade == Grade::Fine);
        }
    }
}
