//! What is remembered of an upload in parts until it is whole: a file per file, in the state folder.
//!
//! Its first line says which upload of which file; each line after that is a part which the storage
//! has. Lines are only ever added, so a SIGKILL costs at most the line that was being written, and
//! a part is just sent once more. A lock on it keeps two uploads of one file apart.

use std::collections::BTreeMap;
use std::fs::File;
use std::fs::OpenOptions;
use std::fs::TryLockError;
use std::io;
use std::io::Read as _;
use std::io::Seek as _;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;

use serde::Deserialize;
use serde::Serialize;

use crate::media::file::Stamp;
use crate::media::probe;

/// The longest memory that is read: over twice what ten thousand parts need.
const BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Which upload of which file: all of it must agree for the upload to go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Which {
    pub(super) key: String,
    pub(super) upload_id: String,
    pub(super) part_bytes: u64,
    pub(super) size_bytes: u64,
    modified_ns: u128,
    pub(super) mime: String,
}

/// A part that the storage has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PartLine {
    pub(super) number: i32,
    /// The SHA-256 of the file up to the end of the part.
    pub(super) sha256_so_far: String,
    pub(super) e_tag: String,
}

/// The memory of one file.
#[derive(Debug)]
pub(super) struct Memory {
    path: PathBuf,
    file: File,
}

impl Which {
    /// Returns a new upload of a file with this `stamp`.
    pub(super) fn new(
        key: &str,
        upload_id: &str,
        part_bytes: u64,
        stamp: Stamp,
        mime: &str,
    ) -> Self {
        Self {
            key: key.to_owned(),
            upload_id: upload_id.to_owned(),
            part_bytes,
            size_bytes: stamp.size_bytes,
            modified_ns: nanoseconds(stamp.modified_at),
            mime: mime.to_owned(),
        }
    }

    /// Returns how long part `number` is.
    pub(super) fn length_of(&self, number: i32) -> u64 {
        let left = self.size_bytes.saturating_sub(self.offset_of(number));
        left.min(self.part_bytes)
    }

    /// Returns where in the file part `number` begins.
    pub(super) fn offset_of(&self, number: i32) -> u64 {
        u64::try_from(number - 1).unwrap_or(0) * self.part_bytes
    }

    /// Whether it is an upload of this file, as it is now, in such parts.
    pub(super) fn fits(&self, part_bytes: u64, stamp: Stamp, mime: &str) -> bool {
        *self == Self::new(&self.key, &self.upload_id, part_bytes, stamp, mime)
    }
}

fn nanoseconds(time: SystemTime) -> u128 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_nanos())
}

impl Memory {
    /// Opens the memory of the file at `path` that goes to `store`; nothing if somebody has it open.
    pub(super) fn open(folder: &Path, store: &str, path: &Path) -> io::Result<Option<Self>> {
        let path = path.canonicalize()?;
        let name = format!("{store}\n{}", path.display());
        let name = &probe::sha256(name.as_bytes())[..32];
        make_folder(folder)?;
        let path = folder.join(format!("{name}.jsonl"));
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { path, file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Returns what is remembered, if anything is.
    pub(super) fn read(&mut self) -> io::Result<Option<(Which, BTreeMap<i32, PartLine>)>> {
        self.file.rewind()?;
        let mut text = String::new();
        (&self.file).take(BYTES_MAX).read_to_string(&mut text)?;
        let mut lines = text.lines();
        let which = lines
            .next()
            .and_then(|line| serde_json::from_str(line).ok());
        // A line that was cut short is a part that is sent once more.
        let parts = lines.filter_map(|line| serde_json::from_str::<PartLine>(line).ok());
        let parts = parts.map(|part| (part.number, part)).collect();
        Ok(which.map(|which| (which, parts)))
    }

    /// Forgets everything and begins anew with `which`.
    pub(super) fn begin(&mut self, which: &Which) -> io::Result<()> {
        self.file.set_len(0)?;
        self.add(which)
    }

    /// Adds a part.
    pub(super) fn add<T: Serialize>(&mut self, line: &T) -> io::Result<()> {
        let line = serde_json::to_string(line)?;
        // One write: what else is written is behind it, whatever happens. The line end in front ends
        // one that was cut short.
        let is_first = self.file.metadata()?.len() == 0;
        let before = if is_first { "" } else { "\n" };
        self.file.write_all(format!("{before}{line}").as_bytes())
    }

    /// Forgets the upload for good.
    pub(super) fn forget(self) -> io::Result<()> {
        std::fs::remove_file(&self.path)
    }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: Stamp = Stamp {
        size_bytes: 9,
        modified_at: SystemTime::UNIX_EPOCH,
    };

    fn part(number: i32) -> PartLine {
        PartLine {
            number,
            sha256_so_far: "00".into(),
            e_tag: "\"1\"".into(),
        }
    }

    fn memory(folder: &Path) -> Memory {
        let file = folder.join("film.mp4");
        std::fs::write(&file, b"film").unwrap();
        Memory::open(&folder.join("state"), "a bucket", &file)
            .unwrap()
            .unwrap()
    }

    #[test]
    fn what_was_remembered_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let which = Which::new("k", "u", 5, STAMP, "video/mp4");
        let mut first = memory(folder.path());
        assert_eq!(first.read().unwrap(), None);
        first.begin(&which).unwrap();
        first.add(&part(2)).unwrap();
        drop(first);
        let mut second = memory(folder.path());
        let parts = BTreeMap::from([(2, part(2))]);
        assert_eq!(second.read().unwrap(), Some((which.clone(), parts)));
        second.begin(&which).unwrap();
        assert_eq!(second.read().unwrap(), Some((which, BTreeMap::new())));
        second.forget().unwrap();
        assert_eq!(memory(folder.path()).read().unwrap(), None);
    }

    #[test]
    fn a_line_that_was_cut_short_costs_that_line_only() {
        let folder = tempfile::tempdir().unwrap();
        let mut memory = memory(folder.path());
        memory
            .begin(&Which::new("k", "u", 5, STAMP, "video/mp4"))
            .unwrap();
        memory.add(&part(1)).unwrap();
        memory.file.write_all(b"\n{\"number\":2,\"sha2").unwrap();
        memory.add(&part(3)).unwrap();
        let (_, parts) = memory.read().unwrap().unwrap();
        assert_eq!(parts.into_keys().collect::<Vec<_>>(), [1, 3]);
    }

    #[test]
    fn two_uploads_of_one_file_do_not_share_a_memory() {
        let folder = tempfile::tempdir().unwrap();
        let _held = memory(folder.path());
        let file = folder.path().join("film.mp4");
        let state = folder.path().join("state");
        assert!(Memory::open(&state, "a bucket", &file).unwrap().is_none());
        assert!(Memory::open(&state, "other", &file).unwrap().is_some());
    }

    #[test]
    fn an_upload_of_another_state_of_the_file_does_not_fit() {
        let which = Which::new("k", "u", 5, STAMP, "video/mp4");
        assert!(which.fits(5, STAMP, "video/mp4"));
        let later = Stamp {
            modified_at: SystemTime::UNIX_EPOCH + std::time::Duration::from_nanos(1),
            ..STAMP
        };
        let larger = Stamp {
            size_bytes: 10,
            ..STAMP
        };
        assert!(!which.fits(5, later, "video/mp4"));
        assert!(!which.fits(5, larger, "video/mp4"));
        assert!(!which.fits(6, STAMP, "video/mp4"));
        assert!(!which.fits(5, STAMP, "video/webm"));
    }
}
