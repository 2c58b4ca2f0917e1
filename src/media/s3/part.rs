//! The body of a part: signed while it is in memory, and sent from the file.
//!
//! The SDK signs the hash of what is in memory, and says of a stream that it is unsigned. A part is in
//! memory anyway when it has just been hashed, so the signature is made of those bytes and the stream
//! put in their place: many parts can be under way, and few of them in memory. What the file has
//! become since fits no signature, and the storage refuses it.

use std::fs::File;
use std::io::Read as _;
use std::io::Seek as _;
use std::io::SeekFrom;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::PoisonError;

use aws_sdk_s3::config::ConfigBag;
use aws_sdk_s3::config::Intercept;
use aws_sdk_s3::config::RuntimeComponents;
use aws_sdk_s3::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_s3::error::BoxError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::primitives::Length;
use aws_sdk_s3::primitives::SdkBody;
use bytes::Bytes;
use tokio::sync::oneshot;

use crate::media::MediaError;

/// How much of a part is read at a time while it is sent.
const READ_BYTES: usize = 256 * 1024;

/// Where a part is in its file.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) offset: u64,
    pub(super) length: u64,
}

impl Place {
    /// Returns the part as a body that is read from the file each time that it is sent.
    pub(super) async fn stream(&self) -> Result<ByteStream, MediaError> {
        let file = ByteStream::read_from().path(&self.path);
        let stream = file
            .offset(self.offset)
            .length(Length::Exact(self.length))
            .buffer_size(READ_BYTES)
            .build();
        stream.await.map_err(|error| MediaError::File {
            path: self.path.clone(),
            source: std::io::Error::other(error),
        })
    }

    fn read(&self) -> std::io::Result<Bytes> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.offset))?;
        let mut bytes = vec![0; usize::try_from(self.length).unwrap_or(usize::MAX)];
        file.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// Lets the SDK sign a part from memory, at each try.
#[derive(Debug)]
pub(super) struct SignedInMemory {
    place: Place,
    held: Mutex<Held>,
}

/// What is held between signing and sending.
#[derive(Debug)]
struct Held {
    /// What was read to be hashed, until the first try.
    bytes: Option<Bytes>,
    /// Dropped when those bytes are.
    is_in_memory: Option<oneshot::Sender<()>>,
    /// What is sent.
    stream: Option<SdkBody>,
}

impl SignedInMemory {
    /// Holds the `bytes` of the part at `place`. The receiver hears when they are let go.
    pub(super) fn new(place: Place, bytes: Bytes) -> (Self, oneshot::Receiver<()>) {
        let (sender, receiver) = oneshot::channel();
        let held = Held {
            bytes: Some(bytes),
            is_in_memory: Some(sender),
            stream: None,
        };
        let held = Mutex::new(held);
        (Self { place, held }, receiver)
    }
}

impl Intercept for SignedInMemory {
    fn name(&self) -> &'static str {
        "SignedInMemory"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = held.bytes.take().map_or_else(|| self.place.read(), Ok)?;
        let body = context.request_mut().body_mut();
        held.stream = Some(std::mem::replace(body, SdkBody::from(bytes)));
        Ok(())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stream) = held.stream.take() {
            *context.request_mut().body_mut() = stream;
        }
        held.is_in_memory = None;
        Ok(())
    }
}
