//! The SDK's client for the bucket: which region, which credentials, how patient.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::environment::region::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::AppName;
use aws_sdk_s3::config::Builder;
use aws_sdk_s3::config::Region;
use aws_sdk_s3::config::RequestChecksumCalculation;
use aws_sdk_s3::config::ResponseChecksumValidation;
use aws_sdk_s3::config::SharedCredentialsProvider;
use aws_sdk_s3::config::SharedHttpClient;
use aws_sdk_s3::config::StalledStreamProtectionConfig;

use crate::media::s3::S3Settings;
use crate::media::s3::transport::Transport;

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a server may take over a request, beside the time for its bytes.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// The slowest line that bytes are given time for, per second.
const BYTES_PER_SECOND_MIN: u64 = 64 * 1024;

/// How often a request is sent whose answer is lost.
const ATTEMPTS: u32 = 3;

/// The same for a part of a large file, which has cost more.
const ATTEMPTS_OF_PART: u32 = 5;

/// The region of storages that have none.
const ANY_REGION: &str = "us-east-1";

/// A client, and the credentials that it signs with.
#[derive(Debug)]
pub(super) struct Connected {
    pub(super) client: Client,
    pub(super) credentials: Option<SharedCredentialsProvider>,
}

/// Builds the client; nothing is sent to the bucket yet.
pub(super) async fn connect(
    settings: &S3Settings,
    credentials: Option<SharedCredentialsProvider>,
) -> Connected {
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(SharedHttpClient::new(Transport::default()))
        .region(region(settings))
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(timeouts(0));
    if let Ok(name) = AppName::new("hayon") {
        loader = loader.app_name(name);
    }
    if let Some(endpoint) = &settings.endpoint {
        loader = loader.endpoint_url(endpoint.as_str().trim_end_matches('/'));
    }
    if let Some(credentials) = credentials {
        loader = loader.credentials_provider(credentials);
    }
    let shared = loader.load().await;
    // Every body here is in memory when it is signed, and so its SHA-256 is. The checksums that the SDK
    // adds to that are refused by a number of storages that speak S3 otherwise.
    let config = Builder::from(&shared)
        .force_path_style(settings.path_style)
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        .build();
    Connected {
        client: Client::from_conf(config),
        credentials: shared.credentials_provider(),
    }
}

fn region(settings: &S3Settings) -> RegionProviderChain {
    match (&settings.region, &settings.endpoint) {
        (Some(region), _) => RegionProviderChain::first_try(Region::new(region.clone())),
        (None, None) => RegionProviderChain::default_provider(),
        // Without the last link of the default chain, which asks the machine that an instance of
        // Amazon's would run on: another storage is elsewhere.
        (None, Some(_)) => RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
            .or_else(ProfileFileRegionProvider::new())
            .or_else(Region::new(ANY_REGION)),
    }
}

fn timeouts(size_bytes: u64) -> TimeoutConfig {
    let for_bytes = Duration::from_secs(size_bytes / BYTES_PER_SECOND_MIN);
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .operation_attempt_timeout(ANSWER_TIMEOUT + for_bytes)
        .build()
}

/// Returns the patience for a request or an answer of `size_bytes`.
pub(super) fn patience(size_bytes: u64) -> Builder {
    Builder::new().timeout_config(timeouts(size_bytes))
}

/// Returns the patience for a part of `size_bytes`.
pub(super) fn patience_for_part(size_bytes: u64) -> Builder {
    let retries = RetryConfig::standard().with_max_attempts(ATTEMPTS_OF_PART);
    // A line that stands still for some seconds is no reason to begin a part anew: how long an attempt may
    // take is bounded anyway.
    let watch = StalledStreamProtectionConfig::enabled().upload_enabled(false);
    patience(size_bytes)
        .retry_config(retries)
        .stalled_stream_protection(watch.build())
}
