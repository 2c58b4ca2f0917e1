//! Who may do what: whoever has the key everything, anybody else may read the public bucket.

use s3s::S3ErrorCode;
use s3s::S3Result;
use s3s::access::S3Access;
use s3s::access::S3AccessContext;
use s3s::auth::S3Auth;
use s3s::auth::SecretKey;
use s3s::path::S3Path;
use s3s::s3_error;

use crate::sandbox::s3::ACCESS_KEY_ID;
use crate::sandbox::s3::PUBLIC_BUCKET;
use crate::sandbox::s3::REGION;
use crate::sandbox::s3::SECRET_ACCESS_KEY;

/// What anybody may do with objects of the public bucket.
const PUBLIC_OPERATIONS: [&str; 2] = ["GetObject", "HeadObject"];

/// The keys: there is one.
pub(super) struct Keys;

#[async_trait::async_trait]
impl S3Auth for Keys {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        if access_key == ACCESS_KEY_ID {
            return Ok(SecretKey::from(SECRET_ACCESS_KEY));
        }
        let message = "The AWS Access Key Id you provided does not exist in our records.";
        Err(s3_error!(InvalidAccessKeyId, "{message}"))
    }
}

/// The rules.
pub(super) struct Access;

#[async_trait::async_trait]
impl S3Access for Access {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        if context.credentials().is_none() {
            return anonymous(context);
        }
        match signed_region(context) {
            Some(region) if region != REGION => Err(s3s::S3Error::with_message(
                S3ErrorCode::AuthorizationHeaderMalformed,
                // As the real one words it (docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
                // read 2026-11-25).
                format!(
                    "The authorization header is malformed; the region '{region}' is wrong; \
                     expecting '{REGION}'"
                ),
            )),
            _ => Ok(()),
        }
    }
}

fn anonymous(context: &S3AccessContext<'_>) -> S3Result<()> {
    let is_public = matches!(
        context.s3_path(),
        S3Path::Object { bucket, .. } if **bucket == *PUBLIC_BUCKET
    );
    if is_public && PUBLIC_OPERATIONS.contains(&context.s3_op().name()) {
        Ok(())
    } else {
        Err(s3_error!(AccessDenied, "Access Denied"))
    }
}

/// Returns the region that a request was signed for: `s3s` checks the signature with whatever
/// region it names.
fn signed_region(context: &S3AccessContext<'_>) -> Option<String> {
    let header = context.headers().get("authorization");
    let of_header = header
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split("Credential=").nth(1))
        .and_then(|scope| scope.split('/').nth(2));
    let query = context.uri().query().unwrap_or_default();
    let of_query = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("X-Amz-Credential="))
        .and_then(|scope| scope.split("%2F").nth(2));
    of_header.or(of_query).map(str::to_owned)
}
