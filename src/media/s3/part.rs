//! The body of a part: signed by its hash, and read from the file each time that it is sent.
//!
//! By itself the SDK signs the hash of what is in memory, and says of a stream that it is unsigned. The
//! hash of a part is known when its file has been read once, so that no part has to be in memory to be
//! signed. What the file has become since fits no signature, and the storage refuses it.

use std::path::PathBuf;

use aws_runtime::auth::SigV4OperationSigningConfig;
use aws_sdk_s3::config::ConfigBag;
use aws_sdk_s3::config::Intercept;
use aws_sdk_s3::config::RuntimeComponents;
use aws_sdk_s3::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_s3::error::BoxError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::primitives::Length;
use aws_sigv4::http_request::SignableBody;

use crate::media::MediaError;

/// How much of a part is read at a time while it is sent.
const READ_BYTES: usize = 64 * 1024;

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
