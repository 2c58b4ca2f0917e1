//! What it means that a bucket did not do as asked, and what a person can do about it.

use std::error::Error;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::error::SdkError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::media::s3::S3Settings;

/// Why a bucket did not do as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    NoSuchBucket,
    /// The bucket is in another region, which it may name.
    WrongRegion(Option<String>),
    AccessDenied,
    /// Nowhere are credentials to be found.
    NoCredentials,
    /// The storage does not know them, or not with that secret.
    BadCredentials,
    ExpiredCredentials,
    /// This machine's clock is wrong.
    ClockSkew,
    /// No request arrived, or no answer came back.
    Unreachable,
    /// An answer broke off.
    Cut,
    /// The storage has trouble of its own.
    Busy,
    Refused,
}

/// What went wrong with one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    why: Option<Why>,
    /// The storage's or the network's own words.
    said: String,
    code: String,
    status: Option<u16>,
}

impl Told {
    /// Whether there is no such object.
    pub(super) fn is_missing(&self) -> bool {
        self.why.is_none()
    }

    /// Whether it was a refusal without a body, as every one to a HEAD is, which says too little.
    pub(super) fn is_mute(&self) -> bool {
        let is_refusal = self.status.is_some_and(|status| status != 404);
        is_refusal && matches!(self.code.as_str(), "" | "Forbidden" | "BadRequest")
    }

    /// Whether the storage wants the sum of a body in the header that newer ones do without: some have a
    /// code for it, others only words (github.com/minio/minio/issues/20845 and
    /// github.com/aws/aws-cli/issues/229, read 2026-11-25).
    pub(super) fn wants_md5(&self) -> bool {
        self.code == "MissingContentMD5" || self.said.to_ascii_lowercase().contains("content-md5")
    }

    /// Whether the storage answered with `code`.
    pub(super) fn is(&self, code: &str) -> bool {
        self.code == code
    }
}

/// An error about a bucket; it names it, and the key that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BucketError {
    bucket: String,
    endpoint: Option<String>,
    key: String,
    why: Why,
    said: String,
}

impl BucketError {
    /// Returns the error that a request about `key` failed; an empty key is the bucket itself.
    pub(super) fn new(settings: &S3Settings, key: &str, told: Told) -> Self {
        Self {
            bucket: settings.bucket.clone(),
            endpoint: settings.endpoint.as_ref().map(ToString::to_string),
            key: key.to_owned(),
            why: told.why.unwrap_or(Why::Refused),
            said: told.said,
        }
    }

    /// Returns why.
    #[cfg(test)]
    pub(crate) fn why(&self) -> &Why {
        &self.why
    }

    /// Whether an answer broke off, which may go better the next time.
    pub(super) fn is_cut(&self) -> bool {
        self.why == Why::Cut
    }

    /// Whether other credentials would help.
    pub(crate) fn needs_login(&self) -> bool {
        matches!(
            self.why,
            Why::NoCredentials | Why::BadCredentials | Why::ExpiredCredentials
        )
    }

    /// Returns a stable word for programs.
    pub(crate) const fn kind(&self) -> &'static str {
        match self.why {
            Why::NoSuchBucket => "no_such_bucket",
            Why::WrongRegion(_) => "wrong_region",
            Why::AccessDenied => "access_denied",
            Why::NoCredentials | Why::BadCredentials | Why::ExpiredCredentials => "login_needed",
            Why::ClockSkew => "clock_skew",
            Why::Unreachable | Why::Cut | Why::Busy => "store_unreachable",
            Why::Refused => "media",
        }
    }

    /// Returns what a person can do about it.
    pub(crate) fn hint(&self) -> String {
        let bucket = &self.bucket;
        match &self.why {
            Why::NoSuchBucket => format!(
                "make the bucket, or correct `bucket` and `endpoint` in `[media]`: `{bucket}` is not \
                 there"
            ),
            Why::WrongRegion(Some(region)) => {
                format!("set `region = \"{region}\"` in `[media]`")
            }
            Why::WrongRegion(None) => {
                "set `region` in `[media]` to the region of the bucket".into()
            }
            Why::AccessDenied => format!(
                "the credentials need `s3:ListBucket` on `{bucket}`, and `s3:GetObject`, \
                 `s3:PutObject` and `s3:DeleteObject` on what is in it"
            ),
            Why::NoCredentials => "set `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or \
                                   `AWS_PROFILE` to a profile of `~/.aws/credentials`"
                .into(),
            Why::BadCredentials => {
                "correct `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, or the \
                                    profile that they come from"
                    .into()
            }
            Why::ExpiredCredentials => {
                "renew the credentials; those with a session token are good for some hours only"
                    .into()
            }
            Why::ClockSkew => "set the clock of this machine".into(),
            Why::Unreachable => match &self.endpoint {
                Some(endpoint) => format!("is `{endpoint}` up, and is it the right `endpoint`?"),
                None => "is this machine online?".into(),
            },
            Why::Cut | Why::Busy => "try again in a while".into(),
            Why::Refused => {
                format!("does the storage do all that hayon asks of `{bucket}`? nothing was sent")
            }
        }
    }
}

impl fmt::Display for BucketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match &self.why {
            Why::NoSuchBucket => "there is no such bucket",
            Why::WrongRegion(_) => "the bucket is in another region",
            Why::AccessDenied => "access is denied",
            Why::NoCredentials => "there are no credentials",
            Why::BadCredentials => "the credentials are not accepted",
            Why::ExpiredCredentials => "the credentials have expired",
            Why::ClockSkew => "the clock of this machine is wrong",
            Why::Unreachable => "the storage cannot be reached",
            Why::Cut => "its bytes did not all arrive",
            Why::Busy => "the storage has trouble of its own",
            Why::Refused => "the storage refused",
        };
        let name = format!("s3://{}/{}", self.bucket, self.key);
        write!(f, "`{}`: {what}", name.trim_end_matches('/'))?;
        if !self.said.is_empty() {
            write!(f, " ({})", self.said)?;
        }
        Ok(())
    }
}

impl Error for BucketError {}

/// Reads what went wrong with a request.
pub(super) fn told<E>(error: &SdkError<E, HttpResponse>) -> Told
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let answer = error.raw_response();
    let status = answer.map(|answer| answer.status().as_u16());
    let region = answer
        .and_then(|answer| answer.headers().get("x-amz-bucket-region"))
        .map(str::to_owned);
    match error {
        SdkError::ServiceError(service) => {
            let code = service.err().code().unwrap_or_default().to_owned();
            let message = service.err().message().unwrap_or_default();
            Told {
                why: why(&code, message, status.unwrap_or_default(), region),
                said: said(&code, message, status),
                code,
                status,
            }
        }
        SdkError::ResponseError(_) => Told {
            why: Some(Why::Busy),
            said: innermost(error),
            code: String::new(),
            status: None,
        },
        _ => {
            let said = innermost(error);
            Told {
                why: Some(if is_about_credentials(error) {
                    Why::NoCredentials
                } else {
                    Why::Unreachable
                }),
                said,
                code: String::new(),
                status: None,
            }
        }
    }
}

// docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, read 2026-11-25.
fn why(code: &str, message: &str, status: u16, region: Option<String>) -> Option<Why> {
    Some(match code {
        "NoSuchKey" => return None,
        "NoSuchBucket" => Why::NoSuchBucket,
        "PermanentRedirect" | "TemporaryRedirect" | "IllegalLocationConstraintException" => {
            Why::WrongRegion(region)
        }
        "AuthorizationHeaderMalformed" | "AuthorizationQueryParametersError"
            if message.contains("region") || message.contains("scope") =>
        {
            Why::WrongRegion(region.or_else(|| expected_region(message)))
        }
        "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "NotSignedUp"
        | "InvalidToken"
        | "InvalidSecurity" => Why::BadCredentials,
        "ExpiredToken" | "TokenRefreshRequired" => Why::ExpiredCredentials,
        "RequestTimeTooSkewed" => Why::ClockSkew,
        "AccessDenied" if is_about_the_key(message) => Why::BadCredentials,
        "AccessDenied" | "AllAccessDisabled" | "Forbidden" => Why::AccessDenied,
        // By their names, too: they may come in an answer that says 200.
        "InternalError" | "SlowDown" | "ServiceUnavailable" | "RequestTimeout" => Why::Busy,
        _ => match status {
            301 | 307 => Why::WrongRegion(region),
            403 => Why::AccessDenied,
            404 => return None,
            429 | 500.. => Why::Busy,
            _ => Why::Refused,
        },
    })
}

/// Whether access is denied to whoever it is that asks, and not to what was asked: Garage has no codes of
/// their own for an unknown key and a wrong secret (version 2.5.0, seen 2026-11-25).
fn is_about_the_key(message: &str) -> bool {
    message.contains("Invalid signature") || message.contains("No such key: ")
}

/// Returns the region that a storage says it expects: by its name, as Amazon does, or within the scope of
/// a signature, as Garage does (version 2.5.0, seen 2026-11-25).
fn expected_region(message: &str) -> Option<String> {
    let quoted = |after: &str| {
        let (_, rest) = message.split_once(after)?;
        rest.split_once('\'').map(|(quoted, _)| quoted)
    };
    let in_scope = || quoted("expected: '")?.split('/').nth(1);
    let region = quoted("expecting '").or_else(in_scope)?;
    let is_region = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (!region.is_empty() && region.chars().all(is_region)).then(|| region.to_owned())
}

fn said(code: &str, message: &str, status: Option<u16>) -> String {
    let status = status.map(|status| format!("status {status}"));
    match (code.is_empty(), message.is_empty()) {
        (true, true) => status.unwrap_or_default(),
        (false, true) => code.to_owned(),
        (true, false) => message.to_owned(),
        (false, false) => format!("{code}: {message}"),
    }
}

fn innermost(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

fn is_about_credentials(error: &(dyn Error + 'static)) -> bool {
    let mut at: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = at {
        if error.is::<CredentialsError>() {
            return true;
        }
        at = error.source();
    }
    false
}

/// Returns that an answer broke off.
pub(super) fn cut(error: &dyn Error) -> Told {
    Told {
        why: Some(Why::Cut),
        said: innermost(error),
        code: String::new(),
        status: None,
    }
}

/// Returns that no credentials were found.
pub(super) fn no_credentials(error: &dyn Error) -> Told {
    Told {
        why: Some(Why::NoCredentials),
        ..cut(error)
    }
}

/// Returns that a request could not be made, in the words of whoever would have made it.
pub(super) fn refused(said: String) -> Told {
    Told {
        why: Some(Why::Refused),
        said,
        code: String::new(),
        status: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_storage_says_in_its_own_words_is_understood() {
        for (code, message, expected) in [
            (
                "AccessDenied",
                "Forbidden: Invalid signature",
                Why::BadCredentials,
            ),
            (
                "AccessDenied",
                "Forbidden: No such key: GK0000",
                Why::BadCredentials,
            ),
            (
                "AccessDenied",
                "Forbidden: Operation is not allowed for this key.",
                Why::AccessDenied,
            ),
            (
                "AuthorizationHeaderMalformed",
                "unexpected scope: '20261125/us-east-1/s3/aws4_request', expected: \
                 '20261125/garage/s3/aws4_request'",
                Why::WrongRegion(Some("garage".to_owned())),
            ),
            (
                "AuthorizationHeaderMalformed",
                "the region 'us-east-1' is wrong; expecting 'eu-west-1'",
                Why::WrongRegion(Some("eu-west-1".to_owned())),
            ),
            (
                "AuthorizationHeaderMalformed",
                "unexpected scope, expected: '\u{1b}/\u{1b}/'",
                Why::WrongRegion(None),
            ),
        ] {
            assert_eq!(why(code, message, 403, None), Some(expected), "{message}");
        }
    }
}
