//! A file of this machine on its way into the store: read from front to end, in bounded pieces.
//!
//! The hash of everything read so far goes with each piece. Two readings whose hashes agree at the
//! end of a piece have read the same bytes up to there, which is how an interrupted upload knows
//! what of it still holds without a second reading.

use std::fs::File;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::io::Read;
use std::io::Seek;
use std::path::Path;
use std::path::PathBuf;
use std::time::SystemTime;

use bytes::Bytes;
use sha2::Digest;
use sha2::Sha256;

use crate::media::MediaError;
use crate::media::keys::MediaKey;

/// How much is in memory at a time while a file is hashed.
const HASHED_BYTES: usize = 64 * 1024;

/// The bytes of a file that say what it is.
const HEAD_BYTES: u64 = 64;

/// What an upload is told on its way.
pub(crate) type Progress<'p> = &'p (dyn Fn(Moved) + Send + Sync);

/// Some bytes of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moved {
    /// They were in the store before.
    Found(u64),
    /// They have been sent.
    Sent(u64),
}

/// What is to be uploaded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Upload<'u> {
    pub(crate) path: &'u Path,
    /// The key in `temp/` that it gets, unless an interrupted upload of it has one.
    pub(crate) key: &'u MediaKey,
    /// The type that it is served as.
    pub(crate) mime: &'u str,
    /// The folder in which it is remembered what was interrupted.
    pub(crate) memory: &'u Path,
}

/// What was uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Uploaded {
    pub(crate) key: String,
    pub(crate) size_bytes: u64,
    /// In lower-case hexadecimal.
    pub(crate) sha256: String,
}

/// What tells a file from another one, or from itself before it was written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) size_bytes: u64,
    pub(crate) modified_at: SystemTime,
}

/// A file that is being read.
#[derive(Debug)]
pub(crate) struct Source {
    path: PathBuf,
    file: File,
    stamp: Stamp,
    read: Sha256,
}

/// A piece of a file.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) bytes: Bytes,
    /// The SHA-256 of the file from its beginning to the end of this piece.
    pub(crate) sha256_so_far: String,
}

/// A part of a file, by its hashes alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hashed {
    pub(crate) size_bytes: u64,
    /// The SHA-256 of the part.
    pub(crate) sha256: String,
    /// That of the file from its beginning to the end of the part.
    pub(crate) sha256_so_far: String,
}

impl Source {
    /// Opens the file at `path`.
    pub(crate) fn open(path: &Path) -> Result<Self, MediaError> {
        let failed = |source| MediaError::File {
            path: path.to_owned(),
            source,
        };
        // Asked before it is opened: opening a pipe would wait for whoever writes into it.
        if !std::fs::metadata(path).map_err(failed)?.is_file() {
            return Err(failed(std::io::Error::other("it is no regular file")));
        }
        let file = File::open(path).map_err(failed)?;
        let stamp = stamp(&file).map_err(failed)?;
        Ok(Self {
            path: path.to_owned(),
            file,
            stamp,
            read: Sha256::new(),
        })
    }

    /// Returns what the file was when it was opened.
    pub(crate) fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// Returns the first bytes of the file; what is read next is the beginning all the same.
    pub(crate) fn head(&mut self) -> Result<Vec<u8>, MediaError> {
        let mut head = Vec::new();
        let read = (&self.file).take(HEAD_BYTES).read_to_end(&mut head);
        read.and_then(|_| self.file.rewind())
            .map_err(|source| self.failed(source))?;
        Ok(head)
    }

    /// Reads the next `size_max` bytes, or what is left.
    ///
    /// # Errors
    /// Also if the file is not any more what it was when it was opened.
    pub(crate) fn next(&mut self, size_max: u64) -> Result<Piece, MediaError> {
        // No more than there is to read: most files are smaller than a piece.
        let size = size_max.min(self.stamp.size_bytes);
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        (&self.file)
            .take(size_max)
            .read_to_end(&mut bytes)
            .map_err(|source| self.failed(source))?;
        self.check()?;
        self.read.update(&bytes);
        Ok(Piece {
            bytes: bytes.into(),
            sha256_so_far: hex(&self.read.clone().finalize()),
        })
    }

    /// Hashes the next `size_max` bytes, or what is left, of which a little is in memory at a time.
    ///
    /// # Errors
    /// As [`Source::next`].
    pub(crate) fn hash_next(&mut self, size_max: u64) -> Result<Hashed, MediaError> {
        let (mut own, mut size_bytes) = (Sha256::new(), 0);
        let position = (&self.file).stream_position();
        let is_first = position.map_err(|source| self.failed(source))? == 0;
        let mut buffer = vec![0; HASHED_BYTES];
        let mut rest = (&self.file).take(size_max);
        loop {
            let count = match rest.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(source) => return Err(self.failed(source)),
            };
            own.update(&buffer[..count]);
            if !is_first {
                self.read.update(&buffer[..count]);
            }
            size_bytes += count as u64;
        }
        if is_first {
            // All that has been read is this part.
            self.read = own.clone();
        }
        self.check()?;
        Ok(Hashed {
            size_bytes,
            sha256: hex(&own.finalize()),
            sha256_so_far: hex(&self.read.clone().finalize()),
        })
    }

    fn check(&self) -> Result<(), MediaError> {
        let now = stamp(&self.file).map_err(|source| self.failed(source))?;
        if now == self.stamp {
            Ok(())
        } else {
            Err(self.changed())
        }
    }

    /// Returns where the file is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Proves that the file is what it was when it was opened, and where it was.
    pub(crate) fn check_in_place(&self) -> Result<(), MediaError> {
        let there = std::fs::metadata(&self.path).and_then(|there| stamp_of(&there));
        if there.is_ok_and(|there| there == self.stamp) {
            self.check()
        } else {
            Err(self.changed())
        }
    }

    /// Returns the error that the file is not what it was.
    pub(crate) fn changed(&self) -> MediaError {
        MediaError::FileChanged {
            path: self.path.clone(),
        }
    }

    /// Returns the error that the file cannot be read.
    pub(crate) fn failed(&self, source: std::io::Error) -> MediaError {
        MediaError::File {
            path: self.path.clone(),
            source,
        }
    }
}

fn stamp(file: &File) -> std::io::Result<Stamp> {
    stamp_of(&file.metadata()?)
}

fn stamp_of(metadata: &Metadata) -> std::io::Result<Stamp> {
    Ok(Stamp {
        size_bytes: metadata.len(),
        modified_at: metadata.modified()?,
    })
}

/// Returns `digest` in lower-case hexadecimal.
pub(crate) fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the MIME type of a file that begins with `head`, if it is one that platforms take.
pub(crate) fn mime_of_head(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some("image/png"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => Some("video/webm"),
        // ISO 14496-12: a box's length, its name, and of the first one the brand of the file.
        [
            _,
            _,
            _,
            _,
            b'f',
            b't',
            b'y',
            b'p',
            b'q',
            b't',
            b' ',
            b' ',
            ..,
        ] => Some("video/quicktime"),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if !is_picture(brand) => Some("video/mp4"),
        [_, _, _, _, b'm', b'o', b'o', b'v', ..] | [_, _, _, _, b'm', b'd', b'a', b't', ..] => {
            Some("video/quicktime")
        }
        _ => None,
    }
}

/// Whether the brand of an ISO file is that of a picture in a format which platforms do not take.
fn is_picture(brand: &[u8]) -> bool {
    let brands: [&[u8]; 9] = [
        b"avif", b"avis", b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1",
    ];
    brands.iter().any(|picture| brand.starts_with(picture))
}

/// Returns the MIME type that the extension of a file name stands for, if platforms take it.
pub(crate) fn mime_of_name(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" => Some("image/jpeg"),
        "png" => Some("image/png"),
        "webp" => Some("image/webp"),
        "gif" => Some("image/gif"),
        "mp4" | "m4v" => Some("video/mp4"),
        "mov" => Some("video/quicktime"),
        "webm" => Some("video/webm"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
