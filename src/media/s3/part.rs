//! The body of a part: signed by its hash, and read from the file each time that it is sent.
//!
//! By itself the SDK signs the hash of what is in memory, and says of a stream that it is unsigned. The
//! hash of a part is known when its file has been read once, so that no part has to be in memory to be
//! signed. What the file has become since fits no signature, and the storage refuses it.

use std::fs::File;
use std::io::Read as _;
use std::io::Seek as _;
use std::io::SeekFrom;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::Context;
use std::task::Poll;

use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_sdk_s3::config::ConfigBag;
use aws_sdk_s3::config::Intercept;
use aws_sdk_s3::config::RuntimeComponents;
use aws_sdk_s3::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_s3::error::BoxError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::primitives::SdkBody;
use aws_sigv4::http_request::SignableBody;
use bytes::Bytes;
use hyper::body::Body;
use hyper::body::Frame;
use hyper::body::SizeHint;

/// How much of a part is read at a time while it is sent. hyper holds up to sixteen pieces of a connection
/// on which it waits (`MAX_BUF_LIST_BUFFERS` in its 1.12).
const READ_BYTES: u64 = 16 * 1024;

/// Where a part is in its file.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) offset: u64,
    pub(super) length: u64,
}

impl Place {
    /// Returns the part as a body that is read from the file each time that it is sent.
    pub(super) fn stream(self) -> ByteStream {
        let body = move || SdkBody::from_body_1_x(Reading::new(&self));
        ByteStream::new(SdkBody::retryable(body))
    }

    /// Opens the file behind the first `read` bytes of the part.
    fn open_behind(&self, read: u64) -> std::io::Result<File> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.offset + read))?;
        Ok(file)
    }
}

/// A part that is being read.
///
/// It is read where it is sent: what was hashed a moment ago is mostly in memory still, and to ask another
/// thread for each piece takes longer than to read it, and memory of its own.
#[derive(Debug)]
struct Reading {
    place: Place,
    /// None before the first piece: the SDK keeps a body for each try, of which most are never sent.
    file: Option<File>,
    left: u64,
}

/// The part could not be read from its file: to send it again would be in vain.
#[derive(Debug, thiserror::Error)]
#[error("the file cannot be read: {0}")]
pub(super) struct Unreadable(#[from] std::io::Error);

impl Reading {
    fn new(place: &Place) -> Self {
        Self {
            place: place.clone(),
            file: None,
            left: place.length,
        }
    }

    /// Returns the next piece, or nothing at the end.
    fn next(&mut self) -> std::io::Result<Option<Bytes>> {
        if self.left == 0 {
            return Ok(None);
        }
        let size = self.left.min(READ_BYTES);
        let mut file = match self.file.take() {
            Some(file) => file,
            None => self.place.open_behind(self.place.length - self.left)?,
        };
        let mut piece = vec![0; usize::try_from(size).unwrap_or(0)];
        file.read_exact(&mut piece)?;
        self.left -= size;
        self.file = Some(file);
        Ok(Some(piece.into()))
    }
}

impl Body for Reading {
    type Data = Bytes;
    type Error = Unreadable;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Unreadable>>> {
        let piece = self.next().map_err(Unreadable::from).transpose();
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// Has the SDK sign a part by its hash, at each try.
#[derive(Debug)]
pub(super) struct SignedByHash {
    /// The SHA-256 of the part, in lower-case hexadecimal.
    pub(super) sha256: String,
}

impl Intercept for SignedByHash {
    fn name(&self) -> &'static str {
        "SignedByHash"
    }

    fn modify_before_signing(
        &self,
        _: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let signing = config.load::<SigV4OperationSigningConfig>().cloned();
        let mut signing = signing.ok_or("a part is signed in another way than is known")?;
        let body = SignableBody::Precomputed(self.sha256.clone());
        signing.signing_options.payload_override = Some(body);
        config.interceptor_state().store_put(signing);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;

    fn place(folder: &tempfile::TempDir, length: u64) -> Place {
        let path = folder.path().join("film.mp4");
        let mut bytes = vec![0; 100_000];
        fastrand::Rng::with_seed(7).fill(&mut bytes);
        std::fs::write(&path, bytes).unwrap();
        Place {
            path,
            offset: 40_000,
            length,
        }
    }

    #[test]
    fn a_part_is_read_whole_and_nothing_beyond_it() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(&folder, 50_000);
        let mut reading = Reading::new(&place);
        let mut read = Vec::new();
        while let Some(piece) = reading.next().unwrap() {
            read.extend_from_slice(&piece);
            let left = reading.size_hint().exact();
            assert_eq!(left, Some(50_000 - read.len() as u64));
        }
        assert!(reading.is_end_stream());
        assert_eq!(read, std::fs::read(&place.path).unwrap()[40_000..90_000]);
    }

    #[test]
    fn a_part_that_the_file_has_no_more_is_an_error_and_not_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut reading = Reading::new(&place(&folder, 60_001));
        for _ in 0..3 {
            assert!(reading.next().unwrap().is_some());
        }
        let error = reading.next().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
        let gone = Place {
            path: folder.path().join("gone.mp4"),
            offset: 0,
            length: 1,
        };
        let error = Reading::new(&gone).next().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
}
