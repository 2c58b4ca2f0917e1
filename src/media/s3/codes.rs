//! What the codes of S3 mean, and the words of storages that have too few of them.

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
    /// Nothing there knows what was asked for, as no storage would answer.
    NoStorage,
    Refused,
}

/// Returns why a storage refused with `code`; `None` if nothing is where it was looked for
/// (docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, read 2026-11-25).
pub(super) fn why(code: &str, message: &str, status: u16, region: Option<String>) -> Option<Why> {
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
