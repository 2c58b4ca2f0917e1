//! What it means that a bucket did not do as asked, and what a person can do about it.

use std::error::Error;
use std::fmt;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::error::SdkError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use crate::media::s3::S3Settings;
use crate::media::s3::codes::Why;
use crate::media::s3::codes::why;

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
    /// The same of a request that nothing can be missing for.
    pub(super) fn where_nothing_can_be_missing(self) -> Self {
        Self {
            why: Some(self.why.unwrap_or(Why::NoStorage)),
            ..self
        }
    }

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
            Why::NoStorage | Why::Refused => "media",
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
            Why::AccessDenied => {
                let for_setup = if self.key.is_empty() {
                    "; `hayon media setup` needs `s3:GetBucketCORS`, `s3:PutBucketCORS`, \
                     `s3:GetLifecycleConfiguration` and `s3:PutLifecycleConfiguration`, too"
                } else {
                    ""
                };
                format!(
                    "the credentials need `s3:ListBucket` on `{bucket}`, and `s3:GetObject`, \
                     `s3:PutObject` and `s3:DeleteObject` on what is in it{for_setup}"
                )
            }
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
            Why::NoStorage => "is `endpoint` in `[media]` the address of an S3 storage?".into(),
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
            Why::NoStorage => "there is no S3 storage",
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
    // One of a chain of providers has a line for each of them, and escapes the ends of the lines.
    let words = innermost.to_string();
    let line = words.split(['\r', '\n']).next().unwrap_or_default();
    let line = line.split("\\n").next().unwrap_or_default();
    line.trim().to_owned()
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
