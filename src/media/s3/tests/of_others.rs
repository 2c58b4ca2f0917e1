//! The contract of a media store, held by a storage that others wrote: the one that the environment
//! names. `tests/interop` starts one and asks for this test by its name.

use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::config::SharedCredentialsProvider;

use crate::media::contract;
use crate::media::s3::S3Settings;
use crate::media::s3::S3Store;
use crate::media::s3::tests::OUTBOX;

/// Returns what the test is told, in a variable of the test's own.
fn told(name: &str) -> String {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test of a storage that is started by others"
    )]
    std::env::var(name).expect(name)
}

#[tokio::test]
async fn a_bucket_of_others_is_a_media_store() {
    let settings = S3Settings {
        bucket: told("S3_BUCKET"),
        region: Some(told("S3_REGION")),
        endpoint: Some(told("S3_URL").parse().unwrap()),
        path_style: true,
        public_url: None,
    };
    let credentials = Credentials::new(told("S3_KEY"), told("S3_SECRET"), None, None, "test");
    let store = S3Store {
        credentials: Some(SharedCredentialsProvider::new(credentials)),
        ..S3Store::new(settings, Some(OUTBOX.to_owned()))
    };
    contract::check_all(&store).await;
}
