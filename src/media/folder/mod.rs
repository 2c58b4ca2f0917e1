//! Media in a folder of this machine, laid out as a bucket would be.
//!
//! A file appears under its key whole or not at all: it is written beside its place, fsynced and
//! renamed, and then the folders on the way to it are fsynced, because a row of the outbox that
//! commits next must not outlive the name of its picture. Only its user may read it (0700, 0600).
//!
//! The methods block where they say `async`: a picture has some megabytes, its caller has nothing
//! else to do before it is durable, and the folder so works without a runtime.

mod litter;
mod note;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::Read;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use tempfile::NamedTempFile;
use url::Url;

use crate::media::Clearing;
use crate::media::Described;
use crate::media::Listed;
use crate::media::MediaError;
use crate::media::MediaStore;
use crate::media::Page;
use crate::media::address::Address;
use crate::media::address::Lifetime;
use crate::media::file::Moved;
use crate::media::file::Progress;
use crate::media::file::Source;
use crate::media::file::Upload;
use crate::media::file::Uploaded;
use crate::media::keys::MediaKey;
use crate::media::probe;
use crate::post::media::Media;

/// How the name of a file begins that is not whole yet.
const NEW_PREFIX: &str = ".new-";

/// How much of a file is in memory while it is copied, in bytes.
const PIECE_BYTES: u64 = 1024 * 1024;

/// A folder that keeps media.
#[derive(Clone, Debug)]
pub(crate) struct FolderStore {
    root: PathBuf,
    public_url: Option<Url>,
    outbox: Option<String>,
}

impl FolderStore {
    /// Returns the store in the folder `root`, which is made as soon as something is put there.
    pub(crate) fn new(root: PathBuf) -> Self {
        Self {
            root,
            public_url: None,
            outbox: None,
        }
    }

    /// Says whose posts the media are: the id of their outbox, of which a folder may serve several.
    pub(crate) fn for_outbox(self, outbox: Option<String>) -> Self {
        Self { outbox, ..self }
    }

    /// Says where a web server of the user's shows the folder, if one does.
    pub(crate) fn shown_at(self, public_url: Option<Url>) -> Self {
        Self { public_url, ..self }
    }

    /// Returns the folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Writes a file into the folder and removes it, to see whether that can be done.
    pub(crate) fn try_out(&self) -> std::io::Result<()> {
        let mut probe = tempfile::Builder::new()
            .prefix(".probe-")
            .tempfile_in(&self.root)?;
        probe.write_all(b"probe")?;
        probe.as_file().sync_all()?;
        probe.close()
    }

    fn path(&self, key: &str) -> Result<PathBuf, MediaError> {
        let key: MediaKey = key.parse()?;
        Ok(self.root.join(key.as_str()))
    }

    /// Makes the name at `path`, which is on disk already, survive a power cut.
    fn make_durable(&self, path: &Path) -> std::io::Result<()> {
        // Every folder up to the root, made by us or not: another process may have made one and not
        // have come to its fsync yet.
        for folder in path.ancestors().skip(1) {
            sync_folder(folder)?;
            if folder == self.root {
                break;
            }
        }
        Ok(())
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
        let mut file = self.beside(path)?;
        file.write_all(bytes)?;
        self.place(file, path)
    }

    /// Returns a new file beside `path`.
    fn beside(&self, path: &Path) -> std::io::Result<NamedTempFile> {
        let folder = path.parent().unwrap_or(&self.root);
        make_folder(folder)?;
        tempfile::Builder::new()
            .prefix(NEW_PREFIX)
            .tempfile_in(folder)
    }

    /// Lets `file`, which is whole, appear at `path`.
    fn place(&self, file: NamedTempFile, path: &Path) -> std::io::Result<()> {
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        self.make_durable(path)
    }

    fn link(&self, temp: &Path, posts: &Path) -> std::io::Result<()> {
        make_folder(posts.parent().unwrap_or(&self.root))?;
        match std::fs::hard_link(temp, posts) {
            Ok(()) => self.make_durable(posts),
            Err(error) if is_decided(&error) => Err(error),
            // Not every file system has links.
            Err(_) => self.write(posts, &std::fs::read(temp)?),
        }
    }
}

#[async_trait]
impl MediaStore for FolderStore {
    async fn put(&self, key: &str, bytes: Bytes) -> Result<(), MediaError> {
        let path = self.path(key)?;
        self.write(&path, &bytes)
            .map_err(|error| failed(key, error))
    }

    async fn promote(&self, temp: &str, posts: &str) -> Result<(), MediaError> {
        let (from, to) = (self.path(temp)?, self.path(posts)?);
        if let Some(outbox) = &self.outbox {
            make_folder(to.parent().unwrap_or(&self.root))
                .and_then(|()| note::leave(&to, outbox))
                .map_err(|error| failed(posts, error))?;
        }
        let Err(error) = self.link(&from, &to) else {
            return Ok(());
        };
        // Promoted before: then the earlier process may have died before its fsync.
        match is_same(&from, &to).map_err(|error| failed(posts, error))? {
            Some(true) => self.make_durable(&to).map_err(|error| failed(posts, error)),
            Some(false) => Err(MediaError::Changed {
                key: posts.to_owned(),
            }),
            None => Err(failed(temp, error)),
        }
    }

    async fn delete(&self, key: &str) -> Result<(), MediaError> {
        let path = self.path(key)?;
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(failed(key, error));
            }
            _ => {}
        }
        if key.parse::<MediaKey>()?.post().is_some() {
            note::clear_away(&path);
        }
        Ok(())
    }

    async fn get(&self, key: &str, bytes_max: u64) -> Result<Bytes, MediaError> {
        let mut bytes = Vec::new();
        File::open(self.path(key)?)
            .and_then(|file| file.take(bytes_max + 1).read_to_end(&mut bytes))
            .map_err(|error| failed(key, error))?;
        if bytes.len() as u64 > bytes_max {
            let key = key.to_owned();
            return Err(MediaError::TooLarge { key, bytes_max });
        }
        Ok(Bytes::from(bytes))
    }

    async fn read(&self, media: &Media) -> Result<Bytes, MediaError> {
        let key = media.key.as_str();
        let path = self.path(key)?;
        let mut bytes = Vec::new();
        File::open(path)
            // One byte more than promised is enough to know that it has changed.
            .and_then(|file| {
                file.take(media.facts.size_bytes + 1)
                    .read_to_end(&mut bytes)
            })
            .map_err(|error| failed(key, error))?;
        let is_promised = bytes.len() as u64 == media.facts.size_bytes
            && probe::sha256(&bytes) == media.facts.sha256;
        if is_promised {
            Ok(Bytes::from(bytes))
        } else {
            Err(MediaError::Changed {
                key: key.to_owned(),
            })
        }
    }

    async fn upload(
        &self,
        upload: &Upload<'_>,
        progress: Progress<'_>,
    ) -> Result<Uploaded, MediaError> {
        let key = upload.key.as_str();
        let path = self.path(key)?;
        let mut source = Source::open(upload.path)?;
        let mut file = self.beside(&path).map_err(|error| failed(key, error))?;
        let mut size_bytes = 0;
        loop {
            let piece = source.next(PIECE_BYTES)?;
            let length = piece.bytes.len() as u64;
            size_bytes += length;
            file.write_all(&piece.bytes)
                .map_err(|error| failed(key, error))?;
            progress(Moved::Sent(length));
            if size_bytes < source.stamp().size_bytes && length > 0 {
                continue;
            }
            self.place(file, &path)
                .map_err(|error| failed(key, error))?;
            return Ok(Uploaded {
                key: key.to_owned(),
                size_bytes,
                sha256: piece.sha256_so_far,
            });
        }
    }

    async fn list(&self, prefix: &str, _after: Option<&str>) -> Result<Page, MediaError> {
        let mut listed = Vec::new();
        for area in ["posts", "temp"] {
            list_folder(&self.root.join(area), area, &mut listed)
                .map_err(|error| failed(area, error))?;
        }
        listed.retain(|line| line.key.starts_with(prefix));
        listed.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(Page { listed, next: None })
    }

    async fn clear_away(
        &self,
        prefix: &str,
        before: Timestamp,
        clearing: Clearing,
    ) -> Result<Vec<Listed>, MediaError> {
        litter::clear_away(&self.root, prefix, before, clearing)
            .map_err(|error| failed(prefix, error))
    }

    async fn describe(&self, key: &str) -> Result<Option<Described>, MediaError> {
        let path = self.path(key)?;
        let found = std::fs::metadata(&path).and_then(|metadata| {
            Ok(Described {
                size_bytes: metadata.len(),
                modified_at: timestamp(metadata.modified()?),
                mime: None,
                outbox: note::find(&path),
            })
        });
        match found {
            Ok(described) => Ok(Some(described)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(key, error)),
        }
    }

    async fn address(&self, key: &str, _lifetime: Lifetime) -> Result<Address, MediaError> {
        let key: MediaKey = key.parse()?;
        match &self.public_url {
            Some(base) => Ok(Address::public(base, key.as_str())),
            None => Err(MediaError::NoAddress {
                key: key.as_str().to_owned(),
            }),
        }
    }
}

/// Adds what is in `folder`, whose keys begin with `area`, and nothing that is no media.
fn list_folder(folder: &Path, area: &str, listed: &mut Vec<Listed>) -> std::io::Result<()> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let key = format!("{area}/{}", name.to_string_lossy());
        // Not followed: a link could lead in a circle, or out of the store.
        let metadata = entry.metadata()?;
        if metadata.is_dir() {
            list_folder(&entry.path(), &key, listed)?;
        } else if key.parse::<MediaKey>().is_ok() {
            listed.push(Listed {
                key,
                size_bytes: metadata.len(),
                modified_at: timestamp(metadata.modified()?),
            });
        }
    }
    Ok(())
}

/// Returns `time`, or the beginning of all if it is out of every bound.
fn timestamp(time: SystemTime) -> Timestamp {
    Timestamp::try_from(time).unwrap_or(Timestamp::MIN)
}

fn failed(key: &str, source: std::io::Error) -> MediaError {
    let key = key.to_owned();
    match source.kind() {
        std::io::ErrorKind::NotFound => MediaError::Missing { key },
        _ => MediaError::Io { key, source },
    }
}

/// Whether `error` of a link would be that of a copy too.
fn is_decided(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::NotFound
            | std::io::ErrorKind::AlreadyExists
            | std::io::ErrorKind::StorageFull
            | std::io::ErrorKind::ReadOnlyFilesystem
    )
}

/// Whether `posts` is what `temp` is; a `temp` that has been deleted was promoted before. Nothing if
/// there is no `posts`.
fn is_same(temp: &Path, posts: &Path) -> std::io::Result<Option<bool>> {
    let read = |path: &Path| match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    let Some(promoted) = read(posts)? else {
        return Ok(None);
    };
    Ok(Some(read(temp)?.is_none_or(|bytes| bytes == promoted)))
}

/// Makes the folder at `path` and those above it, for its user only, each durable in the one above.
fn make_folder(path: &Path) -> std::io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let above = path.parent().filter(|above| !above.as_os_str().is_empty());
    if let Some(above) = above {
        make_folder(above)?;
    }
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    sync_folder(above.unwrap_or(Path::new(".")))
}

/// Makes the names in the folder at `path` survive a power cut.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    // Windows opens no folder as a file, and keeps its names by itself.
    if cfg!(windows) {
        return Ok(());
    }
    File::open(path)?.sync_all()
}
